"""Recording: landed files are read and taken into the history, one file, one transaction."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from transforms.coverage import CoverageSaid
from transforms.duck import quoting_no_cell, rows
from transforms.entities import UNKNOWN_RECIPIENT
from transforms.errors import FileRefusedError
from transforms.file_account import findings_of
from transforms.history import Retold, foretell_export, forget_export, forget_reading, read_file_path, record_export, retell
from transforms.intake.read import ReadResult, read_rows
from transforms.intake.resaved import EXCEL
from transforms.keeping import opened
from transforms.profiles import Profile
from transforms.reference import Names
from transforms.sequence import accepted_rules

if TYPE_CHECKING:
    from expectations.row_rules import RowRule


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file: row counts when recorded, a reason when refused.

    ``is_late``: it was exported before another file of its source that had been recorded already. The messages of a recorded
    file say what its rules warn of, and that it is late. ``rules`` are the codes of the file rules that it breaks.
    """

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
    is_late: bool = False
    rules: tuple[str, ...] = ()


def files_to_read(
    con: duckdb.DuckDBPyConnection, profiles: dict[str, Profile], names: Names, rules: dict[str, Sequence["RowRule"]]
) -> list[dict]:
    """Landed files that wait to be read, in order of export; ``rules`` holds the row rules of each source.

    A file that was refused, or has rows in quarantine or recipients that are not known, is read again once its profile or the
    registers say something else; one with warnings, once the office gives a row rule another severity.
    """
    found = rows(
        con,
        """select *, recorded_count is not null as was_told,
                  coalesce(quarantined_count > 0, false) as has_quarantined,
                  (source, file_id) in (
                      select (source, file_id) from row_warning where rule_code = $unknown) as has_unknown_recipients,
                  (source, file_id) in (select (source, file_id) from row_warning) as has_warnings
           from landed_file where stored_as <> '' and raw_removed_at is null
           order by exported_at nulls last, source, file_id""",
        {"unknown": UNKNOWN_RECIPIENT},
    )
    return [f for f in found if f["source"] in profiles and _waits(f, profiles[f["source"]], names, rules[f["source"]])]


def _waits(file: dict, profile: Profile, names: Names, rules: Sequence["RowRule"]) -> bool:
    if file["outcome"] == "landed":
        return True
    is_doubtful = file["outcome"] == "refused" or file["has_quarantined"] or file["has_unknown_recipients"]
    if is_doubtful and file["profile_hash"] != reading_hash(profile, names, rules):
        return True
    return file["has_warnings"] and (file["row_rules_hash"] or "") != row_rules_hash(rules)


def reading_hash(profile: Profile, names: Names, rules: Sequence["RowRule"]) -> str:
    """The hash of all that decides how a row is read: the profile, the names it looks up, the office's severities."""
    return f"{profile.fingerprint[:32]}{names.fingerprint[:32]}{row_rules_hash(rules)}"


def row_rules_hash(rules: Sequence["RowRule"]) -> str:
    """The hash of what an office makes of row rules; empty where all are as shipped."""
    own = sorted((r.code, r.column, r.office_severity, str(r.until)) for r in rules if r.office_severity)
    return hashlib.sha256(repr(own).encode()).hexdigest()[:16] if own else ""


def ledger_row(con: duckdb.DuckDBPyConnection, source: str, file_id: str) -> dict | None:
    """What the ledger says of some bytes of a source; None where they never came."""
    found = rows(con, "select * from landed_file where source = $1 and file_id = $2", [source, file_id])
    return found[0] if found else None


def stands_recorded(
    con: duckdb.DuckDBPyConnection, file_id: str, profile: Profile, names: Names, rules: Sequence["RowRule"]
) -> bool:
    """Whether some bytes of a source are recorded, and nothing asks that they be read again."""
    file = ledger_row(con, profile.source, file_id)
    if file is None or file["outcome"] != "recorded":
        return False
    waiting = files_to_read(con, {profile.source: profile}, names, {profile.source: rules})
    return file_id not in {f["file_id"] for f in waiting}


def outcome_of_known_file(con: duckdb.DuckDBPyConnection, source: str, file_id: str, name: str) -> FileOutcome:
    """What bytes that were landed before came to: a refusal stands until profile or registers change."""
    file = ledger_row(con, source, file_id)
    if file["outcome"] == "refused":
        return _refusal(file)
    return FileOutcome(source, name, "repeated", file_id=file_id)


