"""The view of changes: what the figures of the plan's year said in the release before, and which files came since."""

from typing import Any

import duckdb

from reports.page.figures import target_figures
from reports.page.units import indicator_said
from transforms.duck import rows


def read_changes(
    con: duckdb.DuckDBPyConnection,
    before: duckdb.DuckDBPyConnection,
    year: int,
    figures: list[dict[str, Any]],
    register: dict[str, dict[str, Any]],
) -> dict[str, Any] | None:
    """``figures`` that say something else than in the release ``before``, changes of state first; and the ``files`` that came.

    Each changed figure has the row of then as ``before``, None where there was none. None when the release before has other marts,
    as another version makes them.
    """
    try:
        then = {(row["target_id"], row["unit_code"]): row for row in target_figures(before, year, "year")}
    except (duckdb.CatalogException, duckdb.BinderException):
        return None
    changed = [
        row | {"before": old, "title": indicator_said(row["indicator_id"]), "turned": _turned(old, row)}
        for row in figures
        for old in [then.get((row["target_id"], row["unit_code"]))]
        if old is None or _figure(old) != _figure(row)
    ]
    known = {(file["source"], file["file_id"]) for file in rows(before, "select source, file_id from export_file")}
    files = [
        file
        for file in rows(con, "select * from export_file order by exported_at, source, file_name")
        if (file["source"], file["file_id"]) not in known
    ]
    parents = {code for code, unit in register.items() if unit["parent_code"] is None}
    order = {"worse": 0, "better": 1, "": 2}
    changed.sort(key=lambda row: (row["unit_code"] not in parents, order[row["turned"]], row["target_id"], row["unit_code"]))
    return {"figures": [row for row in changed if row["unit_code"] in register], "files": files}


def _figure(row: dict[str, Any]) -> tuple:
    return row["state"], row["numerator"], row["denominator"]


def _turned(old: dict[str, Any] | None, new: dict[str, Any]) -> str:
    """Whether the bar was crossed: better or worse, else nothing."""
    if old is None or old["state"] == new["state"]:
        return ""
    return {"met": "better", "not_met": "worse"}.get(new["state"], "")
