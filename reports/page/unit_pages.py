"""The page of each unit: why it is red, its targets, months, procedures, open dossiers, rules and the quality of its data."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import duckdb

from reports.numbers import in_english, rate
from reports.page.dossier_lists import DossierLists
from reports.page.figures import counted, period_said, target_figures
from reports.page.marts import of_the_year
from reports.page.plan import in_parts, in_the_way, month_trend, outlook_said, urgency
from reports.page.units import counted_things, indicator_said
from reports.page.why import why_lines
from reports.targets import target_causes, target_outlooks, target_parts
from transforms.duck import rows

_BIG = (640, 140)
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
    figures: list[dict[str, Any]],
    months: dict[tuple[str, str], list[dict[str, Any]]],
    under_rules: dict[str, list[dict[str, Any]]],
    lists: DossierLists,
    register: dict[str, dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    """What the page of each unit says, in the order of the register. Every mart is read once for all units.

    ``figures`` are the target_figures of the plan's year, ``months`` those of its months, ``under_rules`` the rule_figures.
    """
    year = plan["year"]
    parts, outlooks, causes = target_parts(con, year), target_outlooks(con, year), target_causes(con, year)
    of_unit, quarters = _by_unit(figures), _by_unit(target_figures(con, year, "quarter"))
    backlogs = _one_each(rows(con, "select * from backlog where scope = 'subtree'"))
    times = _one_each(of_the_year(con, "processing_time", plan, "scope = 'subtree'"))
    doubts, evidence, totals = (
        _by_unit(rows(con, sql))
        for sql in (
            "select * from unit_warning order by unit_code, rule_code, unit_role",
            "select * from evidence order by unit_code, indicator_id, counts_from, entry_code",
            f"""select * from totals_difference where period_kind = 'year' and year(period_end) = {int(year)}
                order by unit_code, indicator_id""",
        )
    )
    below: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for unit in register.values():
        below[unit["parent_code"]].append(unit)

    for code, unit in register.items():
        targets = []
        for row in of_unit[code]:
            place = (row["target_id"], code)
            series = months.get(place, [])
            targets.append(
                row
                | {
                    "title": indicator_said(row["indicator_id"]),
                    "counted": counted_things(row["indicator_id"]),
                    "parts": in_parts(parts.get(place, [])),
                    "outlook": outlook_said(row, outlooks.get((*place, row["part_number"]))),
                    "causes": in_the_way(row, causes.get((*place, row["part_number"]), [])),
                    "months": series,
                    "trend": month_trend(series),
                    "chart": month_trend(series, _BIG),
                    "quarters": [q | {"period": period_said(q)} for q in quarters[code] if q["target_id"] == row["target_id"]],
                }
            )
        targets.sort(key=urgency)
        yield {
            "unit": unit,
            "parent": register.get(unit["parent_code"]),
            "below": below[code],
            "why": why_lines(targets, backlogs.get(code)),
            "is_red": any(target["state"] == "not_met" for target in targets),
            "targets": [target for target in targets if target["fraction"]],
            "without_figure": [target for target in targets if not target["fraction"]],
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
            "rate": (rate(backlog[column], backlog["open_count"]), in_english(rate(backlog[column], backlog["open_count"]))),
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
