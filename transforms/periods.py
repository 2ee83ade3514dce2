"""Calendars of periods: the official one (15/12–14/12 and its parts) and calendar months. Both days inclusive."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

# (kind, first month, last month) of the parts of a year.
_PARTS = (
    *(("month", month, month) for month in range(1, 13)),
    *(("quarter", month, month + 2) for month in (1, 4, 7, 10)),
    ("half", 1, 6),
    ("half", 7, 12),
    ("nine_months", 1, 9),
    ("year", 1, 12),
    *(("ytd", 1, month) for month in range(1, 13)),
)
_FIRST_DAY = {"official": 15, "calendar": 1}


@dataclass(frozen=True, order=True)
class Period:
    """One period of one calendar."""

    calendar: str
    period_kind: str
    period_start: date
    period_end: date


def periods_between(first: date, last: date) -> list[Period]:
    """Every period of both calendars that has begun by ``last`` and is not over before ``first``.

    A year to date begins with its last month: until then it would only repeat the one before.
    """
    years = range(first.year - 1, last.year + 2)
    found = (begun for calendar in _FIRST_DAY for year in years for begun in _periods_of_year(calendar, year))
    return sorted(period for begins, period in found if begins <= last and period.period_end >= first)


def _periods_of_year(calendar: str, year: int) -> Iterator[tuple[date, Period]]:
    """Each period of a year with the day from which there is anything to say of it."""
    for kind, first_month, last_month in _PARTS:
        start = _month_start(calendar, year, first_month)
        end = _month_start(calendar, year, last_month + 1) - timedelta(days=1)
        begins = _month_start(calendar, year, last_month) if kind == "ytd" else start
        yield begins, Period(calendar, kind, start, end)


def _month_start(calendar: str, year: int, month: int) -> date:
    """The first day of a reporting month; the official month m begins on the 15th of the month before."""
    months = year * 12 + month - 1 - (1 if calendar == "official" else 0)
    return date(months // 12, months % 12 + 1, _FIRST_DAY[calendar])
