"""Calendars of periods: the official one (15/12–14/12 and its parts), calendar months, and an office's own. Both days inclusive."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from transforms.errors import ConfigError

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
STANDARD_CALENDARS = {"official": 15, "calendar": 1}
"""The day on which the months of each calendar begin; unless it is the 1st, month m begins in the month before."""


@dataclass(frozen=True, order=True)
class Period:
    """One period of one calendar."""

    calendar: str
    period_kind: str
    period_start: date
    period_end: date


def periods_between(first: date, last: date, first_days: Mapping[str, int] = STANDARD_CALENDARS) -> list[Period]:
    """Every period that has begun by ``last`` and is not over before ``first``, of the calendars with these first days (1–28).

    A year to date begins with its last month: until then it would only repeat the one before.
    """
    years = range(first.year - 1, last.year + 2)
    found = (begun for name, day in first_days.items() for year in years for begun in _periods_of_year(name, day, year))
    return sorted(period for begins, period in found if begins <= last and period.period_end >= first)


class PeriodName(NamedTuple):
    """What people call a period by: its kind, and the year and month in which it ends, whatever day a calendar's month begins."""

    kind: str
    year: int
    month: int


def named_period(name: str) -> PeriodName:
    """The period that people call 2020, 2020-H1, 2020-9M, 2020-Q3 or 2020-09; ConfigError for another name."""
    year, _, part = name.upper().partition("-")
    ends = {"": ("year", 12), "9M": ("nine_months", 9)}
    ends |= {f"H{n}": ("half", 6 * n) for n in (1, 2)} | {f"Q{n}": ("quarter", 3 * n) for n in range(1, 5)}
    ends |= {f"{n:02}": ("month", n) for n in range(1, 13)}
    if part not in ends or not re.fullmatch(r"\d{4}", year):
        raise ConfigError(
            f"Không có kỳ «{name}». Ghi 2020, 2020-H1, 2020-9M, 2020-Q3 hoặc 2020-09.",
            f"There is no period “{name}”. Write 2020, 2020-H1, 2020-9M, 2020-Q3 or 2020-09.",
        )
    kind, month = ends[part]
    return PeriodName(kind, int(year), month)


def name_of_period(kind: str, end: date) -> str:
    """What named_period knows a period by; one of another kind by its last day: 2020, 2020-H1, 2020-9M, 2020-Q3, 2020-09."""
    match kind:
        case "year":
            return f"{end.year}"
        case "half":
            return f"{end.year}-H{end.month // 6}"
        case "nine_months":
            return f"{end.year}-9M"
        case "quarter":
            return f"{end.year}-Q{end.month // 3}"
        case "month":
            return f"{end:%Y-%m}"
        case _:
            return f"{kind}-{end}"


_LENGTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def period_before(name: PeriodName) -> PeriodName | None:
    """The period of the same kind that ends where this one begins; None for nine months, of which a year has but one."""
    if name.kind not in _LENGTHS:
        return None
    months = name.year * 12 + name.month - 1 - _LENGTHS[name.kind]
    return PeriodName(name.kind, months // 12, months % 12 + 1)


def year_before(name: PeriodName) -> PeriodName:
    """The same period of the year before."""
    return name._replace(year=name.year - 1)


def standard_period(calendar: str, name: str) -> Period:
    """The period of this name in the official calendar or that of calendar months."""
    return period_of(calendar, STANDARD_CALENDARS[calendar], named_period(name))


def period_of(calendar: str, first_day: int, wanted: PeriodName) -> Period:
    """The period that is meant, in a calendar whose months begin on this day (1–28)."""
    for _, period in _periods_of_year(calendar, first_day, wanted.year):
        if (period.period_kind, period.period_end.month) == (wanted.kind, wanted.month):
            return period
    raise AssertionError(f"{wanted} is no part of a year")


def year_of(calendar: str, year: int, first_days: Mapping[str, int] = STANDARD_CALENDARS) -> Period:
    """The year of this number in one of the calendars with these first days."""
    return next(period for _, period in _periods_of_year(calendar, first_days[calendar], year) if period.period_kind == "year")


def _periods_of_year(calendar: str, first_day: int, year: int) -> Iterator[tuple[date, Period]]:
    """Each period of a year with the day from which there is anything to say of it."""
    for kind, first_month, last_month in _PARTS:
        start = _month_start(first_day, year, first_month)
        end = _month_start(first_day, year, last_month + 1) - timedelta(days=1)
        begins = _month_start(first_day, year, last_month) if kind == "ytd" else start
        yield begins, Period(calendar, kind, start, end)


def _month_start(first_day: int, year: int, month: int) -> date:
    """The first day of a reporting month; unless it is the 1st, it lies in the month before."""
    months = year * 12 + month - 1 - (first_day > 1)
    return date(months // 12, months % 12 + 1, first_day)
