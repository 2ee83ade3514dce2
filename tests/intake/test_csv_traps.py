"""The traps of reading CSV: each would lose or shift rows without a word. The people in the rows are invented."""

from pathlib import Path

import pytest

from flows.ingest import ingest_file, try_file
from transforms.errors import FileRefusedError

HEADER = (
    "STT;Đơn vị tiếp nhận;Người tiếp nhận;Lĩnh vực;Tên thủ tục hành chính;Mã hồ sơ;Trạng thái;Địa chỉ;Người nộp;Chủ hồ sơ;"
    "Ngày nộp hồ sơ;Ngày nhận;Ngày hẹn trả;Ngày kết thúc xử lý;Hình thức nộp hồ sơ"
)


def row(number: int, *, status: str = "Đang xử lý", due: str = "10/01/2020 17:00", owner: str = "Người Mẫu", code: str = "") -> str:
    code = code or f"000.00.21.H99-200102-{number:04}"
    return f"{number};UBND xã Mẫu;;Hộ tịch;Đăng ký mẫu;{code};{status};;;{owner};;02/01/2020 08:00;{due};;Trực tiếp"


@pytest.fixture
def write(tmp_path):
    def written(*lines: str, end: str = "\n", encoding: str = "utf-8") -> Path:
        path = tmp_path / "hoso_thaydoi_20200106_1900.csv"
        path.write_bytes("".join(line + end for line in lines).encode(encoding))
        return path

    return written


@pytest.fixture
def read(home):
    return lambda path: try_file(home, path, "tandan")


def test_clean_rows_are_all_good(read, write):
    assert read(write(HEADER, row(1), row(2)))["good_count"] == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_gives_every_row(read, write, end):
    found = read(write(HEADER, row(1), row(2), end=end))
    assert (found["row_count"], found["good_count"]) == (2, 2)


def test_mixed_line_ends_give_every_row(read, write):
    assert read(write(HEADER + "\r", row(1), row(2) + "\r"))["good_count"] == 2


def test_a_byte_order_mark_is_no_part_of_the_header(read, write):
    assert read(write(HEADER, row(1), encoding="utf-8-sig"))["good_count"] == 1


def test_blank_lines_are_no_rows(read, write):
    found = read(write(HEADER, "", row(1), "", row(2, status="Lạ")))
    assert (found["row_count"], found["good_count"], found["quarantined_lines"]) == (2, 1, [5])


def test_missing_and_extra_cells_are_quarantined_by_line(read, write):
    found = read(write(HEADER, row(1), row(2).rpartition(";")[0], row(3), row(4) + ";x", row(5, status="Lạ"), row(6)))
    assert (found["row_count"], found["good_count"], found["quarantined_lines"]) == (6, 3, [3, 5, 6])
    assert found["quarantined_by_rule"]["ROW_SHAPE"]["rows"] == 2


def test_a_quoted_line_end_does_not_move_the_line_of_a_bad_row(read, write):
    found = read(write(HEADER, row(1, owner='"Người\nMẫu"'), row(2) + ";", row(3, status="Lạ"), row(4).rpartition(";")[0]))
    assert (found["row_count"], found["good_count"], found["quarantined_lines"]) == (4, 2, [5, 6])


def test_columns_in_another_order_are_found_by_name(read, write):
    turned = [";".join(reversed(line.split(";"))) for line in (HEADER, row(1), row(2))]
    assert read(write(*turned))["good_count"] == 2


def test_an_open_quote_refuses_the_file(read, write):
    with pytest.raises(FileRefusedError, match="quote"):
        read(write(HEADER, row(1), row(2, owner='"Người Mẫu'), row(3)))


def test_a_file_cut_in_the_middle_of_a_row_is_refused(read, write):
    path = write(HEADER, row(1), row(2))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(FileRefusedError, match="line 3"):
        read(path)


def test_another_encoding_is_refused(read, write):
    with pytest.raises(FileRefusedError, match="UTF-8"):
        read(write(HEADER, row(1), encoding="utf-16"))


def test_a_two_digit_year_is_not_the_year_24(read, write):
    found = read(write(HEADER, row(1, due="10/01/24")))
    assert found["quarantined_by_rule"].keys() == {"DATE_UNREADABLE:due_at"}


def test_no_break_spaces_and_nul_bytes_are_blanks(read, write):
    found = read(write(HEADER, row(1, status="\u00a0Đang\u00a0xử lý \x00"), row(2, code="\u00a0000.00.21.H99-200102-0009\u00a0")))
    assert found["good_count"] == 2


def test_decomposed_letters_are_the_same_word_and_header(read, write):
    import unicodedata

    assert read(write(*(unicodedata.normalize("NFD", line) for line in (HEADER, row(1)))))["good_count"] == 1


def test_a_column_that_stands_twice_is_refused(read, write):
    with pytest.raises(FileRefusedError, match="2 times"):
        read(write(HEADER + ";Mã hồ sơ", row(1) + ";x"))


def test_missing_columns_name_what_was_looked_for_and_found(read, write):
    with pytest.raises(FileRefusedError, match=r"Mã hồ sơ.*found.*nearest"):
        read(write(HEADER.replace("Mã hồ sơ", "Mã số hồ sơ cũ"), row(1)))


def test_a_file_without_a_header_shows_no_cell_of_it(read, write):
    with pytest.raises(FileRefusedError) as refused:
        read(write(row(1, owner="Người Mẫu Bí Mật"), row(2)))
    assert "Người Mẫu" not in refused.value.vi + refused.value.en


@pytest.mark.parametrize(("lines", "said"), [((), "empty"), ((HEADER,), "no rows")])
def test_an_empty_file_is_refused(read, write, lines, said):
    with pytest.raises(FileRefusedError, match=said):
        read(write(*lines))


def test_one_code_with_two_procedures_keeps_both_rows_out(read, write):
    found = read(write(HEADER, row(1), row(1).replace("Đăng ký mẫu", "Đăng ký khác"), row(2)))
    assert (found["good_count"], found["quarantined_by_rule"]["CODE_TWO_PROCEDURES:dossier_code"]["rows"]) == (1, 2)


def test_rows_in_are_recorded_unchanged_duplicate_or_quarantined(home, write):
    outcome = ingest_file(home, write(HEADER, row(1), row(1), row(2, status="Lạ"), row(3)), "tandan", None)
    assert (outcome.row_count, outcome.recorded_count, outcome.duplicate_count, outcome.quarantined_count) == (4, 2, 1, 1)
    assert ingest_file(home, write(HEADER, row(1), row(1), row(2, status="Lạ"), row(3)), "tandan", None).outcome == "repeated"
