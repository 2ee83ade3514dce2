"""Drawn registers and logs: the models count what plain Python counts from the same rows."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spec import document_oracle as oracle
from tests.spec.entries import told
from tests.spec.test_documents import AS_OF, UNITS
from transforms.duck import rows
from transforms.entities import GROUNDS, SECRECY
from transforms.figure_settings import FigureSettings

COMMUNES = ["A", "B", "OLD", "NEW"]
SENDERS = ["A", "B", "P"]
days = st.sampled_from([date(2019, 12, 14), date(2020, 1, 31), date(2020, 6, 30), date(2020, 7, 1), date(2020, 12, 28)])
codes = st.integers(1, 9).map(lambda number: f"{number}/CV")
# What follows on each other in a log, mostly arrivals.
STEPS = [
    ["01"],
    ["03"],
    ["01", "03"],
    ["04", "05", "06"],
    ["02"],
    ["13"],
    ["13", "15"],
    ["13", "16"],
    ["03", "15"],
    ["16"],
    ["none"],
]
courses = st.lists(st.sampled_from([["03"], ["03"], *STEPS]), min_size=1, max_size=3).map(lambda steps: [*chain(*steps)])
yes_no = st.sampled_from([None, "yes", "yes", "no"])
members = st.lists(st.sampled_from(["A", "B", "P", "OLD", "@commune", "@department"]), unique=True, max_size=3)


def identity(sender: str, code: str, day: date) -> dict:
    return {"issuing_unit_code": sender, "document_code": code, "issued_at": datetime.combine(day, time())}


@st.composite
def a_document(draw) -> dict:
    named = draw(members)
    return identity(draw(st.sampled_from(SENDERS[:2] if draw(st.booleans()) else SENDERS)), draw(codes), draw(days)) | {
        "secrecy": draw(st.sampled_from([None, *SECRECY, "open", "open"])),
        "exclusion_ground": draw(st.sampled_from([None, None, None, *GROUNDS])),
        "recipients": "|".join(sorted(named)) or None,
        "recipients_outside_count": draw(st.sampled_from([None, 0, 1])),
        "recipients_unknown_count": draw(st.sampled_from([None, 0, 0, 1])),
        "is_paper_sent": draw(yes_no),
        "is_signed": draw(yes_no),
    }


@st.composite
def some_events(draw, documents: list[dict]) -> list[dict]:
    known = [oracle.key(d) for d in documents] + [("P", "9/CV", date(2020, 1, 31))]
    found = []
    for sender, code, day in known:
        for recipient in draw(st.lists(st.sampled_from(["A", "B", "P", "OLD", "NEW", None]), unique=True, min_size=1)):
            at = datetime.combine(day, time(8))
            for event in draw(courses):
                at += timedelta(hours=draw(st.sampled_from([0, 1, 1, 1])))
                # One unit under two names is one recipient.
                name = draw(st.sampled_from(["its name", "another name"])) if recipient else "stranger"
                said = {"recipient_unit_code": recipient, "recipient_name_hash": f"{recipient} {name}"}
                found.append(identity(sender, code, day) | said | {"event_code": event, "event_at": at})
    return found


@st.composite
def drawn(draw) -> tuple[list[dict], list[dict]]:
    by_key = {oracle.key(document): document for document in draw(st.lists(a_document(), min_size=8, max_size=16))}
    documents = [*by_key.values()]
    return documents, draw(some_events(documents))


@settings(max_examples=20, deadline=None)
@given(drawn=drawn(), edoc_recipients=st.sampled_from(["all", "at_least_one"]))
def test_the_models_count_documents_as_plain_python_does(drawn, edoc_recipients):
    documents, events = drawn
    chosen = FigureSettings(edoc_recipients=edoc_recipients, exclusion_outlier_documents=2, exclusion_outlier_mads=1)
    marts = ("document_period", "document_exclusion", "unit_warning")
    entries = {"document": documents, "transmission": events}
    with told(entries, AS_OF, units=UNITS, settings=chosen, marts=marts) as con:
        counted = rows(con, "from document_period where scope in ('own', 'commune_level')")
        left_out = rows(con, "from document_exclusion where scope in ('own', 'commune_level')")
        there = con.execute("select unit_code, document_code, issued_date, recipient, has_it from transmission_asof").fetchall()
        warned = con.execute("select rule_code, unit_code, row_count from unit_warning where unit_role = 'issuing'").fetchall()
    arrived = oracle.arrivals(events)
    assert {((*document,), who): has_it for *document, who, has_it in there} == {
        (document, who): has_it for document, to in arrived.items() for who, has_it in to.items()
    }
    found = oracle.verdicts(documents, events, UNITS, needs_all=edoc_recipients == "all")
    by_place: dict[tuple, Counter[str]] = {}
    for row in left_out:
        by_place.setdefault(place(row), Counter())[row["ground"]] += row["document_count"]
    for row in counted:
        units = COMMUNES if row["scope"] == "commune_level" else [row["unit_code"]]
        period = row["period_start"], min(row["period_end"], AS_OF)
        expected = oracle.counts(found, units, *period)
        assert {name: row[name] for name in expected} == expected, row
        assert by_place.pop(place(row), Counter()) == oracle.exclusions(found, units, *period)
    assert not by_place
    assert len(counted) >= len({(unit, day.year) for unit, _, day in found})
    unknown = Counter(d["issuing_unit_code"] for d in documents if d["recipients_unknown_count"])
    outliers = oracle.outliers(found, AS_OF, mads=1, at_least=2)
    expected = [("RECIPIENT_UNKNOWN", *item) for item in unknown.items()] + [("EXCLUSION_OUTLIER", *o) for o in outliers.items()]
    assert sorted(warned) == sorted(expected)


def place(row: dict) -> tuple:
    return tuple(row[column] for column in ("unit_code", "scope", "calendar", "period_kind", "period_start", "period_end"))
