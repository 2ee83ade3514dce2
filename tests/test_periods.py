"""Which period comes before which, in any calendar."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.periods import PeriodName, named_period, period_before, period_of, year_before

NAMES = st.builds(
    lambda year, part: named_period(f"{year}{part}"),
    st.integers(1990, 2090),
    st.sampled_from(["", "-H1", "-H2", *(f"-Q{n}" for n in range(1, 5)), *(f"-{n:02}" for n in range(1, 13))]),
)


@given(NAMES, st.integers(1, 28))
def test_the_period_before_ends_the_day_before_this_one_begins(name, first_day):
    before = period_before(name)
    this, other = (period_of("any", first_day, each) for each in (name, before))
    assert other.period_kind == this.period_kind
    assert other.period_end + timedelta(days=1) == this.period_start


@given(NAMES, st.integers(1, 28))
def test_the_same_period_of_the_year_before_begins_a_year_earlier(name, first_day):
    this, other = (period_of("any", first_day, each) for each in (name, year_before(name)))
    assert other.period_start == this.period_start.replace(year=this.period_start.year - 1)
    assert other.period_kind == this.period_kind


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("2020-01", PeriodName("month", 2019, 12)),
        ("2020-Q1", PeriodName("quarter", 2019, 12)),
        ("2020-H2", PeriodName("half", 2020, 6)),
        ("2020", PeriodName("year", 2019, 12)),
        ("2020-9M", None),
    ],
)
def test_the_period_before_by_name(name, before):
    assert period_before(named_period(name)) == before
