"""What the office that sent a file needs to mend its rows: where they stand, under which headers, and what comes nearest.

The file is read again for it, since no value of a row that is kept out is ever stored. None leaves this module either:
of an unknown name only the known ones most like it.
"""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from transforms.duck import connect
from transforms.intake.formats import read_kept
from transforms.intake.lines import coded_lines
from transforms.intake.table import TextTable, as_text
from transforms.labels import nearest, word_key
from transforms.profiles import Profile
from transforms.reference import Reference

UNKNOWN_NAME = {"WORD_UNKNOWN", "UNIT_UNKNOWN", "PROCEDURE_UNKNOWN"}
"""The rules that a row breaks by a word or name that is not listed."""
_MOST_UNKNOWN = 500
"""For so many different names the known ones most like them are looked for."""

Quarantined = tuple[int | None, str, str, str | None]
"""Line, rule, column and key hash of a row that is kept out, as the quarantine has them."""


@dataclass(frozen=True)
class Fault:
    """One reason why one row is kept out. ``unknown`` is the place of its name among the unknown ones."""

    line: int | None
    rule_code: str
    column: str
    unknown: int | None = None


@dataclass(frozen=True)
class UnknownName:
    """One name that is not known: in which column, in how many rows, first where, whether the cell is empty at all."""

    column: str
    row_count: int
    first_line: int
    is_empty: bool
    nearest: tuple[str, ...]


@dataclass(frozen=True)
class Faults:
    """The faults of a file by line, its headers by canonical column, its sheet where it has one, its unknown names."""

    rows: list[Fault]
    headers: dict[str, str]
    sheet: str
    unknown: list[UnknownName]


def find_faults(
    path: Path,
    name: str,
    profile: Profile,
    reference: Reference,
    quarantined: Sequence[Quarantined],
    scratch: Path,
    stripped_of: str | None = None,
) -> Faults:
    """Lay what the quarantine says of a file beside the file itself. FileRefusedError when it cannot be read any more.

    ``stripped_of`` is the format of a file of which only the mapped columns were kept.
    """
    con = connect(temp=scratch)
    try:
        with tempfile.TemporaryDirectory(dir=scratch, prefix="reading-") as own:
            table = read_kept(con, path, name, profile, Path(own), stripped_of)
            quarantined = _with_lines(quarantined, table, profile)
            names = _unknown_names(quarantined, table)
    finally:
        con.close()
    found: dict[tuple[str, str | None], list[int]] = {}
    for (line, column), key in names.items():
        found.setdefault((column, key), []).append(line)
    places = {name: place for place, name in enumerate(found)}
    return Faults(
        rows=[
            Fault(line, rule, column, places.get((column, names.get((line, column)))) if rule in UNKNOWN_NAME else None)
            for line, rule, column, _ in quarantined
        ],
        headers={column: " ".join(table.headers[at].split()) for column, at in table.places.items()},
        sheet=str(table.read_as.get("sheet", "")),
        unknown=[
            UnknownName(
                column,
                row_count=len(lines),
                first_line=lines[0],
                is_empty=not key,
                nearest=tuple(nearest(key, known_names(column, profile, reference))) if key and place < _MOST_UNKNOWN else (),
            )
            for place, ((column, key), lines) in enumerate(found.items())
        ],
    )


def known_names(column: str, profile: Profile, reference: Reference) -> list[str]:
    """The words, units or procedures that a cell of the column may name, as they are written."""
    role = next(c.role for c in profile.entity.columns if c.name == column)
    match role:
        case "word":
            return [word for words in profile.words_of(column).values() for word in words]
        case "unit":
            aliases = [a["alias"] for a in reference.aliases if a["source"] == profile.source]
            return [u["unit_name"] for u in reference.units] + aliases
        case _:
            return [p["procedure_name"] for p in reference.procedures]


def _with_lines(quarantined: Sequence[Quarantined], table: TextTable, profile: Profile) -> list[Quarantined]:
    """The same with the lines of rows that contradict the history, found by their code where that alone identifies them."""
    wanted = {key for line, _, _, key in quarantined if line is None}
    if not wanted or profile.entity.identity != (profile.entity.code,):
        return list(quarantined)
    found = {}
    for line, code in coded_lines(table, profile):
        hashed = hashlib.md5(code.encode(), usedforsecurity=False).hexdigest()
        if hashed in wanted:
            found[hashed] = line  # of several rows with one code the last is the one that was taken
    return [(found.get(key) if line is None else line, rule, column, key) for line, rule, column, key in quarantined]


def _unknown_names(quarantined: Sequence[Quarantined], table: TextTable) -> dict[tuple[int, str], str]:
    """By line and column, the comparison key of each name that is not known and has a cell of its own."""
    wanted: dict[int, list[str]] = {}
    for line, rule, column, _ in quarantined:
        if rule in UNKNOWN_NAME and column in table.places:
            wanted.setdefault(line, []).append(column)
    return {
        (line, column): word_key(as_text(cells[table.places[column]]))
        for line, cells in (table.rows() if wanted else ())
        for column in wanted.get(line, ())
    }
