"""How a printed sheet is drawn: A4 landscape, who reports what of when, merged headings, numbered columns, lines, signatures."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO
from itertools import groupby
from math import ceil
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from reports.excel.layouts import Column
from reports.workbook import new_workbook, write_cell

_A4 = 9
_LINE = 15
"""Height in points of a line of text."""
_CHARACTER = 0.92
"""Width of a usual letter, in the unit of column widths, a digit of the default font."""
_INDENT = 1.5
"""Width that a cell's indentation takes."""
_TITLE_ROWS = 5
_ON_ONE_PAGE = 26
"""So many lines still are legible when the form is shrunk to one page, signatures and all."""
_FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
_STYLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "left": {"text_wrap": True, "valign": "top"},
    "title": {"text_wrap": True, "align": "center", "valign": "top"},
    "bold": {"bold": True, "font_size": 13},
    "unit": {"italic": True, "align": "right"},
    "heading": {"bold": True, "border": 1, "text_wrap": True, "align": "center"},
    "column": {"italic": True, "font_size": 9, "border": 1, "text_wrap": True, "align": "center"},
    "signed": {"bold": True, "align": "center"},
    "signed_how": {"italic": True, "align": "center"},
    "name": {"border": 1, "text_wrap": True, "align": "left", "indent": 1},
    "centred": {"border": 1, "align": "center"},
    "count": {"border": 1, "num_format": "#,##0", "align": "right", "indent": 1},
    "day": {"border": 1, "align": "center", "num_format": "dd/mm/yyyy"},
    "rate": {"border": 1, "num_format": "0.00%", "align": "right", "indent": 1},
}
_STYLE_OF = {int: "count", date: "day"}
RATE = "in_time_rate"
_RATE_OF = ("resolved_early", "resolved_on_time", "resolved_late")
"""The mart's columns that the rate is made of: the first two over all three."""


class Head(NamedTuple):
    """What stands above a table: the form, its title, its period, who reports, what is counted; and the foot of every page."""

    form: Sequence[str]
    title: str
    period: Sequence[str]
    reporter: Sequence[str]
    counted: str
    foot: str


class Line(NamedTuple):
    """A line of a form: its number and name, the mart's row, and the places of the lines that add up to it."""

    number: str
    name: str
    row: Mapping[str, Any]
    parts: Sequence[int] = ()


class Quotient(NamedTuple):
    """A rate in a list: the places of its numerator and denominator in the line, what it is, and how many decimals it shows."""

    numerator: int
    denominator: int
    value: float
    decimals: int


class Book(NamedTuple):
    """A workbook that is being written, with its styles; each also stands there in bold, for the lines of totals."""

    file: Workbook
    styles: dict[str, Format]


def new_book(content: BytesIO, title: str, as_of: date) -> Book:
    """A workbook that is written to ``content`` when it is closed; the same cells give the same bytes."""
    # The library keeps what it is given and writes into it: the second workbook of a process would be another than the first.
    file = new_workbook(content, title, datetime.combine(as_of, time()), default_format_properties=dict(_FONT))
    styles = {name: file.add_format(_FONT | said) for name, said in _STYLES.items()}
    styles |= {f"{name} total": file.add_format(_FONT | said | {"bold": True}) for name, said in _STYLES.items()}
    return Book(file, styles)


def draw_form(book: Book, name: str, head: Head, columns: Sequence[Column], lines: Sequence[Line]) -> None:
    """A form. Every value is the mart's; a total is a formula wherever what it adds up gives that value."""
    sheet, first = _begin(book, name, head, columns, numbered=True)
    if len(lines) <= _ON_ONE_PAGE:
        sheet.fit_to_pages(1, 1)
    shown = [[_value(column, line.row) for column in columns] for line in lines]
    for place, line in enumerate(lines):
        row, weight = first + place, "" if line.number.isdigit() else " total"
        sheet.write_string(row, 0, line.number, book.styles[f"centred{weight}"])
        sheet.write_string(row, 1, line.name, book.styles[f"name{weight}"])
        _grow(sheet, row, [(line.name, columns[1].width)])
        for cell, column in enumerate(columns[2:], 2):
            is_rate, value = column.shows == (RATE,), shown[place][cell]
            parts = [(place, number - 1) for number in column.sum_of] or [(part, cell) for part in line.parts]
            formula = _rate_formula(columns, row) if is_rate else _sum_formula(parts, value, shown, first)
            style = book.styles[("rate" if is_rate else "count") + weight]
            if formula:
                sheet.write_formula(row, cell, formula, style, "" if value is None else value)
            elif value is None:
                sheet.write_blank(row, cell, None, style)
            else:
                sheet.write_number(row, cell, value, style)
    _sign(book, sheet, first + len(lines) + 1, len(columns))


