"""A portal's summary beside ours: each class of difference is told from the others, and a line that cannot be read is named."""

import pytest

from flows.publish import current_release
from flows.query import open_release
from flows.reconcile import reconcile_file
from transforms.duck import rows
from transforms.errors import ConfigError

UNIT = "H99.12.14"
HEAD = "Đơn vị;Kỳ;Đúng hạn;Đã giải quyết"


@pytest.fixture(scope="module")
def ours(demo_home):
    """Numerator and denominator by rule, basis and calendar of one unit and quarter."""
    with open_release(current_release(demo_home)) as con:
        found = rows(
            con,
            """from indicator_value where indicator_id = 'on_time' and unit_code = $1 and scope = 'subtree'
               and period_kind = 'quarter' and year(period_end) = 2020 and month(period_end) = 9""",
            [UNIT],
        )
    return {(f["rule_id"], f["basis_id"], f["calendar"]): (f["numerator"], f["denominator"]) for f in found}


def test_each_class_of_difference(demo_home, tmp_path, ours):
    above, below = ours["II06_DATE", "resolved", "official"]
    other_rule, other_calendar = ours["QD766_2_1", "cohort", "official"], ours["II06_DATE", "resolved", "calendar"]
    otherwise = next((above - n, below) for n in range(1, above) if (above - n, below) not in ours.values())
    assert len({(above, below), other_rule, other_calendar}) == 3
    lines = [
        ((above, below), "same"),
        (other_rule, "rule"),
        (other_calendar, "calendar"),
        (otherwise, "judged_otherwise"),
        ((above + 1000, below + 1000), "extra_dossiers"),
        ((0, 1), "missing_dossiers"),
    ]
    file = tmp_path / "cong.csv"
    file.write_text("\n".join([HEAD, *(f"{UNIT};2020-Q3;{a};{b}" for (a, b), _ in lines)]), encoding="utf-8-sig")
    found = reconcile_file(demo_home, file, "", None)
    assert [row["class"] for row in found] == [name for _, name in lines]
    assert found[1]["because"].startswith("QD766_2_1") or ours[tuple(found[1]["because"].split(", "))] == other_rule
    assert found[2]["because"].endswith("calendar")
    assert {(row["ours_in_time"], row["ours_resolved"]) for row in found} == {(above, below)}


def test_a_period_without_a_figure_is_no_difference(demo_home, tmp_path):
    file = tmp_path / "cong.csv"
    file.write_text("unit,period,in_time,resolved\nH99.12,2031,1,2\n", encoding="utf-8")
    assert [row["class"] for row in reconcile_file(demo_home, file, "", None)] == ["no_figure"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Đơn vị;Kỳ\nH99.12;2020\n", "Đúng hạn và trước hạn, Đã giải quyết are missing"),
        (f"{HEAD}\nH99.12;2020-Q3;một;2\n", "line 2"),
        (f"{HEAD}\nH99.12;2020-Q3;1\n", "line 2"),
        (f"{HEAD}\nKhông có;2020-Q3;1;2\n", "did you mean"),
        (f"{HEAD}\nH99.12;quý 3;1;2\n", "no period"),
    ],
)
def test_what_cannot_be_read_is_named(demo_home, tmp_path, text, said):
    file = tmp_path / "cong.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        reconcile_file(demo_home, file, "", None)
