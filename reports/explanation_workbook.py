"""The explanation of a figure as an Excel workbook: the figure, what adds up to it, and every dossier behind it."""

import datetime
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from reports.corrections import correction_words
from reports.explanation import COUNTED_AS
from reports.explanation_terminal import outcome_words
from reports.numbers import date
from reports.words import STATUSES
from reports.workbook import new_workbook, write_cell
from transforms.errors import ConfigError
from transforms.intake.table import line_or_place

_MOST_ROWS = 1_048_575
"""Rows of a sheet of Excel, less its head."""
_DOSSIER = {
    "dossier_code": "Mã hồ sơ · dossier",
    "source": "Nguồn · source",
    "unit_code": "Đơn vị giải quyết · unit",
    "procedure_code": "Thủ tục · procedure",
    "channel": "Hình thức nộp · channel",
    "received_at": "Tiếp nhận · received",
    "due_at": "Hẹn trả · due",
    "effective_due_at": "Hạn theo cách tính · held to",
    "finished_at": "Kết thúc xử lý · ended",
    "overdue_date": "Quá hạn từ · overdue from",
}
_SHEETS = {"units": "Đơn vị · Units", "entries": "Sổ · Registers", "procedures": "Thủ tục · Procedures"}
_Cell = str | int | datetime.date | None


def explanation_workbook(found: dict[str, Any]) -> bytes:
    """The workbook (.xlsx); ConfigError for more dossiers than a sheet of Excel holds."""
    if len(found["dossiers"]) > _MOST_ROWS:
        listed = len(found["dossiers"])
        raise ConfigError(
            f"{listed} hồ sơ nhiều hơn một trang Excel chứa được. Chọn một đơn vị hay một kỳ nhỏ hơn, hoặc dùng --json.",
            f"{listed} dossiers are more than a sheet of Excel holds. Choose a smaller unit or period, or use --json.",
        )
    content = BytesIO()
    made = datetime.datetime.combine(found["as_of_date"], datetime.time())
    with new_workbook(content, found["title_vi"], made) as book:
        _write_sheet(book, "Số liệu · Figure", (40, 70), _about(found))
        if found["dossiers"]:
            _write_sheet(book, "Hồ sơ · Dossiers", (28, *[18] * 15), _dossiers(found), has_head=True)
        for key, title in _SHEETS.items():
            if lines := found[key]:
                table = [[*lines[0]], *(line.values() for line in lines)]
                _write_sheet(book, title, [22] * len(lines[0]), table, has_head=True)
    return content.getvalue()


def _about(found: dict[str, Any]) -> Iterable[Sequence[_Cell]]:
    basis, card = found["basis"], found["rule_card"] or found["card"]
    yield "Bản phát hành · release", found["release_id"]
    yield "Đơn vị · unit", f"{found['unit_name']} ({found['unit_code']}, {found['scope']})"
    yield "Chỉ tiêu · indicator", f"{found['title_vi']} · {found['title_en']}"
    yield "Kỳ · period", f"{found['period']} ({date(found['period_start'])}–{date(found['period_end'])})"
    yield "Tính đến hết · as of", date(found["as_of_date"])
    yield "Cách tính · rule", f"{found['rule']['title_vi']} · {found['rule']['title_en']}" if found["rule"] else found["rule_id"]
    yield "Mẫu số · basis", f"{basis['title_vi']} · {basis['title_en']}"
    yield "Tỷ lệ · rate", found["rate_text"] or found["status"]
    yield "Tử số · numerator", found["numerator"]
    yield "Mẫu số · denominator", found["denominator"]
    for said in (card["question"], card["numerator"], card["denominator"], *card["exclusions"]):
        yield "", f"{said['vi']}\n{said['en']}"
    for row in found["sums"]:
        yield f"{' · '.join(COUNTED_AS[row['counted_as']])}: {' · '.join(outcome_words(row))}", row["dossier_count"]
    for vi, en in found["cannot_tell"]:
        yield "", f"{vi}\n{en}"


def _dossiers(found: dict[str, Any]) -> Iterable[Sequence[_Cell]]:
    words = ("Trạng thái · status", "Kết quả · outcome", "Vào đâu · counts as", "Đính chính · corrected")
    yield [*_DOSSIER.values(), *words, "Tệp, dòng · file, line"]
    for row in found["dossiers"]:
        lines = "; ".join(f"{at['file_name']}: {line_or_place(at['line']) if at['line'] else '?'}" for at in row.get("lines", ()))
        said = (STATUSES[row["status"]], outcome_words(row), COUNTED_AS[row["counted_as"]], correction_words(row) or ())
        yield [*(row[name] for name in _DOSSIER), *(" · ".join(both) for both in said), lines]


def _write_sheet(
    book: Workbook, title: str, widths: Sequence[int], lines: Iterable[Iterable[_Cell]], *, has_head: bool = False
) -> None:
    sheet = book.add_worksheet(title)
    formats = {
        datetime.datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm", "valign": "top"}),
        datetime.date: book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
    }
    usual, bold = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"text_wrap": True, "bold": True})
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    if has_head:
        sheet.freeze_panes(1, 0)
    for line, cells in enumerate(lines):
        for at, cell in enumerate(cells):
            write_cell(sheet, line, at, cell, formats.get(type(cell), bold if has_head and line == 0 else usual))
