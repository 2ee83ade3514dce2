"""Calendars of periods: the official one (15/12–14/12 and its parts) and calendar months. Both days inclusive."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

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


def named_period(calendar: str, name: str) -> Period:
    """The period that people call 2020, 2020-H1, 2020-9M, 2020-Q3 or 2020-09, by the year and part in which it ends.

    ConfigError for another name.
    """
    year, _, part = name.partition("-")
    kinds = {"": "year", "9M": "nine_months"} | {f"H{n}": "half" for n in (1, 2)} | {f"Q{n}": "quarter" for n in range(1, 5)}
    kind = kinds.get(part.upper(), "month")
    number = int(part[-1]) - 1 if kind in ("half", "quarter") else int(part) - 1 if kind == "month" and part.isdigit() else 0
    if year.isdigit() and len(year) == 4:
        found = [period for _, period in _periods_of_year(calendar, int(year)) if period.period_kind == kind]
        if number in range(len(found)):
            return found[number]
    raise ConfigError(
        f"Không có kỳ «{name}». Ghi 2020, 2020-H1, 2020-9M, 2020-Q3 hoặc 2020-09.",
        f"There is no period “{name}”. Write 2020, 2020-H1, 2020-9M, 2020-Q3 or 2020-09.",
    )


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
