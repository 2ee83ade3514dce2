"""A landed file becomes canonical rows: text cells are shaped by the profile, rules keep broken rows out by name.

The good rows end as a Parquet file, one row a key; from these files the history can be told again in any order.
"""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from transforms.codes import is_no_code
from transforms.duck import quoted
from transforms.entities import Entity
from transforms.errors import FileRefusedError
from transforms.intake.formats import read_kept
from transforms.intake.headers import EXPORT_TIME
from transforms.intake.resolve import resolve_names
from transforms.intake.shape import identified_sql, shaped_sql
from transforms.intake.table import TextTable
from transforms.labels import nfc
from transforms.profiles import Profile
from transforms.reference import Names

if TYPE_CHECKING:
    from expectations.row_rules import RowRule


# Small row groups let all cores work on a small file.
_ROWS_FORMAT = "format parquet, parquet_version v2, compression zstd, compression_level 1, row_group_size 61440"


@dataclass
class ReadResult:
    """What reading one file gave; ``row_count`` = good + duplicate + quarantined, always.

    ``quarantined`` holds (line, rule code, column, hash of the row's key or None); ``warnings`` counts rows by
    (rule code, column), ``set_aside`` by kind those that are no data (titles, totals). ``read_as`` says what the file was
    taken for. The good rows are in the Parquet file that was asked for.
    """

    headers: list[str]
    row_count: int = 0
    good_count: int = 0
    duplicate_count: int = 0
    quarantined_count: int = 0
    quarantined: list[tuple[int, str, str, str | None]] = field(default_factory=list)
    warnings: dict[tuple[str, str], int] = field(default_factory=dict)
    set_aside: dict[str, int] = field(default_factory=dict)
    read_as: dict[str, str | int] = field(default_factory=dict)


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
    stripped_of: str | None = None,
) -> tuple[ReadResult, datetime]:
    """Read one file into ``target`` (Parquet of canonical rows, one a key, the last of duplicates).

    ``stripped_of`` is the format of a file of which only the mapped columns were kept.
    Returns what was found and when the file was exported. FileRefusedError when nothing of the file can be trusted;
    broken rows are quarantined with line and rule.
    """
    # What is unpacked or decoded holds persons too, and is gone with the reading.
    with tempfile.TemporaryDirectory(dir=scratch, prefix="reading-") as own:
        table = read_kept(con, path, name, profile, Path(own), stripped_of)
        return _read_table(con, table, name, profile, names, rules, exported_at, target)


def _read_table(
    con: duckdb.DuckDBPyConnection,
    table: TextTable,
    name: str,
    profile: Profile,
    names: Names,
    rules: Sequence["RowRule"],
    exported_at: datetime | None,
    target: Path,
) -> tuple[ReadResult, datetime]:
    entity = profile.entity
    exported_at = exported_at or _export_time_in_column(con, name, profile)
    resolve_names(con, profile, names)
    con.execute(f"create or replace temp view shaped as {shaped_sql(profile, table.places, table.not_data)}")
    result = ReadResult(table.headers, table.data_count, set_aside=dict(table.set_aside), read_as=table.read_as)
    if result.row_count == 0:
        raise FileRefusedError(
            f"Không nhận tệp {name}: chỉ có hàng tiêu đề, không có hàng dữ liệu nào. Hãy kiểm tra bộ lọc khi kết xuất.",
            f"The file {name} is refused: it has a header and no rows. Check the filter used for the export.",
        )
    _list_repeated(con, entity, identified_sql(profile, table.not_data))
    broken = _broken_rows(con, entity, rules, exported_at, result)
    _quarantine(result, table, profile, broken)
    result.duplicate_count = _leave_out(con, entity, {record for record, *_ in broken})
    con.execute(
        f"""copy (select {", ".join(entity.content)} from shaped where record not in (select record from left_out))
            to {quoted(str(target))} ({_ROWS_FORMAT})"""
    )
    result.good_count = result.row_count - result.quarantined_count - result.duplicate_count
    con.execute("drop view shaped; drop table text_row; drop table repeated; drop table left_out")
    return result, exported_at


def _export_time_in_column(con: duckdb.DuckDBPyConnection, name: str, profile: Profile) -> datetime:
    if profile.exported_at.column is not None and (
        found := con.execute(f"select max({EXPORT_TIME}) from text_row").fetchall()[0][0]
    ):
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


def _list_repeated(con: duckdb.DuckDBPyConnection, entity: Entity, identified: str) -> None:
    """List in ``repeated`` the rows that share their identity with another row of the file."""
    identity = ", ".join(entity.identity)
    other = ", procedure_code" if entity.kind == "dossier" else ""
    con.execute(f"""
        create or replace temp table repeated as
        with identified as ({identified})
        select record, {identity}{other} from identified
        where ({identity}) in (select ({identity}) from identified group by {identity} having count(*) > 1)""")


