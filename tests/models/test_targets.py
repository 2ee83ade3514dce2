"""Targets judged on whole numbers, in parts, against milestones; held against plain Python on generated plans."""

from datetime import date, timedelta
from fractions import Fraction

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.build import REGISTER_TABLES, load_rows
from transforms.duck import rows
from transforms.registry import figures as registered
from transforms.runner import all_models

PLAN = ("plan_target", "plan_part", "plan_milestone", "target_scope")
YEAR = (date(2020, 1, 1), date(2020, 12, 31))
LAST = date(2021, 1, 5)
FIGURE = (
    "indicator_id varchar, rule_id varchar, basis_id varchar, unit_code varchar, scope varchar, calendar varchar, "
    "period_kind varchar, period_start date, period_end date, numerator bigint, denominator bigint, unreported_count bigint, "
    "no_evidence_count bigint, is_from_totals boolean, status varchar, is_small_sample boolean, is_provisional boolean"
)
DAILY = (
    "rule_id varchar, unit_role varchar, unit_code varchar, day date, received_count bigint, early_count bigint, "
    "on_time_count bigint, late_count bigint, overdue_begun_count bigint, overdue_ended_count bigint"
)


def made(models: list[str], as_of: date, **tables: list[tuple]) -> duckdb.DuckDBPyConnection:
    """What the models make of these tables, the plan's among them, as of a day."""
    con = duckdb.connect()
    columns = REGISTER_TABLES | {"indicator_value": FIGURE, "dossier_daily": DAILY}
    for name in (
        "plan_target",
        "plan_part",
        "plan_milestone",
        "target_scope",
        "unit_scope",
        "period",
        "indicator_value",
        "dossier_daily",
    ):
        con.execute(f"create table {name} ({columns[name]})")
        load_rows(con, name, tables.get(name, []))
    con.execute(f"create table figure ({columns['figure']})")
    load_rows(con, "figure", [tuple(value or None for value in row.values()) for row in registered()])
    con.execute(f"create view member_scope as {all_models()['member_scope'].sql}")
    for name in models:
        model = all_models()[name]
        con.execute(f"create table {name} as {model.sql}", {"as_of": as_of} if model.params else None)
    return con


def part(
    number: int = 1, operator: str = ">=", bar: int = 95, scope: str = "subtree", first: date | None = None, judged: bool = True
):
    return ("T", number, "on_time", "II06_DATE", "resolved", "", "", judged, scope, "calendar", *YEAR, operator, bar, first)


def figure(
    numerator: int | None,
    denominator: int | None,
    status="ok",
    unit="D",
    scope="subtree",
    period=YEAR,
    unreported: int = 0,
    unproven: int = 0,
) -> tuple:
    place = ("on_time", "II06_DATE", "resolved", unit, scope, "calendar", "year", *period)
    return (*place, numerator, denominator, unreported, unproven, False, status, False, period[1] > LAST)


def state(parts: list[tuple], figures: list[tuple], as_of: date = LAST, **tables: list[tuple]) -> list[tuple]:
    """(state, numerator, denominator, short of) of the one target, per unit."""
    target = ("T", "Tên", "A name", "Chỉ tiêu", "A target", False)
    tables |= {"plan_target": [target], "plan_part": parts, "indicator_value": figures}
    con = made(["target_part", "target_status"], as_of, **tables)
    return con.execute("select state, numerator, denominator, short_count from target_status order by unit_code").fetchall()


def test_a_bar_is_met_on_whole_numbers_only():
    assert state([part()], [figure(95, 100)]) == [("met", 95, 100, 0)]
    assert state([part()], [figure(9_496, 10_000)]) == [("not_met", 9_496, 10_000, 4)]
    assert state([part()], [figure(94_999, 100_000)]) == [("not_met", 94_999, 100_000, 1)]
    assert state([part(operator=">", bar=90)], [figure(90, 100)]) == [("not_met", 90, 100, 1)]
    assert state([part(operator=">", bar=90)], [figure(91, 100)]) == [("met", 91, 100, 0)]
    assert state([part(operator="=", bar=100)], [figure(26, 27)]) == [("not_met", 26, 27, 1)]
    assert state([part(operator="=", bar=100)], [figure(27, 27)]) == [("met", 27, 27, 0)]


def test_thirty_per_cent_of_twenty_five_units_are_eight():
    assert state([part(bar=30)], [figure(7, 25)]) == [("not_met", 7, 25, 1)]
    assert state([part(bar=30)], [figure(8, 25)]) == [("met", 8, 25, 0)]


