"""Is this home in order? Each finding says whether it is well, in both languages."""

import shutil
from importlib.metadata import version

from flows.home import Home
from flows.publish import current_release
from flows.settings import load_config
from transforms.build import MODEL_INPUTS
from transforms.errors import MotcuaError
from transforms.keeping import KEY_VARIABLE, SUFFIXES, can_be_opened, keeping
from transforms.runner import all_models, in_order

Finding = tuple[bool, str, str]
_LEAST_FREE_BYTES = 1 << 30
_TOGETHER = ("prefect", "fastapi", "sqlalchemy", "great-expectations", "duckdb")


def examine(home: Home) -> list[Finding]:
    """Look at configuration, models, disk, versions and the current release; nothing is changed."""
    versions = ", ".join(f"{name} {version(name)}" for name in _TOGETHER)
    release = current_release(home)
    return [
        _configuration(home),
        _models(),
        _disk(home),
        _raw(home),
        (True, f"Phiên bản: {versions}", "versions"),
        (
            release is not None,
            f"Bản hiện hành: {release.name if release else 'chưa có, hãy chạy `motcua run`'}",
            "current release" if release else "no release yet, run `motcua run`",
        ),
    ]


def _configuration(home: Home) -> Finding:
    try:
        config = load_config(home)
    except MotcuaError as error:
        return False, error.vi, error.en
    units, procedures = len(config.reference.units), len(config.reference.procedures)
    return (
        True,
        f"Cấu hình đọc được: {len(config.profiles)} nguồn, {units} đơn vị, {procedures} thủ tục",
        f"configuration is readable: {len(config.profiles)} sources, {units} units, {procedures} procedures",
    )


def _models() -> Finding:
    try:
        ordered = in_order(all_models(), MODEL_INPUTS)
    except MotcuaError as error:
        return False, error.vi, error.en
    return True, f"{len(ordered)} mô hình SQL", f"{len(ordered)} SQL models"


def _raw(home: Home) -> Finding:
    """How landed files are kept, and whether the keys open those that are encrypted."""
    try:
        how = load_config(home).settings.raw
        keeping(how, home.scratch)
        shut = [path for path in home.raw.rglob(f"*{SUFFIXES['encrypt']}") if not can_be_opened(path)]
    except MotcuaError as error:
        return False, error.vi, error.en
    if shut:
        return (
            False,
            f"{len(shut)} tệp trong {home.raw} không mở được bằng khóa nào trong {KEY_VARIABLE}; thêm khóa cũ vào sau khóa mới",
            f"no key in {KEY_VARIABLE} opens {len(shut)} files; add the former key after the new one",
        )
    return True, f"Tệp nhận vào được cất theo raw: {how}", f"landed files are kept by raw: {how}"


def _disk(home: Home) -> Finding:
    place = next(p for p in (home.data, home.root, *home.root.parents) if p.exists())
    free = shutil.disk_usage(place).free
    written = f"{free / (1 << 30):.1f} GiB"
    if free < _LEAST_FREE_BYTES:
        return (
            False,
            f"Đĩa chỉ còn {written} ở {place}; hãy giải phóng chỗ trống",
            f"only {written} free at {place}; free some",
        )
    return True, f"Đĩa còn {written}", f"{written} free"
