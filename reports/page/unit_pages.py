"""The page of each unit: why it is red, its targets, months, procedures, open dossiers, rules and the quality of its data."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import duckdb

from reports.page.dossier_lists import DossierLists
from reports.page.figures import counted
from reports.page.marts import of_the_year
from reports.page.plan import month_trend
from reports.page.units import counted_things
from reports.page.why import why_lines
from transforms.duck import rows

_CHART = (640, 140)
AGES = {
    "age_to_5_count": ("đến 5 ngày làm việc", "up to 5 working days"),
    "age_6_to_20_count": ("6–20 ngày", "6 to 20 days"),
    "age_21_to_60_count": ("21–60 ngày", "21 to 60 days"),
    "age_over_60_count": ("trên 60 ngày", "over 60 days"),
    "age_unknown_count": ("không rõ", "not known"),
}
"""How old open dossiers are, as the mart of the backlog groups them."""


def unit_contexts(
    con: duckdb.DuckDBPyConnection,
    plan: dict[str, Any],
    targets: list[dict[str, Any]],
    quarters: list[dict[str, Any]],
    under_rules: dict[str, list[dict[str, Any]]],
    lists: DossierLists,
    register: dict[str, dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    """What the page of each unit says, in the order of the register. Every mart is read once for all units.

    ``targets`` are told by tell_targets, ``quarters`` are target_figures, ``under_rules`` is what rule_figures gives.
    """
    of_unit, of_quarter = _by_unit(targets), _by_unit(quarters)
    backlogs = _one_each(rows(con, "select * from backlog where scope = 'subtree'"))
    times = _one_each(of_the_year(con, "processing_time", plan, "scope = 'subtree'"))
    totals = _by_unit(of_the_year(con, "totals_difference", plan, "true", "unit_code, indicator_id"))
    doubts = _by_unit(rows(con, "select * from unit_warning order by unit_code, rule_code, unit_role"))
    evidence = _by_unit(rows(con, "select * from evidence order by unit_code, indicator_id, counts_from, entry_code"))
    below: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for unit in register.values():
        below[unit["parent_code"]].append(unit)

    for code, unit in register.items():
        told = [
            row
            | {
                "counted": counted_things(row["indicator_id"]),
                "chart": month_trend(row["months"], _CHART),
                "quarters": [quarter for quarter in of_quarter[code] if quarter["target_id"] == row["target_id"]],
            }
            for row in of_unit[code]
        ]
        yield {
            "unit": unit,
            "parent": register.get(unit["parent_code"]),
            "below": below[code],
            "why": why_lines(told, backlogs.get(code)),
            "is_red": any(target["state"] == "not_met" for target in told),
            "targets": [target for target in told if target["fraction"]],
            "without_figure": [target for target in told if not target["fraction"]],
            "backlog": backlogs.get(code),
            "ages": _ages(backlogs.get(code)),
            "time": times.get(code),
            "rules": under_rules.get(code, []),
            "doubts": doubts[code],
            "evidence": evidence[code],
            "totals": totals[code],
            "overdue": lists.overdue(code),
            "due_soon": lists.due_soon(code, (backlogs.get(code) or {}).get("due_within_5_count") or 0),
            "lists": [register[member] | {"list_count": counted(lists.sizes[member])} for member in lists.members(code)],
        }


def _ages(backlog: dict[str, Any] | None) -> list[dict[str, Any]]:
    if not backlog or not backlog["open_count"]:
        return []
    return [
        {
            "said": said,
            "count": counted(backlog[column]),
            "share": round(100 * backlog[column] / backlog["open_count"]),
        }
        for column, said in AGES.items()
        if backlog[column] or column != "age_unknown_count"
    ]


def _by_unit(found: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        grouped[row["unit_code"]].append(row)
    return grouped


def _one_each(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["unit_code"]: row for row in found}