def test_nothing_to_judge_is_no_failure_and_a_missing_figure_is_no_zero():
    assert state([part()], [figure(0, 0, "no_activity")]) == [("no_activity", 0, 0, None)]
    assert state([part()], [figure(None, None, "missing_data")]) == [("missing_data", None, None, None)]
    assert state([part()], [figure(12, None, "missing_denominator")]) == [("missing_denominator", 12, None, None)]


@pytest.mark.parametrize(
    ("done", "unreported", "unproven", "found"),
    [
        (30, 70, 0, "met"),  # whatever the others would say
        (29, 1, 0, "missing_data"),  # the one may be it
        (28, 1, 0, "not_met"),  # not even with it
        (29, 0, 1, "no_evidence"),  # done by what is said, and one document short
        (28, 0, 1, "not_met"),
        (28, 1, 1, "missing_data"),  # the document alone would not do
        (27, 1, 1, "not_met"),
        (28, 5, 2, "no_evidence"),  # it alone would do
    ],
)
def test_what_is_not_told_makes_a_target_missed_only_if_all_of_it_could_not_help(done, unreported, unproven, found):
    told = [figure(done, 100, unreported=unreported, unproven=unproven)]
    assert state([part(bar=30)], told) == [(found, done, 100, max(30 - done, 0))]


def test_a_target_with_parts_is_missed_by_one_of_them_whatever_the_other_does_not_tell():
    parts = [part(1, bar=50, scope="a"), part(2, bar=50, scope="b")]
    untold, missed = figure(4, 10, scope="a", unreported=3), figure(4, 10, scope="b")
    assert state(parts, [untold, missed]) == [("not_met", 4, 10, 1)]
    assert state(parts, [untold, figure(5, 10, scope="b")]) == [("missing_data", 4, 10, 1)]


def test_before_its_milestone_a_target_is_not_yet_due_and_then_its_bar_rises():
    milestones = [("T", date(2020, 6, 30), 40), ("T", date(2020, 12, 31), 100)]

    def on(day: date, done: int) -> str:
        judged = [part(operator="=", bar=100, first=date(2020, 6, 30))]
        return state(judged, [figure(done, 27)], day, plan_milestone=milestones)[0][0]

    assert on(date(2020, 6, 29), 12) == "not_yet_due"
    assert on(date(2020, 6, 30), 10) == "not_met"
    assert on(date(2020, 6, 30), 11) == "met"
    assert on(date(2020, 12, 30), 11) == "met"
    assert on(date(2020, 12, 31), 26) == "not_met"
    assert on(date(2020, 12, 31), 27) == "met"


def test_a_past_period_is_judged_by_its_own_end():
    half = (date(2020, 1, 1), date(2020, 6, 30))
    judged = [part(operator="=", bar=100, first=date(2020, 7, 1))]
    assert state(judged, [figure(3, 27, period=half)], plan_milestone=[("T", date(2020, 7, 1), 100)])[0][0] == "not_yet_due"


def test_every_judged_part_must_reach_the_bar_and_the_weakest_is_shown():
    parts = [part(1, bar=30, scope="district_level"), part(2, bar=30, scope="commune_level"), part(3, bar=30)]
    figures = [figure(40, 100, scope="district_level"), figure(29, 100, scope="commune_level"), figure(69, 200)]
    assert state(parts, figures) == [("not_met", 29, 100, 1)]
    only_together = [part(1, bar=30, scope="district_level", judged=False), part(2, bar=30, scope="commune_level", judged=False)]
    assert state([*only_together, part(3, bar=30)], figures) == [("met", 69, 200, 0)]
    assert state(parts[::2], [figures[0], figure(0, 0, "no_activity")]) == [("met", 40, 100, 0)]


def test_a_scope_of_the_plan_sums_its_units_and_is_missing_with_any_of_them():
    members = [("D", "offices", "A"), ("D", "offices", "B"), ("A", "offices", "A"), ("B", "offices", "B")]
    own = [figure(1, 1, unit="A", scope="own"), figure(0, 1, unit="B", scope="own"), figure(9, 9, unit="C", scope="own")]
    judged = [part(bar=50, scope="offices")]
    assert state(judged, own, target_scope=members) == [("met", 1, 1, 0), ("not_met", 0, 1, 1), ("met", 1, 2, 0)]
    own[1] = figure(None, None, "missing_data", unit="B", scope="own")
    assert [row[0] for row in state(judged, own, target_scope=members)] == ["met", "missing_data", "missing_data"]


