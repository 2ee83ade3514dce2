"""One set of edge cases under all five rules, counted by hand: the same dossiers, five rates."""

from datetime import date

import pytest

from expectations.row_rules import rule_of
from tests.spec.dossiers import OFFICIAL_YEAR, dossiers_in, drawn, outcomes_as_drawn, published, rows_as_drawn
from transforms.registry import bases, figures, rules

AS_OF = date(2019, 12, 31)
# A day without a year is one of 2019, one without an hour begins at midnight; 4 May is the Saturday made up for 29 April.
# Not here, since reading settles them: times in UTC, status words, headers, one code in two files. What it keeps out: at the end.
DOSSIERS = drawn("""
dossier                       | status     | received   | due         | papers           | finished    | also
an hour after the due hour    | RETURNED   | 03-04      | 03-11 09:00 |                  | 03-11 10:00 |
result handed over late       | RETURNED   | 03-04      | 03-11 17:00 |                  | 03-08 16:00 | returned 03-26
no due date, five days        | RETURNED   | 03-04      |             |                  | 03-20 10:00 | procedure five days
no due date, no time set      | RETURNED   | 03-04      |             |                  | 03-20 10:00 | procedure no time
no due date, made-up Saturday | RETURNED   | 04-26      |             |                  | 05-04 16:00 | procedure three days
due on a made-up Saturday     | RETURNED   | 04-26      | 05-04 17:00 |                  | 05-06 08:00 |
received on 14 December       | RETURNED   | 2018-12-14 | 01-04 17:00 |                  | 01-03 10:00 |
received on 15 December       | RETURNED   | 2018-12-15 | 01-04 17:00 |                  | 01-03 10:00 |
finished the 14th at 23:59    | RETURNED   | 11-25      | 12-20 17:00 |                  | 12-14 23:59 |
finished the 15th at 00:00    | RETURNED   | 11-25      | 12-20 17:00 |                  | 12-15 00:00 |
ended before it was received  | RETURNED   | 06-05      | 06-12 17:00 |                  | 06-03 15:00 |
due date moved                | RETURNED   | 06-03      | 06-20 17:00 |                  | 06-19 10:00 | original_due 06-10
asked twice for papers        | RETURNED   | 07-01      | 07-12 17:00 | 2x 07-02 > 07-04 | 07-10 10:00 |
three days for papers         | RETURNED   | 07-01      | 07-12 17:00 | 07-02 > 07-05    | 07-15 16:00 |
paused for two years          | PAUSED     | 2017-10-02 | 2017-10-16  |                  |             | shown 01-10
waits for papers              | SUPPLEMENT | 11-01      | 11-08 17:00 | 11-06            |             | shown 11-06
waits for a payment           | FINANCIAL  | 11-01      | 11-20 17:00 |                  |             | shown 11-06
open, overdue                 | PROCESSING | 11-20      | 12-06 17:00 |                  |             |
open, due on the last day     | PROCESSING | 12-02      | 12-14 09:00 |                  |             |
withdrawn after acceptance    | WITHDRAWN  | 08-05      | 08-12 17:00 |                  | 08-20 10:00 |
withdrawn before acceptance   | CANCELLED  | 08-05      | 08-12 17:00 |                  |             |
rejected after acceptance     | REJECTED   | 08-05      | 08-12 17:00 |                  | 08-09 10:00 |
rejected before acceptance    | REJECTED   |            |             |                  | 08-06 10:00 |
registered, never received    | REGISTERED |            |             |                  |             |
channel not said              | RETURNED   | 09-03      | 09-10 17:00 |                  | 09-09 10:00 |
submitted online              | RETURNED   | 09-03      | 09-10 17:00 |                  | 09-09 10:00 | channel online
nothing told of supplements   | RETURNED   | 03-04      | 03-11 17:00 | ?                | 03-08 10:00 | unit Y, original_due ?
of a unit without an entry    | RETURNED   | 03-04      | 03-11 17:00 |                  | 03-08 10:00 | unit gone
""")
OUTCOMES = drawn("""
dossier                       | II06_DATE | TIMESTAMP | OPENCPS_HOUR | STRICT_ORIG | QD766_2_1
an hour after the due hour    | on_time   | late      | late         | on_time     | late
result handed over late       | early     | early     | early        | early       | early
no due date, five days        | on_time   | on_time   | on_time      | excluded    | late
no due date, no time set      | on_time   | on_time   | on_time      | excluded    | excluded
no due date, made-up Saturday | on_time   | on_time   | on_time      | excluded    | on_time
due on a made-up Saturday     | late      | late      | late         | late        | late
received on 14 December       | early     | early     | early        | early       | early
received on 15 December       | early     | early     | early        | early       | early
finished the 14th at 23:59    | early     | early     | early        | early       | early
finished the 15th at 00:00    | early     | early     | early        | early       | early
ended before it was received  | early     | early     | early        | early       | early
due date moved                | early     | early     | early        | late        | early
asked twice for papers        | early     | early     | early        | early       | late
three days for papers         | late      | late      | late         | early       | on_time
paused for two years          | open      | open      | open         | open        | late
waits for papers              | open      | open      | open         | open        | early
waits for a payment           | open      | open      | open         | open        | open
open, overdue                 | open      | open      | open         | open        | open
open, due on the last day     | open      | open      | open         | open        | open
withdrawn after acceptance    | on_time   | on_time   | excluded     | excluded    | late
withdrawn before acceptance   | excluded  | excluded  | excluded     | excluded    | excluded
rejected after acceptance     | excluded  | excluded  | excluded     | excluded    | early
rejected before acceptance    | excluded  | excluded  | excluded     | excluded    | excluded
registered, never received    | excluded  | excluded  | excluded     | excluded    | excluded
channel not said              | early     | early     | early        | early       | early
submitted online              | early     | early     | early        | early       | early
nothing told of supplements   | early     | early     | early        | unknown     | unknown
of a unit without an entry    | early     | early     | early        | early       | early
""")
# The unit X in the official year 2019, 15 December 2018 to 14 December 2019. One of 14 December and one of 2017 are carried over.
#
# II06_DATE     9 early (the one of 15 December 2019 is not yet), 5 on time, 2 late. 20 received; 6 stay, one of them overdue.
#               Due in the year: 14, late or open of them 4. Decided by 31 December: all received but the two that wait.
# TIMESTAMP     the hour makes one late; at the end of its last day the one due that day is overdue: 2.
# OPENCPS_HOUR  as TIMESTAMP, without the one withdrawn.
# STRICT_ORIG   without the withdrawn one and the three without a due date: 9 early, 1 on time, 2 late. 16 received; 6 stay,
#               overdue of them 3: due on 6 December, paused since 2017, and for papers since 8 November and thirty days.
#               Due in the year: 15, the payment and the papers too; by 31 December their limits are over and all are decided.
# QD766_2_1     10 early: as II06_DATE without the one asked twice, with the rejected one and the one asked for papers in time;
#               2 on time, 6 late. 20 received, with the rejected one and without the one that no time is set for; 4 stay,
#               overdue 3: it knows no waiting for a payment. Due in the year: 19, late or open of them 8.
FIGURES = drawn("""
rule_id      | basis_id             | numerator | denominator | excluded_count
II06_DATE    | resolved             | 14        | 16          | 3
TIMESTAMP    | resolved             | 13        | 16          | 3
OPENCPS_HOUR | resolved             | 12        | 15          | 4
STRICT_ORIG  | resolved             | 10        | 12          | 7
QD766_2_1    | resolved             | 12        | 18          | 3
II06_DATE    | due_in_period        | 10        | 14          | 3
TIMESTAMP    | due_in_period        | 9         | 14          | 3
OPENCPS_HOUR | due_in_period        | 8         | 13          | 4
STRICT_ORIG  | due_in_period        | 9         | 15          | 7
QD766_2_1    | due_in_period        | 11        | 19          | 3
II06_DATE    | received_and_carried | 19        | 22          | 3
TIMESTAMP    | received_and_carried | 17        | 22          | 3
OPENCPS_HOUR | received_and_carried | 16        | 21          | 4
STRICT_ORIG  | received_and_carried | 13        | 18          | 7
QD766_2_1    | received_and_carried | 13        | 22          | 3
II06_DATE    | one_minus_late       | 20        | 22          | 3
TIMESTAMP    | one_minus_late       | 19        | 22          | 3
OPENCPS_HOUR | one_minus_late       | 18        | 21          | 4
STRICT_ORIG  | one_minus_late       | 16        | 18          | 7
QD766_2_1    | one_minus_late       | 16        | 22          | 3
II06_DATE    | cohort               | 14        | 18          | 3
TIMESTAMP    | cohort               | 13        | 18          | 3
OPENCPS_HOUR | cohort               | 12        | 17          | 4
STRICT_ORIG  | cohort               | 10        | 16          | 7
QD766_2_1    | cohort               | 12        | 20          | 3
""")
DIFFERENCES = drawn("""
rule_id      | cause               | dossier_count | numerator_change | denominator_change
TIMESTAMP    | hour_of_the_due_day | 1             | -1               | 0
OPENCPS_HOUR | hour_of_the_due_day | 1             | -1               | 0
OPENCPS_HOUR | withdrawn           | 1             | -1               | -1
STRICT_ORIG  | withdrawn           | 1             | -1               | -1
STRICT_ORIG  | no_due_date         | 3             | -3               | -3
STRICT_ORIG  | due_date_moved      | 1             | -1               | 0
STRICT_ORIG  | supplement_time     | 1             | 1                | 0
QD766_2_1    | hour_of_the_due_day | 1             | -1               | 0
QD766_2_1    | withdrawn           | 1             | -1               | 0
QD766_2_1    | no_due_date         | 2             | -2               | -1
QD766_2_1    | several_supplements | 1             | -1               | 0
QD766_2_1    | supplement_time     | 1             | 1                | 0
QD766_2_1    | paused              | 1             | 0                | 1
QD766_2_1    | supplement          | 1             | 1                | 1
QD766_2_1    | rejected            | 1             | 1                | 1
""")
FORM = drawn("""
received_online | received_other | carried_over | resolved_early | resolved_on_time | resolved_late | open_in_time | open_overdue
1               | 19             | 2            | 9              | 5                | 2             | 5            | 1
""")
# Whether a boundary is the 15th or the 1st: what comes and goes in the night of the 14th is in one period or the other.
MONTHS = drawn("""
calendar | period_kind | period_start | received_other | carried_over | resolved_total | open_in_time | open_overdue
official | month       | 2018-11-15   | 1              | 1            | 0              | 2            | 0
official | month       | 2018-12-15   | 1              | 2            | 2              | 1            | 0
official | month       | 2019-11-15   | 4              | 3            | 1              | 5            | 1
official | month       | 2019-12-15   | 0              | 6            | 1              | 3            | 2
calendar | month       | 2018-12-01   | 2              | 1            | 0              | 3            | 0
calendar | month       | 2019-12-01   | 1              | 6            | 2              | 3            | 2
""")
# The withdrawn one is not among those on time, nor are those who wait among those in time: one for papers, two for other things.
DETAILED = drawn("""
resolved_early | resolved_on_time | withdrawn | resolved_late | open_in_time | waiting | halted | open_overdue
9              | 4                | 1         | 2             | 2            | 1       | 2      | 1
""")


