"""What is refused as a whole, what is only said, and who may let it pass; on exports of a snapshot source."""

import io
import json
import pickle
import re
from datetime import date, datetime
from pathlib import Path

import pytest
from rich.console import Console

from expectations.file_rules import FILE_RULES, file_rule_of
from flows.ingest import ingest_file, try_file
from flows.nightly import nightly
from flows.pull import pull_new_files
from flows.run_history import files_of_run, latest_runs
from flows.status import describe
from reports.terminal import show_status
from tests.intake.files import as_csv, as_html, as_xlsx
from transforms.errors import ConfigError, FileRefusedError
from transforms.intake.stated_count import stated_count
from transforms.landing import Said
from transforms.recording import FileOutcome
from transforms.warehouse import open_warehouse

HEADER = [
    "Số hồ sơ",
    "Tên thủ tục hành chính",
    "Tên lĩnh vực",
    "Phòng ban",
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Ngày kết thúc xử lý",
    "Cơ quan/đơn vị",
    "Trạng thái hồ sơ",
    "Hình thức nộp hồ sơ",
]


def row(number: int, *, received: object = "02/01/2020 08:00:00", code: str = "000.00.21.H99-200102-{:04}") -> list[object]:
    dates = [received, "10/01/2020 17:00:00", ""]
    names = ["Đăng ký mẫu", "Hộ tịch", "Phòng Mẫu"]
    return [code.format(number), *names, *dates, "UBND xã Mẫu", "Đang xử lý", "Trực tiếp"]


def rows(count: int, **cells: object) -> list[list[object]]:
    return [HEADER, *(row(number, **cells) for number in range(1, count + 1))]


@pytest.fixture
def ingest(home, tmp_path):
    """Ingests a table as the export of a day of January 2020."""

    def ingested(day: int, content: list[list[object]] | bytes, **said: object) -> FileOutcome:
        file = tmp_path / f"DanhSachHoSo_202001{day:02}_1830.csv"
        file.write_bytes(content if isinstance(content, bytes) else as_csv(content, delimiter=",").encode())
        return ingest_file(home, file, "igate", None, Said(**said))

    return ingested


@pytest.fixture
def ledger(home):
    def asked(sql: str) -> list[tuple]:
        con = open_warehouse(home.warehouse, temp=home.scratch)
        try:
            return con.execute(sql).fetchall()
        finally:
            con.close()

    return asked


def test_a_file_of_fewer_than_half_the_rows_is_refused_until_it_is_accepted_for_a_reason(ingest, ledger):
    assert ingest(5, rows(12)).outcome == "recorded"
    short = ingest(6, rows(5))
    assert (short.outcome, short.rules) == ("refused", ("FILE_SHRUNKEN",))
    assert "5 rows" in short.message_en
    assert "12" in short.message_vi
    assert ledger("select count(*) from dossier_run where ended_file is null") == [(12,)]
    accepted = ingest(6, rows(5), accept=("FILE_SHRUNKEN",), reason="đã tách phần của xã khác")
    assert (accepted.outcome, accepted.rules, accepted.unchanged_count) == ("recorded", ("FILE_SHRUNKEN",), 5)
    assert ledger("select accepted_rules, accepted_reason, gone_count from landed_file where row_count = 5") == [
        ("FILE_SHRUNKEN", "đã tách phần của xã khác", 7)
    ]
    assert ingest(7, rows(4)).outcome == "recorded"  # half of the last one is enough, and five rows are too few to judge by


def test_a_list_without_rows_is_right_where_nothing_is_open_and_an_operator_says_so(ingest):
    assert ingest(5, rows(3)).outcome == "recorded"
    empty = ingest(6, rows(0), covers_by="open")
    assert (empty.outcome, empty.rules) == ("refused", ("FILE_EMPTY",))
    accepted = ingest(6, rows(0), covers_by="open", accept=("FILE_EMPTY",), reason="đã giải quyết hết")
    assert (accepted.outcome, accepted.row_count) == ("recorded", 0)


