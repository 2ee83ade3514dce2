"""Figures of one unit between any two days: sums over the days of the mart daily_activity, from a release alone."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

import duckdb

from reports.numbers import rate
from transforms.duck import rows
from transforms.errors import ConfigError
from transforms.labels import nearest, word_key
from transforms.reference import unit_scopes
from transforms.registry import indicator_ids, indicators

Counts = Counter[str]
FORM_RULE = "II06_DATE"


def _in_time(counts: Counts) -> int:
    return counts["early_count"] + counts["on_time_count"]


def _resolved(counts: Counts) -> int:
    return _in_time(counts) + counts["late_count"]


def _received(counts: Counts) -> int:
    return counts["received_count"]


FORMULAS: dict[tuple[str, str], tuple[Callable[[Counts, Counts], int], Callable[[Counts], int]]] = {
    ("on_time", "resolved"): (lambda whole, _: _in_time(whole), _resolved),
    ("online_resolved", "resolved"): (lambda _, online: _resolved(online), _resolved),
    ("online_received", "received"): (lambda _, online: _received(online), _received),
}
"""(indicator, basis): the numerator of the sums of all channels and of the online ones, and the denominator of those of all."""


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
    own, subtree or plan_scope. ``indicators`` has a row an indicator and rule with numerator, denominator, excluded_count, its rate
    as a text and its status, ``dossiers`` the counts of form II.06a. A figure of days before the data begin has no numbers.
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
        raise _unknown("chỉ tiêu", "indicator", indicator, indicator_ids())
    units = {row["unit_code"]: row for row in rows(con, "select unit_code, unit_name, unit_kind, parent_code from unit")}
    code = _find_unit(units, unit)
    members = [member for above, kind, member in unit_scopes(list(units.values()), outside_scope) if (above, kind) == (code, scope)]
    if not members:
        raise ConfigError(
            f"{code} không thuộc phạm vi của kế hoạch; chọn --scope own hoặc subtree.",
            f"{code} is outside the plan's scope; choose --scope own or subtree.",
        )
    covered = con.execute("select covered_from, reached_date from data_coverage where kind = 'dossier'").fetchone()
    covered_from, reached_date = covered or (None, None)
    is_covered = covered_from is not None and first >= covered_from
    sums = _sums(con, members, first, last)
    return {
        "unit_code": code,
        "unit_name": units[code]["unit_name"],
        "scope": scope,
        "first_day": first,
        "last_day": last,
        "as_of_date": as_of,
        "covered_from": covered_from,
        "is_provisional": reached_date is None or last >= reached_date,
        "indicators": [
            {key: row[key] for key in ("indicator_id", "rule_id", "basis_id", "title_vi", "title_en")}
            | (_figure(sums, row) if is_covered else {**dict.fromkeys(_FIGURE), "status": "missing_data"})
            for row in indicators()
            if (row["indicator_id"], row["basis_id"]) in FORMULAS and indicator in (None, row["indicator_id"])
        ],
        "dossiers": _form_counts(sums) if is_covered else None,
    }


_FIGURE = ("numerator", "denominator", "excluded_count", "text", "status")


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


def _sum(sums: dict[tuple, Counts], rule: str, role: str, *, online: bool = False, before: bool = False) -> Counts:
    """The counts under a rule in a role: of all channels or only the online one, between the two days or before them."""
    channels = (True,) if online else (True, False)
    return sum((sums.get((rule, role, is_online, before), Counter()) for is_online in channels), Counter())


def _figure(sums: dict[tuple, Counts], row: dict[str, str]) -> dict[str, Any]:
    above, below = FORMULAS[row["indicator_id"], row["basis_id"]]
    whole = _sum(sums, row["rule_id"], row["unit_role"])
    numerator = above(whole, _sum(sums, row["rule_id"], row["unit_role"], online=True))
    denominator = below(whole)
    return {
        "numerator": numerator,
        "denominator": denominator,
        "excluded_count": whole["excluded_count"],
        "text": rate(numerator, denominator) if denominator else None,
        "status": "ok" if denominator else "no_activity",
    }


def _form_counts(sums: dict[tuple, Counts]) -> dict[str, int]:
    """Columns 4 to 13 of form II.06a: what was in the stock before, what came and went, and what is left at the end."""
    inside, before = (_sum(sums, FORM_RULE, "resolving", before=is_before) for is_before in (False, True))
    online = _received(_sum(sums, FORM_RULE, "resolving", online=True))
    so_far = inside + before
    overdue = so_far["overdue_begun_count"] - so_far["overdue_ended_count"]
    carried_over = _received(before) - _resolved(before)
    left = carried_over + _received(inside) - _resolved(inside)
    return {
        "received_online": online,
        "received_other": _received(inside) - online,
        "carried_over": carried_over,
        "resolved_early": inside["early_count"],
        "resolved_on_time": inside["on_time_count"],
        "resolved_late": inside["late_count"],
        "open_in_time": left - overdue,
        "open_overdue": overdue,
    }


def _find_unit(units: dict[str, dict], unit: str) -> str:
    if unit in units:
        return unit
    named = [code for code, row in units.items() if word_key(row["unit_name"]) == word_key(unit)]
    if len(named) == 1:
        return named[0]
    if named:
        listed = ", ".join(sorted(named))
        raise ConfigError(
            f"{unit} là tên của nhiều đơn vị: {listed}. Dùng mã.", f"{unit} names several units: {listed}. Use the code."
        )
    raise _unknown("đơn vị", "unit", unit, [*units, *(row["unit_name"] for row in units.values())])


def _unknown(vi: str, en: str, word: str, known: Collection[str]) -> ConfigError:
    near = ", ".join(nearest(word, known)) or "…"
    return ConfigError(f"Không có {vi} {word}; có phải là {near}?", f"There is no {en} {word}; did you mean {near}?")
