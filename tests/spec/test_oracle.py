"""The models against the rules in plain Python on thousands of generated histories, and the identities that hold on all of them."""

import csv
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.home import CHECKOUT
from tests.spec import oracle
from tests.spec.dossiers import EVENING, SHIPPED, Dossier, procedure, published, unit
from transforms.duck import rows

DAY = timedelta(days=1)
COVERED_FROM = date(2018, 12, 10)
"""Five days before an official year and in the middle of a calendar month: both calendars have periods that are not covered."""
PARENTS = {"D": "", "P1": "D", "P2": "D", "P3": "D", "C1": "D", "C2": "D", "C3": "C2", "C4": "C2"}
PROCEDURES = [
    procedure("five days", "Land", "5"),
    procedure("at once", "Land", "0"),
    procedure("a week", "Trade", "7", "day"),
    procedure("no time", "Trade", ""),
]
CLOSURE = {"date": "2019-03-14", "kind": "closure", "scope_unit": "C2", "basis": "flood", "is_confirmed": "true"}


def shipped_days(kind: str) -> frozenset[date]:
    with (CHECKOUT / "config" / "reference" / "calendar.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert not any(row["scope_unit"] for row in listed)
    return frozenset(date.fromisoformat(row["date"]) for row in listed if row["kind"] == kind)


EVERYWHERE = oracle.WorkingDays(shipped_days("day_off"), shipped_days("make_up"))
FLOODED = oracle.WorkingDays(EVERYWHERE.days_off | {date(2019, 3, 14)}, EVERYWHERE.made_up)
OFFICE = oracle.Office(
    parent_of=PARENTS,
    working_days_of={code: FLOODED if code in ("C2", "C3", "C4") else EVERYWHERE for code in PARENTS},
    field_of={"five days": "Land", "at once": "Land", "a week": "Trade", "no time": "Trade"},
    time_of={"five days": (5, "working_day"), "at once": (0, "working_day"), "a week": (7, "day")},
    covers_from=COVERED_FROM,
)

# Days on which something turns: the ends of months of both calendars, Tết, the swaps with their make-up Saturdays, the flood.
TURNS = [date(year, month, day) for year, month in [(2018, 12), *((2019, m) for m in range(1, 13))] for day in (1, 13, 14, 15, 16)]
TURNS += [day - DAY for day in TURNS if day.day == 1]
TURNS += [date(2019, 1, 4), date(2019, 1, 5), date(2019, 2, 4), date(2019, 2, 8), date(2019, 2, 11), date(2019, 3, 8)]
TURNS += [date(2019, 4, 26), date(2019, 4, 29), date(2019, 5, 3), date(2019, 5, 4), date(2019, 5, 6)]
HOURS = [time(17), time(0), time(8), time(17, 0, 1), time(23, 59)]
SPANS = st.sampled_from([0, 1, 2, 3, 5, 7, 8, 12, 29, 30, 31, 32, 40, 730])
hours = st.sampled_from(HOURS)
moments = st.builds(datetime.combine, st.sampled_from(sorted(TURNS)), hours)
STATUSES = (
    *("RETURNED", "DONE_WAIT_RETURN", "PROCESSING", "RECEIVED", "SUPPLEMENT", "FINANCIAL", "PAUSED"),
    *("WITHDRAWN", "REJECTED", "CANCELLED", "REGISTERED"),
)


@st.composite
def a_dossier(draw: st.DrawFn) -> Dossier:
    """A dossier that reading would let pass."""
    status = draw(st.sampled_from(STATUSES))

    def near(moment: datetime, days: st.SearchStrategy[int]) -> datetime:
        return datetime.combine(moment + DAY * draw(days), draw(hours))

    received = draw(moments)
    due = near(received, SPANS) if draw(st.integers(0, 4)) else None
    finished = None
    if status in ("RETURNED", "DONE_WAIT_RETURN") or draw(st.booleans()):
        finished = near(due, st.sampled_from([0, 0, 0, 1, -1, 2, 3, 30, -30])) if due else near(received, SPANS)
    requested = near(received, SPANS) if draw(st.booleans()) else None
    completed = near(requested or received, st.sampled_from([0, 1, 2, 3, 6, 30, -1])) if draw(st.booleans()) else None
    if status in ("REGISTERED", "REJECTED") and draw(st.booleans()):
        received = None
    last = max(moment for moment in (received, finished, datetime.combine(COVERED_FROM, time())) if moment)
    moved = due and draw(st.sampled_from([None, None, None, due + DAY * 5, due - DAY]))
    return Dossier(
        unit=draw(st.sampled_from([*PARENTS])),
        status=status,
        received=received,
        due=moved or due,
        due_before_new=due if moved else None,
        finished=finished,
        original_due=draw(st.sampled_from([due, due, due, due and due - DAY * 3, due and due - timedelta(hours=1), None])),
        supplements=draw(st.sampled_from([0, 0, 0, 1, 1, 2, None])),
        requested=requested,
        completed=completed,
        days=draw(st.sampled_from([None, None, 0, 2, 7, 31])),
        channel=draw(st.sampled_from([None, "online", "in_person", "postal", "other"])),
        procedure=draw(st.sampled_from([None, *(p["procedure_code"] for p in PROCEDURES)])),
        shown=datetime.combine(last + DAY * draw(st.sampled_from([0, 0, 1, 5, 40])), EVENING),
        was_shown_before=draw(st.booleans()),
    )


# Many at once, since a run of the models costs the same for one dossier as for a hundred.
many_dossiers = st.integers(0, 240).flatmap(lambda n: st.lists(a_dossier(), min_size=n, max_size=n))
days = st.dates(COVERED_FROM, date(2020, 1, 20)) | st.sampled_from([day for day in TURNS if day >= COVERED_FROM])
KEYS = "unit_code, scope, calendar, period_kind, period_start, period_end"


def differences(ours: dict, truth: dict) -> list[tuple]:
    """The first few keys on which the models (left) and the oracle (right) do not agree."""
    keys = sorted((k for k in ours.keys() | truth.keys() if ours.get(k) != truth.get(k)), key=str)
    return [(key, ours.get(key), truth.get(key)) for key in keys[:5]]


def outcomes_of(con) -> dict[tuple, tuple]:
    found = con.execute("""
        select dossier_key, rule_id, outcome, exit_date, overdue_date, due_date, excluded_date from dossier_outcome""").fetchall()
    return {row[:2]: row[2:] for row in found}


def figures_of(con) -> dict[tuple, tuple]:
    found = con.execute(f"""
        select rule_id, basis_id, {KEYS}, numerator, denominator, excluded_count, status from indicator_value
        where indicator_id = 'on_time' and scope in ('own', 'subtree')""").fetchall()
    return {row[:8]: row[8:] for row in found}


def form_rows(con, form: str) -> dict[tuple, dict]:
    found = rows(con, f"from {form} where scope in ('own', 'subtree')")
    return {(r["unit_code"], r["scope"], r["field_code"], period_of(r)): r for r in found}


def period_of(row: dict) -> oracle.Period:
    return row["calendar"], row["period_kind"], row["period_start"], row["period_end"]


def as_form_ii06a(n: Counter) -> dict[str, int]:
    received, resolved = n["carried"] + n["received"], n["early"] + n["on_time"] + n["late"]
    return {
        "received_total": received,
        "received_online": n["received_online"],
        "received_other": n["received"] - n["received_online"],
        "carried_over": n["carried"],
        "resolved_total": resolved,
        "resolved_early": n["early"],
        "resolved_on_time": n["on_time"],
        "resolved_late": n["late"],
        "open_total": n["open_in_time"] + n["open_overdue"],
        "open_in_time": n["open_in_time"],
        "open_overdue": n["open_overdue"],
    }


def as_form_detailed(n: Counter) -> dict[str, int | float | None]:
    in_time, withdrawn = n["early"] + n["on_time"] - n["withdrawn"], n["withdrawn"]
    return {
        "received_total": n["carried"] + n["received"],
        "carried_over": n["carried"],
        "received_in_period": n["received"],
        "resolved_early": n["early"],
        "resolved_on_time": n["on_time"] - withdrawn,
        "resolved_late": n["late"],
        "in_time_rate": in_time / (in_time + n["late"]) if in_time + n["late"] else None,
        "open_in_time": n["open_in_time"] - n["waiting"] - n["halted"],
        "open_overdue": n["open_overdue"],
        "waiting": n["waiting"],
        "withdrawn": withdrawn,
        "halted": n["halted"],
    }


def check_form(ours: dict[tuple, dict], truth: oracle.Counts, shape) -> None:
    told = {key: {name: row[name] for name in shape(Counter())} for key, row in ours.items()}
    # A line of zeros may be left out, a line with anything in it may not.
    expected = {key: shape(truth.get(key, Counter())) for key in ours.keys() | truth.keys()}
    is_empty = {key for key, line in expected.items() if not any(line.values())}
    assert differences(told, {key: line for key, line in expected.items() if key in told or key not in is_empty}) == []


def check_previous_periods(form: dict[tuple, dict]) -> None:
    """Column 6 of a period is column 11 of the one before it, and each form says so of itself."""
    before = {(*key[:3], *key[3][:2], key[3][3]): row["open_total"] for key, row in form.items()}
    for key, row in form.items():
        previous = before.get((*key[:3], *key[3][:2], key[3][2] - DAY))
        assert row["previous_open_total"] == previous, key
        assert previous in (None, row["carried_over"]), key


def check_identities(figures: dict[tuple, tuple], form: dict[tuple, dict], detailed: dict[tuple, dict]) -> None:
    for key, row in form.items():
        assert row["received_total"] == row["received_online"] + row["received_other"] + row["carried_over"], key
        assert row["resolved_total"] == row["resolved_early"] + row["resolved_on_time"] + row["resolved_late"], key
        assert row["open_total"] == row["open_in_time"] + row["open_overdue"], key
        assert row["received_total"] == row["resolved_total"] + row["open_total"], key
    for key, row in detailed.items():
        left = row["resolved_early"] + row["resolved_on_time"] + row["resolved_late"] + row["withdrawn"]
        stays = row["open_in_time"] + row["open_overdue"] + row["waiting"] + row["halted"]
        assert row["received_total"] == left + stays, key
        assert min(value for name, value in row.items() if isinstance(value, int)) >= 0, key
    for key, (above, below, excluded, status) in figures.items():
        assert excluded >= 0, key
        assert status == "missing_data" or 0 <= above <= below, key
    check_sums(figures)


def check_sums(figures: dict[tuple, tuple]) -> None:
    """A unit with all below it is the sum of its parts, and a quarter that of its months."""
    parts: dict[tuple, list] = defaultdict(list)
    for (rule, basis, code, scope, *period), figure in figures.items():
        calendar, kind, start, end = period
        if basis != "resolved":
            continue
        if scope == "own":
            for above in [place for place, known in oracle.places(code, OFFICE) if known == "subtree"]:
                parts["its units", (rule, basis, above, "subtree", *period)].append(figure)
        if kind == "month":
            for quarter in quarters(calendar, start, end):
                parts["its months", (rule, basis, code, scope, *quarter)].append(figure)
    for (by, whole), members in parts.items():
        if whole in figures and all(status != "missing_data" for *_, status in [*members, figures[whole]]):
            assert figures[whole][:3] == tuple(map(sum, zip(*(m[:3] for m in members), strict=True))), (by, whole)


def quarters(calendar: str, start: date, end: date) -> list[tuple]:
    found = ((oracle.month_of(calendar, end.year, m)[0], oracle.month_of(calendar, end.year, m + 2)[1]) for m in (1, 4, 7, 10))
    return [(calendar, "quarter", first, last) for first, last in found if first <= start and end <= last]


def check_rule_differences(con, figures: dict[tuple, tuple]) -> None:
    """The causes add up to the difference from II06_DATE, and every difference has one."""
    changes: Counter = Counter()
    for row in rows(con, "from rule_difference where scope in ('own', 'subtree')"):
        assert row["cause"] != "other", row
        key = (row["rule_id"], row["unit_code"], row["scope"], *period_of(row))
        changes[*key, "numerator"] += row["numerator_change"]
        changes[*key, "denominator"] += row["denominator_change"]
    for (rule, basis, *place), (above, below, _, status) in figures.items():
        usual_above, usual_below, _, usual_status = figures["II06_DATE", basis, *place]
        if basis == "resolved" and "missing_data" not in (status, usual_status):
            assert changes[rule, *place, "numerator"] == above - usual_above, (rule, place)
            assert changes[rule, *place, "denominator"] == below - usual_below, (rule, place)


@settings(max_examples=20, deadline=None)
@given(drawn=many_dossiers, as_of=days)
def test_the_models_count_as_plain_python_does(drawn, as_of):
    dossiers = {str(number): dossier for number, dossier in enumerate(drawn)}
    known = {f"s:{name}": told for name, dossier in dossiers.items() if (told := oracle.known_on(dossier, as_of))}
    lives = {(key, rule): oracle.life(told, rule, OFFICE) for key, told in known.items() for rule in oracle.RULES}
    units, calendar = [unit(code, parent) for code, parent in PARENTS.items()], [*SHIPPED.calendar, CLOSURE]
    with published(dossiers, as_of, covers_from=COVERED_FROM, units=units, procedures=PROCEDURES, calendar=calendar) as con:
        expected = {key: (one.outcome, one.left, one.overdue, one.due, one.excluded) for key, one in lives.items()}
        assert differences(outcomes_of(con), expected) == []
        figures = figures_of(con)
        assert differences(figures, oracle.figures(known.values(), OFFICE, as_of)) == []
        counts = oracle.forms(known.values(), OFFICE, as_of)
        form, detailed = form_rows(con, "form_ii06a"), form_rows(con, "form_detailed")
        check_form(form, counts, as_form_ii06a)
        check_form(detailed, counts, as_form_detailed)
        check_previous_periods(form)
        check_identities(figures, form, detailed)
        check_rule_differences(con, figures)
