"""Shares of units from registers: what counts for a year, what proves it, and what holds of a unit of which nothing is said."""

from datetime import date

import pytest

from tests.spec.dossiers import drawn, unit
from tests.spec.entries import UNITS, at, figure, proven, told
from transforms.figure_settings import FigureSettings
from transforms.plans import Plan
from transforms.registers import registers
from transforms.registry import figures

YEAR_END = date(2020, 12, 31)
MID_YEAR = date(2020, 6, 30)
DONE, NOT_DONE, NOTHING = (1, 1, "ok"), (0, 1, "ok"), (0, 0, "no_activity")
UNPROVEN, UNREPORTED = (0, 1, "no_evidence"), (None, None, "missing_data")
OUTCOMES = {"done": DONE, "not done": NOT_DONE, "no evidence": UNPROVEN, "not reported": UNREPORTED, "nothing due": NOTHING}
REGISTER = {figure["indicator_id"]: figure["kind"] for figure in figures() if figure["counted"] == "units"}

CASES = drawn("""
indicator      | as of      | is           | entry
plan_issued    | 12-31      | done         | year 2020, evidence_at 2019-12-20
plan_issued    | 12-31      | done         | year 2020, evidence_at 12-31
plan_issued    | 2021-02-01 | not done     | year 2020, evidence_at 2021-01-04
plan_issued    | 12-31      | not reported | year 2019, evidence_at 01-04
plan_issued    | 12-31      | no evidence  | year 2020, evidence_number -
plan_issued    | 12-31      | not reported |
head_in_charge | 12-31      | done         | from_at 2018-03-01, evidence_at 2018-03-01
head_in_charge | 12-31      | done         | from_at 2018-03-01, to_at 01-01
head_in_charge | 12-31      | not reported | from_at 2018-03-01, to_at 2019-12-31
head_in_charge | 12-31      | done         | from_at 12-31
head_in_charge | 06-30      | not reported | from_at 07-01
head_in_charge | 12-31      | no evidence  | from_at 02-01, evidence_at -
inspected      | 12-31      | done         | inspected_at 01-01
inspected      | 12-31      | not done     | inspected_at 2019-12-31, evidence_at 01-05
inspected      | 12-31      | no evidence  | inspected_at 05-04, evidence_number -
inspected      | 2021-01-31 | not done     | inspected_at 2021-01-04
inspected      | 12-31      | not done     |
initiative     | 12-31      | done         | year 2020, is_recognised yes
initiative     | 2021-02-28 | done         | year 2020, is_recognised yes, evidence_at 2021-02-01
initiative     | 12-31      | not done     | year 2020, is_recognised no
initiative     | 12-31      | not reported | year 2019, is_recognised yes, evidence_at 02-01
par_index      | 12-31      | done         | year 2020, is_self_scored yes, submitted_at 12-15, deadline_at 12-15, rating fair
par_index      | 2021-03-01 | done         | year 2020, is_self_scored yes, submitted_at 2021-01-10, rating excellent
par_index      | 12-31      | not done     | year 2020, is_self_scored yes, submitted_at 12-16, deadline_at 12-15, rating good
par_index      | 12-31      | not done     | year 2020, is_self_scored yes, submitted_at 12-15, rating average
par_index      | 12-31      | not done     | year 2020, is_self_scored no, submitted_at 12-15, rating good
par_index      | 12-31      | not done     | year 2020, is_self_scored yes, rating good
job_positions  | 12-31      | done         | from_at 2017-01-01, is_matching yes
job_positions  | 12-31      | not done     | from_at 2017-01-01, is_matching no
dialogue       | 12-31      | done         | held_at 12-31, is_about_procedures yes
dialogue       | 12-31      | not done     | held_at 09-01, is_about_procedures no
dialogue       | 12-31      | not reported | held_at 2019-09-01, is_about_procedures yes
plan_completed | 12-31      | done         | task_code 1, due_at 06-30, done_at 06-30
plan_completed | 12-31      | done         | task_code 1, due_at 06-30, done_at 11-30
plan_completed | 12-31      | not done     | task_code 1, due_at 06-30
plan_completed | 06-29      | nothing due  | task_code 1, due_at 06-30
plan_completed | 06-30      | not done     | task_code 1, due_at 06-30
plan_completed | 12-31      | nothing due  | task_code 1, due_at 2021-01-15, done_at 12-01
plan_completed | 12-31      | not done     | task_code 1, due_at 06-30, done_at 06-01, assigned_count 4, done_count 3
plan_completed | 12-31      | done         | task_code 1, due_at 06-30, done_at 06-01, assigned_count 4, done_count 4
plan_completed | 12-31      | no evidence  | task_code 1, due_at 06-30, done_at 06-01, evidence_at -
""")


