"""The working calendar against the published days off, and the control of due dates against plain counting."""

from collections import Counter
from datetime import date, timedelta

import duckdb
import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo import calendar as demo_calendar
from demo import generate
from demo.rules import number_of
from flows.home import CHECKOUT
from flows.publish import current_release
from flows.query import open_release
from transforms.build import REGISTER_TABLES, load_rows, release_fingerprint
from transforms.duck import rows
from transforms.errors import ConfigError
from transforms.plans import load_plan
from transforms.reference import Reference, load_reference
from transforms.runner import all_models, run_models
from transforms.working_calendar import EVERYWHERE, calendar_tables

SHIPPED = load_reference(CHECKOUT / "config" / "reference").calendar

# Received, working days, due, due where make-up days (làm bù) are not known.
VECTORS = [
    ("2018-12-28", 1, "2019-01-02", "2019-01-02"),
    ("2019-04-26", 3, "2019-05-04", "2019-05-06"),
    ("2020-01-22", 5, "2020-02-05", "2020-02-05"),
    ("2020-04-27", 10, "2020-05-13", "2020-05-13"),
    ("2020-04-29", 1, "2020-05-04", "2020-05-04"),
    ("2021-12-31", 1, "2022-01-04", "2022-01-04"),
    ("2022-04-29", 2, "2022-05-05", "2022-05-05"),
    ("2022-12-30", 1, "2023-01-03", "2023-01-03"),
    ("2023-04-28", 1, "2023-05-04", "2023-05-04"),
    ("2024-04-26", 3, "2024-05-04", "2024-05-06"),
    ("2025-01-24", 5, "2025-02-07", "2025-02-07"),
    ("2025-04-25", 3, "2025-04-29", "2025-05-05"),
    ("2026-08-21", 5, "2026-08-27", "2026-08-28"),
    ("2026-11-23", 1, "2026-11-25", "2026-11-25"),
]


def row(day: str, kind: str, unit: str = "", confirmed: str = "true") -> dict[str, str]:
    return {"date": day, "kind": kind, "scope_unit": unit, "basis": "made up", "is_confirmed": confirmed}


def tree(**parents: str) -> list[dict[str, str]]:
    return [{"unit_code": unit, "parent_code": parent} for unit, parent in parents.items()]


def procedure(code: str, days: int | None, unit: str = "working_day", since: str = "2010-01-01", until: str | None = None) -> tuple:
    return (code, code, "F", "Field", "district", "4", days, unit, since, until, *[None] * 5)


def control(calendar, dossiers, procedures=None, units=()) -> dict:
    """Run the models over dossiers (unit, procedure or number of working days, received, due) and give their rows, in order."""
    if procedures is None:
        procedures = [procedure(str(days), days) for days in {days for _, days, _, _ in dossiers}]
    with duckdb.connect() as con:
        loaded = {**calendar_tables(calendar, list(units)), "procedure_register": procedures}
        for name, values in loaded.items():
            con.execute(f"create table {name} ({REGISTER_TABLES[name]})")
            load_rows(con, name, values)
        con.execute("""create table dossier_asof (dossier_key integer, resolving_unit_code varchar, procedure_code varchar,
                       received_at timestamp, due_at timestamp, status varchar, supplement_count integer, supplement_days integer,
                       supplement_requested_at timestamp, supplement_completed_at timestamp)""")
        shown = [(n, unit, str(code), at, due, *[None] * 5) for n, (unit, code, at, due) in enumerate(dossiers)]
        load_rows(con, "dossier_asof", shown)
        made = ("working_day", "suspension", "statutory_due", "calendar_year")
        run_models(con, [all_models()[name] for name in made], date(2020, 1, 1))
        found = {name: rows(con, f"from {name} order by all") for name in ("statutory_due", "calendar_year")}
    assert [r["dossier_key"] for r in found["statutory_due"]] == list(range(len(dossiers)))
    return found


def due_dates(calendar, dossiers, **given_too) -> list[str | None]:
    found = control(calendar, dossiers, **given_too)["statutory_due"]
    return [r["statutory_due_date"] and r["statutory_due_date"].isoformat() for r in found]


