"""What registers of documents and transmission logs come to, in plain Python: written from the cards, not from the models."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from math import sqrt
from statistics import NormalDist, median
from typing import Any, NamedTuple

Row = dict[str, Any]
Key = tuple[str, str, date]
ARRIVED = {"01", "03", "04", "05", "06"}


class Verdict(NamedTuple):
    """Whether a document is in the register, what leaves it out (nothing, where it counts), and how it went; None is not told."""

    is_registered: bool
    left_out: str | None
    is_electronic: bool
    is_only_signed: bool | None


def key(row: Row) -> Key:
    return row["issuing_unit_code"], row["document_code"], row["issued_at"].date()


def has_it(events: Iterable[Row]) -> bool:
    """Walk through the events of one document and recipient; at one moment, what takes it away comes last."""
    has, is_asked_back = False, False
    recalls = {"13", "15", "16"}
    steps = []
    for event in sorted(events, key=lambda e: (e["event_at"], e["event_code"])):
        code = event["event_code"]
        goes_back = code == "15" and is_asked_back
        if code in recalls:
            is_asked_back = code == "13"
        steps.append((event["event_at"], 1 if code == "02" or goes_back else 0, code, goes_back))
    for _, _, code, goes_back in sorted(steps):
        if code in ARRIVED or code == "16":
            has = True
        elif code == "02" or goes_back:
            has = False
    return has


def recipients_of(document: Row, units: Iterable[Row]) -> set[str]:
    """The units that a register's recipients stand for on the day of issue."""
    day, found = document["issued_at"].date().isoformat(), set()
    for member in (document["recipients"] or "").split("|"):
        for unit in units:
            in_force = (unit["valid_from"] or day) <= day <= (unit["valid_to"] or day)
            if member == unit["unit_code"] or (member == f"@{unit['unit_kind']}" and in_force):
                found.add(unit["unit_code"])
    return found - {document["issuing_unit_code"]}


def arrivals(events: list[Row]) -> dict[Key, dict[str, bool]]:
    """Who of those to whom a document was sent has it; a unit under two names is one."""
    sent: dict[Key, dict[str, list[Row]]] = {}
    for event in events:
        recipient = event["recipient_unit_code"] or event["recipient_name_hash"]
        sent.setdefault(key(event), {}).setdefault(recipient, []).append(event)
    return {document: {who: has_it(said) for who, said in to.items()} for document, to in sent.items()}


def verdicts(documents: list[Row], events: list[Row], units: list[Row], *, needs_all: bool) -> dict[Key, Verdict]:
    """What becomes of every document of the register and of the log."""
    arrived = arrivals(events)
    found = {document: Verdict(False, None, any(to.values()), None) for document, to in arrived.items()}
    for document in documents:
        to = arrived.get(key(document), {})
        meant = recipients_of(document, units)
        reached = [to.get(unit, False) for unit in meant] or [any(to.values())]
        is_electronic = all(reached) if needs_all else any(reached)
        left_out = document["exclusion_ground"]
        if document["secrecy"] not in (None, "open"):
            left_out = document["secrecy"]
        if not meant and document["recipients_outside_count"] and not document["recipients_unknown_count"]:
            left_out = "recipients_outside"
        marks = (is_electronic, _flag(document["is_paper_sent"], "no"), _flag(document["is_signed"], "yes"))
        only_signed = False if False in marks else None if None in marks else True
        found[key(document)] = Verdict(True, left_out, is_electronic, only_signed)
    return found


def _flag(said: str | None, wanted: str) -> bool | None:
    return None if said is None else said == wanted


def counts(found: dict[Key, Verdict], units: Iterable[str], first: date, last: date) -> dict[str, int]:
    """What units have together in a period; one of which only the log is there counts what that shows."""
    within = {k: v for k, v in found.items() if k[0] in units and first <= k[2] <= last}
    with_register = {k[0] for k, v in within.items() if v.is_registered}
    counted = [v for v in within.values() if v.is_registered and v.left_out is None]
    log_only = {k: v for k, v in within.items() if k[0] not in with_register}
    return {
        "counted_count": len(counted),
        "electronic_count": sum(v.is_electronic for v in counted) + sum(v.is_electronic for v in log_only.values()),
        "only_signed_count": sum(v.is_only_signed is True for v in counted),
        "only_signed_unknown_count": sum(v.is_only_signed is None for v in counted),
        "excluded_count": sum(v.left_out not in (None, "recipients_outside") for v in within.values()),
        "without_register_count": len({k[0] for k in log_only}),
    }


def exclusions(found: dict[Key, Verdict], units: Iterable[str], first: date, last: date) -> Counter[str]:
    """Documents left out, by ground."""
    return Counter(v.left_out for k, v in found.items() if v.left_out and k[0] in units and first <= k[2] <= last)


def outliers(found: dict[Key, Verdict], as_of: date, *, mads: int, at_least: int) -> dict[str, int]:
    """Units whose share of documents left out is far above the others', with how many that are."""
    begins = (as_of.replace(day=min(as_of.day, 28), year=as_of.year - 1), as_of)
    assert as_of.day <= 28, "a year before is the same day only then"
    own: dict[str, list[bool]] = {}
    for (unit, _, day), verdict in found.items():
        if verdict.is_registered and verdict.left_out != "recipients_outside" and begins[0] < day <= begins[1]:
            own.setdefault(unit, []).append(verdict.left_out is not None)
    shares = {unit: sum(said) / len(said) for unit, said in own.items() if len(said) >= at_least}
    if not shares:
        return {}
    middle = median(shares.values())
    deviation = median(abs(share - middle) for share in shares.values())
    bar = middle + max(mads * deviation, 0.05)
    return {unit: sum(said) for unit, said in own.items() if unit in shares and least(sum(said), len(said)) > bar}


def least(hits: int, of: int) -> float:
    """The lower end of the 95 % interval of a share after Wilson."""
    z = NormalDist().inv_cdf(0.975)
    return (hits + z * z / 2 - z * sqrt(hits * (of - hits) / of + z * z / 4)) / (of + z * z)
