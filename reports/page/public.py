"""The page for everybody: the plan, the units and the definitions, without a dossier, a procedure or a small count."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from reports.page.definitions import read_definitions
from reports.page.dossier_lists import subtrees
from reports.page.figures import monthly, period_said, shown, target_figures
from reports.page.plan import read_plan, tell_targets
from reports.page.units import PERIODS, counted_things, read_heat_map, read_register
from reports.page.withholding import Cell, Sum, withheld
from reports.page.write import copy_assets, write_view
from reports.periods import find_period
from transforms.duck import rows
from transforms.periods import PeriodName
from transforms.registry import rules

VIEWS = ("index.html", "units.html", "definitions.html")
"""The views of which every figure is decided on here; the others hold dossiers, procedures or differences of a few dossiers."""

_PUBLIC_THINGS = ("units", "procedures")
"""What an office counts of itself: a share of units or of procedures tells of no person, however small."""
_TOGETHER = {"satisfaction_public_services": ("satisfaction_education", "satisfaction_health")}
"""Indicators that are the sum of others."""


def write_public_page(
    con: duckdb.DuckDBPyConnection, manifest: dict[str, Any], treatments: Sequence[dict[str, str]], smallest: int, target: Path
) -> None:
    """Write the public page of a release into ``target``, which must not exist yet.

    Counts of dossiers, documents and answers below ``smallest`` are withheld, with what would give them away. The rest is as in
    write_page.
    """
    plan, as_of = manifest["plan"], date.fromisoformat(manifest["as_of"])
    register = {code: unit | {"page": None} for code, unit in read_register(con).items()}
    figures, months = public_figures(con, plan, register, smallest)
    targets = [_told_to_all(row, figures) for row in tell_targets(con, plan["year"], figures, months)]
    heat_map = read_heat_map(con, figures, register)
    period = find_period(con, plan["calendar"], PeriodName("year", plan["year"], 12))
    shared = {
        "root": "",
        "views": VIEWS,
        "smallest": smallest,
        "release": {"id": manifest["id"], "as_of": as_of, "before": None},
        "plan": plan,
        "period": period and period | {"said": period_said(period)},
        "register": register,
        "workbooks": {},
    }
    target.mkdir(parents=True)
    copy_assets(target)
    write_view(target / "index.html", "plan.html", **shared, **read_plan(targets, register))
    heat_map["rows"] = [row | {"overdue": None} for row in heat_map["rows"]]
    write_view(target / "units.html", "units.html", **shared, kind="year", tabs={"year": PERIODS["year"]}, **heat_map)
    write_view(target / "definitions.html", "definitions.html", **shared, cards=read_definitions(list(treatments)))


def public_figures(
    con: duckdb.DuckDBPyConnection, plan: dict[str, Any], register: dict[str, dict[str, Any]], smallest: int
) -> tuple[list[dict[str, Any]], dict[tuple[str, str], list[dict[str, Any]]]]:
    """The target_figures of the plan's year and, of the units at the top, their months, as everybody may see them.

    What is withheld has the state ``withheld`` and no counts; what must not be told of any figure is left out.
    """
    of_units = _Units(con, plan, register)
    year = target_figures(con, plan["year"], "year")
    tops = {code for code, unit in register.items() if unit["parent_code"] is None}
    months = {place: series for place, series in monthly(con, plan["year"]).items() if place[1] in tops}
    at_top = {(row["target_id"], row["unit_code"]): row for row in year}
    every = [*year, *(row for series in months.values() for row in series)]
    counted = [row for row in every if _is_of_people(row) and _has_counts(row)]
    cells = [of_units.cell(row) for row in counted]
    known = list(filter(None, (of_units.year_less_months(at_top[place], series) for place, series in months.items())))
    hidden = {id(counted[place]) for place in withheld(cells, smallest, [each for pair in known for each in pair])}
    return (
        [_public(row, is_withheld=id(row) in hidden) for row in year],
        {place: [_public(row, is_withheld=id(row) in hidden) for row in series] for place, series in months.items()},
    )


class _Units:
    """Which finer counts a figure of a unit and scope is the sum of: those of the units that have any of their own."""

    def __init__(self, con: duckdb.DuckDBPyConnection, plan: dict[str, Any], register: dict[str, dict[str, Any]]) -> None:
        self.register = register
        self.outside = set(plan.get("outside_scope", ()))
        self.below = subtrees(register)
        found = rows(
            con,
            "select distinct indicator_id, unit_code from indicator_value where scope = 'own' and denominator > 0",
        )
        self.with_own = {(row["indicator_id"], row["unit_code"]) for row in found}

    def cell(self, row: dict[str, Any]) -> Cell:
        """A figure with its counts as sums; a month of a unit is a count of its own, which year_less_months ties to the year."""
        parts = [_month(row, row)] if row["period_kind"] == "month" else self._members(row)
        return Cell(row["numerator"] or 0, row["denominator"] or 0, *_sums(row, parts))

    def year_less_months(self, year: dict[str, Any], months: list[dict[str, Any]]) -> tuple[Sum, Sum] | None:
        """That the months of a year add up to it, for both counts; None where the year is not of the same days."""
        within = [row for row in months if year["period_start"] <= row["period_start"] and row["period_end"] <= year["period_end"]]
        if not within or not _is_of_people(year):
            return None
        parts = [_month(year, row) for row in within]
        of_months, of_year = _sums(year, parts), _sums(year, self._members(year))
        return tuple(
            {**one, **{part: -times for part, times in other.items()}} for one, other in zip(of_months, of_year, strict=True)
        )

    def _members(self, row: dict[str, Any]) -> list[tuple]:
        indicators = _TOGETHER.get(row["indicator_id"], (row["indicator_id"],))
        inside = [code for code in self.below.get(row["unit_code"], []) if self._is_inside(code, row["scope"])]
        members = [code for code in inside if any((indicator, code) in self.with_own for indicator in indicators)]
        return [(code, row["period_start"], row["period_end"]) for code in members or [row["unit_code"]]]

    def _is_inside(self, code: str, scope: str) -> bool:
        unit = self.register[code]
        if scope == "plan_scope":
            return unit["unit_kind"] not in self.outside
        return scope == f"{unit['unit_level']}_level" if scope.endswith("_level") else True


def _month(figure: dict[str, Any], month: dict[str, Any]) -> tuple:
    """A month of a unit's figure, as a count that no other figure is made of."""
    return figure["unit_code"], figure["scope"], month["period_start"], month["period_end"]


