"""Within the plan's scope and with the vertical agencies: which units each figure counts, and which one a target is judged on."""

import pytest

from flows.nightly import nightly
from flows.publish import current_release, read_manifest
from flows.query import open_release
from reports.scorecard import read_scorecard
from tests.conftest import copied
from transforms.errors import ConfigError
from transforms.plans import load_plan
from transforms.reference import unit_scopes

PERIOD = "calendar = 'official' and period_kind = 'year' and period_start = '2019-12-15'"


def unit(code: str, kind: str, parent: str = "") -> dict[str, str]:
    level = "commune" if kind == "commune" else "district"
    return {"unit_code": code, "unit_kind": kind, "unit_level": level, "parent_code": parent}


def test_the_plan_leaves_out_a_kind_and_all_below_it():
    units = [unit("D", "district"), unit("P", "department", "D"), unit("V", "vertical_agency", "D"), unit("VP", "department", "V")]
    scopes = unit_scopes(units, ["vertical_agency"])
    members = {(u, scope): {m for other, s, m in scopes if (other, s) == (u, scope)} for u, scope, _ in scopes}
    assert members["D", "subtree"] == {"D", "P", "V", "VP"}
    assert members["D", "plan_scope"] == {"D", "P"}
    assert members["V", "subtree"] == {"V", "VP"}
    assert ("V", "plan_scope") not in members
    assert ("VP", "plan_scope") not in members
    assert {s for _, s, m in unit_scopes(units, []) if m == "VP"} == {"own", "subtree", "plan_scope"}


def test_a_unit_with_several_levels_below_it_has_a_scope_a_level():
    units = [unit("D", "district"), unit("P", "department", "D"), unit("C", "commune", "D")]
    by_level = {(u, scope, m) for u, scope, m in unit_scopes(units, []) if scope.endswith("_level")}
    assert by_level == {("D", "district_level", "D"), ("D", "district_level", "P"), ("D", "commune_level", "C")}


@pytest.fixture(scope="module")
def release(small_home, tmp_path_factory):
    home = copied(small_home, tmp_path_factory.mktemp("scope") / "home")
    plan = home.config / "plans" / "2020-district.yml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("    bar: 95\n", "    bar: 95\n    scope: plan_scope\n"), encoding="utf-8")
    nightly(home)
    return current_release(home)


@pytest.fixture
def ask(release):
    con = open_release(release)
    yield lambda sql: con.execute(sql).fetchall()
    con.close()


def test_a_target_is_judged_in_the_scope_that_it_names(ask):
    judged = f"select numerator, denominator from target_status where target_id = '2020-06' and unit_code = 'H99.12' and {PERIOD}"
    figure = f"from indicator_value where indicator_id = 'on_time' and rule_id = 'II06_DATE' and basis_id = 'resolved' and {PERIOD}"
    within = ask(f"select numerator, denominator {figure} and unit_code = 'H99.12' and scope = 'plan_scope'")
    parts = ask(f"select sum(numerator), sum(denominator) {figure} and scope = 'own' and unit_kind <> 'vertical_agency'")
    whole = ask(f"select numerator, denominator {figure} and unit_code = 'H99.12' and scope = 'subtree'")
    assert ask(judged) == within == parts != whole
    outside = {target for (target,) in ask("select distinct target_id from target_status where unit_code = 'H99.12.14'")}
    assert "2020-06" not in outside
    assert {"2020-10", "2020-12"} <= outside


def test_the_scorecard_shows_the_figure_that_was_judged(release, ask):
    units = {u["unit_code"]: u for u in read_scorecard(release, read_manifest(release)["plan"])["units"]}
    judged = ask(f"select denominator from target_status where target_id = '2020-06' and unit_code = 'H99.12' and {PERIOD}")
    assert units["H99.12"]["on_time"]["fraction"].endswith(f"/{judged[0][0]}")
    assert units["H99.12"]["on_time"]["state"] in ("met", "not_met")
    assert units["H99.12.14"]["on_time"]["state"] == ""
    assert units["H99.12.14"]["on_time"]["fraction"]


def test_an_unknown_kind_in_a_plan_is_asked_back(home):
    plan = home.config / "plans" / "2020-district.yml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("[vertical_agency]", "[vertical_agenci]"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"line 7: outside_scope.*did you mean vertical_agency"):
        load_plan(plan)