@pytest.fixture(scope="module")
def con():
    with published(dossiers_in(DOSSIERS, AS_OF), AS_OF) as con:
        yield con


@pytest.mark.parametrize("rule", rules())
def test_each_dossier_under_each_rule(con, rule):
    lines = [{"dossier": line["dossier"], "outcome": line[rule]} for line in OUTCOMES]
    assert outcomes_as_drawn(con, rule, lines) == lines


def test_the_counts_of_each_rule_on_each_basis(con):
    assert rows_as_drawn(con, "indicator_value", FIGURES, OFFICIAL_YEAR) == FIGURES


def test_the_five_rates_differ_visibly():
    rates = [int(line["numerator"]) / int(line["denominator"]) for line in FIGURES if line["basis_id"] == "resolved"]
    assert [f"{rate:.1%}" for rate in rates] == ["87.5%", "81.2%", "80.0%", "83.3%", "66.7%"]


def test_every_rule_and_basis_is_in_the_table():
    computed = {(f["rule_id"], f["basis_id"]) for f in figures() if f["indicator_id"] == "on_time"}
    assert {(line["rule_id"], line["basis_id"]) for line in FIGURES} == computed
    assert set(OUTCOMES[0]) - {"dossier"} == set(rules())
    assert {basis for _, basis in computed} < set(bases())


