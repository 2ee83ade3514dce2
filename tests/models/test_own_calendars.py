"""An office's own calendars: declared in settings.yml, counted like the others, and named when they are declared wrongly."""

from datetime import date

import pytest

from flows.nightly import nightly
from flows.publish import current_release, read_manifest
from flows.query import open_release
from flows.settings import load_config
from reports.scorecard import read_scorecard
from tests.conftest import copied
from transforms.build import release_fingerprint
from transforms.errors import ConfigError
from transforms.figure_settings import FigureSettings
from transforms.plans import load_plan
from transforms.reference import Reference

DECLARED = "calendars:\n  noi_vu: {month_starts_on: 21}\n  like_official: {month_starts_on: 15}\n"


def declare(home, text: str) -> None:
    with (home.config / "settings.yml").open("a", encoding="utf-8") as file:
        file.write(f"\n{text}")


def plan_in(home, calendar: str, start: str = "2019-12-21", end: str = "2020-12-20") -> None:
    plan = home.config / "plans" / "2020-district.yml"
    text = plan.read_text(encoding="utf-8").replace("calendar: official", f"calendar: {calendar}")
    plan.write_text(text.replace("2019-12-15", start).replace("2020-12-14", end), encoding="utf-8")


@pytest.fixture(scope="module")
def release(small_home, tmp_path_factory):
    home = copied(small_home, tmp_path_factory.mktemp("calendars") / "home")
    declare(home, DECLARED)
    plan_in(home, "noi_vu")
    nightly(home)
    return current_release(home)


@pytest.fixture
def ask(release):
    con = open_release(release)
    yield lambda sql: con.execute(sql).fetchall()
    con.close()


@pytest.mark.parametrize("mart", ["indicator_value", "form_ii06a", "due_date_control"])
def test_the_same_days_give_the_same_figures_under_any_name(ask, mart):
    ours, official = (f"select * exclude (calendar) from {mart} where calendar = '{c}'" for c in ("like_official", "official"))
    assert ask(f"select count(*) > 100 from ({ours})") == [(True,)]
    assert ask(f"({ours} except all {official}) union all ({official} except all {ours})") == []


def test_figures_of_an_own_calendar_are_sums_of_its_days(ask):
    found = ask("""
        with figure as (
            select * from indicator_value
            where calendar = 'noi_vu' and scope = 'own' and indicator_id = 'on_time' and basis_id = 'resolved'
                and status = 'ok')
        select count(*) > 100, count(distinct period_kind), bool_and(numerator = in_time and denominator = resolved) from (
            select f.numerator, f.denominator, f.period_kind, sum(d.early_count + d.on_time_count) as in_time,
                   sum(d.early_count + d.on_time_count + d.late_count) as resolved
            from figure f join daily_activity d on d.unit_code = f.unit_code and d.rule_id = f.rule_id
                and d.unit_role = 'resolving' and d.day between f.period_start and f.period_end
            group by f.indicator_id, f.rule_id, f.unit_code, f.period_kind, f.period_start, f.period_end, 1, 2)""")
    assert found == [(True, 6, True)]


def test_a_plan_may_be_judged_in_it(release, ask):
    assert ask("select distinct calendar, period_start from target_status where period_kind = 'year' order by 1") == [
        ("calendar", date(2020, 1, 1)),  # the targets that name it
        ("noi_vu", date(2019, 12, 21)),
    ]
    scorecard = read_scorecard(release, read_manifest(release)["plan"])
    assert scorecard["period"] == "Năm 2020 (21/12/2019–20/12/2020)"
    assert scorecard["targets"]


def test_the_settings_of_figures_are_an_input_of_the_release(home):
    plan = load_plan(home.config / "plans" / "2020-district.yml")
    calendars = ({"noi_vu": {"month_starts_on": 21}}, {"noi_vu": {"month_starts_on": 20}}, {"so": {"month_starts_on": 21}})
    said = ({}, *({"calendars": c} for c in calendars), {"small_sample": 29})
    prints = {release_fingerprint(date(2020, 1, 1), [], Reference(), plan, FigureSettings(**s)) for s in said}
    assert len(prints) == len(said)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("calendars: {official: {month_starts_on: 21}}", "official is a calendar already"),
        ("calendars: {calendar: {month_starts_on: 21}}", "calendar is a calendar already"),
        ("calendars: {Nội vụ: {month_starts_on: 21}}", "Nội vụ is no name for a calendar"),
        ("calendars:\n  noi_vu: {month_starts_on: 29}", "less than or equal to 28"),
        ("calendars:\n  noi_vu: {month_starts_on: 0}", "greater than or equal to 1"),
        ("calendars:\n  noi_vu: {starts_on: 21}", "month_starts_on: Field required"),
    ],
)
def test_a_wrong_calendar_is_named_with_its_line(home, declared, said):
    declare(home, declared)
    with pytest.raises(ConfigError, match=rf"settings.yml, line \d+: .*{said}"):
        load_config(home)


def test_a_plan_in_an_unknown_calendar_is_asked_back(home):
    declare(home, DECLARED)
    plan_in(home, "noi_vo")
    with pytest.raises(ConfigError, match="there is no calendar noi_vo; did you mean noi_vu"):
        load_config(home)
