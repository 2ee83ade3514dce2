"""What every workbook is written with: the same content gives the same bytes, and a text stays a text."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet


def new_workbook(content: BytesIO, title: str, created: datetime, **options: Any) -> Workbook:
    """A workbook that is written to ``content`` when it is closed; ``created`` belongs to what it tells, and is not the present."""
    book = Workbook(content, {"in_memory": True, **options})
    book.set_properties({"title": title, "created": created})
    return book


def write_cell(sheet: Worksheet, row: int, place: int, cell: Any, style: Format) -> None:
    """Write a cell as what it is; a text that begins like a formula stays a text."""
    match cell:
        case None:
            sheet.write_blank(row, place, None, style)
        case bool():
            sheet.write_boolean(row, place, cell, style)
        case int() | float():
            sheet.write_number(row, place, cell, style)
        case date():
            sheet.write_datetime(row, place, cell, style)
        case _:
            sheet.write_string(row, place, str(cell), style)
