"""The books on what the registers and the catalogue say, counted from what was decided."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from demo.calendar import AS_OF, Period, periods
from demo.catalogue import CATALOGUE, Line
from demo.district import LAND_BRANCH, MERGED, ROOT, UNIT, UNITS, Unit

# The shares of units, each with what holds of a unit of which nothing is said.
UNIT_SHARES = {
    "plan_issued": "unreported",
    "plan_completed": "not_asked",
    "head_in_charge": "unreported",
    "inspected": "not_done",
    "initiative": "unreported",
    "par_index": "unreported",
    "job_positions": "unreported",
    "dialogue": "unreported",
}
# Indicator, basis, whether the exceptions are left out, and what the catalogue must say; empty where it does not say.
CATALOGUE_SHARES: tuple[tuple[str, str, bool, Callable[[Line], str]], ...] = (
    ("procedures_level4", "in_competence", False, lambda line: line.level and str(line.level == "4").lower()),
    ("procedures_one_stop", "in_competence", False, lambda line: line.is_at_counter),
    ("procedures_one_stop", "without_exceptions", True, lambda line: line.is_at_counter),
    ("procedures_published", "in_competence", False, lambda line: line.is_published),
    ("procedures_published", "without_exceptions", True, lambda line: line.is_published),
)
SURVEYS = {
    "satisfaction_education": ("education",),
    "satisfaction_health": ("health",),
    "satisfaction_public_services": ("education", "health"),
    "satisfaction_administration": ("administration",),
}
# The units that the plan's targets speak of, by kind, where it has scopes of its own.
PLAN_SCOPES = {
    "departments_and_communes": {"department", "commune"},
    "agencies": {"department", "commune"},
    "administrative_agencies": {"department"},
    "agencies_units_communes": {"department", "public_service_unit", "commune"},
}


@dataclass(frozen=True)
class Entry:
    """What a register says of a unit: the days it speaks of, whether the thing is done and from when, whether that is proven."""

    first: date
    last: date
    is_done: bool = True
    done_on: date | None = None
    is_proven: bool = True


@dataclass(frozen=True)
class Span:
    """A total of a span of days."""

    first: date
    last: date
    numerator: int
    denominator: int


@dataclass(frozen=True)
class Answer:
    """A survey form: whether it counts, and whether who answered it is satisfied."""

    field: str
    unit: str
    day: date
    is_counted: bool
    is_satisfied: bool


class Figure(NamedTuple):
    """A figure of one unit or of several; `untold` are units of which the whole is not known."""

    numerator: int = 0
    denominator: int = 0
    excluded: int = 0
    unreported: int = 0
    no_evidence: int = 0
    untold: int = 0

    def row(self) -> list[object] | None:
        """Its columns with its status; nothing where there is nothing to tell."""
        shown: tuple[object, object] = (self.numerator, self.denominator)
        if self.untold:
            shown, status = (self.numerator, ""), "missing_denominator"
        elif not (self.numerator or self.denominator or self.excluded):
            return None
        elif self.denominator and self.unreported == self.denominator:
            shown, status = ("", ""), "missing_data"
        elif self.denominator and self.no_evidence == self.denominator:
            status = "no_evidence"
        else:
            status = "ok"
        return [*shown, self.excluded, status, self.unreported, self.no_evidence]


def together(figures: list[Figure]) -> Figure:
    """The sum of several units' figures."""
    return Figure(*map(sum, zip(*figures, strict=True))) if figures else Figure()


