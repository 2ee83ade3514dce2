"""Which figures a public page may show: small counts are withheld, and with them what would give them away by subtraction."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

Sum = Mapping[Hashable, int]
"""A count as a sum of counts that nobody publishes: how often each goes into it."""

_NOTHING = 1e-7


class Cell(NamedTuple):
    """A figure that is to be published: its counts, and each of them as a sum of finer ones."""

    numerator: int
    denominator: int
    met: Sum
    all: Sum


def withheld(cells: Sequence[Cell], smallest: int, known: Sequence[Sum] = ()) -> set[int]:
    """The places of the ``cells`` that must not be published.

    These are the cells of which what meets the condition, what does not, or both together counts fewer than ``smallest`` and more
    than none, and as many others as it takes until no such count is a sum or difference of published ones. ``known`` are sums that
    everybody knows to be zero, as that of the months less their year. A cell of zero dossiers gives nobody away and stays.
    """
    return set().union(*(_withheld_among(places, cells, smallest, sums) for places, sums in _apart(cells, known)))


def _withheld_among(places: Sequence[int], cells: Sequence[Cell], smallest: int, known: Sequence[Sum]) -> set[int]:
    counted = [(place, kind, count) for place in places for kind, count in _counts(cells[place]).items()]
    secrets = [(place, kind) for place, kind, count in counted if 0 < count < smallest]
    hidden = {place for place, _ in secrets}
    if not hidden:
        return hidden
    columns = _columns([each for place in places for each in (cells[place].met, cells[place].all)] + list(known))
    sought = np.array([_row(_sum_of(cells[place], kind), columns) for place, kind in secrets])
    given = np.array([_row(each, columns) for each in known]).reshape(len(known), len(columns))
    while True:
        shown = [place for place in places if place not in hidden]
        published = np.array([_row(each, columns) for place in shown for each in (cells[place].met, cells[place].all)])
        equations = np.vstack([published.reshape(-1, len(columns)), given])
        parts = np.linalg.lstsq(equations.T, sought.T, rcond=None)[0]
        is_found = np.abs(equations.T @ parts - sought.T).max(axis=0, initial=0) < _NOTHING
        if not is_found.any():
            return hidden
        counts_some = np.repeat([cells[place].denominator > 0 for place in shown], 2)
        for found in np.flatnonzero(is_found):
            # Where there are several ways to a count, the shortest weighs most; what others need is tried again.
            weights = np.abs(parts[: 2 * len(shown), found]) * counts_some
            used = {shown[row // 2] for row in np.flatnonzero(weights >= weights.max() / 2)}
            if used.isdisjoint(hidden):
                hidden.add(_to_hide(cells, used, secrets[found][1], smallest))


def _apart(cells: Sequence[Cell], known: Sequence[Sum]) -> list[tuple[list[int], list[Sum]]]:
    """The cells, and what is known of them, in groups that share no finer count."""
    sums = [(place, {**cell.met, **cell.all}) for place, cell in enumerate(cells)] + [(None, each) for each in known]
    groups: list[tuple[list[int], list[Sum], set[Hashable]]] = []
    for place, parts in sums:
        touched = [group for group in groups if not group[2].isdisjoint(parts)]
        groups = [group for group in groups if group[2].isdisjoint(parts)]
        groups.append(
            (
                [at for group in touched for at in group[0]] + ([] if place is None else [place]),
                [each for group in touched for each in group[1]] + ([parts] if place is None else []),
                set(parts).union(*(group[2] for group in touched)),
            )
        )
    return [(sorted(places), of) for places, of, _ in groups]


def _to_hide(cells: Sequence[Cell], used: Iterable[int], kind: str, smallest: int) -> int:
    """Of the cells that give a count away, the one that is missed least: few dossiers, but enough to hide a small count among."""

    def place(at: int) -> tuple:
        return _counts(cells[at])[kind] < smallest, cells[at].denominator, at

    return min(used, key=place)


def _counts(cell: Cell) -> dict[str, int]:
    return {"met": cell.numerator, "missed": cell.denominator - cell.numerator, "all": cell.denominator}


def _sum_of(cell: Cell, kind: str) -> Sum:
    if kind == "missed":
        return {part: cell.all.get(part, 0) - cell.met.get(part, 0) for part in {**cell.all, **cell.met}}
    return cell.met if kind == "met" else cell.all


def _columns(sums: Iterable[Sum]) -> dict[Hashable, int]:
    return {part: at for at, part in enumerate(dict.fromkeys(part for each in sums for part in each))}


def _row(counted: Sum, columns: Mapping[Hashable, int]) -> np.ndarray:
    row = np.zeros(len(columns))
    for part, times in counted.items():
        row[columns[part]] = times
    return row