def test_what_is_unusual_is_in_the_status(home, ingest):
    ingest(5, rows(12))
    ingest(6, [cells[::-1] for cells in rows(12)])
    ingest(7, rows(5))
    ingest(8, [cells[::-1] for cells in rows(13)])
    nightly(home)
    described = describe(home)
    assert [(f["outcome"], f["broken_rules"]) for f in described["file_rules"]] == [
        ("recorded", "FILE_COLUMNS_CHANGED"),
        ("refused", "FILE_SHRUNKEN"),
    ]
    assert described["rules"].keys() == {"FILE_COLUMNS_CHANGED", "FILE_SHRUNKEN"}
    console = Console(file=io.StringIO(), width=200)
    show_status(console, described)
    assert "FILE_SHRUNKEN: Tệp có ít nhất một nửa" in console.file.getvalue()


def test_another_coverage_is_not_compared(ingest):
    ingest(5, rows(12))
    assert ingest(6, rows(2), covers_from=date(2020, 1, 2), covers_to=date(2020, 1, 2)).outcome == "recorded"


def test_a_title_that_ends_on_the_day_of_export_covers_the_same_each_night(ingest):
    def until(day: int) -> list:
        return [[f"Từ ngày 01/11/2019 đến ngày {day:02}/01/2020", *[""] * 9]]

    ingest(5, until(5) + rows(12))
    assert ingest(6, until(6) + rows(5)).rules == ("FILE_SHRUNKEN",)
    assert ingest(7, until(4) + rows(5)).outcome == "recorded"


def test_an_option_stands_against_the_sidecar_that_is_there_each_night(home, ingest, ledger):
    ingest(5, rows(12))
    ingest(6, rows(5), covers_by="open")
    inbox = home.data / "inbox" / "igate"
    inbox.mkdir(parents=True)
    file = inbox / "DanhSachHoSo_20200106_1830.csv"
    file.write_text(as_csv(rows(5), delimiter=","), encoding="utf-8")
    (inbox / f"{file.name}.meta.json").write_text('{"covers_by": "received"}', encoding="utf-8")
    pull_new_files(home)
    said = ledger("select outcome, covers_by, said_by, left_open_count from landed_file where row_count = 5")
    assert said == [("recorded", "open", "option", 7)]


def test_a_late_file_may_speak_against_a_newer_one_and_says_that_it_is_late(home, ingest, ledger):
    ingest(9, rows(11))
    late = ingest(8, rows(30))
    assert (late.outcome, late.is_late) == ("recorded", True)
    assert "muộn" in late.message_vi
    assert "late" in late.message_en
    outcomes = ledger("select row_count, outcome, refused_by from landed_file order by exported_at")
    assert outcomes == [(30, "recorded", None), (11, "refused", "FILE_SHRUNKEN")]
    noted = {file["outcome"]: file["message_en"] for file in files_of_run(home, latest_runs(home, 1)[0]["run_id"])}
    assert "late" in noted["recorded"]
    assert "only 11 rows" in noted["refused"]