def test_what_makes_the_rules_differ(con):
    assert rows_as_drawn(con, "rule_difference", DIFFERENCES, OFFICIAL_YEAR) == DIFFERENCES
    found = con.execute("""select count(*) from rule_difference where unit_code = 'X' and scope = 'own' and calendar = 'official'
                           and period_kind = 'year' and period_start = '2018-12-15'""").fetchall()
    assert found == [(len(DIFFERENCES),)]


def test_dates_of_papers_without_a_count_are_a_cause_too():
    told = "dossier|status|received|due|papers|finished\nodd|RETURNED|07-01|07-12 17:00|0x 07-02 > 07-05|07-15 16:00"
    expected = drawn("rule_id|cause|numerator_change\nQD766_2_1|supplement_time|1\nSTRICT_ORIG|supplement_time|1")
    with published(dossiers_in(drawn(told), AS_OF), AS_OF) as con:
        assert rows_as_drawn(con, "rule_difference", expected, OFFICIAL_YEAR) == expected


def test_the_forms_cut_the_night_of_the_14th(con):
    assert rows_as_drawn(con, "form_ii06a", FORM, OFFICIAL_YEAR) == FORM
    assert rows_as_drawn(con, "form_ii06a", MONTHS, OFFICIAL_YEAR) == MONTHS


