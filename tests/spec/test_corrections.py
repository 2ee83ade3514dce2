"""Corrections: an accepted claim with its document takes the place of what the source says, until it is taken back."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spec import oracle
from tests.spec.corrections import as_corrected, claim, claims_on, runs_of
from tests.spec.dossiers import SHIPPED, published, unit
from tests.spec.entries import at, told
from tests.spec.test_oracle import CLOSURE, OFFICE, PARENTS, PROCEDURES, TURNS, a_dossier, days, differences, hours, outcomes_of
from transforms.duck import rows

AS_OF = date(2020, 9, 1)
RECEIVED, DUE, ENDED = datetime(2020, 8, 3, 9), datetime(2020, 8, 10, 17), datetime(2020, 8, 12, 9)
END_OF_12_AUGUST = datetime(2020, 8, 12, 23, 59, 59)
MARTS = ("correction", "dossier", "outcome", "review_signal")


def dossier(**said) -> dict:
    """A dossier that ended two days late, unless it says something else."""
    usual = {"dossier_code": "H-1", "receiving_unit_code": "X", "resolving_unit_code": "X", "status": "RETURNED"}
    dates = {"received_at": RECEIVED, "due_at": DUE, "original_due_at": DUE, "extended_due_at": DUE, "finished_at": ENDED}
    return {**usual, **dates, "supplement_count": 0, "exported_at": at("2020-08-14"), **said}


def ended_on(moment: datetime, code: str = "01", **said) -> dict:
    return claim(code, claim="finished_at", corrected_at=moment, **said)


def has_status(status: str, code: str = "02", **said) -> dict:
    return claim(code, claim="status", corrected_at=None, corrected_status=status, **said)


OPEN = {"status": "PROCESSING", "finished_at": None}
EARLIER = datetime(2020, 8, 10, 9)
LATER = {"decided_at": at("2020-08-21")}
CASES = {
    "accepted": ([{}], [claim()], ["applied"]),
    "refused": ([{}], [claim(decision="refused")], ["refused"]),
    "not decided": ([{}], [claim(decision="open", decided_at=None)], ["open"]),
    "decided after the day": ([{}], [claim(decided_at=at("2020-09-02"))], ["open"]),
    "decided on the day": ([{}], [claim(decided_at=at("2020-09-01"))], ["applied"]),
    "document without number": ([{}], [claim(evidence_number=None)], ["no_evidence"]),
    "document without date": ([{}], [claim(evidence_at=None)], ["no_evidence"]),
    "no such dossier": ([], [claim()], ["unknown_dossier"]),
    "another unit's dossier": ([{}], [claim(unit_code="Y")], ["unknown_dossier"]),
    "by the receiving unit": ([{"receiving_unit_code": "Y"}], [claim(unit_code="Y")], ["applied"]),
    "gone": ([{"ended_at": at("2020-08-25")}], [claim()], ["unknown_dossier"]),
    "in two sources": ([{}, {"source": "other"}], [claim()], ["several_dossiers"]),
    "another unit's in another source": (
        [{}, {"source": "other", "receiving_unit_code": "Y", "resolving_unit_code": "Y"}],
        [claim()],
        ["applied"],
    ),
    "due before the receipt": ([{}], [claim(corrected_at=datetime(2020, 8, 2))], ["before_receipt"]),
    "ended before the receipt": ([{}], [ended_on(datetime(2020, 8, 2))], ["before_receipt"]),
    "ended on the day of receipt": ([{}], [ended_on(datetime(2020, 8, 3))], ["applied"]),
    "decided again": ([{}], [claim("01"), claim("02", **LATER)], ["superseded", "applied"]),
    "decided twice on one day": ([{}], [claim("01"), claim("02")], ["superseded", "applied"]),
    "decided again without document": ([{}], [claim("01"), claim("02", evidence_number=None, **LATER)], ["applied", "no_evidence"]),
    "refused later": ([{}], [claim("01"), claim("02", decision="refused", **LATER)], ["applied", "refused"]),
    "two values": ([{}], [claim("01"), ended_on(EARLIER, "02")], ["applied", "applied"]),
    "an end of what is open": ([OPEN], [ended_on(EARLIER)], ["still_open"]),
    "closed without an end": ([OPEN], [has_status("RETURNED")], ["no_end"]),
    "closed with an end": ([OPEN], [ended_on(EARLIER), has_status("RETURNED")], ["applied", "applied"]),
    "open again": ([{}], [ended_on(EARLIER), has_status("PROCESSING")], ["still_open", "applied"]),
    "never received": ([{**OPEN, "status": "REGISTERED", "received_at": None}], [has_status("RETURNED")], ["no_receipt"]),
}


@pytest.fixture(scope="module")
def states() -> dict[str, list[str]]:
    """What becomes of the claims of each case, each case on dossiers of its own."""
    dossiers = [dossier(**said) | {"dossier_code": f"{name} 1"} for name, (all_said, _, _) in CASES.items() for said in all_said]
    claims = [
        said | {"dossier_code": f"{name} 1", "claim_code": f"{name} {said['claim_code']}"}
        for name, (_, all_said, _) in CASES.items()
        for said in all_said
    ]
    with told({"dossier": dossiers, "correction": claims}, AS_OF, marts=MARTS) as con:
        found = con.execute("select dossier_code, list(state order by claim_code) from correction group by all").fetchall()
        corrected = con.execute("select distinct dossier_code from dossier where correction_document is not null").fetchall()
    assert {code for (code,) in corrected} == {code for code, of_it in found if "applied" in of_it}
    return {code.removesuffix(" 1"): of_it for code, of_it in found}


@pytest.mark.parametrize("name", CASES)
def test_what_becomes_of_a_claim(states, name):
    assert states[name] == CASES[name][2]


def test_both_values_are_shown_and_the_corrected_one_counts():
    entries = {"dossier": [dossier()], "correction": [claim(), has_status("DONE_WAIT_RETURN", evidence_number="46/UBND")]}
    with told(entries, AS_OF, marts=MARTS) as con:
        (row,) = rows(con, "from dossier")
        assert (row["due_at"], row["source_due_at"]) == (END_OF_12_AUGUST, DUE)
        assert (row["status"], row["source_status"]) == ("DONE_WAIT_RETURN", "RETURNED")
        assert (row["finished_at"], row["source_finished_at"]) == (ENDED, None)
        assert (row["corrected_columns"], row["correction_document"]) == ("due_at, status", "45/UBND, 46/UBND")
        assert (row["status_from_at"], row["is_status_observed"]) == (ENDED, False)
        outcomes = dict(con.execute("select rule_id, outcome from outcome").fetchall())
    in_time = dict.fromkeys(("II06_DATE", "TIMESTAMP", "QD766_2_1", "OPENCPS_HOUR"), "on_time")
    assert outcomes == {**in_time, "STRICT_ORIG": "late"}  # what was first promised stays


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2020-08-20", DUE),  # decided that day, and in no register yet
        ("2020-08-21", END_OF_12_AUGUST),
        ("2020-08-24", END_OF_12_AUGUST),
        ("2020-08-25", DUE),  # the register of that day has it no more
    ],
)
def test_a_correction_holds_until_its_register_takes_it_back(day, due):
    entries = {"dossier": [dossier()], "correction": [claim(ended_at=at("2020-08-25"))]}
    with told(entries, date.fromisoformat(day), marts=("dossier",)) as con:
        assert con.execute("select due_at from dossier").fetchall() == [(due,)]


def test_signals_look_at_what_the_source_says_and_a_correction_of_that_explains_them():
    """An end at the very second of the due date; what is corrected to be so is none."""
    dossiers = [dossier(dossier_code=code, finished_at=DUE) for code in ("H-1", "H-2", "H-3")] + [dossier(dossier_code="H-4")]
    claims = [
        ended_on(EARLIER, "02", dossier_code="H-2"),
        claim("03", dossier_code="H-3"),
        ended_on(DUE, "04", dossier_code="H-4"),
    ]
    with told({"dossier": dossiers, "correction": claims}, AS_OF, marts=MARTS) as con:
        found = con.execute(
            "select dossier_code, lawful_reason from review_signal where signal_id = 'end_equals_due' order by all"
        ).fetchall()
    assert found == [("H-1", None), ("H-2", "correction"), ("H-3", None)]


OFFICE_HERE = {
    "units": [unit(code, parent) for code, parent in PARENTS.items()],
    "procedures": PROCEDURES,
    "calendar": [*SHIPPED.calendar, CLOSURE],
}


@settings(max_examples=8, deadline=None)
@given(data=st.data(), drawn=st.lists(a_dossier(), min_size=1, max_size=80), as_of=days)
def test_outcomes_are_those_of_dossiers_with_what_holds_in_its_place(data, drawn, as_of):
    dossiers = {str(n): d for n, d in enumerate(drawn)}
    known = {name: on_that_day for name, d in dossiers.items() if (on_that_day := oracle.known_on(d, as_of))}
    claims = data.draw(claims_on(known, TURNS, hours))
    with published(dossiers, as_of, **OFFICE_HERE, marts=("outcome", "correction"), corrections=runs_of(claims)) as con:
        ours = outcomes_of(con)
        assert con.execute("select count(*) from correction").fetchall() == [(len(claims),)]
    truth = {}
    for name, d in known.items():
        for rule in oracle.RULES:
            one = oracle.life(as_corrected(name, d, claims, as_of), rule, OFFICE)
            truth[f"s:{name}", rule] = (one.outcome, one.left, one.overdue, one.due, one.excluded)
    assert differences(ours, truth) == []
