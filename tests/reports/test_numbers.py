"""Numbers, dates and periods in Vietnamese writing."""

import operator as operators
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reports import numbers

COMPARISONS = {">=": operators.ge, ">": operators.gt, "=": operators.eq, "<": operators.lt, "<=": operators.le}


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (999, "999"), (1434, "1.434"), (-1434, "-1.434"), (12345678, "12.345.678")])
def test_count(number, text):
    assert numbers.count(number) == text


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (1417, 1434, "98,81%"),
        (1, 1, "100%"),
        (0, 7, "0%"),
        (39, 40, "97,5%"),
        (1, 20000, "0,01%"),  # 0,005: half up
        (94996, 100000, "95%"),
        (2**70, 2**70 * 3, "33,33%"),
    ],
)
def test_rate(numerator, denominator, text):
    assert numbers.rate(numerator, denominator) == text


def test_a_rate_takes_as_many_decimals_as_are_asked_for():
    assert [numbers.rate(1417, 1434, decimals) for decimals in (0, 1, 4)] == ["99%", "98,8%", "98,8145%"]


@pytest.mark.parametrize(
    ("numerator", "denominator", "operator", "bar", "text"),
    [
        (94996, 100000, ">=", 95, "94,996%"),
        (94994, 100000, ">=", 95, "94,99%"),
        (95, 100, ">=", 95, "95%"),
        (9, 10, ">", 90, "90%"),
        (90001, 100000, ">", 90, "90,001%"),
        (99999, 100000, "=", 100, "99,999%"),
        (10**12 - 1, 10**12, "=", 100, "99,9999999999%"),
        (1, 1, "=", 100, "100%"),
        (94996, 100000, ">=", Decimal("94.9955"), "95%"),
    ],
)
def test_rate_against_bar(numerator, denominator, operator, bar, text):
    assert numbers.rate_against_bar(numerator, denominator, operator, bar) == text


@pytest.mark.parametrize("write", [numbers.rate, lambda n, d: numbers.rate_against_bar(n, d, ">=", 95)])
def test_nothing_of_nothing_has_no_rate(write):
    with pytest.raises(ZeroDivisionError):
        write(0, 0)


@given(
    denominator=st.integers(1, 10**7),
    share=st.integers(0, 10**7) | st.integers(-30, 30),
    operator=st.sampled_from(sorted(COMPARISONS)),
    bar=st.integers(0, 100) | st.decimals(0, 100, places=1),
)
def test_a_written_rate_agrees_with_the_verdict_and_has_no_decimal_too_many(denominator, share, operator, bar):
    near_the_bar = int(denominator * bar / 100) + share  # where rounding misleads
    numerator = near_the_bar if abs(share) <= 30 else share
    assume(0 <= numerator <= denominator)

    # The oracle divides in decimal, far more precisely than the rates differ, and tries each length.
    with localcontext(prec=60):
        percent = Decimal(100 * numerator) / denominator
        met = COMPARISONS[operator](100 * numerator, bar * denominator)
        for decimals in range(2, 30):
            rounded = percent.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
            if COMPARISONS[operator](rounded, bar) == met:
                break
    text = numbers.rate_against_bar(numerator, denominator, operator, bar)
    written = text.removesuffix("%").replace(",", ".")
    assert Decimal(written) == rounded
    assert written == f"{rounded.normalize():f}"


def test_date():
    assert numbers.date(date(2020, 12, 14)) == "14/12/2020"
    assert numbers.date(date(2020, 1, 2)) == "02/01/2020"


@pytest.mark.parametrize(
    ("calendar", "kind", "start", "end", "text"),
    [
        ("official", "month", date(2020, 2, 15), date(2020, 3, 14), "Tháng 3/2020"),
        ("official", "month", date(2019, 12, 15), date(2020, 1, 14), "Tháng 1/2020"),
        ("calendar", "month", date(2020, 3, 1), date(2020, 3, 31), "Tháng 3/2020"),
        ("official", "quarter", date(2019, 12, 15), date(2020, 3, 14), "Quý I/2020"),
        ("official", "quarter", date(2020, 6, 15), date(2020, 9, 14), "Quý III/2020"),
        ("calendar", "quarter", date(2020, 10, 1), date(2020, 12, 31), "Quý IV/2020"),
        ("official", "half", date(2019, 12, 15), date(2020, 6, 14), "6 tháng đầu năm 2020"),
        ("official", "half", date(2020, 6, 15), date(2020, 12, 14), "6 tháng cuối năm 2020"),
        ("official", "nine_months", date(2019, 12, 15), date(2020, 9, 14), "9 tháng/2020"),
        ("official", "year", date(2019, 12, 15), date(2020, 12, 14), "Năm 2020"),
        ("official", "ytd", date(2019, 12, 15), date(2020, 9, 14), "Từ đầu năm đến 14/09/2020"),
        ("monthly_21", "month", date(2020, 2, 21), date(2020, 3, 20), "Tháng 3/2020 (21/02/2020–20/03/2020)"),
        ("official", "days", date(2020, 2, 3), date(2020, 2, 9), "Từ 03/02/2020 đến 09/02/2020"),
    ],
)
def test_period_label(calendar, kind, start, end, text):
    assert numbers.period_label(calendar, kind, start, end) == text
