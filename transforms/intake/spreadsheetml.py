"""Workbooks in Excel's XML of 2003, often named ``.xls``: each worksheet becomes a grid of typed cells."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree

from transforms.errors import refused
from transforms.intake.table import Grid, Row

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_MOST_MERGED = 1_000
"""A cell that claims to span more columns than this is broken."""


def read_spreadsheetml(path: Path, name: str) -> list[Grid]:
    """Every worksheet of a workbook in UTF-8; FileRefusedError when it is broken."""
    try:
        # It is UTF-8 by now, whatever encoding it declares.
        book = etree.fromstring(path.read_bytes(), etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True))
        return [_grid(sheet, 1900 if book.find(f".//{_X}Date1904") is None else 1904) for sheet in book.iter(f"{_SS}Worksheet")]
    except (etree.LxmlError, ValueError) as error:
        raise refused(
            name,
            "không đọc được như bảng tính XML của Excel 2003; tệp bị hỏng hoặc bị cắt giữa chừng. Hãy lưu lại dưới dạng .xlsx",
            "it cannot be read as an XML workbook of Excel 2003; it is broken or cut short. Save it as .xlsx",
        ) from error


def _grid(sheet: etree._Element, date_system: int) -> Grid:
    rows = list(_rows(sheet))
    width = max((len(cells) for _, cells in rows), default=0)
    padded = [(line, [*cells, *[""] * (width - len(cells))]) for line, cells in rows if any(cell != "" for cell in cells)]
    is_hidden = sheet.findtext(f".//{_X}Visible", "").strip() in ("SheetHidden", "SheetVeryHidden")
    return Grid(lambda: iter(padded), title=sheet.get(f"{_SS}Name", ""), is_hidden=is_hidden, date_system=date_system)


def _rows(sheet: etree._Element) -> Iterator[Row]:
    """The rows of a worksheet; a cell merged over several rows stands in each of them, one merged over columns in the first."""
    pending: dict[int, tuple[int, Any]] = {}  # column: rows to go, value
    line = 0
    for row in sheet.iterfind(f"{_SS}Table/{_SS}Row"):
        line = int(row.get(f"{_SS}Index", line + 1))
        placed = {column: value for column, (_, value) in pending.items()}
        pending = {column: (left - 1, value) for column, (left, value) in pending.items() if left > 1}
        at = 0
        for cell in row.iterfind(f"{_SS}Cell"):
            at = int(cell.get(f"{_SS}Index", at + 1))
            while at - 1 in placed:
                at += 1
            across, down = (int(cell.get(f"{_SS}{name}", 0)) for name in ("MergeAcross", "MergeDown"))
            if at + across > _MOST_MERGED:
                raise ValueError(f"a cell in column {at + across}")
            placed[at - 1] = value = _value(cell.find(f"{_SS}Data"))
            if down:
                pending[at - 1] = (down, value)
            at += across
        yield line, [placed.get(column, "") for column in range(max(placed, default=-1) + 1)]
        line += int(row.get(f"{_SS}Span", 0))


def _value(data: etree._Element | None) -> Any:
    if data is None:
        return ""
    text = "".join(data.itertext())
    match data.get(f"{_SS}Type"):
        case "Number":
            return float(text)
        case "DateTime":
            return datetime.fromisoformat(text)
        case "Boolean":
            return text.strip() == "1"
        case _:
            return text
