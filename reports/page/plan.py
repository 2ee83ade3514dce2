"""The view of the plan: each target with its figure, what is in the way first."""

from collections import Counter
from typing import Any

import duckdb

from reports.page.charts import span_of, trend
from reports.page.figures import counted, indicator_said, shown
from reports.targets import in_the_way, outlook_said, target_causes, target_outlooks, target_parts
from reports.words import STATE_WORDS, Said

STATE_ORDER = (
    "not_met",
    "no_evidence",
    "missing_denominator",
    "missing_data",
    "series_break",
    "withheld",
    "not_yet_due",
    "no_activity",
    "met",
)
"""What an office has to look at first stands first."""

MOST_TOPS = 3
"""Without a register every unit is at the top of the tree; the others stand in the table of units."""

_CAUSES_SHOWN = 5


def tell_targets(
    con: duckdb.DuckDBPyConnection,
    year: int,
    figures: list[dict[str, Any]],
    months: dict[tuple[str, str], list[dict[str, Any]]],
    kind: str = "year",
    month: int = 12,
) -> list[dict[str, Any]]:
    """The ``figures`` of the plan's year with what is said beside them: parts, outlook, causes, months; the most urgent first.

    ``figures`` are its target_figures, ``months`` what monthly gives. Another period of the year is meant by its ``kind`` and the
    ``month`` it ends in.
    """
    when = (year, kind, month)
    parts, outlooks, causes = target_parts(con, *when), target_outlooks(con, *when), target_causes(con, *when)
    told = [
        row
        | {
            "title": indicator_said(row["indicator_id"]),
            "parts": _in_parts(parts.get(place, [])),
            "outlook": _outlook(row, outlooks.get((*place, row["part_number"]))),
            "doubts": in_the_way(row, causes.get((*place, row["part_number"]), [])) if row["state"] != "not_met" else [],
            "causes": _weighed(row, causes.get((*place, row["part_number"]), [])),
            "months": months.get(place, []),
        }
        for row in figures
        for place in [(row["target_id"], row["unit_code"])]
    ]
    return sorted(told, key=urgency)


def read_plan(targets: list[dict[str, Any]], register: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The told ``targets`` of the units at the top, and how many of them have which state."""
    at_top = [row for row in targets if row["unit_code"] in register and register[row["unit_code"]]["parent_code"] is None]
    tops = sorted({row["unit_code"] for row in at_top})
    return {
        "targets": [row | {"trend": month_trend(row["months"])} for row in at_top if row["unit_code"] in tops[:MOST_TOPS]],
        "states": _states(at_top),
        "tops": tops,
        "left_out": len(tops[MOST_TOPS:]),
    }


def urgency(row: dict[str, Any]) -> tuple:
    """Targets not met first, the farthest from its bar leading; then those without a figure; those that are met last."""
    short = row["bar"] - row["value"] if row["value"] is not None else 0
    return (STATE_ORDER.index(row["state"]), -short, row["target_id"], row["unit_code"])


def month_trend(
    series: list[dict[str, Any]], size: tuple[int, int] = (120, 32), span: tuple[int, int] | None = None, ends: list | None = None
) -> dict[str, Any] | None:
    """The chart of a series of months, placed among the ``ends`` of all months; nothing where there are fewer than two."""
    if len(series) < 2:
        return None
    by_end = {row["period_end"]: (row["value"], row["state"]) for row in series}
    bar = series[-1]["bar"]
    points = [by_end.get(end, (None, "")) for end in ends or by_end]
    return trend(points, bar, span or span_of([value for value, _ in points], bar), *size)


def _in_parts(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each part's figure, where a target has several."""
    return [part | shown(part) for part in parts] if len(parts) > 1 else []


def _outlook(row: dict[str, Any], outlook: dict[str, Any] | None) -> Said | None:
    """Whether the bar can still be reached, of what is judged."""
    return next(iter(outlook_said(row, outlook)), None) if row["state"] in ("met", "not_met") else None


def _weighed(row: dict[str, Any], causes: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The units and the procedures with most of what is missing, each with its share of it."""
    if row["state"] != "not_met":
        return {"unit": [], "procedure": []}
    missing = row["denominator"] - row["numerator"]
    told = [
        cause
        | {
            "share": round(100 * cause["missing_count"] / missing),
            "missing": counted(cause["missing_count"]),
            "of": counted(cause["cause_denominator"]),
        }
        for cause in causes
        if cause["missing_count"]
    ]
    return {kind: [cause for cause in told if cause["cause_kind"] == kind][:_CAUSES_SHOWN] for kind in ("unit", "procedure")}


def _states(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many targets have which state, in the order of STATE_ORDER."""
    numbers = Counter(row["state"] for row in figures)
    return [
        {"state": state, "mark": STATE_WORDS[state][0], "said": STATE_WORDS[state][1:], "count": counted(numbers[state])}
        for state in STATE_ORDER
        if numbers[state]
    ]
