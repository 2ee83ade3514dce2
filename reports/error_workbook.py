"""The Excel workbook for the office that sent a file: which of its rows were kept out, why, and what is expected there.

It names lines and headers of the office's own file and never what a cell holds, so that it can be sent on.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO

from xlsxwriter import Workbook

from expectations.row_rules import rule_of
from reports.numbers import count, date
from reports.workbook import new_workbook, write_cell
from transforms.file_account import Account, Reason
from transforms.intake.faults import Fault, Faults
from transforms.intake.table import line_or_place
from transforms.profiles import Profile

MOST_ROWS = 2_000
"""So many rows are listed for a rule and column; they are enough to see what is wrong with the rest."""

_NOT_EMPTY = ("Ô này không được để trống.", "The cell must not be empty.")
_WHOLE_NUMBER = ("Số nguyên không âm: 0, 1, 2 …", "A whole number that is not negative: 0, 1, 2 …")
_LISTED_WORD = ("Một từ đã khai báo: {words} …", "One of the listed words: {words} …")
_NOT_LATER = ("Ngày giờ không muộn hơn lúc kết xuất ({exported_at}).", "A time that is not after the export ({exported_at}).")
EXPECTED = {
    "ROW_SHAPE": (
        "Số ô bằng hàng tiêu đề; xem có dấu phân cách hoặc xuống dòng thừa trong ô.",
        "As many cells as the header has; look for stray delimiters or line ends.",
    ),
    "CODE_MISSING": _NOT_EMPTY,
    "KEY_DATE_MISSING": _NOT_EMPTY,
    "KEY_TEXT_MISSING": _NOT_EMPTY,
    "UNIT_MISSING": _NOT_EMPTY,
    "RECEIVED_MISSING": _NOT_EMPTY,
    "FINISHED_MISSING": _NOT_EMPTY,
    "DATE_UNREADABLE": ("Ngày viết như: {dates}.", "A date written like: {dates}."),
    "DATE_MISSING": _NOT_EMPTY,
    "NUMBER_UNREADABLE": _WHOLE_NUMBER,
    "AMOUNT_UNREADABLE": _WHOLE_NUMBER,
    "AMOUNT_MISSING": ("Một số nguyên; không có gì thì ghi 0.", "A whole number; 0 where there is nothing."),
    "WORD_UNKNOWN": _LISTED_WORD,
    "WORD_MISSING": _LISTED_WORD,
    "UNIT_UNKNOWN": (
        "Tên trong danh mục đơn vị, hoặc tên gọi khác đã khai báo.",
        "A name in the register of units, or another name that is listed.",
    ),
    "PROCEDURE_UNKNOWN": (
        "Tên hoặc mã trong danh mục thủ tục hành chính.",
        "A name or code in the catalogue of procedures.",
    ),
    "CODE_TWO_PROCEDURES": (
        "Mỗi mã một thủ tục: xem tên thủ tục ở mọi hàng mang mã này, kể cả trong các tệp trước.",
        "One procedure a code: look at every row with this code, also in earlier files.",
    ),
    "CODE_ROUNDED": (
        "Mã đủ mọi chữ số, để ở dạng chữ; Excel đã làm tròn mã này.",
        "The code with all its digits, as text; Excel has rounded this one.",
    ),
    "CODE_IS_NONE": (
        "Mã của hàng, không phải tên, số điện thoại hay số định danh của người.",
        "The row's code, and no name, phone or identity number of a person.",
    ),
    "SUPPLEMENT_DAYS_TOO_MANY": (
        "Số ngày không nhiều hơn từ ngày tiếp nhận đến lúc kết xuất ({exported_at}).",
        "No more days than from the receipt to the export ({exported_at}).",
    ),
    "RECEIVED_AFTER_EXPORT": _NOT_LATER,
    "FINISHED_AFTER_EXPORT": _NOT_LATER,
    "HAPPENED_AFTER_EXPORT": _NOT_LATER,
    "TWO_ANSWERS": (
        "Mỗi đơn vị và kỳ chỉ một dòng: bỏ dòng sai, giữ dòng đúng.",
        "One row a unit and period: take the wrong ones out and leave the right one.",
    ),
    "YEAR_UNLIKELY": ("Năm đủ bốn chữ số, như 2020.", "A year of four digits, such as 2020."),
    "ENDS_BEFORE_IT_BEGINS": (
        "Ngày cuối không trước ngày đầu của dòng này.",
        "A last day that is not before the first day of the row.",
    ),
    "TASKS_DONE_ABOVE_ASSIGNED": (
        "Số hoàn thành không lớn hơn số giao (để trống số giao là 1).",
        "No more done than assigned (an empty number assigned is 1).",
    ),
    "ANSWER_NOT_ON_FORM": (
        "Một câu trả lời có trên mẫu phiếu của dòng này.",
        "An answer that is on the form of the row.",
    ),
    "TOTAL_NUMERATOR_ABOVE_DENOMINATOR": (
        "Tử số không lớn hơn mẫu số.",
        "A numerator that is not above the denominator.",
    ),
    "CORRECTED_END_AFTER_EXPORT": (
        "Ngày kết thúc đúng không muộn hơn lúc kết xuất.",
        "A right end that is not later than the export.",
    ),
    "CORRECTION_WITHOUT_VALUE": (
        "Đính chính được chấp thuận có giá trị đúng.",
        "The right value, where the claim is accepted.",
    ),
    "DECISION_UNDATED": (
        "Ngày chấp thuận hoặc từ chối.",
        "The day on which it was accepted or refused.",
    ),
}
"""What is expected where a rule is broken, in both languages."""

_EXAMPLE = datetime(2020, 12, 31, 17, 30)
_SEVERITIES = {"quarantine": "cách ly / kept out", "warning": "cảnh báo, vẫn tính / warning, counted"}
_SENTENCES = ("Sai gì", "What is wrong", "Cần gì", "What is expected")
_SUMMARY_WIDTHS = (28, 30, 24, 12, 40, 40, 40, 40)
_ROW_WIDTHS = (10, 24, 24, 40, 40, 40, 40)
_UNKNOWN_WIDTHS = (24, 14, 16, 60)
_Row = Sequence[str | int]


def error_workbook(account: Account, profile: Profile, faults: Faults | None = None) -> bytes:
    """The workbook (.xlsx): a summary by rule, every row that was kept out, and the unknown names; texts stay texts.

    Without ``faults``, those of a file that was refused, there is the summary with the reason.
    """
    content = BytesIO()
    with new_workbook(content, account.file["file_name"], account.file["landed_at"].replace(tzinfo=None)) as book:
        about = [*_about(account, profile, faults), ()]
        _write_sheet(book, "Tổng hợp · Summary", _SUMMARY_WIDTHS, _rules(account, profile, faults), about)
        if faults is not None:
            _write_sheet(book, "Từng hàng · Rows", _ROW_WIDTHS, _rows(account, profile, faults))
        if faults is not None and faults.unknown:
            _write_sheet(book, "Tên chưa biết · Unknown names", _UNKNOWN_WIDTHS, _unknown(faults))
    return content.getvalue()


def _about(account: Account, profile: Profile, faults: Faults | None) -> list[_Row]:
    file = account.file
    about: list[_Row] = [
        ("Tệp / file", file["file_name"]),
        ("Nguồn / source", f"{profile.title} ({profile.source})"),
    ]
    if faults is None:
        return [*about, ("Không nhận", file["message_vi"]), ("Refused", file["message_en"])]
    if faults.sheet:
        about.append(("Trang tính / sheet", faults.sheet))
    return [
        *about,
        ("Kết xuất lúc / exported", _moment(file["exported_at"])),
        ("Số hàng đọc được / rows read", file["row_count"]),
        ("Ghi nhận / recorded", file["recorded_count"]),
        ("Không đổi / unchanged", file["unchanged_count"]),
        ("Trùng trong tệp / duplicate", file["duplicate_count"]),
        ("Cách ly / kept out", file["quarantined_count"]),
        *((f"Cả tệp / whole file: {finding.rule}", f"{finding.vi} · {finding.en}") for finding in account.findings),
    ]


def _rules(account: Account, profile: Profile, faults: Faults | None) -> list[_Row]:
    if faults is None:
        return []
    head = ("Mức độ / severity", "Quy tắc / rule", "Cột / column", "Số hàng / rows", *_SENTENCES)
    found = {"quarantine": account.kept_out, "warning": account.warnings}
    return [head, *(_rule(severity, reason, account, profile, faults) for severity in found for reason in found[severity])]


def _rule(severity: str, reason: Reason, account: Account, profile: Profile, faults: Faults) -> _Row:
    header = faults.headers.get(reason.column, "")
    sentences = _sentences(reason.rule_code, reason.column, account, profile)
    return (_SEVERITIES[severity], reason.rule_code, header, reason.row_count, *sentences)


def _rows(account: Account, profile: Profile, faults: Faults) -> Iterable[_Row]:
    yield "Dòng / line", "Cột / column", "Quy tắc / rule", *_SENTENCES
    listed: Counter[tuple[str, str]] = Counter()
    for fault in faults.rows:
        listed[fault.rule_code, fault.column] += 1
        if listed[fault.rule_code, fault.column] <= MOST_ROWS:
            yield _row(fault, account, profile, faults)
    for (rule, column), found in listed.items():
        if more := max(found - MOST_ROWS, 0):
            header = faults.headers.get(column, "")
            yield "…", header, rule, f"Còn {count(more)} hàng nữa cùng lỗi này.", f"{more:,} more rows with this fault."


def _row(fault: Fault, account: Account, profile: Profile, faults: Faults) -> _Row:
    line = line_or_place(fault.line) if fault.line is not None else "?"
    sentences = _sentences(fault.rule_code, fault.column, account, profile)
    if fault.unknown is not None and (near := ", ".join(faults.unknown[fault.unknown].nearest)):
        sentences = (*sentences[:2], f"Có phải: {near}?", f"Perhaps: {near}?")
    return (line, faults.headers.get(fault.column, ""), fault.rule_code, *sentences)


def _unknown(faults: Faults) -> Iterable[_Row]:
    yield "Cột / column", "Số hàng / rows", "Dòng đầu tiên / first line", "Gần giống nhất / nearest known"
    for name in sorted(faults.unknown, key=lambda name: -name.row_count):
        near = "(ô trống / empty cell)" if name.is_empty else ", ".join(name.nearest)
        yield faults.headers[name.column], name.row_count, line_or_place(name.first_line), near


def _sentences(rule_code: str, column: str, account: Account, profile: Profile) -> tuple[str, str, str, str]:
    rule = rule_of(rule_code)
    given = {
        "exported_at": _moment(account.file["exported_at"]),
        "dates": ", ".join(_EXAMPLE.strftime(form) for form in profile.dates),
        "words": ", ".join(words[0] for words in profile.words_of(column).values() if words),
    }
    vi, en = (said.format(**given) for said in EXPECTED.get(rule_code, ("", "")))
    return rule.vi, rule.en, vi, en


def _moment(moment: datetime) -> str:
    return f"{moment:%H:%M} {date(moment)}"


def _write_sheet(book: Workbook, title: str, widths: Sequence[int], table: Iterable[_Row], about: Sequence[_Row] = ()) -> None:
    """A table with its head in bold, below the rows that say what it is about."""
    sheet = book.add_worksheet(title)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    usual = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"text_wrap": True, "bold": True})
    if not about:
        sheet.freeze_panes(1, 0)
    for line, cells in enumerate((*about, *table)):
        for at, cell in enumerate(cells):
            write_cell(sheet, line, at, cell, bold if line == len(about) else usual)