def draw_list(book: Book, name: str, head: Head, columns: Sequence[Column], lines: Sequence[Sequence[Any]]) -> None:
    """A table of what is no sum."""
    sheet, first = _begin(book, name, head, columns)
    for row, cells in enumerate(lines, first):
        for place, cell in enumerate(cells):
            if isinstance(cell, Quotient):
                sheet.write_formula(row, place, _quotient(row, cell), _rate_style(book, cell.decimals), cell.value)
            else:
                write_cell(sheet, row, place, cell, book.styles[_STYLE_OF.get(type(cell), "name")])
        _grow(sheet, row, zip(cells, (column.width for column in columns), strict=True))
    _sign(book, sheet, first + len(lines) + 1, len(columns))


def draw_notes(book: Book, name: str, notes: Iterable[Sequence[str]]) -> None:
    """A plain sheet of texts: what it is about, in Vietnamese, in English."""
    sheet = book.file.add_worksheet(name)
    widths = (24, 60, 60)
    _set_up(sheet, widths)
    for row, texts in enumerate(notes):
        for place, text in enumerate(texts):
            sheet.write_string(row, place, text, book.styles["left"])
        _grow(sheet, row, zip(texts, widths, strict=True))


def _quotient(row: int, cell: Quotient) -> str:
    return f"={xl_rowcol_to_cell(row, cell.numerator)}/{xl_rowcol_to_cell(row, cell.denominator)}"


def _rate_style(book: Book, decimals: int) -> Format:
    """The style of a rate with so many decimals, two at least."""
    name = f"rate {max(decimals, 2)}"
    if name not in book.styles:
        book.styles[name] = book.file.add_format(_FONT | _STYLES["rate"] | {"num_format": f"0.{'0' * max(decimals, 2)}%"})
    return book.styles[name]


def _value(column: Column, row: Mapping[str, Any]) -> Any:
    """What a column shows of a row: one value, or the sum of several; None where one of them is not known."""
    values = [row.get(shown) for shown in column.shows if shown in row]
    if not values or None in values:
        return None
    return values[0] if len(values) == 1 else sum(values)


def _sum_formula(parts: Sequence[tuple[int, int]], value: Any, shown: Sequence[Sequence[Any]], first: int) -> str | None:
    """The sum of these cells of the table, if it is this value; ``first`` is the row where the table begins."""
    values = [shown[place][cell] for place, cell in parts]
    if not values or None in values or sum(values) != value:
        return None
    return "=" + _added([(first + place, cell) for place, cell in parts])


def _added(cells: list[tuple[int, int]]) -> str:
    """Cells one below the other as one SUM, any others one by one."""
    rows, places = {row for row, _ in cells}, {place for _, place in cells}
    if len(places) == 1 and len(cells) > 1 and max(rows) - min(rows) == len(cells) - 1:
        return f"SUM({xl_rowcol_to_cell(*cells[0])}:{xl_rowcol_to_cell(*cells[-1])})"
    return "+".join(xl_rowcol_to_cell(*cell) for cell in cells)


def _rate_formula(columns: Sequence[Column], row: int) -> str | None:
    """The rate from the columns of the same row; None where the layout does not show each of them by itself."""
    cell_of = {column.shows: xl_rowcol_to_cell(row, place) for place, column in enumerate(columns)}
    if not all((name,) in cell_of for name in _RATE_OF):
        return None
    early, on_time, late = (cell_of[name,] for name in _RATE_OF)
    return f'=IF({early}+{on_time}+{late}=0,"",({early}+{on_time})/({early}+{on_time}+{late}))'


