"""The scorecard: each unit's rates of the plan's year with numerator and denominator, and the plan's targets."""

from pathlib import Path
from typing import Any

import duckdb

from reports.filed import read_closings
from reports.numbers import date as written_date
from reports.numbers import period_label
from reports.targets import figure_texts, read_targets
from transforms.duck import connect, rows

INDICATORS = ("on_time", "online_resolved", "edoc_any")


def read_scorecard(release: Path, plan: dict[str, Any], before: Path | None = None) -> dict[str, Any]:
    """The scorecard of a release: its period, a row a unit, a row a target; figures as texts beside their numbers.

    ``plan`` is what the manifest says of it: calendar, year and titles; ``before`` the release that stood before.
    """
    con = connect(release / "marts.duckdb", read_only=True)
    try:
        period = _period(con, plan)
        kept_out = con.execute("select coalesce(sum(quarantined_count), 0)::bigint from export_file").fetchall()[0][0]
        always = {"quarantined_count": kept_out, "closings": read_closings(con)}
        if period is None:
            return {"period": None, "units": [], "targets": [], "not_refreshed_count": 0} | always
        return always | {
            "not_refreshed_count": _not_refreshed(con, period),
            "period": period_label(period["calendar"], "year", period["period_start"], period["period_end"]),
            "period_start": period["period_start"],
            "period_end": period["period_end"],
            "is_provisional": period["is_provisional"],
            "units": _unit_rows(con, period),
            "targets": read_targets(con, plan["year"], before),
        }
    finally:
        con.close()


def _period(con: duckdb.DuckDBPyConnection, plan: dict[str, Any]) -> dict[str, Any] | None:
    """The plan's year, or, where the data do not speak of it, the last year of which they do."""
    found = rows(
        con,
        """with year as (
               -- Exports of dossiers and of documents need not have come alike: one figure that may move makes it provisional.
               select calendar, period_start, period_end, bool_or(is_provisional) as is_provisional from indicator_value
               where calendar = $calendar and period_kind = 'year' and denominator > 0 group by all)
           select * from year order by year(period_end) = $year desc, period_start desc limit 1""",
        {"calendar": plan["calendar"], "year": plan["year"]},
    )
    return found[0] if found else None


def _not_refreshed(con: duckdb.DuckDBPyConnection, period: dict[str, Any]) -> int:
    """Open dossiers that no export of late speaks for: the rate may be off by as many."""
    return con.execute(
        """select coalesce(sum(not_refreshed_count), 0)::bigint from indicator_value
           where indicator_id = 'on_time' and rule_id = 'II06_DATE' and basis_id = 'resolved'
             and scope = 'own' and calendar = $calendar and period_kind = 'year' and period_start = $start""",
        {"calendar": period["calendar"], "start": period["period_start"]},
    ).fetchall()[0][0]


def _unit_rows(con: duckdb.DuckDBPyConnection, period: dict[str, Any]) -> list[dict[str, Any]]:
    figures = rows(
        con,
        """select u.unit_code, u.unit_name, u.unit_kind, v.indicator_id, v.numerator, v.denominator, v.status,
                  t.operator, t.bar, t.state
           from indicator_value v
           join unit u using (unit_code)
           left join target_status t on t.unit_code = v.unit_code and t.indicator_id = v.indicator_id
               and t.rule_id = v.rule_id and t.basis_id = v.basis_id and t.scope = v.scope and t.calendar = v.calendar
               and t.period_kind = v.period_kind and t.period_start = v.period_start
           where v.calendar = $calendar and v.period_kind = 'year' and v.period_start = $start
             and v.scope in ('subtree', 'plan_scope') and v.rule_id in ('II06_DATE', 'NONE')
             and v.basis_id in ('resolved', 'issued')
           -- The figure that the target is judged on; a unit outside the plan's scope is shown and not judged.
           qualify row_number() over (
               partition by u.unit_code, v.indicator_id order by t.target_id is null, v.scope desc, t.target_id) = 1
           order by u.unit_code""",
        {"calendar": period["calendar"], "start": period["period_start"]},
    )
    units: dict[str, dict[str, Any]] = {}
    for figure in figures:
        unit = units.setdefault(
            figure["unit_code"],
            {"unit_code": figure["unit_code"], "unit_name": figure["unit_name"], "unit_kind": figure["unit_kind"]},
        )
        if figure["indicator_id"] in INDICATORS:
            unit[figure["indicator_id"]] = figure_texts(figure, figure["state"])
    return list(units.values())


def flat_rows(scorecard: dict[str, Any]) -> list[dict[str, str]]:
    """The units' figures as a flat table with Vietnamese headings, for places that know only rows of text."""
    return [
        {"Đơn vị": unit["unit_name"]}
        | {
            heading: f"{unit[indicator]['text']} ({unit[indicator]['fraction']})" if indicator in unit else ""
            for indicator, heading in zip(INDICATORS, ("Đúng hạn", "Trực tuyến", "Văn bản điện tử"), strict=True)
        }
        for unit in scorecard["units"]
    ]


def period_line(scorecard: dict[str, Any]) -> str:
    """The period in words, with its days and whether it is over."""
    provisional = ", tạm tính" if scorecard["is_provisional"] else ""
    start, end = written_date(scorecard["period_start"]), written_date(scorecard["period_end"])
    return f"{scorecard['period']} ({start}–{end}{provisional})"
