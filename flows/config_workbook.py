"""An office's configuration goes out as one workbook and comes back checked, all of it or nothing."""

import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from flows.home import Home, prepare_home
from flows.lock import writing
from flows.settings import load_config
from transforms.config_tables import COLUMNS, REGISTERS, Change, Table, changed_files, changes, check_tables, config_tables
from transforms.errors import ConfigError
from transforms.intake.table import as_text
from transforms.labels import nearest
from transforms.register_file import replace_file
from transforms.yaml_edit import keeps_layout


def export_config(home: Home, file: Path) -> dict[str, int]:
    """Write the workbook; how many rows each sheet has."""
    from xlsxwriter.exceptions import FileCreateError

    from reports.config_workbook import write_config_workbook

    prepare_home(home)
    tables = config_tables(load_config(home).profiles, home.sources, home.reference)
    try:
        write_config_workbook(tables, file)
    except FileCreateError as error:
        raise ConfigError(
            f"Không ghi được {file}: {error}. Thư mục có chưa, và tệp có đang mở trong Excel không?",
            f"{file} cannot be written: {error}. Is the folder there, and is the file open in Excel?",
        ) from error
    return {name: len(table.rows) for name, table in tables.items()}


def import_config(home: Home, file: Path, *, only_show: bool = False) -> tuple[list[Change], list[Path]]:
    """Take a workbook back into ``config/``: what changes, and which files whose layout could not be kept.

    Everything is checked before anything is written, the whole new configuration as a run would read it. ConfigError names
    sheet and row. A sheet that is not there leaves its part as it is; what did not change is not written.
    """
    prepare_home(home)
    with writing(home, f"motcua config import {file.name}"):
        profiles = load_config(home).profiles
        before = config_tables(profiles, home.sources, home.reference)
        after = _read_workbook(file)
        for name, table in after.items():
            if before[name].rows and not table.rows:
                raise ConfigError(
                    f"{file.name}, trang {name}: không còn dòng nào. Muốn giữ phần này như cũ thì xóa cả trang.",
                    f"{file.name}, sheet {name}: there are no rows left. To leave this part as it is, delete the sheet.",
                )
        check_tables(after, before, profiles, file.name)
        found = changes(before, after)
        files = changed_files(before, after, home.sources, home.reference)
        _check_whole(home, files, after, file.name)
        laid_out_anew = [p for p in files if p.suffix == ".yml" and not keeps_layout(p.read_bytes().decode("utf-8"))]
        if not only_show:
            for path, content in files.items():
                replace_file(path, content)
    return found, laid_out_anew


def _check_whole(home: Home, files: Mapping[Path, bytes], after: Mapping[str, Table], file: str) -> None:
    """Read the configuration as it would be, in a copy of it."""
    with tempfile.TemporaryDirectory(dir=home.scratch) as folder:
        copy = Home(Path(folder))
        shutil.copytree(home.config, copy.config)
        for path, content in files.items():
            (copy.config / path.relative_to(home.config)).write_bytes(content)
        try:
            config = load_config(copy)
        except ConfigError as error:
            raise ConfigError(*(_in_sheet(text, copy, home, after, file) for text in (error.vi, error.en))) from None
        read_back = config_tables(config.profiles, copy.sources, copy.reference)
    if lost := changes({name: read_back[name] for name in after}, after):
        raise AssertionError(f"{file}: was not written as it was read: {lost[:3]}")


def _in_sheet(text: str, copy: Home, home: Home, after: Mapping[str, Table], file: str) -> str:
    """What is said of a line of a register, said of the row of its sheet."""
    for name in REGISTERS:
        if name in after:
            place = re.compile(rf"{re.escape(str(copy.reference / name))}\.csv, (dòng|line) (\d+)")
            sheet, row = {"dòng": ("trang", "hàng"), "line": ("sheet", "row")}, [1, *after[name].numbers]
            text = place.sub(
                lambda m, n=name, s=sheet, r=row: f"{file}, {s[m[1]][0]} {n}, {s[m[1]][1]} {r[min(int(m[2]), len(r)) - 1]}", text
            )
    return text.replace(str(copy.root), str(home.root))


def _read_workbook(file: Path) -> dict[str, Table]:
    try:
        with CalamineWorkbook.from_path(file) as book:
            sheets = {
                name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names if name in COLUMNS
            }
    except (CalamineError, PasswordError, OSError) as error:
        raise ConfigError(
            f"Không đọc được {file} như một bảng tính. Cần tệp .xlsx do `motcua config export` tạo ra.",
            f"{file} cannot be read as a workbook. An .xlsx file made by `motcua config export` is needed.",
        ) from error
    if not sheets:
        raise ConfigError(
            f"{file.name} không có trang nào trong các trang {', '.join(COLUMNS)}. Xuất lại bằng `motcua config export`.",
            f"{file.name} has none of the sheets {', '.join(COLUMNS)}. Export it anew with `motcua config export`.",
        )
    return {name: table for name, rows in sheets.items() if (table := _table(name, rows, file.name)).columns}


def _table(name: str, rows: list[list[Any]], file: str) -> Table:
    texts = [[_text(cell) for cell in cells] for cells in rows]
    head = texts[0] if texts else []
    for column in COLUMNS[name]:
        if head.count(column) != 1:
            near = ", ".join(nearest(column, [h for h in head if h])) or "—"
            raise ConfigError(
                f"{file}, trang {name}, hàng 1: cần đúng một cột {column}; gần giống: {near}. Không có gì được ghi.",
                f"{file}, sheet {name}, row 1: the column {column} is needed once; nearest: {near}. Nothing was written.",
            )
    at = {column: head.index(column) for column in dict.fromkeys(head) if column}
    filled = [(number, cells) for number, cells in enumerate(texts[1:], 2) if any(cells)]
    return Table(list(at), [{c: cells[place] for c, place in at.items()} for _, cells in filled], [number for number, _ in filled])


def _text(cell: Any) -> str:
    """A cell as a register writes it: a day without a time, truth in small letters."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, date) and not (isinstance(cell, datetime) and cell.time() != datetime.min.time()):
        return f"{cell:%Y-%m-%d}"
    return as_text(cell).strip()
