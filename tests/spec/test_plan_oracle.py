"""The fifteen targets of the shipped plan over drawn districts: the models judge as plain Python does from the same entries.

Documents have an oracle of their own; here nobody hands any in, so that their target is missing.
"""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spec.dossiers import PLAN, procedure, unit
from tests.spec.drawn_registers import around, days, many_entries, one_a_thing, some_forms
from tests.spec.entries import told
from tests.spec.plan_oracle import STATES, YEARS, District, judged
from transforms.duck import rows

MERGER = date(2020, 7, 1)
UNITS = [
    unit("D", ""),
    unit("P1") | {"unit_kind": "department", "unit_level": "district"},
    unit("P2") | {"unit_kind": "department", "unit_level": "district"},
    unit("V") | {"unit_kind": "vertical_agency", "unit_level": "district"},
    unit("C1"),
    unit("C2"),
    unit("OLD") | {"valid_to": "2020-06-30"},
    unit("NEW") | {"valid_from": "2020-07-01"},
]
CODES = [u["unit_code"] for u in UNITS]
some_unit = st.sampled_from(CODES)
flag = st.sampled_from(["", "true", "true", "false"])


@st.composite
def some_dossiers(draw, as_of: date) -> list[dict]:
    """Dossiers of the system, still open or resolved by the as-of day, early, in time or late."""
    found = []
    for number, (code, received, took, promised, channel) in enumerate(
        draw(
            st.lists(
                st.tuples(
                    some_unit,
                    days("2019-12-01", "2021-01-10"),
                    st.none() | st.integers(0, 40),
                    st.none() | st.integers(0, 20),
                    st.sampled_from(["online", "in_person"]),
                ),
                max_size=40,
            )
        )
    ):
        finished = received + timedelta(days=took) if took is not None else None
        is_finished = finished is not None and finished.date() <= as_of
        if received.date() <= as_of:
            found.append(
                {
                    "dossier_code": f"d{number}",
                    "receiving_unit_code": code,
                    "resolving_unit_code": code,
                    "status": "RETURNED" if is_finished else "PROCESSING",
                    "received_at": received,
                    "due_at": received + timedelta(days=promised) if promised is not None else None,
                    "finished_at": finished if is_finished else None,
                    "channel": channel,
                }
            )
    return found


def of_span(first: date, last: date, **said) -> dict:
    midnight = datetime.min.time()
    return {"from_at": datetime.combine(first, midnight), "to_at": datetime.combine(last, midnight), **said}


@st.composite
def some_outside(draw) -> list[dict]:
    """Of a few units what is outside the system: of the whole official year, of its halves, or of one of them."""
    first, last = YEARS["official"]
    halves = [(first, date(2020, 6, 14)), (date(2020, 6, 15), last)]
    found = []
    for code in draw(st.lists(some_unit, unique=True)):
        for span in draw(st.sampled_from([[(first, last)], halves, halves[:1], halves[1:]])):
            number = draw(st.sampled_from(["1/BC", "1/BC", "1/BC", None]))
            evidence = {"evidence_number": number, "evidence_at": datetime(2021, 1, 4)}
            found.append({"unit_code": code, **of_span(*span, outside_count=draw(st.integers(0, 2))), **evidence})
    return found


@st.composite
def some_totals(draw) -> list[dict]:
    """Totals of the year, of one calendar or the other, beside rows or in their place."""
    indicators = ("via_system", "satisfaction_education", "satisfaction_health", "satisfaction_administration")
    found = []
    for code, indicator, calendar in draw(
        st.lists(
            st.tuples(some_unit, st.sampled_from(indicators), st.sampled_from([*YEARS])), unique_by=lambda t: t[:2], max_size=8
        )
    ):
        numerator, missed = draw(st.integers(0, 9)), draw(st.integers(0, 2))
        said = of_span(*YEARS[calendar], indicator=indicator, numerator=numerator, denominator=numerator + missed)
        evidence = {"evidence_number": draw(st.sampled_from(["2/BC", "2/BC", None])), "evidence_at": datetime(2021, 1, 4)}
        found.append({"unit_code": code, **said, **evidence})
    return found


@st.composite
def some_procedures(draw) -> list[dict[str, str]]:
    """A catalogue of the district's and the communes' procedures, of which some change on a day."""
    found = []
    for number in range(draw(st.integers(1, 6))):
        line = procedure(f"1.00000{number}", "Land", "5") | {"competent_level": draw(st.sampled_from(["district", "commune"]))}
        changes = draw(st.booleans())
        for span in [{"valid_to": str(MERGER - timedelta(days=1))}, {"valid_from": str(MERGER)}] if changes else [{}]:
            is_excepted = draw(st.booleans())
            found.append(
                line
                | span
                | {
                    "service_level": draw(st.sampled_from(["", "2", "3", "4", "4", "full"])),
                    "is_at_one_stop": draw(flag),
                    "is_published": draw(flag),
                    "is_excepted": "true" if is_excepted else "",
                    "exception_ground": "QĐ mẫu" if is_excepted else "",
                }
            )
    return found


@st.composite
def some_district(draw) -> District:
    as_of = draw(st.sampled_from([date(2020, 5, 31), date(2020, 12, 31), date(2021, 2, 15)]) | st.dates(MERGER, date(2021, 2, 28)))
    entries = {kind: one_a_thing(kind, said) for kind, said in draw(many_entries(CODES)).items()}
    # Of an office that keeps its books in order most are told, which draws alone would hardly ever bring about.
    for code in CODES if draw(st.booleans()) else ():
        proof = {"evidence_number": "9/QĐ", "evidence_at": datetime(2020, 1, 2, 9)}
        entries["unit_plan"].append({"unit_code": code, "year": 2020, **proof})
        entries["head_in_charge"].append({"unit_code": code, "from_at": datetime(2019, 1, 2, 9), "to_at": None, **proof})
    entries = {kind: one_a_thing(kind, said) for kind, said in entries.items()}
    forms = draw(some_forms(CODES))
    entries["survey_answer"] = [{"survey_code": "S", "answer_code": str(n), **form} for n, form in enumerate(forms)]
    entries["dossier"] = draw(some_dossiers(as_of))
    codes = st.sampled_from([*(d["dossier_code"] for d in entries["dossier"]), "p1", "p2", "p3"])
    book = st.fixed_dictionaries({"unit_code": st.sampled_from(["C1", "NEW"]), "dossier_code": codes, "received_at": around})
    entries["paper_dossier"] = one_a_thing("paper_dossier", draw(st.lists(book, max_size=4)))
    entries["outside_dossier"] = draw(some_outside())
    entries["total"] = draw(some_totals())
    return District(UNITS, entries, draw(some_procedures()), as_of)


@settings(max_examples=10, deadline=None)
@given(some_district())
def test_every_target_is_judged_as_plain_python_judges_it(district):
    with told(district.entries, district.as_of, units=UNITS, procedures=district.procedures, marts=("target_status",)) as con:
        found = rows(con, "from target_status where period_kind = 'year'")
    ours = {(row["target_id"], row["unit_code"]): (row["numerator"], row["denominator"], row["state"]) for row in found}
    expected = {(target.id, code): judged(district, PLAN, target, code) for target in PLAN.targets for code in CODES}
    assert ours == {place: said for place, said in expected.items() if said}
    assert len({target for target, _ in ours}) == 15 and {state for *_, state in ours.values()} <= set(STATES)
