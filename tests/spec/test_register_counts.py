"""Dossiers outside the system, procedures, surveys and totals: what stands above and below the line, and what is not told."""

from datetime import date, datetime, timedelta

import pytest

from tests.spec.dossiers import EVENING, procedure, unit
from tests.spec.entries import at, figure, proven, told
from transforms.errors import ConfigError
from transforms.reference import load_reference

JANUARY = ("calendar", "month", date(2020, 1, 1))
QUARTER = ("calendar", "quarter", date(2020, 1, 1))
OFFICIAL_JANUARY = ("official", "month", date(2019, 12, 15))
AS_OF = date(2020, 4, 30)
NOTHING_KEPT = {"inspection": []}
"""A register that holds nothing: with it the periods of the plan's year are told."""
MISSING_DATA, NO_DENOMINATOR = (None, None, "missing_data"), "missing_denominator"


def dossier(code: str, day: str, unit_code: str = "X") -> dict:
    """A dossier in the system, received on a day and still open."""
    received = at(day)
    return {
        "dossier_code": code,
        "receiving_unit_code": unit_code,
        "resolving_unit_code": unit_code,
        "status": "PROCESSING",
        "received_at": received,
        "due_at": received + timedelta(days=200),
        "exported_at": datetime.combine(AS_OF, EVENING),
    }


IN_SYSTEM = {"dossier": [dossier(f"a{n}", f"2020-01-{n:02}") for n in range(1, 8)]}


def outside(unit_code: str, first: str, last: str, count: int, **said) -> dict:
    return proven(unit_code, from_at=at(first), to_at=at(last), outside_count=count, **said)


