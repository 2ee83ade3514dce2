"""The private store: the ledger of landed files, what was kept out of them, and the history of every row as runs."""

from pathlib import Path

import duckdb

from transforms.duck import connect, quoted
from transforms.entities import ENTITIES, Entity
from transforms.errors import StorageError

_LEDGER = """
create table if not exists landed_file (
    file_id varchar not null,            -- SHA-256 of the bytes as they came
    source varchar not null,
    kind varchar not null,
    file_name varchar not null,          -- as the office named it
    origin varchar not null,             -- the folder it was taken from
    stored_as varchar not null,          -- below data/raw; empty where nothing was kept
    byte_count bigint not null,          -- as they came
    delivery varchar not null,           -- snapshot | delta
    exported_at timestamp,               -- local time of the source; null when it could not be told
    exported_at_from varchar,            -- option | sidecar | file_name | column | declared
    covers_from date,                    -- null: no bound
    covers_to date,
    landed_at timestamptz not null,
    profile_hash varchar,                -- the profile that its rows were read with
    outcome varchar not null,            -- landed | recorded | refused
    message_vi varchar,
    message_en varchar,
    row_count bigint,                    -- recorded + unchanged + duplicate + quarantined
    recorded_count bigint,
    unchanged_count bigint,
    duplicate_count bigint,
    quarantined_count bigint,
    gone_count bigint,                   -- known rows that it covers and does not hold any more
    primary key (source, file_id)
);
-- Ledgers of an older program have none of these.
alter table landed_file add column if not exists kept varchar default 'keep';    -- keep | encrypt | strip
alter table landed_file add column if not exists stored_hash varchar;            -- SHA-256 of the bytes as they are stored
alter table landed_file add column if not exists format_received varchar;        -- of a stripped file: csv | sheet | html
create table if not exists quarantine (
    source varchar not null,
    file_id varchar not null,
    line bigint,                         -- n·1e9 + row on the n-th of several sheets; null when the row contradicts the history
    rule_code varchar not null,
    column_name varchar not null,
    key_hash varchar,                    -- md5 of the row's key, so that the row counts as present
    found_in varchar not null            -- reading | history
);
create table if not exists file_finding (
    source varchar not null,
    file_id varchar not null,
    rule_code varchar not null,
    message_vi varchar not null,
    message_en varchar not null,
    found_in varchar not null            -- reading | history: judged beside the exports before it
);
create table if not exists dossier_absence (
    source varchar not null,
    dossier_code varchar not null,
    first_exported_at timestamp not null, -- the list of what is open that did not hold this open dossier
    first_file varchar not null,
    ended_exported_at timestamp,         -- the export that showed it again
    ended_file varchar
);
create table if not exists row_warning (
    source varchar not null,
    file_id varchar not null,
    rule_code varchar not null,
    column_name varchar not null,
    row_count bigint not null
);
"""


_LATER_COLUMNS = {
    "covers_by": "varchar default 'received'",  # received (documents: issued) | resolved | open
    "covers_said_by": "varchar",  # option | sidecar | title | file_name | profile
    "said_covers_from": "date",  # what an option or a sidecar said, and which of them
    "said_covers_to": "date",
    "said_covers_by": "varchar",
    "said_by": "varchar",
    "accepted_rules": "varchar",  # file rules that it may break, by comma
    "accepted_reason": "varchar",
    "refused_by": "varchar",  # the file rule that it breaks
    "later_count": "bigint",  # exports of its source that were later than it and recorded before it
    "left_open_count": "bigint",  # dossiers known as open that a list of what is open does not hold any more
    "read_format": "varchar",  # csv | sheet | html
    "is_saved_by_excel": "boolean",  # what a workbook says of itself; programs that imitate Excel say so too
    "known_columns": "varchar[]",  # columns of the profile in the order of the file
    "national_code_share": "double",  # of a dossier list's codes, those of national shape; null where a profile has its own
    "row_rules_hash": "varchar",  # the severities of row rules that its rows were read with
    "reread_reason": "varchar",  # why an operator had it read again
    "raw_removed_at": "timestamptz",  # when its bytes were pruned; what was read of it stays
}
"""Columns of landed_file that came after its first form."""


