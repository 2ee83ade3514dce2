"""QD766_2_1: to the second, a supplement's time is not counted, a second supplement is late, who is asked for papers has left."""

from datetime import date

import pytest

from tests.spec.dossiers import MONTH, OFFICIAL_YEAR, dossiers_in, drawn, outcomes_as_drawn, published, rows_as_drawn

AS_OF = date(2019, 12, 31)
DOSSIERS = drawn("""
dossier                 | status     | received | due         | papers        | finished    | outcome  | counted | due_on | overdue
an hour after it is due | RETURNED   | 03-04    | 03-11 09:00 |               | 03-11 10:00 | late     | 03-11   | 03-11  | 03-11
at the due second       | RETURNED   | 03-04    | 03-11 09:00 |               | 03-11 09:00 | on_time  | 03-11   | 03-11  | 03-11
three days for papers   | RETURNED   | 07-01    | 07-12 17:00 | 07-02 > 07-05 | 07-15 17:00 | on_time  | 07-15   | 07-15  | 07-15
a minute over these     | RETURNED   | 07-01    | 07-12 17:00 | 07-02 > 07-05 | 07-15 17:01 | late     | 07-15   | 07-15  | 07-15
the day before these    | RETURNED   | 07-01    | 07-12 17:00 | 07-02 > 07-05 | 07-14 23:59 | early    | 07-14   | 07-15  | 07-15
papers that never came  | RETURNED   | 07-01    | 07-12 17:00 | 07-02         | 07-12 17:30 | late     | 07-12   | 07-12  | 07-12
came before asked for   | RETURNED   | 07-01    | 07-12 17:00 | 07-05 > 07-02 | 07-15 10:00 | late     | 07-15   | 07-12  | 07-12
asked twice             | RETURNED   | 07-01    | 07-12 17:00 | 2x            | 07-10 10:00 | late     | 07-10   | 07-12  | 07-01
asked twice, open       | PROCESSING | 12-10    | 12-31 17:00 | 2x            |             | open     |         | 12-31  | 12-10
asked in time           | SUPPLEMENT | 11-01    | 11-08 17:00 | 11-06         |             | early    | 11-06   | 11-08  | 11-08
asked on the due day    | SUPPLEMENT | 11-01    | 11-08 17:00 | 11-08         |             | on_time  | 11-08   | 11-08  | 11-08
asked after it          | SUPPLEMENT | 11-01    | 11-08 17:00 | 11-12         |             | late     | 11-12   | 11-08  | 11-08
asked, no one says when | SUPPLEMENT | 11-01    | 11-08 17:00 | 1x            |             | late     | 12-31   | 11-08  | 11-08
waits for a payment     | FINANCIAL  | 11-01    | 11-20 17:00 |               |             | open     |         | 11-20  | 11-20
open on its due day     | PROCESSING | 12-02    | 12-14 17:00 |               |             | open     |         | 12-14  | 12-14
paused for a year       | PAUSED     | 01-07    | 01-21 17:00 |               |             | late     | 12-31   | 01-21  | 01-21
paused, and says when   | PAUSED     | 08-05    | 08-12 17:00 |               | 08-09 10:00 | early    | 08-09   | 08-12  | 08-12
withdrawn in time       | WITHDRAWN  | 08-05    | 08-12 17:00 |               | 08-09 10:00 | early    | 08-09   | 08-12  | 08-12
withdrawn too late      | WITHDRAWN  | 08-05    | 08-12 17:00 |               | 08-20 10:00 | late     | 08-20   | 08-12  | 08-12
withdrawn, not accepted | CANCELLED  | 08-05    | 08-12 17:00 |               |             | excluded | 08-05   |        |
rejected once accepted  | REJECTED   | 08-05    | 08-12 17:00 |               | 08-09 10:00 | early    | 08-09   | 08-12  | 08-12
rejected, not accepted  | REJECTED   |          |             |               | 08-06 10:00 | excluded | 08-06   |        |
rejected, not dated     | REJECTED   |          |             |               |             | excluded |         |        |
ended before receipt    | RETURNED   | 06-05    | 06-12 17:00 |               | 06-03 15:00 | early    | 06-05   | 06-12  | 06-12
finished 14th at 23:59  | RETURNED   | 11-25    | 12-20 17:00 |               | 12-14 23:59 | early    | 12-14   | 12-20  | 12-20
finished 15th at 00:00  | RETURNED   | 11-25    | 12-20 17:00 |               | 12-15 00:00 | early    | 12-15   | 12-20  | 12-20
""")
# 23 count, all received in the year. By 14 December 17 have left: 7 early, 3 on time, 7 late; of the other 6 five are overdue
# (asked twice, asked or paused when no one says, waits for a payment, open on its due day). 20 are due in the year, 9 of them in
# time. By 31 December all 23 are decided, 11 of them in time.
FIGURES = drawn("""
basis_id             | numerator | denominator | excluded_count | status
resolved             | 10        | 17          | 2              | ok
due_in_period        | 9         | 20          | 2              | ok
received_and_carried | 11        | 23          | 2              | ok
one_minus_late       | 16        | 23          | 2              | ok
cohort               | 11        | 23          | 2              | ok
""")
# Without a due date the procedure's time in working days holds, by the day. 5 to 7 March are three working days after Monday the
# 4th; 4 to 8 February were Tết; of 26 April's three, the second is 3 May and the third the made-up Saturday.
NO_DUE_DATE = drawn("""
dossier                 | status     | received | procedure  | papers        | finished    | outcome  | counted | due_on | overdue
on the made-up Saturday | RETURNED   | 04-26    | three days |               | 05-04 17:30 | on_time  | 05-04   | 05-04  | 05-05
on the Monday after it  | RETURNED   | 04-26    | three days |               | 05-06 08:00 | late     | 05-06   | 05-04  | 05-05
on the Friday before it | RETURNED   | 04-26    | three days |               | 05-03 23:59 | early    | 05-03   | 05-04  | 05-05
over Tết                | RETURNED   | 02-01    | three days |               | 02-13 23:59 | on_time  | 02-13   | 02-13  | 02-14
two days for papers     | RETURNED   | 03-04    | five days  | 03-06 > 03-08 | 03-13 16:00 | on_time  | 03-13   | 03-13  | 03-14
a weekend for papers    | RETURNED   | 03-04    | five days  | 03-08 > 03-10 | 03-12 08:00 | late     | 03-12   | 03-11  | 03-12
asked twice             | RETURNED   | 03-04    | five days  | 2x            | 03-08 16:00 | late     | 03-08   | 03-11  | 03-04
asked on its last day   | SUPPLEMENT | 11-01    | five days  | 11-08         |             | on_time  | 11-08   | 11-08  | 11-09
open                    | PROCESSING | 12-09    | five days  |               |             | open     |         | 12-16  | 12-17
no statutory time       | RETURNED   | 03-04    | no time    |               | 03-20 10:00 | excluded | 03-20   |        |
no procedure, open      | PROCESSING | 03-04    |            |               |             | excluded | 03-04   |        |
rejected, not accepted  | REJECTED   |          | five days  |               | 08-06 10:00 | excluded | 08-06   |        |
withdrawn, not accepted | CANCELLED  | 08-05    | five days  |               |             | excluded | 08-05   |        |
""")
# Days that the list counts serve where it lacks a date of one supplement; a wait that lasts has none yet. Beside a new due date,
# item 2.1's is the one before it, and the supplement's time is subtracted from that one only.
DAYS_TOLD = drawn("""
dossier              | status     | received | due         | new_due | papers           | finished    | outcome | counted | due_on
three days, undated  | RETURNED   | 07-01    | 07-12 17:00 |         | 3d               | 07-15 17:00 | on_time | 07-15   | 07-15
a minute over        | RETURNED   | 07-01    | 07-12 17:00 |         | 3d               | 07-15 17:01 | late    | 07-15   | 07-15
the request dated    | RETURNED   | 07-01    | 07-12 17:00 |         | 07-02 3d         | 07-15 17:00 | on_time | 07-15   | 07-15
the papers dated     | RETURNED   | 07-01    | 07-12 17:00 |         | > 07-05 3d       | 07-15 17:00 | on_time | 07-15   | 07-15
both dated, 9 days   | RETURNED   | 07-01    | 07-12 17:00 |         | 07-02 > 07-05 9d | 07-15 17:01 | late    | 07-15   | 07-15
in all of two        | RETURNED   | 07-01    | 07-12 17:00 |         | 2x 3d            | 07-08 10:00 | late    | 07-08   | 07-12
still waiting        | SUPPLEMENT | 11-01    | 11-08 17:00 |         | 11-06 4d         |             | early   | 11-06   | 11-08
new date, and papers | RETURNED   | 07-01    | 07-12 17:00 | 07-17   | 07-02 > 07-05    | 07-15 17:01 | late    | 07-15   | 07-15
a new date           | RETURNED   | 07-01    | 07-12 17:00 | 07-20   |                  | 07-12 17:01 | late    | 07-12   | 07-12
a first date         | RETURNED   | 07-01    |             | 07-20   |                  | 07-19 10:00 | early   | 07-19   | 07-20
""")
# Without a due date the days reach from the receipt, and working days are counted: 5 March is one, 9 and 10 March are none.
DAYS_WITHOUT_A_DUE_DATE = drawn("""
dossier         | status   | received | procedure | papers   | finished    | outcome | counted | due_on
a day           | RETURNED | 03-04    | five days | 1d       | 03-12 10:00 | on_time | 03-12   | 03-12
over a weekend  | RETURNED | 03-04    | five days | 03-08 3d | 03-13 10:00 | late    | 03-13   | 03-12
in all of two   | RETURNED | 03-04    | five days | 2x 1d    | 03-08 10:00 | late    | 03-08   | 03-11
""")
NOT_TOLD = drawn("""
dossier                | unit | status     | received | due   | papers | finished | outcome  | counted | reason
resolved               | X    | RETURNED   | 03-20    | 05-10 | ?      | 05-06    | unknown  | 05-06   | SUPPLEMENT_NOT_TOLD
open                   | Y    | PROCESSING | 03-20    | 05-10 | ?      |          | unknown  |         | SUPPLEMENT_NOT_TOLD
cancelled              | Z    | CANCELLED  | 03-20    | 05-10 | ?      | 05-06    | excluded | 05-06   | CANCELLED
rejected, not accepted | Z    | REJECTED   |          |       | ?      | 05-06    | excluded | 05-06   | NEVER_RECEIVED
""")
MONTHS = drawn("""
unit_code | period_start | status       | numerator | denominator | excluded_count
X         | 2019-02-01   | no_activity  | 0         | 0           | 0
X         | 2019-03-01   | missing_data |           |             | 0
X         | 2019-04-01   | missing_data |           |             | 0
X         | 2019-05-01   | missing_data |           |             | 0
X         | 2019-06-01   | no_activity  | 0         | 0           | 0
Y         | 2019-02-01   | no_activity  | 0         | 0           | 0
Y         | 2019-03-01   | missing_data |           |             | 0
Y         | 2019-12-01   | missing_data |           |             | 0
Z         | 2019-05-01   | no_activity  | 0         | 0           | 2
""")


