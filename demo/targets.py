"""The plan's fifteen targets judged for the calendar and the official year, on what the books have counted."""

from collections.abc import Iterator
from typing import NamedTuple

from demo.calendar import periods
from demo.district import UNITS
from demo.register_books import scopes_of_units

YEAR = 2020
HEADER = "target_id,unit_code,calendar,period_start,period_end,numerator,denominator,state"
# Of several parts the one that decides is the first of these, then the weakest.
STATES = ("not_met", "missing_denominator", "missing_data", "no_evidence", "met", "no_activity")


class Part(NamedTuple):
    """A figure that must reach the bar, in a scope if not in that of its target."""

    indicator: str
    rule: str
    basis: str
    scope: str = ""


class Target(NamedTuple):
    """A target: its bar in per cent, and whether it must be passed or may be just reached."""

    id: str
    bar: int
    is_above: bool
    calendar: str
    scope: str
    parts: tuple[Part, ...]


def _share(*indicators: str) -> tuple[Part, ...]:
    return tuple(Part(indicator, "NONE", "units_in_force") for indicator in indicators)


def _catalogue(*indicators: str) -> tuple[Part, ...]:
    return tuple(Part(indicator, "NONE", "in_competence") for indicator in indicators)


def _survey(*fields: str) -> tuple[Part, ...]:
    return tuple(Part(f"satisfaction_{field}", "NONE", "answered") for field in fields)


ONLINE = Part("online_resolved", "II06_DATE", "resolved")
TARGETS = (
    Target("2020-01", 100, False, "calendar", "departments_and_communes", _share("plan_issued", "plan_completed")),
    Target("2020-02", 100, False, "calendar", "departments_and_communes", _share("head_in_charge")),
    Target("2020-03", 30, False, "calendar", "agencies", _share("inspected")),
    Target("2020-04", 100, False, "calendar", "agencies", _share("initiative")),
    Target("2020-05", 100, False, "calendar", "departments_and_communes", _share("par_index")),
    Target("2020-06", 95, False, "official", "subtree", (Part("on_time", "II06_DATE", "resolved"),)),
    Target("2020-07", 100, False, "official", "subtree", (Part("via_system", "NONE", "received_anyhow"),)),
    Target("2020-08", 100, False, "calendar", "administrative_agencies", _share("job_positions")),
    Target("2020-09", 30, False, "calendar", "subtree", _catalogue("procedures_level4")),
    Target(
        "2020-10",
        30,
        False,
        "official",
        "subtree",
        (ONLINE._replace(scope="district_level"), ONLINE._replace(scope="commune_level"), ONLINE),
    ),
    Target("2020-11", 100, False, "calendar", "subtree", _catalogue("procedures_one_stop", "procedures_published")),
    Target("2020-12", 100, False, "official", "subtree", (Part("edoc_any", "NONE", "issued"),)),
    Target("2020-13", 100, False, "calendar", "agencies_units_communes", _share("dialogue")),
    Target("2020-14", 90, True, "calendar", "subtree", _survey("education", "health", "public_services")),
    Target("2020-15", 90, True, "calendar", "subtree", _survey("administration")),
)


class Years:
    """The figures of the plan's year, kept while all figures are written down."""

    def __init__(self) -> None:
        self.spans = {p.calendar: p for p in periods() if p.kind == "year" and p.end.year == YEAR}
        self.figures: dict[tuple, list] = {}

    def noting(self, rows: Iterator[list]) -> Iterator[list]:
        """Pass figures on, keeping those of the year."""
        for row in rows:
            *figure, unit, scope, calendar, kind, start, _ = row[:9]
            if kind == "year" and start == self.spans[calendar].start:
                self.figures[*figure, unit, scope, calendar] = row[9:]
            yield row

    def rows(self) -> Iterator[list]:
        """Each target of each unit that has units in its scope."""
        has = {(unit.code, name) for unit, names, _ in scopes_of_units() for name in names}
        for target in TARGETS:
            for unit in UNITS:
                parts = [part._replace(scope=part.scope or target.scope) for part in target.parts]
                judged = [self._judged(target, unit.code, part) for part in parts if (unit.code, part.scope) in has]
                if judged:
                    span = self.spans[target.calendar]
                    state, _, numerator, denominator = min(judged, key=_weight)
                    yield [target.id, unit.code, target.calendar, span.start, span.end, numerator, denominator, state]

    def _judged(self, target: Target, unit: str, part: Part) -> tuple[str, float, object, object]:
        """State, share, numerator and denominator of a part."""
        key = (part.indicator, part.rule, part.basis, unit, part.scope, target.calendar)
        numerator, denominator, _, status, unreported, no_evidence = self.figures.get(key, [0, 0, 0, "ok", 0, 0])
        if status == "ok" and not denominator:
            return "no_activity", 2.0, numerator, denominator
        if status in ("missing_data", "missing_denominator"):
            return status, 2.0, numerator, denominator

        def is_reached(count: int) -> bool:
            return count * 100 > target.bar * denominator if target.is_above else count * 100 >= target.bar * denominator

        if is_reached(numerator):
            state = "met"
        elif is_reached(numerator + no_evidence):
            state = "no_evidence"
        elif is_reached(numerator + no_evidence + unreported):
            state = "missing_data"
        else:
            state = "not_met"
        return state, numerator / denominator, numerator, denominator


def _weight(judged: tuple) -> tuple[int, float]:
    return STATES.index(judged[0]), judged[1]
