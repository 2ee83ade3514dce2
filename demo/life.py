"""What happens to a dossier, from its receipt to its return, decided before anything is written."""

from bisect import bisect
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple

from demo.calendar import (
    AFTERNOON,
    CLOSINGS,
    MORNING,
    WORKING_DAYS,
    WORKING_INDEX,
    at_minute,
)
from demo.district import (
    EXCLUDED,
    FIRST_DAY,
    LAST_DAY,
    MERGE_DAY,
    MERGED,
    ONLINE_PULL,
    ONLINE_SHARE,
    POSTAL_SHARE,
    RESOLVED,
    UNKNOWN_CHANNEL_SHARE,
    Procedure,
    Unit,
)

WORKING_MINUTES = MORNING + AFTERNOON
LAST_INDEX = len(WORKING_DAYS) - 1
MERGE_AT = datetime(MERGE_DAY.year, MERGE_DAY.month, MERGE_DAY.day)
# The last day on which a dossier is still asked for today and received days later.
LAST_SLOW_DAY = date(2020, 12, 15)

# How long before the merge a commune begins to leave work to its successor.
LEFT_TO_SUCCESSOR = timedelta(14)

# What becomes of a dossier: share of all, the rest is simply worked on and finished.
FATES = {
    "stuck": 0.003,
    "waiting": 0.007,
    "withdrawn": 0.009,
    "rejected": 0.010,
    "registered": 0.005,
    "cancelled": 0.004,
    "supplemented": 0.025,
    "moved": 0.010,
    "supplemented_twice": 0.004,
}
FATE_NAMES = [*FATES, "finished"]
FATE_BOUNDS = list(accumulate(FATES.values()))
LATE_SHARE = {"vertical_agency": 0.195, "department": 0.024, "commune": 0.022}
# Finished on the due day but after hours; on the due day in time. The rest of those in time is early.
AFTER_HOURS_SHARE = 0.012
ON_THE_DAY_SHARE = 0.15
# Working days late, weighed by how often each occurs.
DAYS_LATE = (1,) * 9 + (2,) * 4 + (3,) * 3 + (5, 7, 12, 20)
MISSING_DUE_SHARE = 0.006
RETURNS_AT_ONCE_SHARE = 0.3
MISTYPED_END_SHARE = 0.003


class Step(NamedTuple):
    """What a system shows of a dossier from a moment on; `desk` is the only part that no figure depends on."""

    at: datetime
    status: str
    received: datetime | None
    due: datetime | None
    finished: datetime | None
    unit: str
    # The day promised first, once another one holds; how often a paper was asked for, and the last time that it was and came.
    original_due: datetime | None
    supplements: int
    requested: datetime | None
    completed: datetime | None
    desk: str


@dataclass(slots=True)
class Dossier:
    """A dossier and its whole life."""

    source: str
    number: int
    code: str
    procedure: Procedure
    channel: str
    submitted: datetime
    steps: list[Step]


def online_chance(service_level: int, day: date) -> float:
    """How likely a dossier of the level comes online on the day, before it is set against the other levels."""
    first, last = ONLINE_SHARE
    share = first + (last - first) * (day - FIRST_DAY).days / (LAST_DAY - FIRST_DAY).days
    return share * ONLINE_PULL[service_level]


def choose_channel(rng: Random, online: float) -> str:
    """How a dossier was handed in; now and then nobody entered it."""
    chance = rng.random()
    if chance < UNKNOWN_CHANNEL_SHARE:
        return ""
    if chance < UNKNOWN_CHANNEL_SHARE + POSTAL_SHARE:
        return "postal"
    return "online" if rng.random() < online else "in_person"


