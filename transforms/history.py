"""The history of every row, told from successive exports.

For each key the warehouse keeps *runs*: a content, the export that first showed it, and the export that ended it (showed
another content, or covered the row and did not hold it); a run without an end still stands. An open dossier that a list
of what is open leaves out is *absent* until an export shows it again. The history of a source is
a fold over its files in order of export, so the order in which files arrive does not matter: a late file takes the
history back to its moment and tells the later files again from what was read of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from transforms.duck import quoted, rows
from transforms.entities import ENTITIES, Entity
from transforms.sequence import Verdict, judge_in_order


@dataclass(frozen=True)
class Export:
    """One read file of a source, in its place in the order of exports."""

    source: str
    kind: str
    file_id: str
    exported_at: datetime
    delivery: str
    covers_from: date | None
    covers_to: date | None
    covers_by: str
    outcome: str


@dataclass(frozen=True)
class Retold:
    """What taking in one file did: how many later files were told again, and which of them are refused now or no more."""

    later_count: int
    turned: list[str]


def record_export(con: duckdb.DuckDBPyConnection, file_id: str, source: str, read_folder: Path) -> Retold:
    """Take one read file into the history, in its place, unless the exports before it speak against it.

    Must run inside a transaction: the ledger's outcomes and counts and the runs change together.
    """
    exports = _exports_from(con, source, file_id)
    if len(exports) > 1 or _was_told(con, source, file_id):
        _take_back(con, exports[0])
    return _tell(con, file_id, exports, read_folder)


def forget_export(con: duckdb.DuckDBPyConnection, file_id: str, source: str, read_folder: Path) -> Retold:
    """Take a file out of the history, and tell the later ones again without it; nothing where it never was in it."""
    if not _was_told(con, source, file_id):
        return Retold(0, [])
    exports = _exports_from(con, source, file_id)
    _take_back(con, exports[0])
    forget_reading(con, file_id, source)
    return _tell(con, file_id, exports[1:], read_folder)


def forget_reading(con: duckdb.DuckDBPyConnection, file_id: str, source: str) -> None:
    """Take a file of the ledger for one that cannot be read."""
    con.execute(
        """update landed_file set outcome = 'refused', row_count = null, recorded_count = null, unchanged_count = null,
               duplicate_count = null, quarantined_count = null, gone_count = null, left_open_count = null
           where source = $1 and file_id = $2""",
        [source, file_id],
    )
    for table in ("quarantine", "row_warning", "file_finding"):
        con.execute(f"delete from {table} where source = $1 and file_id = $2", [source, file_id])


def retell(con: duckdb.DuckDBPyConnection, source: str, read_folder: Path) -> None:
    """Tell the whole history of a source anew from what is read of its files. Must run inside a transaction."""
    first = con.execute(
        f"select file_id from landed_file where source = $1 and {_IS_READ} order by exported_at, file_id limit 1", [source]
    ).fetchall()
    for (file_id,) in first:
        exports = _exports_from(con, source, file_id)
        _take_back(con, exports[0])
        _tell(con, file_id, exports, read_folder)


def _tell(con: duckdb.DuckDBPyConnection, file_id: str, exports: list[Export], read_folder: Path) -> Retold:
    """Judge each export beside those before it, and fold it in or refuse it."""
    turned = []
    for each in exports:
        verdict = judge_in_order(con, each.source, each.file_id)
        _note_verdict(con, each, verdict)
        if verdict.refusal is None:
            _fold(con, each, read_folder)
        if each.file_id != file_id and (verdict.refusal is None) != (each.outcome == "recorded"):
            turned.append(each.file_id)
    return Retold(_recorded_count(each for each in exports if each.file_id != file_id), turned)


def _recorded_count(exports: Iterable[Export]) -> int:
    return sum(each.outcome == "recorded" for each in exports)


def _note_verdict(con: duckdb.DuckDBPyConnection, export: Export, verdict: Verdict) -> None:
    here = [export.source, export.file_id]
    con.execute("delete from file_finding where source = $1 and file_id = $2 and found_in = 'history'", here)
    for finding in verdict.findings:
        con.execute(
            "insert into file_finding values ($1, $2, $3, $4, $5, 'history')", [*here, finding.rule, finding.vi, finding.en]
        )
    if verdict.refusal is None:
        con.execute(
            """update landed_file set outcome = 'recorded', refused_by = null, message_vi = null, message_en = null
               where source = $1 and file_id = $2""",
            here,
        )
    else:
        # Its rows stay read: with another file before it, it may be right.
        con.execute(
            """update landed_file set outcome = 'refused', refused_by = $3, message_vi = $4, message_en = $5,
                   recorded_count = null, unchanged_count = null, quarantined_count = null, gone_count = null,
                   left_open_count = null
               where source = $1 and file_id = $2""",
            [*here, verdict.refusal.rule, verdict.refusal.vi, verdict.refusal.en],
        )


def foretell_export(con: duckdb.DuckDBPyConnection, file_id: str, source: str, read_folder: Path) -> Retold:
    """Judge one read file and count it into the ledger as `record_export` would; later files are not told again.

    For a copy of the history that nobody keeps: after a file that is not the latest, the runs end with it.
    """
    export, *later = _exports_from(con, source, file_id)
    _take_back(con, export)
    _tell(con, file_id, [export], read_folder)
    return Retold(_recorded_count(later), [])


def read_file_path(read_folder: Path, source: str, file_id: str) -> Path:
    """Where the canonical rows of a read file are kept."""
    return read_folder / source / f"{file_id}.parquet"


def _exports_from(con: duckdb.DuckDBPyConnection, source: str, file_id: str) -> list[Export]:
    """This export and every one of its source that was read and comes after it, in order, also those refused beside others."""
    columns = "source, kind, file_id, exported_at, delivery, covers_from, covers_to, covers_by, outcome"
    found = rows(
        con,
        f"""select {columns} from landed_file
            where source = $source
              and (file_id = $file or {_IS_READ})
              and (exported_at, file_id) >= (select (exported_at, file_id) from landed_file
                                             where source = $source and file_id = $file)
            order by exported_at, file_id""",
        {"source": source, "file": file_id},
    )
    return [Export(**row) for row in found]


_IS_READ = "(outcome = 'recorded' or (outcome = 'refused' and row_count is not null))"
"""Whether a file of the ledger has rows, also where the files beside it speak against them."""

_ABSENCES = {"dossier": ("dossier_absence",)}
"""Only dossiers have lists of what is open."""


def _was_told(con: duckdb.DuckDBPyConnection, source: str, file_id: str) -> bool:
    found = con.execute("select recorded_count from landed_file where source = $1 and file_id = $2", [source, file_id])
    return found.fetchall() != [(None,)]


def _take_back(con: duckdb.DuckDBPyConnection, export: Export) -> None:
    """Forget what this export's source said from this export on."""
    moment = {"source": export.source, "at": export.exported_at, "file": export.file_id}
    for told in (f"{export.kind}_run", *_ABSENCES.get(export.kind, ())):
        con.execute(f"delete from {told} where source = $source and (first_exported_at, first_file) >= ($at, $file)", moment)
        con.execute(
            f"""update {told} set ended_exported_at = null, ended_file = null
                where source = $source and (ended_exported_at, ended_file) >= ($at, $file)""",
            moment,
        )
    con.execute(
        """delete from quarantine where source = $source and found_in = 'history' and file_id in (
               select file_id from landed_file where source = $source and (exported_at, file_id) >= ($at, $file))""",
        moment,
    )


