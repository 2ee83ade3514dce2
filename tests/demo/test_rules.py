"""The five counting rules and the five bases as the books state them, on dossiers whose figures were worked out by hand."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from demo.books import Books
from demo.district import PROCEDURES
from demo.exports import Known
from demo.life import Dossier, Step
from demo.rules import RULES, Case, strict_orig


def march(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment in March 2020, whose working days are its Mondays to Fridays; the 2nd is a Monday."""
    return datetime(2020, 3, day, hour, minute)


# Received on Monday the 2nd, with six working days: due on Tuesday the 10th.
PLAIN = Case(
    status="RETURNED",
    received=march(2),
    due=march(10, 17),
    finished=march(9),
    since=march(20, 18, 30),
    days=6,
    original=march(10, 17),
    supplements=0,
    requested=None,
    completed=None,
)
# Asked for a paper on Thursday the 5th, which came five working days later; a week more was promised.
SUPPLEMENTED = PLAIN._replace(due=march(17, 17), supplements=1, requested=march(5), completed=march(12))
OPEN = PLAIN._replace(status="PROCESSING", finished=None)
NO_DUE = PLAIN._replace(due=None, original=None)
WAITS = OPEN._replace(status="SUPPLEMENT", supplements=1, requested=march(5))


@pytest.mark.parametrize(
    ("case", "outcomes"),
    [
        pytest.param(PLAIN, "early early early early early", id="the day before"),
        pytest.param(PLAIN._replace(finished=march(10, 16)), "on_time on_time on_time on_time on_time", id="on the day"),
        pytest.param(PLAIN._replace(finished=march(10, 17)), "on_time on_time on_time on_time on_time", id="to the second"),
        pytest.param(PLAIN._replace(finished=march(10, 17, 1)), "on_time late late on_time late", id="on the day, after hours"),
        pytest.param(PLAIN._replace(finished=march(11, 8)), "late late late late late", id="the day after"),
        pytest.param(PLAIN._replace(finished=None), "late late late late late", id="ended, seen on the 20th"),
        pytest.param(PLAIN._replace(finished=datetime(2020, 2, 20)), "early early early early early", id="before receipt"),
        pytest.param(NO_DUE, "on_time on_time early excluded on_time", id="no due date"),
        pytest.param(NO_DUE._replace(finished=march(10, 18)), "on_time on_time on_time excluded on_time", id="statutory day"),
        pytest.param(NO_DUE._replace(finished=march(11)), "on_time on_time late excluded on_time", id="past statutory day"),
        pytest.param(NO_DUE._replace(days=None), "on_time on_time excluded excluded on_time", id="no statutory time"),
        pytest.param(
            PLAIN._replace(due=march(17, 17), finished=march(16)), "early early early late early", id="another day promised"
        ),
        # Decision 766 adds the week to what was promised, the strict rule adds five working days to the 10th.
        pytest.param(SUPPLEMENTED._replace(finished=march(17, 18)), "on_time late early on_time late", id="supplemented"),
        pytest.param(SUPPLEMENTED._replace(finished=march(24, 17)), "late late on_time late late", id="supplemented, a week late"),
        pytest.param(SUPPLEMENTED._replace(finished=march(13), supplements=2), "early early late early early", id="twice"),
        pytest.param(WAITS, "open open early open open", id="waits for a paper"),
        pytest.param(WAITS._replace(requested=march(11)), "open open late open open", id="asked after the due day"),
        pytest.param(WAITS._replace(requested=None), "open open late open open", id="asked, seen on the 20th"),
        pytest.param(OPEN._replace(status="PAUSED"), "open open late open open", id="paused, seen on the 20th"),
        pytest.param(OPEN._replace(status="FINANCIAL"), "open open open open open", id="has to pay"),
        pytest.param(OPEN, "open open open open open", id="open"),
        pytest.param(
            PLAIN._replace(status="WITHDRAWN", finished=march(12)), "on_time on_time late excluded excluded", id="withdrawn late"
        ),
        pytest.param(
            PLAIN._replace(status="WITHDRAWN", finished=None, since=march(6)),
            "on_time on_time early excluded excluded",
            id="withdrawn, seen on the 6th",
        ),
        pytest.param(PLAIN._replace(status="REJECTED"), "excluded excluded early excluded excluded", id="refused after receipt"),
        pytest.param(
            PLAIN._replace(status="REJECTED", received=None), "excluded excluded excluded excluded excluded", id="never received"
        ),
        pytest.param(PLAIN._replace(status="CANCELLED"), "excluded excluded excluded excluded excluded", id="cancelled"),
        pytest.param(
            OPEN._replace(status="REGISTERED", received=None), "excluded excluded excluded excluded excluded", id="registered"
        ),
        pytest.param(PLAIN._replace(original=None), "early early early unknown early", id="first due date not told"),
        pytest.param(PLAIN._replace(supplements=None), "early early unknown unknown early", id="supplements not told"),
        pytest.param(
            PLAIN._replace(status="CANCELLED", supplements=None, original=None),
            "excluded excluded excluded excluded excluded",
            id="cancelled, nothing told",
        ),
    ],
)
def test_outcomes(case: Case, outcomes: str) -> None:
    assert {rule: judge(case)[0] for rule, judge in RULES.items()} == dict(zip(RULES, outcomes.split(), strict=True))


