"""A landed file becomes canonical rows: text cells are shaped by the profile, rules keep broken rows out by name.

The good rows end as a Parquet file, one row a key; from these files the history can be told again in any order.
"""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from transforms.codes import is_no_code
from transforms.coverage import NOTHING_SAID, CoverageSaid, Covers, days_en, days_vi, what_it_covers
from transforms.duck import quoted
from transforms.entities import Entity
from transforms.errors import refused
from transforms.findings import Finding, Judgement
from transforms.intake.formats import read_kept
from transforms.intake.headers import EXPORT_TIME, known_headers
from transforms.intake.resaved import judge_dates, warn_of_mended
from transforms.intake.resolve import resolve_names
from transforms.intake.shape import identified_sql, shaped_sql
from transforms.intake.shifted import judge_columns
from transforms.intake.stated_count import judge_count
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
    taken for, ``covers`` what it claims to hold, ``findings`` which file rules it breaks without being refused.
    ``known_columns`` are the profile's columns in the order of the file, ``national_code_share`` the share of national codes
    among a dossier list's codes. The good rows are in the Parquet file that was asked for.
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
    covers: Covers | None = None
    findings: list[Finding] = field(default_factory=list)
    known_columns: list[str] = field(default_factory=list)
    national_code_share: float | None = None


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
    said: CoverageSaid = NOTHING_SAID,
    accepted: Collection[str] = (),
    stripped_of: str | None = None,
) -> tuple[ReadResult, datetime]:
    """Read one file into ``target`` (Parquet of canonical rows, one a key, the last of duplicates).

    ``said`` is what an option or a sidecar says of what it covers, ``accepted`` the file rules that it may break,
    ``stripped_of`` the format of a file of which only the mapped columns were kept. Returns what was found and when the file
    was exported. FileRefusedError when nothing of the file can be trusted; broken rows are quarantined with line and rule.
    """
    # What is unpacked or decoded holds persons too, and is gone with the reading.
    with tempfile.TemporaryDirectory(dir=scratch, prefix="reading-") as own:
        table = read_kept(con, path, name, profile, Path(own), stripped_of)
        return _read_table(con, table, profile, names, rules, exported_at, target, said, Judgement(name, accepted))


def _read_table(
    con: duckdb.DuckDBPyConnection,
    table: TextTable,
    profile: Profile,
    names: Names,
    rules: Sequence["RowRule"],
    exported_at: datetime | None,
    target: Path,
    said: CoverageSaid,
    judgement: Judgement,
) -> tuple[ReadResult, datetime]:
    entity, name = profile.entity, judgement.name
    exported_at = exported_at or _export_time_in_column(con, name, profile)
    if table.data_count == 0:
        judgement.refuse(
            "FILE_EMPTY",
            "chỉ có hàng tiêu đề, không có hàng dữ liệu nào. Hãy kiểm tra bộ lọc khi kết xuất, hoặc nếu đúng thì chấp nhận "
            "FILE_EMPTY kèm lý do",
            "it has a header and no rows. Check the filter used for the export or, if it is right, accept FILE_EMPTY with a reason",
        )
    coded = judge_columns(con, table, profile, judgement)
    judge_count(table, judgement)
    judge_dates(table, profile, judgement)
    covers, contradictions = what_it_covers(profile, name, table.titles, said)
    judgement.findings += contradictions
    resolve_names(con, profile, names)
    con.execute(f"create or replace temp view shaped as {shaped_sql(profile, table.places, table.not_data)}")
    _warn_of_rows_outside(con, profile, covers, judgement)
    result = ReadResult(
        table.headers,
        table.data_count,
        set_aside=dict(table.set_aside),
        read_as=table.read_as,
        covers=covers,
        findings=judgement.findings,
        known_columns=known_headers(table.headers, profile),
        national_code_share=coded,
    )
    _list_repeated(con, entity, identified_sql(profile, table.not_data))
    given = {"exported_at": exported_at, "below_level_3": sorted(names.below_level_3)}
    broken = _broken_rows(con, entity, rules, given, result)
    warn_of_mended(Counter(result.warnings) + Counter((rule, column) for _, rule, column, _ in broken), table, judgement)
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
    raise refused(
        name,
        f"không biết kết xuất lúc nào. Ghi ngày giờ trong tên tệp, hoặc thêm --exported-at, hoặc tệp {name}.meta.json",
        f"nothing says when it was exported. Put the time in its name, give --exported-at, or a file {name}.meta.json",
        "FILE_EXPORT_TIME_MISSING",
    )


def _warn_of_rows_outside(con: duckdb.DuckDBPyConnection, profile: Profile, covers: Covers, judgement: Judgement) -> None:
    """Rows that a snapshot says it does not hold: then it is cut by another date than was said."""
    if profile.delivery != "snapshot":
        return
    outside = profile.entity.outside_when(covers.by, "$first", "$last")
    count, of = con.execute(
        f"select count(*) filter (where {outside}), count(*) from shaped", {"first": covers.first, "last": covers.last}
    ).fetchall()[0]
    if count:
        judgement.warn(
            "FILE_ROWS_OUTSIDE",
            f"{count} trong {of} hàng nằm ngoài phạm vi của tệp ({covers.by}, {days_vi(covers)}): có thể tệp được lọc theo ngày "
            "khác. Hãy kiểm tra covers của nguồn",
            f"{count} of {of} rows are outside what it covers ({covers.by}, {days_en(covers)}), so that it may be cut by another "
            "date. Check the source's covers",
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
    con: duckdb.DuckDBPyConnection, entity: Entity, rules: Sequence["RowRule"], known: dict[str, object], result: ReadResult
) -> list[tuple[int, str, str, str | None]]:
    """(record, rule, column, key hash) of rows that a rule keeps out; warnings are counted into ``result``.

    ``known`` are the values of the parameters that rules may name.
    """
    day = known["exported_at"].date()
    tests = ", ".join(f"case when {rule.broken_when} then {number} end" for number, rule in enumerate(rules))
    con.execute(
        f"""create or replace temp table broken as select * from (
                select record, {entity.key_hash} as key_hash, unnest([{tests}]) as rule from shaped
                where {" or ".join(f"({rule.broken_when})" for rule in rules)})
            where rule is not null""",
        {name: value for name, value in known.items() if f"${name}" in tests},
    )
    counts = con.execute("select rule, count(*) from broken group by rule order by rule").fetchall()
    found = {number: (rules[number], count) for number, count in counts}
    result.warnings = {(rule.code, rule.column): count for rule, count in found.values() if rule.severity_on(day) == "warning"}
    kept_out = [number for number, (rule, _) in found.items() if rule.severity_on(day) == "quarantine"]
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