def test_the_detailed_form_hides_nobody_who_waits(con):
    assert rows_as_drawn(con, "form_detailed", DETAILED, OFFICIAL_YEAR) == DETAILED


def test_a_unit_without_dossiers_has_no_activity_under_any_rule(con):
    empty = [line | {"numerator": "0", "denominator": "0", "excluded_count": "0", "status": "no_activity"} for line in FIGURES]
    assert rows_as_drawn(con, "indicator_value", empty, OFFICIAL_YEAR | {"unit_code": "Z"}) == empty


def test_a_dossier_that_does_not_tell_what_a_rule_needs_leaves_only_that_rule_without_a_figure(con):
    lines = drawn("""
rule_id      | unit_code | scope   | numerator | denominator | status
II06_DATE    | Y         | own     | 1         | 1           | ok
TIMESTAMP    | Y         | own     | 1         | 1           | ok
OPENCPS_HOUR | Y         | own     | 1         | 1           | ok
STRICT_ORIG  | Y         | own     |           |             | missing_data
QD766_2_1    | Y         | own     |           |             | missing_data
II06_DATE    | D         | subtree | 15        | 17          | ok
QD766_2_1    | D         | subtree |           |             | missing_data
""")
    assert rows_as_drawn(con, "indicator_value", lines, OFFICIAL_YEAR | {"basis_id": "resolved"}) == lines


@pytest.mark.parametrize(
    ("rule", "status", "received", "finished"),
    [
        ("FINISHED_MISSING", "RETURNED", "2019-03-04", None),
        ("RECEIVED_MISSING", "WITHDRAWN", None, "2019-03-08"),
        ("RECEIVED_MISSING", "CANCELLED", None, None),
    ],
)
def test_what_reading_keeps_out_is_no_case_of_any_rule(con, rule, status, received, finished):
    """Status 10 without an end date, withdrawn without a receipt: in quarantine, and so in no count."""
    row = "select $1 as status, $2::timestamp as received_at, $3::timestamp as finished_at"
    unread = "false as received_at_unknown, false as finished_at_unknown"
    sql = f"select {rule_of(rule).broken_when} from ({row}, {unread})"
    assert con.execute(sql, [status, received, finished]).fetchall() == [(True,)]
    assert rule_of(rule).severity == "quarantine"
