"""Percentiles, ages and what falls due next: the models against plain counting, many units at a time."""

from datetime import date, datetime, time, timedelta
from math import ceil

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.publish import current_release
from flows.query import open_release
from transforms.build import REGISTER_TABLES, load_rows
from transforms.duck import rows
from transforms.periods import periods_between
from transforms.reference import unit_scopes
from transforms.runner import all_models, run_models
from transforms.working_calendar import calendar_tables

PARENTS = {"root": "", "left": "root", "right": "root", "leaf": "left"}
UNITS = [
    {"unit_code": code, "unit_kind": "commune", "unit_level": "commune", "parent_code": parent} for code, parent in PARENTS.items()
]
CALENDAR = [
    {"date": day, "kind": kind, "scope_unit": unit, "basis": "made up", "is_confirmed": "true"}
    for day, kind, unit in [
        ("2020-04-30", "day_off", ""),
        ("2020-05-01", "day_off", ""),
        ("2020-05-09", "make_up", ""),
        ("2020-05-12", "closure", "left"),
        ("2020-12-31", "day_off", "right"),
    ]
]
TREATMENTS = {"PROCESSING": "open", "PAUSED": "paused_in_time", "RETURNED": "resolved_by_dates", "REJECTED": "excluded"}
CALENDARS = {"own": 21, "official": 15, "calendar": 1}
COVERED_FROM = date(2020, 4, 15)
OUTCOME = {
    "dossier_key": "integer",
    "rule_id": "varchar",
    "outcome": "varchar",
    "end_at": "timestamp",
    "effective_due_at": "timestamp",
    "received_date": "date",
    "exit_date": "date",
    "overdue_date": "date",
    "is_refreshed": "boolean",
    "group_number": "bigint",
}


def built(dossiers: list[dict], as_of: date, calendar=CALENDAR) -> dict[str, list[dict]]:
    """Run the models over dossiers with the columns of dossier_outcome and status, status_from_at and duration_days."""
    registers = {
        **calendar_tables(calendar, UNITS),
        "unit_scope": [*unit_scopes(UNITS, []), ("root", "todays_map", "root")],
        "status_treatment": [("II06_DATE", status, treatment, None) for status, treatment in TREATMENTS.items()],
        "period": [
            (p.calendar, p.period_kind, p.period_start, p.period_end) for p in periods_between(date(2020, 3, 1), as_of, CALENDARS)
        ],
    }
    groups = {unit: number for number, unit in enumerate(sorted({d["resolving_unit_code"] for d in dossiers}))}
    known = {"rule_id": "II06_DATE"}
    numbered = [{**d, **known, "dossier_key": n, "group_number": groups[d["resolving_unit_code"]]} for n, d in enumerate(dossiers)]
    scope_of = dict(registers["unit_calendar"])
    with duckdb.connect() as con:
        for name, values in registers.items():
            con.execute(f"create table {name} ({REGISTER_TABLES[name]})")
            load_rows(con, name, values)
        con.execute(f"create table coverage as select 'dossier' as kind, date '{COVERED_FROM}' as covered_from")
        con.execute(f"create table dossier_outcome ({', '.join(f'{c} {t}' for c, t in OUTCOME.items())})")
        load_rows(con, "dossier_outcome", [tuple(d[c] for c in OUTCOME) for d in numbered])
        # The same dossiers under another rule count nowhere here.
        con.execute("insert into dossier_outcome select * replace ('TIMESTAMP' as rule_id) from dossier_outcome")
        con.execute("create table dossier_group (resolving_unit_code varchar, group_number bigint)")
        load_rows(con, "dossier_group", list(groups.items()))
        con.execute("""create table dossier_asof (dossier_key integer, status varchar, status_from_at timestamp,
                       resolving_unit_code varchar)""")
        shown = [(d["dossier_key"], d["status"], d["status_from_at"], d["resolving_unit_code"]) for d in numbered]
        load_rows(con, "dossier_asof", shown)
        con.execute("create table statutory_due (dossier_key integer, calendar_scope varchar, duration_days integer)")
        due = [(d["dossier_key"], scope_of.get(d["resolving_unit_code"], "ALL"), d["duration_days"]) for d in numbered]
        load_rows(con, "statutory_due", due)
        names = ("working_day", "resolution_time", "processing_time", "backlog")
        run_models(con, [all_models()[name] for name in names], as_of)
        return {name: rows(con, f"from {name}") for name in names[2:]}


