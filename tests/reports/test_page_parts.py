"""The parts of the page that no release is needed for: file names, charts, the three lines that say why."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from expectations.suites import CHECKS
from reports.page.charts import span_of, trend
from reports.page.names import file_stem
from reports.page.plan import urgency
from reports.page.why import why_lines
from reports.words import UNIT_DOUBTS

RATES = st.floats(0, 100)
POINTS = st.lists(st.tuples(st.none() | RATES, st.sampled_from(["met", "not_met", "no_activity"])), min_size=2, max_size=24)


@settings(deadline=None)
@given(st.text(min_size=1))
@example("CON")
@example("../../etc")
@example("UBND xã Đá Chồng")
def test_a_file_name_is_safe_on_every_system(code):
    stem = file_stem(code)
    assert stem.isascii()
    assert all(letter.isalnum() or letter in ".-" for letter in stem)
    assert stem[0].isalnum()
    assert stem[-1].isalnum()
    assert len(stem) <= 50


@settings(deadline=None)
@given(st.sets(st.text(min_size=1), min_size=2, max_size=5))
@example({"H99.12", "h99.12"})
@example({"Tân Lập", "Tân Lạp"})
def test_two_units_never_share_a_file(codes):
    assert len({file_stem(code).lower() for code in codes}) == len(codes)


@settings(deadline=None)
@given(POINTS, st.integers(0, 100))
def test_every_point_of_a_chart_lies_in_its_frame_and_in_order(points, bar):
    low, high = span_of([value for value, _ in points], bar)
    assert 0 <= low <= bar <= high <= 100
    assert high - low >= 20
    chart = trend(points, bar, (low, high), 120, 32)
    assert 0 <= chart["bar_y"] <= 32
    assert [state for _, _, state in chart["places"]] == [state for value, state in points if value is not None]
    assert all(0 <= x <= 120 and 0 <= y <= 32 for x, y, _ in chart["places"])
    higher = {
        (one[0] > other[0], y < z)
        for (one, y) in zip([p for p in points if p[0] is not None], [y for _, y, _ in chart["places"]], strict=True)
        for (other, z) in zip([p for p in points if p[0] is not None], [y for _, y, _ in chart["places"]], strict=True)
        if abs(one[0] - other[0]) > 1
    }
    assert (True, False) not in higher
    assert chart["line"].count("M") == sum(
        value is not None and (at == 0 or points[at - 1][0] is None) for at, (value, _) in enumerate(points)
    )


def test_a_value_outside_the_span_lies_on_its_edge():
    chart = trend([(25.0, "not_met"), (90.0, "met"), (100.0, "met")], 95, (80, 100), 120, 32)
    assert [y for _, y, _ in chart["places"]] == [32, 16, 0]


def target(state="not_met", numerator=94, denominator=100, **changes):
    known = denominator is not None
    return {
        "target_id": "2020-06",
        "unit_code": "X",
        "indicator_id": "on_time",
        "state": state,
        "text": f"{numerator}%",
        "fraction": f"{numerator}/{denominator}" if known else "",
        "value": 100 * numerator / denominator if known else None,
        "numerator": numerator,
        "denominator": denominator,
        "bar": 95,
        "bar_text": "≥ 95%",
        "short_count": 1,
        "causes": {"unit": [], "procedure": []},
        "months": [],
        "outlook": None,
        "period_start": date(2019, 12, 15),
        "period_end": date(2020, 12, 14),
    } | changes


def month(number, text, value, state="not_met", year=2020):
    start, end = date(year, number - 1, 15), date(year, number, 14)
    return {
        "calendar": "official",
        "period_kind": "month",
        "period_start": start,
        "period_end": end,
        "state": state,
        "value": value,
        "text": text,
        "fraction": "1/2",
    }


CAUSE = {"cause_name": "Chứng thực \u202echữ ký", "missing": ("4", "4")}


def test_a_red_unit_says_what_it_misses_where_it_comes_from_and_what_is_open():
    missed = target(
        causes={"unit": [], "procedure": [CAUSE]},
        months=[month(3, "90%", 90.0), month(5, "50%", 50.0), month(7, "10%", 10.0, year=2019), month(6, "100%", 100.0, "met")],
        outlook=("không còn đạt được từ 11/11/2020", "out of reach since 11/11/2020"),
    )
    backlog = {"open_count": 1434, "open_overdue_count": 12, "paused_count": 3, "due_within_5_count": 7}
    what, where, still_open = why_lines([missed, target("met", 99)], backlog)
    assert what == (
        "Chưa đạt 1 trong 2 mục tiêu có số liệu: hồ sơ giải quyết đúng hạn và trước hạn 94% (94/100), mức ≥ 95%, thiếu 1.",
        "1 of 2 targets with figures are not met: dossiers resolved on time or early 94% (94/100), bar ≥ 95%, short of 1.",
    )
    assert where == (
        "4/6 phần còn thiếu ở thủ tục «Chứng thực chữ ký»; thấp nhất tháng 5/2020: 50% (1/2).",
        "4/6 of what is missing in the procedure “Chứng thực chữ ký”; lowest in May 2020: 50% (1/2).",
    )
    assert still_open[0].startswith("Đang giải quyết 1.434 hồ sơ: 12 quá hạn, 3 tạm dừng, 7 đến hạn trong 5 ngày làm việc tới.")
    assert still_open[0].endswith("không còn đạt được từ 11/11/2020.")
    assert "1,434 dossiers are open" in still_open[1]


def test_a_green_unit_says_what_is_closest_to_its_bar():
    what, where, still_open = why_lines([target("met", 99), target("met", 96, target_id="2020-10")], None)
    assert what[0] == "Đạt cả 2 mục tiêu có số liệu."
    assert "96%" in where[0]
    assert still_open == ("Không có hồ sơ nào đang giải quyết.", "No dossier is open.")


@pytest.mark.parametrize("state", ["missing_data", "missing_denominator", "no_evidence", "not_yet_due"])
def test_a_unit_without_figures_is_neither_red_nor_green(state):
    what, where, _ = why_lines([target(state, None, None)], None)
    assert what[0] == "Chưa có số liệu để đánh giá mục tiêu nào."
    assert where[0] == "Chưa có mục tiêu nào có tỷ lệ."


def test_what_is_in_the_way_comes_first():
    rows = [
        target("met", 99, target_id="a"),
        target("not_yet_due", 50, target_id="b"),
        target("missing_data", None, None, target_id="c"),
        target(numerator=94, target_id="d"),
        target(numerator=60, target_id="e"),
    ]
    assert [row["target_id"] for row in sorted(rows, key=urgency)] == ["e", "d", "c", "b", "a"]


def test_every_doubt_about_a_unit_is_said_in_words():
    assert UNIT_DOUBTS.keys() == {check.id for check in CHECKS if check.table == "unit_warning"}
