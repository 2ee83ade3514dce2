"""Units that follow one another: many to many, and never split by proportion.

A link says that what ``old_code`` was before the day went, whole or in part, to ``new_code`` from that day on. The two may
be the same code, since a new unit may keep the code of an old one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

SUCCESSION_COLUMNS = ("old_code", "new_code", "effective_date", "basis")
EXTENTS = ("whole", "part", "")
"""How much of the old unit a link takes; empty: all of it, unless other links share it."""

FOREVER = "9999-12-31"

Link = Mapping[str, str]


@dataclass(frozen=True)
class Ending:
    """What became of one unit on one day: ``is_complete`` where the links say so of all of it."""

    old: str
    day: str
    successors: frozenset[str]
    is_complete: bool

    @property
    def is_whole(self) -> bool:
        """Whether the unit went whole into one successor."""
        return self.is_complete and len(self.successors) == 1


def endings(links: Iterable[Link]) -> dict[tuple[str, str, str], Ending]:
    """What became of each unit, by its links: (old, new, day)."""
    together: dict[tuple[str, str, str], list[Link]] = {}
    for link in links:
        # What had no code before is not one unit: each of its links stands alone.
        alone = "" if link["old_code"] else link["new_code"]
        together.setdefault((link["old_code"], link["effective_date"], alone), []).append(link)
    found = {}
    for (old, day, _), group in together.items():
        is_remnant = len(group) == 1 and group[0]["extent"] == "part"
        ending = Ending(old, day, frozenset(link["new_code"] for link in group), bool(old) and not is_remnant)
        found |= {(old, new, day): ending for new in ending.successors}
    return found


def todays_maps(
    units: Iterable[Mapping[str, str]], subtrees: Mapping[str, Iterable[str]], known: Iterable[Ending], day: str
) -> dict[str, tuple[set[str], str | None]]:
    """For each unit in force on the day: the units whose figures make it up, and the day of the latest series break.

    A unit of before joins in where all of it went into units that belong to it. Where one was divided with others, came
    in part, or has no figures here, what was counted before that day speaks of another area.
    """
    dates = {u["unit_code"]: (u["valid_from"], u["valid_to"] or FOREVER) for u in units}
    touching: dict[str, set[Ending]] = {}
    for ending in known:
        if ending.day <= day:
            here = _named_here(ending, dates)
            for code in (here.old, *here.successors):
                touching.setdefault(code, set()).add(here)
    maps = {}
    for unit in (code for code, (begins, ends) in dates.items() if begins <= day <= ends):
        members: set[str] = set()
        waiting = list(subtrees[unit])
        while waiting:
            code = waiting.pop()
            if code in members:
                continue
            members.add(code)
            waiting += [
                below
                for ending in touching.get(code, ())
                if ending.is_complete and ending.successors <= members
                for below in subtrees.get(ending.old, ())
            ]
        breaks = [
            ending.day
            for code in members
            for ending in touching.get(code, ())
            if not (ending.is_complete and ending.old in members and ending.successors <= members)
        ]
        maps[unit] = (members, max(breaks, default=None))
    return maps


def _named_here(ending: Ending, dates: Mapping[str, tuple[str, str]]) -> Ending:
    """The same with a code left empty where the register gives it to another unit: a later one, or one that had ended."""
    old = ending.old if dates.get(ending.old, ("", ""))[0] < ending.day else ""
    successors = frozenset(new if dates.get(new, ("", FOREVER))[1] >= ending.day else "" for new in ending.successors)
    return replace(ending, old=old, successors=successors)
