"""The view of the units: a heat-map table of units × targets, and their months as small multiples."""

from datetime import date
from typing import Any

import duckdb

from reports.page.charts import span_of
from reports.page.figures import indicator_said, period_said
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

MONTHS = ("units-months.html", ("Từng tháng", "By month"))
"""The page of every unit's months."""


def read_register(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """The units by code, in the order of their codes, each with its kind in words, the stem of its files and its page."""
    found = rows(con, "select * from unit order by unit_code")
    return {
        row["unit_code"]: row
        | {
            "kind": UNIT_KINDS.get(row["unit_kind"], (row["unit_kind"],) * 2),
            "stem": (stem := file_stem(row["unit_code"])),
            "page": f"units/{stem}.html",
        }
        for row in found
    }


def counted_things(indicator: str) -> str:
    """What an indicator counts: dossiers, documents, units, procedures or answers."""
    return next(row["counted"] for row in registered() if row["indicator_id"] == indicator)


def latest(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of figures of several periods, those of the latest of which any is known; each calendar by itself."""
    chosen: dict[str, date] = {}
    for row in figures:
        if row["denominator"] is not None:
            chosen[row["calendar"]] = max(row["period_end"], chosen.get(row["calendar"], row["period_end"]))
    return [row for row in figures if row["period_end"] == chosen.get(row["calendar"])]


def read_heat_map(
    con: duckdb.DuckDBPyConnection, figures: list[dict[str, Any]], register: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Units × targets of one period of each calendar: ``columns``, ``rows``, and targets ``without`` any figure.

    ``figures`` are target_figures, of which the latest are taken.
    """
    by_target: dict[str, list[dict[str, Any]]] = {row["target_id"]: [] for row in figures}
    for row in latest(figures):
        by_target[row["target_id"]].append(row)
    known = {target: cells for target, cells in by_target.items() if any(cell["value"] is not None for cell in cells)}
    columns = [
        {name: first[name] for name in ("target_id", "bar_text", "indicator_id", "rule_id", "basis_id")}
        | {"title": indicator_said(first["indicator_id"]), "period": period_said(first)}
        for first, *_ in known.values()
    ]
    texts = {row["target_id"]: (row["text_vi"], row["text_en"]) for row in figures}
    cells = {(row["unit_code"], row["target_id"]): row for of in known.values() for row in of}
    overdue = _overdue(con)
    return {
        "columns": columns,
        "without": [(target, *texts[target]) for target in by_target if target not in known],
        "rows": [
            unit
            | {
                "cells": in_row,
                "missed": sum(cell["state"] == "not_met" for cell in in_row if cell),
                "overdue": overdue.get(code),
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
        every_row = [row for of in series.values() for row in of]
        # A month of three dossiers would stretch the scale of all.
        steady = [row for row in every_row if not row["is_small_sample"]] or every_row
        span = span_of([row["value"] for row in steady], bar)
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
