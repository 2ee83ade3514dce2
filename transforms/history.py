"""The history of every row, told from successive exports.

For each key the warehouse keeps *runs*: a content, the export that first showed it, and the export that ended it (showed
another content, or covered the row and did not hold it); a run without an end still stands. The history of a source is
a fold over its files in order of export, so the order in which files arrive does not matter: a late file takes the
history back to its moment and tells the later files again from what was read of them.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from transforms.duck import quoted, rows
from transforms.entities import ENTITIES, Entity


@dataclass(frozen=True)
class Export:
    """One read file of a source, in its place in the order of exports."""

    source: str
    kind: str
    file_id: str
    exported_at: datetime
    delivery: str
    covers_from: str | None
    covers_to: str | None


def record_export(con: duckdb.DuckDBPyConnection, file_id: str, source: str, read_folder: Path) -> int:
    """Take one read file into the history, in its place; the number of later files that were told again.

    Must run inside a transaction: the ledger's counts and the runs change together.
    """
    exports = _exports_from(con, source, file_id)
    export, later = exports[0], exports[1:]
    if later:
        _take_back(con, export)
    for each in exports:
        _fold(con, each, read_folder)
    return len(later)


def foretell_export(con: duckdb.DuckDBPyConnection, file_id: str, source: str, read_folder: Path) -> int:
    """Count one read file into the ledger as `record_export` would; the number of later files, which are not told again.

    For a copy of the history that nobody keeps: after a file that is not the latest, the runs end with it.
    """
    export, *later = _exports_from(con, source, file_id)
    if later:
        _take_back(con, export)
    _fold(con, export, read_folder)
    return len(later)


def read_file_path(read_folder: Path, source: str, file_id: str) -> Path:
    """Where the canonical rows of a read file are kept."""
    return read_folder / source / f"{file_id}.parquet"


def _exports_from(con: duckdb.DuckDBPyConnection, source: str, file_id: str) -> list[Export]:
    """This export and every recorded one of its source that comes after it, in order."""
    columns = "source, kind, file_id, exported_at, delivery, covers_from, covers_to"
    found = rows(
        con,
        f"""select {columns} from landed_file
            where source = $source and (outcome = 'recorded' or file_id = $file)
              and (exported_at, file_id) >= (select (exported_at, file_id) from landed_file
                                             where source = $source and file_id = $file)
            order by exported_at, file_id""",
        {"source": source, "file": file_id},
    )
    return [Export(**row) for row in found]


def _take_back(con: duckdb.DuckDBPyConnection, export: Export) -> None:
    """Forget what this export's source said from this export on."""
    moment = {"source": export.source, "at": export.exported_at, "file": export.file_id}
    runs = f"{export.kind}_run"
    con.execute(f"delete from {runs} where source = $source and (first_exported_at, first_file) >= ($at, $file)", moment)
    con.execute(
        f"""update {runs} set ended_exported_at = null, ended_file = null
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
    gone = _gone(con, export, entity)
    con.execute(
        f"""update {runs} set ended_exported_at = $at, ended_file = $file
            where rowid in (
                select standing from beside where standing is not null and not is_unchanged and not has_other_procedure
                union all select standing from gone)""",
        {"at": export.exported_at, "file": export.file_id},
    )
    con.execute(
        f"""insert into {runs}
            select $source, {", ".join(content)}, $at, $file, null, null from {read}
            where file_row_number in (select record from beside where not is_unchanged and not has_other_procedure)""",
        this,
    )
    con.execute(
        """update landed_file set gone_count = $gone, recorded_count = b.recorded, unchanged_count = b.unchanged,
               quarantined_count = row_count - duplicate_count - b.recorded - b.unchanged
           from (select count(*) filter (where is_unchanged and not has_other_procedure) as unchanged,
                        count(*) filter (where not is_unchanged and not has_other_procedure) as recorded
                 from beside) as b
           where source = $source and file_id = $file""",
        {"gone": gone, "source": export.source, "file": export.file_id},
    )
    con.execute("drop table beside; drop table gone")


def _gone(con: duckdb.DuckDBPyConnection, export: Export, entity: Entity) -> int:
    """List in ``gone`` the standing runs that a snapshot covers and does not hold; a quarantined row counts as present."""
    con.execute("create or replace temp table gone (standing bigint)")
    if export.delivery != "snapshot":
        return 0
    con.execute(
        f"""insert into gone
            with missing as (
                select rowid as standing, {entity.key_hash} as key_hash from {entity.kind}_run
                where source = $source and ended_file is null
                  and ($from::date is null or cast({entity.covered_by} as date) >= $from)
                  and ($to::date is null or cast({entity.covered_by} as date) <= $to)
                  and rowid not in (select standing from beside where standing is not null))
            select standing from missing where key_hash not in (
                select key_hash from quarantine where source = $source and file_id = $file and key_hash is not null)""",
        {"source": export.source, "file": export.file_id, "from": export.covers_from, "to": export.covers_to},
    )
    return con.execute("select count(*) from gone").fetchall()[0][0]
