"""Codes of dossiers, agencies and procedures, in all the shapes that real systems give them."""

from datetime import date, datetime, timedelta

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.ingest import try_file
from transforms.build import load_rows
from transforms.codes import (
    CODE_DATE_MISMATCH_SQL,
    CODE_DAYS,
    DossierCode,
    is_no_code,
    national_procedure_code,
    no_code_sql,
    normal_agency_code,
    parse_dossier_code,
)
from transforms.duck import connect

HEADER = (
    "Mã hồ sơ;Tên thủ tục;Đơn vị tiếp nhận;Hình thức nộp hồ sơ;Trạng thái;Ngày nộp hồ sơ;Ngày nhận;Ngày hẹn trả;Ngày kết thúc xử lý"
)


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("000.00.53.H48-220921-0099", DossierCode("000.00.53.H48", date(2022, 9, 21), 99)),
        ("H56.22.17-250701-000123", DossierCode("H56.22.17", date(2025, 7, 1), 123)),
        ("H56-250701-0001", DossierCode("H56", date(2025, 7, 1), 1)),
        ("000.17.22.H56-210231-0001", DossierCode("000.17.22.H56", None, 1)),
    ],
)
def test_a_dossier_code_is_taken_apart(code, parts):
    assert parse_dossier_code(code) == parts


@pytest.mark.parametrize(
    "code",
    ["case-10011", "000.17.22.H56-210531-001", "000.17.22.H56-2105310001", "x000.17.22.H56-210531-0001", "H5-210531-0001"],
)
def test_a_code_of_another_shape_is_left_alone(code):
    assert parse_dossier_code(code) is None


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("H55.242", ("H55.242", False)),
        ("000.00.53.H48", ("H48.53", True)),
        ("000.17.22.H56", ("H56.22.17", True)),
        ("000.00.00.H41", ("H41", True)),
        ("000.07.10.H26", ("H26.10.07", True)),  # zeros inside a group are part of it
        ("000.14.07.H26", ("H26.14.07", False)),  # the office's table says otherwise than turning around would
        ("Phòng Tư pháp", None),
    ],
)
def test_agency_codes_of_both_syntaxes(raw, normal):
    assert normal_agency_code(raw, {"000.14.07.H26": "H26.14.07"}) == normal


@pytest.mark.parametrize(
    ("raw", "national"),
    [
        ("1.001612", "1.001612"),
        ("2.000815.000.00.00.H26", "2.000815"),
        ("1.001612.H55.02", "1.001612"),
        ("thoaitest01", None),
        ("4.000815", None),
        ("x1.001612", None),
    ],
)
def test_the_national_part_of_a_procedure_code(raw, national):
    assert national_procedure_code(raw) == national


def test_a_code_far_from_receipt_and_submission_is_a_warning_and_no_loss(home, tmp_path):
    row = "{};Đăng ký mẫu;UBND xã Mẫu;Trực tiếp;Đang xử lý;{};{};20/01/2020 17:00;"
    lines = [
        row.format("000.00.21.H99-200102-0001", "", "02/01/2020 08:00"),
        row.format("000.00.21.H99-200102-0002", "", "09/01/2020 08:00"),  # seven days: still let pass
        row.format("000.00.21.H99-200102-0003", "", "10/01/2020 08:00"),
        row.format("000.00.21.H99-200102-0004", "02/01/2020 08:00", "14/01/2020 08:00"),  # handed in on the day of the code
        row.format("000.00.21.H99-201302-0005", "", "02/01/2020 08:00"),  # no such day
        row.format("SO-2019-77", "", "02/01/2020 08:00"),  # another shape says nothing of a day
    ]
    file = tmp_path / "hoso_thaydoi_20200116_1900.csv"
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    found = try_file(home, file, "tandan")
    assert (found["good_count"], found["quarantined_count"]) == (6, 0)
    assert found["warnings"] == {"CODE_DATE_MISMATCH:dossier_code": 2}


def is_far(code: str, moments: list[datetime]) -> bool:
    parsed = parse_dossier_code(code)
    if parsed is None or not moments:
        return False
    return parsed.day is None or min(abs((moment.date() - parsed.day).days) for moment in moments) > CODE_DAYS


MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2068, 12, 31)).map(lambda moment: moment.replace(microsecond=0))
NEAR = st.timedeltas(timedelta(days=-10), timedelta(days=10))


@st.composite
def code_and_moments(draw) -> tuple[str, datetime | None, datetime | None]:
    received = draw(MOMENTS)
    day = draw(st.one_of(NEAR.map(lambda apart: f"{received + apart:%y%m%d}"), st.from_regex(r"[0-9]{5,7}", fullmatch=True)))
    agency = draw(st.sampled_from(("H26.14.07", "000.14.07.H26", "H56", "SO", f"{received:%y%m%d}", f"H56-{received:%y%m%d}")))
    sequence = draw(st.sampled_from(("0001", "123456", "77", f"{received:%y%m%d}", f"{received:%y%m%d}-0001")))
    submitted = draw(st.none() | NEAR.map(lambda apart: received + apart))
    return f"{agency}-{day}-{sequence}", draw(st.sampled_from((received, None))), submitted


@settings(deadline=None, max_examples=50)
@given(st.lists(code_and_moments(), min_size=1, max_size=50))
def test_a_code_is_far_from_its_moments_in_sql_as_in_python(dossiers):
    with duckdb.connect() as con:
        con.execute("create table dossier (dossier_code varchar, received_at timestamp, submitted_at timestamp)")
        load_rows(con, "dossier", dossiers)
        found = con.execute(f"select coalesce({CODE_DATE_MISMATCH_SQL}, false) from dossier order by rowid").fetchall()
    assert [far for (far,) in found] == [is_far(code, [m for m in moments if m]) for code, *moments in dossiers]


CATALOGUE = (
    "procedure_code,procedure_name,field_code,field_name,competent_level,service_level,duration_days,duration_unit,valid_from,valid_to\n"
    "1.001612,Đăng ký mẫu,HOTICH,Hộ tịch,commune,4,3,working_day,2015-01-01,\n"
)


def test_a_procedure_written_as_its_code_is_found_by_the_national_part(home, tmp_path):
    (home.reference / "procedures.csv").write_text(CATALOGUE, encoding="utf-8")
    row = "{};{};UBND xã Mẫu;Trực tiếp;Đang xử lý;;02/01/2020 08:00;20/01/2020 17:00;"
    written = ("Đăng ký mẫu", "1.001612.000.00.00.H48", "2.000815.000.00.00.H26", "thoaitest01")
    file = tmp_path / "hoso_thaydoi_20200116_1900.csv"
    lines = [row.format(f"H-{number}", procedure) for number, procedure in enumerate(written)]
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    found = try_file(home, file, "tandan")
    assert found["good_count"] == 2
    assert found["quarantined_by_rule"]["PROCEDURE_UNKNOWN:procedure"]["rows"] == 2
    assert found["quarantined_lines"] == [4, 5]


NO_CODES = (
    "Nguyễn Bịa Đặt",
    "0912345678",
    "+84 912 345 678",
    "024.3912.3456",
    "001099000123",
    "912345678",
    "a.1@vi-du.invalid",
    "-",
)
CODES = ("000.00.21.H99-200102-0001", "case-1", "12/BC-UBND", "Số 5 / QĐ", "200102-0001", "1", "20200102000001", "0112345678")


@pytest.mark.parametrize(("text", "is_none"), [*((text, True) for text in NO_CODES), *((text, False) for text in CODES)])
def test_what_is_surely_no_code_is_told_from_codes_of_any_shape(text, is_none):
    assert is_no_code(text, None) == is_none
    assert not is_no_code(text, ".*")


@given(st.text(st.sampled_from("0123456789 .-+@aĐă\u0301/")), st.sampled_from([None, r"[0-9.]{4,}"]))
@example("\u00a00912345678", None)
@example("+84 9 1 2 3 4 5 6 7 8 9", None)
@example("00000000000000000000 bia@vi-du", None)
@settings(max_examples=200, deadline=None)
def test_python_and_sql_agree_on_what_is_no_code(text, pattern):
    con = connect()
    found = con.execute(f"select {no_code_sql('t', pattern)} from (select nullif($1, '') as t)", [text.strip()]).fetchall()
    con.close()
    assert found[0][0] == is_no_code(text, pattern)
