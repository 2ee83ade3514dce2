"""TIMESTAMP: as II06_DATE, but to the second, so that a dossier is overdue at the end of its very due day."""

from datetime import date

import pytest

from tests.spec.dossiers import OFFICIAL_YEAR, dossiers_in, drawn, outcomes_as_drawn, published, rows_as_drawn

AS_OF = date(2019, 12, 31)
DOSSIERS = drawn("""
dossier                      | status     | received   | due            | finished       | outcome  | counted | due_on | overdue
at the due second            | RETURNED   | 03-04      | 03-11 09:00    | 03-11 09:00:00 | on_time  | 03-11   | 03-11  | 03-11
a second after it            | RETURNED   | 03-04      | 03-11 09:00    | 03-11 09:00:01 | late     | 03-11   | 03-11  | 03-11
an hour before it            | RETURNED   | 03-04      | 03-11 09:00    | 03-11 08:00    | on_time  | 03-11   | 03-11  | 03-11
the day before, at night     | RETURNED   | 03-04      | 03-11 09:00    | 03-10 23:59    | early    | 03-10   | 03-11  | 03-11
no due date                  | RETURNED   | 03-04      |                | 03-29 10:00    | on_time  | 03-29   |        |
a due day without an hour    | RETURNED   | 03-04      | 03-11          | 03-11 08:00    | late     | 03-11   | 03-11  | 03-11
neither has an hour          | RETURNED   | 03-04      | 03-11          | 03-11          | on_time  | 03-11   | 03-11  | 03-11
evening of a made-up day     | RETURNED   | 04-26      | 05-04 17:00    | 05-04 17:30    | late     | 05-04   | 05-04  | 05-04
a second over the year's end | RETURNED   | 11-25      | 12-14 23:59:59 | 12-15 00:00    | late     | 12-15   | 12-14  | 12-14
ended before it was received | RETURNED   | 06-05      | 06-03 12:00    | 06-03 15:00    | late     | 06-05   | 06-05  | 06-05
paused for two years         | PAUSED     | 2017-10-02 | 2017-10-16     |                | open     |         |        |
waits for papers             | SUPPLEMENT | 11-01      | 11-08 17:00    |                | open     |         |        |
open on its due day          | PROCESSING | 12-02      | 12-14 17:00    |                | open     |         | 12-14  | 12-14
open, due on the next        | PROCESSING | 12-02      | 12-15 08:00    |                | open     |         | 12-15  | 12-15
withdrawn after its due day  | WITHDRAWN  | 08-05      | 08-12 17:00    | 08-20 10:00    | on_time  | 08-20   | 08-12  | 08-12
rejected after acceptance    | REJECTED   | 08-05      | 08-12 17:00    | 08-09 10:00    | excluded | 08-09   |        |
withdrawn before acceptance  | CANCELLED  | 08-05      | 08-12 17:00    |                | excluded | 08-05   |        |
""")
# 15 count: 14 received since 15 December, 1 carried over. By 14 December 10 have left: 1 early, 5 on time, 4 late; of the other
# 5 two are overdue (the one that ends a second later, and the one open on its due day). 11 are due in the year, 5 of them in time.
# By 31 December 13 of the 14 are decided: one waits.
FIGURES = drawn("""
basis_id             | numerator | denominator | excluded_count | status
resolved             | 6         | 10          | 2              | ok
due_in_period        | 5         | 11          | 2              | ok
received_and_carried | 9         | 15          | 2              | ok
one_minus_late       | 11        | 15          | 2              | ok
cohort               | 6         | 13          | 2              | ok
""")


@pytest.fixture(scope="module")
def con():
    with published(dossiers_in(DOSSIERS, AS_OF), AS_OF) as con:
        yield con


def test_what_it_makes_of_each_dossier(con):
    assert outcomes_as_drawn(con, "TIMESTAMP", DOSSIERS) == DOSSIERS


def test_the_official_year_on_every_basis(con):
    assert rows_as_drawn(con, "indicator_value", FIGURES, OFFICIAL_YEAR | {"rule_id": "TIMESTAMP"}) == FIGURES