class Course:
    """Writes a dossier's steps one after another, never back in time."""

    def __init__(self, rng: Random, planted: Counter[str], source: str, unit: Unit, procedure: Procedure) -> None:
        self.rng = rng
        self.planted = planted
        self.source = source
        self.kind = unit.kind
        self.unit = unit.code
        self.procedure = procedure
        self.steps: list[Step] = []
        self.received: datetime | None = None
        self.due: datetime | None = None
        # The first due date that was shown; one that was promised but not entered is none.
        self.first_due: datetime | None = None
        self.supplements = 0
        self.requested: datetime | None = None
        self.completed: datetime | None = None
        # Working days, by their number: of receipt and of the due date, even where the latter is not shown.
        self.start = self.goal = 0

    def step(self, at: datetime, status: str, finished: datetime | None = None, desk: str = "Chuyên viên") -> datetime:
        """Reach a status at a moment, or just after the last step where that was later.

        Who reaches SUPPLEMENT asks for a paper; who leaves it has got the paper.
        """
        before = self.steps[-1].status if self.steps else ""
        if before and at <= self.steps[-1].at:
            at = self.steps[-1].at + timedelta(minutes=1)
        if status == "SUPPLEMENT":
            self.supplements, self.requested, self.completed = self.supplements + 1, at, None
        elif before == "SUPPLEMENT":
            self.completed = at
        if self.first_due is None:
            self.first_due = self.due
        original = self.first_due if self.first_due != self.due else None
        papers = (self.supplements, self.requested, self.completed)
        self.steps.append(Step(at, status, self.received, self.due, finished, self.unit, original, *papers, desk))
        return at

    def moment(self, index: int) -> datetime:
        """Some moment in the hours of a working day; the systems of communes know no seconds."""
        second = self.rng.randrange(60) if self.source == "igate" else 0
        return at_minute(WORKING_DAYS[min(index, LAST_INDEX)], int(self.rng.random() * WORKING_MINUTES), second)

    def soon(self, moment: datetime) -> datetime:
        """Up to an hour later, or a few minutes where the result is due at once."""
        return moment + timedelta(minutes=2 + int(self.rng.random() * (58 if self.procedure.days else 8)))

    def halfway(self) -> datetime:
        """Some moment between receipt and due day."""
        index = self.start + int(self.rng.random() * (self.goal - self.start))
        return max(self.moment(index), self.soon(self.steps[-1].at))

    def receive(self, at: datetime) -> None:
        """Receive the dossier and promise a day."""
        self.received = at
        self.start = WORKING_INDEX[at.date()]
        self.promise(self.start + self.procedure.days)
        if self.rng.random() < MISSING_DUE_SHARE:
            self.due = None
        self.step(at, "RECEIVED", desk="Tiếp nhận")

    def promise(self, index: int) -> None:
        """Set the due date to the end of a working day."""
        self.goal = min(index, LAST_INDEX)
        self.due = CLOSINGS[self.goal]

    def work(self) -> None:
        """Begin to work on it; where that takes long, it changes desks on the way."""
        self.step(self.soon(self.steps[-1].at), "PROCESSING", desk="Thụ lý")
        if self.source == "igate" and self.procedure.days >= 10:
            self.step(self.halfway(), "PROCESSING", desk="Trình lãnh đạo")

    def finish(self) -> None:
        """Finish it early, in time or late, and hand the result over."""
        now = self.steps[-1].at
        done = max(self.finishing_moment(), self.soon(now))
        shown = done
        if self.rng.random() < MISTYPED_END_SHARE:
            shown = self.received - timedelta(days=1 + int(self.rng.random() * 30))
        self.step(done, "DONE_WAIT_RETURN", shown, desk="Trả kết quả")
        if self.rng.random() < RETURNS_AT_ONCE_SHARE:
            returned = self.soon(done)
        else:
            returned = self.moment(bisect(WORKING_DAYS, done.date()) + int(self.rng.random() * 6))
        self.step(returned, "RETURNED", shown, desk="Đã trả")

    def finishing_moment(self) -> datetime:
        """When the work is done, measured against the due day."""
        chance = self.rng.random() - LATE_SHARE[self.kind]
        if chance < 0:
            return self.moment(self.goal + self.rng.choice(DAYS_LATE))
        if chance < AFTER_HOURS_SHARE:
            self.planted["finished_after_hours"] += 1
            return CLOSINGS[self.goal] + timedelta(minutes=5 + int(self.rng.random() * 120))
        if chance < AFTER_HOURS_SHARE + ON_THE_DAY_SHARE:
            return self.moment(self.goal)
        return self.moment(self.start + int(self.rng.random() * max(self.goal - self.start, 1)))


