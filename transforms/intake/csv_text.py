"""The CSV adapter: a delimited UTF-8 file becomes a table of text cells, or is refused with a reason."""

import bisect
import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from transforms.duck import quoted
from transforms.errors import FileRefusedError
from transforms.intake.headers import find_columns
from transforms.intake.shape import taken
from transforms.profiles import Profile

# Cells of free text can be long; a "cell" beyond this is a quote that never closes.
_LONGEST_CELL = 2_000_000
_CHUNK = 1 << 22
csv.field_size_limit(_LONGEST_CELL)


@dataclass(frozen=True)
class TextTable:
    """What an adapter gives: the table ``text_row`` with what `shape.taken` takes of each mapped column.

    The rowid of ``text_row`` counts its rows from 0; ``misshapen`` holds, for each row that is not in it for
    having another number of cells than the header, its line and the cell where the first mapped column stands.
    ``found`` names the mapped columns that the file has; ``has_line_per_record`` is true where no record spans lines and no
    line is blank.
    """

    path: Path
    headers: list[str]
    found: Collection[str]
    row_count: int
    misshapen: list[tuple[int, str | None]]
    has_line_per_record: bool


def read_text(con: duckdb.DuckDBPyConnection, path: Path, name: str, profile: Profile, scratch: Path) -> TextTable:
    """Read the file into the temporary table ``text_row``; FileRefusedError says why a file cannot be read at all."""
    ends = _line_ends(path)
    path = _with_even_lines(path, ends, scratch)
    header_at, headers = _headers(path, profile, name)
    wanted = find_columns(headers, profile, name)
    names = [f"c{i}" for i in range(len(headers))]
    places = {column: names[i] for column, i in wanted.items()}
    selected = taken(places, profile, has_odd_blanks=ends.has_odd_blanks, has_marks=ends.has_marks)
    for table in ("text_row", "reject_errors", "reject_scans"):
        con.execute(f"drop table if exists {table}")
    try:
        con.execute(f"""
            create temp table text_row as select {selected} from read_csv(
                {quoted(str(path))}, columns = {{{", ".join(f"'{n}': 'VARCHAR'" for n in names)}}},
                auto_detect = false, header = true, skip = {header_at - 1}, strict_mode = true, encoding = 'utf-8',
                delim = {quoted(profile.format.delimiter)}, quote = {quoted(profile.format.quote)},
                escape = {quoted(profile.format.quote)}, max_line_size = {_LONGEST_CELL},
                store_rejects = true, rejects_limit = 0)""")
    except duckdb.Error as error:
        raise _refused(name, "không đọc được như một bảng CSV", "it cannot be read as a CSV table") from error
    _refuse_broken_text(con, name)
    row_count = con.execute("select count(*) from text_row").fetchall()[0][0]
    rejected = con.execute("select line, any_value(csv_line) from reject_errors group by line order by line").fetchall()
    con.execute("drop table reject_errors; drop table reject_scans")
    code_at = next(iter(wanted.values()))
    has_line_per_record = ends.line_count == row_count + len(rejected) + 1
    if has_line_per_record:
        misshapen = [(line, _cell(text, code_at, profile)) for line, text in rejected]
    else:
        misshapen = _misshapen_by_second_reading(path, profile, len(headers), code_at, row_count, len(rejected), name)
    if misshapen and not ends.last_is_whole and misshapen[-1][0] == ends.line_count:
        raise _refused(
            name,
            f"tệp bị cắt giữa chừng ở dòng {ends.line_count}. Hãy kết xuất hoặc chép lại tệp",
            f"it breaks off in the middle of line {ends.line_count}. Export or copy it again",
        )
    return TextTable(path, headers, places.keys(), row_count, misshapen, has_line_per_record)


def lines_of(table: TextTable, records: set[int], profile: Profile) -> dict[int, int]:
    """The physical line on which each of these rows of ``text_row`` begins; read again only where lines are not records."""
    if table.has_line_per_record:
        left_out = sorted(line for line, _ in table.misshapen)
        # The header is line 1, and each line left out before a row moves it down by one.
        before = [line - place for place, line in enumerate(left_out)]
        return {record: record + 2 + bisect.bisect_right(before, record + 2) for record in records}
    shaped = (line for line, cells in _records(table.path, profile) if _fits(cells, len(table.headers)))
    return {record: line for record, line in enumerate(shaped, start=-1) if record in records}


