"""Calendars of law and practice: the official year runs from 15 December to 14 December, an office's own as it says."""

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

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


@given(st.integers(1, 28), st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 1000))
def test_any_day_of_an_own_calendar_lies_in_one_period_of_each_kind_that_its_months_make_up(first_day, day, later):
    found = periods_between(day, day + timedelta(later), {"own": first_day})
    assert {p.calendar for p in found} == {"own"}
    for kind, months in (("month", 1), ("quarter", 3), ("half", 6), ("year", 12)):
        (holding,) = [p for p in found if p.period_kind == kind and p.period_start <= day <= p.period_end]
        assert holding.period_start.day == first_day
        after = holding.period_end + timedelta(1)
        assert after.day == first_day
        assert (after.year - holding.period_start.year) * 12 + after.month - holding.period_start.month == months
        # Named by the month it ends in, which for a quarter is the last of three.
        last_month = holding.period_end.month if first_day > 1 else after.month - 1 or 12
        assert last_month % months == 0


def test_the_month_that_runs_from_the_21st_to_the_20th():
    """As the one-stop counters of Vĩnh Phúc report: August 2021 is 21/07–20/08."""
    found = periods_between(date(2021, 8, 1), date(2021, 8, 1), {"own": 21})
    days = {p.period_kind: (p.period_start.isoformat(), p.period_end.isoformat()) for p in found}
    assert days["month"] == ("2021-07-21", "2021-08-20")
    assert days["quarter"] == ("2021-06-21", "2021-09-20")
    assert days["year"] == ("2020-12-21", "2021-12-20")
