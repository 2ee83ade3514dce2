"""Files that a person opened and saved again in Excel, told by what that leaves behind."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from transforms.findings import Judgement
from transforms.intake.table import TextTable, as_text
from transforms.profiles import Profile

_LOOKED_AT = 1_000
"""So many rows show it, since a column is saved as a whole."""
EXCEL = "Microsoft Excel"
_SAVED_BY = f"<Application>{EXCEL}".encode()
_SERIALS = (20_000, 80_000)
"""Excel's numbers of the days from 1954 to 2119."""
_SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?")
_AS_NUMBER = re.compile(r"\d+\.0|\d(\.\d+)?[eE]\+\d+")
_WRITTEN_DATE = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}\b")
_MOST_ZEROS = 3
_FEWEST = 3
"""Fewer dates of each kind are no sign that days and months were swapped."""


def is_saved_by_excel(path: Path) -> bool:
    """Whether an .xlsx says that Excel saved it; some libraries let theirs say so too."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _SAVED_BY in archive.read("docProps/app.xml")
    except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError, RuntimeError):
        return False


def judge_resaved(table: TextTable, profile: Profile, judgement: Judgement) -> None:
    """Warn of numbers where days and codes should be; refuse dates of which Excel took the month for the day."""
    roles = {column.name: column.role for column in profile.entity.columns}
    set_aside = set(table.lines_of(set(table.not_data)).values()) if table.not_data else set()
    rows = [cells for line, cells in islice(table.rows(), _LOOKED_AT) if line not in set_aside]
    for column, at in table.places.items():
        role, cells = roles.get(column), [cells[at] for cells in rows if at < len(cells) and cells[at] != ""]
        signs = _signs_in_dates(cells) if role == "time" else _signs_in_codes(cells, profile) if role == "code" else ()
        for count, vi, en in signs:
            judgement.warn(
                "FILE_RESAVED",
                f"cột «{table.headers[at]}» có {count} ô {vi}: có thể đã được lưu lại bằng Excel. Hãy dùng bản gốc của hệ thống",
                f"in the column “{table.headers[at]}” {count} cells {en}: it may have been saved again in Excel. "
                "Take the system's own file",
            )
        if role == "time" and _are_swapped(cells):
            judgement.refuse(
                "FILE_DATES_SWAPPED",
                f"cột «{table.headers[at]}» có ngày do Excel đọc sai: ngày và tháng bị đổi chỗ ở các ô mà ngày không quá 12. "
                "Hãy dùng bản gốc của hệ thống",
                f"the column “{table.headers[at]}” holds dates that Excel misread: day and month are swapped wherever the day is "
                "12 or less. Take the system's own file",
            )


def _signs_in_dates(cells: Sequence[Any]) -> Iterator[tuple[int, str, str]]:
    serials = sum(_is_serial(cell) for cell in cells)
    if serials:
        yield serials, "là số ngày của Excel", "hold Excel's number of a day"
    typed = sum(isinstance(cell, date) for cell in cells)
    written = sum(isinstance(cell, str) and bool(_WRITTEN_DATE.match(cell)) for cell in cells)
    if typed and written:
        yield min(typed, written), "khác kiểu: ô thì ngày, ô thì chữ", "are of another kind, dates among texts"


def _signs_in_codes(cells: Sequence[Any], profile: Profile) -> Iterator[tuple[int, str, str]]:
    numbers = sum(_is_number(cell) or (isinstance(cell, str) and bool(_AS_NUMBER.fullmatch(cell.strip()))) for cell in cells)
    if numbers:
        yield numbers, "là số thay vì mã", "hold a number instead of a code"
    if profile.code_pattern is None:
        return
    shape = re.compile(profile.code_pattern)
    lost = sum(_lost_zeros(as_text(cell).strip(), shape) for cell in cells)
    if lost:
        yield lost, "mất số 0 ở đầu", "lost their leading zeros"


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _is_serial(cell: Any) -> bool:
    if _is_number(cell):
        return _SERIALS[0] <= cell < _SERIALS[1]
    return isinstance(cell, str) and bool(_SERIAL.fullmatch(cell.strip()))


def _lost_zeros(code: str, shape: re.Pattern[str]) -> bool:
    return not shape.fullmatch(code) and any(shape.fullmatch("0" * zeros + code) for zeros in range(1, _MOST_ZEROS + 1))


def _are_swapped(cells: Sequence[Any]) -> bool:
    """Excel reads 05/10 as May the 10th where its language says so, and leaves 25/10 as text."""
    days = [cell.day for cell in cells if isinstance(cell, date)]
    written = [int(found[1]) for cell in cells if isinstance(cell, str) and (found := _WRITTEN_DATE.match(cell))]
    return min(len(days), len(written)) >= _FEWEST and max(days) <= 12 < min(written)
