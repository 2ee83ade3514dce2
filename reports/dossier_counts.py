"""What each dossier counts to a figure, from the mart ``outcome`` alone: the same arithmetic as the figures, dossier by dossier."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import duckdb

from reports.units import Members
from transforms.build import load_rows
from transforms.registry import figures

_COUNTED = "o.outcome in ('early', 'on_time', 'late', 'open')"
_IN_TIME = "o.outcome in ('early', 'on_time')"
_RECEIVED = f"{_COUNTED} and o.received_date between f.period_start and f.last_day"
_RESOLVED = "o.outcome in ('early', 'on_time', 'late') and o.exit_date between f.period_start and f.last_day"
_TO_HANDLE = f"{_COUNTED} and o.received_date <= f.last_day and coalesce(o.exit_date >= f.period_start, true)"
_LEFT_IN_PERIOD = "coalesce(o.exit_date <= f.last_day, false)"

CONDITIONS = {
    ("on_time", "resolved"): (_IN_TIME, _RESOLVED),
    ("on_time", "due_in_period"): (_IN_TIME, "o.due_date between f.period_start and f.last_day"),
    ("on_time", "received_and_carried"): (
        f"case when {_LEFT_IN_PERIOD} then {_IN_TIME} else not coalesce(o.overdue_date <= f.last_day, false) end",
        _TO_HANDLE,
    ),
    ("on_time", "one_minus_late"): (f"not (o.outcome = 'late' and {_LEFT_IN_PERIOD})", _TO_HANDLE),
    ("on_time", "cohort"): (
        _IN_TIME,
        f"{_RECEIVED} and coalesce(least(o.exit_date, o.overdue_date) <= f.as_of_date, false)",
    ),
    ("online_resolved", "resolved"): ("o.channel = 'online'", _RESOLVED),
    ("online_received", "received"): ("o.channel = 'online'", _RECEIVED),
    ("via_system", "received_anyhow"): ("true", _RECEIVED),
}
"""(indicator, basis): when a dossier ``o`` of the denominator is in the numerator of the figure ``f`` too; when it is in there."""

FORM_RULE = "II06_DATE"
"""The rule that says of a dossier whether it was received at all, for figures that no rule makes."""
_ROLES = {row["indicator_id"]: row["unit_role"] for row in figures()}
_SAYS_WHAT_IT_LEAVES_OUT = "f.indicator_id <> 'via_system'"
_MAY_BE_STALE = "f.indicator_id in ('on_time', 'online_resolved')"


def is_of_dossiers(indicator: str, basis: str) -> bool:
    """Whether a figure is counted from dossiers that the release lists."""
    return (indicator, basis) in CONDITIONS


def want_figures(
    con: duckdb.DuckDBPyConnection,
    figures: Iterable[Mapping[str, Any]],
    members: Members,
    totals: str = "totals_difference",
) -> None:
    """Make the tables ``wanted_figure`` and ``wanted_member``, of the figures whose dossiers are asked for.

    ``figures`` are rows of ``indicator_value``, numbered by their place; ``members`` has the units of each (unit, scope). A unit
    of which a total of the mart ``totals`` stands in the figure is left out of it.
    """
    con.execute(
        """create or replace temp table wanted_figure (figure_number integer, indicator_id varchar, basis_id varchar,
               outcome_rule varchar, unit_role varchar, calendar varchar, period_kind varchar, period_start date,
               period_end date)"""
    )
    con.execute("create or replace temp table wanted_member (figure_number integer, member_unit_code varchar)")
    numbered = list(enumerate(figures))
    load_rows(con, "wanted_figure", [(n, *_as_wanted(f)) for n, f in numbered if is_of_dossiers(f["indicator_id"], f["basis_id"])])
    load_rows(con, "wanted_member", [(n, unit) for n, f in numbered for unit in members[f["unit_code"], f["scope"]]])
    # Elsewhere a total is used only where rows have no denominator, and so count to neither part.
    con.execute(
        f"""delete from wanted_member using wanted_figure as f, {totals} as t
            where wanted_member.figure_number = f.figure_number and f.indicator_id = 'via_system'
                and t.indicator_id = f.indicator_id and t.unit_code = wanted_member.member_unit_code and t.is_used
                and t.calendar = f.calendar and t.period_kind = f.period_kind
                and t.period_start = f.period_start and t.period_end = f.period_end"""
    )


def _as_wanted(figure: Mapping[str, Any]) -> tuple:
    rule = FORM_RULE if figure["rule_id"] == "NONE" else figure["rule_id"]
    indicator = figure["indicator_id"]
    days = (figure[name] for name in ("calendar", "period_kind", "period_start", "period_end"))
    return indicator, figure["basis_id"], rule, _ROLES[indicator], *days


def counts_sql(con: duckdb.DuckDBPyConnection, as_of: date, outcome: str = "outcome", members: str = "wanted_member") -> str:
    """A SELECT of every dossier that the wanted figures count, leave out or cannot judge, as of a day.

    Its columns: ``figure_number``, those of ``outcome``, and as 0 or 1 ``numerator``, ``denominator``, ``excluded``,
    ``not_told``, ``not_refreshed``, ``open_at_end`` (still in the stock when the period ended).
    """
    # The rules as constants: a file of the mart is sorted by them, and what another rule says is then never read.
    wanted = con.execute("select distinct outcome_rule, unit_role from wanted_figure order by all").fetchall() or [
        ("", "resolving")
    ]
    each_role = [
        _counts_of_role(role, [rule for rule, one in wanted if one == role], as_of, outcome, members)
        for role in sorted({role for _, role in wanted})
    ]
    return " union all ".join(each_role)


def _counts_of_role(role: str, rules: list[str], as_of: date, outcome: str, members: str) -> str:
    def by_basis(place: int) -> str:
        cases = " ".join(
            f"when f.indicator_id = '{indicator}' and f.basis_id = '{basis}' then {conditions[place]}"
            for (indicator, basis), conditions in CONDITIONS.items()
        )
        return f"coalesce(case {cases} end, false)"

    listed = ", ".join(f"'{rule}'" for rule in rules)
    return f"""
        select * from (
            select f.figure_number, o.*,
                cast({by_basis(1)} and {by_basis(0)} as integer) as numerator,
                cast({by_basis(1)} as integer) as denominator,
                cast({_SAYS_WHAT_IT_LEAVES_OUT} and o.outcome = 'excluded'
                    and coalesce(o.excluded_date between f.period_start and f.last_day, false) as integer) as excluded,
                cast({_SAYS_WHAT_IT_LEAVES_OUT} and o.outcome = 'unknown' and o.received_date <= f.last_day
                    and coalesce(o.exit_date >= f.period_start, true) as integer) as not_told,
                cast({_MAY_BE_STALE} and coalesce(o.not_refreshed_date <= f.last_day, false) as integer) as not_refreshed,
                cast(coalesce(o.exit_date > f.last_day, true) as integer) as open_at_end
            from (
                select *, least(period_end, date '{as_of}') as last_day, date '{as_of}' as as_of_date
                from wanted_figure where unit_role = '{role}'
            ) as f
            inner join {members} as m on f.figure_number = m.figure_number
            inner join {outcome} as o
                on o.rule_id = f.outcome_rule and o.{role}_unit_code = m.member_unit_code and o.rule_id in ({listed})
        ) where numerator + denominator + excluded + not_told + not_refreshed > 0"""