def dossier(unit: str, received: date, end: datetime | None, due: datetime | None, **other) -> dict:
    """A dossier as the rule II06_DATE sees it; resolved when it has an end, else open or, when so said, paused."""
    status = other.get("status") or ("RETURNED" if end else "PROCESSING")
    exit_date = max(end.date(), received) if end else None
    late = end and due and end.date() > due.date()
    return {
        "resolving_unit_code": unit,
        "received_date": received,
        "end_at": end,
        "effective_due_at": due,
        "exit_date": exit_date,
        "overdue_date": max(due.date() + timedelta(1), received) if due and status in ("PROCESSING", "RETURNED") else None,
        "outcome": "excluded" if status == "REJECTED" else "open" if end is None else "late" if late else "on_time",
        "status": status,
        "status_from_at": other.get("since") or datetime.combine(received, time(8)),
        "is_refreshed": other.get("is_refreshed", True),
        "duration_days": other.get("duration"),
    }


TODAY = date(2020, 5, 13)
DAYS = st.dates(TODAY - timedelta(5), TODAY + timedelta(10)) | st.dates(date(2020, 3, 25), TODAY)
DAYS |= st.dates(date(2019, 12, 20), date(2021, 1, 10))
MOMENTS = st.builds(datetime.combine, DAYS, st.sampled_from([time(0), time(11, 30), time(17)]))


@st.composite
def dossiers_of_any_kind(draw) -> dict:
    status = draw(st.sampled_from([None, None, None, "PAUSED", "REJECTED"]))
    end = draw(st.none() | MOMENTS) if status != "PAUSED" else None
    return dossier(
        draw(st.sampled_from([*PARENTS, "unknown"])),
        draw(DAYS),
        end,
        # Chance alone would hardly ever end one at the second when it is due.
        end if end and draw(st.booleans()) else draw(st.none() | MOMENTS),
        status=status,
        since=draw(MOMENTS),
        is_refreshed=draw(st.booleans()),
        duration=draw(st.sampled_from([None, 0, 0, 1, 5])),
    )


def chain(unit: str) -> list[str]:
    return [unit, *chain(PARENTS[unit])] if unit in PARENTS else []


def is_worked(unit: str, day: date) -> bool:
    said = {row["date"]: row["kind"] for row in CALENDAR if row["scope_unit"] in ("", *chain(unit))}
    kind = said.get(day.isoformat())
    return kind == "make_up" if kind else day.weekday() < 5


def working_days(unit: str, first: date, last: date) -> int | None:
    """Working days after one day up to another, counted one by one; none known outside 2020, the year that is listed."""
    if {first.year, last.year} != {2020}:
        return None
    sign, (one, other) = (1, (first, last)) if first <= last else (-1, (last, first))
    return sign * sum(is_worked(unit, one + timedelta(n)) for n in range(1, (other - one).days + 1))


def at_rank(share: float, values: list[int | None]) -> int | None:
    """The percentile by nearest rank of what is known."""
    known = sorted(v for v in values if v is not None)
    return known[ceil(round(share * len(known), 6)) - 1] if known else None


def members(unit: str, scope: str, dossiers: list[dict]) -> list[dict]:
    return [
        d
        for d in dossiers
        if d["outcome"] != "excluded"
        and (d["resolving_unit_code"] == unit if scope == "own" else unit in chain(d["resolving_unit_code"]))
    ]