class TestViaSystem:
    def test_the_system_alone_knows_no_denominator(self):
        with told(IN_SYSTEM, AS_OF) as con:
            assert figure(con, "via_system", "X", period=JANUARY) == (7, None, NO_DENOMINATOR)
            assert figure(con, "via_system", "D", "subtree", period=JANUARY) == (7, None, NO_DENOMINATOR)
            assert figure(con, "via_system", "Y", period=JANUARY) == (0, 0, "no_activity")

    def test_dossiers_outside_stand_below_the_line(self):
        rows = [outside("X", "2020-01-01", "2020-01-31", 3), outside("Y", "2020-01-01", "2020-01-31", 5)]
        with told(IN_SYSTEM | {"outside_dossier": rows}, AS_OF) as con:
            assert figure(con, "via_system", "X", period=JANUARY) == (7, 10, "ok")
            assert figure(con, "via_system", "Y", period=JANUARY) == (0, 5, "ok")
            assert figure(con, "via_system", "D", "subtree", period=JANUARY) == (7, 15, "ok")

    def test_none_outside_must_be_said(self):
        with told(IN_SYSTEM | {"outside_dossier": [outside("X", "2020-01-01", "2020-01-31", 0)]}, AS_OF) as con:
            assert figure(con, "via_system", "X", period=JANUARY) == (7, 7, "ok")

    def test_a_total_without_evidence_is_not_used(self):
        rows = [outside("X", "2020-01-01", "2020-01-31", 0, evidence_number=None)]
        with told(IN_SYSTEM | {"outside_dossier": rows}, AS_OF) as con:
            assert figure(con, "via_system", "X", period=JANUARY) == (7, None, NO_DENOMINATOR)

    @pytest.mark.parametrize(
        ("spans", "quarter"),
        [
            ([("01-01", "01-31", 1), ("02-01", "02-29", 1), ("03-01", "03-31", 1)], (7, 10, "ok")),
            ([("01-01", "01-31", 1), ("03-01", "03-31", 1)], (7, None, NO_DENOMINATOR)),  # February is missing
            ([("01-01", "01-31", 1), ("02-01", "02-29", 1)], (7, None, NO_DENOMINATOR)),  # March is missing
            ([("01-01", "01-31", 1), ("01-15", "02-29", 1), ("03-01", "03-31", 1)], (7, None, NO_DENOMINATOR)),  # an overlap
            ([("01-01", "03-31", 9), ("01-01", "01-31", 1)], (7, 16, "ok")),  # the whole period comes first
            ([("12-15", "04-14", 9)], (7, None, NO_DENOMINATOR)),  # longer than the period
        ],
    )
    def test_a_period_is_told_when_spans_make_it_up(self, spans, quarter):
        rows = [outside("X", f"{2019 if a.startswith('12') else 2020}-{a}", f"2020-{b}", count) for a, b, count in spans]
        with told(IN_SYSTEM | {"outside_dossier": rows}, AS_OF) as con:
            assert figure(con, "via_system", "X", period=QUARTER) == quarter

    def test_each_year_to_date_has_the_spans_that_it_holds(self):
        rows = [outside("X", "2020-01-01", "2020-01-31", 1), outside("X", "2020-02-01", "2020-02-29", 2)]
        with told(IN_SYSTEM | {"outside_dossier": rows}, AS_OF) as con:
            found = con.execute("""select period_end, denominator from indicator_value where indicator_id = 'via_system'
                                   and unit_code = 'X' and scope = 'own' and calendar = 'calendar' and period_kind = 'ytd'
                                   and period_start = '2020-01-01' order by 1""").fetchall()
        assert found == [(date(2020, 1, 31), 8), (date(2020, 2, 29), 10), (date(2020, 3, 31), None), (date(2020, 4, 30), None)]

    def test_a_paper_book_takes_the_place_of_totals_and_is_not_counted_twice(self):
        book = [
            {"unit_code": "X", "dossier_code": "paper 1", "received_at": at("2020-01-02")},
            {"unit_code": "X", "dossier_code": "a1", "received_at": at("2020-01-01")},  # the system has it
            {"unit_code": "X", "dossier_code": "paper 2", "received_at": at("2020-02-02")},
        ]
        totals = [outside("X", "2020-01-01", "2020-01-31", 100)]
        with told(IN_SYSTEM | {"outside_dossier": totals, "paper_dossier": book}, AS_OF) as con:
            assert figure(con, "via_system", "X", period=JANUARY) == (7, 8, "ok")
            assert figure(con, "via_system", "X", period=QUARTER) == (7, 9, "ok")

    def test_a_unit_that_begins_within_a_period_speaks_of_its_own_days_and_took_over_what_came_before(self):
        """X begins in the middle of February, with dossiers of January that it took over."""
        units = [unit("D", ""), unit("X") | {"valid_from": "2020-02-15"}]
        spans = [("2020-02-15", "2020-02-29", 2), ("2020-03-01", "2020-03-31", 3)]
        from_the_first = [("2020-02-01", *spans[0][1:]), spans[1]]
        for said in (spans, from_the_first):
            rows = [outside("X", first, last, count) for first, last, count in said]
            with told(IN_SYSTEM | {"outside_dossier": rows}, AS_OF, units=units) as con:
                assert figure(con, "via_system", "X", period=JANUARY) == (7, 7, "ok")
                assert figure(con, "via_system", "X", period=QUARTER) == (7, 12, "ok")
        with told(IN_SYSTEM | {"outside_dossier": [outside("X", *spans[1])]}, AS_OF, units=units) as con:
            assert figure(con, "via_system", "X", period=QUARTER) == (7, None, NO_DENOMINATOR)
        with told(IN_SYSTEM, AS_OF, units=units) as con:
            assert figure(con, "via_system", "X", period=JANUARY) == (7, None, NO_DENOMINATOR)

    def test_a_unit_that_ended_within_a_period_has_said_all_by_then(self):
        units = [unit("D", ""), unit("X") | {"valid_to": "2020-02-10"}]
        rows = [outside("X", "2020-01-01", "2020-01-31", 1), outside("X", "2020-02-01", "2020-02-10", 2)]
        with told(IN_SYSTEM | {"outside_dossier": rows}, AS_OF, units=units) as con:
            assert figure(con, "via_system", "X", period=QUARTER) == (7, 10, "ok")


