"""Some rows as they were understood, for a person to look at: codes, dates and known words are shown, all else is masked."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import duckdb

from transforms.duck import quoted, rows
from transforms.infer.looks import is_like_a_person
from transforms.profiles import Profile
from transforms.reference import Names

MASK = "•••"
_LONGEST_CODE = 60


def masked_rows(con: duckdb.DuckDBPyConnection, read: Path, profile: Profile, names: Names, how_many: int) -> list[dict[str, str]]:
    """The first rows of what was read, by canonical column; an empty text where a row says nothing.

    Units and procedures are shown where a register knows them, since without one any text stands for itself.
    """
    found = rows(con, f"select * from read_parquet({quoted(str(read))}) limit {how_many}")
    return [
        {
            output: _shown(row[output], is_shown=_is_shown(column.role, row[output], names))
            for column in profile.entity.columns
            if column.name in profile.columns
            for output in column.outputs
        }
        for row in found
    ]


def _is_shown(role: str, value: object, names: Names) -> bool:
    match role:
        case "time" | "number" | "amount" | "word":
            return True
        case "code":
            return len(str(value)) <= _LONGEST_CODE and any(c.isdigit() for c in str(value)) and not is_like_a_person(str(value))
        case "unit":
            return names.has_unit_register
        case "procedure":
            return names.has_procedure_catalogue
        case _:
            return False


def _shown(value: object, *, is_shown: bool) -> str:
    if value is None:
        return ""
    if not is_shown:
        return MASK
    return value.isoformat(" ", "minutes") if isinstance(value, datetime) else str(value)


def example(sample: list[Mapping[str, str]], output: str) -> str:
    """What the first row says that says anything in a column."""
    return next((row[output] for row in sample if row.get(output)), "")
