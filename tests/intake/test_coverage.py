"""What a file covers: who says it, who of them is believed, and what is said where they disagree."""

from datetime import date

import pytest

from flows.ingest import ingest_file, try_file
from tests.intake.files import as_csv
from tests.intake.test_file_rules import rows
from transforms.coverage import CoverageSaid, day_of, range_in_name, range_in_sheets, range_in_titles, what_it_covers
from transforms.errors import ConfigError, FileRefusedError
from transforms.profiles import Coverage, load_profile
from transforms.warehouse import open_warehouse

OCTOBER = (date(2020, 10, 1), date(2020, 10, 31))
NOTHING = CoverageSaid()


@pytest.fixture
def profile(home):
    return load_profile(home.sources / "igate.yml")


def covered(profile, titles=(), name="x.csv", said=NOTHING):
    covers, findings = what_it_covers(profile, name, [titles], said)
    return (covers.by, covers.first, covers.last, covers.said_by), [finding.rule for finding in findings]


@pytest.mark.parametrize(
    ("title", "days"),
    [
        ("Từ ngày 01/10/2020 đến ngày 31/10/2020", OCTOBER),
        ("(Từ 1/10/2020 - 31/10/2020)", OCTOBER),
        ("Từ ngày 01 tháng 10 năm 2020 đến hết ngày 31 tháng 10 năm 2020", OCTOBER),
        ("DANH SÁCH HỒ SƠ THÁNG 10/2020", OCTOBER),
        ("Tháng 10 năm 2020", OCTOBER),
        ("Quý III/2020", (date(2020, 7, 1), date(2020, 9, 30))),
        ("quý 4 năm 2020", (date(2020, 10, 1), date(2020, 12, 31))),
        ("Mẫu Sơn, ngày 05 tháng 10 năm 2020", None),  # when it was signed
        ("ngày     tháng 10 năm 2020", None),
        ("Tháng 13/2020", None),
        ("Từ ngày 31/10/2020 đến ngày 01/10/2020", None),
        ("Từ ngày 31/02/2020 đến ngày 01/10/2020", None),
        ("Năm 2020", None),  # which of two years, nobody knows
    ],
)
def test_the_days_that_a_title_speaks_of(title, days):
    assert range_in_titles(["UBND HUYỆN MẪU", title]) == days


def test_two_months_in_the_titles_say_nothing():
    assert range_in_titles(["Tháng 9/2020", "Tháng 10/2020"]) is None


@pytest.mark.parametrize(
    ("sheets", "days"),
    [
        ([["Tháng 10/2020"], ["Tháng 9/2020"]], (date(2020, 9, 1), date(2020, 10, 31))),
        ([["Tháng 10/2020"], []], OCTOBER),
        ([["Tháng 10/2020"], ["Tháng 10/2020"]], OCTOBER),
        ([["Tháng 8/2020"], ["Tháng 10/2020"]], None),  # September is in neither
        ([["Quý III/2020"], ["Tháng 9/2020"]], None),  # one within the other
        ([[], []], None),
    ],
)
def test_sheets_speak_of_days_that_follow_one_another(sheets, days):
    assert range_in_sheets(sheets) == days


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("DS_Tu01102020_Den31102020.xls", OCTOBER),
        ("ds tu-20201001-den-20201031.csv", OCTOBER),
        ("Danh sách từ ngày 01.10.2020 đến ngày 31.10.2020.xlsx", OCTOBER),
        ("DanhSachHoSo_20201001_20201031.csv", None),  # may be two other days
        ("DanhSachHoSo_20200131_1830.csv", None),
    ],
)
def test_the_days_that_a_name_speaks_of(profile, name, days):
    assert range_in_name(name, profile) == days


def test_a_profile_says_where_the_days_stand_in_a_name(profile):
    other = profile.model_copy(update={"covers": Coverage(range_in_file_name=r"_(?P<first>\d{8})_(?P<last>\d{8})")})
    assert range_in_name("DanhSachHoSo_20201001_20201031.csv", other) == OCTOBER
    with pytest.raises(FileRefusedError) as refused:
        covered(other, name="DanhSachHoSo.csv")
    assert refused.value.rule == "FILE_COVERAGE_UNKNOWN"


def test_every_day_of_a_century_is_read_whichever_way_it_is_written():
    for ordinal in range(date(2000, 1, 1).toordinal(), date(2100, 1, 1).toordinal(), 7):
        day = date.fromordinal(ordinal)
        for form in ("%Y%m%d", "%d%m%Y", "%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y"):
            assert day_of(day.strftime(form)) == day