def live(course: Course, at: datetime, online: bool) -> None:
    """Decide a dossier's fate and write its steps."""
    rng = course.rng
    fate = FATE_NAMES[bisect(FATE_BOUNDS, rng.random())]
    if fate == "registered" and not online:
        fate = "finished"
    if course.unit in MERGED and MERGE_DAY - at.date() <= LEFT_TO_SUCCESSOR:
        fate = "supplemented"
    if fate == "registered" or (fate == "rejected" and online):
        course.step(at, "REGISTERED", desk="Chờ tiếp nhận")
        if fate == "rejected":
            ended = course.soon(at)
            course.step(ended, "REJECTED", ended)
        return
    if online and at.date() <= LAST_SLOW_DAY and rng.random() < 0.05:
        course.step(at, "REGISTERED", desk="Chờ tiếp nhận")
        at = course.moment(WORKING_INDEX[at.date()] + 1 + int(rng.random() * 3))
        course.planted["received_days_after_asking"] += 1
    course.receive(at)
    ENDINGS[fate](course)


def _finished(course: Course) -> None:
    course.work()
    course.finish()


def _stuck(course: Course) -> None:
    course.work()


def _rejected(course: Course) -> None:
    ended = course.soon(course.received)
    course.step(ended, "REJECTED", ended if course.rng.random() < 0.5 else None)


def _cancelled(course: Course) -> None:
    ended = course.soon(course.received)
    course.step(ended, "CANCELLED", ended if course.rng.random() < 0.3 else None)


def _withdrawn(course: Course) -> None:
    """Only the district's system says when."""
    course.work()
    at = course.halfway()
    shows_end = course.source == "igate"
    course.step(at, "WITHDRAWN", at if shows_end else None)
    course.planted["withdrawn" if shows_end else "withdrawn_without_end"] += 1


def _waiting(course: Course) -> None:
    """Wait for months; half of those who wait are worked on again in the end, past their due date."""
    course.work()
    words = ("SUPPLEMENT", "PAUSED", "FINANCIAL") if course.procedure.field == "DATDAI" else ("SUPPLEMENT", "PAUSED")
    at = course.step(course.halfway(), course.rng.choice(words))
    course.planted["waiting_long"] += 1
    if course.rng.random() < 0.5:
        course.step(course.moment(bisect(WORKING_DAYS, at.date()) + 30 + int(course.rng.random() * 90)), "PROCESSING")
        course.finish()


def _postpone(course: Course, at: datetime, days: int) -> None:
    """Promise a later day, whether or not one had been promised."""
    course.promise(course.goal + days)
    course.step(at, "PROCESSING", desk="Gia hạn")
    course.planted["due_moved"] += 1


def _supplement(course: Course) -> None:
    """Ask for a paper, wait for it, and promise a day that is as much later."""
    asked = course.step(course.halfway(), "SUPPLEMENT")
    days = 3 + int(course.rng.random() * 8)
    _postpone(course, course.moment(bisect(WORKING_DAYS, asked.date()) + days), days)


def _supplemented(course: Course) -> None:
    course.work()
    _supplement(course)
    course.finish()


def _supplemented_twice(course: Course) -> None:
    """Ask a second time, which nobody may."""
    course.work()
    _supplement(course)
    _supplement(course)
    course.planted["supplemented_twice"] += 1
    course.finish()


def _moved(course: Course) -> None:
    course.work()
    _postpone(course, course.halfway(), 3 + int(course.rng.random() * 8))
    course.finish()


ENDINGS = {
    "finished": _finished,
    "stuck": _stuck,
    "waiting": _waiting,
    "withdrawn": _withdrawn,
    "rejected": _rejected,
    "cancelled": _cancelled,
    "supplemented": _supplemented,
    "moved": _moved,
    "supplemented_twice": _supplemented_twice,
}


def restate_after_merge(steps: list[Step]) -> list[Step]:
    """Give a dossier that was open on the day of the merge to the new commune, from that day on."""
    successor = MERGED.get(steps[0].unit)
    if successor is None:
        return steps
    before = [step for step in steps if step.at < MERGE_AT]
    if before[-1].status in RESOLVED | EXCLUDED - {"REGISTERED"}:
        return steps
    after = [step for step in steps if step.at >= MERGE_AT]
    return [*before, *(step._replace(unit=successor) for step in [before[-1]._replace(at=MERGE_AT), *after])]
