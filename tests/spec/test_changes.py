"""Why a figure moved: on drawn pairs of histories the causes are those of plain Python, and add up to the difference."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.changes import CAUSES, Known, changed_dossiers, changes_of
from tests.spec import oracle
from tests.spec.corrections import as_corrected, claims_on, runs_of
from tests.spec.dossiers import SHIPPED, Dossier, published, unit
from tests.spec.test_oracle import CLOSURE, COVERED_FROM, OFFICE, PARENTS, PROCEDURES, TURNS, a_dossier, days, hours
from transforms.duck import rows
from transforms.errors import FigureError

TOLD_TOGETHER = (
    ("status", "finished"),
    ("due", "due_before_new", "original_due"),
    ("channel",),
    ("unit",),
    ("supplements", "requested", "completed", "days"),
)
"""What an export may say otherwise of a dossier, without saying what reading would not let pass."""
MARTS = ("indicator_value", "outcome", "dossier", "unit", "quarantined_dossier", "totals_difference")
DOSSIER_INDICATORS = ("on_time", "online_resolved", "online_received")


@st.composite
def a_pair(draw: st.DrawFn) -> tuple[Dossier | None, Dossier | None]:
    """A dossier in an earlier and in a later release, of which one may not have it."""
    before = draw(a_dossier())
    kind = draw(st.sampled_from(["same", "same", "other", "other", "other", "new", "gone"]))
    if kind == "other" and before.received:
        other = draw(a_dossier().filter(lambda d: d.received is not None))
        parts = draw(st.lists(st.sampled_from(TOLD_TOGETHER), min_size=1, max_size=2))
        said = {name: getattr(other, name) for part in parts for name in part}
        return before, replace(before, **said, shown=max(before.shown, other.shown))  # no export tells of what is to come
    return (None if kind == "new" else before), (None if kind == "gone" else before)


pairs = st.integers(1, 60).flatmap(lambda n: st.lists(a_pair(), min_size=n, max_size=n))


@contextmanager
def two_releases(
    before: dict[str, Dossier], now: dict[str, Dossier], first: date, last: date, quarantined=(), corrections=((), ())
):
    """A connection with the marts of both sides in the schemas that changes_of reads, and what it needs to know of them."""
    office = {
        "covers_from": COVERED_FROM,
        "units": [unit(code, parent) for code, parent in PARENTS.items()],
        "procedures": PROCEDURES,
        "calendar": [*SHIPPED.calendar, CLOSURE],
        "marts": MARTS,
    }
    with published(before, first, **office, quarantined=quarantined, corrections=corrections[0]) as con:
        tables = {mart: con.sql(f"from {mart}").to_arrow_table() for mart in MARTS}
    with published(now, last, **office, corrections=corrections[1]) as con:
        con.execute("create schema before; create schema now")
        for mart, table in tables.items():
            con.register("told", table)
            con.execute(f"create table before.{mart} as from told")
            con.execute(f"create view now.{mart} as from main.{mart}")
        yield con, Known("before", first, (), {}), Known("now", last, (), {})


def cause(
    rule: str, indicator: str, was: Dossier | None, is_now: Dossier | None, would_be: tuple, is_in: tuple, moved: bool
) -> str:
    """The cause in plain Python; ``would_be`` is what the dossier of before counts today, ``is_in`` what it counts now."""
    if was is None or is_now is None:
        return "new_dossier" if was is None else "gone"
    ends = [oracle.life(d, rule, OFFICE).left for d in (was, is_now)]
    looks_at_end, looks_at_due = indicator != "online_received", indicator == "on_time"
    looks_at = {"due_at": looks_at_due, "finished_at": looks_at_end, "status": True}
    in_order = {
        "unit_moved": moved,
        "time_passed": would_be == is_in,
        "correction_accepted": any(looks and was.corrected.get(c) != is_now.corrected.get(c) for c, looks in looks_at.items()),
        "finished_since": looks_at_end and ends[0] is None and ends[1] is not None,
        "due_date_moved": looks_at_due and (was.due, was.original_due) != (is_now.due, is_now.original_due),
        "end_date_moved": looks_at_end and was.finished != is_now.finished,
        "status_rewritten": was.status != is_now.status,
        "otherwise_rewritten": True,
    }
    return next(name for name, applies in in_order.items() if applies)


def counts_to(d: Dossier | None, rule: str, place: tuple, period: oracle.Period, indicator: str, basis: str, as_of: date) -> tuple:
    """(numerator, denominator) of one dossier."""
    if d is None or place not in list(oracle.places(d.unit, OFFICE)):
        return 0, 0
    one = oracle.life(d, rule, OFFICE)
    n = Counter(oracle.events(one, period[2], min(period[3], as_of), as_of))
    if indicator == "on_time":
        return oracle.fraction(basis, n)
    if indicator == "online_received":
        return n["received_online"], n["received"]
    resolved = n["early"] + n["on_time"] + n["late"]
    return resolved * one.is_online, resolved


def expected_causes(figure: dict, before: dict, now: dict, first: date, last: date, kept_out: set[str]) -> dict[str, tuple]:
    rule, indicator, place = figure["rule_id"], figure["indicator_id"], (figure["unit_code"], figure["scope"])
    period = tuple(figure[name] for name in ("calendar", "period_kind", "period_start", "period_end"))
    found: dict[str, tuple] = {}
    for name in before.keys() | now.keys():
        sides = before.get(name), now.get(name)
        count = lambda d, day: counts_to(d, rule, place, period, indicator, figure["basis_id"], day)  # noqa: E731
        was, is_in = count(sides[0], first), count(sides[1], last)
        if was == is_in:
            continue
        moved = None not in sides and len({place in list(oracle.places(d.unit, OFFICE)) for d in sides}) == 2
        why = cause(rule, indicator, *sides, count(sides[0], last), is_in, moved)
        if why == "new_dossier" and name in kept_out:
            why = "out_of_quarantine"
        n, above, below = found.get(why, (0, 0, 0))
        found[why] = (n + 1, above + is_in[0] - was[0], below + is_in[1] - was[1])
    return found


@settings(max_examples=8, deadline=None)
@given(data=st.data(), drawn=pairs, day=days, later=st.sampled_from([0, 0, 1, 9, 45]), kept_out=st.sets(st.integers(0, 60)))
def test_the_causes_are_those_of_plain_python_and_add_up(data, drawn, day, later, kept_out):
    first, last = day, day + timedelta(later)
    before = {str(n): pair[0] for n, pair in enumerate(drawn) if pair[0]}
    now = {str(n): pair[1] for n, pair in enumerate(drawn) if pair[1]}
    kept_out = {str(n) for n in kept_out}
    known_before = {name: told for name, d in before.items() if (told := oracle.known_on(d, first))}
    known_now = {name: told for name, d in now.items() if (told := oracle.known_on(d, last))}
    claims = data.draw(claims_on(known_now, TURNS, hours))
    claims_before = [said for said in claims if data.draw(st.booleans())]
    known_before = {name: as_corrected(name, d, claims_before, first) for name, d in known_before.items()}
    known_now = {name: as_corrected(name, d, claims, last) for name, d in known_now.items()}
    corrections = runs_of(claims_before), runs_of(claims)
    with two_releases(before, now, first, last, kept_out, corrections) as (con, earlier, present):
        figures = rows(
            con,
            """from now.indicator_value where list_contains($1, indicator_id) and scope in ('own', 'subtree') and status = 'ok'
               order by hash(indicator_id, rule_id, basis_id, unit_code, scope, period_start, period_end, calendar) limit 120""",
            [DOSSIER_INDICATORS],
        )
        found = changes_of(con, earlier, present, figures)
        was = {key_of(f): f for f in rows(con, "from before.indicator_value where status in ('ok', 'no_activity')")}
    ours = [{c["cause"]: tuple(c.values())[2:] for c in found if c["figure_number"] == n} for n in range(len(figures))]
    for figure, causes in zip(figures, ours, strict=True):
        assert causes == expected_causes(figure, known_before, known_now, first, last, kept_out), figure
        if earlier_figure := was.get(key_of(figure)):
            for place, part in enumerate(("numerator", "denominator"), 1):
                assert figure[part] - earlier_figure[part] == sum(c[place] for c in causes.values()), figure


def key_of(figure: dict) -> tuple:
    return tuple(
        figure[name]
        for name in (
            "indicator_id",
            "rule_id",
            "basis_id",
            "unit_code",
            "scope",
            "calendar",
            "period_kind",
            "period_start",
            "period_end",
        )
    )


NOON = datetime(2019, 3, 4, 12)
DUE = NOON + timedelta(7)
DONE = Dossier("C1", "RETURNED", NOON, DUE, NOON + timedelta(5), original_due=DUE, shown=NOON + timedelta(6))
FIGURE = """from now.indicator_value where indicator_id = 'on_time' and rule_id = 'II06_DATE' and basis_id = 'resolved'
            and unit_code = 'C1' and scope = 'own' and calendar = 'calendar' and period_kind = 'month'
            and period_start = '2019-03-01'"""


def test_the_same_dossier_counted_otherwise_is_configuration_or_code():
    with two_releases({"a": DONE, "b": DONE}, {"a": DONE, "b": DONE}, date(2019, 4, 1), date(2019, 4, 1)) as (con, before, now):
        (figure,) = rows(con, FIGURE)
        assert changes_of(con, before, now, [figure]) == []
        con.execute("update before.outcome set outcome = 'late' where dossier_key = 's:a' and rule_id = 'II06_DATE'")
        con.execute("update before.indicator_value set numerator = numerator - 1 where basis_id = 'resolved' and numerator > 0")
        (found,) = changes_of(con, before, now, rows(con, FIGURE))
        assert found == {
            "figure_number": 0,
            "cause": "configuration_or_code",
            "dossier_count": 1,
            "numerator_change": 1,
            "denominator_change": 0,
        }
        assert [d["dossier_code"] for d in changed_dossiers(con, before, now, 5)] == ["a"]


def test_a_figure_that_its_dossiers_do_not_explain_is_an_error():
    with two_releases({"a": DONE}, {"a": DONE}, date(2019, 4, 1), date(2019, 4, 1)) as (con, before, now):
        con.execute("update before.indicator_value set denominator = denominator + 1 where basis_id = 'resolved'")
        with pytest.raises(FigureError, match="do not explain"):
            changes_of(con, before, now, rows(con, FIGURE))


def test_a_month_with_the_same_file_is_not_read():
    with two_releases({"a": DONE}, {"a": DONE}, date(2019, 4, 1), date(2019, 4, 2)) as (con, before, now):
        con.execute("update before.outcome set outcome = 'late'")
        figures = rows(con, FIGURE)
        same = {"outcome/2019-03.parquet": "hash"}
        assert changes_of(con, before._replace(files=same), now._replace(files=same), figures) == []
        con.execute("update before.indicator_value set numerator = 0 where basis_id = 'resolved'")
        other = {"outcome/2019-03.parquet": "another hash"}
        (found,) = changes_of(con, before._replace(files=same), now._replace(files=other), figures)
        assert (found["cause"], found["numerator_change"]) == ("configuration_or_code", 1)


def test_every_cause_has_its_words():
    assert all(vi and en for vi, en in CAUSES.values())