def test_the_fourteen_vectors():
    dossiers = [("u", days, received, None) for received, days, _, _ in VECTORS]
    assert due_dates(SHIPPED, dossiers) == [due for _, _, due, _ in VECTORS]
    without_make_up = [r for r in SHIPPED if r["kind"] != "make_up"]
    assert due_dates(without_make_up, dossiers) == [wrong for _, _, _, wrong in VECTORS]


def test_working_days_of_each_year_and_whether_it_is_confirmed():
    found = {r["year"]: (r["working_day_count"], r["is_confirmed"]) for r in control(SHIPPED, [])["calendar_year"]}
    # Of 2018 only the swap for January 2019 is listed.
    assert found.pop(2018)[1] is False
    assert found == {
        2019: (252, True),
        2020: (252, True),
        2021: (250, True),
        2022: (249, True),
        2023: (249, True),
        2024: (251, True),
        2025: (250, True),
        2026: (249, False),
    }


def test_the_calendar_is_that_of_the_holidays_library_but_for_what_is_named_here():
    library = holidays.Vietnam(years=range(2018, 2027))
    days_off = {day for day in library if day >= date(2018, 12, 31) and day.weekday() < 5}
    made_up = {day for day in library.weekend_workdays if day.year >= 2019}
    ours = {kind: {date.fromisoformat(r["date"]) for r in SHIPPED if r["kind"] == kind} for kind in ("day_off", "make_up")}
    # The library does not know this swap, which is not confirmed.
    assert ours["day_off"] ^ days_off == {date(2026, 1, 2)}
    assert ours["make_up"] ^ made_up == {date(2026, 1, 10)}
    unconfirmed = {r["date"] for r in SHIPPED if r["is_confirmed"] == "false"}
    assert unconfirmed == {"2018-12-31", "2026-01-02", "2026-01-10"}
    assert not any(r["scope_unit"] for r in SHIPPED)


@pytest.mark.parametrize(
    ("received", "days", "unit", "due"),
    [
        # A counter open on a Saturday: the next working day is the first that counts, and the day of "no days".
        ("2020-03-07", 1, "working_day", "2020-03-09"),
        ("2020-03-07", 0, "working_day", "2020-03-09"),
        ("2020-03-07", 2, "day", "2020-03-09"),
        # A make-up Saturday is a working day like any other.
        ("2019-05-04", 0, "working_day", "2019-05-04"),
        ("2019-05-04", 1, "working_day", "2019-05-06"),
        ("2020-03-09", 0, "working_day", "2020-03-09"),
        # Calendar days run through days off and may not end on one.
        ("2020-04-24", 5, "day", "2020-04-29"),
        ("2020-04-24", 6, "day", "2020-05-04"),
        ("2020-12-31", 1, "day", "2021-01-04"),
    ],
)
def test_days_of_no_work(received, days, unit, due):
    assert due_dates(SHIPPED, [("u", "p", received, None)], procedures=[procedure("p", days, unit)]) == [due]


def test_the_catalogue_of_the_day_of_receipt_counts():
    entries = [procedure("p", 5, until="2020-03-09"), procedure("p", 3, since="2020-03-10")]
    dossiers = [("u", "p", "2020-03-09 16:00", None), ("u", "p", "2020-03-10 08:00", None), ("u", "q", "2020-03-10", None)]
    assert due_dates(SHIPPED, dossiers, procedures=entries) == ["2020-03-16", "2020-03-13", None]


