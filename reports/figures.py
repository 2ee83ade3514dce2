"""Figures of one unit between any two days: sums over daily_activity, shares of units and procedures, from a release alone."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import date
from typing import Any, NamedTuple

import duckdb

from reports.numbers import rate
from reports.share_figures import NOTHING, figures_of_period, shares_between
from reports.units import find_unit, members_by_scope, units_of, unknown
from transforms.duck import rows
from transforms.errors import ConfigError
from transforms.registry import figures, indicator_ids

Counts = Counter[str]
FORM_RULE = "II06_DATE"


class Sums(NamedTuple):
    """What daily_activity says of a unit under a rule: between the two days, of that what came online, and before them."""

    inside: Counts
    online: Counts
    before: Counts

    @property
    def in_time(self) -> int:
        return self.inside["early_count"] + self.inside["on_time_count"]

    @property
    def resolved(self) -> int:
        return _resolved(self.inside)

    @property
    def carried_over(self) -> int:
        return self.before["received_count"] - _resolved(self.before)

    @property
    def to_handle(self) -> int:
        return self.carried_over + self.inside["received_count"]

    @property
    def overdue(self) -> int:
        so_far = self.inside + self.before
        return so_far["overdue_begun_count"] - so_far["overdue_ended_count"]

    @property
    def unknown(self) -> int:
        """Dossiers in the stock or received of which the rule cannot judge."""
        return (self.inside + self.before)["unknown_begun_count"] - self.before["unknown_ended_count"]


def _resolved(counts: Counts) -> int:
    return counts["early_count"] + counts["on_time_count"] + counts["late_count"]


FORMULAS: dict[tuple[str, str], tuple[Callable[[Sums], int], Callable[[Sums], int]]] = {
    ("on_time", "resolved"): (lambda s: s.in_time, lambda s: s.resolved),
    ("on_time", "due_in_period"): (
        lambda s: s.inside["due_in_time_count"],
        lambda s: s.inside["due_in_time_count"] + s.inside["due_late_count"],
    ),
    ("on_time", "received_and_carried"): (
        lambda s: s.in_time + s.to_handle - s.resolved - s.overdue,
        lambda s: s.to_handle,
    ),
    ("on_time", "one_minus_late"): (lambda s: s.to_handle - s.inside["late_count"], lambda s: s.to_handle),
    ("on_time", "cohort"): (
        lambda s: s.inside["decided_in_time_count"],
        lambda s: s.inside["decided_in_time_count"] + s.inside["decided_late_count"],
    ),
    ("online_resolved", "resolved"): (lambda s: _resolved(s.online), lambda s: s.resolved),
    ("online_received", "received"): (lambda s: s.online["received_count"], lambda s: s.inside["received_count"]),
}
"""(indicator, basis): the numerator and the denominator, from the sums."""


def figures_between(
    con: duckdb.DuckDBPyConnection,
    unit: str,
    scope: str,
    first: date,
    last: date,
    *,
    as_of: date,
    outside_scope: Collection[str] = (),
    indicator: str | None = None,
) -> dict[str, Any]:
    """The counts and rates of a unit (its code, or its name) from one day to another, both inclusive, as a release knows them.

    ``con`` holds the marts, ``as_of`` is their day and ``outside_scope`` the kinds that their plan leaves out; ``scope`` is
    own, subtree or plan_scope. ``indicators`` has a row an indicator, rule and basis with numerator, denominator, excluded_count,
    its rate as a text and its status, ``dossiers`` the counts of form II.06a. A figure of days before the data begin has no
    numbers. What the release holds by period only has the status ``periods_only``, unless the days are those of a period.
    ConfigError for an unknown unit, scope or indicator and for days that cannot be told.
    """
    if first > last:
        raise ConfigError(
            f"Ngày đầu {first:%d/%m/%Y} sau ngày cuối {last:%d/%m/%Y}.", f"--from {first} is after --to {last}; swap them."
        )
    if first > as_of:
        raise ConfigError(
            f"Bản phát hành này tính đến hết ngày {as_of:%d/%m/%Y}, chưa biết gì từ ngày {first:%d/%m/%Y}.",
            f"This release is as of {as_of} and knows nothing from {first} on.",
        )
    if indicator is not None and indicator not in indicator_ids():
        raise unknown("chỉ tiêu", "indicator", indicator, indicator_ids())
    names = dict(con.execute("select unit_code, unit_name from unit").fetchall())
    code = find_unit(names, unit)
    members = units_of(members_by_scope(con, outside_scope), code, scope)
    covered = con.execute("select covered_from, reached_date from data_coverage where kind = 'dossier'").fetchone()
    covered_from, reached_date = covered or (None, None)
    is_covered = covered_from is not None and first >= covered_from
    sums = _sums(con, members, first, last)
    shares = shares_between(con, members, first, last, as_of)
    of_period = figures_of_period(con, code, scope, first, last)

    def told(row: dict[str, str]) -> dict[str, Any]:
        place = (row["indicator_id"], row["basis_id"])
        if place in FORMULAS:
            return _figure(sums, row) if is_covered else NOTHING | {"status": "missing_data"}
        if place in shares:
            return shares[place]
        return of_period.get((row["indicator_id"], row["rule_id"], row["basis_id"]), NOTHING | {"status": "periods_only"})

    return {
        "unit_code": code,
        "unit_name": names[code],
        "scope": scope,
        "first_day": first,
        "last_day": last,
        "as_of_date": as_of,
        "covered_from": covered_from,
        "is_provisional": reached_date is None or last >= reached_date,
        "indicators": [
            {key: row[key] for key in ("indicator_id", "rule_id", "basis_id", "title_vi", "title_en")} | told(row)
            for row in figures()
            if indicator in (None, row["indicator_id"])
        ],
        "dossiers": _form_counts(sums) if is_covered else None,
    }


def _sums(con: duckdb.DuckDBPyConnection, members: list[str], first: date, last: date) -> dict[tuple, Counts]:
    """Sums of every count by rule, role, whether online, and whether before the first day."""
    found = rows(
        con,
        r"""select rule_id, unit_role, coalesce(channel = 'online', false) as is_online, day < $first as is_before,
                   cast(sum(columns('(.*_count)')) as bigint) as '\1'
            from daily_activity
            where day <= $last and list_contains($members, unit_code)
            group by 1, 2, 3, 4""",
        {"members": members, "first": first, "last": last},
    )
    keys = ("rule_id", "unit_role", "is_online", "is_before")
    return {tuple(row.pop(key) for key in keys): Counter(row) for row in found}


def _of_rule(sums: dict[tuple, Counts], rule: str, role: str) -> Sums:
    def of(channels: tuple[bool, ...], *, before: bool) -> Counts:
        return sum((sums.get((rule, role, is_online, before), Counter()) for is_online in channels), Counter())

    return Sums(of((True, False), before=False), of((True,), before=False), of((True, False), before=True))


def _figure(sums: dict[tuple, Counts], row: dict[str, str]) -> dict[str, Any]:
    of_rule = _of_rule(sums, row["rule_id"], row["unit_role"])
    numerator, denominator = (formula(of_rule) for formula in FORMULAS[row["indicator_id"], row["basis_id"]])
    excluded = of_rule.inside["excluded_count"]
    if of_rule.unknown:
        return NOTHING | {"status": "missing_data"}
    return {
        "numerator": numerator,
        "denominator": denominator,
        "excluded_count": excluded,
        "text": rate(numerator, denominator) if denominator else None,
        "status": "ok" if denominator else "no_activity",
    }


def _form_counts(sums: dict[tuple, Counts]) -> dict[str, int]:
    """Columns 4 to 13 of form II.06a: what was in the stock before, what came and went, and what is left at the end."""
    form = _of_rule(sums, FORM_RULE, "resolving")
    online = form.online["received_count"]
    return {
        "received_online": online,
        "received_other": form.inside["received_count"] - online,
        "carried_over": form.carried_over,
        "resolved_early": form.inside["early_count"],
        "resolved_on_time": form.inside["on_time_count"],
        "resolved_late": form.inside["late_count"],
        "open_in_time": form.to_handle - form.resolved - form.overdue,
        "open_overdue": form.overdue,
    }
