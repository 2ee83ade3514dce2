"""Recording: landed files are read and taken into the history, one file, one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from transforms.duck import quoting_no_cell, rows
from transforms.errors import FileRefusedError
from transforms.history import foretell_export, read_file_path, record_export
from transforms.intake.read import ReadResult, read_rows
from transforms.keeping import opened
from transforms.profiles import Profile
from transforms.reference import Names

if TYPE_CHECKING:
    from expectations.row_rules import RowRule


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file: row counts when recorded, a reason when refused."""

    source: str
    file_name: str
    outcome: str  # recorded | refused | repeated
    row_count: int = 0
    recorded_count: int = 0
    unchanged_count: int = 0
    duplicate_count: int = 0
    quarantined_count: int = 0
    message_vi: str = ""
    message_en: str = ""
    file_id: str = ""


def files_to_read(con: duckdb.DuckDBPyConnection, profiles: dict[str, Profile], names: Names) -> list[dict]:
    """Landed files that wait to be read, in order of export.

    A file that was refused, or has rows in quarantine, is read again once its profile or the registers say something else.
    """
    found = rows(
        con,
        """select source, file_id, file_name, stored_as, kept, format_received, exported_at, covers_from, outcome, profile_hash
           from landed_file where stored_as <> '' and (outcome in ('landed', 'refused') or quarantined_count > 0)
           order by exported_at nulls last, source, file_id""",
    )
    return [
        f
        for f in found
        if f["source"] in profiles and (f["outcome"] == "landed" or f["profile_hash"] != reading_hash(profiles[f["source"]], names))
    ]


def reading_hash(profile: Profile, names: Names) -> str:
    """The hash of all that decides how a row is read: the profile and the names it looks up."""
    return f"{profile.fingerprint[:32]}{names.fingerprint[:32]}"


def ledger_row(con: duckdb.DuckDBPyConnection, source: str, file_id: str) -> dict | None:
    """What the ledger says of some bytes of a source; None where they never came."""
    found = rows(con, "select * from landed_file where source = $1 and file_id = $2", [source, file_id])
    return found[0] if found else None


def outcome_of_known_file(con: duckdb.DuckDBPyConnection, source: str, file_id: str, name: str) -> FileOutcome:
    """What bytes that were landed before came to: a refusal stands until profile or registers change."""
    file = ledger_row(con, source, file_id)
    if file["outcome"] == "refused":
        return _refusal(file, file["message_vi"], file["message_en"])
    return FileOutcome(source, name, "repeated", file_id=file_id)


@dataclass(frozen=True)
class Reading:
    """What reading one landed file gave: its rows in a Parquet file of their own, or why it is refused."""

    rows: Path
    reading_hash: str
    result: ReadResult | None = None
    exported_at: datetime | None = None
    refused: FileRefusedError | None = None


def read_file(
    con: duckdb.DuckDBPyConnection,
    file: dict,
    profile: Profile,
    names: Names,
    rules: Sequence["RowRule"],
    raw: Path,
    scratch: Path,
) -> Reading:
    """Read one landed file. The warehouse is not touched, so that several files can be read at once."""
    rows_file = scratch / f"{file['source']}-{file['file_id']}.parquet"
    reading = reading_hash(profile, names)
    try:
        _must_know_its_month(file, profile)
        with quoting_no_cell(file["file_name"]), opened(raw, file, scratch) as path:
            result, exported_at = read_rows(
                *(con, path, file["file_name"], profile, names, rules, file["exported_at"], rows_file, scratch),
                stripped_of=file["format_received"],
            )
    except FileRefusedError as refused:
        return Reading(rows_file, reading, refused=refused)
    return Reading(rows_file, reading, result, exported_at)


def record_reading(con: duckdb.DuckDBPyConnection, file: dict, reading: Reading, read_folder: Path) -> FileOutcome:
    """Extend the history by what was read of a file, in one transaction, or note why the file is refused."""
    if reading.refused:
        return _note_refusal(con, file, reading.reading_hash, reading.refused)
    con.execute("begin")
    try:
        counts, _ = _take_in(con, file, reading, read_folder, record_export)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return FileOutcome(file["source"], file["file_name"], "recorded", **counts, file_id=file["file_id"])


@dataclass(frozen=True)
class Foretold:
    """What recording a file would come to: its counts, known rows that would be gone, exports that are later than it."""

    counts: dict[str, int]
    gone_count: int
    later_count: int