def test_findings():
    cases = [
        ("2020-03-02", 5, "2020-03-09 17:00", 0, "same"),
        ("2020-03-02", 5, "2020-03-10 17:00", 1, "same"),
        ("2020-03-02", 5, "2020-03-11 17:00", 2, "longer"),
        ("2020-03-02", 5, "2020-03-06 17:00", -1, "same"),
        ("2020-03-02", 5, "2020-03-05 17:00", -2, "shorter"),
        # A Saturday and a Sunday hold until Monday, so that they are as good as it.
        ("2020-03-02", 5, "2020-03-07 17:00", 0, "same"),
        ("2020-03-02", 6, "2020-03-08 17:00", -1, "same"),
        ("2020-03-02", 5, None, None, "no_official_due"),
        ("2020-03-02", None, "2020-03-09 17:00", None, "no_statutory_time"),
        # A year that is not confirmed, in what is received, promised or due by law; and one that nobody listed.
        ("2018-12-28", 1, "2019-01-02 17:00", 0, "calendar_not_confirmed"),
        ("2025-12-30", 10, "2025-12-31 17:00", -9, "calendar_not_confirmed"),
        ("2025-12-01", 10, "2026-01-12 17:00", 19, "calendar_not_confirmed"),
        ("2026-12-30", 10, "2027-01-14 17:00", None, "calendar_not_confirmed"),
        ("2020-12-01", 10, "2202-12-15 17:00", None, "calendar_not_confirmed"),
        ("2012-03-02", 5, "2012-03-09 17:00", None, "calendar_not_confirmed"),
    ]
    found = control(SHIPPED, [("u", days, received, due) for received, days, due, _, _ in cases])
    assert [(r["difference_working_days"], r["finding"]) for r in found["statutory_due"]] == [c[3:] for c in cases]
    named = {r["year"]: (r["received_count"], r["due_count"]) for r in found["calendar_year"] if not r["is_confirmed"]}
    assert named == {2012: (1, 1), 2018: (1, 0), 2026: (1, 1), 2027: (0, 1), 2202: (0, 1)}


def test_without_a_calendar_nothing_can_be_compared():
    found = control([], [("u", 5, "2020-03-02", "2020-03-09")])
    assert [r["finding"] for r in found["statutory_due"]] == ["calendar_not_confirmed"]
    assert [(r["calendar_scope"], r["year"], r["working_day_count"]) for r in found["calendar_year"]] == [(EVERYWHERE, 2020, None)]


def test_a_year_with_rows_of_a_unit_alone_is_not_confirmed():
    calendar = [*SHIPPED, row("2027-03-02", "closure", "a"), row("2020-03-03", "closure", "a", confirmed="false")]
    found = control(calendar, [], units=tree(a=""))["calendar_year"]
    confirmed = {(r["calendar_scope"], r["year"]) for r in found if r["is_confirmed"]}
    assert confirmed == {(scope, y) for scope in ("a", EVERYWHERE) for y in range(2019, 2026)} - {("a", 2020)}


PARENTS = {"root": "", "left": "root", "right": "root", "leaf": "left"}
JUNE = [date(2023, 6, 1) + timedelta(n) for n in range(30)]
days = st.sampled_from(JUNE)
kinds = st.sampled_from(["day_off", "closure", "make_up"])
local_rows = st.dictionaries(st.tuples(st.sampled_from(["", *PARENTS]), days), st.tuples(kinds, st.booleans()), max_size=40)
cases = st.tuples(st.sampled_from([*PARENTS, "unknown"]), st.sampled_from(["working_day", "day"]), st.integers(0, 12), days, days)


def chain(unit: str) -> list[str]:
    found = []
    while unit:
        found.append(unit)
        unit = PARENTS.get(unit, "")
    return [*found, ""]