@st.composite
def told_parts(draw) -> list[tuple[int, int, int, int]]:
    """(numerator, unproven, unreported, denominator) of some parts."""
    counts = st.integers(0, 25)
    found = draw(st.lists(st.tuples(counts, st.integers(0, 3), st.integers(0, 3), counts), min_size=1, max_size=4))
    return [(done, unproven, untold, done + unproven + untold + not_done) for done, unproven, untold, not_done in found]


@given(st.sampled_from([">=", ">", "="]), st.integers(0, 100), told_parts())
@settings(max_examples=60, deadline=None)
def test_states_agree_with_fractions(operator, bar, told):
    bar = 100 if operator == "=" else bar
    parts = [part(n, operator, bar, scope=f"s{n}") for n in range(len(told))]
    figures = [
        figure(done, n, "ok" if n else "no_activity", scope=f"s{at}", unproven=unproven, unreported=untold)
        for at, (done, unproven, untold, n) in enumerate(told)
    ]

    def reached(numerator: int, denominator: int) -> bool:
        share = Fraction(100 * numerator, denominator)
        return share > bar if operator == ">" else share >= bar

    def state_of(done: int, unproven: int, untold: int, denominator: int) -> str:
        """What holds whatever turns out of what is not told; where it depends, what would decide."""
        outcomes = {reached(done + more, denominator) for more in range(unproven + untold + 1)}
        if len(outcomes) == 1:
            return "met" if outcomes.pop() else "not_met"
        return "no_evidence" if reached(done + unproven, denominator) else "missing_data"

    states = {state_of(*counts) for counts in told if counts[-1]}
    expected = next((s for s in ("not_met", "missing_data", "no_evidence", "met") if s in states), "no_activity")
    ((found, numerator, denominator, short),) = state(parts, figures)
    assert found == expected
    if found == "not_met":
        assert not reached(numerator + short - 1, denominator)
        assert (operator == ">" and bar == 100) or reached(numerator + short, denominator)


# How far the bar is: (unit, day of receipt, days until overdue, days until it ended or None).
DOSSIERS = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(-20, 380), st.integers(0, 60), st.none() | st.integers(0, 90)), max_size=40
)
PERIODS = [
    ("calendar", "year", *YEAR),
    ("calendar", "quarter", date(2020, 1, 1), date(2020, 3, 31)),
    ("calendar", "quarter", date(2020, 4, 1), date(2020, 6, 30)),
]


def days_of(dossier: tuple) -> tuple[date, date, date | None]:
    """When it was received, from when it is overdue while in the stock, when it left."""
    _, received, overdue, ended = dossier
    day = YEAR[0] + timedelta(days=received)
    return day, day + timedelta(days=overdue), None if ended is None else day + timedelta(days=ended)


def daily(dossiers: list[tuple]) -> list[tuple]:
    events = []
    for dossier in dossiers:
        received, overdue, ended = days_of(dossier)
        is_late = ended is not None and ended >= overdue
        stayed = ended is None or ended > overdue
        events.append((dossier[0], received, 1, 0, 0, 0, 0))
        events += [(dossier[0], ended, 0, int(not is_late), int(is_late), 0, 0)] if ended else []
        events += [(dossier[0], overdue, 0, 0, 0, 1, 0)] if stayed else []
        events += [(dossier[0], ended, 0, 0, 0, 0, 1)] if stayed and ended else []
    return [
        ("II06_DATE", "resolving", unit, day, got, in_time, 0, late, *moved) for unit, day, got, in_time, late, *moved in events
    ]


def above(lives: list[tuple], counted: int, bar: int, start: date, day: date) -> Fraction:
    """How many of those counted are above the bar, had everything but what was late by this day been in time."""
    late = sum(ended is not None and start <= ended <= day and ended >= overdue for _, overdue, ended in lives)
    late += sum(overdue <= day and (ended is None or ended > day) for _, overdue, ended in lives)
    return Fraction(counted - late) - Fraction(bar * counted, 100)


