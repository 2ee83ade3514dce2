"""Numbers, dates and periods as Vietnamese readers write them; nothing here passes through a float."""

import datetime
import operator as operators
from decimal import Decimal
from fractions import Fraction
from itertools import count as count_from
from math import floor

_DECIMALS = 2
COMPARISONS = {
    ">=": operators.ge,
    ">": operators.gt,
    "=": operators.eq,
    "<": operators.lt,
    "<=": operators.le,
}
_QUARTERS = ("I", "II", "III", "IV")
_WELL_KNOWN_CALENDARS = ("official", "calendar")


def count(number: int) -> str:
    """Write a count with a point between the thousands: 1.434."""
    return f"{number:,}".replace(",", ".")


def rate(numerator: int, denominator: int, decimals: int = _DECIMALS) -> str:
    """Write a rate in per cent with up to so many decimals, halves up, no trailing zeros: 98,81%, 97,5%, 100%.

    ZeroDivisionError for a denominator of 0, which has no rate.
    """
    return _written(_rounded(Fraction(100 * numerator, denominator), decimals))


def rate_of(fraction: float) -> str:
    """Write a fraction from 0 to 1 as `rate` does a numerator and its denominator."""
    return rate(round(fraction * 10**6), 10**6)


def rate_against_bar(numerator: int, denominator: int, operator: str, bar: int | Decimal) -> str:
    """Write a rate with as many decimals as it takes to stand on the side of the bar that it is on.

    94,996% against ``>=`` 95 is not written 95%, nor 90,001% against ``>`` 90 as 90%. ``operator`` is one of
    ``>= > = < <=``, the bar in per cent. KeyError for another operator, ZeroDivisionError for a denominator of 0.
    """
    compare, bar = COMPARISONS[operator], Fraction(bar)
    percent = Fraction(100 * numerator, denominator)
    met = compare(percent, bar)
    roundings = (_rounded(percent, decimals) for decimals in count_from(_DECIMALS))
    return _written(next(rounded for rounded in roundings if compare(rounded, bar) == met))


def date(day: datetime.date) -> str:
    """Write a date: 14/12/2020."""
    return f"{day.day:02}/{day.month:02}/{day.year}"


def period_label(calendar: str, kind: str, start: datetime.date, end: datetime.date) -> str:
    """Name a period by the month and year it ends in: Quý III/2020; both days are inclusive.

    A period of an office's own calendar is followed by its days, which its name does not tell.
    """
    match kind:
        case "month":
            name = f"Tháng {end.month}/{end.year}"
        case "quarter":
            name = f"Quý {_QUARTERS[(end.month - 1) // 3]}/{end.year}"
        case "half":
            name = f"6 tháng {'đầu' if end.month <= 6 else 'cuối'} năm {end.year}"
        case "nine_months":
            name = f"9 tháng/{end.year}"
        case "year":
            name = f"Năm {end.year}"
        case "ytd":
            name = f"Từ đầu năm đến {date(end)}"
        case _:
            return f"Từ {date(start)} đến {date(end)}"
    return name if calendar in _WELL_KNOWN_CALENDARS else f"{name} ({date(start)}–{date(end)})"


def period_label_en(calendar: str, kind: str, start: datetime.date, end: datetime.date) -> str:
    """Name a period for English readers, by the same month and year: Quarter III/2020."""
    match kind:
        case "month":
            name = f"{end:%B} {end.year}"
        case "quarter":
            name = f"Quarter {_QUARTERS[(end.month - 1) // 3]}/{end.year}"
        case "half":
            name = f"{'First' if end.month <= 6 else 'Second'} half of {end.year}"
        case "nine_months":
            name = f"Nine months of {end.year}"
        case "year":
            name = f"Year {end.year}"
        case "ytd":
            name = f"Year to {date(end)}"
        case _:
            return f"{date(start)} to {date(end)}"
    return name if calendar in _WELL_KNOWN_CALENDARS else f"{name} ({date(start)}–{date(end)})"


def in_english(text: str) -> str:
    """A number as written here, for English readers: points and commas change places."""
    return text.translate({ord("."): ",", ord(","): "."})


def _rounded(number: Fraction, decimals: int) -> Fraction:
    """Round to so many decimals, halves up."""
    scale = 10**decimals
    return Fraction(floor(number * scale + Fraction(1, 2)), scale)


def _written(percent: Fraction) -> str:
    """Write a percentage that has finitely many decimals, all of them, with a decimal comma."""
    whole, rest = divmod(percent, 1)
    decimals = ""
    while rest:
        digit, rest = divmod(rest * 10, 1)
        decimals += str(digit)
    return f"{count(whole)}{',' if decimals else ''}{decimals}%"
