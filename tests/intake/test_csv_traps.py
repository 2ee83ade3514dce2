"""The traps of reading CSV: each would lose or shift rows without a word. The people in the rows are invented."""

import unicodedata
from datetime import datetime
from pathlib import Path

import pytest

from flows.ingest import ingest_file, try_file
from transforms.errors import FileRefusedError
from transforms.history import read_file_path
from transforms.intake.csv_text import _SCANNED
from transforms.warehouse import open_warehouse

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


def test_a_two_digit_year_is_not_the_year_24(read, write):
    found = read(write(HEADER, row(1, due="10/01/24")))
    assert found["quarantined_by_rule"].keys() == {"DATE_UNREADABLE:due_at"}


def test_no_break_spaces_and_nul_bytes_are_blanks(read, write):
    found = read(write(HEADER, row(1, status="\u00a0Đang\u00a0xử lý \x00"), row(2, code="\u00a0000.00.21.H99-200102-0009\u00a0")))
    assert found["good_count"] == 2


def test_decomposed_letters_are_the_same_word_and_header(read, write):
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


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blank_lines_above_the_header_do_not_make_it_a_row(read, write, end):
    found = read(write("", "", HEADER, row(1), row(2, status="Lạ"), end=end))
    assert (found["row_count"], found["good_count"], found["quarantined_lines"]) == (2, 1, [5])


@pytest.mark.parametrize(
    "first", [(HEADER + "\r", row(1, owner='"Người\nMẫu"')), (HEADER, row(9) + ";x;y", row(1, owner='"A\n\n\nB"'), "")]
)
def test_lines_are_right_below_a_mixture_of_line_ends_and_quoted_ones(read, write, first):
    path = write(*first, row(2) + ";x;y", row(3, status="Lạ"))
    bad = [n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if ";x;y" in line or ";Lạ;" in line]
    assert read(path)["quarantined_lines"] == bad


def test_a_quoted_line_end_within_crlf_keeps_the_lines_right(read, write):
    found = read(write(HEADER, row(1, owner='"Người\r\nMẫu"'), row(2) + ";x", row(3), end="\r\n"))
    assert (found["good_count"], found["quarantined_lines"]) == (2, [4])


def test_an_open_quote_is_named_with_its_line(read, write):
    with pytest.raises(FileRefusedError, match="line 3"):
        read(write(HEADER, row(1), row(2, owner='"Người Mẫu'), row(3)))


def test_a_quoted_empty_cell_is_no_code_and_no_date(read, write):
    found = read(write(HEADER, row(1, code='""'), row(2, due='""'), row(3, due='" "')))
    assert found["quarantined_by_rule"].keys() == {"CODE_MISSING:dossier_code"}
    assert (found["good_count"], found["warnings"]["DUE_MISSING:due_at"]) == (2, 2)


@pytest.mark.parametrize("odd", ["H99\u00a01", "H99 1\u00a0", "H99\t1", "\u200bH99 1", "H99\x00 1", "\x00H99 1"])
def test_a_code_with_an_odd_blank_is_the_same_code(read, write, odd):
    assert read(write(HEADER, row(1, code="H99 1"), row(1, code=odd)))["duplicate_count"] == 1


def test_a_decomposed_code_is_the_same_code(read, write):
    found = read(write(HEADER, row(1, code="HỒ-1"), row(1, code=unicodedata.normalize("NFD", "HỒ-1"))))
    assert found["duplicate_count"] == 1


def test_one_byte_of_another_encoding_far_down_is_named_with_its_line(read, write):
    path = write(HEADER, *(row(n) for n in range(1, 300)))
    path.write_bytes(path.read_bytes() + row(300, status="?").encode().replace(b"?", b"\xd2") + b"\n")
    with pytest.raises(FileRefusedError, match="line 301 is not UTF-8"):
        read(path)


@pytest.mark.parametrize("due", ["01/02/24", "01/02/20220", "31/02/2020", "01/31/2020", "2020-02-01"])
def test_a_date_that_is_none_is_kept_out(read, write, due):
    found = read(write(HEADER, row(1, due=due), row(2)))
    assert (found["quarantined_by_rule"].keys(), found["quarantined_lines"]) == ({"DATE_UNREADABLE:due_at"}, [2])


