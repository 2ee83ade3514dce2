"""The periods that a release speaks of, as people name them."""

from datetime import date
from typing import Any

import duckdb

from transforms.duck import rows
from transforms.errors import ConfigError
from transforms.periods import PeriodName

_KNOWN = """
    select calendar, period_kind, period_start, period_end,
        coalesce(bool_or(is_provisional) filter (denominator > 0), true) as is_provisional
    from indicator_value where calendar = $calendar and period_kind = $kind"""


def key_of(period: dict[str, Any]) -> dict[str, Any]:
    """What a mart names a period by."""
    return {name: period[name] for name in ("calendar", "period_kind", "period_start", "period_end")}


def find_period(con: duckdb.DuckDBPyConnection, calendar: str, name: PeriodName) -> dict[str, Any] | None:
    """The period of this name: calendar, period_kind, period_start, period_end, is_provisional; None where the data lack it."""
    found = rows(
        con,
        f"{_KNOWN} and year(period_end) = $year and month(period_end) = $month group by all",
        {"calendar": calendar, **name._asdict()},
    )
    return found[0] if found else None


def named(con: duckdb.DuckDBPyConnection, calendar: str, name: PeriodName) -> dict[str, Any]:
    """As find_period; ConfigError where the data lack it."""
    if found := find_period(con, calendar, name):
        return found
    raise ConfigError("Bản phát hành không có kỳ đó.", "The release does not have that period.")


def latest_ended(con: duckdb.DuckDBPyConnection, calendar: str, kind: str, as_of: date) -> dict[str, Any] | None:
    """The latest period of a kind that was over on the as-of day, as find_period gives it."""
    found = rows(
        con,
        f"{_KNOWN} and period_end <= $as_of group by all order by period_end desc limit 1",
        {"calendar": calendar, "kind": kind, "as_of": as_of},
    )
    return found[0] if found else None
