"""A landed file becomes canonical rows: text cells are shaped by the profile, rules keep broken rows out by name.

The good rows end as a Parquet file, one row a key; from these files the history can be told again in any order.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from transforms.duck import quoted
from transforms.entities import Column
from transforms.errors import FileRefusedError
from transforms.intake.csv_text import TextTable, lines_of, read_text
from transforms.intake.headers import EXPORT_TIME
from transforms.intake.resolve import resolve_names
from transforms.labels import nfc
from transforms.profiles import Profile
from transforms.reference import Names

if TYPE_CHECKING:
    from expectations.row_rules import RowRule

_YEARS = (1990, 2100)
"""A date outside these years is a slip of the keyboard (year 24, year 20220)."""


@dataclass
class ReadResult:
    """What reading one file gave; ``row_count`` = good + duplicate + quarantined, always.

    ``quarantined`` holds (line, rule code, column, hash of the row's key or None); ``warnings`` counts rows by
    (rule code, column). The good rows are in the Parquet file that was asked for.
    """

    headers: list[str]
    row_count: int = 0
    good_count: int = 0
    duplicate_count: int = 0
    quarantined_count: int = 0
    quarantined: list[tuple[int, str, str, str | None]] = field(default_factory=list)
    warnings: dict[tuple[str, str], int] = field(default_factory=dict)


def read_rows(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    profile: Profile,
    names: Names,
    rules: Sequence["RowRule"],
    exported_at: datetime | None,
    target: Path,
    scratch: Path,
) -> tuple[ReadResult, datetime]:
    """Read one file into ``target`` (Parquet of canonical rows, one a key, the last of duplicates).

    Returns what was found and when the file was exported. FileRefusedError when nothing of the file can be trusted;
    broken rows are quarantined with line and rule.
    """
    key = profile.entity.key
    table = read_text(con, path, name, profile, scratch)
    exported_at = exported_at or _export_time_in_column(con, name, profile)
    resolve_names(con, profile, names)
    con.execute(shaping_sql(profile, table.is_composed))
    result = ReadResult(table.headers, row_count=table.row_count + len(table.misshapen))
    if result.row_count == 0:
        raise FileRefusedError(
            f"Không nhận tệp {name}: chỉ có hàng tiêu đề, không có hàng dữ liệu nào. Hãy kiểm tra bộ lọc khi kết xuất.",
            f"The file {name} is refused: it has a header and no rows. Check the filter used for the export.",
        )
    broken = _broken_rows(con, key, rules, exported_at, result)
    _quarantine(result, table, profile, broken)
    keep = "record not in (select record from broken_row)" if broken else "true"
    result.duplicate_count = _list_earlier_twins(con, key, keep)
    content = ", ".join(profile.entity.content)
    con.execute(
        f"copy (select {key}, {content} from shaped where {keep}"
        f" and record not in (select record from twin)) to {quoted(str(target))} (format parquet, compression lz4_raw)"
    )
    result.good_count = result.row_count - result.quarantined_count - result.duplicate_count
    for temporary in ("text_row", "shaped", "broken_row", "twin"):
        con.execute(f"drop table if exists {temporary}")
    return result, exported_at


def _export_time_in_column(con: duckdb.DuckDBPyConnection, name: str, profile: Profile) -> datetime:
    if profile.exported_at.column is not None:
        time = _time_sql(f"{EXPORT_TIME}_text", profile)
        if found := con.execute(f"select max({time}) from text_row").fetchall()[0][0]:
            return found
    raise FileRefusedError(
        f"Không nhận tệp {name}: không biết kết xuất lúc nào. Ghi ngày giờ trong tên tệp, hoặc thêm --exported-at, "
        f"hoặc tệp {name}.meta.json.",
        f"The file {name} is refused: nothing says when it was exported. Put the time in its name, give --exported-at, "
        f"or a file {name}.meta.json.",
    )


def column_roles(profile: Profile) -> dict[str, str]:
    """The role of each column that the profile maps, and of a status that is derived from dates."""
    return {c.name: c.role for c in profile.entity.columns if c.name in profile.columns}


def shaping_sql(profile: Profile, is_composed: bool) -> str:
    """The statement that makes ``shaped``: canonical columns, ``record``, and ``<column>_unknown`` flags."""
    parsed, joins = [], []
    for column in profile.entity.columns:
        mapped = column.name in profile.columns
        parsed += _parsed(column, mapped, profile, is_composed)
        if mapped and column.role in ("word", "unit", "procedure"):
            joins.append(f"left join name_{column.name} on name_{column.name}.raw = {column.name}_text")
    derived = _derived(profile)
    key = " || '|' || ".join(f"cast({name} as varchar)" for name in profile.entity.identity)
    source = f"{quoted(profile.source + ':')} || " if profile.entity.key_has_source else ""
    return f"""
        create or replace temp table shaped as
        with parsed as (
            select text_row.rowid as record, {", ".join(parsed)}
            from text_row {" ".join(joins)}
        )
        select *{derived}, {source}{key} as {profile.entity.key} from parsed"""


def _parsed(column: Column, mapped: bool, profile: Profile, is_composed: bool) -> list[str]:
    name, text = column.name, f"{column.name}_text"
    if not mapped:
        # What no column says is null; a dossier's status and its second unit are derived afterwards.
        return [] if _is_derived(column, profile) else [f"cast(null as {t}) as {o}" for o, t in column.outputs.items()]
    match column.role:
        case "time":
            return [
                f"{_time_sql(text, profile)} as {name}_any_year",
                f"case when year({name}_any_year) between {_YEARS[0]} and {_YEARS[1]} then {name}_any_year end as {name}",
                f"{text} is not null and {name} is null as {name}_unknown",
            ]
        case "word":
            # An empty status says nothing about the dossier; an empty channel or secrecy is a value of its own.
            is_unknown = f"name_{name}.resolved is null" + ("" if name == "status" else f" and {text} is not null")
            return [
                f"name_{name}.resolved as {name}",
                f"name_{name}.written as {name}_raw",
                f"{is_unknown} as {name}_unknown",
            ]
        case "unit" | "procedure":
            resolved = [
                f"name_{name}.resolved as {name}_code",
                f"{text} is not null and name_{name}.resolved is null as {name}_unknown",
            ]
            return resolved + ([f"name_{name}.written as {name}_name"] if column.role == "procedure" else [])
        case _:
            return [f"{text} as {name}" if is_composed else f"nfc_normalize({text}) as {name}"]


def _is_derived(column: Column, profile: Profile) -> bool:
    return profile.kind == "dossier" and column.name in ("status", "receiving_unit", "resolving_unit")


def _derived(profile: Profile) -> str:
    """A dossier's status from its dates, and its one unit in both roles, where the file does not say them."""
    if profile.kind != "dossier":
        return ""
    derived = ""
    if "status" not in profile.columns:
        derived += """,
            case when returned_at is not null then 'RETURNED'
                 when finished_at is not null then 'DONE_WAIT_RETURN'
                 else 'PROCESSING' end as status,
            cast(null as varchar) as status_raw"""
    if "resolving_unit" not in profile.columns:
        derived += ", receiving_unit_code as resolving_unit_code"
    if "receiving_unit" not in profile.columns:
        derived += ", resolving_unit_code as receiving_unit_code"
    return derived


def _time_sql(text: str, profile: Profile) -> str:
    """A local timestamp of the profile's zone: formats with an offset are converted, the others are local already."""
    local = [f for f in profile.dates if "%z" not in f]
    zoned = [f for f in profile.dates if "%z" in f]
    tries = []
    if local:
        tries.append(f"try_strptime({text}, [{', '.join(map(quoted, local))}])")
    if zoned:
        offset = f"regexp_replace({text}, 'Z$', '+0000')"
        tries.append(f"timezone({quoted(profile.zone)}, try_strptime({offset}, [{', '.join(map(quoted, zoned))}]))")
    return tries[0] if len(tries) == 1 else f"coalesce({', '.join(tries)})"


def _broken_rows(
    con: duckdb.DuckDBPyConnection, key: str, rules: Sequence["RowRule"], exported_at: datetime, result: ReadResult
) -> list[tuple[int, str, str, str | None]]:
    """(record, rule, column, key hash) of rows that a rule keeps out; warnings are counted into ``result``."""
    params = {"exported_at": exported_at}
    counted = ", ".join(f"count(*) filter (where {rule.broken_when})" for rule in rules)
    given = params if "$exported_at" in counted else None
    counts = con.execute(f"select {counted} from shaped", given).fetchall()[0]
    broken = []
    for rule, count in zip(rules, counts, strict=True):
        if not count:
            continue
        if rule.severity == "warning":
            result.warnings[rule.code, rule.column] = count
            continue
        given = params if "$exported_at" in rule.broken_when else None
        broken += [
            (record, rule.code, rule.column, hashed)
            for record, hashed in con.execute(
                f"select record, md5({key}) from shaped where {rule.broken_when} order by record", given
            ).fetchall()
        ]
    broken += _codes_with_two_procedures(con, key, {record for record, *_ in broken})
    if broken:
        con.execute("create or replace temp table broken_row as select unnest($1) as record", [[b[0] for b in broken]])
    return broken


def _codes_with_two_procedures(
    con: duckdb.DuckDBPyConnection, key: str, already: set[int]
) -> list[tuple[int, str, str, str | None]]:
    if key != "dossier_key":
        return []
    found = con.execute("""
        select record, md5(dossier_key) from shaped where dossier_key in (
            select dossier_key from shaped group by dossier_key
            having count(*) > 1 and count(distinct procedure_code) > 1)
        order by record""").fetchall()
    return [(r, "CODE_TWO_PROCEDURES", "dossier_code", h) for r, h in found if r not in already]


def _quarantine(result: ReadResult, table: TextTable, profile: Profile, broken: list[tuple[int, str, str, str | None]]) -> None:
    records = {record for record, *_ in broken}
    lines = lines_of(table, records, profile) if records else {}
    result.quarantined = [(line, "ROW_SHAPE", "", _hash_of_code(code, profile)) for line, code in table.misshapen]
    result.quarantined += [(lines[record], rule, column, hashed) for record, rule, column, hashed in broken]
    result.quarantined_count = len(table.misshapen) + len(records)


def _hash_of_code(code: str | None, profile: Profile) -> str | None:
    """The key's hash of a row cut short, where its code alone makes the key: the dossier was there, whatever was said."""
    if not code or profile.entity.identity != (next(iter(profile.columns)),):
        return None
    return hashlib.md5(f"{profile.source}:{nfc(code)}".encode(), usedforsecurity=False).hexdigest()


def _list_earlier_twins(con: duckdb.DuckDBPyConnection, key: str, keep: str) -> int:
    """List in ``twin`` all but the last row of each key; the number of them."""
    con.execute(f"""
        create or replace temp table twin as
        with repeated as (
            select {key} as twin_key, max(record) as last_record from shaped where {keep}
            group by {key} having count(*) > 1
        )
        select record from shaped join repeated on {key} = twin_key where record < last_record and {keep}""")
    return con.execute("select count(*) from twin").fetchall()[0][0]
