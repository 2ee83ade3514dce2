"""Row rules: what a row must be to enter the history. Each has a code and a sentence in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from pydantic import model_validator

from transforms.codes import CODE_DATE_MISMATCH_SQL, CODE_DAYS
from transforms.entities import ENTITIES, MOST_DAYS, UNKNOWN_RECIPIENT
from transforms.labels import nearest
from transforms.yaml_config import StrictModel

Severity = Literal["quarantine", "warning"]


@dataclass(frozen=True)
class RowRule:
    """A rule over shaped rows: ``broken_when`` is SQL over their columns; quarantine keeps the row out, warning counts it.

    A rule with a ``role`` holds for every column of that role, named ``{column}`` in the condition, or, with ``of_key``,
    for those of them that identify a row, with ``of_needed`` for those that every file has, with ``of_filled`` for those that
    every row fills in; ``{column}_unknown`` is true where the cell holds a text that could not be understood,
    ``{column}_mended`` where a program had changed it and it was understood all the same. A rule with neither role nor kind
    holds wherever there is such a ``column``. ``$exported_at`` is the file's export time, ``$below_level_3`` the procedures
    without online submission. An office may make a warning of the quarantine over the columns that it ``loosens``: without
    them a row still counts right, or counts as its dates say. ``office_severity`` is what the office makes of the rule,
    ``until`` a day of export.
    """

    code: str
    severity: Severity
    broken_when: str
    vi: str
    en: str
    kind: str | None = None
    role: str | None = None
    of_key: bool = False
    of_needed: bool = False
    of_filled: bool = False
    column: str = ""
    loosens: tuple[str, ...] = ()
    office_severity: Severity | None = None
    until: date | None = None

    def severity_on(self, day: date) -> Severity:
        """What the rule does with a file exported on this day, so that a file read again is read the same."""
        return self.severity if self.office_severity is None or (self.until and day > self.until) else self.office_severity


ROW_RULES = (
    RowRule(
        "ROW_SHAPE",
        "quarantine",
        "",  # found while the file is cut into cells
        "Hàng có số ô khác với hàng tiêu đề.",
        "The row has another number of cells than the header.",
    ),
    RowRule(
        "CODE_MISSING",
        "quarantine",
        "{column} is null and not {column}_unknown and not {column}_is_none",
        "Thiếu mã định danh của hàng.",
        "The code that identifies the row is missing.",
        role="code",
    ),
    RowRule(
        "CODE_ROUNDED",
        "quarantine",
        "{column}_unknown",
        "Mã đã bị Excel làm tròn thành số (1.2E+15): các chữ số cuối đã mất. Hãy kết xuất lại với cột mã dạng văn bản.",
        "Excel has rounded the code to a number (1.2E+15): its last digits are lost. Export it again with the code as text.",
        role="code",
    ),
    RowRule(
        "CODE_FROM_NUMBER",
        "warning",
        "{column}_mended",
        "Mã đã bị đổi thành số (mất số 0 ở đầu, hoặc thêm .0): đã khôi phục theo độ dài mã trong code_pattern.",
        "The code was turned into a number (its zeros lost, or .0 added): restored by the length that code_pattern gives.",
        role="code",
    ),
    RowRule(
        "CODE_IS_NONE",
        "quarantine",
        "{column}_is_none",
        "Ô mã không chứa mã: không có chữ số, hoặc là thư điện tử, số điện thoại, số định danh cá nhân. Nếu mã của nguồn đúng là "
        "như vậy thì khai báo code_pattern.",
        "What stands for a code is none: it has no digit, or is an e-mail address, a phone or an identity number. If the source's "
        "codes do look so, say it in code_pattern.",
        role="code",
    ),
    RowRule(
        "KEY_DATE_MISSING",
        "quarantine",
        "{column} is null and not {column}_unknown",
        "Thiếu ngày cần có để nhận ra hàng.",
        "A date by which the row is told from others is missing.",
        role="time",
        of_key=True,
    ),
    RowRule(
        "KEY_TEXT_MISSING",
        "quarantine",
        "{column}_text is null",
        "Thiếu ô cần có để nhận ra hàng.",
        "A cell by which the row is told from others is empty.",
        role="recipient",
        of_key=True,
    ),
    RowRule(
        "DATE_UNREADABLE",
        "quarantine",
        "{column}_unknown",
        "Ngày không đọc được theo các dạng ngày của nguồn.",
        "The date cannot be read in any of the source's date formats.",
        role="time",
        loosens=("submitted_at", "returned_at"),
    ),
    RowRule(
        "DATE_FROM_SERIAL",
        "warning",
        "{column}_mended",
        "Ngày là số thứ tự của Excel (43832): tệp đã được lưu lại bằng Excel. Đã đổi thành ngày.",
        "The date is a serial number of Excel (43832): the file was saved again. It is read as its date.",
        role="time",
    ),
    RowRule(
        "NUMBER_UNREADABLE",
        "quarantine",
        "{column}_unknown or {column} < 0",
        "Ô phải là một số nguyên không âm; 1.234 hay 1,234 chỉ được đọc khi hồ sơ nguồn khai báo numbers: vi hoặc en.",
        "The cell should hold a whole number that is not negative; 1.234 or 1,234 need numbers: vi or en in the profile.",
        role="number",
    ),
    RowRule(
        "AMOUNT_UNREADABLE",
        "quarantine",
        "{column}_unknown or {column} < 0",
        "Ô phải là một số nguyên không âm; 1.234 hay 1,234 chỉ được đọc khi hồ sơ nguồn khai báo numbers: vi hoặc en.",
        "The cell should hold a whole number that is not negative; 1.234 or 1,234 need numbers: vi or en in the profile.",
        role="amount",
    ),
    RowRule(
        "AMOUNT_MISSING",
        "quarantine",
        "{column} is null and not {column}_unknown",
        "Ô số để trống: không hiểu là 0.",
        "The cell of a number is empty: it is not taken for 0.",
        role="amount",
        of_needed=True,
    ),
    RowRule(
        "WORD_UNKNOWN",
        "quarantine",
        "{column}_unknown",
        "Từ chưa có trong bảng từ của nguồn; không đoán.",
        "The word is not in the source's table of words; it is not guessed.",
        role="word",
        loosens=("channel",),
    ),
    RowRule(
        "UNIT_UNKNOWN",
        "quarantine",
        "{column}_unknown",
        "Tên cơ quan, đơn vị chưa có trong danh mục hoặc bảng tên gọi khác.",
        "The unit's name is neither in the register nor in the table of other names.",
        role="unit",
    ),
    RowRule(
        "UNIT_MISSING",
        "quarantine",
        "{column}_code is null and not {column}_unknown",
        "Thiếu tên cơ quan, đơn vị.",
        "The unit's name is missing.",
        role="unit",
        of_filled=True,
    ),
    *(
        RowRule(
            UNKNOWN_RECIPIENT,
            "warning",
            "{column}_unknown",
            "Có nơi nhận chưa rõ là ai: không có trong danh mục đơn vị, bảng tên gọi khác hay recipient_group.csv.",
            "A recipient is not known: it is in neither the register of units, the table of other names nor recipient_group.csv.",
            role=role,
        )
        for role in ("recipient", "recipients")
    ),
    RowRule(
        "PROCEDURE_UNKNOWN",
        "quarantine",
        "{column}_unknown",
        "Tên thủ tục hành chính chưa có trong danh mục.",
        "The procedure's name is not in the catalogue.",
        role="procedure",
        loosens=("procedure",),
    ),
    RowRule(
        "FIELD_UNKNOWN",
        "warning",
        "{column}_unknown",
        "Tên lĩnh vực chưa có trong danh mục thủ tục: không được giữ lại, hàng vẫn được ghi nhận.",
        "The field is not in the catalogue of procedures: its name is not kept, the row is.",
        role="field",
    ),
    RowRule(
        "CODE_TWO_PROCEDURES",
        "quarantine",
        "",  # found when rows of one code are laid side by side
        "Một mã hồ sơ mang hai thủ tục khác nhau.",
        "One dossier code stands with two different procedures.",
        kind="dossier",
        column="dossier_code",
    ),
    RowRule(
        "RECEIVED_MISSING",
        "quarantine",
        "received_at is null and not received_at_unknown and status not in ('REGISTERED', 'REJECTED')",
        "Hồ sơ đã tiếp nhận mà không có ngày tiếp nhận.",
        "The dossier was received but has no date of receipt.",
        kind="dossier",
        column="received_at",
    ),
    RowRule(
        "RECEIVED_AFTER_EXPORT",
        "quarantine",
        "received_at > $exported_at",
        "Ngày tiếp nhận sau thời điểm kết xuất.",
        "The date of receipt is after the export.",
        kind="dossier",
        column="received_at",
        loosens=("received_at",),
    ),
    RowRule(
        "FINISHED_MISSING",
        "quarantine",
        "finished_at is null and not finished_at_unknown and status in ('DONE_WAIT_RETURN', 'RETURNED')",
        "Hồ sơ đã giải quyết mà không có ngày kết thúc xử lý.",
        "The dossier is resolved but has no end date.",
        kind="dossier",
        column="finished_at",
    ),
    RowRule(
        "FINISHED_AFTER_EXPORT",
        "quarantine",
        "finished_at > $exported_at",
        "Ngày kết thúc xử lý sau thời điểm kết xuất.",
        "The end date is after the export.",
        kind="dossier",
        column="finished_at",
        loosens=("finished_at",),
    ),
    RowRule(
        "DUE_MISSING",
        "warning",
        "due_at is null and not due_at_unknown and status not in ('REGISTERED', 'REJECTED')",
        "Không có ngày hẹn trả: được tính là đúng hạn và đếm riêng.",
        "No due date: counted as on time, and counted apart.",
        kind="dossier",
        column="due_at",
    ),
    RowRule(
        "DUE_BEFORE_RECEIVED",
        "warning",
        "due_at < received_at",
        "Ngày hẹn trả trước ngày tiếp nhận.",
        "The due date is before the receipt.",
        kind="dossier",
        column="due_at",
    ),
    RowRule(
        "FINISHED_BEFORE_RECEIVED",
        "warning",
        "finished_at < received_at",
        "Ngày kết thúc trước ngày tiếp nhận: hồ sơ được tính là giải quyết vào ngày tiếp nhận.",
        "The end date is before the receipt: the dossier counts as resolved on the day of receipt.",
        kind="dossier",
        column="finished_at",
    ),
    RowRule(
        "CODE_DATE_MISMATCH",
        "warning",
        CODE_DATE_MISMATCH_SQL,
        f"Ngày trong mã hồ sơ lệch quá {CODE_DAYS} ngày so với ngày tiếp nhận và ngày nộp: hãy kiểm tra ngày tiếp nhận.",
        f"The day in the dossier's code is more than {CODE_DAYS} days from receipt and submission: check the date of receipt.",
        kind="dossier",
        column="dossier_code",
    ),
    RowRule(
        "SUPPLEMENT_COMPLETED_BEFORE_REQUESTED",
        "warning",
        "supplement_completed_at < supplement_requested_at",
        "Bổ sung xong trước khi yêu cầu: thời gian bổ sung tính là 0.",
        "The supplement was completed before it was asked for: it counts as having taken no time.",
        kind="dossier",
        column="supplement_completed_at",
    ),
    RowRule(
        "SUPPLEMENT_DAYS_TOO_MANY",
        "quarantine",
        f"supplement_days > {MOST_DAYS} or supplement_days > date_diff('day', received_at, $exported_at)",
        "Số ngày bổ sung nhiều hơn số ngày từ khi tiếp nhận đến khi kết xuất.",
        "The supplements took more days than there are from the receipt to the export.",
        kind="dossier",
        column="supplement_days",
    ),
    RowRule(
        "SUPPLEMENT_SEVERAL",
        "warning",
        "supplement_count > 1",
        "Yêu cầu bổ sung hơn một lần.",
        "Papers were asked for more than once.",
        kind="dossier",
        column="supplement_count",
    ),
    RowRule(
        "OPEN_BUT_FINISHED",
        "warning",
        "finished_at is not null and status in ('REGISTERED', 'RECEIVED', 'PROCESSING', 'SUPPLEMENT', 'FINANCIAL', 'PAUSED')",
        "Trạng thái đang giải quyết nhưng đã có ngày kết thúc: tính theo trạng thái.",
        "The status is open but there is an end date: the status counts.",
        kind="dossier",
        column="finished_at",
    ),
    RowRule(
        "RETURNED_BEFORE_FINISHED",
        "warning",
        "returned_at < finished_at",
        "Trả kết quả trước khi kết thúc xử lý: tính theo ngày kết thúc xử lý.",
        "The result was handed over before processing ended: the end date counts.",
        kind="dossier",
        column="returned_at",
    ),
    RowRule(
        "RETURNED_BUT_NOT_SO",
        "warning",
        "returned_at is not null and status not in ('RETURNED', 'WITHDRAWN', 'REJECTED', 'CANCELLED')",
        "Có ngày trả kết quả nhưng trạng thái chưa trả: tính theo trạng thái.",
        "There is a day of handing over, but the status says not yet: the status counts.",
        kind="dossier",
        column="returned_at",
    ),
    RowRule(
        "FINISHED_AT_DUE_SECOND",
        "warning",
        # Dates without a time agree by their day, which says nothing.
        "finished_at = due_at and cast(due_at as time) <> time '00:00:00'",
        "Kết thúc đúng vào giây hẹn trả: ngày kết thúc có thể đã bị đặt lại.",
        "It ended at the very second when it was due: the end date may have been reset.",
        kind="dossier",
        column="finished_at",
    ),
    RowRule(
        "ONLINE_BELOW_LEVEL_3",
        "warning",
        "channel = 'online' and procedure_code in (select unnest($below_level_3::varchar[]))",
        "Nộp trực tuyến với thủ tục mức độ 1, 2, chưa cho nộp trực tuyến.",
        "Submitted online for a procedure of level 1 or 2, which takes no submissions online.",
        kind="dossier",
        column="channel",
    ),
    RowRule(
        "TWO_ANSWERS",
        "quarantine",
        "",  # found when rows of one file are laid side by side
        "Nhiều dòng nói khác nhau về cùng một đơn vị và kỳ; không đoán dòng nào đúng.",
        "Rows say different things of one unit and period; which one holds is not guessed.",
    ),
    RowRule(
        "WORD_MISSING",
        "quarantine",
        "{column} is null and not {column}_unknown",
        "Ô phải chọn một trong các từ đã cho mà để trống.",
        "The cell of a word is empty: one of those that are given must be chosen.",
        role="word",
        of_filled=True,
    ),
    *(
        RowRule(
            "DATE_MISSING",
            "quarantine",
            f"{column} is null and not {column}_unknown",
            "Thiếu ngày, không biết thuộc kỳ nào.",
            "Without its day the row belongs to no period.",
            kind=kind,
            column=column,
        )
        for kind, column in (("paper_dossier", "received_at"), ("survey_answer", "answered_at"), ("correction", "claimed_at"))
    ),
    RowRule(
        "YEAR_UNLIKELY",
        "quarantine",
        "year not between 2000 and 2100",
        "Năm không hợp lý.",
        "The year is an unlikely one.",
        column="year",
    ),
    RowRule(
        "ENDS_BEFORE_IT_BEGINS",
        "quarantine",
        "to_at < from_at",
        "Ngày cuối trước ngày đầu.",
        "The last day is before the first.",
        column="to_at",
    ),
    *(
        RowRule(
            "HAPPENED_AFTER_EXPORT",
            "quarantine",
            f"{column} > $exported_at",
            "Ngày sau ngày lập sổ.",
            "The day is after that of the register.",
            kind=kind,
            column=column,
        )
        for kind, column in (
            ("inspection", "inspected_at"),
            ("dialogue", "held_at"),
            ("assigned_task", "done_at"),
            ("paper_dossier", "received_at"),
            ("survey_answer", "answered_at"),
            ("correction", "claimed_at"),
            ("correction", "decided_at"),
        )
    ),
    RowRule(
        "CORRECTED_END_AFTER_EXPORT",
        "quarantine",
        "claim = 'finished_at' and corrected_at > $exported_at",
        "Ngày kết thúc được đính chính thành ngày sau ngày lập sổ.",
        "The end is corrected to a day after that of the register.",
        kind="correction",
        column="corrected_at",
    ),
    RowRule(
        "CORRECTION_WITHOUT_VALUE",
        "quarantine",
        "decision = 'accepted' and ((claim = 'status' and corrected_status is null and not corrected_status_unknown)"
        " or (claim <> 'status' and corrected_at is null and not corrected_at_unknown))",
        "Đề nghị được chấp thuận mà không ghi giá trị đúng.",
        "The claim is accepted without the right value.",
        kind="correction",
        column="corrected_at",
    ),
    RowRule(
        "DECISION_UNDATED",
        "quarantine",
        "decision <> 'open' and decided_at is null and not decided_at_unknown",
        "Đã chấp thuận hoặc từ chối mà không ghi ngày xem xét.",
        "Accepted or refused without the day of the decision.",
        kind="correction",
        column="decided_at",
    ),
    RowRule(
        "TASKS_DONE_ABOVE_ASSIGNED",
        "quarantine",
        "done_count > coalesce(assigned_count, 1)",
        "Số hoàn thành lớn hơn số giao.",
        "More is done than was assigned.",
        kind="assigned_task",
        column="done_count",
    ),
    RowRule(
        "ANSWER_NOT_ON_FORM",
        "quarantine",
        "answer_form = 'three_options' and answer in ('neutral', 'very_dissatisfied')",
        "Câu trả lời không có trên mẫu phiếu.",
        "The answer is not on the form.",
        kind="survey_answer",
        column="answer",
    ),
    RowRule(
        "TOTAL_NUMERATOR_ABOVE_DENOMINATOR",
        "quarantine",
        "numerator > denominator",
        "Tử số lớn hơn mẫu số.",
        "The numerator is above the denominator.",
        kind="total",
        column="numerator",
    ),
    RowRule(
        "EVIDENCE_MISSING",
        "warning",
        "evidence_number is null or evidence_at is null",
        "Thiếu số hoặc ngày tài liệu kiểm chứng: mục này chưa được tính là đã làm.",
        "Number or date of the evidence is missing: the entry does not count as done.",
        column="evidence_number",
    ),
    *(
        RowRule(
            "EVIDENCE_OTHER_YEAR",
            "warning",
            f"year(evidence_at) not between year {first:+} and year {last:+}",
            "Ngày minh chứng thuộc năm khác, xa năm mà dòng này nói về.",
            "The evidence is dated in another year, far from the one that the row is about.",
            kind=kind,
            column="evidence_at",
        )
        for kind, first, last in (("unit_plan", -1, 0), ("initiative", 0, 1), ("par_index", 0, 1))
    ),
)


class OfficeSeverity(StrictModel):
    """What an office makes of a row rule, over all its columns or one of them. Loosening needs a reason and a last day."""

    rule: str
    column: str | None = None
    severity: Severity
    reason: str = ""
    until: date | None = None

    @model_validator(mode="after")
    def _may_be_so(self) -> "OfficeSeverity":
        known = {rule.code: rule for rule in ROW_RULES}
        if self.rule not in known:
            raise ValueError(f"{self.rule} is no row rule; did you mean {', '.join(nearest(self.rule, known) or known)}?")
        rule = known[self.rule]
        columns = [c.name for kind in ENTITIES.values() for c in kind.columns if c.role == rule.role] or [rule.column]
        if self.column is not None and self.column not in columns:
            raise ValueError(f"{self.rule} does not speak of {self.column}; it speaks of {', '.join(dict.fromkeys(columns))}")
        if self.severity == "quarantine" or rule.severity == "warning":
            return self
        if self.column not in rule.loosens and (self.column or set(columns) != set(rule.loosens)):
            which = f"only over column: {' or '.join(rule.loosens)}" if rule.loosens else "at all: its rows cannot be counted"
            raise ValueError(f"{self.rule} cannot be loosened {which}")
        if not self.reason.strip() or self.until is None:
            raise ValueError(f"loosening {self.rule} needs a reason and the day until which it holds (reason, until)")
        return self


def rules_for(kind: str, roles: dict[str, str], changes: Sequence[OfficeSeverity] = ()) -> list[RowRule]:
    """The rules over the rows of one kind, one for each column they speak of; ``roles`` maps its columns to roles.

    ``changes`` are the office's own severities; the last one that speaks of a rule and column holds.
    """
    entity = ENTITIES[kind]
    needed = {c.name for c in entity.columns if c.needed}
    may_be_empty = {c.name for c in entity.columns if c.may_be_empty}
    found = []
    for rule in ROW_RULES:
        if not rule.broken_when or rule.kind not in (None, kind):
            continue
        columns = [c for c, role in roles.items() if role == rule.role] if rule.role else [rule.column]
        found += [
            _as_the_office_has_it(replace(rule, broken_when=rule.broken_when.replace("{column}", c), kind=kind, column=c), changes)
            for c in columns
            if c in roles
            and (not rule.of_key or {c, f"{c}_hash"} & set(entity.identity))
            and (not rule.of_needed or c in needed)
            and (not rule.of_filled or c not in may_be_empty)
        ]
    return found


def _as_the_office_has_it(rule: RowRule, changes: Sequence[OfficeSeverity]) -> RowRule:
    for change in changes:
        if change.rule == rule.code and change.column in (None, rule.column):
            rule = replace(rule, office_severity=change.severity, until=change.until)
    return rule


def rule_of(code: str) -> RowRule:
    """The rule with this code."""
    return next(rule for rule in ROW_RULES if rule.code == code)