class RegisterBooks:
    """All that the registers say."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        self.outside: dict[str, list[Span]] = defaultdict(list)
        self.on_paper: dict[str, list[date]] = defaultdict(list)
        self.totals: dict[tuple[str, str], list[Span]] = defaultdict(list)
        self.answers: dict[tuple[str, str], list[Answer]] = defaultdict(list)

    def enter_answer(self, answer: Answer) -> None:
        """Count a survey form."""
        self.answers[answer.field, answer.unit].append(answer)

    def rows(self, received: Callable[[str, date, date], int]) -> Iterator[list]:
        """Every figure; `received` says how many dossiers of a unit the system has between two days."""
        # Registers and catalogue speak of days before the exports too.
        for indicator in UNIT_SHARES:
            spans = [p for p in periods(cut_off=True) if p.calendar == "calendar" and p.kind in ("year", "ytd")]
            yield from _summed((indicator, "NONE", "units_in_force"), self._unit_share(indicator), spans, scopes_of_units())
        for indicator, basis, leaves_out, says in CATALOGUE_SHARES:
            yield from self._catalogue_rows((indicator, "NONE", basis), leaves_out, says)
        for indicator in SURVEYS:
            yield from _summed((indicator, "NONE", "answered"), self._survey(indicator), periods(cut_off=True), scopes())

        def via_system(unit: Unit, period: Period) -> Figure:
            return self._via_system(unit, period, received(unit.code, period.start, period.end))

        yield from _summed(("via_system", "NONE", "received_anyhow"), via_system, periods(), scopes())

    def _unit_share(self, indicator: str) -> Callable[[Unit, Period], Figure]:
        """Whether a unit in force at the end of a period, or today, did by then what is asked of it."""

        def share(unit: Unit, period: Period) -> Figure:
            today = min(period.end, AS_OF)
            if not unit.in_force(today):
                return Figure()
            told = [e for e in self.entries[indicator, unit.code] if e.first <= today and e.last >= period.start]
            if not told:
                silence = UNIT_SHARES[indicator]
                return Figure(denominator=int(silence != "not_asked"), unreported=int(silence == "unreported"))
            done = [entry for entry in told if entry.is_done and (entry.done_on is None or entry.done_on <= today)]
            proven = [entry for entry in done if entry.is_proven]
            # Of tasks all must be done; of anything else one entry is enough.
            enough = len(told) if indicator == "plan_completed" else 1
            is_proven = len(proven) >= enough
            return Figure(int(is_proven), 1, no_evidence=int(len(done) >= enough and not is_proven))

        return share

    def _catalogue_rows(self, figure: tuple[str, str, str], leaves_out: bool, says: Callable[[Line], str]) -> Iterator[list]:
        """Procedures are counted once in a scope, those of each level that has a body in it."""
        for unit, names, members in scopes_of_units():
            for period in periods(cut_off=True):
                today = min(period.end, AS_OF)
                bodies = {
                    UNIT[code].level for code in members if UNIT[code].kind == UNIT[code].level and UNIT[code].in_force(today)
                }
                lines = [line for line in CATALOGUE if line.procedure.level in bodies and line.holds(today)]
                counted = [line for line in lines if not (leaves_out and line.ground)]
                said = [says(line) for line in counted]
                found = Figure(said.count("true"), len(counted), len(lines) - len(counted), unreported=said.count(""))
                yield from _rows(figure, unit, names, period, found)

    def _survey(self, indicator: str) -> Callable[[Unit, Period], Figure]:
        """The answers about a unit, or the total that it gives in their place."""

        def survey(unit: Unit, period: Period) -> Figure:
            found = Figure()
            for field in SURVEYS[indicator]:
                answers = [a for a in self.answers[field, unit.code] if period.start <= a.day <= min(period.end, AS_OF)]
                counted = [answer for answer in answers if answer.is_counted]
                total = self._total(f"satisfaction_{field}", unit, period)
                if counted or total is None:
                    satisfied = sum(answer.is_satisfied for answer in counted)
                    total = Figure(satisfied, len(counted))
                found = together([found, total, Figure(excluded=len(answers) - len(counted))])
            return found

        return survey

    def _via_system(self, unit: Unit, period: Period, in_system: int) -> Figure:
        """What a unit received in the system, of that and of what it received outside."""
        outside = self._outside(unit, period)
        if outside is not None and in_system + outside:
            return Figure(in_system, in_system + outside)
        total = self._total("via_system", unit, period)
        return total or Figure(in_system, untold=int(bool(in_system) and outside is None))

    def _outside(self, unit: Unit, period: Period) -> int | None:
        if unit.code in self.on_paper:
            return sum(period.start <= day <= min(period.end, AS_OF) for day in self.on_paper[unit.code])
        if unit.code not in self.outside:
            return None
        start, end = max(period.start, unit.valid_from), min(period.end, unit.valid_to or period.end)
        # A unit handled nothing on days on which it did not exist.
        return 0 if start > end else _made_up(self.outside[unit.code], start, end)

    def _total(self, indicator: str, unit: Unit, period: Period) -> Figure | None:
        found = [span for span in self.totals[indicator, unit.code] if (span.first, span.last) == (period.start, period.end)]
        return Figure(found[0].numerator, found[0].denominator) if found else None


def _made_up(spans: list[Span], start: date, end: date) -> int | None:
    """How many the spans say that make up the days from the one to the other; None where they do not."""
    inside = [span for span in spans if start <= span.first and span.last <= end]
    days = sum((span.last - span.first).days + 1 for span in inside)
    # The spans of one unit do not overlap.
    return sum(span.denominator for span in inside) if days == (end - start + timedelta(1)).days else None


Scope = tuple[Unit, tuple[str, ...], list[str]]


def _summed(
    figure: tuple[str, str, str], of_unit: Callable[[Unit, Period], Figure], spans: list[Period], scoped: list[Scope]
) -> Iterator[list]:
    """A figure of every unit and scope, from those of the units by themselves."""
    own = {(unit.code, period): of_unit(unit, period) for unit in UNITS for period in spans}
    for unit, names, members in scoped:
        for period in spans:
            yield from _rows(figure, unit, names, period, together([own[code, period] for code in members]))


def _rows(figure: tuple[str, str, str], unit: Unit, names: tuple[str, ...], period: Period, found: Figure) -> Iterator[list]:
    row = found.row()
    if row:
        for scope in names:
            yield [*figure, unit.code, scope, period.calendar, period.kind, period.start, period.end, *row]


def scopes() -> list[Scope]:
    """Each unit by itself, with all below it, that without the vertical agency, and on today's map with whom it replaced."""
    everybody = [unit.code for unit in UNITS]
    found = []
    for unit in UNITS:
        replaced = [old for old, new in MERGED.items() if new == unit.code]
        if unit is ROOT:
            found += [
                (unit, ("own",), [unit.code]),
                (unit, ("subtree", "todays_map"), everybody),
                (unit, ("plan_scope",), [code for code in everybody if code != LAND_BRANCH.code]),
                (unit, ("district_level",), [other.code for other in UNITS if other.kind != "commune"]),
                (unit, ("commune_level",), [other.code for other in UNITS if other.kind == "commune"]),
            ]
        elif unit is LAND_BRANCH:
            found.append((unit, ("own", "subtree", "todays_map"), [unit.code]))
        elif unit.code in MERGED:
            found.append((unit, ("own", "subtree", "plan_scope"), [unit.code]))
        elif replaced:
            found.append((unit, ("own", "subtree", "plan_scope"), [unit.code]))
            found.append((unit, ("todays_map",), [unit.code, *replaced]))
        else:
            found.append((unit, ("own", "subtree", "plan_scope", "todays_map"), [unit.code]))
    return found


def scopes_of_units() -> list[Scope]:
    """The scopes, and those of the plan's own, in which units and procedures are counted anew."""
    found = scopes()
    for unit in UNITS:
        below = UNITS if unit is ROOT else [unit]
        for name, kinds in PLAN_SCOPES.items():
            members = [other.code for other in below if other.kind in kinds]
            if members:
                found.append((unit, (name,), members))
    return found
