"""The golden figures of a real case file: 1,434 permit applications at a Dutch one-stop counter."""

import pytest

from flows.home import Home, prepare_home
from flows.ingest import ingest_file
from flows.nightly import nightly
from flows.publish import current_release
from flows.query import open_release

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def wabo(real_data, tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("wabo"))
    prepare_home(home)
    recorded = ingest_file(home, real_data / "wabo" / "receipt_cases_1434.csv", "wabo", None)
    assert (recorded.row_count, recorded.recorded_count) == (1_434, 1_434)
    nightly(home)
    con = open_release(current_release(home))
    yield con
    con.close()


def test_calendar_years_add_up_to_the_golden_figures(wabo):
    found = wabo.execute("""
        select indicator_id, rule_id, sum(numerator)::int, sum(denominator)::int from indicator_value
        where calendar = 'calendar' and period_kind = 'year' and scope = 'own' and basis_id in ('resolved', 'received')
            and denominator > 0
        group by all order by all""").fetchall()
    assert found == [
        ("on_time", "II06_DATE", 1_020, 1_329),
        ("on_time", "OPENCPS_HOUR", 952, 1_329),
        ("on_time", "TIMESTAMP", 952, 1_329),
        ("online_received", "II06_DATE", 1_250, 1_434),
        ("online_resolved", "II06_DATE", 1_148, 1_329),
    ]


def test_a_rule_that_needs_what_the_list_does_not_say_has_no_figure_and_says_so(wabo):
    found = wabo.execute("""
        select rule_id, status, status_reason, count(*) > 0, count(numerator), count(denominator) from indicator_value
        where rule_id in ('QD766_2_1', 'STRICT_ORIG') and status <> 'no_activity' and status_reason <> 'no_source'
        group by all order by all""").fetchall()
    assert found == [
        ("QD766_2_1", "missing_data", "not_told: supplement_count", True, 0, 0),
        ("STRICT_ORIG", "missing_data", "not_told: original_due_at supplement_count", True, 0, 0),
    ]


def test_channels_are_kept_as_written(wabo):
    found = dict(wabo.execute("select channel_raw, count(*) from dossier group by all").fetchall())
    assert found == {"Internet": 1_250, "Desk": 109, "Post": 53, "e-mail": 21, "Intern": 1}


def test_on_time_to_the_second_by_channel(wabo):
    found = wabo.execute("""
        select channel_raw, count(*), count(*) filter (where finished_at <= due_at) from dossier
        where finished_at is not null group by all order by 2 desc""").fetchall()
    assert found == [("Internet", 1_148, 835), ("Desk", 107, 68), ("Post", 52, 35), ("e-mail", 21, 13), ("Intern", 1, 1)]


def test_open_cases_and_those_past_the_deadline_when_the_log_ends(wabo):
    by_day = "select sum(open_total)::int, sum(open_overdue)::int from form_ii06a where calendar = 'calendar'"
    last_year = "and period_kind = 'year' and period_start = '2012-01-01' and scope = 'own' and field_code = 'ALL'"
    # Two deadlines stand at midnight of the log's last day: past to the second, not past by the day.
    assert wabo.execute(f"{by_day} {last_year}").fetchall() == [(105, 37)]
    begun = "select sum(overdue_begun_count - overdue_ended_count)::int from daily_activity where unit_role = 'resolving'"
    assert wabo.execute(f"{begun} and rule_id = 'TIMESTAMP'").fetchall() == [(39,)]


def test_two_cases_ended_before_they_began(wabo):
    found = wabo.execute("select row_count from quarantine_count where rule_code = 'FINISHED_BEFORE_RECEIVED'").fetchall()
    assert found == [(2,)]


def test_due_dates_are_not_judged_without_a_catalogue_nor_a_calendar_of_those_years(wabo):
    found = wabo.execute("""
        select sum(received_count)::int, sum(no_statutory_time_count)::int from due_date_control
        where calendar = 'calendar' and period_kind = 'year' and scope = 'own'""").fetchall()
    assert found == [(1_434, 1_434)]
    named = wabo.execute("select year from calendar_year where not is_confirmed and received_count + due_count > 0 order by 1")
    assert named.fetchall() == [(2010,), (2011,), (2012,), (2013,)]
    failed = dict(wabo.execute("select check_id, failed_count from check_result").fetchall())
    assert (failed["CALENDAR_YEAR_CONFIRMED"], failed["DUE_CONTROL_DIFFERENCE"]) == (4, 0)


def test_units_taken_from_the_data_are_flagged(wabo):
    assert wabo.execute("select distinct is_from_data from unit").fetchall() == [(True,)]
    assert wabo.execute("select state from check_result where check_id = 'UNIT_FROM_REGISTER'").fetchall() == [("failed",)]