def expected_outlook(lives: list[tuple], operator: str, bar: int, start: date, last: date) -> tuple:
    """(open, of these not overdue, reachable, how many may be late, since when not) of some dossiers."""
    still_open = [life for life in lives if life[0] <= last and (life[2] is None or life[2] > last)]
    counted = len(still_open) + sum(ended is not None and start <= ended <= last for _, _, ended in lives)

    def is_reached(day: date, more_late: int = 0) -> bool:
        spare = above(lives, counted, bar, start, day) - more_late
        return counted == 0 or spare > 0 or (spare == 0 and operator != ">")

    not_overdue = sum(overdue > last for _, overdue, _ in still_open)
    if is_reached(last):
        return len(still_open), not_overdue, True, max(n for n in range(counted + 1) if n == 0 or is_reached(last, n)), None
    lost = last
    while lost > start and not is_reached(lost - timedelta(days=1)):
        lost -= timedelta(days=1)
    return len(still_open), not_overdue, False, None, lost


@given(
    DOSSIERS,
    st.sampled_from([(">=", 95), (">=", 50), (">", 90), ("=", 100)]),
    st.sampled_from([date(2020, 5, 5), date(2020, 12, 31), LAST]),
)
@settings(max_examples=80, deadline=None)
def test_the_outlook_agrees_with_a_count_of_each_day(dossiers, bar, as_of):
    scopes = [("D", "subtree", "A"), ("D", "subtree", "B"), ("A", "subtree", "A"), ("B", "subtree", "B")]
    con = made(
        ["target_outlook"], as_of, plan_part=[part(1, *bar)], unit_scope=scopes, period=PERIODS, dossier_daily=daily(dossiers)
    )
    found = {
        (row["period_start"], row["period_end"], row["unit_code"]): (
            *(row["open_count"], row["open_in_time_count"], row["is_reachable"], row["spare_count"], row["unreachable_since"]),
        )
        for row in rows(con, "from target_outlook")
    }
    expected = {
        (start, end, unit): expected_outlook(lives, *bar, start, min(end, as_of))
        for _, _, start, end in PERIODS
        for unit, members in {"A": "A", "B": "B", "D": "AB"}.items()
        if (lives := [days_of(d) for d in dossiers if d[0] in members and days_of(d)[0] <= as_of])
    }
    assert found == expected


CATALOGUED = (
    "procedure_code varchar, competent_level varchar, calendar varchar, period_kind varchar, period_start date, period_end date, "
    "has_level int, is_level4 int, has_one_stop int, is_at_one_stop int, has_published int, is_published int, is_excepted int"
)


def causes_in(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    return con.execute(
        f"""select unit_code, cause_kind, place, cause_code, reason, missing_count, cause_denominator
            from ({all_models()["target_cause"].sql}) order by unit_code, cause_kind desc, place""",
        {"as_of": LAST},
    ).fetchall()


def test_what_is_in_the_way_are_the_units_and_procedures_with_most_of_what_is_missing():
    con = made([], LAST)
    con.execute("create table dossier_outcome (dossier_key varchar, rule_id varchar, outcome varchar, exit_date date)")
    con.execute(
        "create table dossier_asof (dossier_key varchar, resolving_unit_code varchar, procedure_code varchar, channel varchar)"
    )
    drawn = """
        1 A land late 2020-03-01
        2 A land late 2020-03-02
        3 A land on_time 2020-03-02
        4 B marriage late 2020-03-03
        5 B marriage early 2020-03-03
        6 B land late 2021-01-02
        7 B land open 2020-03-03"""
    lines = [line.split() for line in drawn.strip().splitlines()]
    load_rows(con, "dossier_outcome", [(key, "II06_DATE", outcome, day) for key, _, _, outcome, day in lines])
    load_rows(con, "dossier_asof", [(key, unit, procedure, None) for key, unit, procedure, _, _ in lines])
    load_rows(con, "unit_scope", [("D", "subtree", "A"), ("D", "subtree", "B"), ("A", "subtree", "A"), ("B", "subtree", "B")])
    load_rows(con, "period", PERIODS[:1])
    load_rows(con, "plan_part", [part()])
    load_rows(con, "indicator_value", [figure(1, 3, unit="A", scope="own"), figure(1, 2, unit="B", scope="own")])
    con.execute(
        "create table unit_register (unit_code varchar, unit_kind varchar, unit_level varchar, valid_from date, valid_to date)"
    )
    con.execute(f"create table procedure_period ({CATALOGUED})")
    assert causes_in(con) == [
        ("A", "procedure", 1, "land", "falls_short", 2, 3),
        ("B", "procedure", 1, "marriage", "falls_short", 1, 2),
        ("D", "unit", 1, "A", "falls_short", 2, 3),
        ("D", "unit", 2, "B", "falls_short", 1, 2),
        ("D", "procedure", 1, "land", "falls_short", 2, 3),
        ("D", "procedure", 2, "marriage", "falls_short", 1, 2),
    ]
