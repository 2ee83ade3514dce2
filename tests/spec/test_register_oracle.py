"""Registers of drawn units: the models count what plain Python counts from the same entries."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spec import register_oracle as oracle
from tests.spec.dossiers import unit
from tests.spec.drawn_registers import many_entries, one_a_thing, some_forms
from tests.spec.entries import Entries, told
from transforms.duck import rows

CODES = [f"U{n}" for n in range(6)]
UNITS = [unit("D", ""), *map(unit, CODES)]
SURVEYS = ("education", "health", "public_services", "administration")

MONTHS = [date(2019, 12, 1), *(date(2020, month, 1) for month in range(1, 13)), date(2021, 1, 1)]


@st.composite
def some_spans(draw) -> list[dict]:
    """Spans that begin where calendar months do, mostly next to each other."""
    found = []
    for code in draw(st.lists(st.sampled_from(CODES), unique=True, max_size=4)):
        for first in draw(st.lists(st.sampled_from(range(len(MONTHS) - 1)), unique=True, max_size=13)):
            last = min(first + draw(st.sampled_from([1, 1, 1, 3])), len(MONTHS) - 1)
            number = draw(st.sampled_from(["1/BC", "1/BC", "1/BC", None]))
            found.append(
                {
                    "unit_code": code,
                    "from_at": datetime.combine(MONTHS[first], time()),
                    "to_at": datetime.combine(MONTHS[last], time()) - timedelta(days=1),
                    "outside_count": draw(st.integers(0, 3)),
                    "evidence_number": number,
                    "evidence_at": datetime(2021, 1, 4),
                }
            )
    return found


@settings(max_examples=10, deadline=None)
@given(drawn=many_entries(CODES), forms=some_forms(CODES), spans=some_spans(), as_of=st.dates(date(2020, 1, 1), date(2021, 2, 28)))
def test_the_models_count_registers_as_plain_python_does(drawn, forms, spans, as_of):
    entries: Entries = {kind: one_a_thing(kind, said) for kind, said in drawn.items()}
    entries["survey_answer"] = [{"survey_code": "S", "answer_code": str(n), **form} for n, form in enumerate(forms)]
    entries["outside_dossier"] = one_a_thing("outside_dossier", spans)
    with told(entries, as_of, units=UNITS) as con:
        found = rows(con, "from indicator_value where scope in ('own', 'commune_level')")
        outside = rows(con, "from via_system_period")
    of_unit = {(kind, code): [e for e in said if e["unit_code"] == code] for kind, said in entries.items() for code in CODES}
    compared: dict[str, int] = defaultdict(int)
    for row in found:
        name, first, last = row["indicator_id"], row["period_start"], min(row["period_end"], as_of)
        codes = CODES if row["scope"] == "commune_level" else [row["unit_code"]]
        if codes == ["D"]:
            continue
        if name in oracle.KIND_OF:
            kind = oracle.KIND_OF[name]
            expected = [oracle.unit_figure(name, of_unit[kind, code], first, last) for code in codes]
            ours = (row["numerator"], row["denominator"], row["status"])
            assert ours == (oracle.shared_figure(expected) if len(codes) > 1 else expected[0]), (name, codes, first, last)
            compared[name] += 1
        if name.startswith("satisfaction_"):
            asked = [form for code in codes for form in of_unit["survey_answer", code]]
            expected = oracle.satisfied(name, asked, first, last)
            assert (row["numerator"], row["denominator"], row["excluded_count"]) == expected, (name, codes, first, last)
            compared[name] += 1
    told_outside = {(r["unit_code"], r["period_start"], r["period_end"]): r["outside_count"] for r in outside}
    for code, first, last in {(code, r["period_start"], r["period_end"]) for r in found for code in CODES}:
        expected = oracle.outside_count(of_unit["outside_dossier", code], first, last, as_of)
        assert told_outside.get((code, first, last)) == expected, (code, first, last)
    assert set(compared) == {*oracle.KIND_OF, *(f"satisfaction_{field}" for field in SURVEYS)}
