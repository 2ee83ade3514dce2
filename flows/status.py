"""What happened and how things stand, from the run history and the current release; the warehouse is not opened."""

from typing import Any

from expectations.file_rules import FILE_RULES
from flows.home import Home
from flows.publish import current_release, read_manifest
from flows.run_history import files_of_run, latest_runs


def describe(home: Home) -> dict[str, Any]:
    """The latest runs, the files of the latest, the current release with its verdict, and what is in quarantine."""
    from transforms.duck import connect, rows

    runs = latest_runs(home, 10)
    release = current_release(home)
    described: dict[str, Any] = {
        "home": str(home.root),
        "runs": runs,
        "files": files_of_run(home, runs[0]["run_id"]) if runs else [],
        "release": None,
        "sources": [],
        "quarantine": [],
        "file_rules": [],
        "rules": {},
    }
    if release is not None:
        manifest = read_manifest(release)
        described["release"] = {key: manifest[key] for key in ("id", "as_of", "verdict")}
        con = connect(release / "marts.duckdb", read_only=True)
        try:
            described["sources"] = rows(
                con,
                """select source, count(*) filter (where outcome = 'recorded') as recorded_files,
                          count(*) filter (where outcome = 'refused') as refused_files,
                          max(exported_at) as latest_export, sum(quarantined_count) as quarantined_rows
                   from export_file group by source order by source""",
            )
            described["quarantine"] = rows(
                con,
                """select source, rule_code, column_name, sum(row_count)::bigint as row_count, count(*) as file_count
                   from quarantine_count where severity = 'quarantine'
                   group by all order by row_count desc, source, rule_code, column_name""",
            )
            described["file_rules"] = rows(
                con,
                """select source, file_name, exported_at, outcome, coalesce(refused_by, file_rules) as broken_rules, accepted_rules
                   from export_file where coalesce(refused_by, file_rules) is not null order by exported_at, source, file_name""",
            )
            codes = {code for file in described["file_rules"] for code in file["broken_rules"].split(",")}
            described["rules"] = {rule.code: {"vi": rule.vi, "en": rule.en} for rule in FILE_RULES if rule.code in codes}
        finally:
            con.close()
    return described