@pytest.mark.parametrize(
    ("case", "overdue_from"),
    [
        (OPEN, [march(11), march(10), march(10), march(11), march(10)]),
        (OPEN._replace(due=march(17, 17)), [march(18), march(17), march(17), march(11), march(17)]),
        (OPEN._replace(due=None), [None, None, march(11), None, None]),
        (OPEN._replace(supplements=2), [march(11), march(10), march(2), march(11), march(10)]),
        # Thirty days after the day promised first.
        (OPEN._replace(status="PAUSED"), [None, None, march(10), datetime(2020, 4, 10), None]),
        (PLAIN, [None, None, None, None, None]),
        (PLAIN._replace(status="WITHDRAWN", finished=march(12)), [march(11), march(10), march(10), None, None]),
    ],
)
def test_first_day_overdue(case: Case, overdue_from: list[datetime | None]) -> None:
    assert [judge(case)[3] for judge in RULES.values()] == [moment and moment.date() for moment in overdue_from]


def test_a_suspension_is_counted_in_working_days() -> None:
    # Promised for Saturday the 7th: its number is that of Friday the 6th, and one working day more is Monday the 9th.
    case = PLAIN._replace(original=march(7, 17), supplements=1, requested=march(4), completed=march(5))
    assert strict_orig(case)[2] == date(2020, 3, 9)
    # From Friday the 6th to Sunday the 8th no working day passed: nothing moves, not even off the Saturday.
    assert strict_orig(case._replace(requested=march(6), completed=march(8)))[2] == date(2020, 3, 7)
    # With the holidays of April and May in between: the 29th, the 4th of May.
    case = case._replace(original=datetime(2020, 4, 29, 17), requested=march(4), completed=march(5))
    assert strict_orig(case)[2] == date(2020, 5, 4)


SPAN = {"unit_code": "H99.12.11", "scope": "own", "calendar": "calendar", "period_kind": "month", "period_start": "2020-03-01"}
FEBRUARY_27 = datetime(2020, 2, 27, 9)
SIX = (
    PLAIN,
    PLAIN._replace(finished=march(11)),
    OPEN,
    OPEN._replace(due=datetime(2021, 2, 1, 17), original=None),
    PLAIN._replace(received=FEBRUARY_27, due=march(5, 17), finished=datetime(2020, 4, 2, 9)),
    PLAIN._replace(received=FEBRUARY_27, status="WITHDRAWN", finished=march(20)),
)


def told_of_march(folder: Path, source: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """What the books say of March under each rule and basis, of six dossiers that a source tells of."""
    books = Books()
    for number, case in enumerate(SIX):
        dates = (case.received, case.due, case.finished, "H99.12.11", None, case.supplements, case.requested, case.completed)
        step = Step(FEBRUARY_27, case.status, *dates, "")
        books.enter(Dossier(source, number, "", PROCEDURES[0], "online", step.received, [step]), Known(step, case.since, False))
    books.write(folder)
    with (folder / "indicator_value.csv").open(encoding="utf-8") as handle:
        rows = [row for row in csv.DictReader(handle) if row["indicator_id"] == "on_time" and SPAN.items() <= row.items()]
    columns = ("numerator", "denominator", "excluded_count", "status")
    return {(row["rule_id"], row["basis_id"]): tuple(row[name] for name in columns) for row in rows}


def test_bases(tmp_path: Path) -> None:
    said = told_of_march(tmp_path, "igate")
    assert {basis: said["II06_DATE", basis] for rule, basis in said if rule == "II06_DATE"} == {
        # Early, withdrawn; the late one.
        "resolved": ("2", "3", "0", "ok"),
        # All but the one that is due next year.
        "due_in_period": ("2", "5", "0", "ok"),
        # Early, withdrawn, and the one that is due next year.
        "received_and_carried": ("3", "6", "0", "ok"),
        # One left late; what is overdue but has not left is not late yet.
        "one_minus_late": ("5", "6", "0", "ok"),
        # Early; late and overdue; the one due next year is not decided.
        "cohort": ("1", "3", "0", "ok"),
    }
    # Withdrawn: late under the decision (the 20th), left out by the strict rule.
    assert said["QD766_2_1", "resolved"] == ("1", "3", "0", "ok")
    assert said["QD766_2_1", "received_and_carried"] == ("2", "6", "0", "ok")
    assert said["STRICT_ORIG", "resolved"] == ("1", "2", "1", "ok")
    assert said["OPENCPS_HOUR", "due_in_period"] == ("1", "4", "1", "ok")


def test_what_nobody_knows_is_missing(tmp_path: Path) -> None:
    """A source that does not tell the first due date."""
    said = told_of_march(tmp_path, "tandan")
    assert {said["STRICT_ORIG", basis] for rule, basis in said if rule == "STRICT_ORIG"} == {("", "", "1", "missing_data")}
    assert {said[key][3] for key in said if key[0] != "STRICT_ORIG"} == {"ok"}