@pytest.fixture(scope="module")
def con():
    with published(dossiers_in(DOSSIERS, AS_OF), AS_OF) as con:
        yield con


def test_what_it_makes_of_each_dossier(con):
    assert outcomes_as_drawn(con, "QD766_2_1", DOSSIERS) == DOSSIERS


def test_the_official_year_on_every_basis(con):
    assert rows_as_drawn(con, "indicator_value", FIGURES, OFFICIAL_YEAR | {"rule_id": "QD766_2_1"}) == FIGURES


def test_without_a_due_date_the_statutory_day_holds():
    with published(dossiers_in(NO_DUE_DATE, AS_OF), AS_OF) as con:
        assert outcomes_as_drawn(con, "QD766_2_1", NO_DUE_DATE) == NO_DUE_DATE


def test_the_days_that_a_list_counts_and_its_new_due_dates():
    with published(dossiers_in(DAYS_TOLD, AS_OF), AS_OF) as con:
        assert outcomes_as_drawn(con, "QD766_2_1", DAYS_TOLD) == DAYS_TOLD
        moved = drawn("rule_id|cause|numerator_change\nQD766_2_1|due_date_moved|-2")
        assert rows_as_drawn(con, "rule_difference", moved, OFFICIAL_YEAR) == moved
    with published(dossiers_in(DAYS_WITHOUT_A_DUE_DATE, AS_OF), AS_OF) as con:
        assert outcomes_as_drawn(con, "QD766_2_1", DAYS_WITHOUT_A_DUE_DATE) == DAYS_WITHOUT_A_DUE_DATE


