"""Edits made in the case systems after the fact, with innocent look-alikes: what was shown before is rewritten, and noted as truth.

Most leave a dossier's end as it was, so that its last state is what it would have been; only exports kept from before tell.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import cycle
from typing import NamedTuple

from demo.calendar import CLOSINGS, WORKING_INDEX, at_minute
from demo.layouts import LAYOUTS
from demo.life import Dossier, Step

EXPORTED = {layout.folder: layout.exported_at for layout in LAYOUTS}
FINISHED = ("DONE_WAIT_RETURN", "RETURNED")
# An edit or a look-alike is planted once in so many dossiers, one kind after another, in the next one that it fits.
EVERY = 50
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Edit(NamedTuple):
    """The steps of an edited dossier, and from which export to which it is listed at all."""

    steps: list[Step]
    first_export: int = 0
    last_export: int = 10**6


class Kind(NamedTuple):
    """One kind of edit: the signal that it is about, whether that should find it, the reason that the export carries for it."""

    signal: str
    is_signal: bool
    edit: Callable[["Plain"], Edit | None]
    lawful: str = ""


class Plain:
    """A dossier that was simply worked on and finished, between the exports of its system."""

    def __init__(self, dossier: Dossier) -> None:
        self.source = dossier.source
        self.steps = dossier.steps
        self.exports = EXPORTED[dossier.source]
        done = next(place for place, step in enumerate(self.steps) if step.status in FINISHED)
        self.open, self.ended = self.steps[:done], self.steps[done:]
        self.received, self.due, self.finished = self.ended[0].received, self.ended[0].due, self.ended[0].finished

    @property
    def is_late(self) -> bool:
        return self.finished.date() > self.due.date()

    def export_after(self, moment: datetime, count: int = 1) -> datetime | None:
        """The next export after a moment, or the one that many further on."""
        place = bisect_right(self.exports, moment) + count - 1
        return self.exports[place] if place < len(self.exports) else None

    def resumed(self, at: datetime) -> list[Step]:
        """Work on it again and finish it at a moment."""
        shown = self.ended[0]._replace(at=at, finished=at)
        return [self.open[-1]._replace(at=at - HOUR), shown, self.ended[-1]._replace(at=at + HOUR, finished=at)]


def is_plain(dossier: Dossier) -> bool:
    """Whether a dossier was received, worked on by one unit and finished, without papers or another due date, as exports show."""
    last = dossier.steps[-1]
    statuses = {step.status for step in dossier.steps}
    return (
        last.status == "RETURNED"
        and last.at < EXPORTED[dossier.source][-1]
        and statuses <= {"RECEIVED", "PROCESSING", *FINISHED}
        and None not in (last.due, last.received)
        and last.original_due is None
        and last.supplements == 0
        and last.finished >= last.received
        and len({step.unit for step in dossier.steps}) == 1
    )


def changes_rate(steps: list[Step]) -> bool:
    """Whether a dossier is in time as shown last, and late by the due date and the end that were shown first."""
    due = next(step.due for step in steps if step.due)
    end = next((step.finished for step in steps if step.finished), None)
    last = steps[-1]
    return bool(last.finished and end) and last.finished.date() <= last.due.date() and end.date() > due.date()


def _early_due(dossier: Plain) -> tuple[datetime, datetime] | None:
    """An export that shows the dossier open, and a working day's end before it that it may first have been promised for."""
    shown = dossier.export_after(dossier.open[-1].at)
    first = CLOSINGS[WORKING_INDEX[dossier.received.date()] + 1]
    fits = shown is not None and first < shown < dossier.ended[0].at and first < dossier.due
    return (shown, first) if fits else None


def _due_moved(dossier: Plain) -> Edit | None:
    """Promise the day after receipt, and a later one once an export has shown it overdue; only communes hide what was first."""
    found = _early_due(dossier) if dossier.source == "tandan" else None
    if found is None:
        return None
    return Edit([*(step._replace(due=found[1]) for step in dossier.open), *dossier.ended])


def _due_extended(dossier: Plain) -> Edit | None:
    """The same where the export tells both days."""
    found = _early_due(dossier) if dossier.source == "igate" else None
    if found is None:
        return None
    told = [step._replace(original_due=found[1]) for step in dossier.ended]
    return Edit([*(step._replace(due=found[1]) for step in dossier.open), *told])


def _end_set_to_due(dossier: Plain) -> Edit | None:
    if not dossier.is_late or dossier.due.date() <= dossier.received.date():
        return None
    return Edit([*dossier.open, *(step._replace(finished=dossier.due) for step in dossier.ended)])