def day(text: str) -> str:
    return text if text.count("-") == 2 else f"2020-{text}"


def entry_in(text: str) -> dict | None:
    """A drawn entry; ``-`` is an empty cell, a day without a year is one of 2020."""
    if not text:
        return None
    said = dict(fact.split(" ") for fact in text.split(", "))
    return {
        name: None if value == "-" else at(day(value)) if name.endswith("_at") else int(value) if value.isdigit() else value
        for name, value in said.items()
    }


@pytest.fixture(scope="module")
def judged():
    """Every drawn case, each with a unit of its own; those of one day are run together."""
    found = {}
    for as_of in sorted({case["as of"] for case in CASES}):
        numbered = {f"U{n}": case for n, case in enumerate(CASES) if case["as of"] == as_of}
        entries = {kind: [] for kind in REGISTER.values()}
        for code, case in numbered.items():
            if said := entry_in(case["entry"]):
                task = {"task_code": str(said["task_code"])} if "task_code" in said else {}
                entries[REGISTER[case["indicator"]]].append(proven(code, **said | task))
        with told(entries, date.fromisoformat(day(as_of)), units=[unit("D", ""), *map(unit, numbered)]) as con:
            found |= {code: figure(con, case["indicator"], code) for code, case in numbered.items()}
    return found


@pytest.mark.parametrize("number", range(len(CASES)))
def test_an_entry_counts_by_the_validity_of_its_indicator(judged, number):
    assert judged[f"U{number}"] == OUTCOMES[CASES[number]["is"]], CASES[number]


def inspections(*codes: str) -> dict:
    return {"inspection": [proven(code, inspected_at=at("2020-05-04")) for code in codes]}


def test_a_share_has_every_unit_in_force_below_the_line_and_each_inspected_unit_once():
    entries = inspections("X", "X", "Y")
    entries["inspection"].append(proven("X", inspected_at=at("2020-08-04")))
    with told(entries, YEAR_END) as con:
        assert figure(con, "inspected", "D", "subtree") == (2, 4, "ok")
        assert figure(con, "inspected", "D", "commune_level") == (2, 3, "ok")


def test_thirty_per_cent_of_25_units_is_8_units():
    """The bar is held against whole units, so that 7 of 25 (28 %) is not enough."""
    units = [unit("D", "") | {"unit_kind": "district"}, *(unit(f"U{n}") for n in range(25))]
    for inspected, is_enough in ((7, False), (8, True)):
        with told(inspections(*(f"U{n}" for n in range(inspected))), YEAR_END, units=units) as con:
            numerator, denominator, status = figure(con, "inspected", "D", "commune_level")
        assert (numerator, denominator, status) == (inspected, 25, "ok")
        assert (numerator * 100 >= 30 * denominator) is is_enough


def test_a_unit_that_reports_nothing_stays_below_the_line_and_widens_the_interval():
    entries = {"dialogue": [proven(code, held_at=at("2020-05-04"), is_about_procedures="yes") for code in "XY"]}
    with told(entries, YEAR_END) as con:
        assert figure(con, "dialogue", "Z") == UNREPORTED
        assert figure(con, "dialogue", "D", "commune_level") == (2, 3, "ok")
        found = con.execute("""select unreported_count, rate_low, rate_high, is_small_sample, wilson_low from indicator_value
                               where indicator_id = 'dialogue' and unit_code = 'D' and scope = 'commune_level'
                                 and period_kind = 'year' and period_start = '2020-01-01'""").fetchall()
    assert found == [(1, 2 / 3, 1.0, False, None)]


