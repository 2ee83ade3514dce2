"""Wilson's interval in the marts against scipy's, and the mark of a small number."""

import pytest
from scipy.stats import binomtest

from flows.publish import current_release
from flows.query import open_release
from transforms.registry import figures as registered

ALL_COUNTED = sorted({figure["indicator_id"] for figure in registered() if figure["counted"] in ("units", "procedures")})
"""What is no sample: units and procedures are all counted."""


@pytest.fixture(scope="module")
def figures(demo_home):
    con = open_release(current_release(demo_home))
    found = con.execute(
        """select distinct numerator, denominator, wilson_low, wilson_high, is_small_sample
           from indicator_value where status = 'ok' and not list_contains($1, indicator_id)""",
        [ALL_COUNTED],
    ).fetchall()
    con.close()
    return found


def test_the_interval_is_the_one_of_the_books(figures):
    few_and_many = sorted(figures, key=lambda f: (f[1], f[0]))[:: max(len(figures) // 400, 1)]
    assert {0, 1} <= {n / d if n in (0, d) else -1 for n, d, *_ in few_and_many}
    for numerator, denominator, low, high, _ in few_and_many:
        interval = binomtest(numerator, denominator).proportion_ci(method="wilson")
        assert (low, high) == pytest.approx((interval.low, interval.high), abs=1e-9)


def test_the_rate_lies_in_its_interval_and_few_dossiers_are_marked(figures):
    assert all(low <= n / d <= high for n, d, low, high, _ in figures)
    assert {is_small for _, d, *_, is_small in figures if d < 30} == {True}
    assert {is_small for _, d, *_, is_small in figures if d >= 30} == {False}


def test_what_is_counted_whole_has_no_interval_and_is_no_small_sample(demo_home):
    with open_release(current_release(demo_home)) as con:
        found = con.execute(
            """select distinct wilson_low, wilson_high, is_small_sample from indicator_value
               where status = 'ok' and list_contains($1, indicator_id)""",
            [ALL_COUNTED],
        ).fetchall()
    assert found == [(None, None, False)]
