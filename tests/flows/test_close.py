"""A period closed on the figures of a release: kept for good, and laid beside what later exports say."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from flows import close as closing_periods
from flows import filed as filed_reading
from flows import publish as publishing
from flows.cli import app
from flows.close import close_period
from flows.home import Home, prepare_home
from flows.nightly import nightly
from flows.publish import current_release, read_manifest
from flows.query import open_release
from flows.releases import closings_of, list_releases
from flows.settings import load_config
from tests.models.test_not_refreshed import put, row
from transforms.closings import CLOSING_COLUMNS, known_closings
from transforms.errors import ConfigError, FigureError, StorageError

ALL = {"covers_from": "2020-01-01"}
FIRST = (
    *(row("H-1", "03/01/2020"), row("H-2", "06/01/2020", "15/01/2020 09:00:00")),
    *(row("H-3", "07/01/2020", "24/01/2020 09:00:00"), row("H-4", "03/02/2020")),
)
# H-3 was late and is now in time; H-2 and the open H-1 are gone; an open one was entered later.
LATER = (
    *(row("H-3", "07/01/2020", "17/01/2020 09:00:00"), row("H-4", "03/02/2020", "12/02/2020 09:00:00")),
    *(row("H-5", "08/01/2020"), row("H-6", "09/01/2020")),
)


@pytest.fixture(scope="module")
def closed(tmp_path_factory) -> tuple[Home, str, str]:
    """January closed on the first export, then an export that says otherwise; the release that was filed, and today's."""
    home = Home(tmp_path_factory.mktemp("closed") / "home")
    prepare_home(home)
    put(home, "20200210", ALL, *FIRST)
    filed = nightly(home).release_id
    close_period(home, "2020-01", "12/BC-UBND", "calendar")
    put(home, "20200310", ALL, *LATER)
    return home, filed, nightly(home).release_id


def ask(home: Home, sql: str) -> list[tuple]:
    con = open_release(current_release(home))
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


def test_the_filed_figure_stands_beside_todays(closed):
    home, *_ = closed
    on_time = """select filed_numerator, filed_denominator, numerator, denominator, numerator_change, denominator_change, is_moved
                 from filed_figure where indicator_id = 'on_time' and rule_id = 'II06_DATE' and basis_id = 'resolved'
                   and unit_code = 'Phòng Mẫu' and scope = 'own'"""
    assert ask(home, on_time) == [(1, 2, 1, 1, 0, -1, True)]


def test_every_figure_of_the_release_is_filed_and_no_other(closed):
    home, filed, _ = closed
    con = open_release(home.releases / filed)
    then = con.execute("""select indicator_id, rule_id, basis_id, unit_code, scope, numerator, denominator from indicator_value
                          where calendar = 'calendar' and period_kind = 'month' and period_end = '2020-01-31' order by all""")
    then = then.fetchall()
    con.close()
    assert then
    names = "indicator_id, rule_id, basis_id, unit_code, scope, filed_numerator, filed_denominator"
    assert ask(home, f"select {names} from filed_figure order by all") == then


def test_the_next_form_begins_with_what_was_filed_and_an_adjustment(closed):
    """One was open at the end of January as filed; it is gone, and two others were entered since."""
    home, *_ = closed
    lines = ask(
        home,
        """select a.period_kind, a.filed_open_total, a.adjustment_count, a.carried_over, f.carried_over
           from form_adjustment as a
           join form_ii06a as f using (unit_code, scope, field_code, calendar, period_kind, period_start, period_end)
           where a.unit_code = 'Phòng Mẫu' and a.scope = 'own' and a.field_code = 'ALL' order by 1""",
    )
    assert lines == [("month", 1, 1, 2, 2)]
    states = ask(
        home, "select check_id, state from check_result where table_name in ('filed_figure', 'form_adjustment') order by 1"
    )
    assert states == [
        ("FILED_FIGURE_MOVED", "failed"),
        ("FILED_FIGURE_UNIQUE", "passed"),
        ("FORM_ADJUSTMENT_CARRIED_OVER", "passed"),
    ]


def test_the_views_of_the_period_show_both_and_why(closed):
    home, *_ = closed
    shown = CliRunner().invoke(
        app, ["--home", str(home.root), "figures", "--unit", "Phòng Mẫu", "--from", "2020-01-01", "--to", "2020-01-31", "--json"]
    )
    (on_time,) = (each for each in json.loads(shown.stdout)["filed"] if each["indicator_id"] == "on_time")
    # H-2, in time, is gone; H-3, which was late, is now in time.
    gone, moved = "1 không còn trong tệp kết xuất (tử số −1, mẫu số −1)", "1 ngày kết thúc thay đổi (tử số +1, mẫu số 0)"
    assert (on_time["filed"], on_time["now"], on_time["why"][0]) == ("50% (1/2)", "100% (1/1)", f"{gone}; {moved}")
    rules = CliRunner().invoke(
        app,
        ["--home", str(home.root), "rules", "--unit", "Phòng Mẫu", "--period", "2020-01", "--calendar", "calendar"],
        env={"COLUMNS": "200"},
    )
    assert "Kỳ này đã chốt theo 12/BC-UBND" in rules.stdout and "50% (1/2)" in rules.stdout
    again = CliRunner().invoke(app, ["--home", str(home.root), "run"], env={"COLUMNS": "200"})
    assert "Đã chốt / closed: Tháng 1/2020, 12/BC-UBND" in again.stdout
    assert "50% (1/2)" in again.stdout
    page = (current_release(home) / "report" / "changes.html").read_text(encoding="utf-8")
    assert "12/BC-UBND" in page and "50% (1/2)" in page and f"{gone}; {moved}" in page


