"""What every format is brought to: rows of cells, and from these the table ``text_row``."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa

from transforms.intake.headers import Head, find_columns
from transforms.intake.shape import taken
from transforms.profiles import Profile

Row = tuple[int, Sequence[Any]]
"""A row's number as a person sees it, from 1, and its cells; rows without any text are left out."""

_ROWS_A_BATCH = 20_000
# What `shape.taken` makes a plain blank of, or takes out; and the first byte of combining marks.
_ODD_BLANK = re.compile(rb"[\t\n\r\0]|\xc2\xa0|\xe2\x80\x8b|\xef\xbb\xbf")
_MARK = re.compile(rb"[\xcc\xcd]")
_TYPED_DATES = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f")


@dataclass(frozen=True)
class Grid:
    """One sheet or one table of a page. ``is_ragged`` where a row may have fewer cells than another.

    ``encoding`` names the fonts from before Unicode that its texts were typed for, where they were.
    """

    rows: Callable[[], Iterator[Row]]
    is_ragged: bool = False
    title: str = ""
    encoding: str = ""


@dataclass(frozen=True)
class TextTable:
    """What a format gives: the table ``text_row`` with what `shape.taken` takes of each mapped column.

    The rowid of ``text_row`` counts its ``row_count`` rows from 0; ``misshapen`` holds number and cells of each row that is
    not in it for having another number of cells than the header. ``places`` says where each mapped column stands. ``lines_of``
    gives the number on which rows of ``text_row`` begin, ``rows`` reads every row below the header again. ``read_as`` says
    how the file was read, ``set_aside`` how many rows of each kind are no data; those in ``text_row`` are ``not_data``.
    ``titles`` and ``totals`` are the texts of such rows, which may say what the file covers or how many rows it has.
    """

    headers: list[str]
    places: dict[str, int]
    row_count: int
    misshapen: list[tuple[int, Sequence[str]]]
    lines_of: Callable[[set[int]], dict[int, int]]
    rows: Callable[[], Iterator[Row]]
    read_as: dict[str, str | int]
    set_aside: Counter[str]
    not_data: Sequence[int] = ()
    titles: Sequence[str] = ()
    totals: Sequence[str] = ()

    @property
    def data_count(self) -> int:
        return self.row_count - len(self.not_data) + len(self.misshapen)


def load_grid(con: duckdb.DuckDBPyConnection, grid: Grid, head: Head, name: str, profile: Profile) -> TextTable:
    """Fill ``text_row`` with the rows below the header, in batches; FileRefusedError when a wanted column stands twice."""
    places = find_columns(head.headers, profile, name)
    lines: list[int] = []
    misshapen: list[tuple[int, Sequence[str]]] = []
    width = len(head.headers)

    def below() -> Iterator[Row]:
        return (row for row in grid.rows() if row[0] > head.line)

    names = {column: f"c{at}" for column, at in places.items()}
    schema = pa.schema([(name, pa.string()) for name in names.values()])
    rows, batches = below(), []
    while some := list(islice(rows, _ROWS_A_BATCH)):
        if grid.is_ragged:
            misshapen += [row for row in some if not fits(row[1], width)]
            some = [row for row in some if fits(row[1], width)]
        lines += [line for line, _ in some]
        columns = [pa.array([as_text(cells[at]) or None for _, cells in some], pa.string()) for at in places.values()]
        batches.append(pa.record_batch(columns, schema=schema))
    selected = taken(
        names, profile, dates=_TYPED_DATES, has_odd_blanks=_any_holds(batches, _ODD_BLANK), has_marks=_any_holds(batches, _MARK)
    )
    con.register("cells", pa.Table.from_batches(batches, schema))
    con.execute(f"create or replace temp table text_row as select {selected} from cells")
    con.unregister("cells")
    return TextTable(
        head.headers,
        places,
        len(lines),
        misshapen,
        lambda records: {record: lines[record] for record in records},
        below,
        {key: said for key, said in (("sheet", grid.title), ("encoding", grid.encoding)) if said} | {"header_line": head.line},
        +Counter(title=len(head.titles)),
        titles=head.titles,
    )


def _any_holds(batches: list[pa.RecordBatch], pattern: re.Pattern[bytes]) -> bool:
    return any(pattern.search(column.buffers()[2] or b"") for batch in batches for column in batch.columns)


def fits(cells: Sequence[Any], width: int) -> bool:
    """Whether a record is a row; like DuckDB, one empty cell too many at the end is let pass."""
    return len(cells) == width or (len(cells) == width + 1 and not cells[-1])


def as_text(cell: Any) -> str:
    """A cell as text: whole numbers without a decimal point, dates in ISO form with their time.

    A whole day has a time too, so that a date that a program wrote is not taken for one that a person typed.
    """
    return _TEXT_OF.get(type(cell), str)(cell)


_TEXT_OF: dict[type, Callable[[Any], str]] = {
    bool: lambda cell: str(cell).upper(),
    float: lambda cell: f"{cell:.0f}" if cell.is_integer() else repr(cell),
    datetime: datetime.isoformat,
    date: lambda cell: f"{cell.isoformat()}T00:00:00",
    time: time.isoformat,
}