def test_a_file_read_again_tells_its_rows_as_if_for_the_first_time(home, ingest, ledger):
    unknown = row(3)
    unknown[8] = "Lạ"
    ingest(5, [*rows(2), unknown])
    profile = home.sources / "igate.yml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("PAUSED: [", "PAUSED: [Lạ, "), encoding="utf-8")
    ingest(6, rows(1))
    counts = "select recorded_count, unchanged_count, quarantined_count from landed_file order by exported_at limit 1"
    assert ledger(counts) == [(3, 0, 0)]
    assert ledger("select count(*) from dossier_run where first_file = ended_file") == [(0,)]


def test_only_what_may_be_right_can_be_accepted(ingest):
    with pytest.raises(ConfigError, match="FILE_SHRUNKEN"):
        ingest(5, rows(2), accept=("FILE_SHRUNK",), reason="x")
    with pytest.raises(ConfigError, match="FILE_TRUNCATED cannot be accepted"):
        ingest(5, rows(2), accept=("FILE_TRUNCATED",), reason="x")


def test_a_sidecar_that_comes_later_lets_a_refused_file_in(home, ingest, ledger):
    ingest(5, rows(12))
    inbox = home.data / "inbox" / "igate"
    inbox.mkdir(parents=True)
    file = inbox / "DanhSachHoSo_20200106_1830.csv"
    file.write_text(as_csv(rows(5), delimiter=","), encoding="utf-8")
    ingest(7, rows(12))
    pull_new_files(home)
    sidecar = inbox / f"{file.name}.meta.json"
    said = {"accept": ["FILE_SHRUNKEN"], "reason": "kỳ nghỉ", "covers_by": "received"}
    sidecar.write_text(json.dumps(said), encoding="utf-8")
    pull_new_files(home)
    ingest(8, rows(12))
    assert ledger("select outcome, accepted_reason, said_by from landed_file where row_count = 5") == [
        ("recorded", "kỳ nghỉ", "sidecar")
    ]
    sidecar.write_text('{"accept": ["FILE_SHRUNKEN"]}', encoding="utf-8")
    with pytest.raises(ConfigError, match="needs a reason"):
        pull_new_files(home)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Tổng số hồ sơ: 1.234", 1234),
        ("Tổng cộng: 6 hồ sơ", 6),
        ("(Tổng số: 1,234 hồ sơ)", 1234),
        ("Tổng số hồ sơ 6", 6),
        ("Số bản ghi: 12", 12),
        ("Row count: 12", 12),
        ("Danh sách có 6 hồ sơ", 6),
        ("Tổng số hồ sơ đúng hạn: 5", None),
        ("DANH SÁCH HỒ SƠ 2020", None),
        ("Tổng cộng 6", None),  # of a column
        ("Cộng 6 100% 1.234", None),
        ("Từ ngày 01/10/2020 đến ngày 31/10/2020", None),
        ("Tháng 10/2020 hồ sơ", None),
    ],
)
def test_what_a_title_or_total_states_of_the_number_of_rows(text, count):
    assert stated_count(text) == count


@pytest.mark.parametrize("place", ["title", "total"])
@pytest.mark.parametrize(("stated", "outcome"), [(4, "recorded"), (40, "refused")])
def test_a_stated_number_of_rows_must_be_the_number_read(ingest, place, stated, outcome):
    said = [[f"Tổng số hồ sơ: {stated}", *[""] * 9]]
    table = [*said, *rows(4)] if place == "title" else [*rows(4), *said]
    found = ingest(5, table)
    assert (found.outcome, found.rules) == (outcome, ("FILE_COUNT_DIFFERS",) if outcome == "refused" else ())


def test_totals_of_groups_add_up_to_the_rows(ingest):
    table = rows(4)
    table.insert(3, ["Tổng số hồ sơ: 2", *[""] * 9])
    table.append(["Tổng số hồ sơ: 2", *[""] * 9])
    assert ingest(5, table).outcome == "recorded"


@pytest.mark.parametrize("cut", ["</table>", "</td></tr>\n</table>", "mẫu</td>"])
def test_a_page_that_breaks_off_within_its_table_is_refused(ingest, cut):
    page = as_html(rows(4))
    assert ingest(5, page.encode()).outcome == "recorded"
    assert ingest(6, page[: page.rindex(cut)].encode()).rules == ("FILE_TRUNCATED",)


def test_columns_that_come_and_go_are_said_and_never_shown_beyond_the_profile(ingest):
    ingest(5, rows(3))
    more = [[*cells, other] for cells, other in zip(rows(3), ("Số ngày giải quyết", 1, 2, 3), strict=True)]
    assert ingest(6, more).message_en == "beside the source's file before: Số ngày giải quyết is new"
    assert ingest(7, rows(4)).message_vi == "so với tệp trước của nguồn: mất cột Số ngày giải quyết"
    assert ingest(8, [cells[::-1] for cells in rows(5)]).rules == ("FILE_COLUMNS_CHANGED",)
    strange = [[*cells, other] for cells, other in zip([c[::-1] for c in rows(3)], ("Người Mẫu Bí Mật", 1, 2, 3), strict=True)]
    assert ingest(9, strange).rules == ()