def plain_processing_time(dossiers: list[dict], as_of: date) -> dict[tuple, dict]:
    found = {}
    for period in periods_between(date(2020, 3, 1), as_of, CALENDARS):
        if period.period_start < COVERED_FROM or period.period_kind == "ytd":
            continue
        for unit in PARENTS:
            for scope in ("own", "subtree", "plan_scope"):
                done = [
                    d
                    for d in members(unit, scope, dossiers)
                    if d["exit_date"] and period.period_start <= d["exit_date"] <= min(period.period_end, as_of)
                ]
                took = [working_days(d["resolving_unit_code"], d["received_date"], d["exit_date"]) for d in done]
                in_time = [d for d in done if d["outcome"] != "late"]
                same_day = [d for d in done if d["duration_days"] == 0]
                others = [d for d in done if d["duration_days"] != 0]
                if done:
                    key = (unit, scope, period.calendar, period.period_kind, period.period_start, period.period_end)
                    found[key] = {
                        "resolved_count": len(done),
                        "measured_count": sum(t is not None for t in took),
                        "median_working_days": at_rank(0.5, took),
                        "p90_working_days": at_rank(0.9, took),
                        "without_due_date_count": sum(d["effective_due_at"] is None for d in done),
                        "end_equals_due_count": sum(
                            d["end_at"] == d["effective_due_at"] and d["end_at"].time() != time(0) for d in done
                        ),
                        "on_time_count": len(in_time),
                        "same_day_resolved_count": len(same_day),
                        "same_day_on_time_count": sum(d in in_time for d in same_day),
                        "rate_without_same_day": sum(d in in_time for d in others) / len(others) if others else None,
                    }
    return found


def plain_backlog(dossiers: list[dict], as_of: date) -> dict[tuple, dict]:
    found = {}
    for unit in PARENTS:
        for scope in ("own", "subtree", "plan_scope"):
            held = [
                d
                for d in members(unit, scope, dossiers)
                if d["received_date"] <= as_of and (d["exit_date"] is None or d["exit_date"] > as_of)
            ]
            if not held:
                continue
            ages = [working_days(d["resolving_unit_code"], d["received_date"], as_of) for d in held]
            paused = [d for d in held if d["status"] == "PAUSED"]
            pauses = [working_days(d["resolving_unit_code"], d["status_from_at"].date(), as_of) for d in paused]
            overdue = [d for d in held if d["overdue_date"] and d["overdue_date"] <= as_of]
            coming = [d for d in held if d["overdue_date"] and d not in overdue]
            left = [working_days(d["resolving_unit_code"], as_of, d["effective_due_at"].date()) for d in coming]
            bands = {"age_to_5": (-999, 5), "age_6_to_20": (6, 20), "age_21_to_60": (21, 60), "age_over_60": (61, 999)}
            found[unit, scope] = {
                "as_of_date": as_of,
                "open_count": len(held),
                "open_overdue_count": len(overdue),
                "not_refreshed_count": sum(not d["is_refreshed"] for d in held),
                **{f"{b}_count": sum(a is not None and low <= a <= high for a in ages) for b, (low, high) in bands.items()},
                "age_unknown_count": ages.count(None),
                "median_age_working_days": at_rank(0.5, ages),
                "p90_age_working_days": at_rank(0.9, ages),
                "max_age_working_days": max((a for a in ages if a is not None), default=None),
                "paused_count": len(paused),
                "median_paused_working_days": at_rank(0.5, pauses),
                "p90_paused_working_days": at_rank(0.9, pauses),
                "max_paused_working_days": max((p for p in pauses if p is not None), default=None),
                **{
                    f"due_within_{n}_count": sum(x is not None and x <= n for x in left) if as_of.year == 2020 else None
                    for n in (1, 3, 5)
                },
            }
    return found


def keyed(found: list[dict], *key: str) -> dict[tuple, dict]:
    return {tuple(row.pop(name) for name in key): row for row in found}


@pytest.mark.parametrize("as_of", [date(2020, 4, 16), TODAY, date(2020, 12, 30), date(2021, 1, 2)])
@settings(max_examples=20, deadline=None)
@given(dossiers=st.lists(dossiers_of_any_kind(), min_size=20, max_size=60))
def test_the_marts_are_what_plain_counting_gives(as_of, dossiers):
    found = built(dossiers, as_of)
    key = ("unit_code", "scope", "calendar", "period_kind", "period_start", "period_end")
    assert keyed(found["processing_time"], *key) == plain_processing_time(dossiers, as_of)
    assert keyed(found["backlog"], "unit_code", "scope") == plain_backlog(dossiers, as_of)


