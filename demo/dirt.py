"""What is wrong with exports, as opposed to dossiers: bad cells, double and missing rows."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from random import Random
from typing import NamedTuple

from demo.life import Step


class Showing(NamedTuple):
    """A dossier's row in one export: which export, in which state, and what is wrong with the row."""

    export: int
    step: Step
    flaw: str = ""


# Rows that a careful reader must refuse; once or always.
TRANSIENT = ("unknown_status", "unknown_channel", "unreadable_date", "short_row")
PERMANENT = ("unknown_unit", "twin_code")
QUARANTINED = {*TRANSIENT, *PERMANENT}


@dataclass(frozen=True)
class Trap:
    """One kind of dirt: what it does, which sources have it, and how many rows a dossier needs for it."""

    name: str
    apply: Callable[[Random, list[Showing], str], list[Showing]]
    sources: tuple[str, ...] = ("igate", "tandan")
    rows: int = 1


def _once(rng: Random, showings: list[Showing], name: str) -> list[Showing]:
    """Spoil one row that is not the last."""
    spoilt = rng.randrange(len(showings) - 1)
    return [row._replace(flaw=name) if place == spoilt else row for place, row in enumerate(showings)]


def _always(_rng: Random, showings: list[Showing], name: str) -> list[Showing]:
    return [row._replace(flaw=name) for row in showings]


def _gone(rng: Random, showings: list[Showing], _name: str) -> list[Showing]:
    return showings[: rng.randrange(1, len(showings))]


def _away(rng: Random, showings: list[Showing], _name: str) -> list[Showing]:
    """Leave out one or two rows in the middle."""
    first = rng.randrange(1, len(showings) - 2)
    return showings[:first] + showings[first + rng.randrange(1, 3) :]


TRAPS = (
    *(Trap(name, _once, rows=2) for name in (*TRANSIENT, "duplicate_row")),
    *(Trap(name, _always) for name in PERMANENT),
    Trap("gone", _gone, ("igate",), rows=2),
    Trap("away_for_a_while", _away, ("igate",), rows=4),
)
# A trap is set once in so many dossiers, one kind after another, so that even a small demo has one of each.
EVERY = 60


def repeat_refused(showings: list[Showing]) -> list[Showing]:
    """In deltas, send a row again that was refused once, unless the next delta has the dossier anyway."""
    at = next((place for place, row in enumerate(showings) if row.flaw in TRANSIENT), None)
    if at is None or showings[at + 1].export == showings[at].export + 1:
        return showings
    again = Showing(showings[at].export + 1, showings[at].step)
    return [*showings[: at + 1], again, *showings[at + 1 :]]


class Dirt:
    """Sets the traps into a source's rows, at most one into each dossier."""

    def __init__(self, rng: Random, planted: Counter[str], source: str) -> None:
        self.rng = rng
        self.planted = planted
        self.source = source
        self.kinds = cycle([trap for trap in TRAPS if source in trap.sources])
        self.seen = 0
        # Traps that wait for a dossier with enough rows.
        self.waiting: deque[Trap] = deque()

    def soil(self, showings: list[Showing]) -> list[Showing]:
        """A dossier's rows, with a trap in them where it is time for one."""
        self.seen += 1
        if self.seen % EVERY == 0:
            self.waiting.append(next(self.kinds))
        if not self.waiting or len(showings) < self.waiting[0].rows:
            return showings
        trap = self.waiting.popleft()
        self.planted[f"{trap.name}_{self.source}"] += 1
        return trap.apply(self.rng, showings, trap.name)
