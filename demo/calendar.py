"""Working days, working hours and the seasons of the made-up district, and the periods its books are summed into."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from demo.district import FIRST_DAY, LAST_DAY

AS_OF = date(2021, 1, 5)

# Year, month and the days off that fall on Mondays to Fridays; no Saturday was worked in these years.
DAYS_OFF = {
    date(year, month, day)
    for year, month, days in (
        (2020, 1, (1, 23, 24, 27, 28, 29)),
        (2020, 4, (2, 30)),
        (2020, 5, (1,)),
        (2020, 9, (2,)),
        (2021, 1, (1,)),
        (2021, 2, (10, 11, 12, 15, 16)),
        (2021, 4, (21, 30)),
        (2021, 5, (3,)),
        (2021, 9, (2, 3)),
    )
    for day in days
}
WEEKDAY_WEIGHTS = (1.25, 1.1, 1.0, 0.95, 0.85)
# From, to, weight: the later line wins.
SEASONS = (
    (date(2019, 11, 1), date(2019, 11, 30), 0.95),
    (date(2019, 12, 1), date(2019, 12, 31), 1.2),
    (date(2020, 1, 13), date(2020, 1, 31), 0.5),
    (date(2020, 2, 3), date(2020, 2, 21), 1.4),
    (date(2020, 4, 1), date(2020, 4, 22), 0.4),
    (date(2020, 12, 1), date(2020, 12, 31), 1.3),
)
OPENS, LUNCH, BACK, CLOSES = (time(7), time(11, 30), time(13, 30), time(17))
MORNING = (LUNCH.hour - OPENS.hour) * 60 + LUNCH.minute - OPENS.minute
AFTERNOON = (CLOSES.hour - BACK.hour) * 60 + CLOSES.minute - BACK.minute


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(offset)


def is_working(day: date) -> bool:
    """Whether offices are open on the day."""
    return day.weekday() < 5 and day not in DAYS_OFF


WORKING_DAYS = [day for day in days_between(FIRST_DAY, date(2021, 12, 31)) if is_working(day)]
WORKING_INDEX = {day: index for index, day in enumerate(WORKING_DAYS)}
# Offices close, and all due dates fall, at this hour of each working day.
CLOSINGS = [datetime.combine(day, CLOSES) for day in WORKING_DAYS]
RECEIVING_DAYS = [day for day in WORKING_DAYS if day <= LAST_DAY]


def at_minute(day: date, minute: int, second: int = 0) -> datetime:
    """The given working minute of a day, counted from the opening and without the lunch break."""
    start = OPENS if minute < MORNING else BACK
    past = minute if minute < MORNING else minute - MORNING
    hour, rest = divmod(start.minute + past, 60)
    return datetime(day.year, day.month, day.day, start.hour + hour, rest, second)


def weight_of(day: date) -> float:
    """How busy a working day is, 1 being usual."""
    season = [weight for first, last, weight in SEASONS if first <= day <= last]
    return WEEKDAY_WEIGHTS[day.weekday()] * (season[-1] if season else 1.0)


def share_out(total: int) -> Iterator[tuple[date, int]]:
    """Share a number of things out over the receiving days, by how busy each is, losing none."""
    reached = list(accumulate(weight_of(day) for day in RECEIVING_DAYS))
    done = 0
    for day, weight in zip(RECEIVING_DAYS, reached, strict=True):
        goal = total if weight == reached[-1] else int(total * weight / reached[-1])
        yield day, goal - done
        done = goal


@dataclass(frozen=True)
class Period:
    """A period of one calendar, both days inclusive."""

    calendar: str
    kind: str
    start: date
    end: date


# Kind of period: the months of the year after which it can start and the months it lasts.
LENGTHS = {
    "month": (range(12), 1),
    "quarter": (range(0, 12, 3), 3),
    "half": (range(0, 12, 6), 6),
    "nine_months": ((0,), 9),
    "year": ((0,), 12),
}
# How many months a calendar's year begins after January, and on which day its months begin.
CALENDARS = {"calendar": (0, 1), "official": (-1, 15)}


def _nth_month(year: int, months: int, day: int) -> date:
    """The day of the month that comes so many months after January of the year."""
    years, month = divmod(months, 12)
    return date(year + years, month + 1, day)


def periods(*, cut_off: bool = False) -> list[Period]:
    """Every period that starts by the last day known and that the exports cover from its first day.

    With `cut_off` also those of which the exports cover a part. A year to date exists once its last month has begun.
    """
    spans = [(kind, begin, begin + length) for kind, (begins, length) in LENGTHS.items() for begin in begins]
    spans += [("ytd", 0, months) for months in range(1, 13)]
    found = []
    for calendar, (shift, day) in CALENDARS.items():
        for year in range(FIRST_DAY.year, AS_OF.year + 1):
            for kind, begin, end in spans:
                start = _nth_month(year, begin + shift, day)
                begun = _nth_month(year, end - 1 + shift, day) if kind == "ytd" else start
                last = _nth_month(year, end + shift, day) - timedelta(1)
                if (last if cut_off else start) >= FIRST_DAY and begun <= AS_OF:
                    found.append(Period(calendar, kind, start, last))
    return found