def catalogued(code: str, level: str = "commune", **said) -> dict[str, str]:
    return procedure(code, "Land", "5") | {"competent_level": level} | said


class TestProcedures:
    CATALOGUE = (
        catalogued("1", is_at_one_stop="true", is_published="true"),
        catalogued("2", service_level="3", is_at_one_stop="false", is_excepted="true", exception_ground="QĐ mẫu"),
        catalogued("3", service_level="", is_at_one_stop="true", is_published="false"),
        catalogued("4", "district", is_at_one_stop="true", is_published="true"),
    )

    def test_a_procedure_of_all_communes_counts_once_in_the_district(self):
        with told(NOTHING_KEPT, AS_OF, procedures=self.CATALOGUE) as con:
            assert figure(con, "procedures_level4", "X", period=JANUARY) == (1, 3, "ok")
            assert figure(con, "procedures_level4", "D", "commune_level", period=JANUARY) == (1, 3, "ok")
            assert figure(con, "procedures_level4", "D", period=JANUARY) == (1, 1, "ok")
            assert figure(con, "procedures_level4", "D", "subtree", period=JANUARY) == (2, 4, "ok")

    def test_a_procedure_without_level_stays_below_the_line_and_is_counted_apart(self):
        with told(NOTHING_KEPT, AS_OF, procedures=self.CATALOGUE) as con:
            found = con.execute("""select numerator, denominator, unreported_count, rate_high from indicator_value
                where indicator_id = 'procedures_level4' and unit_code = 'X' and scope = 'own' and calendar = 'calendar'
                  and period_kind = 'month' and period_start = '2020-01-01'""").fetchall()
        assert found == [(1, 3, 1, 2 / 3)]

    def test_as_written_first_and_without_exceptions_beside_it(self):
        with told(NOTHING_KEPT, AS_OF, procedures=self.CATALOGUE) as con:
            assert figure(con, "procedures_one_stop", "X", period=JANUARY) == (2, 3, "ok")
            assert figure(con, "procedures_one_stop", "X", period=JANUARY, basis="without_exceptions") == (2, 2, "ok")
            assert figure(con, "procedures_published", "X", period=JANUARY) == (1, 3, "ok")
            assert figure(con, "procedures_published", "X", period=JANUARY, basis="without_exceptions") == (1, 2, "ok")

    def test_the_level_is_the_one_catalogued_at_the_end_of_the_period(self):
        dated = [
            catalogued("1", service_level="3", valid_to="2020-01-31"),
            catalogued("1", service_level="4", valid_from="2020-02-01"),
        ]
        with told(NOTHING_KEPT, AS_OF, procedures=dated) as con:
            assert figure(con, "procedures_level4", "X", period=JANUARY) == (0, 1, "ok")
            assert figure(con, "procedures_level4", "X", period=QUARTER) == (1, 1, "ok")

    def test_what_the_catalogue_does_not_say_at_all_is_missing(self):
        with told(NOTHING_KEPT, AS_OF, procedures=[catalogued("1"), catalogued("2")]) as con:
            assert figure(con, "procedures_one_stop", "X", period=JANUARY) == MISSING_DATA
        with told(NOTHING_KEPT, AS_OF) as con:
            assert figure(con, "procedures_level4", "X", period=JANUARY) == MISSING_DATA

    def test_a_department_has_no_procedures_of_its_own(self):
        department = unit("X") | {"unit_kind": "department", "unit_level": "district"}
        with told(NOTHING_KEPT, AS_OF, units=[unit("D", ""), department], procedures=self.CATALOGUE) as con:
            assert figure(con, "procedures_level4", "X", period=JANUARY) == (0, 0, "no_activity")

    def test_an_exception_without_a_ground_is_refused_by_its_line(self, tmp_path):
        row = catalogued("1", is_excepted="true")
        (tmp_path / "procedures.csv").write_text(f"{','.join(row)}\n{','.join(row.values())}\n", encoding="utf-8")
        with pytest.raises(ConfigError, match="line 2: 1 is excepted without a ground"):
            load_reference(tmp_path)


