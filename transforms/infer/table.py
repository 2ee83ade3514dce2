"""The likeliest table of a file that no profile knows: what it lists, where its header is, what stands in its columns."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from transforms.errors import FileRefusedError, refused
from transforms.infer.draft import printable
from transforms.infer.looks import Seen, is_like_a_person
from transforms.infer.vocabulary import vocabulary
from transforms.intake.csv_text import delimited_grids
from transforms.intake.encodings import as_utf8
from transforms.intake.formats import BINARY, out_of_archive, read_grids
from transforms.intake.headers import Head, likeliest_head, named_columns, titles_of
from transforms.intake.table import Grid, as_text

_LOOKED_AT = 50_000
"""So many rows tell what a column looks like."""
_HEAD_ROWS = 60
_FEWEST_NAMED = 2
"""With fewer known columns a table is none of ours, unless a person says so."""
_FEWEST_CELLS = 3


@dataclass(frozen=True)
class LikelyTable:
    """A table with the kind that it is taken for, those that it might be as well, its columns as seen, and, where it is
    delimited text, the delimiter that cuts it.
    """

    kind: str
    other_kinds: list[str]
    columns: list[Seen]
    delimiter: str | None


def likeliest_table(path: Path, name: str, kind: str | None, scratch: Path) -> LikelyTable:
    """The table that names the most columns of a kind (of the one given, if any). FileRefusedError when none names enough."""
    kinds = [kind] if kind else list(vocabulary().columns)
    grids = _opened(path, name, kinds, scratch)
    tops = [[(line, list(map(as_text, cells))) for line, cells in islice(grid.rows(), _HEAD_ROWS)] for grid, _ in grids]
    found = [
        (at, each, head, len(named_columns(head.headers, profile)))
        for each in kinds
        for profile in [vocabulary().as_profile(each)]
        for at, top in enumerate(tops)
        if (head := likeliest_head(top, profile))
    ]
    at, best, head, named = max(found, key=lambda one: one[-1], default=(0, kinds[0], None, 0))
    if named < _FEWEST_NAMED:
        at, head = _head_by_shape(tops, name, kind)
    grid, delimiter = grids[at]
    others = [each for other, each, _, count in found if (other, count) == (at, named) and each != best]
    return LikelyTable(best, others, _columns(grid, head), delimiter)


def _opened(path: Path, name: str, kinds: list[str], scratch: Path) -> list[tuple[Grid, str | None]]:
    """Every table that the file may hold; a delimited text cut in each of the usual ways, and by which delimiter."""
    path, form, _ = out_of_archive(path, name, scratch)
    refusals = []
    for kind in kinds:
        # An encoding of one byte a letter is told by the headers that it makes readable, and these differ by kind.
        try:
            text = path if form in BINARY else as_utf8(path, name, vocabulary().as_profile(kind), scratch)[0]
            if form != "csv":
                return [(grid, None) for grid in read_grids(text, form, name, scratch)]
            grids = [(grid, delimiter) for delimiter, grid in delimited_grids(text, name)]
            for grid, _ in grids:
                next(grid.rows(), None)  # says whether it can be read
        except FileRefusedError as refusal:
            refusals.append(refusal)
        else:
            return grids
    raise refusals[0]


def _head_by_shape(tops: list[list[tuple[int, list[str]]]], name: str, kind: str | None) -> tuple[int, Head]:
    """The first table that begins with a row of words, where a person says what kind it is; else there is nothing to go by."""
    for at, top in enumerate(tops if kind else []):
        for above, (line, cells) in enumerate(top):
            filled = [cell for cell in cells if cell.strip()]
            if len(filled) >= _FEWEST_CELLS and not any(map(_is_no_header, filled)):
                return at, Head(cells, line, titles_of(top[:above]))
    raise refused(
        name,
        "không thấy hàng tên cột của danh sách hồ sơ, sổ văn bản hay nhật ký gửi nhận nào. Nếu đúng là một trong các loại ấy, "
        "hãy thêm --kind dossier, document hoặc transmission",
        "no header of a list of dossiers, a register of documents or a log of transmissions is found in it. If it is one of them, "
        "add --kind dossier, document or transmission",
    )


def _is_no_header(cell: str) -> bool:
    return any(c.isdigit() for c in cell) or is_like_a_person(cell)


def _columns(grid: Grid, head: Head) -> list[Seen]:
    counted = [Counter[str]() for _ in head.headers]
    below = (cells for line, cells in grid.rows() if line > head.line)
    for cells in islice(below, _LOOKED_AT):
        for counter, cell in zip(counted, cells, strict=False):
            if text := as_text(cell).strip():
                counter[text] += 1
    return [Seen(place, printable(header), counted[place]) for place, header in enumerate(head.headers)]
