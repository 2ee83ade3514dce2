"""Shares of units and of procedures between any two days: the models that make them for periods, run over a release's marts."""

from collections.abc import Collection
from datetime import date
from typing import Any

import duckdb

from reports.numbers import rate
from transforms.duck import quoted, rows
from transforms.registry import figures
from transforms.runner import model_sql

_COUNTED = ("units", "procedures")
NOTHING = {"numerator": None, "denominator": None, "excluded_count": None, "text": None}
_INPUTS = """
    figure as (select * from (values {figures}) as f(indicator_id, rule_id, basis_id, counted, validity, silence)),
    period as (select 'any' as calendar, 'days' as period_kind, $first::date as period_start, $last::date as period_end),
    figure_period as (select f.indicator_id, f.rule_id, f.basis_id, p.* from figure as f cross join period as p),
    unit_register as (from unit),
    procedure_register as (from procedure),
    register_entry as (from evidence),
    unit_scope as (select '' as unit_code, '' as scope, unnest($members::varchar[]) as member_unit_code),
    member_scope as (from unit_scope),
    via_system_period as (
        select p.*, null::varchar as unit_code, 0 as system_count, 0 as outside_count from period as p where false),
    survey_period as (select p.*, null::varchar as unit_code, null::varchar as indicator_id, 0 as satisfied_count,
        0 as answered_count, 0 as excluded_count from period as p where false)"""
"""What the models read, from the marts of a release; what these do not hold by day is left empty."""
_MODELS = ("unit_share", "procedure_period", "procedure_count")


def shares_between(
    con: duckdb.DuckDBPyConnection, members: Collection[str], first: date, last: date, as_of: date
) -> dict[tuple[str, str], dict[str, Any]]:
    """By indicator and basis: the share of some units together from one day to another, both inclusive, as the release knows it.

    Units are those in force on the last day, procedures as catalogued then. Where nobody handed a register in, there is none.
    """
    listed = [row for row in figures() if row["counted"] in _COUNTED]
    values = ", ".join(
        f"({', '.join(quoted(row[name]) for name in ('indicator_id', 'rule_id', 'basis_id', 'counted', 'validity', 'silence'))})"
        for row in listed
    )
    models = ", ".join(f"{name} as ({model_sql(name)}\n)" for name in _MODELS)
    counted = rows(
        con,
        f"with {_INPUTS.format(figures=values)}, {models} select * from ({model_sql('register_count')}\n)",
        {"first": first, "last": last, "members": list(members), "as_of": as_of},
    )
    told = {(row["indicator_id"], row["basis_id"]): row for row in counted}
    reached = dict(con.execute("select kind, reached_date from data_coverage").fetchall())
    return {
        (row["indicator_id"], row["basis_id"]): _share(told.get((row["indicator_id"], row["basis_id"])))
        if row["counted"] == "procedures"
        or (row["kind"] in reached and (row["silence"] != "not_done" or reached[row["kind"]] >= first))
        else NOTHING | {"status": "missing_data"}
        for row in listed
    }


def _share(count: dict[str, Any] | None) -> dict[str, Any]:
    if count is None or not count["denominator"]:
        return NOTHING | {"status": "no_activity", "numerator": 0, "denominator": 0, "excluded_count": 0}
    whole = count["denominator"]
    if count["unreported_count"] == whole:
        return NOTHING | {"status": "missing_data"}
    found = {name: count[name] for name in ("numerator", "denominator", "excluded_count")}
    if count["no_evidence_count"] == whole:
        return found | {"text": None, "status": "no_evidence"}
    return found | {"text": rate(count["numerator"], whole), "status": "ok"}


def figures_of_period(
    con: duckdb.DuckDBPyConnection, unit: str, scope: str, first: date, last: date
) -> dict[tuple[str, str, str], dict[str, Any]]:
    """By indicator, rule and basis: the figures of the marts, where the days are those of a period."""
    found = rows(
        con,
        """select indicator_id, rule_id, basis_id, numerator, denominator, excluded_count, status from indicator_value
           where unit_code = $unit and scope = $scope and period_start = $first and period_end = $last""",
        {"unit": unit, "scope": scope, "first": first, "last": last},
    )
    keys = ("indicator_id", "rule_id", "basis_id")
    return {
        tuple(row.pop(key) for key in keys): NOTHING | {"status": row["status"]}
        if row["status"] == "missing_data"
        else row | {"text": rate(row["numerator"], row["denominator"]) if row["status"] == "ok" else None}
        for row in found
    }
