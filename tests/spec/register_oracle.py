"""The indicators that come from registers in plain Python: loops over entries, written from the definitions alone."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

DAY = timedelta(days=1)
Entry = dict[str, Any]
Figure = tuple[int | None, int | None, str]
KIND_OF = {
    "plan_issued": "unit_plan",
    "plan_completed": "assigned_task",
    "head_in_charge": "head_in_charge",
    "inspected": "inspection",
    "initiative": "initiative",
    "par_index": "par_index",
    "job_positions": "job_position",
    "dialogue": "dialogue",
}


def day(moment: datetime | date | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment


def has_evidence(entry: Entry) -> bool:
    return entry.get("evidence_number") is not None and entry.get("evidence_at") is not None


def speaks_of(indicator: str, entry: Entry, first: date, last: date) -> bool:
    """Whether an entry speaks of the days from ``first`` to ``last``, by the validity of its indicator."""
    match indicator:
        case "plan_issued" | "initiative" | "par_index":
            return first.year <= entry["year"] <= last.year
        case "head_in_charge" | "job_positions":
            return day(entry["from_at"]) <= last and (entry["to_at"] is None or day(entry["to_at"]) >= first)
        case _:
            moment = {"inspected": "inspected_at", "dialogue": "held_at", "plan_completed": "due_at"}[indicator]
            return first <= day(entry[moment]) <= last


def says_done(indicator: str, entry: Entry, last: date) -> bool:
    """Whether an entry says that by ``last`` the thing is done, whatever proves it."""
    match indicator:
        case "plan_issued":
            # Without its date nothing says that it came too late; it lacks its evidence all the same.
            return entry["evidence_at"] is None or day(entry["evidence_at"]) <= last
        case "plan_completed":
            return entry["done_at"] is not None and day(entry["done_at"]) <= last
        case "par_index":
            sent, until = day(entry["submitted_at"]), day(entry["deadline_at"])
            is_in_time = sent is not None and (until is None or sent <= until)
            return entry["is_self_scored"] == "yes" and is_in_time and entry["rating"] in ("excellent", "good", "fair")
        case _:
            said = {"initiative": "is_recognised", "job_positions": "is_matching", "dialogue": "is_about_procedures"}.get(indicator)
            return said is None or entry[said] == "yes"


def unit_figure(indicator: str, entries: Iterable[Entry], first: date, last: date) -> Figure:
    """What holds of one unit, given the entries about it."""
    told = [e for e in entries if speaks_of(indicator, e, first, last)]
    done = [e for e in told if says_done(indicator, e, last)]
    proven = [e for e in done if has_evidence(e)]
    if not told:
        return {"plan_completed": (0, 0, "no_activity"), "inspected": (0, 1, "ok")}.get(indicator, (None, None, "missing_data"))
    if indicator == "plan_completed":
        is_done, is_proven = done == told, proven == told
    else:
        is_done, is_proven = bool(done), bool(proven)
    return (1, 1, "ok") if is_proven else (0, 1, "no_evidence" if is_done else "ok")


def shared_figure(figures: list[Figure]) -> Figure:
    """What holds of several units together."""
    done = sum(numerator or 0 for numerator, *_ in figures)
    asked = [f for f in figures if f[2] != "no_activity"]
    for status in ("missing_data", "no_evidence"):
        if asked and all(f[2] == status for f in asked):
            return (None, None, status) if status == "missing_data" else (0, len(asked), status)
    return (done, len(asked), "ok" if asked else "no_activity")


def satisfied(indicator: str, forms: Iterable[Entry], first: date, last: date) -> tuple[int, int, int]:
    """(satisfied, answered, left out) among the forms filled in from ``first`` to ``last``."""
    about = {"satisfaction_public_services": ("education", "health")}.get(indicator, (indicator.removeprefix("satisfaction_"),))
    asked = [f for f in forms if f["survey_field"] in about and first <= day(f["answered_at"]) <= last]
    counted = [
        f for f in asked if f["answer"] and (f["respondent_kind"] == "citizen" or indicator == "satisfaction_administration")
    ]
    return sum(f["answer"] in ("satisfied", "very_satisfied") for f in counted), len(counted), len(asked) - len(counted)


def outside_count(
    spans: list[Entry], first: date, last: date, as_of: date, life: tuple[date, date] = (date.min, date.max)
) -> int | None:
    """How many dossiers the spans say for the days from ``first`` to ``last``; None where they do not make them up.

    A unit speaks of the days of its ``life`` only.
    """
    first, last = max(first, life[0]), min(last, life[1])
    inside = [
        (max(day(s["from_at"]), life[0]), min(day(s["to_at"]), life[1]), s["outside_count"]) for s in spans if has_evidence(s)
    ]
    inside = [s for s in inside if first <= s[0] and s[1] <= min(last, as_of)]
    inside = [s for s in inside if s[:2] == (first, last)] or inside
    days = [start + DAY * n for start, end, _ in inside for n in range((end - start).days + 1)]
    reached = max(days, default=None)
    if reached is None or sorted(days) != [first + DAY * n for n in range((reached - first).days + 1)]:
        return None
    return sum(count for *_, count in inside) if reached == last or last > as_of else None
