"""The plan's targets in plain Python: figures by loops over what was drawn, and states by the definitions alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from tests.spec import register_oracle as registers
from tests.spec.register_oracle import Entry, day
from transforms.plans import Part, Plan, Target

YEARS = {"official": (date(2019, 12, 15), date(2020, 12, 14)), "calendar": (date(2020, 1, 1), date(2020, 12, 31))}
STATES = ("not_met", "missing_denominator", "missing_data", "no_evidence", "not_yet_due", "met", "no_activity")


class Told(NamedTuple):
    """A figure: what meets it, what would if it were proven, or were told, and of how many; ``missing`` says why there is none."""

    done: int = 0
    of: int = 0
    unproven: int = 0
    untold: int = 0
    missing: str = ""


@dataclass(frozen=True)
class District:
    """What was drawn: units with their register's columns, and what registers, catalogue and system say as of a day."""

    units: list[dict[str, str]]
    entries: dict[str, list[Entry]]
    procedures: list[dict[str, str]]
    as_of: date

    def of(self, kind: str, code: str) -> list[Entry]:
        return [entry for entry in self.entries[kind] if entry["unit_code"] == code]

    def members(self, code: str, scope: str, plan: Plan) -> list[dict[str, str]]:
        """The units of a scope: those below the unit, itself among them, that are of its kinds or level."""
        below = [u for u in self.units if code in (u["unit_code"], u["parent_code"])]
        if scope in plan.scopes:
            return [u for u in below if u["unit_kind"] in plan.scopes[scope].kinds]
        if scope.endswith("_level"):
            is_mixed = len({u["unit_level"] for u in below}) > 1
            return [u for u in below if is_mixed and u["unit_level"] == scope.removesuffix("_level")]
        assert scope == "subtree"
        return below


def life(unit: dict[str, str]) -> tuple[date, date]:
    return date.fromisoformat(unit["valid_from"]), date.fromisoformat(unit["valid_to"] or "9999-12-31")


def in_force(unit: dict[str, str], on: date) -> bool:
    first, last = life(unit)
    return first <= on <= last


def summed(figures: Iterable[Told]) -> Told:
    found = list(figures)
    missing = next((f.missing for f in found if f.missing), "")
    return Told(*(sum(f[n] for f in found) for n in range(4)), missing)


def share_of_units(district: District, indicator: str, units: list[dict[str, str]], first: date, last: date) -> Iterator[Told]:
    for unit in units:
        if in_force(unit, last):
            told = district.of(registers.KIND_OF[indicator], unit["unit_code"])
            done, of, status = registers.unit_figure(indicator, told, first, last)
            if status == "missing_data":
                yield Told(0, 1, untold=1)
            else:
                yield Told(done, of, unproven=int(status == "no_evidence"))


def share_of_procedures(district: District, part: Part, units: list[dict[str, str]], last: date) -> Told:
    levels = {u["unit_level"] for u in units if u["unit_kind"] == u["unit_level"] and in_force(u, last)}
    column = {"procedures_one_stop": "is_at_one_stop", "procedures_published": "is_published"}.get(part.indicator, "service_level")
    asked = [p for p in district.procedures if p["competent_level"] in levels and in_force(p, last)]
    if part.basis == "without_exceptions":
        asked = [p for p in asked if p["is_excepted"] != "true"]
    said = [p[column] for p in asked]
    return Told(sum(word in ("true", "4", "full") for word in said), len(said), untold=said.count(""))


def total_of(district: District, indicator: str, code: str, unit: dict[str, str], first: date, last: date) -> Told | None:
    """The total that a unit reports of a whole period, or of that part of it in which it was in force."""
    begun, ended = life(unit)
    for total in district.of("total", code):
        span = (max(day(total["from_at"]), begun), min(day(total["to_at"]), ended))
        whole = (max(first, begun), min(last, ended))
        if total["indicator"] == indicator and registers.has_evidence(total) and span == whole and span[1] <= district.as_of:
            return Told(total["numerator"], total["denominator"])
    return None


