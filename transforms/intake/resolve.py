"""Words, unit names and procedure names of one file, resolved over their distinct spellings only."""

from collections.abc import Callable

import duckdb
import pyarrow as pa

from transforms.labels import nfc, word_key
from transforms.profiles import Profile
from transforms.reference import Names


def resolve_names(con: duckdb.DuckDBPyConnection, profile: Profile, names: Names) -> None:
    """Make a temporary table ``name_<column>(raw, resolved, written)`` for each column of words, units or procedures.

    What is not known is not in the table. A file has few distinct words, so they are looked up in Python once each.
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
            case "unit" | "procedure" | "field":
                known = nfc  # without a register a name stands for itself
            case _:
                continue
        _make_name_table(con, column.name, known)


def _lookup(table: dict[str, str]) -> Callable[[str], str | None]:
    return lambda name: table.get(word_key(name))


def _make_name_table(con: duckdb.DuckDBPyConnection, column: str, known: Callable[[str], str | None]) -> None:
    spellings = con.execute(f"select distinct {column}_text from text_row where {column}_text is not null").fetchall()
    found = [(raw, resolved, nfc(raw)) for (raw,) in spellings if (resolved := known(raw))]
    columns = zip(*found, strict=True) if found else ([], [], [])
    pairs = pa.table([pa.array(c, pa.string()) for c in columns], names=["raw", "resolved", "written"])
    con.register("name_pairs", pairs)
    con.execute(f"create or replace temp table name_{column} as select * from name_pairs")
    con.unregister("name_pairs")