def test_the_most_explicit_wins(profile):
    title, name = ["Tháng 9/2020"], "ds_tu_01102020_den_31102020.csv"
    declared = (date(2019, 11, 1), None)
    option = CoverageSaid(date(2020, 1, 1), date(2020, 1, 31), "resolved")
    sidecar = CoverageSaid(date(2020, 1, 1), date(2020, 1, 31), "open", "sidecar")
    september = (date(2020, 9, 1), date(2020, 9, 30))
    assert covered(profile)[0] == ("received", *declared, "profile")
    assert covered(profile, name=name)[0] == ("received", *OCTOBER, "file_name")
    assert covered(profile, title, name)[0] == ("received", *september, "title")
    assert covered(profile, title, name, sidecar)[0] == ("open", date(2020, 1, 1), date(2020, 1, 31), "sidecar")
    assert covered(profile, title, name, option)[0] == ("resolved", date(2020, 1, 1), date(2020, 1, 31), "option")


def test_a_contradiction_is_said(profile):
    assert covered(profile, ["Tháng 9/2020"])[1] == ["FILE_COVERAGE_CONTRADICTED"]
    assert covered(profile, ["Từ ngày 01/11/2019 đến ngày 31/01/2020"])[1] == []  # the profile leaves the end open
    assert covered(profile, ["DANH SÁCH HỒ SƠ ĐANG GIẢI QUYẾT"])[1] == ["FILE_COVERAGE_CONTRADICTED"]
    assert covered(profile, ["DANH SÁCH HỒ SƠ ĐANG GIẢI QUYẾT"], said=CoverageSaid(by="open"))[1] == []
    assert covered(profile, ["TÌNH HÌNH TIẾP NHẬN VÀ GIẢI QUYẾT HỒ SƠ"])[1] == []
    without = profile.model_copy(update={"covers": Coverage()})
    assert covered(without, ["Tháng 9/2020"]) == (("received", date(2020, 9, 1), date(2020, 9, 30), "title"), [])


def test_titles_of_a_delta_say_nothing_of_what_it_covers(home):
    delta = load_profile(home.sources / "tandan.yml")
    declared = (("received", date(2019, 11, 1), None, "profile"), [])
    assert covered(delta, ["Tháng 9/2020"], "ds_tu_01102020_den_31102020.csv") == declared
    month = delta.model_copy(update={"covers": Coverage(month_in_file_name=r"_(?P<month>\d{6})_")})
    assert covered(month, name="hoso_202010_1.csv")[0] == ("received", *OCTOBER, "file_name")


def test_days_that_end_before_they_begin_are_refused(profile):
    with pytest.raises(FileRefusedError, match="2020-11-01"):
        covered(profile, ["Tháng 9/2020"], said=CoverageSaid(first=date(2020, 11, 1)))


def test_a_title_keeps_what_it_does_not_speak_of_from_being_gone(home, tmp_path):
    def put(name: str, table: list) -> None:
        file = tmp_path / name
        file.write_text(as_csv(table, delimiter=","), encoding="utf-8")
        outcomes.append(ingest_file(home, file, "igate", None))

    outcomes: list = []
    february = [["Từ ngày 01/02/2020 đến ngày 29/02/2020", *[""] * 9], *rows(2, received="03/02/2020 08:00:00", code="M-{}")]
    put("DanhSachHoSo_20200131_1830.csv", rows(3))
    put("DanhSachHoSo_20200229_1830.csv", february)
    assert [outcome.rules for outcome in outcomes] == [(), ("FILE_COVERAGE_CONTRADICTED",)]
    con = open_warehouse(home.warehouse)
    found = con.execute("select covers_from, covers_said_by, gone_count from landed_file order by exported_at").fetchall()
    con.close()
    assert found == [(date(2019, 11, 1), "profile", 0), (date(2020, 2, 1), "title", 0)]


def test_rows_outside_what_a_file_says_that_it_covers_are_counted(home, tmp_path):
    file = tmp_path / "DanhSachHoSo_20200229_1830.csv"
    title = ["Từ ngày 01/02/2020 đến ngày 29/02/2020", *[""] * 9]
    file.write_text(as_csv([title, *rows(3)], delimiter=","), encoding="utf-8")
    found = try_file(home, file, "igate")
    said = {finding["rule"]: finding["en"] for finding in found["file_rules"]}
    assert said.keys() == {"FILE_COVERAGE_CONTRADICTED", "FILE_ROWS_OUTSIDE"}
    assert said["FILE_ROWS_OUTSIDE"].startswith("3 of 3 rows")
    assert found["covers"] == {"by": "received", "from": "2020-02-01", "to": "2020-02-29", "said_by": "title"}


def test_documents_are_covered_by_their_day_of_issue(home):
    path = home.sources / "vanban_log.yml"
    path.write_text(path.read_text(encoding="utf-8") + "covers: {by: open}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="is for dossiers"):
        load_profile(path)


@pytest.mark.parametrize(
    ("covers", "said"),
    [
        ("{by: opened}", "by"),
        ("{from: 2020-02-01, to: 2020-01-01}", "before it begins"),
        ("{range_in_file_name: 'x'}", "first"),
    ],
)
def test_a_profile_that_covers_nonsense_is_refused(home, covers, said):
    path = home.sources / "wabo.yml"
    path.write_text(path.read_text(encoding="utf-8") + f"covers: {covers}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_profile(path)
