"""The registers kept by hand: which there are, and their templates."""

from pathlib import Path
from typing import Any

from flows.home import Home
from transforms.errors import ConfigError
from transforms.labels import nearest
from transforms.registers import Register, registers


def list_registers() -> list[dict[str, Any]]:
    """Each register with its titles, what it holds, and the indicators it serves."""
    return [
        {
            "register": name,
            "title_vi": register.title.vi,
            "title_en": register.title.en,
            "indicators": register.indicators,
            "folder": f"data/inbox/{name}",
            "about_vi": register.about.vi,
            "about_en": register.about.en,
        }
        for name, register in registers().items()
    ]


def make_template(home: Home, name: str, out: Path | None) -> Path:
    """Write the template of a register, its drop-downs with the home's units; returns where it is.

    ConfigError when there is no such register, and when a file of that name is there already.
    """
    from reports.register_template import write_template
    from transforms.reference import load_reference

    register = _register(name)
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
    write_template(path, name, register, [unit["unit_name"] for unit in load_reference(home.reference).units])
    return path


def _register(name: str) -> Register:
    if name not in registers():
        near = ", ".join(nearest(name, registers()) or registers())
        raise ConfigError(
            f"Không có sổ «{name}». Có phải: {near}? Xem `motcua registers list`.",
            f"There is no register “{name}”. Did you mean {near}? See `motcua registers list`.",
        )
    return registers()[name]
