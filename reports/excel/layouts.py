"""The printed layouts of the forms, as the mart ``form_layout`` holds them, dated."""

from datetime import date
from typing import NamedTuple

import duckdb

from reports.words import Said
from transforms.duck import rows


class Column(NamedTuple):
    """A column of a printed table: headings above it from the top, its own, what it shows, and what it adds up."""

    number: int
    groups: tuple[str, ...]
    heading: str
    shows: tuple[str, ...] = ()
    sum_of: tuple[int, ...] = ()
    width: float = 9
    in_english: str = ""


class Layout(NamedTuple):
    """A form as it is printed for a period that ends while the layout is in use."""

    mart: str
    form_name: str
    instrument: str
    title: Said
    evidence: Said
    columns: list[Column]


NUMBER_WIDTH, NAME_WIDTH = 5, 38
_WIDTHS = {1: NUMBER_WIDTH, 2: NAME_WIDTH}


def layout_of(con: duckdb.DuckDBPyConnection, mart: str, day: date) -> Layout | None:
    """The layout of a form whose period ends on this day; None where the register has none for it."""
    found = rows(
        con,
        """select * from form_layout where mart_name = $mart and coalesce(valid_from <= $day, true)
               and coalesce(valid_to >= $day, true) order by column_number""",
        {"mart": mart, "day": day},
    )
    if not found:
        return None
    first = found[0]
    return Layout(
        mart,
        first["form_name"],
        first["instrument"] or "",
        (first["title_vi"], first["title_en"]),
        (first["evidence_vi"], first["evidence_en"]),
        [_column(row) for row in found],
    )


def _column(row: dict) -> Column:
    return Column(
        row["column_number"],
        tuple((row["group_vi"] or "").split(" / ")) if row["group_vi"] else (),
        row["heading_vi"],
        tuple((row["shows"] or "").split()),
        tuple(int(number) for number in (row["sum_of"] or "").split()),
        _WIDTHS.get(row["column_number"], 11 if row["sum_of"] else 9),
        " / ".join(filter(None, (row["group_en"], row["heading_en"]))),
    )
