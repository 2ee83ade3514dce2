"""The view of the units: a heat-map table of units × targets, and their months as small multiples."""

from typing import Any

import duckdb

from reports.page.charts import span_of
from reports.page.figures import period_said, target_figures
from reports.page.names import file_stem
from reports.page.plan import month_trend
from reports.words import UNIT_KINDS
from transforms.duck import rows
from transforms.registry import figures as registered

PERIODS = {
    "year": ("units.html", ("Cả năm", "Year")),
    "quarter": ("units-quarter.html", ("Quý gần nhất", "Latest quarter")),
    "month": ("units-month.html", ("Tháng gần nhất", "Latest month")),
}
"""The page of each kind of period, and what it is called."""


def read_register(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """The units by code, in the order of their codes, each with its kind in words and the stem of its files."""
    found = rows(con, "select * from unit order by unit_code")
    return {
        row["unit_code"]: row
        | {"kind": UNIT_KINDS.get(row["unit_kind"], (row["unit_kind"],) * 2), "stem": file_stem(row["unit_code"])}
        for row in found
    }


def indicator_said(indicator: str) -> tuple[str, str]:
    """The title of an indicator."""
    row = next(row for row in registered() if row["indicator_id"] == indicator)
    return row["title_vi"], row["title_en"]


def counted_things(indicator: str) -> str:
    """What an indicator counts: dossiers, documents, units, procedures or answers."""
    return next(row["counted"] for row in registered() if row["indicator_id"] == indicator)


def latest(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of figures of several periods, those of the latest that is over, or of the first where none is; each calendar by itself."""
    ends: dict[str, dict[Any, bool]] = {}
    for row in figures:
        of_calendar = ends.setdefault(row["calendar"], {})
        is_known = row["denominator"] is not None
        of_calendar[row["period_end"]] = of_calendar.get(row["period_end"], False) or is_known
    chosen = {calendar: max((end for end, known in of.items() if known), default=max(of)) for calendar, of in ends.items()}
    return [row for row in figures if row["period_end"] == chosen[row["calendar"]]]


def read_heat_map(con: duckdb.DuckDBPyConnection, year: int, kind: str, register: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Units × targets for the plan's year, or its latest quarter or month: ``columns``, ``rows``, targets ``without`` a figure."""
    figures = latest(target_figures(con, year, kind))
    by_target: dict[str, list[dict[str, Any]]] = {}
    for row in figures:
        by_target.setdefault(row["target_id"], []).append(row)
    known = {target: cells for target, cells in by_target.items() if any(cell["value"] is not None for cell in cells)}
    columns = [
        {
            **{
                name: cells[0][name]
                for name in ("target_id", "text_vi", "text_en", "bar_text", "indicator_id", "rule_id", "basis_id")
            },
            "title": indicator_said(cells[0]["indicator_id"]),
            "period": period_said(cells[0]),
        }
        for cells in known.values()
    ]
    cells = {(row["unit_code"], row["target_id"]): row for row in figures}
    overdue = _overdue(con)
    return {
        "columns": columns,
        "without": [
            (cells[0]["target_id"], cells[0]["text_vi"], cells[0]["text_en"])
            for target, cells in by_target.items()
            if target not in known
        ],
        "rows": [
            unit
            | {
                "cells": in_row,
                "overdue": overdue.get(code),
                "missed": sum(
                    cells[code, c["target_id"]]["state"] == "not_met" for c in columns if (code, c["target_id"]) in cells
                ),
            }
            for code, unit in register.items()
            for in_row in [[cells.get((code, column["target_id"])) for column in columns]]
        ],
        "kinds": list({unit["unit_kind"]: unit["kind"] for unit in register.values()}.items()),
    }


def read_multiples(
    months: dict[tuple[str, str], list[dict[str, Any]]], columns: list[dict[str, Any]], register: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """For each target with months, a chart a unit, all on one scale."""
    found = []
    for column in columns:
        series = {unit: of for (target, unit), of in months.items() if target == column["target_id"] and unit in register}
        every_month = sorted({row["period_end"]: row for of in series.values() for row in of}.items())
        if len(every_month) < 2:
            continue
        ends, (first, *_, latest_month) = [end for end, _ in every_month], [row for _, row in every_month]
        bar = max(of[-1]["bar"] for of in series.values())
        span = span_of([row["value"] for of in series.values() for row in of], bar)
        charts = [
            {"unit": unit, "trend": month_trend(series[code], span=span, ends=ends), "last": series[code][-1]}
            for code, unit in register.items()
            if code in series
        ]
        found.append(
            column
            | {
                "charts": [chart for chart in charts if chart["trend"]],
                "span": span,
                "first": period_said(first),
                "latest": period_said(latest_month),
            }
        )
    return found


def _overdue(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """The open dossiers of each unit with all below it, by the mart of the backlog."""
    found = rows(con, "select unit_code, open_count, open_overdue_count from backlog where scope = 'subtree'")
    return {row["unit_code"]: row for row in found}
