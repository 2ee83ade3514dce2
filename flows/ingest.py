"""One file by hand: landed and recorded, or only tried."""

import shutil
import tempfile
from collections import Counter
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from expectations.file_rules import must_be_acceptable
from expectations.row_rules import rule_of, rules_for
from flows.home import Home, prepare_home
from flows.lock import writing
from flows.nightly import noted, record_landed_files
from flows.settings import load_config
from transforms.errors import ConfigError
from transforms.intake.headers import unmapped_headers
from transforms.intake.not_data import KINDS
from transforms.intake.read import column_roles, read_rows
from transforms.intake.unknown_names import unknown_names
from transforms.landing import Said, land
from transforms.profiles import profile_of
from transforms.recording import FileOutcome, outcome_of_known_file
from transforms.warehouse import open_warehouse

NOTHING_SAID = Said()


def ingest_file(home: Home, file: Path, source: str, exported_at: datetime | None, said: Said = NOTHING_SAID) -> FileOutcome:
    """Land and record one file; what became of it. ConfigError when the file or the source is not there.

    ``said`` is what options say of the file besides; an export time given apart comes first.
    """
    prepare_home(home)
    must_be_acceptable(said.accept, "--accept")
    profile = profile_of(source, load_config(home).profiles)
    _must_exist(file)
    command = f"motcua ingest {file.name} --source {source}"
    with writing(home, command), noted(home, command) as note:
        con = open_warehouse(home.warehouse, temp=home.scratch)
        try:
            with file.open("rb") as stream:
                landing = land(con, home.raw, stream, file.name, str(file.parent), profile, replace(said, exported_at=exported_at))
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


def try_file(home: Home, file: Path, source: str) -> dict[str, Any]:
    """Read a file as a run would and record nothing: columns found and dropped, rows good and quarantined by rule."""
    prepare_home(home)
    config = load_config(home)
    profile = profile_of(source, config.profiles)
    _must_exist(file)
    scratch = Path(tempfile.mkdtemp(prefix="motcua-"))
    con = open_warehouse(scratch / "try.duckdb", temp=scratch)
    try:
        with file.open("rb") as stream:
            landing = land(con, scratch / "raw", stream, file.name, str(file.parent), profile, Said())
        landed = con.execute(
            "select stored_as, exported_at from landed_file where file_id = $1",
            [landing.file_id],
        ).fetchall()[0]
        names = config.reference.names()
        result, exported_at = read_rows(
            con,
            scratch / "raw" / landed[0],
            file.name,
            profile,
            names,
            rules_for(profile.kind, column_roles(profile), config.settings.row_rules),
            landed[1],
            scratch / "rows.parquet",
            scratch,
        )
    finally:
        con.close()
        shutil.rmtree(scratch, ignore_errors=True)
    covers = result.covers
    personal, unknown = unmapped_headers(result.headers, profile)
    by_rule = Counter(f"{rule}:{column}" if column else rule for _, rule, column, _ in result.quarantined)
    return {
        "file": file.name,
        "source": profile.source,
        "exported_at": exported_at.isoformat(),
        "covers": {
            "by": covers.by,
            "from": str(covers.first) if covers.first else None,
            "to": str(covers.last) if covers.last else None,
            "said_by": covers.said_by,
        },
        "file_rules": [asdict(finding) for finding in result.findings],
        "read_as": result.read_as,
        "columns": {column: spellings[0] for column, spellings in profile.columns.items()},
        "dropped_as_personal": personal,
        "not_in_profile": unknown,
        "set_aside": {
            kind: {"rows": rows, "vi": KINDS[kind][0], "en": KINDS[kind][1]} for kind, rows in sorted(result.set_aside.items())
        },
        "row_count": result.row_count,
        "good_count": result.good_count,
        "duplicate_count": result.duplicate_count,
        "quarantined_count": result.quarantined_count,
        "quarantined_by_rule": {
            rule: {"rows": rows, "vi": rule_of(rule.partition(":")[0]).vi, "en": rule_of(rule.partition(":")[0]).en}
            for rule, rows in sorted(by_rule.items())
        },
        "quarantined_lines": sorted({line for line, *_ in result.quarantined})[:20],
        "unknown_names": [asdict(name) for name in unknown_names(result.unknown, profile, names)],
        "warnings": {f"{rule}:{column}": count for (rule, column), count in sorted(result.warnings.items())},
    }


def _must_exist(file: Path) -> None:
    if not file.is_file():
        raise ConfigError(f"Không có tệp {file}. Hãy kiểm tra đường dẫn.", f"There is no file {file}. Check the path.")
