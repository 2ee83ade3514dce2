"""Delimited UTF-8 text becomes a table of text cells, by DuckDB's own reader, or is refused with a reason."""

import bisect
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np

from transforms.duck import quoted
from transforms.errors import refused
from transforms.intake.headers import Head, find_columns, find_head, known_count
from transforms.intake.shape import taken
from transforms.intake.table import Grid, Row, TextTable, fits
from transforms.profiles import Profile

# Cells of free text can be long; a "cell" beyond this is a quote that never closes.
_LONGEST_CELL = 2_000_000
_CHUNK = 1 << 22
_DELIMITERS = (",", ";", "\t", "|")
csv.field_size_limit(_LONGEST_CELL)


def load_delimited(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, profile: Profile, scratch: Path, dates: Sequence[str] = ()
) -> TextTable:
    """Read the file into the temporary table ``text_row``; FileRefusedError says why a file cannot be read at all.

    ``dates`` are forms of dates that it holds besides those of the profile.
    """
    delimiter, head = find_delimited_head(path, profile, name)
    if not isinstance(head, Head):
        if not head:
            raise refused(name, "tệp chỉ có dòng trống", "it holds only blank lines")
        find_columns(head, profile, name)  # says what is missing
        raise AssertionError(head)
    ends = _line_ends(path)
    above = head.line - 1
    if above or ends.are_mixed:
        path = _tidied(path, above, scratch)
        ends = _line_ends(path)
    dialect = {"delimiter": delimiter, "quotechar": profile.format.quote}
    wanted = find_columns(head.headers, profile, name)
    names = [f"c{i}" for i in range(len(head.headers))]
    places = {column: names[i] for column, i in wanted.items()}
    selected = taken(places, profile, dates=dates, has_odd_blanks=ends.has_odd_blanks, has_marks=ends.has_marks)
    for table in ("text_row", "reject_errors", "reject_scans"):
        con.execute(f"drop table if exists {table}")
    try:
        con.execute(f"""
            create temp table text_row as select {selected} from read_csv(
                {quoted(str(path))}, columns = {{{", ".join(f"'{n}': 'VARCHAR'" for n in names)}}},
                auto_detect = false, header = true, strict_mode = true, encoding = 'utf-8',
                delim = {quoted(delimiter)}, quote = {quoted(profile.format.quote)},
                escape = {quoted(profile.format.quote)}, max_line_size = {_LONGEST_CELL},
                store_rejects = true, rejects_limit = 0)""")
    except duckdb.Error as error:
        raise refused(name, "không đọc được như một bảng CSV", "it cannot be read as a CSV table") from error
    _refuse_broken_text(con, name, above)
    row_count = con.execute("select count(*) from text_row").fetchall()[0][0]
    rejected = con.execute("select line, any_value(csv_line) from reject_errors group by line order by line").fetchall()
    con.execute("drop table reject_errors; drop table reject_scans")
    has_line_per_record = ends.line_count == row_count + len(rejected) + 1
    if has_line_per_record:
        misshapen = [(line, _cells(text, dialect)) for line, text in rejected]
    else:
        misshapen = _misshapen_by_second_reading(path, dialect, len(names), row_count, len(rejected), name)
    if misshapen and not ends.last_is_whole and misshapen[-1][0] == ends.line_count:
        raise refused(
            name,
            f"tệp bị cắt giữa chừng ở dòng {ends.line_count + above}. Hãy kết xuất hoặc chép lại tệp",
            f"it breaks off in the middle of line {ends.line_count + above}. Export or copy it again",
            "FILE_TRUNCATED",
        )

    def rows() -> Iterator[Row]:
        return ((line + above, cells) for line, cells in islice(_records(path, dialect), 1, None))

    def lines_of(records: set[int]) -> dict[int, int]:
        if has_line_per_record:
            left_out = sorted(line for line, _ in misshapen)
            # The header is line 1, and each line left out before a row moves it down by one.
            before = [line - place for place, line in enumerate(left_out)]
            return {record: record + 2 + bisect.bisect_right(before, record + 2) + above for record in records}
        shaped = (line for line, cells in rows() if fits(cells, len(names)))
        return {record: line for record, line in enumerate(shaped) if record in records}

    return TextTable(
        head.headers,
        wanted,
        row_count,
        [(line + above, cells) for line, cells in misshapen],
        lines_of,
        rows,
        {"delimiter": delimiter, "header_line": head.line},
        +Counter(title=len(head.titles)),
        titles=[head.titles],
    )