@settings(max_examples=40, deadline=None)
@given(local=local_rows, asked=st.lists(cases, min_size=1, max_size=30))
def test_counting_by_joins_is_counting_day_by_day(local, asked):
    def rows_in_force(unit):
        found = {}
        for above in reversed(chain(unit)):
            found |= {day: said for (owner, day), said in local.items() if owner == above}
        return found

    def is_worked(unit, day):
        in_force = rows_in_force(unit)
        return in_force[day][0] == "make_up" if day in in_force else day.weekday() < 5

    def next_worked(unit, day):
        while not is_worked(unit, day):
            day += timedelta(1)
        return day

    def told_plainly(unit, kind, count, received, official):
        due = received
        for _ in range(count):
            due += timedelta(1)
            if kind == "working_day":
                due = next_worked(unit, due)
        due, held_to = next_worked(unit, due), next_worked(unit, official)
        first, last = sorted((due, held_to))
        between = sum(is_worked(unit, first + timedelta(n)) for n in range(1, (last - first).days + 1))
        difference = between if held_to > due else -between
        if not all(confirmed for _, confirmed in rows_in_force(unit).values()):
            return due, difference, "calendar_not_confirmed"
        return due, difference, "same" if between <= 1 else "longer" if difference > 0 else "shorter"

    calendar = [row("2023-01-02", "day_off")]
    calendar += [row(d.isoformat(), k, unit, str(sure).lower()) for (unit, d), (k, sure) in local.items()]
    found = control(
        calendar,
        [(unit, f"{count} {kind}", received, official) for unit, kind, count, received, official in asked],
        procedures=[procedure(f"{count} {kind}", count, kind) for count in range(13) for kind in ("working_day", "day")],
        units=tree(**PARENTS),
    )["statutory_due"]
    ours = [(r["statutory_due_date"], r["difference_working_days"], r["finding"]) for r in found]
    assert ours == [told_plainly(*case) for case in asked]