@dataclass(frozen=True)
class Reading:
    """What reading one landed file gave: its rows in a Parquet file of their own, or why it is refused."""

    rows: Path
    reading_hash: str
    row_rules_hash: str
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
    hashes = reading_hash(profile, names, rules), row_rules_hash(rules)
    try:
        said = CoverageSaid(file["said_covers_from"], file["said_covers_to"], file["said_covers_by"], file["said_by"] or "option")
        with quoting_no_cell(file["file_name"]), opened(raw, file, scratch) as path:
            result, exported_at = read_rows(
                *(con, path, file["file_name"], profile, names, rules, file["exported_at"], rows_file, scratch),
                *(said, accepted_rules(file), file["format_received"]),
            )
    except FileRefusedError as refused:
        return Reading(rows_file, *hashes, refused=refused)
    return Reading(rows_file, *hashes, result, exported_at)


def record_reading(con: duckdb.DuckDBPyConnection, file: dict, reading: Reading, read_folder: Path) -> list[FileOutcome]:
    """Extend the history by what was read of a file, in one transaction, or note why the file is refused.

    What became of this file comes first; behind it those later files that are taken or refused now because of it.
    """
    con.execute("begin")
    try:
        if reading.refused:
            retold = forget_export(con, file["file_id"], file["source"], read_folder)
            _note_refusal(con, file, reading)
        else:
            retold = _take_in(con, file, reading, read_folder, record_export)
        if not file["was_told"]:
            _note_lateness(con, file, retold.later_count)
        outcomes = [_outcome(con, file["source"], file["file_id"], is_first=not file["was_told"])]
        outcomes += [_outcome(con, file["source"], file_id) for file_id in retold.turned]
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return outcomes


def keep_reading(con: duckdb.DuckDBPyConnection, file: dict, reading: Reading, read_folder: Path) -> None:
    """Note what was read of a file, in one transaction, and leave the history as it is until `retell_all`."""
    con.execute("begin")
    try:
        if reading.refused:
            forget_reading(con, file["file_id"], file["source"])
            _note_refusal(con, file, reading)
        else:
            _put_in_place(reading, read_folder, file)
            _note_reading(con, file, reading)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


def retell_all(con: duckdb.DuckDBPyConnection, sources: Iterable[str], read_folder: Path) -> None:
    """Tell the history of each of these sources anew from all that is read, a transaction a source."""
    for source in sources:
        con.execute("begin")
        try:
            retell(con, source, read_folder)
            for file in rows(con, "select * from landed_file where source = $1 and outcome = 'recorded'", [source]):
                _check_control_total(con, file)
            con.execute("commit")
        except BaseException:
            con.execute("rollback")
            raise


def foretell_reading(con: duckdb.DuckDBPyConnection, file: dict, reading: Reading, read_folder: Path) -> tuple[dict, int]:
    """What the ledger would say of a file once recorded, and how many later exports are there, on a copy that nobody keeps."""
    retold = _take_in(con, file, reading, read_folder, foretell_export)
    return ledger_row(con, file["source"], file["file_id"]), retold.later_count


def _take_in(
    con: duckdb.DuckDBPyConnection, file: dict, reading: Reading, read_folder: Path, tell: Callable[..., Retold]
) -> Retold:
    """Note what was read of a file and have the history told; its counts must add up."""
    _put_in_place(reading, read_folder, file)
    _note_reading(con, file, reading)
    retold = tell(con, file["file_id"], file["source"], read_folder)
    _check_control_total(con, file)
    return retold


def _put_in_place(reading: Reading, read_folder: Path, file: dict) -> None:
    target = read_file_path(read_folder, file["source"], file["file_id"])
    target.parent.mkdir(parents=True, exist_ok=True)
    reading.rows.replace(target)


def _note_lateness(con: duckdb.DuckDBPyConnection, file: dict, later_count: int) -> None:
    con.execute(
        "update landed_file set later_count = $1 where source = $2 and file_id = $3", [later_count, file["source"], file["file_id"]]
    )