def _due_today(dossier: Plain) -> Edit | None:
    """End at closing time what is due on the day of receipt."""
    if dossier.due.date() != dossier.received.date() or dossier.is_late:
        return None
    ended = [step._replace(at=max(step.at, dossier.due), finished=dossier.due) for step in dossier.ended[:1]]
    return Edit([*dossier.open, *ended, dossier.ended[-1]._replace(at=ended[0].at + HOUR / 4, finished=dossier.due)])


def _end_again(dossier: Plain, finished: datetime) -> Edit | None:
    """Tell another end, once an export has shown the first."""
    shown = dossier.export_after(dossier.ended[0].at)
    if shown is None or dossier.export_after(shown) is None:
        return None
    before = [step for step in dossier.ended if step.at <= shown]
    return Edit([*dossier.open, *before, dossier.ended[-1]._replace(at=shown + 2 * HOUR, finished=finished)])


def _end_moved_back(dossier: Plain) -> Edit | None:
    if not dossier.is_late or dossier.due.date() <= dossier.received.date():
        return None
    return _end_again(dossier, dossier.due - 3 * HOUR)


def _end_moved_on(dossier: Plain) -> Edit | None:
    return _end_again(dossier, dossier.finished + 2 * HOUR) if dossier.is_late else None


def _opened_again(dossier: Plain, **changes: object) -> Edit | None:
    """Show it as handed over, then as open, then as it was."""
    shown = dossier.export_after(dossier.open[-1].at + 2 * HOUR)
    again = dossier.export_after(shown) if shown else None
    if again is None or dossier.ended[0].at <= again or shown.date() <= dossier.received.date():
        return None
    at, reopened = shown - HOUR, shown + HOUR
    papers = {"supplements": 1, "requested": reopened} if changes else {}
    early = dossier.ended[-1]._replace(at=at, finished=at)
    opened = dossier.open[-1]._replace(at=reopened, **changes, **papers)
    last = [step._replace(**papers, **({"completed": dossier.ended[0].at} if papers else {})) for step in dossier.ended]
    return Edit([*dossier.open, early, opened, *last])


def _reopened(dossier: Plain) -> Edit | None:
    return _opened_again(dossier)


def _reopened_for_papers(dossier: Plain) -> Edit | None:
    return _opened_again(dossier, status="SUPPLEMENT")


def _paused(dossier: Plain, at: datetime | None, days: int) -> Edit | None:
    """Pause it, and finish it so many days later; not where no export would show that."""
    if at is None or dossier.due.date() <= dossier.received.date() or at + (days + 9) * DAY > dossier.exports[-1]:
        return None
    ends = (at + days * DAY).replace(hour=10, minute=0, second=0)
    return Edit([*dossier.open, dossier.open[-1]._replace(at=at, status="PAUSED"), *dossier.resumed(ends)])


def _excused(dossier: Plain) -> Edit | None:
    """Pause it when an export has shown it overdue."""
    shown = dossier.export_after(max(dossier.due, dossier.open[-1].at))
    return _paused(dossier, shown and shown + HOUR, 35)


def _paused_in_time(dossier: Plain) -> Edit | None:
    at = dossier.open[-1].at + HOUR / 2
    return _paused(dossier, at if at < dossier.due else None, 30)


def _paused_long(dossier: Plain) -> Edit | None:
    at = dossier.open[-1].at + HOUR / 2
    return _paused(dossier, at if at < dossier.due else None, 110)


def _gone_overdue(dossier: Plain) -> Edit | None:
    """Leave it out of the snapshots from the second one on that would show it overdue."""
    last = bisect_right(dossier.exports, max(dossier.due, dossier.open[-1].at))
    return Edit(dossier.open, last_export=last) if dossier.source == "igate" and last + 1 < len(dossier.exports) else None


def _gone_in_time(dossier: Plain) -> Edit | None:
    """Leave it out from the second snapshot on, its due date being later still."""
    last = bisect_right(dossier.exports, dossier.open[-1].at)
    fits = dossier.source == "igate" and last + 1 < len(dossier.exports) and dossier.exports[last + 1] < dossier.due
    return Edit(dossier.open, last_export=last) if fits else None


def _first_seen_finished(dossier: Plain) -> Edit | None:
    """Leave it out until it is finished, though an export days after its receipt should have had it."""
    first = bisect_right(dossier.exports, dossier.ended[0].at)
    fits = 0 < first < len(dossier.exports) and dossier.exports[first - 1] > dossier.received + 3 * DAY
    return Edit(dossier.steps, first_export=first) if fits and dossier.finished.date() > dossier.received.date() else None