def test_a_difference_that_dossiers_do_not_explain_is_still_told_by_how_much(closed, monkeypatch):
    """As when one of the releases was changed by hand: the run that published stays a success."""

    def fails(*_):
        raise FigureError("không khớp", "does not add up")

    home, *_ = closed
    monkeypatch.setattr(filed_reading, "changes_of", fails)
    for command in (
        ["run"],
        ["rules", "--unit", "Phòng Mẫu", "--period", "2020-01", "--calendar", "calendar"],
        ["figures", "--unit", "Phòng Mẫu", "--from", "2020-01-01", "--to", "2020-01-31"],
    ):
        shown = CliRunner().invoke(app, ["--home", str(home.root), *command], env={"COLUMNS": "200"})
        assert shown.exit_code == 0, shown.output
        assert "50% (1/2)" in shown.stdout and "tử số 0, mẫu số −1" in shown.stdout


def test_the_list_of_releases_says_which_is_filed(closed):
    home, filed, _ = closed
    said = {release["id"]: release["closed"] for release in list_releases(home)}
    assert said[filed] == [{"period": "2020-01", "calendar": "calendar", "document": "12/BC-UBND"}]
    assert [closed for release_id, closed in said.items() if release_id != filed and closed] == []


def test_closing_again_needs_to_be_said_and_keeps_the_former(closed):
    home, filed, today = closed
    with pytest.raises(ConfigError, match="closed with 12/BC-UBND"):
        close_period(home, "2020-01", "15/BC-UBND", "calendar")
    with pytest.raises(ConfigError, match="another document"):
        close_period(home, "2020-01", "12/BC-UBND", "calendar", again=True)
    ledger = home.reference / "closing.csv"
    before = ledger.read_bytes()
    close_period(home, "2020-01", "15/BC-UBND", "calendar", again=True)
    assert ledger.read_bytes().startswith(before)
    assert [(c["release_id"], c["document"]) for c in closings_of(home)] == [(filed, "12/BC-UBND"), (today, "15/BC-UBND")]
    nightly(home)
    both = ask(
        home,
        """select closing_number, is_latest, filed_denominator, is_moved from filed_figure where indicator_id = 'on_time'
           and rule_id = 'II06_DATE' and basis_id = 'resolved' and unit_code = 'Phòng Mẫu' and scope = 'own' order by 1""",
    )
    assert both == [(1, False, 2, True), (2, True, 1, False)]
    ledger.write_bytes(before)


def test_what_is_provisional_is_closed_only_for_a_reason(closed):
    home, *_ = closed
    with pytest.raises(ConfigError, match="provisional"):
        close_period(home, "2020-03", "20/BC-UBND", "calendar")
    with pytest.raises(ConfigError, match="no figures of 2020-06"):
        close_period(home, "2020-06", "20/BC-UBND", "calendar", reason="sớm")
    with pytest.raises(ConfigError, match="no calendar"):
        close_period(home, "2020-01", "20/BC-UBND", "lunar")
    before = (home.reference / "closing.csv").read_bytes()
    closing = close_period(home, "2020-03", "20/BC-UBND", reason="nộp sớm theo yêu cầu của huyện")
    assert (closing["period_start"], closing["period_end"]) == ("2020-02-15", "2020-03-14")
    (home.reference / "closing.csv").write_bytes(before)


def test_a_period_is_meant_in_the_calendar_of_the_plan_unless_another_is_named(closed, monkeypatch):
    def in_another_calendar(release):
        manifest = read_manifest(release)
        return manifest | {"plan": manifest["plan"] | {"calendar": "calendar"}}

    home, *_ = closed
    before = (home.reference / "closing.csv").read_bytes()
    monkeypatch.setattr(closing_periods, "read_manifest", in_another_calendar)
    closing = close_period(home, "2020-02", "20/BC-UBND", reason="nộp sớm theo yêu cầu của huyện")
    (home.reference / "closing.csv").write_bytes(before)
    assert (closing["calendar"], closing["period_start"], closing["period_end"]) == ("calendar", "2020-02-01", "2020-02-29")
    monkeypatch.setattr(publishing, "read_manifest", in_another_calendar)
    shown = CliRunner().invoke(app, ["--home", str(home.root), "rules", "--unit", "Phòng Mẫu", "--period", "2020-02", "--json"])
    assert json.loads(shown.stdout)["period_end"] == "2020-02-29"


def test_a_closing_is_not_known_on_a_day_before_the_figures_that_it_filed(closed):
    home, *_ = closed
    assert known_closings(closings_of(home), date(2020, 2, 9)) == []
    assert len(known_closings(closings_of(home), date(2020, 2, 10))) == 1


def test_a_closed_release_that_was_changed_stops_the_run(closed):
    """The last test of this home: its closed release is damaged."""
    home, filed, _ = closed
    (home.releases / filed / "form_ii06a.parquet").write_bytes(b"")
    put(home, "20200311", ALL, *LATER, row("H-7", "10/03/2020"))
    with pytest.raises(StorageError, match="was changed"):
        nightly(home)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["2,calendar,2020-01,month,2020-01-01,2020-01-31,12/BC,r,2020-02-10,aa,2020-02-11,"], "number 1"),
        (["1,calendar,2020-01,month,2020-01-01,2020-01-31,,r,2020-02-10,aa,2020-02-11,"], "document is missing"),
        (["1,calendar,2020-01,month,2020-01-01,31/01/2020,12/BC,r,2020-02-10,aa,2020-02-11,"], "not a date"),
    ],
)
def test_a_mistake_in_the_ledger_is_named(home, lines, said):
    (home.reference / "closing.csv").write_text("\n".join([",".join(CLOSING_COLUMNS), *lines]) + "\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_config(home)