def answers(*said: str, field: str = "health", kind: str = "citizen", unit_code: str = "X", day: str = "2020-01-15") -> list[dict]:
    """Forms of five options, one an answer; an empty one is blank."""
    about = {"unit_code": unit_code, "survey_field": field, "respondent_kind": kind, "answer_form": "five_options"}
    return [
        {**about, "survey_code": f"{field} {kind} {day}", "answer_code": str(n), "answer": answer or None, "answered_at": at(day)}
        for n, answer in enumerate(said)
    ]


class TestSurveys:
    FIVE = ("very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied")

    def test_satisfied_are_the_top_two(self):
        with told({"survey_answer": answers(*self.FIVE)}, AS_OF) as con:
            assert figure(con, "satisfaction_health", "X", period=JANUARY) == (2, 5, "ok")
            assert figure(con, "satisfaction_education", "X", period=JANUARY) == (0, 0, "no_activity")
            assert figure(con, "satisfaction_public_services", "D", "subtree", period=JANUARY) == (2, 5, "ok")

    def test_blanks_leave_the_denominator_and_are_counted(self):
        with told({"survey_answer": answers("satisfied", "", "")}, AS_OF) as con:
            assert figure(con, "satisfaction_health", "X", period=JANUARY) == (1, 1, "ok")
            counted = con.execute("""select excluded_count from indicator_value where indicator_id = 'satisfaction_health'
                and unit_code = 'X' and scope = 'own' and calendar = 'calendar' and period_kind = 'month'
                and period_start = '2020-01-01'""").fetchall()
        assert counted == [(2,)]

    def test_businesses_are_asked_about_administration_only(self):
        entries = answers("satisfied", kind="business") + answers("satisfied", field="administration", kind="business")
        with told({"survey_answer": entries}, AS_OF) as con:
            assert figure(con, "satisfaction_health", "X", period=JANUARY) == (0, 0, "no_activity")
            assert figure(con, "satisfaction_administration", "X", period=JANUARY) == (1, 1, "ok")

    def test_public_services_are_the_answers_on_education_and_health_pooled(self):
        entries = answers(*["satisfied"] * 9, "neutral") + answers("satisfied", "dissatisfied", field="education", unit_code="Y")
        with told({"survey_answer": entries + answers("neutral", field="administration")}, AS_OF) as con:
            assert figure(con, "satisfaction_public_services", "D", "subtree", period=JANUARY) == (10, 12, "ok")

    def test_exactly_ninety_per_cent_is_not_above_ninety(self):
        with told({"survey_answer": answers(*["satisfied"] * 9, "neutral")}, AS_OF) as con:
            numerator, denominator, _ = figure(con, "satisfaction_health", "X", period=JANUARY)
        assert not numerator * 100 > 90 * denominator

    def test_a_small_sample_is_marked_and_has_its_interval(self):
        entries = answers(*["satisfied"] * 29) + answers(*["satisfied"] * 30, field="education")
        with told({"survey_answer": entries}, AS_OF) as con:
            found = con.execute("""select indicator_id, is_small_sample, wilson_low between 0.85 and 0.95 from indicator_value
                where unit_code = 'X' and scope = 'own' and calendar = 'calendar' and period_kind = 'month'
                  and period_start = '2020-01-01' and status = 'ok' order by 1""").fetchall()
        assert found == [
            ("satisfaction_education", False, True),
            ("satisfaction_health", True, True),
            ("satisfaction_public_services", False, True),
        ]


def total(indicator: str, numerator: int, denominator: int, unit_code: str = "X", **said) -> dict:
    span = {"from_at": at("2020-01-01"), "to_at": at("2020-01-31"), "numerator": numerator, "denominator": denominator}
    return proven(unit_code, indicator=indicator, **span | said)


def is_from_totals(con, indicator: str, unit_code: str, scope: str = "own") -> bool:
    ((found,),) = con.execute(
        """select is_from_totals from indicator_value where indicator_id = $1 and unit_code = $2 and scope = $3
           and calendar = 'calendar' and period_kind = 'month' and period_start = '2020-01-01'""",
        [indicator, unit_code, scope],
    ).fetchall()
    return found