def foretell_reading(con: duckdb.DuckDBPyConnection, file: dict, reading: Reading, read_folder: Path) -> Foretold:
    """Count what recording a file that was read would come to, on a copy of the history that nobody keeps."""
    counts, later = _take_in(con, file, reading, read_folder, foretell_export)
    return Foretold(counts, ledger_row(con, file["source"], file["file_id"])["gone_count"], later)


def _take_in(
    con: duckdb.DuckDBPyConnection, file: dict, reading: Reading, read_folder: Path, tell: Callable[..., int]
) -> tuple[dict[str, int], int]:
    """Note what was read of a file and have the history told: the file's counts, which add up, and how many files are later."""
    target = read_file_path(read_folder, file["source"], file["file_id"])
    target.parent.mkdir(parents=True, exist_ok=True)
    reading.rows.replace(target)
    _note_reading(con, file, reading.exported_at, reading.reading_hash, reading.result)
    later = tell(con, file["file_id"], file["source"], read_folder)
    return _check_control_total(con, file), later


def _must_know_its_month(file: dict, profile: Profile) -> None:
    """A month's file whose month nobody says would claim every month, and all that it does not hold would be gone."""
    if profile.covers.month_in_file_name and file["covers_from"] is None:
        name = file["file_name"]
        raise FileRefusedError(
            f"Không nhận tệp {name}: không biết là của tháng nào. Ghi tháng trong tên tệp, hoặc thêm tệp {name}.meta.json.",
            f"The file {name} is refused: nothing says which month it is. Put the month in its name, or add {name}.meta.json.",
        )


def _note_refusal(con: duckdb.DuckDBPyConnection, file: dict, reading: str, refused: FileRefusedError) -> FileOutcome:
    con.execute(
        """update landed_file set outcome = 'refused', message_vi = $1, message_en = $2, profile_hash = $3
           where source = $4 and file_id = $5""",
        [refused.vi, refused.en, reading, file["source"], file["file_id"]],
    )
    return _refusal(file, refused.vi, refused.en)


def _refusal(file: dict, vi: str, en: str) -> FileOutcome:
    return FileOutcome(file["source"], file["file_name"], "refused", message_vi=vi, message_en=en, file_id=file["file_id"])


def _note_reading(con: duckdb.DuckDBPyConnection, file: dict, exported_at: datetime, reading: str, result: ReadResult) -> None:
    here = [file["source"], file["file_id"]]
    con.execute("delete from quarantine where source = $1 and file_id = $2", here)
    con.execute("delete from row_warning where source = $1 and file_id = $2", here)
    if result.quarantined:
        # One statement for all rows: thousands of single inserts would take seconds.
        lines, codes, columns, hashes = (list(c) for c in zip(*result.quarantined, strict=True))
        con.execute(
            """insert into quarantine select $source, $file, unnest($lines), unnest($codes), unnest($columns),
                   unnest($hashes::varchar[]), 'reading'""",
            {
                "source": file["source"],
                "file": file["file_id"],
                "lines": lines,
                "codes": codes,
                "columns": columns,
                "hashes": hashes,
            },
        )
    for (rule, column), count in result.warnings.items():
        con.execute("insert into row_warning values ($1, $2, $3, $4, $5)", [*here, rule, column, count])
    con.execute(
        """update landed_file set outcome = 'recorded', message_vi = null, message_en = null, exported_at = $3,
               exported_at_from = coalesce(exported_at_from, 'column'), profile_hash = $4, row_count = $5,
               duplicate_count = $6, quarantined_count = $7
           where source = $1 and file_id = $2""",
        [*here, exported_at, reading, result.row_count, result.duplicate_count, result.quarantined_count],
    )


def _check_control_total(con: duckdb.DuckDBPyConnection, file: dict) -> dict[str, int]:
    """Rows in = recorded + unchanged + duplicate + quarantined; anything else is a fault of ours and stops the run."""
    counts = rows(
        con,
        """select row_count, recorded_count, unchanged_count, duplicate_count, quarantined_count,
                  (select count(*) from quarantine q where q.source = f.source and q.file_id = f.file_id
                       and q.found_in = 'history') as contradicted
           from landed_file f where source = $1 and file_id = $2""",
        [file["source"], file["file_id"]],
    )[0]
    read_quarantined = con.execute(
        "select count(distinct line) from quarantine where source = $1 and file_id = $2 and found_in = 'reading'",
        [file["source"], file["file_id"]],
    ).fetchall()[0][0]
    if counts["quarantined_count"] != read_quarantined + counts.pop("contradicted"):
        raise AssertionError(f"{file['file_name']}: rows were lost between reading and recording: {counts}")
    return counts
