"""Every configuration that a release was made with, kept file by file under its SHA-256, so that it can be read again."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from flows.home import Home
from flows.settings import load_config
from transforms.errors import ConfigError
from transforms.register_file import replace_file


def keep_config(home: Home) -> dict[str, str]:
    """Keep what the home's configuration says now; the SHA-256 of each of its files, by its path below ``config/``."""
    kept = {}
    for name in _config_files(home):
        content = (home.config / name).read_bytes()
        kept[name] = hashlib.sha256(content).hexdigest()
        target = home.configs / kept[name]
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_file(target, content)
    return kept


def with_kept_config(home: Home, kept: Mapping[str, str], folder: Path) -> Home:
    """The home as configured then: the kept files are laid out in ``folder``. ConfigError names one that is lost or changed."""
    for name, digest in kept.items():
        source, target = home.configs / digest, folder / name
        if not source.is_file() or hashlib.sha256(source.read_bytes()).hexdigest() != digest:
            raise ConfigError(
                f"Bản lưu {source} của config/{name} đã mất hoặc bị sửa; khôi phục từ bản sao lưu rồi chạy lại.",
                f"The kept copy {source} of config/{name} is lost or was changed; restore it from a backup and run again.",
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    return replace(home, kept_config=folder)


def _config_files(home: Home) -> list[str]:
    """The files that `load_config` reads; other plans decide nothing."""
    plan = home.config / "plans" / f"{load_config(home).settings.plan}.yml"
    found = [home.config / "settings.yml", plan, *home.sources.glob("*.yml"), *home.reference.glob("*.csv")]
    return sorted(path.relative_to(home.config).as_posix() for path in found if path.exists())