class TestTotals:
    def test_a_total_stands_where_there_are_no_rows_and_is_marked(self):
        with told({"total": [total("satisfaction_health", 91, 100)], "survey_answer": []}, AS_OF) as con:
            assert figure(con, "satisfaction_health", "X", period=JANUARY) == (91, 100, "ok")
            assert figure(con, "satisfaction_public_services", "D", "subtree", period=JANUARY) == (91, 100, "ok")
            assert is_from_totals(con, "satisfaction_health", "X") is True
            assert is_from_totals(con, "satisfaction_health", "D", "subtree") is True
            assert is_from_totals(con, "satisfaction_education", "X") is False

    def test_a_total_alone_needs_no_other_source(self):
        with told({"total": [total("edoc_any", 40, 50)]}, AS_OF) as con:
            assert figure(con, "edoc_any", "X", period=JANUARY) == (40, 50, "ok")
            assert figure(con, "edoc_any", "Y", period=JANUARY) == MISSING_DATA

    def test_totals_of_documents_make_up_a_whole_only_when_every_unit_has_told_its_own(self):
        said = [total("edoc_any", 40, 50), total("edoc_any", 9, 10, "Y")]
        with told({"total": said}, AS_OF) as con:
            assert figure(con, "edoc_any", "D", "subtree", period=JANUARY)[1:] == (None, NO_DENOMINATOR)
        with told({"total": [*said, total("edoc_any", 1, 1, "Z")]}, AS_OF) as con:
            assert figure(con, "edoc_any", "D", "subtree", period=JANUARY) == (50, 61, "ok")

    def test_rows_come_before_a_total_and_the_difference_is_shown(self):
        entries = {"survey_answer": answers("satisfied", "neutral"), "total": [total("satisfaction_health", 91, 100)]}
        with told(entries, AS_OF, marts=("indicator_value", "totals_difference")) as con:
            assert figure(con, "satisfaction_health", "X", period=JANUARY) == (1, 2, "ok")
            assert is_from_totals(con, "satisfaction_health", "X") is False
            found = con.execute("""
                select total_numerator, total_denominator, numerator, denominator,
                    numerator_difference, denominator_difference, is_used
                from totals_difference where calendar = 'calendar' and period_kind = 'month'""").fetchall()
        assert found == [(91, 100, 1, 2, 90, 98, False)]

    def test_rows_of_one_unit_and_the_total_of_another_are_pooled(self):
        entries = {"survey_answer": answers("satisfied", "neutral"), "total": [total("satisfaction_health", 91, 100, "Y")]}
        with told(entries, AS_OF) as con:
            assert figure(con, "satisfaction_health", "D", "subtree", period=JANUARY) == (92, 102, "ok")
            assert is_from_totals(con, "satisfaction_health", "D", "subtree") is True

    def test_a_total_of_education_and_rows_of_health_make_up_public_services(self):
        entries = {"survey_answer": answers("satisfied", "neutral"), "total": [total("satisfaction_education", 9, 10)]}
        with told(entries, AS_OF) as con:
            assert figure(con, "satisfaction_public_services", "X", period=JANUARY) == (10, 12, "ok")

    def test_a_total_is_the_denominator_that_the_system_does_not_know(self):
        with told(IN_SYSTEM | {"total": [total("via_system", 8, 9)]}, AS_OF) as con:
            assert figure(con, "via_system", "X", period=JANUARY) == (8, 9, "ok")
            assert figure(con, "via_system", "D", "subtree", period=JANUARY) == (8, 9, "ok")
            assert figure(con, "via_system", "X", period=OFFICIAL_JANUARY) == (7, None, NO_DENOMINATOR)

    def test_a_total_without_evidence_is_not_used(self):
        with told({"total": [total("edoc_any", 40, 50, evidence_at=None)]}, AS_OF) as con:
            assert figure(con, "edoc_any", "X", period=JANUARY) == MISSING_DATA
