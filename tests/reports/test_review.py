"""The review list: its reported rates are those of the figures, what was first told is never better, and it says what it is."""

from io import StringIO

import pytest
from rich.console import Console

from flows.publish import current_release
from flows.query import open_release
from flows.review import review
from reports.review_terminal import show_review
from transforms.duck import rows
from transforms.errors import ConfigError

DISTRICT = "H99.12"


@pytest.fixture(scope="module")
def con(demo_home):
    with open_release(current_release(demo_home)) as con:
        yield con


def test_the_reported_rate_is_that_of_the_figures(con):
    figures = rows(
        con,
        """select v.numerator, v.denominator, r.numerator as reported, r.denominator as resolved, r.first_known_numerator,
                  r.open_overdue_count, r.conservative_rate, r.rate
           from indicator_value as v left join review_rate as r
               using (unit_code, scope, calendar, period_kind, period_start, period_end)
           where v.indicator_id = 'on_time' and v.rule_id = 'II06_DATE' and v.basis_id = 'resolved' and v.status = 'ok'""",
    )
    assert len(figures) > 1000
    for row in figures:
        assert (row["reported"], row["resolved"]) == (row["numerator"], row["denominator"])
        assert 0 <= row["first_known_numerator"] <= row["numerator"]
        assert row["open_overdue_count"] >= 0
        assert row["conservative_rate"] <= row["rate"]


def test_a_dossier_that_changes_the_rate_is_in_time_and_was_late_by_what_was_first_told(con):
    lines = rows(con, "from review_signal where changes_rate")
    assert all(line["reported_outcome"] in ("early", "on_time") and line["first_known_outcome"] == "late" for line in lines)
    units = "select unit_code from review_signal where unit_code is null"
    assert con.execute(units).fetchall() == []


def test_the_list_of_a_unit_is_a_part_of_that_of_the_district(demo_home):
    whole = review(demo_home, "", "2020", "", None, 1000)
    assert whole["unit_code"] == DISTRICT
    listed = {(d["signal_id"], d["dossier_key"]) for d in whole["dossiers"]}
    assert sum(s["dossier_count"] + s["lawful_count"] for s in whole["signals"]) == len(listed) > 0
    for part in whole["units"]:
        own = review(demo_home, part["unit_code"], "2020", "", None, 1000)
        assert {(d["signal_id"], d["dossier_key"]) for d in own["dossiers"] if d["unit_code"] == part["unit_code"]} <= listed
    assert len(review(demo_home, "", "2020", "", None, 1)["dossiers"]) <= len({signal for signal, _ in listed})
    with pytest.raises(ConfigError, match="does not have that period"):
        review(demo_home, "", "2031", "", None, 1)


def test_it_says_that_it_is_internal_and_accuses_nobody(demo_home):
    found = review(demo_home, "", "2020", "", None, 5)
    console = Console(width=200, record=True, file=StringIO())
    show_review(console, found)
    shown = console.export_text()
    assert "chỉ dùng nội bộ" in shown
    assert f"{found['rates']['text']} theo báo cáo; {found['rates']['first_known_text']} theo hạn trả" in shown
    assert not [word for word in ("gian", "sai phạm", "vi phạm", "fraud", "violation") if word in shown]
