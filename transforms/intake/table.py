"""What every format is brought to: rows of cells, and from these the table ``text_row``."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import dropwhile, islice
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from transforms.intake.headers import Head, find_columns
from transforms.intake.shape import taken
from transforms.profiles import Profile

Row = tuple[int, Sequence[Any]]
"""A row's number as a person sees it, from 1, and its cells; rows without any text are left out."""

SHEET_STEP = 1_000_000_000
"""Where a table goes over several sheets, a row of the n-th sheet has n times this added to its number."""
_EXACT = 1e15
"""Excel keeps fifteen digits of a number: of one that has more, the last ones are lost."""
_ROWS_A_BATCH = 500
"""So few that the cells of a batch are gone before the garbage collector goes through them a second time."""
# What `shape.taken` makes a plain blank of, or takes out; and the first byte of combining marks.
_ODD_BLANKS = (b"\t", b"\n", b"\r", b"\0", b"\xc2\xa0", b"\xe2\x80\x8b", b"\xef\xbb\xbf")
_MARKS = (b"\xcc", b"\xcd")
TYPED_DATES = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f")
"""How `as_text` writes the dates of typed cells."""


@dataclass(frozen=True)
class Grid:
    """One sheet or one table of a page. ``is_ragged`` where a row may have fewer cells than another.

    ``encoding`` names the fonts from before Unicode that its texts were typed for, where they were. ``date_system`` is
    the year from which serial dates count, where it is known; whoever saves a text file has the usual one.
    """

    rows: Callable[[], Iterator[Row]]
    is_ragged: bool = False
    title: str = ""
    encoding: str = ""
    is_hidden: bool = False
    date_system: int | None = 1900


@dataclass(frozen=True)
class Part:
    """A sheet's share of ``text_row``: the record it begins with, and what its rows' numbers lie above."""

    first_record: int = 0
    above: int = 0


@dataclass(frozen=True)
class TextTable:
    """What a format gives: the table ``text_row`` with what `shape.taken` takes of each mapped column.

    The rowid of ``text_row`` counts its ``row_count`` rows from 0; ``misshapen`` holds number and cells of each row that is
    not in it for having another number of cells than the header. ``places`` says where each mapped column stands. ``lines_of``
    gives the number on which rows of ``text_row`` begin, ``rows`` reads every row below the header again. ``read_as`` says
    how the file was read, ``set_aside`` how many rows of each kind are no data; those in ``text_row`` are ``not_data``.
    ``titles``, by sheet, and ``totals`` are the texts of such rows, which may say what it covers or how many rows it has.
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
    parts: Sequence[Part] = (Part(),)
    date_system: int | None = 1900
    titles: Sequence[Sequence[str]] = ()
    totals: Sequence[str] = ()

    @property
    def data_count(self) -> int:
        return self.row_count - len(self.not_data) + len(self.misshapen)


def place_of(line: int) -> tuple[str, str]:
    """Where a row stands, in both languages, from its number."""
    sheet, row = divmod(line, SHEET_STEP)
    return (f"trang {sheet}, hàng {row}", f"sheet {sheet}, row {row}") if sheet else (f"hàng {row}", f"row {row}")


def line_or_place(line: int) -> int | str:
    """The row's own number where it tells the row, else its place in both languages."""
    return line if line < SHEET_STEP else " / ".join(place_of(line))


class HeadedGrid(NamedTuple):
    """A grid with its header, and its number among the sheets of the file (from 1)."""

    number: int
    grid: Grid
    head: Head


def load_grids(con: duckdb.DuckDBPyConnection, tables: Sequence[HeadedGrid], name: str, profile: Profile) -> TextTable:
    """Fill ``text_row`` with the rows below the one header that all tables have, in batches.

    FileRefusedError when a wanted column stands twice.
    """
    first = tables[0]
    places = find_columns(first.head.headers, profile, name)
    lines: list[int] = []
    misshapen: list[tuple[int, Sequence[str]]] = []
    parts: list[Part] = []
    batches: list[pa.RecordBatch] = []
    names = {column: f"c{at}" for column, at in places.items()}
    schema = pa.schema([(name, pa.string()) for name in names.values()])

    numbered = [(table.number * SHEET_STEP if len(tables) > 1 else 0, table) for table in tables]

    def below_header(table: HeadedGrid) -> Iterator[Row]:
        return dropwhile(lambda row: row[0] <= table.head.line, table.grid.rows())

    for offset, table in numbered:
        parts.append(Part(len(lines), offset))
        rows, width = below_header(table), len(table.head.headers)
        while some := list(islice(rows, _ROWS_A_BATCH)):
            if table.grid.is_ragged:
                misshapen += [(offset + line, cells) for line, cells in some if not fits(cells, width)]
                some = [row for row in some if fits(row[1], width)]
            lines += [offset + line for line, _ in some]
            columns = list(zip(*(cells for _, cells in some), strict=False)) or [()] * width
            batches.append(pa.record_batch([_texts(columns[at]) for at in places.values()], schema=schema))
    selected = taken(
        names, profile, dates=TYPED_DATES, has_odd_blanks=_any_holds(batches, _ODD_BLANKS), has_marks=_any_holds(batches, _MARKS)
    )
    con.register("cells", pa.Table.from_batches(batches, schema))
    con.execute(f"create or replace temp table text_row as select {selected} from cells")
    con.unregister("cells")
    titles = ", ".join(table.grid.title for table in tables if table.grid.title)
    encodings = ", ".join(sorted({table.grid.encoding for table in tables if table.grid.encoding}))
    return TextTable(
        first.head.headers,
        places,
        len(lines),
        misshapen,
        lambda records: {record: lines[record] for record in records},
        lambda: ((offset + line, cells) for offset, table in numbered for line, cells in below_header(table)),
        {key: said for key, said in (("sheet", titles), ("encoding", encodings)) if said} | {"header_line": first.head.line},
        +Counter(title=sum(len(table.head.titles) for table in tables)),
        parts=parts,
        date_system=first.grid.date_system,
        titles=[table.head.titles for table in tables],
    )


def _texts(cells: Sequence[Any]) -> pa.StringArray:
    """The cells of a column as texts, null where they are empty."""
    # Most columns hold nothing but texts: looking at each cell would take as long as reading it.
    if set(map(type, cells)) - {str}:
        cells = [cell if type(cell) is str else as_text(cell) for cell in cells]
    texts = pa.array(cells, pa.string())
    return pc.if_else(pc.equal(texts, ""), None, texts) if "" in cells else texts


def _any_holds(batches: list[pa.RecordBatch], sought: Sequence[bytes]) -> bool:
    texts = (bytes(column.buffers()[2] or b"") for batch in batches for column in batch.columns)
    return any(one[:1] in text and one in text for text in texts for one in sought)  # one byte is looked for ten times faster


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
    float: lambda cell: f"{cell:E}" if abs(cell) >= _EXACT else f"{cell:.0f}" if cell.is_integer() else repr(cell),
    datetime: datetime.isoformat,
    date: lambda cell: f"{cell.isoformat()}T00:00:00",
    time: time.isoformat,
}