@pytest.mark.parametrize(
    ("how_many", "median", "p90"), [(1, 1, 1), (2, 1, 2), (3, 2, 3), (4, 2, 4), (9, 5, 9), (10, 5, 9), (11, 6, 10), (20, 10, 18)]
)
def test_the_percentile_is_that_of_the_nearest_rank(how_many, median, p90):
    """Of n dossiers that took 1 to n working days from Monday 01/06/2020 on, each ended on another day."""
    worked = [d for n in range(1, 40) if (d := date(2020, 6, 1) + timedelta(n)).weekday() < 5]
    ended = [dossier("leaf", date(2020, 6, 1), datetime.combine(day, time(9)), None) for day in worked[:how_many]]
    (june,) = [
        r
        for r in built(ended, date(2020, 6, 30))["processing_time"]
        if (r["unit_code"], r["scope"], r["calendar"], r["period_kind"]) == ("leaf", "own", "calendar", "month")
    ]
    assert (june["median_working_days"], june["p90_working_days"]) == (median, p90)


def test_what_is_due_next_is_counted_in_working_days_from_today_on():
    """On Wednesday 29/04/2020 before two days off: due today, on the holiday, and on working days 1, 3 to 6."""
    due = [
        date(2020, 4, 29),
        date(2020, 5, 1),
        date(2020, 5, 4),
        date(2020, 5, 6),
        date(2020, 5, 7),
        date(2020, 5, 8),
        date(2020, 5, 9),
    ]
    held = [dossier("leaf", date(2020, 4, 1), None, datetime.combine(day, time(17))) for day in due]
    held += [dossier("leaf", date(2020, 4, 1), None, datetime(2020, 4, 28, 17)), dossier("leaf", date(2020, 4, 1), None, None)]
    held += [dossier("leaf", date(2020, 4, 1), None, datetime(2020, 4, 29, 17), status="PAUSED")]
    (found,) = [r for r in built(held, date(2020, 4, 29))["backlog"] if (r["unit_code"], r["scope"]) == ("leaf", "own")]
    assert [found[f"due_within_{n}_count"] for n in (1, 3, 5)] == [3, 4, 6]
    assert (found["open_count"], found["open_overdue_count"], found["paused_count"]) == (10, 1, 1)


def test_ages_are_in_bands_of_a_week_a_month_and_a_quarter():
    worked = [d for n in range(200) if is_worked("leaf", d := date(2020, 7, 31) - timedelta(n))]
    held = [dossier("leaf", worked[age], None, None) for age in (0, 5, 6, 20, 21, 60, 61)]
    (found,) = [r for r in built(held, date(2020, 7, 31))["backlog"] if (r["unit_code"], r["scope"]) == ("leaf", "own")]
    assert [found[f"age_{band}_count"] for band in ("to_5", "6_to_20", "21_to_60", "over_60", "unknown")] == [2, 2, 2, 1, 0]


@pytest.fixture
def ask(demo_home):
    with open_release(current_release(demo_home)) as con:
        yield lambda sql: con.execute(sql).fetchall()


def test_they_agree_with_the_form_of_the_demo(ask):
    key = "unit_code, scope, calendar, period_kind, period_start, period_end"
    form = f"select {key}, resolved_total, resolved_early + resolved_on_time from form_ii06a"
    form += " where field_code = 'ALL' and period_kind <> 'ytd' and resolved_total > 0"
    ours = f"select {key}, resolved_count, on_time_count from processing_time"
    assert ask("select count(*) > 2000, bool_and(measured_count = resolved_count) from processing_time") == [(True, True)]
    assert ask(f"({ours} except {form}) union all ({form} except {ours})") == []
    form = """select unit_code, scope, open_total, open_overdue from form_ii06a, (select max(as_of_date) as today from backlog)
              where field_code = 'ALL' and open_total > 0 and period_kind = 'month' and calendar = 'calendar'
                and today between period_start and period_end"""
    ours = "select unit_code, scope, open_count, open_overdue_count from backlog"
    there = "select count(*) > 50, sum(due_within_5_count) > 0, sum(paused_count) > 0, sum(age_unknown_count) = 0 from backlog"
    assert ask(there) == [(True, True, True, True)]
    assert ask(f"({ours} except {form}) union all ({form} except {ours})") == []
