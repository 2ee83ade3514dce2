"""What is said beside a target: its parts, how far it is, what is in the way, what changed since the release before."""

from pathlib import Path

import duckdb
import pytest

from reports.targets import read_targets

PLACE_VALUES = "'T', 'D', 1, 'year', date '2020-12-31'"
PLACE = "'T' as target_id, 'D' as unit_code, 1 as part_number, 'year' as period_kind, date '2020-12-31' as period_end"


def release(
    folder: Path,
    numerator: int | None,
    denominator: int | None,
    state: str,
    outlook: str = "where false",
    causes: str = "where false",
    parts: int = 1,
    indicator: str = "on_time",
    untold: tuple[int, int] = (0, 0),
    has_totals: bool = False,
) -> Path:
    """A release with one target of one unit, as its marts hold it."""
    folder.mkdir(parents=True)
    con = duckdb.connect(folder / "marts.duckdb")
    con.execute(
        """create table unit as select * from (values ('D', 'UBND huyện Thử', null), ('A', 'Phòng Thử', 'D'))
               as t(unit_code, unit_name, parent_code)"""
    )
    con.execute("create table procedure as select '1.000001' as procedure_code, 'Thủ tục thử' as procedure_name")
    con.execute(
        f"""create table target_status as select {PLACE}, 'Chỉ tiêu' as text_vi, 'A target' as text_en, false as is_aim,
                'Tên' as name_vi, 'A name' as name_en, '{indicator}' as indicator_id, 'subtree' as scope,
                'NONE' as rule_id, 'b' as basis_id, 'calendar' as calendar, $2 < 30 as is_small_sample,
                date '2020-01-01' as period_start, {untold[0]} as unreported_count, {untold[1]} as no_evidence_count,
                {has_totals} as is_from_totals,
                '>=' as operator, 95 as bar, $1::bigint as numerator, $2::bigint as denominator, $3 as state,
                greatest((95 * $2 + 99) // 100 - $1, 0) as short_count""",
        [numerator, denominator, state],
    )
    con.execute(
        """create table indicator_value as select indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind,
               period_start, period_end, 0.8067 as wilson_low, 0.9391 as wilson_high from target_status"""
    )
    con.execute(
        f"""create table target_part as select t.* exclude part_number, n as part_number, 'phần ' || n as title_vi,
                'part ' || n as title_en,
                n = 1 as is_judged from target_status as t, range(1, {parts + 1}) as r(n)"""
    )
    con.execute(
        f"""create table target_outlook as select {PLACE}, 212 as open_count, 212 as open_in_time_count, true as is_reachable,
                41 as spare_count, null::date as unreachable_since, false as is_over {outlook}"""
    )
    con.execute(
        f"""create table target_cause as select {PLACE}, * from (values ('unit', 1, 'A', 'falls_short', 5, 10),
                    ('procedure', 1, '1.000001', 'falls_short', 5, 9))
                as c(cause_kind, place, cause_code, reason, missing_count, cause_denominator) {causes}"""
    )
    con.close()
    return folder


@pytest.fixture
def said(tmp_path):
    def notes(*figure, before: Path | None = None, **tables) -> list[str]:
        with duckdb.connect(release(tmp_path / "now", *figure, **tables) / "marts.duckdb", read_only=True) as con:
            (target,) = read_targets(con, 2020, before)
        assert all(vi and en for vi, en in target["notes"])
        return [vi for vi, _ in target["notes"]]

    return notes


def test_a_target_within_reach_says_how_many_may_still_be_late(said):
    assert said(500, 510, "met", outlook="") == ["còn đạt được: tối đa 41 trong 212 hồ sơ đang giải quyết được trễ"]


def test_a_target_out_of_reach_says_since_when(said):
    lost = f"where false union all select *, 9, 9, false, null, date '2020-11-09', false from (select {PLACE})"
    assert said(90, 100, "not_met", outlook=lost)[:2] == ["thiếu 5", "không còn đạt được từ 09/11/2020"]