def test_a_request_dated_after_the_export_leaves_it_overdue_and_decided():
    told = "dossier|status|received|due|papers|outcome|counted\nodd|SUPPLEMENT|11-01|11-08 17:00|2020-01-10|late|2020-01-10"
    expected = drawn("basis_id|numerator|denominator\nresolved|0|0\nreceived_and_carried|0|1\ncohort|0|1")
    with published(dossiers_in(drawn(told), AS_OF), AS_OF) as con:
        assert outcomes_as_drawn(con, "QD766_2_1", drawn(told)) == drawn(told)
        assert rows_as_drawn(con, "indicator_value", expected, OFFICIAL_YEAR | {"rule_id": "QD766_2_1"}) == expected


def test_what_is_not_told_makes_the_periods_it_touches_missing():
    """Never late and never in time by a guess: from the day of receipt to the day it leaves there is no figure."""
    with published(dossiers_in(NOT_TOLD, AS_OF), AS_OF, covers_from=date(2019, 1, 1)) as con:
        assert outcomes_as_drawn(con, "QD766_2_1", NOT_TOLD) == NOT_TOLD
        assert rows_as_drawn(con, "indicator_value", MONTHS, MONTH | {"rule_id": "QD766_2_1", "basis_id": "resolved"}) == MONTHS
        told = con.execute("""
            select basis_id, status, status_reason from indicator_value
            where indicator_id = 'on_time' and rule_id = 'QD766_2_1' and unit_code = 'X' and scope = 'own'
                and calendar = 'calendar' and period_kind = 'month' and period_start = '2019-04-01'""").fetchall()
    assert set(told) == {(figure["basis_id"], "missing_data", "not_told: supplement_count") for figure in FIGURES}