UNITS = "unit_code,unit_name,unit_level,unit_kind,parent_code,valid_from,valid_to\nH1,Huyện,district,district,,,\n"
HEADER = "date,kind,scope_unit,basis,is_confirmed\n"
GOOD = HEADER + "2024-05-04,make_up,,B,true\n2024-04-29,day_off,,B,true\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + "2024-05-06,make_up,,B,true", "line 4: make_up changes nothing: 2024-05-06 is a Monday, worked anyhow"),
        (GOOD + "2024-05-05,day_off,,B,true", "line 4: day_off changes nothing: 2024-05-05 is a Sunday, off anyhow"),
        (GOOD + "2024-05-11,closure,H1,B,true", "line 4: closure changes nothing"),
        (GOOD + "2024-05-04,make_up,,B,true", "line 4: 2024-05-04 stands twice for everywhere"),
        (GOOD + "2024-05-02,closure,H1,B,true\n2024-05-02,make_up,H1,B,true", "line 5: 2024-05-02 stands twice for H1"),
        (GOOD + "2024-05-02,closure,H2,B,true", "line 4: scope_unit H2 is not known; did you mean H1"),
        (GOOD + "2024-05-02,closure,,B,true", "line 4: a closure needs its scope_unit"),
        (GOOD + "2024-05-02,holiday,,B,true", "line 4: kind holiday is not known"),
        (GOOD + "2024-05-02,day_off,,B,yes", "line 4: is_confirmed yes is not known"),
        (GOOD + "2024-05-02,day_off,,,true", "line 4: basis is empty"),
        (GOOD + ",day_off,,B,true", "line 4: date is empty"),
        (GOOD + "02/05/2024,day_off,,B,true", "line 4: date '02/05/2024' is not a date like 2020-12-31"),
        (GOOD + "20240502,day_off,,B,true", "line 4: date '20240502' is not a date like 2020-12-31"),
        ("date,kind\n", "line 1: missing columns scope_unit, basis, is_confirmed"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path, text, said):
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    (tmp_path / "calendar.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_reference(tmp_path)
    assert f"calendar.csv, {said}" in refused.value.en
    assert "calendar.csv, dòng" in refused.value.vi


def test_a_unit_may_depart_from_what_holds_everywhere(tmp_path):
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    text = GOOD + "2024-05-04,closure,H1,closed on a make-up day,true\n2024-04-29,make_up,H1,open on a day off,true\n"
    (tmp_path / "calendar.csv").write_text(text, encoding="utf-8")
    reference = load_reference(tmp_path)
    dossiers = [(unit, 3, "2024-04-26", None) for unit in ("H1", "other")]
    # Monday to Wednesday in the unit; Tuesday, Wednesday and Thursday elsewhere, as only the swap is listed.
    assert due_dates(reference.calendar, dossiers, units=reference.units) == ["2024-05-01", "2024-05-02"]


def test_a_statutory_time_that_is_no_number_is_named(tmp_path):
    header = (
        "procedure_code,procedure_name,field_code,field_name,competent_level,service_level,duration_days,duration_unit,"
        "valid_from,valid_to\n"
    )
    for cells, said in (("5 ngày,working_day", "duration_days '5 ngày' is not"), ("5,giờ", "duration_unit giờ is not known")):
        (tmp_path / "procedures.csv").write_text(f"{header}p,P,F,F,district,4,{cells},2020-01-01,\n", encoding="utf-8")
        with pytest.raises(ConfigError, match=f"procedures.csv, line 2: {said}"):
            load_reference(tmp_path)


def test_the_calendar_is_an_input_of_the_release():
    plan = load_plan(CHECKOUT / "config" / "plans" / "2020-district.yml")
    calendars = ([], SHIPPED, [*SHIPPED, row("2020-09-03", "day_off")])
    prints = {release_fingerprint(date(2020, 1, 1), [], Reference(calendar=calendar), plan) for calendar in calendars}
    assert len(prints) == len(calendars)


@pytest.fixture
def lives(monkeypatch, tmp_path) -> list[tuple]:
    """The demo's dossiers, and what its exports tell of each in the end."""
    found = []

    class NotedBooks(generate.Books):
        def enter(self, dossier, known):
            super().enter(dossier, known)
            found.append((dossier, known))

    monkeypatch.setattr(generate, "Books", NotedBooks)
    generate.write_demo(tmp_path, dossiers=3_000)
    return found


def test_the_demo_differs_exactly_where_its_due_date_was_moved(demo_home, lives):
    def finding(dossier, step):
        if step.due is None:
            return "no_official_due"
        suspended = number_of(step.completed.date()) - number_of(step.requested.date()) if step.completed else 0
        statutory = number_of(step.received.date()) + dossier.procedure.days + suspended
        difference = number_of(step.due.date()) - statutory
        return "longer" if difference > 1 else "shorter" if difference < -1 else "same"

    truth = {
        dossier.code: (known.step.unit, finding(dossier, known.step))
        for dossier, known in lives
        if known and not known.is_gone and known.step.received
    }
    con = open_release(current_release(demo_home))
    ours = con.execute(
        "select dossier_code, resolving_unit_code, due_finding from dossier where due_finding is not null"
    ).fetchall()
    counted = con.execute("""
        select unit_code, sum(same_count)::int, sum(longer_count)::int, sum(shorter_count)::int,
               sum(no_official_due_count)::int, sum(received_count)::int
        from due_date_control where scope = 'own' and calendar = 'calendar' and period_kind = 'year' group by 1""").fetchall()
    warned = con.execute("select check_id, failed_count from check_result where table_name in ('statutory_due', 'calendar_year')")
    failed = dict(warned.fetchall())
    con.close()
    assert {code: (unit, found) for code, unit, found in ours} == truth
    by_unit = Counter(truth.values())
    expected = {
        unit: tuple(by_unit[unit, f] for f in ("same", "longer", "shorter", "no_official_due")) for unit, _ in truth.values()
    }
    assert {unit: tuple(counts) for unit, *counts in counted} == {unit: (*c, sum(c)) for unit, c in expected.items()}
    moved = sum(f in ("longer", "shorter") for _, f in truth.values())
    assert {"longer", "shorter"} <= {f for _, f in truth.values()}
    assert failed == {"STATUTORY_DUE_KEY_UNIQUE": 0, "DUE_CONTROL_DIFFERENCE": moved, "CALENDAR_YEAR_CONFIRMED": 0}
    assert 0 < moved < len(truth) / 10


def test_the_demo_works_on_the_days_of_the_calendar():
    days_off = {date.fromisoformat(r["date"]) for r in SHIPPED if r["kind"] == "day_off"}
    demo_years = [day for day in sorted(days_off) if date(2019, 11, 1) <= day <= date(2021, 12, 31)]
    assert demo_years == sorted(demo_calendar.DAYS_OFF)