def test_a_target_met_in_a_period_that_is_over_is_not_out_of_reach(said):
    """Dossiers left open and overdue count in the periods in which they end."""
    lost = f"where false union all select *, 9, 0, false, null, date '2020-11-09', true from (select {PLACE})"
    assert said(96, 100, "met", outlook=lost) == []


def test_a_missed_target_names_the_units_and_the_procedure_in_the_way(said):
    assert said(62, 68, "not_met", causes="") == [
        "thiếu 3",
        "vướng ở: Phòng Thử 5/10",
        "5/6 hồ sơ chưa đạt thuộc thủ tục «Thủ tục thử»",
    ]


def test_where_no_number_is_known_the_procedures_are_not_told(said):
    assert said(None, None, "missing_data", causes="") == ["vướng ở: Phòng Thử 5/10"]


def test_a_met_target_says_nothing_of_those_in_the_way(said):
    assert said(96, 100, "met", causes="") == []


def caused(*causes: tuple[str, str, str]) -> str:
    """Causes of a share that is counted one by one: kind, what it is, and why."""
    listed = ", ".join(f"({PLACE_VALUES}, '{kind}', {n}, '{code}', '{why}', 1, 1)" for n, (kind, code, why) in enumerate(causes, 1))
    return f"where false union all values {listed}"


def test_of_a_share_of_units_each_is_named_with_what_is_the_matter(said):
    causes = caused(("unit", "A", "falls_short"), ("unit", "B", "missing_data"), ("unit", "C", "no_evidence"))
    assert said(10, 20, "missing_data", indicator="dialogue", untold=(6, 1), causes=causes) == [
        "thiếu 9",
        "3 đơn vị chưa đạt: Phòng Thử và 2 đơn vị khác",
        "6 đơn vị chưa có số liệu: B và 5 đơn vị khác",
        "1 đơn vị thiếu minh chứng: C",
    ]


def test_of_a_share_of_procedures_the_procedures_are_named(said):
    causes = caused(("procedure", "1.000001", "falls_short"), ("procedure", "1.000002", "missing_data"))
    assert said(36, 40, "not_met", indicator="procedures_published", untold=(1, 0), causes=causes) == [
        "thiếu 2",
        "3 thủ tục chưa đạt: Thủ tục thử và 2 thủ tục khác",
        "1 thủ tục chưa có số liệu: 1.000002",
    ]


def test_a_unit_of_which_the_whole_is_not_known_keeps_a_share_from_being_known(said):
    causes = caused(("unit", "A", "missing_denominator"), ("unit", "B", "falls_short"))
    assert said(90, None, "missing_denominator", causes=causes) == ["không rõ mẫu số của: Phòng Thử"]


def test_totals_are_told_as_such(said):
    assert said(96, 100, "met", has_totals=True) == ["có số tổng do đơn vị tự báo cáo"]


@pytest.mark.parametrize(("asked", "how_many"), [(1_000, "1.000 người trả lời"), (29, "29 người trả lời, mẫu nhỏ")])
def test_a_survey_says_how_many_answered_and_its_interval(said, asked, how_many):
    assert said(asked, asked, "met", indicator="satisfaction_health") == [f"{how_many}; khoảng tin cậy 95%: 80,67%–93,91%"]


def test_what_is_not_yet_due_is_under_way(said):
    assert said(12, 27, "not_yet_due") == ["đang thực hiện 12/27"]


def test_parts_are_told_apart_and_one_that_is_only_shown_stands_in_brackets(said):
    assert said(96, 100, "met", parts=2) == ["phần 1 ✔ 96% (96/100); (phần 2 ✔ 96% (96/100))"]


def test_a_change_since_the_release_before_says_what_it_was(said, tmp_path):
    before = release(tmp_path / "before", 94, 100, "not_met")
    assert said(96, 100, "met", before=before) == ["bản trước: 94% (94/100) ✘ chưa đạt"]


def test_nothing_changed_is_not_told(said, tmp_path):
    assert said(96, 100, "met", before=release(tmp_path / "before", 96, 100, "met")) == []


def test_a_missing_figure_is_told_as_one(said, tmp_path):
    before = release(tmp_path / "before", None, None, "missing_data")
    assert said(96, 100, "met", before=before) == ["bản trước: ? thiếu số liệu"]
