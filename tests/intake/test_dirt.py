"""A clean table, spoilt in the ways that offices spoil it: the same rows come out, and all else is counted by kind."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.ingest import try_file
from tests.intake.files import FORMATS, HEADER, as_csv, as_html, as_xlsx, row, write
from transforms.errors import FileRefusedError

Table = list[list[object]]
CLEAN = [row(number, **{"Trạng thái": ("Đang xử lý", "Tạm dừng")[number % 2]}) for number in range(1, 7)]
WIDTH = len(HEADER)
SIGNATURE = (
    ("Mẫu Sơn, ngày 05 tháng 01 năm 2020",),
    ("NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ"),
    ("(Ký, ghi rõ họ tên)", "(Ký tên, đóng dấu)"),
    ("Trần Thị Mẫu", "Lê Văn Mẫu"),
)
NUMBERS = {
    "plain": [str(n) for n in range(1, WIDTH + 1)],
    "brackets": [f"({n})" for n in range(1, WIDTH + 1)],
    "letters": ["A", "B", *(str(n) for n in range(1, WIDTH - 1))],
}
TOTALS = (("Tổng cộng",), ("Tổng số hồ sơ: 6",), ("Cộng", "6", "100%", "1.234"))
TITLES = (("UBND HUYỆN MẪU",), ("DANH SÁCH HỒ SƠ",), ("Từ ngày 01/01/2020 đến ngày 31/01/2020",), ("Mã hồ sơ", "Trạng thái"), ())


@st.composite
def spoilt(draw) -> tuple[Table, dict[str, int]]:
    """A table that holds the clean rows, and how many rows of each kind it has besides."""
    aside: Counter[str] = Counter()
    is_padded = draw(st.booleans())

    def line(cells: tuple, at: int = 0) -> list[object]:
        found = [*[""] * at, *cells]
        return [*found, *[""] * (WIDTH - len(found))] if is_padded else found

    def with_any(kind: str, rows: list) -> list:
        aside[kind] += sum(any(cells) for cells in rows)
        return rows

    titles = with_any("title", [line(title) for title in draw(st.lists(st.sampled_from(TITLES), max_size=4))])
    numbers = with_any("numbers", [NUMBERS[name] for name in draw(st.lists(st.sampled_from(sorted(NUMBERS)), max_size=1))])
    body = list(CLEAN)
    for total in draw(st.lists(st.sampled_from(TOTALS), max_size=2)):
        body.insert(draw(st.integers(1, len(body))), with_any("total", [line(total, draw(st.integers(0, 3)))])[0])
    if draw(st.booleans()):
        body.insert(draw(st.integers(1, len(body))), with_any("header", [list(HEADER)])[0])
    begins = draw(st.integers(0, len(SIGNATURE)))
    last = with_any("signature", [line(cells, draw(st.integers(0, WIDTH - 2))) for cells in SIGNATURE[begins:]])
    if begins == len(SIGNATURE) - 1:
        aside["signature"], last = 0, []  # a name alone is nobody's signature
    table = [*titles, HEADER, *numbers, *body, *last]
    at = draw(st.none() | st.integers(0, WIDTH))
    if at is not None:
        table = [[*cells[:at], "", *cells[at:]] if is_padded or len(cells) == WIDTH else cells for cells in table]
    return table, dict(+aside)


def _decomposed(table: Table) -> Table:
    return [[unicodedata.normalize("NFD", str(cell)) for cell in cells] for cells in table]


def _with_odd_blanks(table: Table) -> Table:
    return [[f"\u00a0{cell} ".replace("Mã hồ sơ", "Mã\u00a0hồ\nsơ") if cell else "" for cell in cells] for cells in table]


SPELLINGS = {"as it is": list, "decomposed": _decomposed, "odd blanks": _with_odd_blanks}
WRITTEN = {
    "csv": FORMATS["semicolon"],
    "crlf": lambda table: as_csv(table, end="\r\n").encode(),
    "xlsx": as_xlsx,
    "html": lambda table: as_html(table).encode(),
}


@pytest.fixture
def clean_rows(read_canonical, tmp_path):
    return read_canonical(write(tmp_path, as_csv([HEADER, *CLEAN]).encode()))[1]


@given(spoilt(), st.sampled_from(sorted(SPELLINGS)), st.sampled_from(sorted(WRITTEN)))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_spoilt_table_gives_the_same_rows_and_counts_the_rest(
    read_canonical, clean_rows, tmp_path, table_and_aside, spelling, kind
):
    table, aside = table_and_aside
    result, rows = read_canonical(write(tmp_path, WRITTEN[kind](SPELLINGS[spelling](table))))
    assert len(rows) == len(CLEAN)
    assert rows == clean_rows
    assert {kind: count for kind, count in result.set_aside.items() if kind != "blank"} == aside
    assert (result.row_count, result.quarantined_count) == (len(CLEAN), 0)


@pytest.mark.parametrize(
    "doubtful",
    [
        ["", "Lĩnh vực: Hộ tịch"],  # a group, not read here
        ["", "UBND xã Mẫu", "Đăng ký mẫu", "", "Đang xử lý", "", "", "", "", "Trực tiếp", ""],  # its code is missing
        ["7", "", "", "000.00.21.H99-200102-0007", "", "", "", "", "", "", ""],  # its dates are
        ["Tổng cộng", "UBND xã Mẫu", "x"],
        ["Trần Thị Mẫu"],
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_doubtful_row_is_quarantined_and_never_dropped(read_canonical, tmp_path, kind, doubtful):
    padded = [*doubtful, *[""] * (WIDTH - len(doubtful))]
    result, rows = read_canonical(write(tmp_path, WRITTEN[kind]([HEADER, *CLEAN, padded])))
    assert (len(rows), result.row_count, result.quarantined_count, result.set_aside) == (6, 7, 1, {})


def test_a_row_of_data_below_the_signature_is_no_signature(read_canonical, tmp_path):
    table = [HEADER, *CLEAN[:3], ["NGƯỜI LẬP BIỂU", *[""] * (WIDTH - 1)], *CLEAN[3:]]
    result, rows = read_canonical(write(tmp_path, as_xlsx(table)))
    assert (len(rows), result.quarantined_count, result.set_aside) == (6, 1, {})


def test_a_header_of_two_rows_is_read_as_one(read_canonical, clean_rows, tmp_path):
    """The days stand under one name; above the others nothing stands, or their own name in a merged cell."""
    names = {"Ngày nhận": "Ngày nhận", "Ngày hẹn trả": "Ngày hẹn trả", "Ngày kết thúc xử lý": "Ngày kết thúc xử lý"}
    upper = ["Thời gian" if name == "Ngày nhận" else "" if name in names else name for name in HEADER]
    lower = [names.get(name, "") for name in HEADER]
    for kind in ("csv", "xlsx", "html"):
        result, rows = read_canonical(write(tmp_path, WRITTEN[kind]([["BẢNG", *[""] * (WIDTH - 1)], upper, lower, *CLEAN])))
        assert (rows, result.set_aside, result.read_as["header_line"]) == (clean_rows, {"title": 1}, 3)


def test_an_optional_column_of_the_second_header_row_is_not_lost(read_canonical, clean_rows, tmp_path):
    upper = [*HEADER[:-1], "Bổ sung"]
    lower = [*[""] * (WIDTH - 1), "Số lần bổ sung"]
    _, rows = read_canonical(write(tmp_path, as_xlsx([upper, lower, *CLEAN])))
    assert rows == clean_rows


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_wanted_header_that_stands_twice_is_refused(home, tmp_path, kind):
    table = [[*cells, cells[3]] for cells in [HEADER, *CLEAN]]
    with pytest.raises(FileRefusedError, match="2 times"):
        try_file(home, write(tmp_path, WRITTEN[kind](table)), "tandan")


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_header_wider_than_its_rows_is_refused(home, tmp_path, kind):
    table = [["TT", *HEADER], *CLEAN]
    with pytest.raises(FileRefusedError, match="shifted"):
        try_file(home, write(tmp_path, WRITTEN[kind](table)), "tandan")


def test_codes_of_an_older_system_are_no_shift(read_canonical, tmp_path):
    table = [HEADER, *(row(number, **{"Mã hồ sơ": f"SO-{number}"}) for number in range(1, 5))]
    _, rows = read_canonical(write(tmp_path, as_xlsx(table)))
    assert len(rows) == 4


def test_what_was_set_aside_is_said(home, tmp_path):
    table = [["DANH SÁCH"], HEADER, NUMBERS["plain"], *CLEAN, ["Tổng cộng", "6"], *map(list, SIGNATURE)]
    found = try_file(home, write(tmp_path, as_xlsx(table)), "tandan")
    assert {kind: said["rows"] for kind, said in found["set_aside"].items()} == {
        "numbers": 1,
        "signature": 4,
        "title": 1,
        "total": 1,
    }
    assert found["set_aside"]["total"]["vi"] == "hàng tổng cộng"
    assert (found["row_count"], found["good_count"]) == (6, 6)