def satisfied(district: District, indicator: str, unit: dict[str, str], first: date, last: date) -> Told:
    if indicator == "satisfaction_public_services":
        return summed(satisfied(district, f"satisfaction_{field}", unit, first, last) for field in ("education", "health"))
    code = unit["unit_code"]
    done, of, _ = registers.satisfied(indicator, district.of("survey_answer", code), first, min(last, district.as_of))
    return Told(done, of) if of else total_of(district, indicator, code, unit, first, last) or Told()


def in_system(district: District, unit: dict[str, str], first: date, last: date) -> Told:
    code, until = unit["unit_code"], min(last, district.as_of)
    received = sum(
        d["receiving_unit_code"] == code and first <= day(d["received_at"]) <= until for d in district.entries["dossier"]
    )
    book, known = district.of("paper_dossier", code), {d["dossier_code"] for d in district.entries["dossier"]}
    if book:
        outside = sum(first <= day(b["received_at"]) <= until and b["dossier_code"] not in known for b in book)
    else:
        outside = registers.outside_count(district.of("outside_dossier", code), first, last, district.as_of, life(unit))
    if outside is not None and received + outside:
        return Told(received, received + outside)
    total = total_of(district, "via_system", code, unit, first, last)
    return total or Told(received, missing="missing_denominator" if received and outside is None else "")


def resolved(district: District, indicator: str, code: str, first: date, last: date) -> Told:
    left = [d for d in district.entries["dossier"] if d["resolving_unit_code"] == code and d["finished_at"]]
    left = [d for d in left if first <= day(d["finished_at"]) <= min(last, district.as_of)]
    if indicator == "on_time":
        return Told(sum(d["due_at"] is None or day(d["finished_at"]) <= day(d["due_at"]) for d in left), len(left))
    return Told(sum(d["channel"] == "online" for d in left), len(left))


def figure(district: District, part: Part, units: list[dict[str, str]], first: date, last: date) -> Told:
    """A part's figure for some units together."""
    name, today = part.indicator, min(last, district.as_of)
    if name in registers.KIND_OF:
        found = summed(share_of_units(district, name, units, first, today))
    elif name.startswith("procedures_"):
        found = share_of_procedures(district, part, units, today)
    elif name.startswith("satisfaction_"):
        found = summed(satisfied(district, name, unit, first, last) for unit in units)
    elif name == "via_system":
        found = summed(in_system(district, unit, first, last) for unit in units)
    elif name in ("on_time", "online_resolved"):
        found = summed(resolved(district, name, unit["unit_code"], first, last) for unit in units)
    else:
        # Nobody hands in documents here.
        found = Told(missing="missing_data")
    if not found.missing and found.of and found.untold == found.of:
        return found._replace(missing="missing_data")
    return found


def state_of(told: Told, operator: str, bar: int, *, is_early: bool) -> str:
    """What holds whatever turns out of what is not told; where it depends, what would decide."""

    def reached(count: int) -> bool:
        share = Fraction(100 * count, told.of)
        return share > bar if operator == ">" else share >= bar

    if not told.missing and not told.of:
        return "no_activity"
    if not told.missing and all(reached(told.done + more) for more in range(told.unproven + told.untold + 1)):
        return "met"
    if is_early:
        return "not_yet_due"
    if told.missing:
        return told.missing
    if reached(told.done + told.unproven):
        return "no_evidence"
    return "missing_data" if reached(told.done + told.unproven + told.untold) else "not_met"


def judged(district: District, plan: Plan, target: Target, code: str) -> tuple[int | None, int | None, str] | None:
    """Numerator, denominator and state of a target for a unit; None where its scope has no units there."""
    first, last = YEARS[target.calendar or plan.calendar]
    on = min(last, district.as_of)
    reached = [milestone for milestone in target.milestones if milestone.from_date <= on]
    is_early, bar = bool(target.milestones) and not reached, reached[-1].bar if reached else target.bar
    found = []
    for number, part in enumerate(target.parts):
        units = district.members(code, part.scope or target.scope, plan)
        if units and part.is_judged:
            told = figure(district, part, units, first, last)
            state = state_of(told, target.operator, bar, is_early=is_early)
            shown: tuple[Any, Any] = (told.done, told.of)
            if told.missing:
                shown = (told.done if told.missing == "missing_denominator" else None, None)
            share = shown[0] / shown[1] if shown[1] else 2
            found.append((STATES.index(state), share, number, (*shown, state)))
    return min(found)[-1] if found else None
