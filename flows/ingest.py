"""One file by hand: landed and recorded, or only tried."""

import shutil
import tempfile
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from expectations.expected import expected
from expectations.file_rules import must_be_acceptable
from expectations.row_rules import rule_of, rules_for
from flows.foretell import copied_history, foretold
from flows.home import Home, prepare_home
from flows.lock import writing
from flows.nightly import noted, record_landed_files
from flows.settings import load_config
from transforms.errors import ConfigError
from transforms.file_account import findings_of
from transforms.intake.faults import UNKNOWN_NAME, UnknownName, find_faults
from transforms.intake.headers import find_columns, unmapped_headers
from transforms.intake.masked import example, masked_rows
from transforms.intake.not_data import KINDS
from transforms.intake.read import ReadResult, column_roles
from transforms.intake.recognise import recognise
from transforms.intake.table import line_or_place
from transforms.keeping import keeping
from transforms.labels import nfc
from transforms.landing import Said, forget, land, only_hash
from transforms.profiles import Profile, profile_of
from transforms.recording import FileOutcome, ledger_row, outcome_of_known_file, read_file, stands_recorded
from transforms.reference import Reference
from transforms.warehouse import open_warehouse

NOTHING_SAID = Said()
_SAMPLE = 10
"""So many rows are shown of a file that is tried."""
_LINES = 20
"""So many lines are named of those that a rule keeps out."""


def ingest_file(home: Home, file: Path, source: str, exported_at: datetime | None, said: Said = NOTHING_SAID) -> FileOutcome:
    """Land and record one file; what became of it. ConfigError when the file or the source is not there.

    ``said`` is what options say of the file besides; an export time given apart comes first.
    """
    prepare_home(home)
    must_be_acceptable(said.accept, "--accept")
    config = load_config(home)
    profile = profile_of(source, config.profiles)
    how = keeping(config.settings.raw, home.scratch)
    _must_exist(file)
    command = f"motcua ingest {file.name} --source {source}"
    with writing(home, command), noted(home, command) as note:
        con = open_warehouse(home.warehouse, temp=home.scratch)
        try:
            with file.open("rb") as stream:
                said = replace(said, exported_at=exported_at)
                landing = land(con, home.raw, stream, file.name, str(file.parent), profile, said, how)
        finally:
            con.close()
        recorded = record_landed_files(home)
        if not any(r.file_id == landing.file_id for r in recorded):
            con = open_warehouse(home.warehouse, temp=home.scratch)
            try:
                recorded.append(outcome_of_known_file(con, source, landing.file_id, file.name))
            finally:
                con.close()
        note.files(recorded)
        return next(r for r in recorded if r.file_id == landing.file_id)


def try_file(home: Home, file: Path, source: str | None = None, exported_at: datetime | None = None) -> dict[str, Any]:
    """Read a file as a run would and record nothing.

    Columns found and dropped, what the file covers, file rules that it breaks, rows good, set aside and quarantined by rule, some
    of them masked, unknown names, and what recording them would come to. Without a source the file is recognised by its header.
    FileRefusedError when a run would refuse it.
    """
    prepare_home(home)
    config = load_config(home)
    _must_exist(file)
    scratch = Path(tempfile.mkdtemp(prefix="motcua-"))
    con = open_warehouse(scratch / "try.duckdb", temp=scratch)
    try:
        profiles = config.profiles
        profile = profile_of(source, profiles) if source else recognise(file, file.name, list(profiles.values()), scratch)
        names, rules = config.reference.names(), rules_for(profile.kind, column_roles(profile), config.settings.row_rules)
        unavailable = copied_history(con, home, profile)
        with file.open("rb") as stream:
            file_id = only_hash(stream, file.stat().st_size).file_id
        is_nothing_new = stands_recorded(con, file_id, profile, names, rules)
        forget(con, profile.source, file_id)
        with file.open("rb") as stream:
            said = Said(exported_at=exported_at)
            land(con, scratch / "raw", stream, file.name, str(file.parent), profile, said, keeping("keep", scratch))
        landed = ledger_row(con, profile.source, file_id)
        reading = read_file(con, landed, profile, names, rules, scratch / "raw", scratch)
        if reading.refused:
            raise reading.refused
        result = reading.result
        sample = masked_rows(con, reading.rows, profile, names, _SAMPLE)
        if unavailable:
            would_record = {"outcome": "unknown", "vi": unavailable.vi, "en": unavailable.en}
        elif is_nothing_new:
            would_record = {"outcome": "repeated"}
        else:
            would_record = foretold(con, landed, reading, scratch / "read")
        return {
            "file": file.name,
            "source": profile.source,
            "exported_at": reading.exported_at.isoformat(),
            "file_rules": [asdict(found) for found in findings_of(con, profile.source, file_id) or result.findings],
            **_described(result, profile, file.name, sample),
            "unknown_names": [asdict(unknown) for unknown in _unknown_names(file, result, profile, config.reference, scratch)],
            "would_record": would_record,
        }
    finally:
        con.close()
        shutil.rmtree(scratch, ignore_errors=True)


def _described(result: ReadResult, profile: Profile, name: str, sample: list[dict[str, str]]) -> dict[str, Any]:
    """What reading gave, in figures, sentences and masked rows."""
    covers = result.covers
    personal, unknown = unmapped_headers(result.headers, profile)
    places = find_columns(result.headers, profile, name)
    lines: dict[tuple[str, str], list[int]] = {}
    for line, rule, column, _ in result.quarantined:
        lines.setdefault((rule, column), []).append(line)
    return {
        "covers": {
            "by": covers.by,
            "from": str(covers.first) if covers.first else None,
            "to": str(covers.last) if covers.last else None,
            "said_by": covers.said_by,
        },
        "read_as": result.read_as,
        "columns": [
            {
                "column": column.name,
                "header": nfc(result.headers[places[column.name]]) if column.name in places else None,
                "example": example(sample, next(iter(column.outputs))),
            }
            for column in profile.entity.columns
            if column.name in profile.columns
        ],
        "dropped_as_personal": personal,
        "not_in_profile": unknown,
        "sample": sample,
        "set_aside": {
            kind: {"rows": count, "vi": KINDS[kind][0], "en": KINDS[kind][1]} for kind, count in sorted(result.set_aside.items())
        },
        "row_count": result.row_count,
        "good_count": result.good_count,
        "duplicate_count": result.duplicate_count,
        "quarantined_count": result.quarantined_count,
        "quarantined_by_rule": {
            f"{rule}:{column}" if column else rule: {
                "rows": len(found),
                "vi": rule_of(rule).vi,
                "en": rule_of(rule).en,
                "expected": expected(rule, column, profile),
                "lines": [line_or_place(line) for line in sorted(found)[:_LINES]],
            }
            for (rule, column), found in sorted(lines.items())
        },
        "quarantined_lines": [line_or_place(line) for line in sorted({line for line, *_ in result.quarantined})[:_LINES]],
        "warnings": {f"{rule}:{column}": count for (rule, column), count in sorted(result.warnings.items())},
    }


def _unknown_names(file: Path, result: ReadResult, profile: Profile, reference: Reference, scratch: Path) -> list[UnknownName]:
    """The words and names for which rows are kept out, never as they are written: each may be a person's."""
    if not any(rule in UNKNOWN_NAME for _, rule, *_ in result.quarantined):
        return []
    return find_faults(file, file.name, profile, reference, result.quarantined, scratch).unknown


def _must_exist(file: Path) -> None:
    if not file.is_file():
        raise ConfigError(f"Không có tệp {file}. Hãy kiểm tra đường dẫn.", f"There is no file {file}. Check the path.")