def _fold(con: duckdb.DuckDBPyConnection, export: Export, read_folder: Path) -> None:
    """One step: lay the export beside the runs that stand, end those it contradicts, begin those it shows."""
    entity = ENTITIES[export.kind]
    runs = f"{entity.kind}_run"
    content = list(entity.content)
    this = {"source": export.source, "at": export.exported_at, "file": export.file_id}
    path = quoted(str(read_file_path(read_folder, export.source, export.file_id)))
    read = f"read_parquet({path}, file_row_number = true)"
    same_thing = " and ".join(f"s.{c} = r.{c}" for c in entity.identity)
    same = " and ".join(f"s.{c} is not distinct from r.{c}" for c in content if c not in entity.identity) or "true"
    # A delta's row is a sighting of its own, even when it says nothing new.
    is_unchanged = f"s.source is not null and {same}" if export.delivery == "snapshot" else "false"
    has_other_procedure = "coalesce(s.procedure_code <> r.procedure_code, false)" if entity.kind == "dossier" else "false"
    con.execute(
        f"""create or replace temp table beside as
            select r.file_row_number as record, s.rowid as standing, {is_unchanged} as is_unchanged,
                   {has_other_procedure} as has_other_procedure
            from {read} as r
            left join (select rowid, * from {runs} where source = $source and ended_file is null) as s
              on {same_thing}""",
        {"source": export.source},
    )
    con.execute(
        f"""insert into quarantine
            select $source, $file, null, 'CODE_TWO_PROCEDURES', 'dossier_code', {entity.key_hash}, 'history'
            from {read} where file_row_number in (select record from beside where has_other_procedure)
            order by file_row_number""",
        {"source": export.source, "file": export.file_id},
    )
    missing = _list_missing(con, export, entity)
    is_list_of_open = export.covers_by == "open"
    ends = "" if is_list_of_open else "union all select standing from missing"
    if entity.kind == "dossier":
        _end_absences(con, export, entity, read)
        if is_list_of_open:
            _begin_absences(con, export)
    con.execute(
        f"""update {runs} set ended_exported_at = $at, ended_file = $file
            where rowid in (
                select standing from beside where standing is not null and not is_unchanged and not has_other_procedure
                {ends})""",
        {"at": export.exported_at, "file": export.file_id},
    )
    con.execute(
        f"""insert into {runs}
            select $source, {", ".join(content)}, $at, $file, null, null from {read}
            where file_row_number in (select record from beside where not is_unchanged and not has_other_procedure)""",
        this,
    )
    con.execute(
        """update landed_file set gone_count = $gone, left_open_count = $left,
               recorded_count = b.recorded, unchanged_count = b.unchanged,
               quarantined_count = row_count - duplicate_count - b.recorded - b.unchanged
           from (select count(*) filter (where is_unchanged and not has_other_procedure) as unchanged,
                        count(*) filter (where not is_unchanged and not has_other_procedure) as recorded
                 from beside) as b
           where source = $source and file_id = $file""",
        {
            "gone": 0 if is_list_of_open else missing,
            "left": missing if is_list_of_open else 0,
            "source": export.source,
            "file": export.file_id,
        },
    )
    con.execute("drop table beside; drop table missing")