# What `shape.taken` makes a plain blank of, or takes out; and how many bytes may hang over from one chunk to the next.
_ODD_BLANKS = (b"\t", b"\xc2\xa0", b"\x00", b"\xe2\x80\x8b")
_SEAM = 2
_SCANNED = 1 << 18
_LF, _CR, _QUOTE = b'\n\r"'


def _headers(path: Path, profile: Profile, name: str) -> tuple[int, list[str]]:
    """The line of the header, below any blank lines, and its cells."""
    if path.stat().st_size == 0:
        raise _refused(name, "tệp rỗng (0 byte)", "it is empty (0 bytes)")
    try:
        first = next(_records(path, profile), None)
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused(
            name,
            "không phải UTF-8. Hãy lưu lại dưới dạng «CSV UTF-8»",
            "it is not UTF-8. Save it as “CSV UTF-8”",
        ) from error
    if first is None:
        raise _refused(name, "tệp chỉ có dòng trống", "it holds only blank lines")
    return first


def _records(path: Path, profile: Profile) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not a blank line, with the line on which it begins."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=profile.format.delimiter, quotechar=profile.format.quote)
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


def _with_even_lines(path: Path, ends: _LineEnds, scratch: Path) -> Path:
    """The file itself, or a copy with one kind of line end where it mixes them: DuckDB gives up on a mixture."""
    if not ends.are_mixed:
        return path
    copy = scratch / f"even-{path.name}"
    with (
        path.open(encoding="utf-8", errors="surrogateescape", newline=None) as mixed,
        copy.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as even,
    ):
        while chunk := mixed.read(_CHUNK):
            even.write(chunk)
    return copy


def _refuse_broken_text(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Refuse a file of which DuckDB could not tell the rows apart, or that is in another encoding."""
    broken = con.execute("""
        select min(line) filter (where error_type = 'INVALID ENCODING'),
               min(line) filter (where error_type not in ('INVALID ENCODING', 'MISSING COLUMNS', 'TOO MANY COLUMNS'))
        from reject_errors""").fetchall()[0]
    if broken[0]:
        raise _refused(
            name,
            f"dòng {broken[0]} không phải UTF-8. Hãy lưu lại tệp dưới dạng «CSV UTF-8»",
            f"line {broken[0]} is not UTF-8. Save the file as “CSV UTF-8”",
        )
    if broken[1]:
        raise _refused(
            name,
            f"từ dòng {broken[1]} có dấu nháy không đóng, nên không tách được các hàng. Hãy kết xuất lại tệp",
            f"from line {broken[1]} on a quote is not closed, so that rows cannot be told apart. Export the file again",
        )


def _misshapen_by_second_reading(
    path: Path, profile: Profile, width: int, code_at: int, row_count: int, rejected: int, name: str
) -> list[tuple[int, str | None]]:
    """Rows with too few or too many cells in a file whose lines are not its records, once two readers agree on its rows."""
    try:
        records = [(line, _fits(cells, width), cells[code_at : code_at + 1]) for line, cells in _records(path, profile)][1:]
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused(name, "không tách được các hàng", "its rows cannot be told apart") from error
    misshapen = [(line, code[0].strip() if code else None) for line, fits, code in records if not fits]
    if len(records) - len(misshapen) != row_count or len(misshapen) != rejected:
        raise _refused(
            name,
            f"hai cách đọc cho số hàng khác nhau ({len(records)} và {row_count + rejected}); có thể dấu nháy bị hỏng",
            f"two readers count different rows ({len(records)} and {row_count + rejected}); a quote may be broken",
        )
    return misshapen


def _fits(cells: list[str], width: int) -> bool:
    """Whether a record is a row; like DuckDB, one empty cell too many at the end is let pass."""
    return len(cells) == width or (len(cells) == width + 1 and not cells[-1])


def _cell(text: str, place: int, profile: Profile) -> str | None:
    """One cell of a record cut short, if it reaches that far."""
    # DuckDB gives the record with its line end, or with that of the line before.
    cells = next(csv.reader([text.strip("\r\n")], delimiter=profile.format.delimiter, quotechar=profile.format.quote), [])
    return cells[place].strip() if place < len(cells) else None


def _refused(name: str, vi: str, en: str) -> FileRefusedError:
    return FileRefusedError(f"Không nhận tệp {name}: {vi}.", f"The file {name} is refused: {en}.")
