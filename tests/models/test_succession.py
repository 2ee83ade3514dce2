"""Units that follow one another: figures on today's map where predecessors went whole, else a series break; never a share."""

import pytest

from flows.nightly import nightly
from flows.publish import current_release
from flows.query import open_release
from tests.conftest import copied
from transforms.errors import ConfigError
from transforms.reference import load_reference
from transforms.succession import endings, todays_maps

DAY = "2025-07-01"


def link(old: str, new: str, day: str = DAY, extent: str = "") -> dict[str, str]:
    return {"old_code": old, "new_code": new, "effective_date": day, "basis": "Nghị quyết mẫu", "extent": extent}


def on_map(unit: str, *links: dict[str, str], district: str = "", **begins: str) -> tuple[set[str], str | None]:
    """What makes up a unit in force; ``district`` lists what is below the unit D."""
    units = [{"unit_code": code, "valid_from": begins.get(code, ""), "valid_to": ""} for code in "ABCDXY"]
    subtrees = {code: {code} for code in "ABCXY"} | {"D": {"D", *district}}
    return todays_maps(units, subtrees, endings(links).values(), "2026-01-01")[unit]


def test_whole_predecessors_join_in_through_every_change():
    assert on_map("X", link("A", "X"), link("B", "X")) == ({"A", "B", "X"}, None)
    assert on_map("X", link("A", "B", "2020-07-01"), link("B", "X"), link("C", "Y")) == ({"A", "B", "X"}, None)


@pytest.mark.parametrize(
    "links",
    [
        [link("A", "X"), link("B", "X"), link("B", "Y")],  # divided
        [link("A", "X"), link("B", "X", extent="part")],  # nobody says where the rest went
        [link("A", "X"), link("Z", "X")],  # no figures of it here
        [link("A", "X"), link("", "X")],  # what had no code before
        [link("A", "X"), link("X", "X"), link("X", "Y")],  # it gave a part away and kept its code
    ],
)
def test_what_is_not_whole_breaks_the_series_and_is_never_shared_out(links):
    assert on_map("X", *links) == ({"A", "X"}, DAY)


def test_a_break_further_back_is_dated_where_it_was():
    links = [link("A", "B", "2020-07-01"), link("A", "C", "2020-07-01"), link("B", "X")]
    assert on_map("X", *links) == ({"B", "X"}, "2020-07-01")


def test_a_division_inside_a_district_breaks_nothing_of_the_district():
    split = [link("A", "X"), link("A", "Y")]
    assert on_map("D", *split, district="XY") == ({"D", "A", "X", "Y"}, None)
    assert on_map("D", *split, district="AX") == ({"D", "A", "X"}, DAY)


def test_a_new_unit_may_keep_the_code_of_an_old_one():
    assert on_map("A", link("A", "A"), link("B", "A")) == ({"A", "B"}, None)
    # Here A is entered as the new unit only: what its code meant before has no figures.
    assert on_map("A", link("A", "A"), link("B", "A"), A=DAY) == ({"A", "B"}, DAY)
    assert on_map("X", link("A", "X"), A=DAY) == ({"X"}, DAY)


def test_what_is_not_known_yet_changes_no_map():
    assert on_map("X", link("A", "X", "2026-02-01"), link("A", "Y", "2026-02-01")) == ({"X"}, None)


def test_a_unit_that_has_ended_is_on_no_map_of_today():
    ended = {"unit_code": "A", "valid_from": "", "valid_to": "2025-06-30"}
    assert todays_maps([ended], {"A": {"A"}}, [], "2026-01-01") == {}


UNITS = (
    "unit_code,unit_name,unit_level,unit_kind,parent_code,valid_from,valid_to\n"
    "A,Xã A,commune,commune,,2015-01-01,2025-06-30\n"
    "B,Xã B,commune,commune,,2015-01-01,\n"
    "X,Xã X,commune,commune,,2025-07-01,\n"
)


@pytest.mark.parametrize(
    ("rows", "line", "vi", "en"),
    [
        (["A,X,2025-07-01,Nghị quyết", "A,B,2025-07-01,"], 3, "hãy ghi căn cứ", "A has 2 successors on 2025-07-01 and this one"),
        (["A,X,2025-07-01,a", "A,X,2025-07-01,b"], 3, "có hai dòng", "stands twice"),
        (["A,X,2025-06-30,"], 2, "đến 2025-07-01 mới có hiệu lực", "X follows A on 2025-06-30 and begins only on 2025-07-01"),
        (["B,X,2025-07-01,"], 2, "vẫn còn hiệu lực", "B went whole into X on 2025-07-01 and is still in force"),
        (["A,X,1/7/2025,"], 2, "1/7/2025", "is not a date like"),
        (["A,,2025-07-01,"], 2, "phải có new_code", "new_code and effective_date are needed"),
    ],
)
def test_a_mistake_in_the_bridge_is_named_with_its_line(tmp_path, rows, line, vi, en):
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    text = "\n".join(["old_code,new_code,effective_date,basis", *rows]) + "\n"
    (tmp_path / "unit_succession.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_reference(tmp_path)
    assert f"unit_succession.csv, dòng {line}: " in error.value.vi
    assert vi in error.value.vi
    assert en in error.value.en


def test_two_units_that_become_each_other_are_refused(tmp_path):
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    text = "old_code,new_code,effective_date,basis\nA,B,2025-06-30,\nB,A,2025-06-30,\n"
    (tmp_path / "unit_succession.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="A went whole into B on 2025-06-30 and is still in force"):
        load_reference(tmp_path)


@pytest.fixture(scope="module")
def ask(small_home, tmp_path_factory):
    """The demo district, in which one of the two merged communes was divided instead."""
    home = copied(small_home, tmp_path_factory.mktemp("divided") / "home")
    register = home.reference / "unit_succession.csv"
    text = register.read_text(encoding="utf-8")
    register.write_text(text + "H99.12.34,H99.12.33,2020-07-01,Chia một phần (made up)\n", encoding="utf-8")
    nightly(home)
    con = open_release(current_release(home))
    yield lambda sql: con.execute(sql).fetchall()
    con.close()


FIGURE = "indicator_id = 'online_received' and calendar = 'calendar' and period_kind = 'half'"


def test_a_divided_predecessor_leaves_no_figure_on_todays_map_before_it(ask):
    for unit in ("H99.12.33", "H99.12.36"):
        found = ask(f"""select period_start < '2020-07-01', list(distinct status), sum(numerator), sum(denominator) > 0
                        from indicator_value where {FIGURE} and scope = 'todays_map' and unit_code = '{unit}'
                          and period_start between '2020-01-01' and '2020-07-01' group by 1 order by 1""")
        assert [row[:2] for row in found] == [(False, ["ok"]), (True, ["series_break"])]
        assert found[1][2:] == (None, None)


def test_the_figures_as_of_then_stay_as_they_were(ask):
    assert ask(f"""select distinct status from indicator_value where {FIGURE} and scope = 'own'
                   and unit_code in ('H99.12.33', 'H99.12.34') and period_start = '2020-01-01'""") == [("ok",)]
    assert ask("select unit_code from unit where series_break_date = '2020-07-01' order by 1") == [("H99.12.33",), ("H99.12.36",)]


def test_the_bridge_says_what_is_whole(ask):
    assert ask("select old_code, new_code, is_whole, is_new_whole from unit_succession order by all") == [
        ("H99.12.34", "H99.12.33", False, False),
        ("H99.12.34", "H99.12.36", False, False),
        ("H99.12.35", "H99.12.36", True, False),
    ]
