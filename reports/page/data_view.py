"""The view of the data: which exports came and what they cover, what is in quarantine and why, every check and its verdict."""

from collections import Counter
from typing import Any

import duckdb

from expectations.file_rules import file_rule_of
from expectations.row_rules import rule_of
from expectations.suites import DRIFT_CHECKS
from reports.page.figures import counted
from transforms.duck import rows

MOST_FILES = 400
"""So many files are listed, the latest first; the mart export_file has them all."""

_COUNTS = ("row_count", "recorded_count", "unchanged_count", "duplicate_count", "quarantined_count")
_CHECK_ORDER = {"broken": 0, "failed": 1, "passed": 2}


def read_data_view(con: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> dict[str, Any]:
    """``coverage`` by kind, ``sources`` with their latest export, ``files``, ``quarantine`` by rule, ``checks`` the worst first.

    The ``manifest`` knows the rest: ``drift`` is what failed beside the release that was current, with what of it was accepted,
    ``read_again`` for which reasons a backfill read how many files again.
    """
    files = [
        file | {name: counted(file[name] or 0) for name in _COUNTS} | {"broken": _file_rules(file)}
        for file in rows(con, "select * from export_file order by exported_at desc, source, file_name")
    ]
    checks = rows(con, "select * from check_result order by check_id")
    checks.sort(key=lambda check: (_CHECK_ORDER[check["state"]], check["severity"] != "release", check["check_id"]))
    return {
        "coverage": rows(con, "select * from data_coverage order by kind"),
        "sources": _sources(con),
        "files": files[:MOST_FILES],
        "left_out": counted(max(len(files) - MOST_FILES, 0)),
        "quarantine": _quarantine(con),
        "drift": _drift(manifest),
        "read_again": sorted(Counter(each["reread_reason"] for each in manifest["inputs"] if each["reread_reason"]).items()),
        "checks": [check | {"failed": counted(check["failed_count"] or 0)} for check in checks],
    }


def _drift(manifest: dict[str, Any]) -> dict[str, Any] | None:
    """What of the step from the release before is not as it should be; None where nothing is, or there was no release."""
    drift = manifest.get("drift")
    if not drift or not drift["failed"]:
        return None
    reasons = {each["rule"]: each["reason"] for each in drift["accepted"]}
    failed = [
        {
            "check_id": check.id,
            "said": (check.vi, check.en),
            "failed": counted(drift["failed"][check.id]),
            "accepted": reasons.get(check.id),
        }
        for check in DRIFT_CHECKS
        if check.id in drift["failed"]
    ]
    return {"against": drift["against"], "failed": failed}


def _sources(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    found = rows(
        con,
        """select source, kind,
               count(*) filter (outcome = 'recorded') as file_count,
               count(*) filter (outcome = 'refused') as refused_count,
               max(exported_at) filter (outcome = 'recorded') as latest,
               sum(row_count) as row_count,
               sum(quarantined_count) as quarantined_count
           from export_file group by source, kind order by kind, source""",
    )
    return [
        row | {name: counted(int(row[name] or 0)) for name in ("file_count", "refused_count", "row_count", "quarantined_count")}
        for row in found
    ]


def _quarantine(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    found = rows(
        con,
        """select severity, rule_code, column_name, source,
               sum(row_count)::bigint as row_count, count(distinct file_id) as file_count
           from quarantine_count group by all order by severity, row_count desc, rule_code, column_name, source""",
    )
    return [
        row
        | {
            "said": (rule_of(row["rule_code"]).vi, rule_of(row["rule_code"]).en),
            "row_count": counted(row["row_count"]),
            "file_count": counted(row["file_count"]),
        }
        for row in found
    ]


def _file_rules(file: dict[str, Any]) -> list[dict[str, Any]]:
    """The file rules that a file breaks, by what came of it."""
    by_fate = (("refused", file["refused_by"]), ("accepted", file["accepted_rules"]), ("warned", file["file_rules"]))
    return [
        {"code": code, "fate": fate, "said": (file_rule_of(code).vi, file_rule_of(code).en)}
        for fate, codes in by_fate
        for code in filter(None, map(str.strip, (codes or "").split(",")))
    ]
