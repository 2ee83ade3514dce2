"""The five counting rules in force side by side, one function each: whether a dossier was on time, and from when it is overdue."""

from bisect import bisect_right
from datetime import date, datetime, timedelta
from typing import NamedTuple

from demo.calendar import WORKING_DAYS
from demo.district import EXCLUDED, WAITING

OPEN = {"RECEIVED", "PROCESSING"}
IN_TIME = ("early", "on_time")
# How long after its day a dossier that waits is given by the strict rule.
STRICT_LIMIT = timedelta(30)


class Case(NamedTuple):
    """What is told of a dossier in the end: `since` when it was first seen in its status, `days` its statutory working days.

    `original` is the day promised first; it and `supplements` are None where the source does not tell. `requested` and
    `completed` are of the last supplement.
    """

    status: str
    received: datetime | None
    due: datetime | None
    finished: datetime | None
    since: datetime
    days: int | None
    original: datetime | None
    supplements: int | None
    requested: datetime | None
    completed: datetime | None


# What a rule says of a dossier: early, on_time, late, open, excluded or unknown; when it left the stock; the day it is held
# to; and the first day at whose end it is overdue if it is still there, none when it left in time. Of an excluded one the
# moment only says when that is counted. A plain tuple, since each dossier has five of them.
Verdict = tuple[str, datetime | None, date | None, date | None]
NEXT_DAY = timedelta(1)


def _excluded(case: Case) -> Verdict:
    return "excluded", case.finished, None, None


def _held(end: datetime | None, outcome: str, due: date | None, overdue_from: date | None) -> Verdict:
    """The verdict on a dossier that is held to a day; who left in time was never overdue."""
    return outcome, end, due, None if outcome in IN_TIME else overdue_from


def by_day(end: date, due: date) -> str:
    """Early, on time or late by the day alone."""
    if end == due:
        return "on_time"
    return "early" if end < due else "late"


def by_second(end: datetime, due: datetime) -> str:
    """Late by the second, early by the day."""
    if end > due:
        return "late"
    return "early" if end.date() < due.date() else "on_time"


def number_of(day: date) -> int:
    """How many working days there are up to a day, itself included."""
    return bisect_right(WORKING_DAYS, day)


def working_day(number: int) -> date:
    """The working day of that number."""
    return WORKING_DAYS[number - 1]


def suspended_days(case: Case) -> int:
    """Working days from the last request for a paper until it came; none while it has not."""
    if case.requested is None or case.completed is None:
        return 0
    return number_of(case.completed.date()) - number_of(case.requested.date())


def _ended(case: Case) -> datetime:
    return case.finished or case.since


def ii06_date(case: Case) -> Verdict:
    """Form II.06: by the day; who waits is in time, who withdraws is on time, and so is who has no due date."""
    if case.status in EXCLUDED:
        return _excluded(case)
    if case.status in WAITING:
        return "open", None, None, None
    due = case.due and case.due.date()
    overdue_from = due and due + NEXT_DAY
    if case.status in OPEN:
        return "open", None, due, overdue_from
    end = _ended(case)
    if case.status == "WITHDRAWN":
        return "on_time", end, due, overdue_from
    return _held(end, "on_time" if due is None else by_day(end.date(), due), due, overdue_from)


def timestamp(case: Case) -> Verdict:
    """Form II.06 to the second."""
    if case.status in EXCLUDED:
        return _excluded(case)
    if case.status in WAITING:
        return "open", None, None, None
    due = case.due and case.due.date()
    if case.status in OPEN:
        return "open", None, due, due
    end = _ended(case)
    if case.status == "WITHDRAWN":
        return "on_time", end, due, due
    return _held(end, "on_time" if due is None else by_second(end, case.due), due, due)


def opencps_hour(case: Case) -> Verdict:
    """To the second as well, but who withdraws does not count."""
    return _excluded(case) if case.status == "WITHDRAWN" else timestamp(case)


def qd766_2_1(case: Case) -> Verdict:
    """Decision 766, item 2.1: to the second, less the time waited for a paper; whoever was asked twice is late.

    Asking for a paper, stopping and refusing what was received end the matter too. Without a due date the statutory time
    holds, by the day.
    """
    if case.status in {"REGISTERED", "CANCELLED"} or (case.status == "REJECTED" and case.received is None):
        return _excluded(case)
    end = _ended(case)
    if case.status in OPEN or case.status == "FINANCIAL":
        end = None
    elif case.status == "SUPPLEMENT":
        end = case.requested or case.since
    if case.supplements is None:
        return "unknown", end, None, None
    if case.due:
        due = case.due
        if case.requested and case.completed:
            due += case.completed - case.requested
        day = overdue_from = due.date()
        outcome = "open" if end is None else by_second(end, due)
    elif case.days is None:
        return _excluded(case)
    else:
        day = working_day(number_of(case.received.date()) + case.days + suspended_days(case))
        overdue_from = day + NEXT_DAY
        outcome = "open" if end is None else by_day(end.date(), day)
    if case.supplements > 1:
        overdue_from = case.received.date()
        outcome = "open" if end is None else "late"
    return _held(end, outcome, day, overdue_from)


def strict_orig(case: Case) -> Verdict:
    """By the day promised first, less the working days waited for a paper; what is refused or has no due date does not count.

    Who waits is overdue too, but only after a further limit.
    """
    if case.status in EXCLUDED or case.status == "WITHDRAWN" or case.due is None:
        return _excluded(case)
    end = None if case.status in OPEN or case.status in WAITING else _ended(case)
    if case.supplements is None or case.original is None:
        return "unknown", end, None, None
    due = case.original.date()
    suspended = suspended_days(case)
    if suspended:
        due = working_day(number_of(due) + suspended)
    overdue_from = due + NEXT_DAY
    if case.status in WAITING:
        overdue_from += STRICT_LIMIT
    return _held(end, "open" if end is None else by_day(end.date(), due), due, overdue_from)


RULES = {
    "II06_DATE": ii06_date,
    "TIMESTAMP": timestamp,
    "QD766_2_1": qd766_2_1,
    "STRICT_ORIG": strict_orig,
    "OPENCPS_HOUR": opencps_hour,
}