@pytest.mark.parametrize("received", ["2020-01-05T17:00:00Z", "2020-01-05T17:00:00+0000", "2020-01-05T23:00:00+0600"])
def test_a_time_with_an_offset_becomes_local_midnight(home, tmp_path, received):
    profile = (home.sources / "wabo.yml").read_text(encoding="utf-8")
    (home.sources / "mau.yml").write_text(profile.replace("Europe/Amsterdam", "Asia/Ho_Chi_Minh"), encoding="utf-8")
    file = tmp_path / "mau.csv"
    file.write_text(
        f"concept:name,department,channel,startdate,deadline,enddate\ncase-1,Phòng Mẫu,Desk,{received},,\n", encoding="utf-8"
    )
    outcome = ingest_file(home, file, "mau", datetime(2020, 2, 1))
    con = open_warehouse(home.warehouse, temp=home.scratch)
    stored = con.read_parquet(str(read_file_path(home.read_rows, "mau", outcome.file_id))).fetchall()
    con.close()
    assert datetime(2020, 1, 6) in stored[0]


def test_every_row_is_accounted_for_when_a_second_file_overlaps(home, write):
    ingest_file(home, write(HEADER, row(1), row(2)), "tandan", None)
    second = write(HEADER, row(1), row(2, status="Tạm dừng"), row(3), row(3), row(4) + ";x", row(5, due="01/02/24"))
    done = ingest_file(home, second.rename(second.with_name("hoso_thaydoi_20200107_1900.csv")), "tandan", None)
    counts = (done.recorded_count, done.unchanged_count, done.duplicate_count, done.quarantined_count)
    assert (done.row_count, counts) == (6, (3, 0, 1, 2))  # a delta records every sighting


def test_a_refused_file_is_taken_once_its_export_time_is_said(home, write):
    path = write(HEADER, row(1))
    nameless = path.rename(path.with_name("danh_sach.csv"))
    assert ingest_file(home, nameless, "tandan", None).outcome == "refused"
    assert ingest_file(home, nameless, "tandan", datetime(2020, 1, 6)).recorded_count == 1


@pytest.mark.parametrize("month", ["202013", "x"])
def test_a_month_file_of_no_known_month_does_not_claim_every_month(home, tmp_path, month):
    file = tmp_path / f"SoVanBanDi_{month}_xuat20200201.csv"
    file.write_text(
        "Số ký hiệu,Ngày văn bản,Cơ quan ban hành,Độ mật,Căn cứ không gửi qua mạng\n1/UBND,02/01/2020,UBND xã Mẫu,Thường,\n",
        encoding="utf-8",
    )
    outcome = ingest_file(home, file, "vanban_di", None)
    assert (outcome.outcome, "which month" in outcome.message_en) == ("refused", True)
    named = file.rename(tmp_path / "SoVanBanDi_202001_xuat20200201.csv")
    assert ingest_file(home, named, "vanban_di", None).recorded_count == 1


def test_a_sidecar_with_an_offset_is_put_on_the_sources_clock(home, write):
    from flows.pull import pull_new_files
    from transforms.warehouse import open_warehouse

    file = write(HEADER, row(1))
    inbox = home.root / "data" / "inbox" / "tandan"
    inbox.mkdir(parents=True)
    file.rename(inbox / "khong-ngay.csv")
    (inbox / "khong-ngay.csv.meta.json").write_text('{"exported_at": "2020-01-06T17:30:00Z"}', encoding="utf-8")
    pull_new_files(home)
    con = open_warehouse(home.warehouse)
    found = con.execute("select strftime(exported_at, '%Y-%m-%d %H:%M'), exported_at_from from landed_file").fetchall()
    con.close()
    assert found == [("2020-01-07 00:30", "sidecar")]


def test_an_odd_blank_on_the_seam_of_two_chunks_is_mended_too(home, write):
    """The one zero-width space of the file stands across the end of the first chunk that is looked at."""
    lines = [HEADER, *(row(n) for n in range(2_000))]
    text = "".join(line + "\n" for line in lines).encode()
    assert len(text) > _SCANNED
    padding = row(2_000)
    before = text[: _SCANNED - 200].rpartition(b"\n")[0] + b"\n"
    filler = padding.replace("Người Mẫu", "{}").encode()
    tail = ";;Hộ tịch;Đăng ký mẫu;H\u200b-9;Đang xử lý;;;Người Mẫu;;02/01/2020 08:00;10/01/2020 17:00;;Trực tiếp\n".encode()
    head = b"9;UBND x\xc3\xa3 M\xe1\xba\xabu"
    at = (head + tail).index(b"\xe2\x80\x8b")
    gap = _SCANNED - 1 - at - len(before) - len(filler) - 1 + 2
    body = before + filler.replace(b"{}", b"N" * gap) + b"\n" + head + tail
    assert body[_SCANNED - 1 : _SCANNED + 2] == b"\xe2\x80\x8b"
    path = write()
    path.write_bytes(body)
    ingest_file(home, path, "tandan", None)
    con = open_warehouse(home.warehouse)
    assert con.execute("select count(*) from dossier_run where dossier_code = 'H-9'").fetchall() == [(1,)]
    con.close()
