"""The workbook that an office fills in for a register: headings with notes and drop-downs, and a guide with an invented example."""

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from transforms.registers import Both, RegisterColumn, Sheet

_ROWS = 2_000
"""So many rows below the header are laid out; more can be filled in."""
_LISTS = "Danh mục"
_DATE = "dd/mm/yyyy"


def write_template(path: Path, register: Sheet, how_to_save: Both, units: Sequence[str] = ()) -> None:
    """Write the empty register to ``path`` (.xlsx); ``units`` are the names that the drop-down of a unit offers.

    What is not a date or a number is a cell of text, so that Excel does not turn 04/2020 into a date. The example stands
    on the sheet of the guide, since whatever stands below the header is read as data.
    """
    with xlsxwriter.Workbook(path) as book:
        formats = {"time": book.add_format({"num_format": _DATE}), "amount": book.add_format({"num_format": "0"})}
        as_text = book.add_format({"num_format": "@"})
        title, heading = book.add_format({"bold": True, "font_size": 13}), book.add_format({"bold": True, "border": 1})
        needed = book.add_format({"bold": True, "border": 1, "bg_color": "#FFF2CC"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"})
        sheet, guide = book.add_worksheet("Sổ"), book.add_worksheet("Hướng dẫn")
        lists = {"unit": units, **{column: said.options for column, said in register.columns.items() if said.options}}
        places = _write_lists(book.add_worksheet(_LISTS), {column: options for column, options in lists.items() if options})

        sheet.freeze_panes(1, 0)
        for at, (column, said) in enumerate(register.columns.items()):
            sheet.write_string(0, at, said.headings[0], needed if said.needed else heading)
            sheet.write_comment(0, at, f"{said.note.vi}\n{said.note.en}", {"x_scale": 2.5, "y_scale": 1.5})
            sheet.set_column(at, at, max(14, len(said.headings[0]) + 2), formats.get(said.role, as_text))
            if rule := _validation(column, said, places):
                sheet.data_validation(1, at, _ROWS, at, rule)

        guide.set_column(0, 0, 28)
        guide.set_column(1, 4, 44)
        guide.write_string(0, 0, f"{register.title.vi} · {register.title.en}", title)
        guide.write_string(1, 0, register.about.vi)
        guide.write_string(2, 0, register.about.en)
        guide.write_string(3, 0, how_to_save.vi)
        guide.write_string(4, 0, how_to_save.en)
        for at, text in enumerate(("Cột", "Cách ghi", "How to fill it in", "Chọn một trong", "Ví dụ (không có thật)")):
            guide.write_string(6, at, text, heading)
        for line, said in enumerate(register.columns.values(), 7):
            cells = (said.headings[0], said.note.vi, said.note.en, "; ".join(said.options), str(said.example))
            for at, text in enumerate(cells):
                guide.write_string(line, at, text, wrapped)


def _write_lists(sheet: Worksheet, lists: dict[str, Sequence[str]]) -> dict[str, str]:
    """Write what the drop-downs offer, a column a list; where each stands."""
    places = {}
    for at, (column, options) in enumerate(lists.items()):
        sheet.write_column(0, at, options)
        letter = xl_col_to_name(at, col_abs=True)
        places[column] = f"='{_LISTS}'!{letter}$1:{letter}${len(options)}"
    sheet.hide()
    return places


def _validation(column: str, said: RegisterColumn, places: dict[str, str]) -> dict | None:
    """What a cell of this column may hold. A unit that is not in the list only warns: the office may know it by another name."""
    match said.role:
        case "word":
            return {"validate": "list", "source": places[column]}
        case "unit" if "unit" in places:
            return {"validate": "list", "source": places["unit"], "error_type": "warning"}
        case "amount":
            return {"validate": "integer", "criteria": ">=", "value": 0}
        case _:
            return None
