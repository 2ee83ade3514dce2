"""The rules and bases of the on-time rate in plain Python: dates, and loops over dossiers and periods.

Written from the definitions and without the pipeline's code, so that it can be held against the models.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

from tests.spec.dossiers import Dossier

DAY = timedelta(days=1)
BASES = ("resolved", "due_in_period", "received_and_carried", "one_minus_late", "cohort")


@dataclass(frozen=True)
class WorkingDays:
    """Monday to Friday, but for days off and days made up for."""

    days_off: frozenset[date]
    made_up: frozenset[date]

    def is_worked(self, day: date) -> bool:
        return day in self.made_up or (day.weekday() < 5 and day not in self.days_off)

    def between(self, after: date, until: date) -> int:
        """How many working days come after the one day, up to and with the other."""
        return sum(self.is_worked(after + DAY * n) for n in range(1, (until - after).days + 1))

    def moved_on(self, day: date, working_days: int) -> date:
        while working_days:
            day += DAY
            working_days -= self.is_worked(day)
        return day


@dataclass(frozen=True)
class Office:
    """What the rules read beside a dossier: who stands above a unit, its working days, fields and statutory times."""

    parent_of: dict[str, str]
    working_days_of: dict[str, WorkingDays]
    field_of: dict[str | None, str]
    time_of: dict[str | None, tuple[int, str]]
    covers_from: date

    def suspended(self, d: Dossier) -> int:
        requested, completed = d.requested and d.requested.date(), d.completed and d.completed.date()
        if not (requested and completed):
            if not d.days or d.status == "SUPPLEMENT" or (d.supplements or 0) > 1:
                return 0
            # The days reach from the one that is dated, or from receipt.
            requested = requested or (completed and completed - DAY * d.days) or (d.received and d.received.date())
            if requested is None:
                return 0
            completed = completed or requested + DAY * d.days
        return self.working_days_of[d.unit].between(requested, completed)

    def statutory_due(self, d: Dossier) -> date | None:
        if d.procedure not in self.time_of:
            return None
        days, counted_in = self.time_of[d.procedure]
        working = self.working_days_of[d.unit]
        if days and counted_in == "working_day":
            return working.moved_on(d.received.date(), days + self.suspended(d))
        # Calendar days, and no days at all, may end on a day off: then the next working day holds.
        due = d.received.date() + DAY * days
        while not working.is_worked(due):
            due += DAY
        return working.moved_on(due, self.suspended(d))


@dataclass(frozen=True)
class Verdict:
    """What a rule says: the outcome, the moment of leaving, the day it is held to, the first day at whose end it is overdue."""

    outcome: str
    end: datetime | None = None
    due: date | None = None
    overdue_from: date | None = None


def by_day(end: date, due: date | None) -> str:
    if due is None or end == due:
        return "on_time"
    return "early" if end < due else "late"


def by_second(end: datetime, due: datetime | None) -> str:
    if due is None:
        return "on_time"
    if end > due:
        return "late"
    return "early" if end.date() < due.date() else "on_time"


def ii06_date(d: Dossier, _: Office) -> Verdict:
    due = d.due and d.due.date()
    overdue_from = due and due + DAY
    if d.status in ("REGISTERED", "REJECTED", "CANCELLED"):
        return Verdict("excluded")
    if d.status in ("SUPPLEMENT", "FINANCIAL", "PAUSED"):
        return Verdict("open")
    if d.status in ("RECEIVED", "PROCESSING"):
        return Verdict("open", None, due, overdue_from)
    if d.status == "WITHDRAWN":
        return Verdict("on_time", d.finished or d.shown, due, overdue_from)
    return Verdict(by_day(d.finished.date(), due), d.finished, due, overdue_from)


def timestamp(d: Dossier, office: Office) -> Verdict:
    said = ii06_date(d, office)
    if said.due is None:
        return said
    said = replace(said, overdue_from=said.due)
    return replace(said, outcome=by_second(d.finished, d.due)) if d.status in ("DONE_WAIT_RETURN", "RETURNED") else said


def opencps_hour(d: Dossier, office: Office) -> Verdict:
    return Verdict("excluded") if d.status == "WITHDRAWN" else timestamp(d, office)


def qd766_2_1(d: Dossier, office: Office) -> Verdict:
    if d.status in ("REGISTERED", "CANCELLED") or d.received is None:
        return Verdict("excluded")
    if d.status in ("RECEIVED", "PROCESSING", "FINANCIAL"):
        end = None
    elif d.status == "SUPPLEMENT":
        end = d.requested or d.shown
    else:
        end = d.finished or d.shown
    if d.supplements is None:
        return Verdict("unknown", end)
    if d.due:
        if d.completed and d.requested:
            took = max(d.completed - d.requested, timedelta())
        else:
            took = DAY * (d.days or 0) if d.status != "SUPPLEMENT" and d.supplements < 2 else timedelta()
        extended = (d.due_before_new or d.due) + took
        due = overdue_from = extended.date()
        outcome = by_second(end, extended) if end else "open"
    else:
        due = office.statutory_due(d)
        if due is None:
            return Verdict("excluded")
        overdue_from = due + DAY
        outcome = by_day(end.date(), due) if end else "open"
    if d.supplements > 1:
        return Verdict("late" if end else "open", end, due, d.received.date())
    return Verdict(outcome, end, due, overdue_from)


def strict_orig(d: Dossier, office: Office) -> Verdict:
    if d.status in ("REGISTERED", "REJECTED", "WITHDRAWN", "CANCELLED") or d.due is None:
        return Verdict("excluded")
    end = d.finished if d.status in ("DONE_WAIT_RETURN", "RETURNED") else None
    if d.supplements is None or d.original_due is None:
        return Verdict("unknown", end)
    due = office.working_days_of[d.unit].moved_on(d.original_due.date(), office.suspended(d))
    limit = 30 if d.status in ("SUPPLEMENT", "FINANCIAL", "PAUSED") else 0
    return Verdict(by_day(end.date(), due) if end else "open", end, due, due + DAY + DAY * limit)


RULES: dict[str, Callable[[Dossier, Office], Verdict]] = {
    "II06_DATE": ii06_date,
    "TIMESTAMP": timestamp,
    "QD766_2_1": qd766_2_1,
    "STRICT_ORIG": strict_orig,
    "OPENCPS_HOUR": opencps_hour,
}


@dataclass(frozen=True)
class Life:
    """A dossier under one rule, as the days that counting needs."""

    unit: str
    field: str
    status: str
    is_online: bool
    outcome: str
    received: date | None
    left: date | None
    overdue: date | None
    due: date | None
    excluded: date | None
    waits: date

    @property
    def is_in_time(self) -> bool:
        return self.outcome in ("early", "on_time")

    def is_in_stock(self, day: date) -> bool:
        """Whether it is in the stock at the end of the day."""
        return self.received <= day and (self.left is None or self.left > day)

    def is_overdue(self, day: date) -> bool:
        return self.is_in_stock(day) and self.overdue is not None and self.overdue <= day


def life(d: Dossier, rule: str, office: Office) -> Life:
    said = RULES[rule](d, office)
    received = d.received and d.received.date()
    excluded = (d.finished and d.finished.date()) or received
    return Life(
        unit=d.unit,
        field=office.field_of.get(d.procedure, "UNKNOWN"),
        status=d.status,
        is_online=d.channel == "online",
        outcome=said.outcome,
        received=received,
        left=said.end and received and max(said.end.date(), received),
        overdue=said.overdue_from and max(said.overdue_from, received),
        due=said.due and max(said.due, received),
        excluded=excluded if said.outcome == "excluded" else None,
        waits=max(((d.status == "SUPPLEMENT" and d.requested) or d.shown).date(), received or date.min),
    )


def known_on(d: Dossier, as_of: date) -> Dossier | None:
    """The dossier as the exports up to a day tell it."""
    told = (d, d.first_shown)
    return next((one for one in told if one and one.shown.date() <= as_of), None)


def events(one: Life, start: date, last: date, as_of: date) -> Iterator[str]:
    """What a dossier is to a period that began on ``start``, seen at the end of its last day."""
    if one.outcome == "excluded":
        if one.excluded and start <= one.excluded <= last:
            yield "excluded"
    elif one.outcome == "unknown":
        if one.received <= last and not (one.left and one.left < start):
            yield "unknown"
    else:
        yield from arriving(one, start, last, as_of)
        yield from leaving(one, start, last)
        yield from staying(one, last)


def arriving(one: Life, start: date, last: date, as_of: date) -> Iterator[str]:
    if one.is_in_stock(start - DAY):
        yield "carried"
    if start <= one.received <= last:
        yield "received"
        if one.is_online:
            yield "received_online"
        if one.left and one.left <= as_of:
            yield "decided_in_time" if one.is_in_time else "decided_late"
        elif one.is_overdue(as_of):
            yield "decided_late"


def leaving(one: Life, start: date, last: date) -> Iterator[str]:
    if one.left and start <= one.left <= last:
        yield one.outcome
        if one.status == "WITHDRAWN":
            yield "withdrawn"
    if one.due and start <= one.due <= last:
        yield "due_in_time" if one.is_in_time else "due_late"


def staying(one: Life, last: date) -> Iterator[str]:
    if one.is_in_stock(last):
        yield "open_overdue" if one.is_overdue(last) else "open_in_time"
        if one.outcome == "open" and one.waits <= last and one.status in ("SUPPLEMENT", "FINANCIAL", "PAUSED"):
            yield "waiting" if one.status == "SUPPLEMENT" else "halted"


def fraction(basis: str, n: Counter) -> tuple[int, int]:
    """Numerator and denominator of the on-time rate."""
    in_time = n["early"] + n["on_time"]
    handled = n["carried"] + n["received"]
    return {
        "resolved": (in_time, in_time + n["late"]),
        "due_in_period": (n["due_in_time"], n["due_in_time"] + n["due_late"]),
        "received_and_carried": (in_time + n["open_in_time"], handled),
        "one_minus_late": (handled - n["late"], handled),
        "cohort": (n["decided_in_time"], n["decided_in_time"] + n["decided_late"]),
    }[basis]


Period = tuple[str, str, date, date]


@cache
def periods(first: date, as_of: date) -> list[Period]:
    """Every period that has begun by the as-of day and is not over before the first day; a year to date, with its last month."""
    parts = [("month", m, m) for m in range(1, 13)] + [("ytd", 1, m) for m in range(1, 13)]
    parts += [("quarter", m, m + 2) for m in (1, 4, 7, 10)] + [
        ("half", 1, 6),
        ("half", 7, 12),
        ("nine_months", 1, 9),
        ("year", 1, 12),
    ]
    found = []
    for calendar in ("official", "calendar"):
        for year in range(first.year - 1, as_of.year + 2):
            for kind, first_month, last_month in parts:
                start, end = month_of(calendar, year, first_month)[0], month_of(calendar, year, last_month)[1]
                begun = month_of(calendar, year, last_month)[0] if kind == "ytd" else start
                if begun <= as_of and end >= first:
                    found.append((calendar, kind, start, end))
    return found


def month_of(calendar: str, year: int, month: int) -> tuple[date, date]:
    """First and last day of a month; the official one runs from the 15th of the month before to the 14th."""
    first = date(year, month, 1)
    if calendar == "official":
        return (first - DAY).replace(day=15), first.replace(day=14)
    return first, (first + DAY * 31).replace(day=1) - DAY


Counts = dict[tuple[str, str, str, Period], Counter]


def count(lives: Iterable[Life], office: Office, as_of: date) -> Counts:
    """The events of each unit by itself (``own``) and with all below it (``subtree``), by field and together, in each period."""
    by_itself: dict[tuple[str, str, Period], Counter] = defaultdict(Counter)
    lives = list(lives)
    for period in periods(office.covers_from, as_of):
        _, _, start, end = period
        for one in lives:
            by_itself[one.unit, one.field, period].update(events(one, start, min(end, as_of), as_of))
    found: Counts = defaultdict(Counter)
    for (unit, field, period), n in by_itself.items():
        for place, scope in places(unit, office):
            found[place, scope, field, period].update(n)
            found[place, scope, "ALL", period].update(n)
    return found


def places(unit: str, office: Office) -> Iterator[tuple[str, str]]:
    yield unit, "own"
    while unit:
        yield unit, "subtree"
        unit = office.parent_of[unit]


def figures(dossiers: Iterable[Dossier], office: Office, as_of: date) -> dict[tuple, tuple]:
    """(rule, basis, unit, scope, period) → (numerator, denominator, excluded, status) of every figure that must be there."""
    found = {}
    for rule in RULES:
        counts = count((life(d, rule, office) for d in dossiers), office, as_of)
        for period in periods(office.covers_from, as_of):
            for unit in office.parent_of:
                for scope in ("own", "subtree"):
                    n = counts.get((unit, scope, "ALL", period), Counter())
                    is_missing = period[2] < office.covers_from or n["unknown"]
                    for basis in BASES:
                        above, below = (None, None) if is_missing else fraction(basis, n)
                        status = "missing_data" if is_missing else "ok" if below else "no_activity"
                        found[rule, basis, unit, scope, *period] = (above, below, n["excluded"], status)
    return found


def forms(dossiers: Iterable[Dossier], office: Office, as_of: date) -> Counts:
    """The counts under II06_DATE by field, of the periods that are covered from their first day."""
    counts = count((life(d, "II06_DATE", office) for d in dossiers), office, as_of)
    return {key: n for key, n in counts.items() if key[-1][2] >= office.covers_from}
