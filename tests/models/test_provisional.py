"""A figure is provisional until its period has ended and the exports of all its sources have come."""

from datetime import date

import pytest

from flows.nightly import nightly
from flows.publish import current_release, read_manifest
from flows.query import open_release
from reports.figures import figures_between
from reports.scorecard import period_line, read_scorecard
from tests.models.test_not_refreshed import put, row
from transforms.build import load_rows
from transforms.registry import figures

MONTHS = """
    select calendar, period_end, is_provisional from indicator_value
    where indicator_id = 'on_time' and rule_id = 'II06_DATE' and scope = 'own' and unit_code = 'Phòng Mẫu' and period_kind = 'month'
      and period_end between '2020-01-14' and '2020-02-29'"""


def months(home) -> dict[tuple[str, str], bool]:
    with open_release(current_release(home)) as con:
        return {(calendar, end.isoformat()): provisional for calendar, end, provisional in con.execute(MONTHS).fetchall()}


def test_a_month_waits_for_the_export_of_a_day_after_it(home):
    """An export of the evening of the 31st does not hold all of the 31st, so January waits for the one of February."""
    put(home, "20200131", {"covers_from": "2020-01-01"}, row("H-1", "03/01/2020"), row("H-2", "03/01/2020", "10/01/2020 09:00:00"))
    nightly(home)
    assert months(home) == {
        ("official", "2020-01-14"): False,
        ("official", "2020-02-14"): True,
        ("calendar", "2020-01-31"): True,
    }
    put(home, "20200229", {"covers_from": "2020-01-01"}, row("H-1", "03/01/2020", "14/02/2020 09:00:00"))
    nightly(home)
    found = months(home)
    assert found[("calendar", "2020-01-31")] is False
    assert found[("official", "2020-02-14")] is False
    assert found[("calendar", "2020-02-29")] is True


def test_a_day_without_exports_ends_no_period(home):
    """As of a later day, what happened since the last export is in no file all the same."""
    put(home, "20200131", {"covers_from": "2020-01-01"}, row("H-1", "03/01/2020"))
    nightly(home, as_of=date(2020, 3, 10))
    assert months(home)[("calendar", "2020-01-31")] is True


@pytest.fixture
def release(demo_home):
    return current_release(demo_home)


def test_every_figure_and_target_goes_by_the_source_furthest_behind(release):
    with open_release(release) as con:
        con.execute("create temp table counted_from (indicator_id varchar, kind varchar)")
        load_rows(con, "counted_from", sorted({(figure["indicator_id"], figure["kind"]) for figure in figures()}))
        differing = con.execute("""
            select count(*) from indicator_value as v
            join counted_from as f using (indicator_id)
            left join data_coverage as c using (kind)
            where v.is_provisional <> case
                when f.kind = 'procedure' then v.period_end > v.as_of_date  -- the catalogue is of today
                else coalesce(v.period_end >= c.reached_date, true) end""").fetchall()
        targets = con.execute("""
            select count(*), count(*) filter (where t.is_provisional <> v.is_provisional) from target_status as t
            join indicator_value as v
                using (indicator_id, rule_id, unit_code, scope, calendar, period_kind, period_start, period_end)
            """).fetchall()
    assert differing == [(0,)]
    assert targets[0][0] > 0
    assert targets[0][1] == 0


def test_the_figures_between_its_days_and_the_scorecard_say_the_same(release):
    manifest = read_manifest(release)
    with open_release(release) as con:
        periods = con.execute("""
            select period_start, period_end, is_provisional from indicator_value where unit_code = 'H99.12' and scope = 'own'
            and indicator_id = 'on_time' and rule_id = 'II06_DATE' and status <> 'missing_data'""").fetchall()
        told = [
            figures_between(con, "H99.12", "own", start, end, as_of=date.fromisoformat(manifest["as_of"]))["is_provisional"]
            for start, end, _ in periods
        ]
    assert told == [provisional for _, _, provisional in periods]
    assert set(told) == {True, False}
    assert "tạm tính" not in period_line(read_scorecard(release, manifest["plan"]))
