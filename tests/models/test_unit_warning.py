"""Units in doubt: outside their dates, or another one than the dossier's code says. Counted per unit, and never lost."""

import pytest

from flows.nightly import nightly
from flows.publish import current_release
from flows.query import open_release
from tests.conftest import give_plan_of_one_target
from transforms.errors import ConfigError
from transforms.reference import load_reference

HEADER = "Mã hồ sơ;Tên thủ tục;Đơn vị tiếp nhận;Hình thức nộp hồ sơ;Trạng thái;Ngày nhận;Ngày hẹn trả;Ngày kết thúc xử lý"
UNITS = """unit_code,unit_name,unit_level,unit_kind,parent_code,valid_from,valid_to
H99.12,Huyện,district,district,,2015-01-01,
H99.12.13,Bộ phận một cửa,district,one_stop_counter,H99.12,2015-01-01,
H99.12.21,Xã Cũ,commune,commune,H99.12,2015-01-01,2020-06-30
H99.12.22,Xã Mới,commune,commune,H99.12,2020-07-01,
H99.12.23,Xã Khác,commune,commune,H99.12,2015-01-01,
"""
DOSSIERS = (
    # code's agency, unit, day of receipt
    ("H99.12.23", "Xã Khác", "02/01/2020"),
    ("000.00.12.H99", "Xã Khác", "03/01/2020"),  # the district above, in the table of codes
    ("H99.12.21", "Xã Mới", "24/06/2020"),  # handed on to the successor
    ("H99.12.21", "Xã Cũ", "02/07/2020"),  # received after the commune had ended
    ("H99.12.21", "Xã Cũ", "03/07/2020"),
    ("H99.12.77", "Xã Khác", "06/01/2020"),  # no such unit
    ("000.23.12.H99", "Xã Khác", "07/01/2020"),  # only turning the groups around gives the unit
    ("H99.12.13", "Xã Khác", "08/01/2020"),  # a unit of its own, neither above nor below nor before
    ("H99.12.14", "Bộ phận một cửa", "08/01/2020"),  # what this source writes for the counter
)


@pytest.fixture
def release(home):
    give_plan_of_one_target(home)
    (home.reference / "units.csv").write_text(UNITS, encoding="utf-8")
    bridge = "old_code,new_code,effective_date,basis\nH99.12.21,H99.12.22,2020-07-01,\n"
    (home.reference / "unit_succession.csv").write_text(bridge, encoding="utf-8")
    codes = "source,code,unit_code\n,000.00.12.H99,H99.12\ntandan,H99.12.14,H99.12.13\nigate,H99.12.77,H99.12.23\n"
    (home.reference / "unit_code.csv").write_text(codes, encoding="utf-8")
    inbox = home.data / "inbox" / "tandan"
    inbox.mkdir(parents=True)
    rows = [
        f"{agency}-{day[8:]}{day[3:5]}{day[:2]}-{number:04};Đăng ký mẫu;{unit};Trực tiếp;Đang xử lý;{day} 08:00;30/12/2020;"
        for number, (agency, unit, day) in enumerate(DOSSIERS)
    ]
    (inbox / "hoso_thaydoi_20200706_1900.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    nightly(home)
    con = open_release(current_release(home))
    yield con
    con.close()


def test_units_in_doubt_are_counted_and_kept(release):
    found = release.execute("""select rule_code, unit_code, unit_role, agency_code, first_day::varchar, last_day::varchar, row_count
                               from unit_warning order by all""").fetchall()
    assert found == [
        ("CODE_UNIT_GUESSED", "H99.12.23", "receiving", "000.23.12.H99", "2020-01-07", "2020-01-07", 1),
        ("CODE_UNIT_MISMATCH", "H99.12.23", "receiving", "H99.12.13", "2020-01-08", "2020-01-08", 1),
        ("CODE_UNIT_UNKNOWN", "H99.12.23", "receiving", "H99.12.77", "2020-01-06", "2020-01-06", 1),
        ("UNIT_OUTSIDE_DATES", "H99.12.21", "receiving", None, "2020-07-02", "2020-07-03", 2),
        ("UNIT_OUTSIDE_DATES", "H99.12.21", "resolving", None, "2020-07-02", "2020-07-03", 2),
    ]
    assert release.execute("select count(*) from dossier").fetchall() == [(len(DOSSIERS),)]
    checks = "select check_id, state, failed_count from check_result where table_name = 'unit_warning' order by 1"
    assert release.execute(checks).fetchall() == [
        ("CODE_UNIT_GUESSED", "failed", 1),
        ("CODE_UNIT_MISMATCH", "failed", 1),
        ("CODE_UNIT_UNKNOWN", "failed", 1),
        ("EXCLUSION_OUTLIER", "passed", 0),
        ("RECIPIENT_UNKNOWN", "passed", 0),
        ("UNIT_OUTSIDE_DATES", "failed", 4),
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (",000.24.12.H99,H99.12.24\n", "line 2: unit_code H99.12.24 is not known"),
        (",000.23.12.H99,H99.12.23\n,000.23.12.H99,H99.12.22\n", "line 3: the code 000.23.12.H99 stands twice"),
    ],
)
def test_a_mistake_in_the_table_of_codes_is_named(tmp_path, rows, said):
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    (tmp_path / "unit_code.csv").write_text(f"source,code,unit_code\n{rows}", encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_reference(tmp_path)
    assert said in error.value.en