def open_warehouse(path: Path, temp: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open the warehouse for its one writer, making what is not there yet.

    Where an older program kept its rows in other columns, the history is told anew from the landed files.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    con = connect(path, temp=temp)
    # A commit is safe in the write-ahead log; folding that into the file after every export would cost more than reading it.
    con.execute("set checkpoint_threshold = '1GB'")
    con.execute(_LEDGER)
    _add_later_columns(con)
    if any(_columns(con, f"{entity.kind}_run") not in ([], list(_run_columns(entity))) for entity in ENTITIES.values()):
        _forget_what_was_read(con)
    for entity in ENTITIES.values():
        columns = ", ".join(f"{name} {kind}" for name, kind in _run_columns(entity).items())
        con.execute(f"create table if not exists {entity.kind}_run ({columns})")
    return con


def copy_history(con: duckdb.DuckDBPyConnection, warehouse: Path, source: str, kind: str) -> None:
    """Copy what another warehouse knows of a source into this one. The other is only read; nobody may write to it meanwhile."""
    con.execute(f"attach {quoted(str(warehouse))} as kept (read_only)")
    try:
        for table in ("landed_file", "quarantine", "row_warning", "file_finding", f"{kind}_run"):
            con.execute(f"insert into {table} by name select * from kept.{table} where source = $1", [source])
    finally:
        con.execute("detach kept")


def _run_columns(entity: Entity) -> dict[str, str]:
    """The columns of an entity's runs, with their types."""
    ends = {
        "first_exported_at": "timestamp not null",
        "first_file": "varchar not null",
        "ended_exported_at": "timestamp",
        "ended_file": "varchar",
    }
    return {"source": "varchar not null", **entity.content, **ends}


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    found = con.execute("select column_name from duckdb_columns() where table_name = $1 order by column_index", [table]).fetchall()
    return [name for (name,) in found]


def _add_later_columns(con: duckdb.DuckDBPyConnection) -> None:
    """Give a ledger of an older program the columns that it lacks; what it knows of coverage counts as said by a sidecar."""
    missing = _LATER_COLUMNS.keys() - set(_columns(con, "landed_file"))
    for name in (name for name in _LATER_COLUMNS if name in missing):
        con.execute(f"alter table landed_file add column {name} {_LATER_COLUMNS[name]}")
    if "said_covers_from" in missing:
        con.execute("update landed_file set said_covers_from = covers_from, said_covers_to = covers_to, said_by = 'sidecar'")


def _forget_what_was_read(con: duckdb.DuckDBPyConnection) -> None:
    """Take every landed file for one that waits to be read; the ledger of what came, and when, stays."""
    removed = con.execute("select count(*) from landed_file where raw_removed_at is not null").fetchall()[0][0]
    if removed:
        raise StorageError(
            f"Kho dữ liệu do phiên bản cũ ghi, phải đọc lại mọi tệp gốc, mà {removed} tệp đã dọn bằng `motcua prune`. "
            "Khôi phục chúng vào data/raw từ bản sao lưu và chạy phiên bản cũ một lần, hoặc dùng tiếp phiên bản cũ.",
            f"An older version wrote the warehouse, so that every export must be read again, and `motcua prune` removed {removed} "
            "of them. Restore these into data/raw from a backup and run the older version once, or go on with it.",
        )
    con.execute("begin")
    for entity in ENTITIES.values():
        con.execute(f"drop table if exists {entity.kind}_run")
    for table in ("quarantine", "row_warning", "file_finding", "dossier_absence"):
        con.execute(f"delete from {table}")
    con.execute("update landed_file set outcome = 'landed' where stored_as <> ''")
    con.execute("commit")