def _broken_rows(
    con: duckdb.DuckDBPyConnection, entity: Entity, rules: Sequence["RowRule"], exported_at: datetime, result: ReadResult
) -> list[tuple[int, str, str, str | None]]:
    """(record, rule, column, key hash) of rows that a rule keeps out; warnings are counted into ``result``."""
    tests = ", ".join(f"case when {rule.broken_when} then {number} end" for number, rule in enumerate(rules))
    given = {"exported_at": exported_at} if "$exported_at" in tests else None
    con.execute(
        f"""create or replace temp table broken as select * from (
                select record, {entity.key_hash} as key_hash, unnest([{tests}]) as rule from shaped
                where {" or ".join(f"({rule.broken_when})" for rule in rules)})
            where rule is not null""",
        given,
    )
    counts = con.execute("select rule, count(*) from broken group by rule order by rule").fetchall()
    found = {number: (rules[number], count) for number, count in counts}
    result.warnings = {(rule.code, rule.column): count for rule, count in found.values() if rule.severity == "warning"}
    kept_out = [number for number, (rule, _) in found.items() if rule.severity == "quarantine"]
    listed = con.execute("select record, rule, key_hash from broken where rule in $1 order by record, rule", [kept_out]).fetchall()
    broken = [(record, rules[number].code, rules[number].column, key_hash) for record, number, key_hash in listed]
    already = {record for record, *_ in broken}
    return broken + _codes_with_two_procedures(con, entity, already) + _two_answers(con, entity, already)


def _codes_with_two_procedures(
    con: duckdb.DuckDBPyConnection, entity: Entity, already: set[int]
) -> list[tuple[int, str, str, str | None]]:
    if entity.kind != "dossier":
        return []
    found = con.execute(f"""
        select record, {entity.key_hash} from repeated where dossier_code in (
            select dossier_code from repeated group by dossier_code having count(distinct procedure_code) > 1)
        order by record""").fetchall()
    return [(r, "CODE_TWO_PROCEDURES", "dossier_code", h) for r, h in found if r not in already]


def _two_answers(con: duckdb.DuckDBPyConnection, entity: Entity, already: set[int]) -> list[tuple[int, str, str, str | None]]:
    """The sound rows that speak of one thing and say different things of it, where only one answer can hold."""
    if not entity.has_one_answer:
        return []
    identity = ", ".join(entity.identity)
    found = con.execute(
        f"""with sound as (
                select record, {entity.key_hash} as key_hash, {", ".join(entity.content)} from shaped
                where record in (select record from repeated) and not list_contains($already, record)),
            several as (
                select {identity} from (select distinct {", ".join(entity.content)} from sound)
                group by {identity} having count(*) > 1)
            select record, key_hash from sound where ({identity}) in (select ({identity}) from several) order by record""",
        {"already": sorted(already)},
    ).fetchall()
    return [(record, "TWO_ANSWERS", entity.identity[0], key_hash) for record, key_hash in found]


def _quarantine(result: ReadResult, table: TextTable, profile: Profile, broken: list[tuple[int, str, str, str | None]]) -> None:
    records = {record for record, *_ in broken}
    lines = table.lines_of(records) if records else {}
    code_at = table.places[profile.entity.code]
    result.quarantined = [
        (line, "ROW_SHAPE", "", _hash_of_code("".join(cells[code_at : code_at + 1]), profile)) for line, cells in table.misshapen
    ]
    result.quarantined += [(lines[record], rule, column, hashed) for record, rule, column, hashed in broken]
    result.quarantined_count = len(table.misshapen) + len(records)


def _hash_of_code(code: str, profile: Profile) -> str | None:
    """The key's hash of a row cut short, where its code alone identifies it: the dossier was there, whatever was said."""
    is_code = code.strip() and not is_no_code(code, profile.code_pattern)
    if not is_code or profile.entity.identity != (profile.entity.code,):
        return None
    return hashlib.md5(nfc(code).encode(), usedforsecurity=False).hexdigest()


def _leave_out(con: duckdb.DuckDBPyConnection, entity: Entity, broken: set[int]) -> int:
    """List in ``left_out`` the broken rows and all but the last of the sound rows with one identity; how many those are."""
    con.execute("create or replace temp table left_out as select unnest($1::bigint[]) as record", [sorted(broken)])
    return con.execute(f"""
        insert into left_out
        select record from (
            select record, max(record) over (partition by {", ".join(entity.identity)}) as last_record
            from repeated where record not in (select record from left_out))
        where record < last_record""").fetchall()[0][0]
