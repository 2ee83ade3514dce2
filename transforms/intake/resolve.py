"""Words, unit names and procedure names of one file, resolved over their distinct spellings only."""

from collections.abc import Callable, Sequence

import duckdb
import pyarrow as pa

from transforms.intake.recipients import recipients_in
from transforms.labels import nfc, word_key
from transforms.profiles import Profile
from transforms.reference import Names

NAMED = ("word", "unit", "procedure", "field", "recipient", "recipients")
"""The roles of columns whose cells are looked up."""


def resolve_names(con: duckdb.DuckDBPyConnection, profile: Profile, names: Names) -> None:
    """Make a temporary table ``name_<column>(raw, resolved, written)`` for each column of words, units or procedures.

    What is not known is not in the table. A file has few distinct words, so they are looked up in Python once each. A
    recipient who is known and no unit resolves to an empty text. The table of a cell of recipients is ``(raw, members,
    outside_count, unknown_count)``. Without a register of units nothing is told of recipients.
    """
    for column in profile.entity.columns:
        if column.name not in profile.columns:
            continue
        match column.role:
            case "word":
                known = _lookup(profile.word_table(column.name))
            case "unit" if names.has_unit_register:
                known = _lookup(names.units_of(profile.source))
            case "procedure" if names.has_procedure_catalogue:
                known = names.procedure_of
            case "field" if names.fields:
                known = _lookup(names.fields)
            case "recipient":
                known = names.recipient_of(profile.source)
            case "recipients":
                _make_recipients_table(con, column.name, profile.source, names)
                continue
            case "unit" | "procedure" | "field":
                known = _as_written
            case _:
                continue
        _make_name_table(con, column.name, known)


def _as_written(name: str) -> str | None:
    """Without a register a name stands for itself."""
    return nfc(name) or None


def _lookup(table: dict[str, str]) -> Callable[[str], str | None]:
    return lambda name: table.get(word_key(name))


def _make_name_table(con: duckdb.DuckDBPyConnection, column: str, known: Callable[[str], str | None]) -> None:
    found = [(raw, resolved, nfc(raw)) for raw in _spellings(con, column) if (resolved := known(raw)) is not None]
    _make_table(con, column, {"raw": pa.string(), "resolved": pa.string(), "written": pa.string()}, found)


def _make_recipients_table(con: duckdb.DuckDBPyConnection, column: str, source: str, names: Names) -> None:
    members_of = names.members_of(source)
    found = [(raw, *recipients_in(raw, members_of)) for raw in _spellings(con, column)] if names.has_unit_register else []
    counts = {"outside_count": pa.int32(), "unknown_count": pa.int32()}
    _make_table(con, column, {"raw": pa.string(), "members": pa.string(), **counts}, found)


def _spellings(con: duckdb.DuckDBPyConnection, column: str) -> list[str]:
    found = con.execute(f"select distinct {column}_text from text_row where {column}_text is not null").fetchall()
    return [raw for (raw,) in found]


def _make_table(con: duckdb.DuckDBPyConnection, column: str, types: dict[str, pa.DataType], found: Sequence[tuple]) -> None:
    columns = zip(*found, strict=True) if found else ([] for _ in types)
    pairs = pa.table([pa.array(c, t) for c, t in zip(columns, types.values(), strict=True)], names=[*types])
    con.register("name_pairs", pairs)
    con.execute(f"create or replace temp table name_{column} as select * from name_pairs")
    con.unregister("name_pairs")