# What `shape.taken` makes a plain blank of, or takes out; and how many bytes may hang over from one chunk to the next.
_ODD_BLANKS = (b"\t", b"\xc2\xa0", b"\x00", b"\xe2\x80\x8b")
_SEAM = 2
_SCANNED = 1 << 18
_LF, _CR, _QUOTE = b'\n\r"'


def find_delimited_head(path: Path, profile: Profile, name: str) -> tuple[str, Head | list[str]]:
    """The header and the delimiter by which it is found: the profile's own, else another of the usual ones.

    Where there is none, the cells of the row that is most like a header. FileRefusedError when no row can be read.
    """
    if path.stat().st_size == 0:
        raise refused(name, "tệp rỗng (0 byte)", "it is empty (0 bytes)")
    nearest: tuple[str, list[str]] = ("", [])
    for delimiter in dict.fromkeys((profile.format.delimiter, *_DELIMITERS)):
        rows = _until_broken(path, {"delimiter": delimiter, "quotechar": profile.format.quote}, name)
        found = find_head(rows, profile)
        if isinstance(found, Head):
            return delimiter, found
        if not nearest[1] or known_count(found, profile) > known_count(nearest[1], profile):
            nearest = delimiter, found
    return nearest


def delimited_grids(path: Path, name: str) -> list[tuple[str, Grid]]:
    """The text cut by each of the usual delimiters, and by which; FileRefusedError when its rows cannot be read."""
    return [(delimiter, Grid(lambda d=delimiter: _all_rows(path, d, name), is_ragged=True)) for delimiter in _DELIMITERS]


def _all_rows(path: Path, delimiter: str, name: str) -> Iterator[Row]:
    try:
        yield from _records(path, {"delimiter": delimiter, "quotechar": '"'})
    except (UnicodeDecodeError, csv.Error) as error:
        raise refused(name, "không đọc được như một bảng CSV UTF-8", "it cannot be read as a CSV table in UTF-8") from error


def _until_broken(path: Path, dialect: dict[str, str], name: str) -> Iterator[Row]:
    """The first rows; what is broken further down is DuckDB's to name."""
    is_first = True
    try:
        for row in _records(path, dialect):
            yield row
            is_first = False
    except (UnicodeDecodeError, csv.Error) as error:
        if is_first:
            raise refused(
                name,
                "không phải UTF-8. Hãy lưu lại dưới dạng «CSV UTF-8»",
                "it is not UTF-8. Save it as “CSV UTF-8”",
            ) from error


