"""Files that a person opened and saved again in Excel, told by what that leaves behind."""

import re
import zipfile
from collections.abc import Mapping
from datetime import date
from itertools import islice
from pathlib import Path

from transforms.findings import Judgement
from transforms.intake.table import TextTable
from transforms.profiles import Profile

_LOOKED_AT = 1_000
"""So many rows show it, since a column is saved as a whole."""
EXCEL = "Microsoft Excel"
_SAVED_BY = f"<Application>{EXCEL}".encode()
_WRITTEN_DATE = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}\b")
_FEWEST = 3
"""Fewer dates of each kind are no sign that days and months were swapped."""
_TRACES = {
    "DATE_FROM_SERIAL": ("là số ngày của Excel", "hold Excel's number of a day"),
    "CODE_FROM_NUMBER": (
        "là số thay vì mã (mất số 0 ở đầu, hoặc thêm .0)",
        "hold a number instead of a code (its leading zeros lost, or .0 added)",
    ),
    "CODE_ROUNDED": ("là số đã làm tròn thay vì mã", "hold a rounded number instead of a code"),
}
"""The row rules by which what Excel makes of values is found, and what is said of the file."""


def is_saved_by_excel(path: Path) -> bool:
    """Whether an .xlsx says that Excel saved it; some libraries let theirs say so too."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _SAVED_BY in archive.read("docProps/app.xml")
    except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError, RuntimeError):
        return False


def warn_of_mended(found: Mapping[tuple[str, str], int], table: TextTable, judgement: Judgement) -> None:
    """Warn of a file in which row rules found what Excel makes of days and codes; ``found`` counts rows by rule and column."""
    for (rule, column), count in found.items():
        if rule in _TRACES:
            _warn(table.headers[table.places[column]], count, *_TRACES[rule], judgement)


def judge_dates(table: TextTable, profile: Profile, judgement: Judgement) -> None:
    """Warn of dates of which Excel understood some; refuse those of which it took the month for the day."""
    times = {column.name for column in profile.entity.columns if column.role == "time"}
    set_aside = set(table.lines_of(set(table.not_data)).values()) if table.not_data else set()
    rows = [cells for line, cells in islice(table.rows(), _LOOKED_AT) if line not in set_aside]
    for column, at in table.places.items():
        if column not in times:
            continue
        cells = [cells[at] for cells in rows if at < len(cells) and cells[at] != ""]
        typed = [cell.day for cell in cells if isinstance(cell, date)]
        written = [int(found[1]) for cell in cells if isinstance(cell, str) and (found := _WRITTEN_DATE.match(cell))]
        if typed and written:
            kinds = "khác kiểu: ô thì ngày, ô thì chữ", "are of another kind, dates among texts"
            _warn(table.headers[at], min(len(typed), len(written)), *kinds, judgement)
        # Excel reads 05/10 as May the 10th where its language says so, and leaves 25/10 as text.
        if min(len(typed), len(written)) >= _FEWEST and max(typed) <= 12 < min(written):
            judgement.refuse(
                "FILE_DATES_SWAPPED",
                f"cột «{table.headers[at]}» có ngày do Excel đọc sai: ngày và tháng bị đổi chỗ ở các ô mà ngày không quá 12. "
                "Hãy dùng bản gốc của hệ thống",
                f"the column “{table.headers[at]}” holds dates that Excel misread: day and month are swapped wherever the day is "
                "12 or less. Take the system's own file",
            )


def _warn(header: str, count: int, vi: str, en: str, judgement: Judgement) -> None:
    judgement.warn(
        "FILE_RESAVED",
        f"cột «{header}» có {count} ô {vi}: có thể đã được lưu lại bằng Excel. Hãy dùng bản gốc của hệ thống",
        f"in the column “{header}” {count} cells {en}: it may have been saved again in Excel. Take the system's own file",
    )
