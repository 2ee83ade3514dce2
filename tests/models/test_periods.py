"""The two calendars of domain law and practice: the official year runs from 15 December to 14 December."""

import itertools
from datetime import date, timedelta

from transforms.periods import periods_between


def find(calendar: str, kind: str, year: int) -> list[tuple[str, str]]:
    found = periods_between(date(2019, 1, 1), date(2021, 12, 31))
    return [
        (p.period_start.isoformat(), p.period_end.isoformat())
        for p in found
        if p.calendar == calendar and p.period_kind == kind and p.period_end.year == year
    ]


def test_official_quarters_of_2020():
    assert find("official", "quarter", 2020) == [
        ("2019-12-15", "2020-03-14"),
        ("2020-03-15", "2020-06-14"),
        ("2020-06-15", "2020-09-14"),
        ("2020-09-15", "2020-12-14"),
    ]


def test_official_halves_nine_months_and_year_of_2020():
    assert find("official", "half", 2020) == [("2019-12-15", "2020-06-14"), ("2020-06-15", "2020-12-14")]
    assert find("official", "nine_months", 2020) == [("2019-12-15", "2020-09-14")]
    assert find("official", "year", 2020) == [("2019-12-15", "2020-12-14")]


def test_calendar_months_know_the_leap_year():
    assert ("2020-02-01", "2020-02-29") in find("calendar", "month", 2020)


def test_months_leave_no_day_out():
    for calendar in ("official", "calendar"):
        months = [
            p for p in periods_between(date(2019, 1, 1), date(2021, 12, 31)) if (p.calendar, p.period_kind) == (calendar, "month")
        ]
        for one, following in itertools.pairwise(months):
            assert following.period_start == one.period_end + timedelta(days=1)


def test_a_year_to_date_begins_with_its_last_month():
    ends = [
        p.period_end
        for p in periods_between(date(2021, 1, 1), date(2021, 1, 5))
        if p.calendar == "calendar" and p.period_kind == "ytd"
    ]
    assert ends == [date(2021, 1, 31)]
