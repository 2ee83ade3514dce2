"""Claims of the register of corrections: drawn, as rows of its runs, and what holds of them in plain Python."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.spec.dossiers import Dossier
from tests.spec.entries import at, run_of

CLOSED = ("DONE_WAIT_RETURN", "RETURNED", "REJECTED", "WITHDRAWN", "CANCELLED")
Claims = list[dict[str, Any]]


def claim(code: str = "01", **said: Any) -> dict[str, Any]:
    """An accepted claim that H-1 was due on 12 August 2020, unless it says something else."""
    usual = {"unit_code": "X", "claim_code": code, "dossier_code": "H-1", "claimed_at": at("2020-08-17")}
    right = {"claim": "due_at", "corrected_at": datetime(2020, 8, 12), "correction_cause": "system_fault"}
    decision = {"decision": "accepted", "decided_at": at("2020-08-20"), "exported_at": at("2020-08-21")}
    return {**usual, **right, **decision, "evidence_number": "45/UBND", "evidence_at": at("2020-08-20"), **said}


def runs_of(claims: Claims) -> list[tuple]:
    """The claims as the warehouse holds them."""
    return [run_of("correction", said, said["exported_at"]) for said in claims]


@st.composite
def claims_on(draw: st.DrawFn, known: Mapping[str, Dossier], moments: list[date], hours: st.SearchStrategy[time]) -> Claims:
    """Claims about dossiers that are told, decided on one of the days."""

    def one(number: int) -> dict[str, Any]:
        code = draw(st.sampled_from([*known]))
        what = draw(st.sampled_from(["due_at", "finished_at", "status"]))
        near = (known[code].due or known[code].shown) + timedelta(draw(st.sampled_from([-30, -3, -1, 0, 1, 4, 30])))
        return claim(
            f"{number:03}",
            unit_code=draw(st.sampled_from([known[code].unit] * 4 + ["D"])),
            dossier_code=code,
            claim=what,
            corrected_at=None if what == "status" else datetime.combine(near, draw(hours)),
            corrected_status=draw(st.sampled_from(["PROCESSING", *CLOSED])) if what == "status" else None,
            decision=draw(st.sampled_from(["accepted", "accepted", "accepted", "refused", "open"])),
            decided_at=datetime.combine(draw(st.sampled_from(moments)), time(8)),
            evidence_number=draw(st.sampled_from(["1/QĐ", "1/QĐ", "1/QĐ", None])),
            exported_at=datetime(2018, 1, 1),
        )

    return [one(number) for number in range(draw(st.integers(0, 40)))] if known else []


def as_corrected(name: str, d: Dossier, claims: Claims, as_of: date) -> Dossier:
    """The dossier with what holds of the claims about it in the place of what its source says."""
    holding: dict[str, Any] = {}
    for said in sorted(claims, key=lambda c: (c["decided_at"], c["claim_code"])):
        right = said["corrected_at"] or said["corrected_status"]
        is_about_it = said["dossier_code"] == name and said["unit_code"] == d.unit
        is_proven = said["decision"] == "accepted" and said["decided_at"].date() <= as_of and said["evidence_number"]
        is_early = said["claim"] != "status" and d.received and right.date() < d.received.date()
        is_unreceived = said["claim"] == "status" and not d.received and right != "REJECTED"
        if is_about_it and is_proven and not is_early and not is_unreceived:
            holding[said["claim"]] = right
    if holding.get("status") in CLOSED and not (d.finished or "finished_at" in holding):
        del holding["status"]
    if holding.get("status", d.status) not in CLOSED:
        holding.pop("finished_at", None)
    if "due_at" in holding and holding["due_at"].time() == time():
        holding["due_at"] += timedelta(hours=23, minutes=59, seconds=59)
    extended = holding.get("due_at", d.extended_due)
    d = replace(d, status=holding.get("status", d.status), finished=holding.get("finished_at", d.finished), corrected=holding)
    if extended is None or not {"due_at", "status"} & holding.keys():
        return d
    # Whatever supplements took is in the corrected date, or else it is what reading made of it by the source's own status.
    d = replace(d, due=holding.get("due_at", d.due))
    took = replace(d, due_before_new=d.due, supplements=d.supplements or 0).extended_due - d.due
    return replace(d, due_before_new=extended - took)
