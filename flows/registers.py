"""The registers kept by hand: which there are, and their templates."""

from pathlib import Path
from typing import Any

from flows.home import Home
from transforms.errors import ConfigError
from transforms.labels import nearest
from transforms.registers import Both, Sheet, procedure_catalogue, registers

CATALOGUE = "procedures"
"""What the catalogue of procedures is called among the registers."""


def list_registers() -> list[dict[str, Any]]:
    """Each register with its titles, what it holds, and the indicators it serves."""
    return [
        {
            "register": name,
            "title_vi": register.title.vi,
            "title_en": register.title.en,
            "indicators": register.indicators,
            "kept_in": "config/reference/procedures.csv" if name == CATALOGUE else f"data/inbox/{name}",
            "about_vi": register.about.vi,
            "about_en": register.about.en,
        }
        for name, register in _sheets().items()
    ]


def make_template(home: Home, name: str, out: Path | None) -> tuple[Path, Both]:
    """Write the template of a register, its drop-downs with the home's units; where it is, and how to save it once filled in.

    ConfigError when there is no such register, and when a file of that name is there already.
    """
    from reports.register_template import write_template
    from transforms.reference import load_reference

    register = _sheet(name)
    how = how_to_save(name)
    path = out or Path.cwd() / f"{name}.xlsx"
    if path.suffix.lower() != ".xlsx" or not path.parent.is_dir():
        raise ConfigError(
            f"{path}: cần tên tệp .xlsx trong một thư mục đã có.",
            f"{path}: the name of an .xlsx file in an existing folder is needed.",
        )
    if path.exists():
        raise ConfigError(
            f"{path} đã có, có thể đã được điền. Chọn tên khác bằng --out.",
            f"{path} is there already and may be filled in. Choose another name with --out.",
        )
    write_template(path, register, how, [unit["unit_name"] for unit in load_reference(home.reference).units])
    return path, how


def how_to_save(name: str) -> Both:
    """Where a filled-in template goes, and under which name."""
    if name == CATALOGUE:
        return Both(
            vi="Lưu trang «Sổ» dạng CSV UTF-8 thành config/reference/procedures.csv.",
            en="Save the sheet “Sổ” as CSV UTF-8 in config/reference/procedures.csv.",
        )
    return Both(
        vi=f"Lưu với ngày lập sổ trong tên tệp, ví dụ {name}_20201231.xlsx, vào data/inbox/{name}.",
        en=f"Save it with the register's day in its name, such as {name}_20201231.xlsx, in data/inbox/{name}.",
    )


def _sheets() -> dict[str, Sheet]:
    return {**registers(), CATALOGUE: procedure_catalogue()}


def _sheet(name: str) -> Sheet:
    if name not in _sheets():
        near = ", ".join(nearest(name, _sheets()) or _sheets())
        raise ConfigError(
            f"Không có sổ «{name}». Có phải: {near}? Xem `motcua registers list`.",
            f"There is no register “{name}”. Did you mean {near}? See `motcua registers list`.",
        )
    return _sheets()[name]