def test_where_nobody_reports_the_share_is_missing_and_where_nobody_proves_it_there_is_no_evidence():
    unproven = [proven(code, year=2020, evidence_number=None) for code in "DXYZ"]
    with told({"unit_plan": unproven, "dialogue": []}, YEAR_END) as con:
        assert figure(con, "dialogue", "D", "subtree") == UNREPORTED
        assert figure(con, "plan_issued", "D", "subtree") == (0, 4, "no_evidence")


def test_without_the_register_nothing_is_known_of_any_unit():
    with told({"unit_plan": []}, YEAR_END) as con:
        assert {figure(con, "inspected", code) for code in "DXYZ"} == {UNREPORTED}
        reasons = con.execute("select distinct status_reason from indicator_value where indicator_id = 'inspected'").fetchall()
    assert reasons == [("no_source",)]


def test_units_are_those_in_force_at_the_end_of_the_year_or_today():
    ended, begun = unit("X") | {"valid_to": "2020-06-30"}, unit("Y") | {"valid_from": "2020-07-01"}
    units = [UNITS[0], ended, begun, unit("Z")]
    with told(inspections("X", "Y"), MID_YEAR, units=units) as con:
        assert figure(con, "inspected", "D", "commune_level") == (1, 2, "ok")
    with told(inspections("X", "Y"), YEAR_END, units=units) as con:
        assert figure(con, "inspected", "D", "commune_level") == (1, 2, "ok")
        assert figure(con, "inspected", "X") == NOTHING
        assert figure(con, "inspected", "Y") == DONE


def test_a_scope_of_the_plans_own_has_its_units_below_the_line_and_targets_are_judged_in_it():
    target = {"id": "3", "text_vi": "x", "text_en": "x", "operator": ">=", "bar": 30, "scope": "offices", "calendar": "calendar"}
    plan = Plan(
        title_vi="x",
        title_en="x",
        year=2020,
        calendar="official",
        scopes={"offices": {"title_vi": "x", "title_en": "x", "kinds": ["department", "public_service_unit"]}},
        targets=[
            {**target, "parts": [{"indicator": "inspected"}]},
            {**target, "id": "13", "parts": [{"indicator": "dialogue"}]},
        ],
    )
    kinds = {"X": "department", "Y": "public_service_unit", "Z": "commune"}
    units = [UNITS[0], *(unit(code) | {"unit_kind": kind} for code, kind in kinds.items())]
    entries = inspections("X", "Z") | {"dialogue": [proven("X", held_at=at("2020-05-04"), is_about_procedures="yes")]}
    with told(entries, YEAR_END, units=units, plan=plan, marts=("indicator_value", "target_status")) as con:
        assert figure(con, "inspected", "D", "offices") == (1, 2, "ok")
        judged = con.execute("""select target_id, numerator, denominator, state, short_count from target_status
                                where unit_code = 'D' and period_kind = 'year' order by 1""").fetchall()
    assert judged == [("13", 1, 2, "met", 0), ("3", 1, 2, "met", 0)]


def test_of_several_tasks_all_that_are_due_must_be_done_and_proven():
    done = {"done_at": at("2020-05-01")}
    tasks = [
        proven("X", task_code="1", due_at=at("2020-06-30"), **done),
        proven("X", task_code="2", due_at=at("2020-06-30")),
        proven("Y", task_code="1", due_at=at("2020-06-30"), **done),
        proven("Y", task_code="2", due_at=at("2020-06-30"), evidence_number=None, **done),
        proven("Z", task_code="1", due_at=at("2020-06-30"), **done),
        proven("Z", task_code="2", due_at=at("2020-09-30")),
    ]
    with told({"assigned_task": tasks}, MID_YEAR) as con:
        assert [figure(con, "plan_completed", code) for code in "DXYZ"] == [NOTHING, NOT_DONE, UNPROVEN, DONE]
        assert figure(con, "plan_completed", "D", "subtree") == (1, 3, "ok")
    with told({"assigned_task": tasks}, YEAR_END) as con:
        assert figure(con, "plan_completed", "Z") == NOT_DONE


