"""II06_DATE, the rule of form II.06: by the day, no due date is on time, withdrawn is on time, who waits is never overdue."""

from datetime import date

import pytest

from tests.spec.dossiers import OFFICIAL_YEAR, dossiers_in, drawn, outcomes_as_drawn, published, rows_as_drawn

AS_OF = date(2019, 12, 31)
# A day without a year is one of 2019, one without an hour begins at midnight; 4 May is the Saturday made up for 29 April.
# counted: the day it leaves the stock, or is counted as excluded. due_on, overdue: the day it falls due, and the first at whose end
# it is overdue if it is still in the stock.
DOSSIERS = drawn("""
dossier                      | status           | received   | due         | finished       | outcome  | counted | due_on | overdue
an hour after the due hour   | RETURNED         | 03-04      | 03-11 09:00 | 03-11 10:00    | on_time  | 03-11   | 03-11  | 03-12
the due day's last second    | RETURNED         | 03-04      | 03-11 09:00 | 03-11 23:59:59 | on_time  | 03-11   | 03-11  | 03-12
the next day's first second  | RETURNED         | 03-04      | 03-11 09:00 | 03-12 00:00    | late     | 03-12   | 03-11  | 03-12
the day before, at night     | RETURNED         | 03-04      | 03-11 09:00 | 03-10 23:59    | early    | 03-10   | 03-11  | 03-12
not handed over yet          | DONE_WAIT_RETURN | 03-04      | 03-11 09:00 | 03-11 16:00    | on_time  | 03-11   | 03-11  | 03-12
no due date                  | RETURNED         | 03-04      |             | 03-29 10:00    | on_time  | 03-29   |        |
due, done on a made-up day   | RETURNED         | 04-26      | 05-04 17:00 | 05-04 16:00    | on_time  | 05-04   | 05-04  | 05-05
due on it, done on Monday    | RETURNED         | 04-26      | 05-04 17:00 | 05-06 08:00    | late     | 05-06   | 05-04  | 05-05
received on 14 December      | RETURNED         | 2018-12-14 | 01-04 17:00 | 01-03 10:00    | early    | 01-03   | 01-04  | 01-05
received on 15 December      | RETURNED         | 2018-12-15 | 01-04 17:00 | 01-03 10:00    | early    | 01-03   | 01-04  | 01-05
finished the 14th at 23:59   | RETURNED         | 11-25      | 12-20 17:00 | 12-14 23:59    | early    | 12-14   | 12-20  | 12-21
finished the 15th at 00:00   | RETURNED         | 11-25      | 12-20 17:00 | 12-15 00:00    | early    | 12-15   | 12-20  | 12-21
ended before it was received | RETURNED         | 06-05      | 06-12 17:00 | 06-03 15:00    | early    | 06-05   | 06-12  | 06-13
due before it was received   | RETURNED         | 04-08      | 04-01 17:00 | 04-09 10:00    | late     | 04-09   | 04-08  | 04-08
paused for two years         | PAUSED           | 2017-10-02 | 2017-10-16  |                | open     |         |        |
waits for papers             | SUPPLEMENT       | 11-01      | 11-08 17:00 |                | open     |         |        |
waits for a payment          | FINANCIAL        | 11-01      | 11-08 17:00 |                | open     |         |        |
open, and overdue            | PROCESSING       | 11-20      | 12-13 17:00 |                | open     |         | 12-13  | 12-14
open, due on the last day    | RECEIVED         | 11-20      | 12-14 09:00 |                | open     |         | 12-14  | 12-15
withdrawn after its due day  | WITHDRAWN        | 08-05      | 08-12 17:00 | 08-20 10:00    | on_time  | 08-20   | 08-12  | 08-13
withdrawn, no one says when  | WITHDRAWN        | 08-05      | 08-30 17:00 |                | on_time  | 12-31   | 08-30  | 08-31
withdrawn before acceptance  | CANCELLED        | 08-05      | 08-12 17:00 |                | excluded | 08-05   |        |
rejected after acceptance    | REJECTED         | 08-05      | 08-12 17:00 | 08-09 10:00    | excluded | 08-09   |        |
rejected before acceptance   | REJECTED         |            |             | 08-06 10:00    | excluded | 08-06   |        |
registered, never received   | REGISTERED       |            |             |                | excluded |         |        |
""")
# Of the 21 that count, 19 were received since 15 December and 2 carried over. By 14 December 14 have left: 5 early, 6 on time,
# 3 late; of the other 7 two are overdue (due on 13 December, and the withdrawn one, which no export had shown as such).
# 15 have a due day in the year, 10 of them with an outcome in time. By 31 December 17 of the 19 are decided: two wait.
FIGURES = drawn("""
basis_id             | numerator | denominator | excluded_count | status
resolved             | 11        | 14          | 3              | ok
due_in_period        | 10        | 15          | 3              | ok
received_and_carried | 16        | 21          | 3              | ok
one_minus_late       | 18        | 21          | 3              | ok
cohort               | 12        | 17          | 3              | ok
""")


@pytest.fixture(scope="module")
def con():
    with published(dossiers_in(DOSSIERS, AS_OF), AS_OF) as con:
        yield con


def test_what_it_makes_of_each_dossier(con):
    assert outcomes_as_drawn(con, "II06_DATE", DOSSIERS) == DOSSIERS


def test_the_official_year_on_every_basis(con):
    assert rows_as_drawn(con, "indicator_value", FIGURES, OFFICIAL_YEAR | {"rule_id": "II06_DATE"}) == FIGURES
