"""Forms as they are printed: which column of a form shows which column of a mart, and which is the sum of which.

The layouts are registers (``form_layout.csv``, ``form_column.csv``), dated, since instruments change; the sums are what the
marts keep, so that no layout can promise another one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from transforms.labels import nearest
from transforms.succession import FOREVER

FORM_TOTALS = {
    "form_ii06a": {
        "received_total": ("received_online", "received_other", "carried_over"),
        "resolved_total": ("resolved_early", "resolved_on_time", "resolved_late"),
        "open_total": ("open_in_time", "open_overdue"),
    },
    "form_detailed": {
        "received_total": ("carried_over", "received_in_period"),
    },
    "form_ii07b": {
        "total": ("province", "district", "commune"),
        "counter_total": ("counter_province", "counter_district", "counter_commune"),
        "process_total": ("process_province", "process_district", "process_commune"),
    },
}
"""The totals of each form's mart, with the columns that add up to them."""

LAYOUT_FILE, COLUMN_FILE = "form_layout.csv", "form_column.csv"
LAYOUT_COLUMNS = (
    *("layout_id", "mart_name", "form_name", "instrument", "valid_from", "valid_to"),
    *("title_vi", "title_en", "evidence_vi", "evidence_en"),
)
COLUMN_COLUMNS = (
    *("layout_id", "column_number", "group_vi", "group_en", "heading_vi", "heading_en"),
    *("shows", "sum_of", "mark"),
)
_NUMBER = re.compile("[1-9][0-9]?")
MARKS = ("seen", "unverified")
"""How far a heading was seen: in templates of software, or not even there; never in the instrument itself."""


class Mistake(NamedTuple):
    """What is wrong in a register of layouts, and on which line of which file."""

    file: str
    line: int
    en: str
    vi: str


def mistakes(layouts: list[dict[str, str]], columns: list[dict[str, str]]) -> Iterator[Mistake]:
    """What keeps the layouts from being drawn; ``shows`` and ``sum_of`` are lists parted by blanks.

    To be taken one by one: the later ones rest on the earlier ones having been mended.
    """
    yield from _mistakes_of_layouts(layouts)
    mart_of = {layout["layout_id"]: layout["mart_name"] for layout in layouts}
    row_of: dict[tuple[str, str], dict[str, str]] = {}
    for line, column in enumerate(columns, 2):
        layout, number = column["layout_id"], column["column_number"]
        if layout not in mart_of:
            yield _not_known(COLUMN_FILE, line, "layout_id", layout, mart_of)
        elif not _NUMBER.fullmatch(number):
            yield Mistake(COLUMN_FILE, line, f"column_number {number!r} is no number", f"column_number {number!r} không phải là số")
        elif row_of.setdefault((layout, number), column) is not column:
            yield Mistake(COLUMN_FILE, line, f"column {number} of {layout} stands twice", f"cột {number} của {layout} có hai dòng")
        elif column["mark"] not in MARKS:
            yield _not_known(COLUMN_FILE, line, "mark", column["mark"], MARKS)
        else:
            mart = mart_of[layout]
            unknown = (shown for shown in column["shows"].split() if shown not in mart_columns(mart))
            yield from (_not_known(COLUMN_FILE, line, f"{mart} column", shown, mart_columns(mart)) for shown in unknown)
    for line, column in enumerate(columns, 2):
        layout, numbers = column["layout_id"], column["sum_of"].split()
        parts = [row_of[layout, number] for number in numbers if (layout, number) in row_of]
        mart = mart_of[layout]
        if numbers and (len(parts) < len(numbers) or _added_up(mart, [column]) != _added_up(mart, parts)):
            said = f"({column['column_number']}) = {' + '.join(f'({number})' for number in numbers)}"
            yield Mistake(
                COLUMN_FILE,
                line,
                f"column {said} is no sum that {mart} keeps",
                f"cột {said} không phải là tổng mà {mart} bảo đảm",
            )


@cache
def mart_columns(mart: str) -> tuple[str, ...]:
    """The columns of a form's mart."""
    from transforms.runner import MODELS, parse_model  # slow, and wanted only where layouts are read

    return tuple(parse_model(MODELS / "marts" / f"{mart}.sql", "marts").columns)


def _mistakes_of_layouts(layouts: list[dict[str, str]]) -> Iterator[Mistake]:
    lines: dict[str, int] = {}
    for line, layout in enumerate(layouts, 2):
        name = layout["layout_id"]
        if lines.setdefault(name, line) != line:
            yield Mistake(LAYOUT_FILE, line, f"layout_id {name} stands twice", f"layout_id {name} có hai dòng")
        if layout["mart_name"] not in FORM_TOTALS:
            yield _not_known(LAYOUT_FILE, line, "mart_name", layout["mart_name"], FORM_TOTALS)
        if layout["valid_to"] and layout["valid_to"] < layout["valid_from"]:
            yield Mistake(
                LAYOUT_FILE,
                line,
                f"{name} ends on {layout['valid_to']}, before it begins on {layout['valid_from']}",
                f"{name} hết hiệu lực ngày {layout['valid_to']}, trước ngày bắt đầu {layout['valid_from']}",
            )
        for other in layouts[: line - 2]:
            if other["mart_name"] == layout["mart_name"] and _overlap(other, layout):
                yield Mistake(
                    LAYOUT_FILE,
                    line,
                    f"{name} and {other['layout_id']} are layouts of one form on the same days; mend valid_from or valid_to",
                    f"{name} và {other['layout_id']} cùng là bố cục của một biểu trong những ngày trùng nhau; hãy sửa valid_from "
                    "hoặc valid_to",
                )


def _overlap(one: dict[str, str], other: dict[str, str]) -> bool:
    return one["valid_from"] <= (other["valid_to"] or FOREVER) and other["valid_from"] <= (one["valid_to"] or FOREVER)


def _added_up(mart: str, columns: list[dict[str, str]]) -> Counter:
    """The mart's columns that are no totals, by how often the columns of a layout hold them together."""
    totals = FORM_TOTALS.get(mart, {})
    return Counter(part for column in columns for shown in column["shows"].split() for part in totals.get(shown, (shown,)))


def _not_known(file: str, line: int, column: str, word: str, known: Iterable[str]) -> Mistake:
    near = ", ".join(nearest(word, known) or sorted(known))
    vi = f"không có {column} tên {word!r}; có phải {near}?"
    return Mistake(file, line, f"{column} {word!r} is not known; did you mean {near}?", vi)
