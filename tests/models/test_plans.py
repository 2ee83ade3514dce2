"""Plans as data: what a plan file may say, and how each mistake in it is told with file and line."""

from datetime import date
from pathlib import Path

import pytest

from transforms.errors import ConfigError
from transforms.plans import load_plan, plan_tables
from transforms.reference import unit_scopes

PLAN = """\
title_vi: Kế hoạch
title_en: A plan
year: 2020
calendar: official
scopes:
  offices: {title_vi: cơ quan chuyên môn, title_en: departments, kinds: [department]}
targets:
  - id: T1
    text_vi: Chỉ tiêu
    text_en: A target
    operator: ">="
    bar: 95
    parts:
      - {indicator: on_time}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "plan.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("indicator: on_time", "indicator: on_tiem", r"line 14: .*on_tiem is no indicator; did you mean on_time"),
        ("indicator: on_time", "indicator: on_time, rule: STRICT", r"line 14: .*not computed by the rule STRICT.*STRICT_ORIG"),
        ("bar: 95", "bar: 101", r"line 12: targets.0.bar.*less than or equal to 100"),
        ("bar: 95", "bar: -1", r"line 12: targets.0.bar.*greater than or equal to 0"),
        ('operator: ">="', 'operator: "="', r"line 8: .*only all of them \(100\) can be asked for exactly"),
        ("bar: 95", "bar: 95\n    scope: ofices", r"line 7: .*T1: there is no scope ofices; did you mean offices"),
        ("indicator: on_time", "indicator: on_time, scope: town_level", r"T1: there is no scope town_level"),
        ("indicator: on_time", "indicator: on_time, is_judged: false", r"line 8: .*no part is judged"),
        ("kinds: [department]", "kinds: []", r"line 6: scopes.offices.kinds"),
        ("kinds: [department]", "kinds: [departments]", r"line 6: .*no kind of unit; did you mean department"),
        (
            "kinds: [department]",
            "kinds: [public_service_unit]",
            r"line 6: .*no unit in units.csv is of these kinds",
        ),
        ("offices: {", "subtree: {", r"line 5: .*subtree is a scope already"),
        (
            "bar: 95",
            "bar: 95\n    milestones: [{from: 2020-12-01, bar: 95}, {from: 2020-06-01, bar: 50}]",
            "not in order",
        ),
        ("bar: 95", "bar: 95\n    milestones: [{from: 2020-06-31, bar: 50}]", r"line 13: "),
    ],
)
def test_a_mistake_in_a_plan_is_told_with_its_line(tmp_path, old, new, said):
    plan = written(tmp_path, PLAN.replace(old, new))
    with pytest.raises(ConfigError, match=said):
        load_plan(plan, {"department", "commune", "district"})


def test_a_target_stands_once(tmp_path):
    twice = PLAN + PLAN[PLAN.index("  - id: T1") :]
    with pytest.raises(ConfigError, match="the target T1 stands twice"):
        load_plan(written(tmp_path, twice))


def test_a_plan_becomes_rows_with_the_years_of_its_calendars(tmp_path):
    text = PLAN.replace("    bar: 95\n", "    bar: 95\n    calendar: calendar\n    scope: offices\n    is_aim: true\n")
    text = text.replace("    parts:", "    milestones: [{from: 2020-06-30, bar: 40}, {from: 2020-12-31, bar: 95}]\n    parts:")
    text += PLAN[PLAN.index("  - id: T1") :].replace("T1", "T2\n    name_vi: Tên\n    name_en: A name")
    units = [
        {"unit_code": code, "unit_kind": kind, "unit_level": "district", "parent_code": parent}
        for code, kind, parent in [("D", "district", ""), ("P", "department", "D"), ("C", "commune", "D")]
    ]
    tables = plan_tables(load_plan(written(tmp_path, text)), units, unit_scopes(units, []), {"official": 15, "calendar": 1})
    text_of = ("Chỉ tiêu", "A target")
    assert tables["plan_target"] == [("T1", *text_of, *text_of, True), ("T2", "Tên", "A name", *text_of, False)]
    figure = ("on_time", "II06_DATE", "resolved", "", "", True)
    whole, official = (date(2020, 1, 1), date(2020, 12, 31)), (date(2019, 12, 15), date(2020, 12, 14))
    assert tables["plan_part"] == [
        ("T1", 1, *figure, "offices", "calendar", *whole, ">=", 95, date(2020, 6, 30)),
        ("T2", 1, *figure, "subtree", "official", *official, ">=", 95, None),
    ]
    assert tables["plan_milestone"] == [("T1", date(2020, 6, 30), 40), ("T1", date(2020, 12, 31), 95)]
    assert sorted(tables["target_scope"]) == [("D", "offices", "P"), ("P", "offices", "P")]
