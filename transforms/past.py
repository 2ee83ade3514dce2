"""The history as an earlier night knew it: what was read of that night's files, laid into a warehouse of its own."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import duckdb

from transforms.build import DECISIVE, load_rows, release_inputs
from transforms.duck import quoted, rows

_AS_READ = "k.profile_hash is not distinct from w.reading_hash and k.accepted_rules is not distinct from w.accepted_rules"


def copy_readings(con: duckdb.DuckDBPyConnection, warehouse: Path, inputs: Sequence[dict]) -> tuple[list[dict], list[dict]]:
    """Take over what the warehouse knows of an earlier release's ``inputs``, as its manifest lists them; no history is told.

    Returns the ledger rows of those files that were read otherwise then and must be read again, and the inputs that the
    warehouse does not know any more.
    """
    con.execute(f"attach {quoted(str(warehouse))} as kept (read_only)")
    try:
        con.execute(
            """create or replace temp table wanted (source varchar, file_id varchar, file_name varchar, exported_at timestamp,
                   reading_hash varchar, accepted_rules varchar)"""
        )
        named = ("source", "sha256", "file_name", "exported_at", "reading_hash", "accepted_rules")
        load_rows(con, "wanted", [tuple(each[name] for name in named) for each in inputs])
        con.execute(
            """insert into landed_file by name
               select k.* replace (
                   w.file_name as file_name, w.accepted_rules as accepted_rules, w.exported_at as exported_at,
                   case when w.exported_at is not null then k.exported_at_from end as exported_at_from)
               from kept.landed_file as k inner join wanted as w using (source, file_id)"""
        )
        as_then = f"select source, file_id from kept.landed_file as k join wanted as w using (source, file_id) where {_AS_READ}"
        for table in ("quarantine", "file_finding", "row_warning"):
            from_reading = "" if table == "row_warning" else "found_in = 'reading' and"
            con.execute(
                f"""insert into {table} by name
                    select * from kept.{table} where {from_reading} (source, file_id) in ({as_then})"""
            )
        to_read = rows(
            con,
            f"""select *, false as was_told from landed_file
                where (source, file_id) not in ({as_then}) order by exported_at nulls last, source, file_id""",
        )
        known = set(con.execute("select source, file_id from landed_file").fetchall())
        return to_read, [each for each in inputs if (each["source"], each["sha256"]) not in known]
    finally:
        con.execute("detach kept")


def mark_for_reading(
    con: duckdb.DuckDBPyConnection, first: date, before: date, sources: Sequence[str], reason: str
) -> tuple[int, list[str]]:
    """Let the files of these sources that were exported from one day to before another wait to be read again, for a reason.

    Returns how many wait, and the names of those whose bytes were pruned, for which nothing is marked.
    """
    exported = """stored_as <> '' and exported_at >= $first::timestamp and exported_at < $before::timestamp
                  and list_contains($sources, source)"""
    which = {"first": first, "before": before, "sources": list(sources)}
    removed = con.execute(
        f"select file_name from landed_file where {exported} and raw_removed_at is not null order by exported_at", which
    ).fetchall()
    if removed:
        return 0, [name for (name,) in removed]
    marked = con.execute(
        f"update landed_file set outcome = 'landed', reread_reason = $reason where {exported}", which | {"reason": reason}
    ).fetchall()
    return marked[0][0], []


def read_as_then(con: duckdb.DuckDBPyConnection, inputs: Iterable[dict]) -> set[tuple[str, str]]:
    """Those of an earlier release's ``inputs``, by source and id, of which the ledger still has the reading of then."""
    known = rows(con, "select source, file_id, profile_hash as reading_hash, accepted_rules from landed_file")
    readings = {(file["source"], file["file_id"]): (file["reading_hash"], file["accepted_rules"]) for file in known}
    return {
        key
        for each in inputs
        for key in [(each["source"], each["sha256"])]
        if readings.get(key) == (each["reading_hash"], each["accepted_rules"])
    }


def told_otherwise(con: duckdb.DuckDBPyConnection, inputs: Iterable[dict], as_of: date) -> list[str]:
    """The files of which a history does not say what an earlier release's ``inputs`` say of them, by name."""
    said = (*DECISIVE, "file_name")
    then, now = ({tuple(each[name] for name in said) for each in files} for files in (inputs, release_inputs(con, as_of)))
    return sorted(said[-1] for said in then ^ now)
