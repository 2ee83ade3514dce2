"""Files of every format give the same rows; what cannot be read is refused with a sentence. The people are invented."""

import gzip
import json
import zipfile
from datetime import date, datetime

import pytest

from flows.home import Home, prepare_home
from flows.ingest import ingest_file, try_file
from flows.nightly import build_release, plan_release
from tests.intake.files import FORMATS, HEADER, as_csv, as_html, as_ods, as_windows_1258, as_xlsx, row, write, zipped
from transforms.duck import connect
from transforms.errors import FileRefusedError
from transforms.intake import unpack
from transforms.intake.csv_text import load_delimited
from transforms.intake.sheets import read_sheets
from transforms.intake.table import as_text
from transforms.profiles import Profile

TABLE = [HEADER, row(1), row(2), row(3, **{"Trạng thái": "Lạ"}), row(4, **{"Ngày kết thúc xử lý": "09/01/2020 08:30"})]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_the_same_rows(read_canonical, tmp_path, kind):
    _, expected = read_canonical(write(tmp_path, as_csv(TABLE).encode()))
    result, rows = read_canonical(write(tmp_path, FORMATS[kind](TABLE)))
    assert (result.row_count, result.good_count, len(expected)) == (4, 3, 3)
    assert rows == expected


@pytest.mark.parametrize(("kind", "line"), [("xlsx", 4), ("ods", 4), ("html", 4), ("semicolon", 6)])
def test_a_bad_row_is_named_as_it_stands_in_the_file(read_canonical, tmp_path, kind, line):
    result, _ = read_canonical(write(tmp_path, FORMATS[kind](TABLE)))
    assert result.quarantined[0][:3] == (line, "WORD_UNKNOWN", "status")


def test_windows_1258_is_read_where_its_headers_show_it(read_canonical, tmp_path):
    _, expected = read_canonical(write(tmp_path, as_csv(TABLE).encode()))
    result, rows = read_canonical(write(tmp_path, as_windows_1258(as_csv(TABLE))))
    assert (rows, result.read_as["encoding"]) == (expected, "windows-1258")


@pytest.mark.parametrize("spoilt", [b"\xb8", b"\xd2"])
def test_another_encoding_is_not_guessed(home, tmp_path, spoilt):
    """A header that windows-1258 does not make sense of: in TCVN3 á is 0xB8; 0xD2 is a tone without its letter."""
    content = as_windows_1258(as_csv(TABLE)).replace(as_windows_1258("Mã"), b"M" + spoilt)
    with pytest.raises(FileRefusedError, match="UTF-8"):
        try_file(home, write(tmp_path, content), "tandan")


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_not_guessed(home, tmp_path, coding):
    with pytest.raises(FileRefusedError, match="byte order mark"):
        try_file(home, write(tmp_path, as_csv(TABLE).encode(coding)), "tandan")


def test_utf_16_cut_inside_a_letter_is_refused(home, tmp_path):
    with pytest.raises(FileRefusedError, match="utf-16 throughout"):
        try_file(home, write(tmp_path, as_csv(TABLE).encode("utf-16")[:-1]), "tandan")


@pytest.mark.parametrize("since_1904", [False, True])
def test_cells_with_dates_and_numbers_read_as_their_text(read_canonical, tmp_path, since_1904):
    typed = row(
        1,
        **{
            "STT": 1,
            "Ngày nhận": datetime(2020, 1, 2, 8),
            "Ngày hẹn trả": datetime(2020, 1, 10, 17),
            "Ngày kết thúc xử lý": date(2020, 1, 9),
            "Số lần bổ sung": 1,
        },
    )
    text = row(1, **{"Ngày kết thúc xử lý": "09/01/2020"})
    _, expected = read_canonical(write(tmp_path, as_csv([HEADER, text]).encode()))
    _, rows = read_canonical(write(tmp_path, as_xlsx([HEADER, typed], date_1904=since_1904)))
    assert rows == expected
    assert len(rows) == 1


def test_a_date_typed_as_text_in_a_sheet_still_needs_the_profiles_form(read_canonical, tmp_path):
    result, _ = read_canonical(write(tmp_path, as_xlsx([HEADER, row(1, **{"Ngày hẹn trả": "2020-01-10"})])))
    assert [found[:3] for found in result.quarantined] == [(2, "DATE_UNREADABLE", "due_at")]


def test_the_text_of_a_cell():
    cells = (123.0, 912345678.0, 0.5, True, date(2020, 1, 2), datetime(2020, 1, 2, 8, 29, 59), "", "a")
    assert [as_text(cell) for cell in cells] == [
        "123",
        "912345678",
        "0.5",
        "TRUE",
        "2020-01-02T00:00:00",
        "2020-01-02T08:29:59",
        "",
        "a",
    ]


