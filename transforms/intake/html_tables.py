"""Tables of a web page, as some systems save them under ``.xls``: each becomes a grid."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lxml import etree, html

from transforms.errors import refused
from transforms.intake.table import Grid, Row

_END = 1 << 20
_MOST_MERGED = 1_000
"""A cell that claims to span more columns than this is broken (as browsers see it too)."""


def read_html_tables(path: Path, name: str) -> list[Grid]:
    """Every table of a page in UTF-8; FileRefusedError when there is none."""
    with path.open("rb") as page:
        grids = tables_of(page, name)
    if not grids:
        raise refused(
            name,
            "là trang HTML nhưng không có bảng nào (có thể là trang báo lỗi hoặc đăng nhập). Hãy kết xuất lại",
            "it is an HTML page without any table (an error or login page, perhaps). Export it again",
        )
    if _breaks_off(path):
        raise refused(
            name,
            "trang HTML bị cắt giữa bảng. Hãy kết xuất hoặc chép lại tệp",
            "the page breaks off within its table. Export or copy it again",
            "FILE_TRUNCATED",
        )
    return grids


def tables_of(page: BinaryIO, name: str) -> list[Grid]:
    """The tables of a page in UTF-8, as many as there are."""
    try:
        root = html.parse(page, html.HTMLParser(encoding="utf-8", huge_tree=True)).getroot()
    except etree.LxmlError as error:
        raise refused(name, "không đọc được như một trang HTML", "it cannot be read as an HTML page") from error
    # What stands after the end of the page is shown by browsers like the rest.
    parts = [] if root is None else [root, *root.itersiblings()]
    tables = [table for part in parts for table in part.iter("table")]
    for line_break in (found for table in tables for found in table.iter("br")):
        line_break.tail = f"\n{line_break.tail or ''}"
    return [Grid(_rows_of(table), is_ragged=True) for table in tables]


def _breaks_off(path: Path) -> bool:
    """Whether the last table is never closed; browsers and parsers would show what there is without a word."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _END, 0))
        end = file.read().lower()
    return end.rfind(b"</table") < max(end.rfind(b"<tr"), end.rfind(b"<td"), end.rfind(b"<table"))


def _rows_of(table: html.HtmlElement):
    return lambda: _rows(table)


def _rows(table: html.HtmlElement) -> Iterator[Row]:
    """The table's own rows with any text. A cell merged over rows stands in each, one merged over columns in the first."""
    pending: dict[int, tuple[int, str]] = {}  # column: rows to go, text
    line = 0
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is not table:
            continue
        line += 1
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            _take_merged(cells, pending)
            text = " ".join("".join(cell.itertext()).split())
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            for place in range(width):
                shown = text if place == 0 else ""
                if height > 1:
                    pending[len(cells)] = (height - 1, shown)
                cells.append(shown)
        _take_merged(cells, pending)
        if any(cells):
            yield line, cells


def _take_merged(cells: list[str], pending: dict[int, tuple[int, str]]) -> None:
    while len(cells) in pending:
        at = len(cells)
        left, text = pending.pop(at)
        if left > 1:
            pending[at] = (left - 1, text)
        cells.append(text)


def _span(cell: html.HtmlElement, name: str) -> int:
    said = cell.get(name, "1").strip()
    return min(max(int(said), 1), _MOST_MERGED) if said.isdecimal() else 1