KINDS = (
    Kind("due_moved_after_due", True, _due_moved),
    Kind("due_moved_after_due", False, _due_extended, "extension"),
    Kind("end_equals_due", True, _end_set_to_due),
    Kind("end_equals_due", False, _due_today),
    Kind("end_moved_back", True, _end_moved_back),
    Kind("end_moved_back", False, _end_moved_on),
    Kind("reopened", True, _reopened),
    Kind("reopened", False, _reopened_for_papers, "supplement"),
    Kind("status_excused", True, _excused),
    Kind("status_excused", False, _paused_in_time),
    Kind("long_pause", True, _paused_long),
    Kind("long_pause", False, _paused_in_time),
    Kind("gone_while_overdue", True, _gone_overdue),
    Kind("gone_while_overdue", False, _gone_in_time),
    Kind("first_seen_finished", True, _first_seen_finished),
)

BURST_UNIT, CROWD_UNIT, CROWD_LOOK_ALIKE = "H99.12.21", "H99.12.22", "H99.12.28"
BURST_DAY, BURST_FROM = date(2020, 10, 14), datetime(2020, 8, 20)
LEAST_BURST, CROWD, LOOK_ALIKE_CROWD = 10, 6, 4


class Edits:
    """Plants the kinds into dossiers as they come, and keeps the truth of them."""

    def __init__(self, count: int) -> None:
        self.kinds = cycle(KINDS)
        self.waiting: deque[Kind] = deque()
        self.seen = 0
        self.truth: list[tuple[str, str, bool, str, bool]] = []
        # As many as stand out in a demo of this size, and no unit has them all.
        self.burst_size = max(LEAST_BURST + 2, count // 2500)
        self.burst: list[str] = []
        self.crowds: dict[str, list[Dossier]] = {CROWD_UNIT: [], CROWD_LOOK_ALIKE: []}

    def edit(self, dossier: Dossier) -> Edit | None:
        """Edit a dossier in place where it is time for a kind that fits it."""
        self._crowd(dossier)
        if not is_plain(dossier):
            return None
        plain = Plain(dossier)
        found = self._burst(dossier, plain) or self._next(dossier, plain)
        if found is not None:
            dossier.steps = found.steps
        return found

    def rows(self) -> list[tuple[str, str, bool, str, bool]]:
        """The truth: signal, code, whether it should find it, the reason that the export carries, whether that changes the rate."""
        planted = [("late_burst", code, len(self.burst) >= LEAST_BURST, "", False) for code in self.burst]
        for unit, crowd in self.crowds.items():
            planted += [
                ("same_minute_online", dossier.code, unit == CROWD_UNIT and len(crowd) == CROWD, "", False) for dossier in crowd
            ]
        return sorted(self.truth + planted)

    def _next(self, dossier: Dossier, plain: Plain) -> Edit | None:
        self.seen += 1
        if self.seen % EVERY == 0:
            self.waiting.append(next(self.kinds))
        for kind in self.waiting:
            if found := kind.edit(plain):
                self.waiting.remove(kind)
                self.truth.append((kind.signal, dossier.code, kind.is_signal, kind.lawful, changes_rate(found.steps)))
                return found
        return None

    def _burst(self, dossier: Dossier, plain: Plain) -> Edit | None:
        """Let dossiers of one unit end in the last hour before a reporting month does."""
        within = BURST_FROM < plain.received < datetime(BURST_DAY.year, BURST_DAY.month, BURST_DAY.day) - 2 * DAY
        if plain.open[-1].unit != BURST_UNIT or not within or len(self.burst) >= self.burst_size:
            return None
        at = at_minute(BURST_DAY, 445 + len(self.burst) % 30, 0)
        self.burst.append(dossier.code)
        return Edit([*plain.open, *(step._replace(at=at + n * HOUR / 60, finished=at) for n, step in enumerate(plain.ended))])

    def _crowd(self, dossier: Dossier) -> None:
        """Let online dossiers of a unit come in one minute; a few of another unit too."""
        unit = dossier.steps[0].unit
        crowd = self.crowds.get(unit)
        if crowd is None or dossier.channel != "online" or len(crowd) >= (CROWD if unit == CROWD_UNIT else LOOK_ALIKE_CROWD):
            return
        dossier.submitted = crowd[0].submitted if crowd else dossier.submitted
        crowd.append(dossier)