def _list_missing(con: duckdb.DuckDBPyConnection, export: Export, entity: Entity) -> int:
    """List in ``missing`` the standing runs that a snapshot covers and does not hold; a quarantined row counts as present."""
    con.execute("create or replace temp table missing (standing bigint, key_hash varchar)")
    if export.delivery != "snapshot":
        return 0
    con.execute(
        f"""insert into missing
            with uncertain as (
                select rowid as standing, {entity.key_hash} as key_hash from {entity.kind}_run
                where source = $source and ended_file is null and {entity.covered_when(export.covers_by, "$from", "$to")}
                  and rowid not in (select standing from beside where standing is not null))
            select * from uncertain where key_hash not in ({_KEPT_OUT})""",
        {"source": export.source, "file": export.file_id, "from": export.covers_from, "to": export.covers_to},
    )
    return con.execute("select count(*) from missing").fetchall()[0][0]


_KEPT_OUT = "select key_hash from quarantine where source = $source and file_id = $file and key_hash is not null"


def _end_absences(con: duckdb.DuckDBPyConnection, export: Export, entity: Entity, read: str) -> None:
    """What an export shows, if only in a row that is kept out, is absent no more."""
    standing = con.execute("select 1 from dossier_absence where source = $1 and ended_file is null limit 1", [export.source])
    if standing.fetchall():
        con.execute(
            f"""update dossier_absence set ended_exported_at = $at, ended_file = $file
                where source = $source and ended_file is null
                    and (dossier_code in (select dossier_code from {read}) or {entity.key_hash} in ({_KEPT_OUT}))""",
            {"source": export.source, "file": export.file_id, "at": export.exported_at},
        )


def _begin_absences(con: duckdb.DuckDBPyConnection, export: Export) -> None:
    """A known open dossier that a list of what is open does not hold has ended, nobody knows how.

    It is not gone: its history stands, as last seen.
    """
    con.execute(
        """insert into dossier_absence
           select $source, dossier_code, $at, $file, null, null from dossier_run
           where rowid in (select standing from missing) and dossier_code not in (
               select dossier_code from dossier_absence where source = $source and ended_file is null)""",
        {"source": export.source, "file": export.file_id, "at": export.exported_at},
    )
