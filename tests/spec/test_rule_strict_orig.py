"""STRICT_ORIG: by the day first promised, moved on only by a supplement's working days; who waits has thirty days more."""

from datetime import date

import pytest

from tests.spec.dossiers import MONTH, OFFICIAL_YEAR, dossiers_in, drawn, outcomes_as_drawn, published, rows_as_drawn

AS_OF = date(2019, 12, 31)
DOSSIERS = drawn("""
dossier                  | status     | received | original_due | due         | finished    | outcome  | counted | due_on | overdue
an hour after it is due  | RETURNED   | 03-04    |              | 03-11 09:00 | 03-11 10:00 | on_time  | 03-11   | 03-11  | 03-12
due date moved later     | RETURNED   | 06-03    | 06-10 09:00  | 06-20 17:00 | 06-19 10:00 | late     | 06-19   | 06-10  | 06-11
moved, and not needed    | RETURNED   | 06-03    | 06-10 09:00  | 06-20 17:00 | 06-10 23:59 | on_time  | 06-10   | 06-10  | 06-11
moved, done a day sooner | RETURNED   | 06-03    | 06-10 09:00  | 06-20 17:00 | 06-09 10:00 | early    | 06-09   | 06-10  | 06-11
moved to a sooner day    | RETURNED   | 06-03    | 06-20 17:00  | 06-10 17:00 | 06-14 10:00 | early    | 06-14   | 06-20  | 06-21
promised for a Sunday    | RETURNED   | 06-03    | 06-16 17:00  | 06-20 17:00 | 06-17 08:00 | late     | 06-17   | 06-16  | 06-17
no due date              | RETURNED   | 03-04    |              |             | 03-29 10:00 | excluded | 03-29   |        |
no due date any more     | RETURNED   | 03-04    | 03-11 17:00  |             | 03-29 10:00 | excluded | 03-29   |        |
no due date, open        | PROCESSING | 03-04    |              |             |             | excluded | 03-04   |        |
open, moved later        | PROCESSING | 12-02    | 12-13 17:00  | 12-31 17:00 |             | open     |         | 12-13  | 12-14
waits for papers         | SUPPLEMENT | 11-01    |              | 11-08 17:00 |             | open     |         | 11-08  | 12-09
waits for a payment      | FINANCIAL  | 11-01    |              | 11-20 17:00 |             | open     |         | 11-20  | 12-21
paused until the limit   | PAUSED     | 11-01    |              | 11-14 17:00 |             | open     |         | 11-14  | 12-15
withdrawn in time        | WITHDRAWN  | 08-05    |              | 08-12 17:00 | 08-09 10:00 | excluded | 08-09   |        |
withdrawn, not accepted  | CANCELLED  | 08-05    |              | 08-12 17:00 |             | excluded | 08-05   |        |
rejected once accepted   | REJECTED   | 08-05    |              | 08-12 17:00 | 08-09 10:00 | excluded | 08-09   |        |
finished 14th at 23:59   | RETURNED   | 11-25    |              | 12-20 17:00 | 12-14 23:59 | early    | 12-14   | 12-20  | 12-21
finished 15th at 00:00   | RETURNED   | 11-25    |              | 12-20 17:00 | 12-15 00:00 | early    | 12-15   | 12-20  | 12-21
ended before receipt     | RETURNED   | 06-05    |              | 06-12 17:00 | 06-03 15:00 | early    | 06-05   | 06-12  | 06-13
""")
# 13 count, all received in the year. By 14 December 8 have left: 4 early, 2 on time, 2 late; of the other 5 two are overdue (the
# one that was moved, and the one that waits for papers). 11 are due in the year, 5 of them in time. By 31 December all 13 are
# decided: the last limits ran out on the 15th and the 21st.
FIGURES = drawn("""
basis_id             | numerator | denominator | excluded_count | status
resolved             | 6         | 8           | 6              | ok
due_in_period        | 5         | 11          | 6              | ok
received_and_carried | 9         | 13          | 6              | ok
one_minus_late       | 11        | 13          | 6              | ok
cohort               | 7         | 13          | 6              | ok
""")
# Friday 12 July and three working days are Wednesday the 17th; Tết, 4 to 8 February, is none of the three from 31 January to
# 12 February; the working day after Friday 3 May is the made-up Saturday; a Sunday has the number of the Friday before it.
SUPPLEMENTS = drawn("""
dossier                  | status   | received | due   | papers           | finished    | outcome | counted | due_on | overdue
three working days later | RETURNED | 07-01    | 07-12 | 07-02 > 07-05    | 07-17 23:59 | on_time | 07-17   | 07-17  | 07-18
a day over these         | RETURNED | 07-01    | 07-12 | 07-02 > 07-05    | 07-18 00:00 | late    | 07-18   | 07-17  | 07-18
over Tết                 | RETURNED | 01-28    | 02-14 | 01-31 > 02-12    | 02-19 10:00 | on_time | 02-19   | 02-19  | 02-20
onto a made-up day       | RETURNED | 04-16    | 05-03 | 04-25 > 04-26    | 05-06 08:00 | late    | 05-06   | 05-04  | 05-05
only a weekend           | RETURNED | 03-04    | 03-11 | 03-08 > 03-10    | 03-12 08:00 | late    | 03-12   | 03-11  | 03-12
promised for a Sunday    | RETURNED | 06-03    | 06-16 | 06-10 > 06-11    | 06-17 10:00 | on_time | 06-17   | 06-17  | 06-18
asked twice              | RETURNED | 07-01    | 07-12 | 2x 07-02 > 07-04 | 07-10 10:00 | early   | 07-10   | 07-16  | 07-17
papers that never came   | RETURNED | 07-01    | 07-12 | 07-02            | 07-15 10:00 | late    | 07-15   | 07-12  | 07-13
came before asked for    | RETURNED | 07-01    | 07-12 | 07-05 > 07-02    | 07-15 10:00 | late    | 07-15   | 07-12  | 07-13
""")
# The days that a list counts reach from the date it has, else from receipt: from Friday 5 July three days hold one working day.
# Of several supplements one at most is lawful, and of their days none can be told to be its own.
DAYS_TOLD = drawn("""
dossier            | status     | received | due   | new_due | papers           | finished    | outcome | counted | due_on | overdue
not dated          | RETURNED   | 07-01    | 07-12 |         | 3d               | 07-17 10:00 | on_time | 07-17   | 07-17  | 07-18
over a weekend     | RETURNED   | 07-05    | 07-12 |         | 3d               | 07-16 10:00 | late    | 07-16   | 07-15  | 07-16
the request dated  | RETURNED   | 07-01    | 07-12 |         | 07-05 3d         | 07-15 10:00 | on_time | 07-15   | 07-15  | 07-16
the papers dated   | RETURNED   | 07-01    | 07-12 |         | > 07-08 3d       | 07-15 10:00 | on_time | 07-15   | 07-15  | 07-16
both dated, 9 days | RETURNED   | 07-01    | 07-12 |         | 07-02 > 07-03 9d | 07-16 10:00 | late    | 07-16   | 07-15  | 07-16
in all of two      | RETURNED   | 07-01    | 07-12 |         | 2x 3d            | 07-15 10:00 | late    | 07-15   | 07-12  | 07-13
still waiting      | SUPPLEMENT | 11-01    | 11-08 |         | 11-06 4d         |             | open    |         | 11-08  | 12-09
a new due date     | RETURNED   | 07-01    | 07-12 | 07-20   |                  | 07-15 10:00 | late    | 07-15   | 07-12  | 07-13
""")
NOT_TOLD = drawn("""
dossier     | unit | status     | received | original_due | due   | papers | finished | outcome  | counted | reason
first date  | X    | RETURNED   | 03-20    | ?            | 05-10 |        | 05-06    | unknown  | 05-06   | ORIGINAL_DUE_NOT_TOLD
supplements | Y    | PROCESSING | 03-20    |              | 05-10 | ?      |          | unknown  |         | SUPPLEMENT_NOT_TOLD
withdrawn   | Z    | WITHDRAWN  | 03-20    | ?            | 05-10 | ?      | 05-06    | excluded | 05-06   | WITHDRAWN
no due date | Z    | RETURNED   | 03-20    | ?            |       | ?      | 05-06    | excluded | 05-06   | NO_DUE_DATE
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
    assert outcomes_as_drawn(con, "STRICT_ORIG", DOSSIERS) == DOSSIERS


def test_the_official_year_on_every_basis(con):
    assert rows_as_drawn(con, "indicator_value", FIGURES, OFFICIAL_YEAR | {"rule_id": "STRICT_ORIG"}) == FIGURES


def test_a_supplement_moves_the_day_by_its_working_days():
    with published(dossiers_in(SUPPLEMENTS, AS_OF), AS_OF) as con:
        assert outcomes_as_drawn(con, "STRICT_ORIG", SUPPLEMENTS) == SUPPLEMENTS


def test_the_days_that_a_list_counts_and_its_new_due_dates():
    with published(dossiers_in(DAYS_TOLD, AS_OF), AS_OF) as con:
        assert outcomes_as_drawn(con, "STRICT_ORIG", DAYS_TOLD) == DAYS_TOLD


def test_what_is_not_told_makes_the_periods_it_touches_missing():
    """Never late and never in time by a guess: from the day of receipt to the day it leaves there is no figure."""
    with published(dossiers_in(NOT_TOLD, AS_OF), AS_OF, covers_from=date(2019, 1, 1)) as con:
        assert outcomes_as_drawn(con, "STRICT_ORIG", NOT_TOLD) == NOT_TOLD
        assert rows_as_drawn(con, "indicator_value", MONTHS, MONTH | {"rule_id": "STRICT_ORIG", "basis_id": "resolved"}) == MONTHS
        told = con.execute("""
            select basis_id, status, status_reason from indicator_value
            where indicator_id = 'on_time' and rule_id = 'STRICT_ORIG' and unit_code = 'X' and scope = 'own'
                and calendar = 'calendar' and period_kind = 'month' and period_start = '2019-04-01'""").fetchall()
    assert set(told) == {(figure["basis_id"], "missing_data", "not_told: original_due_at supplement_count") for figure in FIGURES}