def test_the_year_to_date_says_what_was_known_then():
    with told(inspections("X"), YEAR_END) as con:
        ends = con.execute("""
            select period_end, numerator, denominator from indicator_value
            where indicator_id = 'inspected' and unit_code = 'X' and scope = 'own' and period_kind = 'ytd'
              and period_start = '2020-01-01' and period_end in ('2020-04-30', '2020-05-31') order by 1""").fetchall()
        asked = "select distinct calendar, period_kind from indicator_value where indicator_id = 'inspected'"
        kinds = con.execute(asked).fetchall()
    assert ends == [(date(2020, 4, 30), 0, 1), (date(2020, 5, 31), 1, 1)]
    assert sorted(kinds) == [("calendar", "year"), ("calendar", "ytd")]


def test_an_entry_that_the_register_does_not_hold_any_more_is_gone():
    gone = proven("X", inspected_at=at("2020-05-04"), exported_at=at("2020-06-01"), ended_at=at("2020-09-01"))
    for day, is_there in ((date(2020, 8, 31), True), (date(2020, 9, 1), False)):
        with told({"inspection": [gone]}, day) as con:
            assert figure(con, "inspected", "X") == (DONE if is_there else NOT_DONE)


def test_what_rating_is_effective_is_the_offices_setting():
    result = proven("X", year=2020, is_self_scored="yes", submitted_at=at("2020-12-01"), rating="fair")
    for lowest, is_effective in (("good", False), ("fair", True), ("weak", True)):
        with told({"par_index": [result]}, YEAR_END, settings=FigureSettings(par_index_lowest_rating=lowest)) as con:
            assert figure(con, "par_index", "X") == (DONE if is_effective else NOT_DONE)


def test_a_share_is_provisional_until_the_register_of_a_later_day_has_come():
    asked = """select is_provisional from indicator_value where indicator_id = 'inspected' and unit_code = 'X' and scope = 'own'
               and period_kind = 'year' and period_start = '2020-01-01'"""
    for day, is_provisional in ((YEAR_END, True), (date(2021, 1, 4), False)):
        with told(inspections("X"), day) as con:
            assert con.execute(asked).fetchall() == [(is_provisional,)]


def test_the_entries_behind_a_share_are_shown_with_their_evidence():
    unproven = proven("Y", inspected_at=at("2020-06-01"), evidence_number=None)
    entries = {
        "inspection": [proven("X", inspected_at=at("2020-05-04")), unproven],
        "unit_plan": [proven("Z", year=2020, reporting_unit_code="D")],
    }
    asked = "indicator_id, unit_code, counts_from, counts_to, has_evidence, evidence_number, reporting_unit_code"
    with told(entries, YEAR_END, marts=("evidence",)) as con:
        found = con.execute(f"select {asked} from evidence order by 1, 2").fetchall()
    assert found == [
        ("inspected", "X", date(2020, 5, 4), date(2020, 5, 4), True, "1/QĐ", "X"),
        ("inspected", "Y", date(2020, 6, 1), date(2020, 6, 1), False, None, "Y"),
        ("plan_issued", "Z", date(2020, 1, 1), date(2020, 12, 31), True, "1/QĐ", "D"),
    ]


def test_every_share_of_units_says_what_counts_for_a_year_and_what_silence_means():
    shares = [figure for figure in figures() if figure["counted"] == "units"]
    assert len(shares) == len(REGISTER) == 8
    for share in shares:
        assert share["validity"] in ("for", "in_force", "happened", "about", "due"), share
        assert share["silence"] in ("missing_data", "not_done", "no_activity"), share
        assert (share["periods"], share["kind"]) == ("years", REGISTER[share["indicator_id"]])
        assert share["indicator_id"] in registers()[share["kind"]].indicators