def test_a_table_that_does_not_begin_in_the_first_column(read_canonical, tmp_path):
    moved = [["", "", *cells] for cells in [[], *TABLE]]
    result, rows = read_canonical(write(tmp_path, as_xlsx(moved)))
    assert (len(rows), result.quarantined[0][0], result.read_as["header_line"]) == (3, 5, 2)


def test_cells_merged_over_rows_stand_in_each(read_canonical, tmp_path):
    page = as_html([HEADER, row(1), row(2)])
    first, second, *rest = page.split("<td>UBND xã Mẫu</td>")
    merged = '<td rowspan="2">UBND xã Mẫu</td>'.join([first, "".join([second, *rest])])
    _, expected = read_canonical(write(tmp_path, page.encode()))
    _, rows = read_canonical(write(tmp_path, merged.encode()))
    assert rows == expected
    assert len(rows) == 2


REFUSED = {
    "two files in a zip": (zipped(b"a", b"b"), "2 files"),
    "no file in a zip": (zipped(), "0 files"),
    "a zip in a zip": (zipped(zipped(b"a")), "archive inside"),
    "a zip cut short": (zipped(as_csv(TABLE).encode())[:-60], "broken or cut short"),
    "a gz cut short": (gzip.compress(as_csv(TABLE).encode())[:-20], "broken or cut short"),
    "a gz that is none": (b"\x1f\x8b\x08 something else", "broken or cut short"),
    "a workbook cut short": (as_xlsx(TABLE)[:-300], "workbook"),
    "a workbook of nothing": (b"PK\x03\x04[Content_Types].xml" + bytes(200), "workbook"),
    "an old workbook of nothing": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), "workbook"),
    "a workbook with a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le"),
        "password",
    ),
    "an empty sheet": (as_xlsx([]), "none of its cells"),
    "an empty ods": (as_ods([]), "none of its cells"),
    "a page without a table": ("<html><body>Phiên đăng nhập đã hết hạn</body></html>".encode(), "without any table"),
    "a page with another table": (as_html([["Bảng", "khác"]]).encode(), "missing columns"),
    "a cell far away": (as_xlsx([*TABLE, *[[]] * 99_999, [""] * 1_100 + ["x"]]), "too far"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_is_refused_in_both_languages(home, tmp_path, what):
    content, said = REFUSED[what]
    with pytest.raises(FileRefusedError, match=said) as refused:
        try_file(home, write(tmp_path, content), "tandan")
    assert refused.value.vi.startswith("Không nhận tệp hoso_thaydoi_20200116_1900.csv: ")


def test_a_zip_with_a_password_is_refused(home, tmp_path):
    content = bytearray(zipped(as_csv(TABLE).encode()))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag that says a member is encrypted
        content[content.index(signature) + at] |= 1
    with pytest.raises(FileRefusedError, match="password"):
        try_file(home, write(tmp_path, bytes(content)), "tandan")


@pytest.mark.parametrize("pack", [gzip.compress, zipped])
def test_a_bomb_is_refused_before_it_fills_the_disk(home, tmp_path, monkeypatch, pack):
    bomb = write(tmp_path, pack(as_csv(TABLE).encode() + b"\n" * (64 << 20)))
    assert bomb.stat().st_size < 100_000
    with pytest.raises(FileRefusedError, match="unpacks to too much"):
        try_file(home, bomb, "tandan")
    monkeypatch.setattr(unpack, "RATIO_LIMIT", 10**9)
    monkeypatch.setattr(unpack, "UNPACKED_LIMIT", 1 << 20)
    with pytest.raises(FileRefusedError, match="over 1 MB"):
        try_file(home, bomb, "tandan")


def test_a_workbook_that_is_a_bomb_is_refused(home, tmp_path):
    book = write(tmp_path, as_xlsx(TABLE), "book.xlsx")
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x", bytes(64 << 20))
    with pytest.raises(FileRefusedError, match="unpacks to too much"):
        try_file(home, book, "tandan")


def test_nothing_that_was_unpacked_or_decoded_is_left_behind(home, tmp_path):
    ingest_file(home, write(tmp_path, zipped(as_csv(TABLE).encode("utf-16"))), "tandan", None)
    assert [path for path in home.scratch.rglob("*") if path.is_file()] == []


def test_another_format_than_the_profile_says_is_refused(home, tmp_path):
    profile = home.sources / "tandan.yml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("format: {", "format: {type: csv, "), encoding="utf-8")
    with pytest.raises(FileRefusedError, match="its content is xlsx/xlsb/xls/ods"):
        try_file(home, write(tmp_path, as_xlsx(TABLE)), "tandan")


def test_a_demo_export_saved_again_with_serial_dates_reads_the_same(demo_home, read_canonical, tmp_path):
    import csv

    export = sorted((demo_home.root / "data" / "inbox" / "igate").glob("*.csv"))[-1]
    with export.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    saved = write(tmp_path, as_xlsx([[_as_excel_takes_it(cell) for cell in cells] for cells in rows]), export.name)
    expected, expected_rows = read_canonical(export, "igate")
    result, found = read_canonical(saved, "igate")
    assert len(found) > 100
    assert found == expected_rows
    counts = ("row_count", "good_count", "duplicate_count", "quarantined_count")
    assert [getattr(result, name) for name in counts] == [getattr(expected, name) for name in counts]


def _as_excel_takes_it(cell: str) -> object:
    try:
        return datetime.strptime(cell, "%d/%m/%Y %H:%M:%S")
    except ValueError:
        return cell


SPECTRUM_FILES = (
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines", "newlines_crlf", "quotes_and_newlines",
    "simple", "simple_crlf", "utf8",
)  # fmt: skip
TEXT_COLUMNS = ("procedure", "receiving_unit", "resolving_unit", "channel", "status")


@pytest.mark.real_data
@pytest.mark.parametrize("name", SPECTRUM_FILES)
def test_odd_csv_files_agree_with_their_json(real_data, tmp_path, name):
    folder = real_data / "csv-spectrum"
    expected = json.loads((folder / "json" / f"{name}.json").read_text(encoding="utf-8"))
    columns = {column: [header] for column, header in zip(TEXT_COLUMNS, expected[0], strict=False)}
    profile = Profile.model_construct(title=name, kind="dossier", delivery="delta", columns=columns, dates=[])
    con = connect()
    load_delimited(con, folder / "csvs" / f"{name}.csv", name, profile, tmp_path)
    selected = ", ".join(f"coalesce({column}_text, '')" for column in columns)
    found = con.execute(f"select {selected} from text_row").fetchall()
    # The files as they are kept there have lost the CR inside a cell that the expected rows still have.
    assert found == [tuple(cell.replace("\r\n", "\n") for cell in row.values()) for row in expected]


@pytest.mark.real_data
def test_old_workbooks_open_and_one_with_a_password_is_named(real_data, tmp_path):
    books = sorted((real_data / "legacy_xls").rglob("*.xls"))
    assert len(books) > 5
    assert all(any(True for grid in read_sheets(book, book.name, tmp_path) for _ in grid.rows()) for book in books)
    content = books[0].read_bytes()
    first = content.index(b"\x09\x08\x10\x00\x00\x06")  # the first record of the workbook; a password would follow it
    after = first + 4 + 16
    spoilt = content[:after] + b"\x2f\x00" + content[after + 2 :]
    with pytest.raises(FileRefusedError, match="password"):
        read_sheets(write(tmp_path, spoilt, "mat_khau.csv"), "mat_khau.csv", tmp_path)


SPEAK_OF_FILES = {"export_file", "quarantine_count"}


@pytest.fixture(scope="module")
def wabo_rows(real_data):
    import csv

    with (real_data / "wabo" / "receipt_cases_1434.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def wabo_marts(real_data, tmp_path_factory):
    return marts_of(real_data / "wabo" / "receipt_cases_1434.csv", tmp_path_factory.mktemp("clean"))


def marts_of(file, folder) -> dict[str, list]:
    home = Home(folder / "home")
    prepare_home(home)
    assert ingest_file(home, file, "wabo", None).recorded_count == 1_434
    con = connect(build_release(home, plan_release(home, None)), read_only=True)
    tables = [name for (name,) in con.execute("select table_name from information_schema.tables").fetchall()]
    marts = {name: sorted(con.execute(f'select * from "{name}"').fetchall(), key=repr) for name in tables}
    con.close()
    return {name: rows for name, rows in marts.items() if name not in SPEAK_OF_FILES}


@pytest.mark.real_data
@pytest.mark.parametrize("kind", ["semicolon", "utf-16-be", "xlsx", "html", "zip", "gz"])
def test_a_real_case_file_gives_the_same_figures_in_every_format(wabo_marts, wabo_rows, tmp_path, kind):
    marts = marts_of(write(tmp_path, FORMATS[kind](wabo_rows), "wabo"), tmp_path)
    assert marts.keys() == wabo_marts.keys()
    assert len(wabo_marts["dossier"]) == 1_434
    assert [name for name in marts if marts[name] != wabo_marts[name]] == []


@pytest.mark.real_data
def test_columns_that_moved_are_seen_by_the_codes(home, wabo_rows, tmp_path):
    moved = [wabo_rows[0], *([cells[-1], *cells[:-1]] for cells in wabo_rows[1:])]
    with pytest.raises(FileRefusedError, match="only 0 of 609 rows look like a code"):
        try_file(home, write(tmp_path, as_csv(moved).encode()), "wabo")