def _begin(book: Book, name: str, head: Head, columns: Sequence[Column], *, numbered: bool = False) -> tuple[Worksheet, int]:
    """A sheet set up to be printed, with all that stands above the first line; and the row of that."""
    sheet, last = book.file.add_worksheet(name), len(columns) - 1
    _set_up(sheet, [column.width for column in columns])
    sheet.set_footer(f"&L&9{head.foot.replace('&', '&&')}&R&9&P/&N")
    middle, right = (2, max(last - 2, 3))
    for row in range(_TITLE_ROWS):
        sheet.set_row(row, _LINE + 2)
    sheet.merge_range(0, 0, _TITLE_ROWS - 1, 1, "\n".join(head.form), book.styles["left"])
    sheet.merge_range(0, middle, _TITLE_ROWS - 1, right - 1, "", book.styles["title"])
    period = "\n" + "\n".join(head.period)
    sheet.write_rich_string(0, middle, book.styles["bold"], head.title.upper(), book.styles["plain"], period, book.styles["title"])
    sheet.merge_range(0, right, _TITLE_ROWS - 1, last, "\n".join(head.reporter), book.styles["left"])
    sheet.write_string(_TITLE_ROWS, last, head.counted, book.styles["unit"])
    top = _TITLE_ROWS + 1
    below = _draw_headings(book, sheet, top, columns)
    if numbered:
        for place, column in enumerate(columns):
            sums = "+".join(f"({number})" for number in column.sum_of)
            sheet.write_string(below, place, f"({column.number})" + (f"=\n{sums}" if sums else ""), book.styles["column"])
        sheet.set_row(below, 1.8 * _LINE)
        below += 1
    sheet.repeat_rows(top, below - 1)
    sheet.freeze_panes(below, 2)
    return sheet, below


def _set_up(sheet: Worksheet, widths: Sequence[float]) -> None:
    """A4 landscape, as wide as a page."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_margins(left=0.5, right=0.4, top=0.6, bottom=0.6)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)


def _draw_headings(book: Book, sheet: Worksheet, top: int, columns: Sequence[Column]) -> int:
    """The headings, those above several columns merged across and the others merged down; the row below them."""
    depth = 1 + max(len(column.groups) for column in columns)
    heights = [_LINE] * depth
    for level in range(depth):
        for group, found in groupby(enumerate(columns), key=lambda each: each[1].groups[: level + 1]):
            members = list(found)
            (first, _), (last, _) = members[0], members[-1]
            if len(group) > level:
                _block(sheet, (top + level, first, top + level, last), group[level], book.styles["heading"])
                heights[level] = max(heights[level], _height(group[level], sum(column.width for _, column in members)))
                continue
            for place, column in members:
                if len(column.groups) == level:
                    _block(sheet, (top + level, place, top + depth - 1, place), column.heading, book.styles["heading"])
    for column in columns:
        spare = sum(heights[len(column.groups) : -1])
        heights[-1] = max(heights[-1], _height(column.heading, column.width) - spare)
    for level, height in enumerate(heights):
        sheet.set_row(top + level, height)
    return top + depth


def _block(sheet: Worksheet, area: tuple[int, int, int, int], text: str, style: Format) -> None:
    top, left, bottom, right = area
    if (top, left) == (bottom, right):
        sheet.write_string(top, left, text, style)
    else:
        sheet.merge_range(*area, text, style)


def _height(text: str, width: float) -> float:
    """Points that a text takes in a cell so many characters wide, each of its words whole where it can be."""
    lines = 0
    for paragraph in text.split("\n"):
        lines, room = lines + 1, width
        for word in paragraph.split():
            if len(word) > room and room < width:
                lines, room = lines + 1, width
            lines += max(ceil(len(word) / width) - 1, 0)
            room -= len(word) * _CHARACTER + _CHARACTER
    return lines * _LINE


def _grow(sheet: Worksheet, row: int, cells: Iterable[tuple[Any, float]]) -> None:
    """Make a row as high as its longest text needs: neither program does so by itself for what it did not write."""
    height = max((_height(text, width - _INDENT) for text, width in cells if isinstance(text, str)), default=_LINE)
    if height > _LINE:
        sheet.set_row(row, height)


def _sign(book: Book, sheet: Worksheet, row: int, width: int) -> None:
    """Where the one who made it and the head of the office sign."""
    left, right = (0, 1), (width // 2, width - 1)
    for below, (first, last), text, style in (
        (0, right, "…………, ngày …… tháng …… năm ……", "signed_how"),
        (1, left, "NGƯỜI LẬP BIỂU", "signed"),
        (1, right, "THỦ TRƯỞNG ĐƠN VỊ", "signed"),
        (2, left, "(Ký, ghi rõ họ tên)", "signed_how"),
        (2, right, "(Ký, ghi rõ họ tên, đóng dấu)", "signed_how"),
    ):
        sheet.merge_range(row + below, first, row + below, last, text, book.styles[style])