def _sums(row: dict[str, Any], parts: list[tuple]) -> tuple[Sum, Sum]:
    """What meets the condition and all there is, as sums: under one rule and basis, all indicators have the same denominator."""
    indicators = _TOGETHER.get(row["indicator_id"], (row["indicator_id"],))
    ruled = (row["rule_id"], row["basis_id"])
    wholes = [ruled] if row["rule_id"] in rules() else [(indicator, *ruled) for indicator in indicators]
    met = {("met", indicator, *ruled, part): 1 for indicator in indicators for part in parts}
    return met, {("all", *whole, part): 1 for whole in wholes for part in parts}


def _is_of_people(row: dict[str, Any]) -> bool:
    return counted_things(row["indicator_id"]) not in _PUBLIC_THINGS


def _has_counts(row: dict[str, Any]) -> bool:
    """Whether it says how many there are, if only that there are none."""
    return row["denominator"] is not None or row["state"] == "no_activity"


def _public(row: dict[str, Any], *, is_withheld: bool) -> dict[str, Any]:
    if not _is_of_people(row):
        return row
    told = row | dict.fromkeys(("not_refreshed_count", "rate_low", "rate_high", "excluded_count"))
    if is_withheld:
        told |= dict.fromkeys(("numerator", "denominator", "short_count", "is_small_sample", "status_reason"))
        told["state"] = "withheld"
    return told | shown(told)


def _told_to_all(target: dict[str, Any], figures: list[dict[str, Any]]) -> dict[str, Any]:
    """A told target without its procedures and, where it counts dossiers, without what counts others than its figure does.

    Of the units in the way those stay whose own figure is published and says the same.
    """
    if not _is_of_people(target):
        return target | {"causes": target["causes"] | {"procedure": []}}
    known = {
        (row["unit_code"], row["denominator"], row["denominator"] - row["numerator"])
        for row in figures
        if row["target_id"] == target["target_id"] and row["denominator"]
    }
    in_the_way = [
        cause
        for cause in target["causes"]["unit"]
        if (cause["cause_code"], cause["cause_denominator"], cause["missing_count"]) in known
    ]
    return target | {"parts": [], "outlook": None, "doubts": [], "causes": {"unit": in_the_way, "procedure": []}}
