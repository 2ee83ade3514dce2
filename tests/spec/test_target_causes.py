"""What is in the way of the shipped plan's targets: which units and procedures, and what is the matter with each."""

from datetime import date

import pytest

from tests.spec.dossiers import unit
from tests.spec.entries import at, proven, told
from tests.spec.test_register_counts import IN_SYSTEM, outside
from tests.spec.test_register_counts import TestProcedures as Procedures

YEAR_END = date(2020, 12, 31)
UNITS = [unit("D", ""), *map(unit, "WXYZ")]
ENTRIES = IN_SYSTEM | {
    "dialogue": [
        proven("W", held_at=at("2020-05-04"), is_about_procedures="yes"),
        proven("X", held_at=at("2020-05-04"), is_about_procedures="no"),
        proven("Y", held_at=at("2020-05-04"), is_about_procedures="yes", evidence_number=None),
    ],
    "outside_dossier": [outside("Y", "2019-12-15", "2020-12-14", 2)],
}


@pytest.fixture(scope="module")
def causes():
    with told(ENTRIES, YEAR_END, units=UNITS, procedures=Procedures.CATALOGUE, marts=("target_cause",)) as con:
        found = con.execute(
            """select target_id, part_number, cause_code, reason, missing_count, cause_denominator from target_cause
               where unit_code = 'D' and period_kind = 'year' order by target_id, part_number, place"""
        ).fetchall()
    return lambda target, part=1: [row[2:] for row in found if row[:2] == (target, part)]


def test_a_unit_falls_short_lacks_evidence_or_did_not_report(causes):
    assert causes("2020-13") == [("X", "falls_short", 1, 1), ("Y", "no_evidence", 1, 1), ("Z", "missing_data", None, None)]


def test_of_a_share_of_procedures_the_procedures_are_told(causes):
    assert causes("2020-09") == [("2", "falls_short", 1, 1), ("3", "missing_data", 1, 1)]
    assert causes("2020-11", part=1) == [("2", "falls_short", 1, 1)]
    assert causes("2020-11", part=2) == [("3", "falls_short", 1, 1), ("2", "missing_data", 1, 1)]
    # Without exceptions 2 is not asked for.
    assert causes("2020-11", part=3) == []
    assert causes("2020-11", part=4) == [("3", "falls_short", 1, 1)]


def test_a_unit_of_which_the_whole_is_not_known_comes_first(causes):
    assert causes("2020-07") == [("X", "missing_denominator", None, None), ("Y", "falls_short", 2, 2)]
