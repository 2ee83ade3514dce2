"""The error report: every rule says what is expected, long lists are cut and say so, texts stay texts."""

import zipfile
from datetime import UTC, datetime

import pytest
from python_calamine import CalamineWorkbook

import reports.error_workbook
from expectations.row_rules import ROW_RULES
from flows.settings import load_config
from reports.error_workbook import EXPECTED, error_workbook
from transforms.file_account import Account, Reason
from transforms.intake.faults import Fault, Faults, UnknownName

FILE = {
    "file_name": '=HYPERLINK("x").csv',
    "source": "tandan",
    "outcome": "recorded",
    "exported_at": datetime(2020, 1, 16, 19),
    "landed_at": datetime(2020, 1, 17, 8, tzinfo=UTC),
    "row_count": 10,
    "recorded_count": 4,
    "unchanged_count": 0,
    "duplicate_count": 0,
    "quarantined_count": 6,
}


@pytest.fixture
def written(home, tmp_path):
    """Writes a report and reads it back, sheet by sheet; also its parts as text."""

    def write(rows: list[Fault], unknown: list[UnknownName] = (), **changes) -> tuple[list[list[list]], str]:
        reasons = {(fault.rule_code, fault.column): 0 for fault in rows}
        account = Account(FILE | changes, (), tuple(Reason(*key, len(rows)) for key in reasons), (), "x")
        faults = Faults(rows, {"status": "+Trạng thái", "received_at": "Ngày nhận"}, "@Trang 1", list(unknown))
        target = tmp_path / "report.xlsx"
        refused = account.file["outcome"] == "refused"
        target.write_bytes(error_workbook(account, load_config(home).profiles["tandan"], None if refused else faults))
        with zipfile.ZipFile(target) as parts:
            text = "".join(parts.read(part).decode() for part in parts.namelist())
        with CalamineWorkbook.from_path(target) as book:
            return [book.get_sheet_by_index(at).to_python() for at in range(len(book.sheet_names))], text

    return write


def test_every_rule_that_keeps_a_row_out_says_what_is_expected():
    assert (
        {rule.code for rule in ROW_RULES if rule.severity == "quarantine"} <= EXPECTED.keys() <= {rule.code for rule in ROW_RULES}
    )


def test_a_text_that_looks_like_a_formula_stays_a_text(written):
    (summary, rows), parts = written([Fault(2, "WORD_UNKNOWN", "status")])
    assert summary[0][1] == '=HYPERLINK("x").csv'
    assert ["Trang tính / sheet", "@Trang 1"] in [line[:2] for line in summary]
    assert rows[1][:3] == [2, "+Trạng thái", "WORD_UNKNOWN"]
    assert "<f>" not in parts
    assert "hyperlink" not in parts.replace("HYPERLINK", "")


def test_a_long_list_is_cut_by_rule_and_says_so(written, monkeypatch):
    monkeypatch.setattr(reports.error_workbook, "MOST_ROWS", 2)
    faults = [Fault(line, "WORD_UNKNOWN", "status") for line in range(2, 7)] + [Fault(7, "DATE_UNREADABLE", "received_at")]
    (_, rows), _ = written(faults)
    assert [line[0] for line in rows[1:]] == [2, 3, 7, "…"]
    assert rows[-1][1:5] == ["+Trạng thái", "WORD_UNKNOWN", "Còn 3 hàng nữa cùng lỗi này.", "3 more rows with this fault."]


def test_what_is_expected_speaks_of_this_source(written):
    (_, rows, _), _ = written(
        [
            Fault(2, "DATE_UNREADABLE", "received_at"),
            Fault(None, "CODE_TWO_PROCEDURES", "dossier_code"),
            Fault(3, "RECEIVED_AFTER_EXPORT", "received_at"),
            Fault(4, "WORD_UNKNOWN", "status", 0),
        ],
        [UnknownName("status", 1, 4, False, ("Đang xử lý",))],
    )
    expected = {line[2]: line[5] for line in rows[1:]}
    assert expected["DATE_UNREADABLE"] == "Ngày viết như: 31/12/2020 17:30, 31/12/2020 17:30:00, 31/12/2020."
    assert expected["RECEIVED_AFTER_EXPORT"] == "Ngày giờ không muộn hơn lúc kết xuất (19:00 16/01/2020)."
    assert expected["WORD_UNKNOWN"] == "Có phải: Đang xử lý?"
    assert rows[2][0] == "?"


def test_a_refused_file_has_its_reason_and_no_rows(written):
    sheets, _ = written([], outcome="refused", message_vi="Không nhận tệp: vì thế.", message_en="Refused: because.")
    [summary] = sheets
    assert ["Không nhận", "Không nhận tệp: vì thế."] in summary


def test_the_same_report_has_the_same_bytes(written, tmp_path):
    written([Fault(2, "WORD_UNKNOWN", "status")])
    first = (tmp_path / "report.xlsx").read_bytes()
    written([Fault(2, "WORD_UNKNOWN", "status")])
    assert (tmp_path / "report.xlsx").read_bytes() == first
