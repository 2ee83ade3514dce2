"""Edges of the share of electronic documents: who is meant, who has it, what leaves the denominator, whom to look at."""

from datetime import date, datetime, timedelta

import pytest

from tests.spec.dossiers import unit
from tests.spec.entries import told
from transforms.duck import rows
from transforms.figure_settings import FigureSettings

AS_OF = date(2020, 12, 28)
UNITS = [
    unit("D", ""),
    {**unit("P"), "unit_level": "district", "unit_kind": "department"},
    unit("A"),
    unit("B"),
    {**unit("OLD"), "valid_to": "2020-06-30"},
    {**unit("NEW"), "valid_from": "2020-07-01"},
]


def document(code: str = "1/CV", day: str = "2020-03-02", by: str = "P", **said) -> dict:
    return {"issuing_unit_code": by, "document_code": code, "issued_at": datetime.fromisoformat(day), **said}


def sent(of: dict, to: str, *codes: str) -> list[dict]:
    """Events an hour from each other; a recipient in small letters is no unit."""
    key = {name: of[name] for name in ("issuing_unit_code", "document_code", "issued_at")}
    who = {"recipient_unit_code": None if to.islower() else to, "recipient_name_hash": to}
    return [{**key, **who, "event_code": code, "event_at": of["issued_at"] + timedelta(hours=h)} for h, code in enumerate(codes)]


def counted(documents: list[dict], events: list[dict], by: str = "P", **settings) -> dict[str, int]:
    """What a unit's year comes to."""
    chosen = FigureSettings(**settings)
    with told(
        {"document": documents, "transmission": events}, AS_OF, units=UNITS, settings=chosen, marts=("document_period",)
    ) as con:
        (found,) = rows(
            con,
            """from document_period where unit_code = $by and scope = 'own'
                   and calendar = 'calendar' and period_kind = 'year' and period_start = '2020-01-01'""",
            {"by": by},
        )
    return found


def went(documents: list[dict], events: list[dict], by: str = "P", **settings) -> tuple[int, int]:
    """(electronic, counted) of a unit's year."""
    found = counted(documents, events, by, **settings)
    return found["electronic_count"], found["counted_count"]


@pytest.mark.parametrize(
    ("day", "reached", "is_all"),
    [
        ("2020-06-30", ["A", "B", "OLD"], True),
        ("2020-07-01", ["A", "B", "OLD"], False),
        ("2020-07-01", ["A", "B", "NEW"], True),
        ("2020-06-30", ["A", "B", "NEW"], False),
    ],
)
def test_a_group_is_the_units_in_force_on_the_day_of_issue(day, reached, is_all):
    one = document(day=day, recipients="@commune")
    events = [event for to in reached for event in sent(one, to, "03")]
    assert went([one], events) == (int(is_all), 1)
    assert went([one], events, edoc_recipients="at_least_one") == (1, 1)


def test_one_document_counts_once_however_many_have_it_and_whoever_tells_of_it():
    one = document(recipients="@commune|A|B")
    events = [event for to in ("A", "B", "OLD", "somebody") for event in sent(one, to, "01", "03", "06")]
    assert went([one, {**one, "exported_at": datetime(2020, 3, 1)}], events) == (1, 1)


def test_a_unit_is_none_of_its_own_recipients():
    one = document(by="A", recipients="@commune")
    assert went([one], sent(one, "B", "03") + sent(one, "OLD", "03"), by="A") == (1, 1)


def test_without_recipients_that_are_known_one_that_has_it_is_enough():
    for said in ({}, {"recipients_unknown_count": 2}, {"recipients_unknown_count": 1, "recipients_outside_count": 1}):
        one = document(**said)
        assert went([one], sent(one, "A", "02") + sent(one, "somebody", "03")) == (1, 1)
        assert went([one], sent(one, "A", "02")) == (0, 1)


def test_what_goes_outside_only_leaves_the_denominator_and_is_no_exclusion():
    outside = document("1/CV", recipients_outside_count=1, secrecy="secret")
    both = document("2/CV", recipients="A", recipients_outside_count=1, secrecy="absolute_secret")
    with told({"document": [outside, both], "transmission": []}, AS_OF, units=UNITS, marts=("document_exclusion",)) as con:
        found = con.execute("""select ground, document_count from document_exclusion
                               where unit_code = 'P' and scope = 'own' and calendar = 'calendar' and period_kind = 'year'
                               order by all""").fetchall()
    assert found == [("absolute_secret", 1), ("recipients_outside", 1)]
    assert went([outside], []) == (0, 0)


@pytest.mark.parametrize(
    ("paper", "signed", "code", "only_signed", "unknown"),
    [
        ("no", "yes", "03", 1, 0),
        ("yes", None, "03", 0, 0),
        (None, "no", "03", 0, 0),
        (None, "yes", "03", 0, 1),
        ("no", None, "03", 0, 1),
        (None, None, "02", 0, 0),
    ],
)
def test_paper_and_signature_are_what_the_register_says(paper, signed, code, only_signed, unknown):
    one = document(is_paper_sent=paper, is_signed=signed)
    found = counted([one], sent(one, "A", code))
    assert (found["only_signed_count"], found["only_signed_unknown_count"]) == (only_signed, unknown)


def test_what_is_not_told_is_named():
    one = document()
    with told({"document": [one], "transmission": sent(one, "A", "03")}, AS_OF, units=UNITS) as con:
        said = (
            "select distinct status_reason from indicator_value where indicator_id = 'edoc_only_signed' and status = 'missing_data'"
        )
        assert con.execute(said).fetchall() == [("not_told: is_paper_sent is_signed",)]


def documents_of(by: str, count: int, left_out: int) -> list[dict]:
    return [document(f"{n}/CV", by=by, exclusion_ground="other" if n < left_out else None) for n in range(count)]


@pytest.mark.parametrize(
    ("left_out", "of", "is_outlier"),
    [(6, 40, False), (7, 40, True), (2, 10, False), (3, 10, True), (9, 9, False)],
)
def test_a_unit_that_leaves_out_far_more_than_the_others_is_to_be_looked_at(left_out, of, is_outlier):
    """The others leave out 1 in 40, so that the bar stands at 7.5 %: the lower end of 6/40 is 7.1 %, that of 7/40 8.8 %."""
    others = [d for by in ("A", "B", "OLD", "D") for d in documents_of(by, 40, 1)]
    entries = {"document": [*others, *documents_of("P", of, left_out)], "transmission": []}
    with told(entries, AS_OF, units=UNITS, marts=("unit_warning",)) as con:
        found = con.execute("select unit_code, row_count from unit_warning where rule_code = 'EXCLUSION_OUTLIER'").fetchall()
    assert found == ([("P", left_out)] if is_outlier else [])
