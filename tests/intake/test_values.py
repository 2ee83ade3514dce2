"""Cells as programs leave them: serial dates, numbers with marks, codes that were numbers. The people are invented."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.row_rules import rules_for
from flows.settings import load_config
from tests.conftest import give_plan_of_one_target
from tests.intake.files import HEADER, as_csv, as_html, as_sheets, as_windows_1258, as_xlsx, row, write
from transforms.duck import connect
from transforms.entities import ENTITIES
from transforms.intake.odd_values import whole_number_sql
from transforms.intake.read import column_roles, read_rows
from transforms.intake.table import as_text
from transforms.profiles import Profile
from transforms.reference import UNIT_COLUMNS

COLUMNS = list(ENTITIES["dossier"].content)
RECEIVED, DUE, TIMES_ASKED, CODE = "Ngày nhận", "Ngày hẹn trả", "Số lần bổ sung", "Mã hồ sơ"
WRITTEN = {"csv": lambda table: as_csv(table).encode(), "xlsx": as_xlsx, "html": lambda table: as_html(table).encode()}


@pytest.fixture
def read(read_canonical, tmp_path):
    def read(table: list, written=WRITTEN["csv"], **changes: object) -> tuple:
        result, rows = read_canonical(write(tmp_path, written(table)), **changes)
        return result, [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    return read


# Dates.

FORMS = {
    "%d/%m/%Y": ("05/03/2020", datetime(2020, 3, 5)),
    "%d/%m/%Y %H:%M": ("05/03/2020 08:09", datetime(2020, 3, 5, 8, 9)),
    "%d/%m/%Y %H:%M:%S": ("5/3/2020 8:09:10", datetime(2020, 3, 5, 8, 9, 10)),
    "%H:%M %d/%m/%Y": ("08:09 05/03/2020", datetime(2020, 3, 5, 8, 9)),
    "%d-%m-%Y": ("05-03-2020", datetime(2020, 3, 5)),
    "%Y-%m-%d": ("2020-03-05", datetime(2020, 3, 5)),
    "%Y-%m-%d %H:%M:%S": ("2020-03-05 08:09:10", datetime(2020, 3, 5, 8, 9, 10)),
    "%Y/%m/%d %H:%M:%S": ("2020/03/05 08:09:10", datetime(2020, 3, 5, 8, 9, 10)),
    "%Y%m%d%H%M%S": ("20200305080910", datetime(2020, 3, 5, 8, 9, 10)),
    "%Y%m%d": ("20200305", datetime(2020, 3, 5)),
    "%Y-%m-%dT%H:%M:%S": ("2020-03-05T08:09:10", datetime(2020, 3, 5, 8, 9, 10)),
    "%Y-%m-%dT%H:%M:%S%z": ("2020-03-04T17:00:00+0000", datetime(2020, 3, 5)),
    "%Y-%m-%dT%H:%M:%S.%f%z": ("2020-03-04T17:00:00.000+0000", datetime(2020, 3, 5)),
}
ZONED = ["2020-03-04T17:00:00Z", "2020-03-05T00:00:00+07:00", "2020-03-04T18:00:00+01:00"]


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_every_form_of_a_date_is_read_where_the_profile_names_it(read, written):
    table = [HEADER, *(row(number, **{DUE: text}) for number, (text, _) in enumerate(FORMS.values(), 1))]
    _, rows = read(table, written, dates=list(dict.fromkeys([*FORMS, "%d/%m/%Y %H:%M"])))
    assert [r["due_at"] for r in sorted(rows, key=lambda r: r["dossier_code"])] == [moment for _, moment in FORMS.values()]


@pytest.mark.parametrize("text", ZONED)
def test_a_time_with_its_zone_is_read_on_the_clock_of_the_source(read, text):
    _, [found] = read([HEADER, row(1, **{DUE: text})], dates=["%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%S%z"])
    assert found["due_at"] == datetime(2020, 3, 5)


def test_a_time_with_its_zone_is_not_read_without_it(read):
    result, _ = read([HEADER, row(1, **{DUE: FORMS["%Y-%m-%dT%H:%M:%S%z"][0]})], dates=["%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%S"])
    assert [found[1:3] for found in result.quarantined] == [("DATE_UNREADABLE", "due_at")]


def serial(moment: datetime, since: datetime = datetime(1899, 12, 30)) -> float:
    return (moment - since) / timedelta(days=1)


@given(
    st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2019, 12, 31)), min_size=1, max_size=20), st.sampled_from(sorted(WRITTEN))
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_serial_number_is_its_date_and_is_said(read, moments, kind):
    whole = [moment.replace(microsecond=0) for moment in moments]
    numbers = [serial(moment) for moment in whole]
    cells = numbers if kind == "xlsx" else [str(n).replace(".", ",") if at % 2 else str(n) for at, n in enumerate(numbers)]
    result, rows = read([HEADER, *(row(at, **{DUE: cell}) for at, cell in enumerate(cells, 1))], WRITTEN[kind])
    assert [r["due_at"] for r in sorted(rows, key=lambda r: r["dossier_code"])] == whole
    assert result.warnings["DATE_FROM_SERIAL", "due_at"] == len(whole)


@pytest.mark.parametrize("date_1904", [False, True])
def test_a_serial_number_counts_from_the_first_day_of_its_workbook(read, date_1904):
    moment = datetime(2020, 1, 10, 17)
    number = serial(moment, datetime(1904, 1, 1)) if date_1904 else serial(moment)
    table = [HEADER, row(1, **{DUE: number}), row(2, **{DUE: moment})]
    result, rows = read(table, lambda rows: as_sheets({"HS": rows}, date_1904=date_1904))
    assert ({r["due_at"] for r in rows}, result.warnings["DATE_FROM_SERIAL", "due_at"]) == ({moment}, 1)


@pytest.mark.parametrize("text", ["5", "1234", "20000", "99999", "438321", "43832.5.1", "-43832", "4383a", "43832 "])
def test_other_numbers_are_no_dates(read, text):
    result, rows = read([HEADER, row(1), row(2, **{DUE: text})])
    if text.strip() == "43832":
        assert {r["due_at"] for r in rows} == {datetime(2020, 1, 10, 17), datetime(2020, 1, 2)}
    else:
        assert [found[1:3] for found in result.quarantined] == [("DATE_UNREADABLE", "due_at")]


def test_rows_with_serial_dates_are_data_whatever_their_code(read):
    table = [HEADER, *(row(n, **{CODE: f"SO-{n}", RECEIVED: 43832, DUE: 43840}) for n in range(1, 4)), ["Tổng cộng", "3"]]
    result, rows = read(table, as_xlsx)
    assert (len(rows), result.quarantined_count, result.set_aside) == (3, 0, {"total": 1})


# Whole numbers.


def understood(text: str, numbers: str | None) -> int | None:
    """What a person who knows both ways of writing numbers makes of it; None where it may be two numbers, or no whole one."""
    readings = set()
    for thousands, decimal in {"vi": [(".", ",")], "en": [(",", ".")], None: [(".", ","), (",", ".")]}[numbers]:
        whole, *decimals = text.split(decimal)
        groups = re.split(f"[{re.escape(thousands)} ]", whole.removeprefix("-"))
        marks = {c for c in whole if not c.isdigit() and c != "-"}
        is_grouped = (
            len(groups) > 1
            and all(len(g) == 3 for g in groups[1:])
            and re.fullmatch(r"[1-9]\d{0,2}", groups[0])
            and len(marks) == 1
        )
        if not all(g.isdigit() for g in groups) or (len(groups) > 1 and not is_grouped) or len(decimals) > 1:
            continue
        if decimals and not decimals[0].isdigit():
            continue
        value = int("".join(groups)) * (-1 if text.startswith("-") else 1)
        readings.add(value if not decimals or not decimals[0].strip("0") else "no whole number")
    [found] = readings if len(readings) == 1 else [None]
    return found if isinstance(found, int) and abs(found) < 2**31 else None


GROUPED = st.tuples(
    st.sampled_from(["", "-"]),
    st.lists(st.sampled_from(["0", "1", "12", "123", "000", "234", "1234", "00"]), min_size=1, max_size=3),
    st.sampled_from([".", ",", " "]),
    st.sampled_from(["", ".0", ",0", ".00", ",000", ".000", ",0000", ",5", ".25", ".", ","]),
).map(lambda parts: parts[0] + parts[2].join(parts[1]) + parts[3])


@given(st.lists(GROUPED, min_size=1, max_size=200), st.sampled_from([None, "vi", "en"]))
@settings(max_examples=40, deadline=None)
def test_a_number_with_marks_is_read_where_it_can_be_one_only(texts, numbers):
    plain = re.compile(r"-?\d+")
    odd = [text for text in texts if not plain.fullmatch(text)]
    found = connect().execute(f"select {whole_number_sql('t', numbers)} from (select unnest($1::varchar[]) as t)", [odd]).fetchall()
    expected = [understood(text, numbers) for text in odd]
    # What is as unambiguous in the other way of writing is read in both: 1.234.567 is one number for everyone.
    for text, (value,), wanted in zip(odd, found, expected, strict=True):
        assert value in (wanted, understood(text, None)), text
        if numbers is None or wanted is not None:
            assert value == wanted, text


@pytest.mark.parametrize(
    ("text", "count"), [("2.0", 2), ("2,00", 2), (" 3 ", 3), ("", 0), ("1.234.567", 1_234_567), ("1 234", 1_234)]
)
def test_numbers_as_programs_write_them(read, text, count):
    _, [found] = read([HEADER, row(1, **{TIMES_ASKED: text})])
    assert found["supplement_count"] == count


@pytest.mark.parametrize("text", ["1.234", "1,234", "2.5", "1e3", "hai", "1_000", "-1", "-1.0", "99999999999", "1.2.3"])
def test_a_number_that_may_be_another_is_quarantined_by_name(read, text):
    result, rows = read([HEADER, row(1), row(2, **{TIMES_ASKED: text})])
    assert (len(rows), [found[:3] for found in result.quarantined]) == (1, [(3 + 1, "NUMBER_UNREADABLE", "supplement_count")])


@pytest.mark.parametrize(
    ("text", "numbers", "count"), [("1.234", "vi", 1_234), ("1,234", "en", 1_234), ("1.000", "en", 1), ("3,000", "vi", 3)]
)
def test_the_profile_says_how_numbers_are_written(read, text, numbers, count):
    _, [found] = read([HEADER, row(1, **{TIMES_ASKED: text})], numbers=numbers)
    assert found["supplement_count"] == count


def test_a_cell_that_is_a_number_is_read_as_one(read):
    _, rows = read([HEADER, row(1, **{TIMES_ASKED: 2.0}), row(2, **{TIMES_ASKED: 2})], as_xlsx)
    assert [r["supplement_count"] for r in rows] == [2, 2]


# Codes.


@pytest.mark.parametrize(
    ("cell", "code", "is_mended"),
    [
        ("0012345678", "0012345678", False),
        ("12345678", "0012345678", True),
        (12345678, "0012345678", True),
        ("12345678.0", "0012345678", True),
        ("1912345678.0", "1912345678", True),
        (912345678.0, "0912345678", True),
    ],
)
def test_zeros_that_a_code_has_lost_are_restored_and_said(read, cell, code, is_mended):
    table = [HEADER, row(1, **{CODE: cell}), *(row(n, **{CODE: f"{n:010}"}) for n in range(2, 6))]
    result, rows = read(table, as_xlsx, code_pattern=r"\d{10}")
    assert code in {r["dossier_code"] for r in rows}
    assert result.warnings.get(("CODE_FROM_NUMBER", "dossier_code"), 0) == is_mended


@pytest.mark.parametrize("pattern", [None, r"\d+", r"\d{1,12}|[A-Z]+.*"])
def test_no_zeros_are_made_up_where_the_length_is_not_known(read, pattern):
    result, rows = read([HEADER, row(1, **{CODE: "12345"}), row(2, **{CODE: "91234567.0"})], code_pattern=pattern)
    assert {r["dossier_code"] for r in rows} == {"12345", "91234567"}
    assert result.warnings["CODE_FROM_NUMBER", "dossier_code"] == 1


@pytest.mark.parametrize("cell", ["912345678.0", "912345678"])
def test_what_is_a_phone_once_mended_is_no_code(read, cell):
    result, _ = read([HEADER, row(1, **{CODE: cell}), row(2)])
    assert [rule for _, rule, *_ in result.quarantined] == ["CODE_IS_NONE"]


@pytest.mark.parametrize(
    ("cell", "written"), [("1.23E+15", WRITTEN["csv"]), ("1,23457E+11", WRITTEN["csv"]), (2020010212345678.0, as_xlsx)]
)
def test_a_code_that_was_rounded_is_quarantined(read, cell, written):
    result, rows = read([HEADER, row(1), row(2, **{CODE: cell})], written)
    assert (len(rows), [found[1:] for found in result.quarantined]) == (1, [("CODE_ROUNDED", "dossier_code", None)])


def test_a_row_of_column_numbers_is_no_row_of_short_codes(read):
    table = [HEADER, [str(n) for n in range(1, len(HEADER) + 1)], *(row(n, **{CODE: f"{n:010}"}) for n in range(1, 4))]
    result, rows = read(table, code_pattern=r"\d{10}")
    assert (len(rows), result.quarantined_count, result.set_aside) == (3, 0, {"numbers": 1})


def test_more_digits_than_a_number_keeps_are_not_made_up():
    assert [as_text(cell) for cell in (999_999_999_999_999.0, 1e15, 12345678901234567890.0)] == [
        "999999999999999", "1.000000E+15", "1.234568E+19",
    ]  # fmt: skip


# Spaces and spellings.


@pytest.mark.parametrize(
    "written", [*WRITTEN.values(), lambda table: as_windows_1258(as_csv(table))], ids=[*WRITTEN, "windows-1258"]
)
def test_doubled_and_no_break_spaces_are_single_ones(read, written):
    names = {"Đơn vị tiếp nhận": "UBND  xã Mẫu", "Tên thủ tục hành chính": "Đăng  ký\u00a0 mẫu", "Trạng thái": "Đang  xử\u00a0lý"}
    _, [found] = read([HEADER, row(1, **{CODE: " SO  01\u00a0\u00a0A "} | names)], written)
    assert found["dossier_code"] == "SO 01 A"
    assert (found["receiving_unit_code"], found["procedure_name"]) == ("UBND xã Mẫu", "Đăng ký mẫu")
    assert (found["status"], found["status_raw"]) == ("PROCESSING", "Đang xử lý")


SPELLINGS = [
    ("Hòa Bình", "Hoà Bình"),
    ("Thủy Điện", "Thuỷ Ðiện"),
    ("Hủy hồ sơ", "HUỶ HỒ SƠ"),
    ("Đường Khóa", "Ðường Khoá"),
    ("Kết quả", "Kê\u0301t qua\u0309"),
]


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_headers_units_procedures_and_words_are_alike_however_they_are_spelt(home, tmp_path, one, other):
    give_plan_of_one_target(home)
    columns, cells = ",".join(UNIT_COLUMNS), f"U1,UBND xã {one},commune,commune,,2000-01-01,"
    (home.reference / "units.csv").write_text(f"{columns}\n{cells}\n", encoding="utf-8")
    config = load_config(home)
    named = {"procedure_code": "P1", "procedure_name": f"Đăng ký {one}", "field_name": "Hộ tịch", "service_level": "4"}
    procedures = [named]
    names = replace(config.reference, procedures=procedures).names()
    changed = config.profiles["tandan"].model_dump(by_alias=True)
    changed["columns"]["receiving_unit"] = [f"Đơn vị {one}"]
    changed["words"]["status"]["CANCELLED"] = [one]
    profile = Profile.model_validate(changed)
    header = [f"Đơn vị {other}" if name == "Đơn vị tiếp nhận" else name for name in HEADER]
    cells = row(1, **{"Đơn vị tiếp nhận": f"UBND xã {other}", "Trạng thái": other, "Tên thủ tục hành chính": f"Đăng ký {other}"})
    target, con = tmp_path / "rows.parquet", connect()
    file = write(tmp_path, as_csv([header, cells]).encode())
    rules = rules_for("dossier", column_roles(profile))
    result, _ = read_rows(con, file, file.name, profile, names, rules, datetime(2020, 2, 1), target, tmp_path)
    assert result.quarantined == []
    found = con.execute(f"select receiving_unit_code, status, procedure_code from '{target}'").fetchall()
    assert found == [("U1", "CANCELLED", "P1")]
    con.close()


def test_a_date_cell_that_is_a_whole_day(read):
    _, [found] = read([HEADER, row(1, **{DUE: date(2020, 1, 9)})], as_xlsx)
    assert found["due_at"] == datetime(2020, 1, 9)