def _outcome(con: duckdb.DuckDBPyConnection, source: str, file_id: str, is_first: bool = False) -> FileOutcome:
    """What the ledger says became of a file; that it is late, where it is told for the first time."""
    file = ledger_row(con, source, file_id)
    later_count = file["later_count"] if is_first else 0
    if file["outcome"] == "refused":
        return _refusal(file)
    findings = findings_of(con, source, file_id)
    said_vi, said_en = [finding.vi for finding in findings], [finding.en for finding in findings]
    if later_count:
        said_vi.insert(
            0,
            f"tệp đến muộn, kết xuất {file['exported_at']:%d/%m/%Y %H:%M} trước {later_count} tệp đã ghi nhận của nguồn; "
            "đã xếp vào đúng thứ tự kết xuất",
        )
        said_en.insert(
            0, f"it is late, exported {file['exported_at']} before {later_count} recorded files; it took its place among them"
        )
    counts = ("row_count", "recorded_count", "unchanged_count", "duplicate_count", "quarantined_count")
    return FileOutcome(
        source,
        file["file_name"],
        "recorded",
        **{name: file[name] for name in counts},
        message_vi="; ".join(said_vi),
        message_en="; ".join(said_en),
        file_id=file_id,
        is_late=later_count > 0,
        rules=tuple(dict.fromkeys(finding.rule for finding in findings)),
    )


def _note_refusal(con: duckdb.DuckDBPyConnection, file: dict, reading: Reading) -> None:
    refused = reading.refused
    con.execute(
        """update landed_file set outcome = 'refused', refused_by = $1, message_vi = $2, message_en = $3, profile_hash = $4,
               row_rules_hash = $5, row_count = null, covers_by = default, covers_from = null, covers_to = null
           where source = $6 and file_id = $7""",
        [refused.rule, refused.vi, refused.en, reading.reading_hash, reading.row_rules_hash, file["source"], file["file_id"]],
    )


def _refusal(file: dict) -> FileOutcome:
    return FileOutcome(
        file["source"],
        file["file_name"],
        "refused",
        message_vi=file["message_vi"],
        message_en=file["message_en"],
        file_id=file["file_id"],
        rules=(file["refused_by"],) if file["refused_by"] else (),
    )


def _note_reading(con: duckdb.DuckDBPyConnection, file: dict, reading: Reading) -> None:
    here, result = [file["source"], file["file_id"]], reading.result
    for table in ("quarantine", "row_warning", "file_finding"):
        con.execute(f"delete from {table} where source = $1 and file_id = $2", here)
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
    for finding in result.findings:
        con.execute(
            "insert into file_finding values ($1, $2, $3, $4, $5, 'reading')", [*here, finding.rule, finding.vi, finding.en]
        )
    covers = result.covers
    noted = {
        "outcome": "recorded",
        "exported_at": reading.exported_at,
        "exported_at_from": file["exported_at_from"] or "column",
        "profile_hash": reading.reading_hash,
        "row_rules_hash": reading.row_rules_hash,
        "covers_from": covers.first,
        "covers_to": covers.last,
        "covers_by": covers.by,
        "covers_said_by": covers.said_by,
        "row_count": result.row_count,
        "duplicate_count": result.duplicate_count,
        "quarantined_count": result.quarantined_count,
        "read_format": result.read_as["format"],
        "is_saved_by_excel": result.read_as.get("saved_by") == EXCEL,
        "known_columns": result.known_columns,
        "national_code_share": result.national_code_share,
    }
    con.execute(
        f"""update landed_file set {", ".join(f"{name} = ${name}" for name in noted)}
            where source = $source and file_id = $file_id""",
        noted | {name: file[name] for name in ("source", "file_id")},
    )


def _check_control_total(con: duckdb.DuckDBPyConnection, file: dict) -> None:
    """Rows in = recorded + unchanged + duplicate + quarantined; anything else is a fault of ours and stops the run."""
    counts = rows(
        con,
        """select outcome, row_count, recorded_count, unchanged_count, duplicate_count, quarantined_count,
                  (select count(*) from quarantine q where q.source = f.source and q.file_id = f.file_id
                       and q.found_in = 'history') as contradicted
           from landed_file f where source = $1 and file_id = $2""",
        [file["source"], file["file_id"]],
    )[0]
    if counts["outcome"] == "refused":
        return
    read_quarantined = con.execute(
        "select count(distinct line) from quarantine where source = $1 and file_id = $2 and found_in = 'reading'",
        [file["source"], file["file_id"]],
    ).fetchall()[0][0]
    if counts["quarantined_count"] != read_quarantined + counts.pop("contradicted"):
        raise AssertionError(f"{file['file_name']}: rows were lost between reading and recording: {counts}")
