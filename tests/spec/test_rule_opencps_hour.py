"""OPENCPS_HOUR: on time is the default, late only when released after the due moment; withdrawn and denied are left out."""

from datetime import date

import pytest

from tests.spec.dossiers import OFFICIAL_YEAR, dossiers_in, drawn, outcomes_as_drawn, published, rows_as_drawn

AS_OF = date(2019, 12, 31)
DOSSIERS = drawn("""
dossier                     | status     | received   | due         | finished       | outcome  | counted | due_on | overdue
at the due second           | RETURNED   | 03-04      | 03-11 09:00 | 03-11 09:00:00 | on_time  | 03-11   | 03-11  | 03-11
a second after it           | RETURNED   | 03-04      | 03-11 09:00 | 03-11 09:00:01 | late     | 03-11   | 03-11  | 03-11
the day before, at night    | RETURNED   | 03-04      | 03-11 09:00 | 03-10 23:59    | early    | 03-10   | 03-11  | 03-11
no due date                 | RETURNED   | 03-04      |             | 03-29 10:00    | on_time  | 03-29   |        |
evening of a made-up day    | RETURNED   | 04-26      | 05-04 17:00 | 05-04 17:30    | late     | 05-04   | 05-04  | 05-04
finished the 14th at 23:59  | RETURNED   | 11-25      | 12-20 17:00 | 12-14 23:59    | early    | 12-14   | 12-20  | 12-20
finished the 15th at 00:00  | RETURNED   | 11-25      | 12-20 17:00 | 12-15 00:00    | early    | 12-15   | 12-20  | 12-20
paused for two years        | PAUSED     | 2017-10-02 | 2017-10-16  |                | open     |         |        |
waits for a payment         | FINANCIAL  | 11-01      | 11-08 17:00 |                | open     |         |        |
open on its due day         | PROCESSING | 12-02      | 12-14 17:00 |                | open     |         | 12-14  | 12-14
withdrawn in time           | WITHDRAWN  | 08-05      | 08-12 17:00 | 08-09 10:00    | excluded | 08-09   |        |
withdrawn after its due day | WITHDRAWN  | 08-05      | 08-12 17:00 | 08-20 10:00    | excluded | 08-20   |        |
withdrawn, no one says when | WITHDRAWN  | 08-05      | 08-30 17:00 |                | excluded | 08-05   |        |
withdrawn before acceptance | CANCELLED  | 08-05      | 08-12 17:00 |                | excluded | 08-05   |        |
rejected after acceptance   | REJECTED   | 08-05      | 08-12 17:00 | 08-09 10:00    | excluded | 08-09   |        |
rejected before acceptance  | REJECTED   |            |             | 08-06 10:00    | excluded | 08-06   |        |
registered, never received  | REGISTERED |            |             |                | excluded |         |        |
""")
# 10 count: 9 received since 15 December, 1 carried over. By 14 December 6 have left: 2 early, 2 on time, 2 late; of the other 4 one
# is overdue. 5 are due in the year, 2 of them in time. By 31 December 8 of the 9 are decided (one waits), 5 of them in time.
FIGURES = drawn("""
basis_id             | numerator | denominator | excluded_count | status
resolved             | 4         | 6           | 6              | ok
due_in_period        | 2         | 5           | 6              | ok
received_and_carried | 7         | 10          | 6              | ok
one_minus_late       | 8         | 10          | 6              | ok
cohort               | 5         | 8           | 6              | ok
""")


@pytest.fixture(scope="module")
def con():
    with published(dossiers_in(DOSSIERS, AS_OF), AS_OF) as con:
        yield con


def test_what_it_makes_of_each_dossier(con):
    assert outcomes_as_drawn(con, "OPENCPS_HOUR", DOSSIERS) == DOSSIERS


def test_the_official_year_on_every_basis(con):
    assert rows_as_drawn(con, "indicator_value", FIGURES, OFFICIAL_YEAR | {"rule_id": "OPENCPS_HOUR"}) == FIGURES