def _records(path: Path, dialect: dict[str, str]) -> Iterator[Row]:
    """Every record that is not a blank line, with the line on which it begins."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, **dialect)
        begins = 1
        for cells in reader:
            if cells:
                yield begins, cells
            begins = reader.line_num + 1


@dataclass(frozen=True)
class _LineEnds:
    """How many of each line end a file has, whether it ends with one, whether it holds odd blanks or combining marks."""

    lf: int
    cr: int
    crlf: int
    last_is_whole: bool
    has_odd_blanks: bool
    has_marks: bool

    @property
    def are_mixed(self) -> bool:
        return self.cr > 0 and not (self.cr == self.lf == self.crlf) and self.lf != 0

    @property
    def line_count(self) -> int:
        return (self.lf or self.cr) + (not self.last_is_whole)


def _line_ends(path: Path) -> _LineEnds:
    lf = cr = crlf = 0
    tail = b" " * _SEAM
    has_odd_blanks = has_marks = False
    with path.open("rb") as file:
        while chunk := file.read(_SCANNED):
            seen = tail + chunk
            cells = np.frombuffer(seen, np.uint8)
            before_lf = cells[np.flatnonzero(cells[_SEAM:] == _LF) + _SEAM - 1]
            before_cr = cells[np.flatnonzero(cells[_SEAM:] == _CR) + _SEAM - 1] if b"\r" in chunk else cells[:0]
            lf += len(before_lf)
            cr += len(before_cr)
            crlf += np.count_nonzero(before_lf == _CR)
            has_odd_blanks = (
                has_odd_blanks
                or any(odd[:1] in seen and odd in seen for odd in _ODD_BLANKS)  # one byte is looked for ten times faster
                or bool(np.any(before_lf == _QUOTE) or np.any(before_cr == _QUOTE))  # a cell that begins with a line end
            )
            has_marks = has_marks or b"\xcc" in chunk or b"\xcd" in chunk
            tail = seen[-_SEAM:]
    return _LineEnds(lf, cr, int(crlf), tail[-1:] in (b"\n", b"\r"), has_odd_blanks, has_marks)


def _tidied(path: Path, above: int, scratch: Path) -> Path:
    """A copy without the lines above the header and with one kind of line end: DuckDB gives up on a mixture."""
    copy = scratch / f"tidied-{path.name}"
    with (
        path.open(encoding="utf-8-sig", errors="surrogateescape", newline=None) as file,
        copy.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as tidied,
    ):
        for _ in islice(file, above):
            pass
        while chunk := file.read(_CHUNK):
            tidied.write(chunk)
    return copy


def _refuse_broken_text(con: duckdb.DuckDBPyConnection, name: str, above: int) -> None:
    """Refuse a file of which DuckDB could not tell the rows apart, or that is in another encoding."""
    broken = con.execute("""
        select min(line) filter (where error_type = 'INVALID ENCODING'),
               min(line) filter (where error_type not in ('INVALID ENCODING', 'MISSING COLUMNS', 'TOO MANY COLUMNS'))
        from reject_errors""").fetchall()[0]
    if broken[0]:
        raise refused(
            name,
            f"dòng {broken[0] + above} không phải UTF-8. Hãy lưu lại tệp dưới dạng «CSV UTF-8»",
            f"line {broken[0] + above} is not UTF-8. Save the file as “CSV UTF-8”",
        )
    if broken[1]:
        raise refused(
            name,
            f"từ dòng {broken[1] + above} có dấu nháy không đóng, nên không tách được các hàng. Hãy kết xuất lại tệp",
            f"from line {broken[1] + above} on a quote is not closed, so that rows cannot be told apart. Export the file again",
        )


def _misshapen_by_second_reading(
    path: Path, dialect: dict[str, str], width: int, row_count: int, rejected: int, name: str
) -> list[tuple[int, list[str]]]:
    """Rows with too few or too many cells in a file whose lines are not its records, once two readers agree on its rows."""
    record_count, misshapen = 0, []
    try:
        for line, cells in islice(_records(path, dialect), 1, None):
            record_count += 1
            if not fits(cells, width):
                misshapen.append((line, cells))
    except (UnicodeDecodeError, csv.Error) as error:
        raise refused(name, "không tách được các hàng", "its rows cannot be told apart") from error
    if record_count - len(misshapen) != row_count or len(misshapen) != rejected:
        raise refused(
            name,
            f"hai cách đọc cho số hàng khác nhau ({record_count} và {row_count + rejected}); có thể dấu nháy bị hỏng",
            f"two readers count different rows ({record_count} and {row_count + rejected}); a quote may be broken",
        )
    return misshapen


def _cells(text: str, dialect: dict[str, str]) -> list[str]:
    """The cells of a record of another shape; DuckDB gives it with its line end, or with that of the line before."""
    return next(csv.reader([text.strip("\r\n")], **dialect), [])