def test_a_column_that_cannot_be_read_any_more_refuses_the_file(ingest):
    ingest(5, rows(12))
    moved = ingest(6, rows(12, received="Hộ tịch"))
    assert (moved.outcome, moved.rules) == ("refused", ("FILE_COLUMN_UNLIKE",))
    assert "received_at" in moved.message_en
    assert ingest(7, [*rows(12), *(row(n, received="x") for n in range(20, 24))]).outcome == "recorded"


def test_codes_must_look_as_those_of_the_files_before(ingest):
    assert ingest(3, rows(13, code="SO-{}")).outcome == "recorded"  # an older system's
    for day in (4, 5, 6):
        ingest(day, rows(10 + day))
    other = rows(12, code="SO-{}")
    assert ingest(7, other).rules == ("FILE_CODES_UNLIKE",)
    assert ingest(7, other, accept=("FILE_CODES_UNLIKE",), reason="mã cũ").outcome == "recorded"


def test_a_workbook_among_plain_files_was_saved_by_a_person(ingest):
    assert ingest(5, as_xlsx(rows(3))).rules == ()  # nothing says that the source has other files
    ingest(6, rows(3))
    ingest(7, rows(4))
    assert ingest(8, as_xlsx(rows(5))).rules == ("FILE_RESAVED",)


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"received": 43832.5}, "Excel's number of a day"),
        ({"received": "43832"}, "Excel's number of a day"),
        ({"code": "91234567{}.0"}, "a number instead of a code"),
    ],
)
def test_what_excel_leaves_behind_is_said(home, tmp_path, spoilt, said):
    file = tmp_path / "DanhSachHoSo_20200105_1830.xlsx"
    file.write_bytes(as_xlsx([*rows(2), row(3, **spoilt)]))
    found = [finding["en"] for finding in try_file(home, file, "igate")["file_rules"] if finding["rule"] == "FILE_RESAVED"]
    assert len(found) == 1
    assert said in found[0]


def test_a_row_of_column_numbers_is_no_row_of_codes(home, tmp_path):
    file = tmp_path / "DanhSachHoSo_20200105_1830.xlsx"
    file.write_bytes(as_xlsx([HEADER, [*range(1, 11)], *rows(3)[1:]]))
    found = try_file(home, file, "igate")
    assert (found["set_aside"]["numbers"]["rows"], found["file_rules"]) == (1, [])


def test_lost_zeros_are_said_where_the_code_has_a_known_shape(home, tmp_path):
    profile = home.sources / "igate.yml"
    profile.write_text(profile.read_text(encoding="utf-8") + "code_pattern: '0\\d{5}'\n", encoding="utf-8")
    file = tmp_path / "DanhSachHoSo_20200105_1830.csv"
    table = [*rows(11, code="0{:05}"), row(12, code="12345")]
    file.write_text(as_csv(table, delimiter=","), encoding="utf-8")
    found = try_file(home, file, "igate")["file_rules"]
    assert [finding["rule"] for finding in found] == ["FILE_RESAVED"]
    assert "its leading zeros lost" in found[0]["en"]


def test_days_and_months_that_excel_swapped_refuse_the_file(ingest):
    swapped = [row(n, received=datetime(2020, n, 1, 8)) for n in (1, 2, 3)]  # 01/01, 01/02, 01/03, read as January the 1st …
    left = [row(n, received=f"{n}/01/2020 08:00:00") for n in (13, 14, 15)]
    assert ingest(25, as_xlsx([HEADER, *swapped, *left])).rules == ("FILE_DATES_SWAPPED",)


def test_every_rule_that_is_broken_anywhere_is_listed():
    sources = [path.read_text(encoding="utf-8") for path in Path("transforms").rglob("*.py")]
    named = {code for text in sources for code in re.findall(r'"(FILE_[A-Z_]+)"', text)}
    assert named == {rule.code for rule in FILE_RULES}
    assert all(file_rule_of(code).vi != file_rule_of(code).en for code in named)


def test_a_refusal_keeps_its_rule_when_it_is_sent_to_another_process():
    error = pickle.loads(pickle.dumps(FileRefusedError("vi", "en", "FILE_EMPTY")))
    assert (error.vi, error.en, error.rule) == ("vi", "en", "FILE_EMPTY")
