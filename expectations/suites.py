"""The checks of core tables and marts: what must hold, how much it matters, and why, in words that a clerk knows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from transforms.entities import CHANNELS, STATUSES
from transforms.forms import FORM_TOTALS
from transforms.registry import indicator_ids

Severity = Literal["release", "warning"]


@dataclass(frozen=True)
class Expectation:
    """An expectation as data: the name of its class in Great Expectations and what that is called with."""

    kind: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """One expectation of one table: ``release`` stops the publication, ``warning`` is published and shown."""

    id: str
    table: str
    severity: Severity
    expectation: Expectation
    vi: str
    en: str
    reason: str


def _unique(*columns: str) -> Expectation:
    if len(columns) == 1:
        return Expectation("ExpectColumnValuesToBeUnique", {"column": columns[0]})
    return Expectation("ExpectCompoundColumnsToBeUnique", {"column_list": list(columns)})


def _not_null(column: str, where: dict | None = None) -> Expectation:
    return Expectation("ExpectColumnValuesToNotBeNull", {"column": column, "row_condition": where})


def _null(column: str, where: dict | None = None) -> Expectation:
    return Expectation("ExpectColumnValuesToBeNull", {"column": column, "row_condition": where})


def _in(column: str, values: Iterable) -> Expectation:
    return Expectation("ExpectColumnValuesToBeInSet", {"column": column, "value_set": list(values)})


def _not_in(column: str, values: Iterable) -> Expectation:
    return Expectation("ExpectColumnValuesToNotBeInSet", {"column": column, "value_set": list(values)})


def _between(column: str, low: int | None, high: int | None, where: dict | None = None) -> Expectation:
    arguments = {"column": column, "min_value": low, "max_value": high, "row_condition": where}
    return Expectation("ExpectColumnValuesToBeBetween", arguments)


def _at_least(column: str, other: str) -> Expectation:
    arguments = {"column_A": column, "column_B": other, "or_equal": True, "ignore_row_if": "either_value_is_missing"}
    return Expectation("ExpectColumnPairValuesAToBeGreaterThanB", arguments)


def _equal(column: str, other: str) -> Expectation:
    arguments = {"column_A": column, "column_B": other, "ignore_row_if": "either_value_is_missing"}
    return Expectation("ExpectColumnPairValuesToBeEqual", arguments)


def _sum_holds(mart: str, *totals: str) -> Expectation:
    """Expect totals of a form to be the sum of their parts; where a total is not told, its parts are not either."""
    parts = {total: " + ".join(FORM_TOTALS[mart][total]) for total in totals}
    return _every_row(" AND ".join(f"{total} IS NOT DISTINCT FROM {added_up}" for total, added_up in parts.items()))


def _no_rows() -> Expectation:
    return Expectation("ExpectTableRowCountToEqual", {"value": 0})


def _every_row(holds: str) -> Expectation:
    """Expect an SQL condition that has no native form of every row; a row for which it is unknown does not hold."""
    return _no_results(f"SELECT 1 FROM {{batch}} WHERE ({holds}) IS NOT TRUE")


def _no_results(query: str) -> Expectation:
    return Expectation("UnexpectedRowsExpectation", {"unexpected_rows_query": query})


def _no_doubt(rule_code: str) -> Expectation:
    """Expect no row of one rule in ``unit_warning``; one result a row in doubt, so that the count is of dossiers."""
    return _no_results(f"SELECT unnest(range(row_count)) FROM {{batch}} WHERE rule_code = '{rule_code}'")


def _where(column: str, values: Iterable[str]) -> dict:
    """Limit an expectation to the rows whose column is one of the values."""
    return {"type": "comparison", "column": {"name": column}, "operator": "IN", "parameter": list(values)}


def _complete(columns: Iterable[str]) -> Expectation:
    # Great Expectations finds no duplicate among rows that lack a part of their key, so that part must be there.
    return _every_row(" AND ".join(f"{column} IS NOT NULL" for column in columns))


NEVER_RECEIVED = ("REGISTERED", "REJECTED")
RECEIVED = tuple(status for status in STATUSES if status not in NEVER_RECEIVED)

FORM_KEY = ("unit_code", "scope", "field_code", "calendar", "period_kind", "period_start", "period_end")
FORM_COUNTS = (
    "received_total",
    "received_online",
    "received_other",
    "carried_over",
    "resolved_total",
    "resolved_early",
    "resolved_on_time",
    "resolved_late",
    "open_total",
    "open_in_time",
    "open_overdue",
)

DETAILED_COUNTS = (
    "received_total",
    "carried_over",
    "received_in_period",
    "resolved_early",
    "resolved_on_time",
    "resolved_late",
    "open_in_time",
    "open_overdue",
    "waiting",
    "withdrawn",
    "halted",
)

WITH_RATE = ("ok", "small_sample")
WITHOUT_DENOMINATOR = ("missing_data", "missing_denominator", "series_break")
WITHOUT_RATE = ("no_activity", "no_evidence", *WITHOUT_DENOMINATOR)
PERIOD_KEY = ("unit_code", "scope", "calendar", "period_kind", "period_start", "period_end")
INDICATOR_KEY = ("indicator_id", "rule_id", "basis_id", "unit_role", *PERIOD_KEY)
GRID = ", ".join(("indicator_id", "rule_id", "basis_id", *PERIOD_KEY))

BACKLOG_KEY = ("unit_code", "scope")
AGES = ("age_to_5_count", "age_6_to_20_count", "age_21_to_60_count", "age_over_60_count", "age_unknown_count")

TARGET_KEY = ("target_id", "unit_code", "calendar", "period_kind", "period_start", "period_end")
TARGET_STATES = ("met", "not_met", "not_yet_due", "no_activity", *WITHOUT_DENOMINATOR, "no_evidence")

FILE_OUTCOMES = ("recorded", "refused", "repeated")
QUARANTINE_PERCENT = 5  # above it, the profile misreads the file more likely than a clerk mistyped it


CHECKS = (
    Check(
        "DOSSIER_KEY_PRESENT",
        "dossier_asof",
        "release",
        _not_null("dossier_key"),
        "Mỗi hồ sơ có khóa định danh.",
        "Every dossier has its key.",
        "A dossier without a key can be neither counted once nor traced.",
    ),
    Check(
        "DOSSIER_KEY_UNIQUE",
        "dossier_asof",
        "release",
        _unique("dossier_key"),
        "Mỗi hồ sơ chỉ có một hàng.",
        "Every dossier has one row only.",
        "A dossier with two rows is counted twice in every figure.",
    ),
    Check(
        "DOSSIER_STATUS_KNOWN",
        "dossier_asof",
        "release",
        _in("status", RECEIVED + NEVER_RECEIVED),
        "Trạng thái hồ sơ nằm trong danh mục.",
        "The dossier's status is one of the list.",
        "No counting rule says how to treat another status, so that the dossier would drop out of the figures.",
    ),
    Check(
        "DOSSIER_CHANNEL_KNOWN",
        "dossier_asof",
        "release",
        _in("channel", CHANNELS),
        "Hình thức nộp hồ sơ, nếu có, nằm trong danh mục.",
        "The dossier's channel, where there is one, is one of the list.",
        "Columns (4) and (5) of the form divide dossiers by channel.",
    ),
    Check(
        "DOSSIER_RECEIVED_AT_PRESENT",
        "dossier_asof",
        "warning",
        _not_null("received_at", _where("status", RECEIVED)),
        "Hồ sơ đã tiếp nhận có ngày tiếp nhận.",
        "A dossier that was received has the date of its receipt.",
        "Without that date the dossier belongs to no period.",
    ),
    Check(
        "DOSSIER_FINISHED_AFTER_RECEIVED",
        "dossier_asof",
        "warning",
        _at_least("finished_at", "received_at"),
        "Hồ sơ không kết thúc trước khi được tiếp nhận.",
        "No dossier was finished before it was received.",
        "One of the two dates was entered wrongly; the later one is used, so that the form still adds up.",
    ),
    Check(
        "DOSSIER_DUE_AFTER_RECEIVED",
        "dossier_asof",
        "warning",
        _at_least("due_at", "received_at"),
        "Hạn giải quyết không trước ngày tiếp nhận.",
        "No dossier was due before it was received.",
        "Such a dossier is late from its first day, which is a mistyped date more often than a late dossier.",
    ),
    Check(
        "STATUTORY_DUE_KEY_UNIQUE",
        "statutory_due",
        "release",
        _unique("dossier_key"),
        "Mỗi hồ sơ chỉ được đối chiếu hạn giải quyết một lần.",
        "The due date of every dossier is checked once only.",
        "A procedure with two entries for one day would count its dossiers twice; mend its dates in procedures.csv.",
    ),
    Check(
        "DUE_CONTROL_DIFFERENCE",
        "statutory_due",
        "warning",
        _not_in("finding", ["longer", "shorter"]),
        "Hạn giải quyết chênh không quá một ngày làm việc so với hạn tính theo thủ tục và lịch làm việc.",
        "The due date is within one working day of the one that procedure and working calendar give.",
        "The official date stays as it is. A later one may be a lawful suspension or a date that was moved; "
        "due_date_control counts them by unit.",
    ),
    Check(
        "CALENDAR_YEAR_CONFIRMED",
        "calendar_year",
        "warning",
        _every_row("is_confirmed OR received_count + due_count = 0"),
        "Năm nào có hồ sơ tiếp nhận hoặc đến hạn cũng có lịch làm việc đã được xác nhận.",
        "Every year in which dossiers are received or due has a confirmed working calendar.",
        "No due date is checked in such a year; calendar_year names it. List its days off in calendar.csv and confirm each "
        "row, or mend the date if it is mistyped.",
    ),
    Check(
        "FORM_06A_KEY_PRESENT",
        "form_ii06a",
        "release",
        _complete(FORM_KEY),
        "Mỗi hàng của biểu II.06a có đủ đơn vị, lĩnh vực và kỳ báo cáo.",
        "Every row of form II.06a has its unit, field and period.",
        "A figure without them cannot be placed in any report.",
    ),
    Check(
        "FORM_06A_KEY_UNIQUE",
        "form_ii06a",
        "release",
        _unique(*FORM_KEY),
        "Mỗi đơn vị, lĩnh vực và kỳ báo cáo chỉ có một hàng trong biểu II.06a.",
        "Form II.06a has one row for a unit, field and period.",
        "Two rows for the same thing would be added up, or contradict each other.",
    ),
    Check(
        "FORM_06A_NOT_NEGATIVE",
        "form_ii06a",
        "release",
        _every_row(" AND ".join(f"{column} >= 0" for column in FORM_COUNTS)),
        "Mọi số hồ sơ trong biểu II.06a đều có và không âm.",
        "Every count of form II.06a is there and not negative.",
        "A negative or absent count means that more dossiers left than ever came in: the arithmetic is broken.",
    ),
    Check(
        "FORM_06A_RECEIVED",
        "form_ii06a",
        "release",
        _sum_holds("form_ii06a", "received_total"),
        "Biểu II.06a: cột (3) = (4) + (5) + (6), tổng tiếp nhận bằng các phần cộng lại.",
        "Form II.06a: column (3) = (4) + (5) + (6), received is the sum of its parts.",
        "The form defines column (3) so; whoever receives it adds it up again.",
    ),
    Check(
        "FORM_06A_RESOLVED",
        "form_ii06a",
        "release",
        _sum_holds("form_ii06a", "resolved_total"),
        "Biểu II.06a: cột (7) = (8) + (9) + (10), tổng đã giải quyết bằng các phần cộng lại.",
        "Form II.06a: column (7) = (8) + (9) + (10), resolved is the sum of its parts.",
        "The form defines column (7) so; whoever receives it adds it up again.",
    ),
    Check(
        "FORM_06A_OPEN",
        "form_ii06a",
        "release",
        _sum_holds("form_ii06a", "open_total"),
        "Biểu II.06a: cột (11) = (12) + (13), tổng đang giải quyết bằng các phần cộng lại.",
        "Form II.06a: column (11) = (12) + (13), open is the sum of its parts.",
        "The form defines column (11) so; whoever receives it adds it up again.",
    ),
    Check(
        "FORM_06A_BALANCE",
        "form_ii06a",
        "release",
        _every_row("received_total = resolved_total + open_total"),
        "Biểu II.06a: cột (3) = (7) + (11), hồ sơ nhận vào hoặc đã giải quyết, hoặc đang giải quyết.",
        "Form II.06a: column (3) = (7) + (11), what was received is either resolved or open.",
        "A difference means that dossiers were lost or counted twice.",
    ),
    Check(
        "FORM_06A_CARRIED_OVER",
        "form_ii06a",
        "release",
        _equal("carried_over", "previous_open_total"),
        "Biểu II.06a: cột (6) kỳ này bằng cột (11) của kỳ ngay trước.",
        "Form II.06a: column (6) equals column (11) of the period just before.",
        "What was open at the end of a period is what the next one starts with; a gap means that dossiers were lost.",
    ),
    Check(
        "FORM_06A_OPENING",
        "form_ii06a",
        "warning",
        _equal("carried_over", "opening_count"),
        "Biểu II.06a: cột (6) bằng số tồn đầu kỳ mà cơ quan ghi trong opening_balance.csv.",
        "Form II.06a: column (6) equals the opening balance that the office wrote in opening_balance.csv.",
        "An office's first period has none before it; a difference means that exports lack old dossiers, or the balance is wrong.",
    ),
    Check(
        "FORM_DETAILED_KEY_UNIQUE",
        "form_detailed",
        "release",
        _unique(*FORM_KEY),
        "Mỗi đơn vị, lĩnh vực và kỳ báo cáo chỉ có một hàng trong bảng thống kê chi tiết.",
        "The detailed table has one row for a unit, field and period.",
        "Two rows for the same thing would be added up, or contradict each other.",
    ),
    Check(
        "FORM_DETAILED_NOT_NEGATIVE",
        "form_detailed",
        "release",
        _every_row(" AND ".join(f"{column} >= 0" for column in DETAILED_COUNTS)),
        "Mọi số hồ sơ trong bảng thống kê chi tiết đều có và không âm.",
        "Every count of the detailed table is there and not negative.",
        "A negative or absent count means that more dossiers left than ever came in: the arithmetic is broken.",
    ),
    Check(
        "FORM_DETAILED_RECEIVED",
        "form_detailed",
        "release",
        _sum_holds("form_detailed", "received_total"),
        "Bảng thống kê chi tiết: tiếp nhận bằng kỳ trước và trong kỳ cộng lại.",
        "The detailed table: received is what was carried over and what came in the period.",
        "The table is added up so; a difference means that dossiers were lost or counted twice.",
    ),
    Check(
        "FORM_DETAILED_BALANCE",
        "form_detailed",
        "release",
        _every_row(f"received_total = {' + '.join(DETAILED_COUNTS[3:])}"),
        "Bảng thống kê chi tiết: tiếp nhận bằng đã xử lý, đang xử lý, chờ bổ sung, trả lại và hồ sơ khác cộng lại.",
        "The detailed table: what was received is resolved, open, waiting for papers, withdrawn or halted.",
        "A difference means that dossiers were lost or counted twice.",
    ),
    Check(
        "FORM_07B_SUMS",
        "form_ii07b",
        "release",
        _sum_holds("form_ii07b", "total", "counter_total", "process_total"),
        "Biểu II.07b: mỗi tổng số thủ tục bằng các cấp cộng lại.",
        "Form II.07b: each total of procedures is the sum of the levels.",
        "A procedure without a level, or of two, would make the total doubtful; mend competent_level in procedures.csv.",
    ),
    Check(
        "FORM_07B_WITHIN_ALL",
        "form_ii07b",
        "release",
        _every_row("coalesce(counter_total, 0) <= total AND coalesce(process_total, 0) <= total"),
        "Biểu II.07b: số thủ tục tại bộ phận một cửa, hoặc có quy trình nội bộ, không lớn hơn tổng số.",
        "Form II.07b: procedures at the counter, or with an internal process, are not more than all of them.",
        "They are counted among all of them; more would mean that the catalogue is counted in two ways.",
    ),
    Check(
        "RULE_DIFFERENCE_EXPLAINED",
        "rule_difference",
        "warning",
        _not_in("cause", ["other"]),
        "Mọi chênh lệch giữa các cách tính đều có nguyên nhân được gọi tên.",
        "Every difference between the rules has a cause by name.",
        "A cause that has no name is a case that the rules did not foresee.",
    ),
    Check(
        "PROCESSING_TIME_KEY_PRESENT",
        "processing_time",
        "release",
        _complete(PERIOD_KEY),
        "Mỗi hàng về thời gian giải quyết có đủ đơn vị và kỳ báo cáo.",
        "Every row of processing times has its unit and period.",
        "A figure without them cannot be placed in any report.",
    ),
    Check(
        "PROCESSING_TIME_KEY_UNIQUE",
        "processing_time",
        "release",
        _unique(*PERIOD_KEY),
        "Mỗi đơn vị và kỳ báo cáo chỉ có một hàng về thời gian giải quyết.",
        "There is one row of processing times for a unit and period.",
        "With two rows nobody knows which one holds.",
    ),
    Check(
        "PROCESSING_TIME_RANGE",
        "processing_time",
        "release",
        _every_row(
            "measured_count BETWEEN 0 AND resolved_count AND on_time_count BETWEEN 0 AND resolved_count "
            "AND without_due_date_count BETWEEN 0 AND on_time_count AND end_equals_due_count BETWEEN 0 AND resolved_count "
            "AND same_day_on_time_count BETWEEN 0 AND least(same_day_resolved_count, on_time_count) "
            "AND same_day_resolved_count <= resolved_count AND coalesce(rate_without_same_day, 0) BETWEEN 0 AND 1 "
            "AND (measured_count = 0 OR 0 <= median_working_days AND median_working_days <= p90_working_days)"
        ),
        "Thời gian giải quyết: mỗi phần không lớn hơn tổng, số ngày không âm, trung vị không lớn hơn phân vị 90.",
        "Processing times: no part is above its whole, no length negative, the median not above the 90th percentile.",
        "Anything else is broken arithmetic.",
    ),
    Check(
        "PROCESSING_TIME_FORM",
        "processing_time",
        "release",
        _no_results(
            f"SELECT {', '.join(PERIOD_KEY)}, resolved_total, resolved_early + resolved_on_time FROM form_ii06a "
            "WHERE field_code = 'ALL' AND period_kind <> 'ytd' AND resolved_total > 0 "
            f"EXCEPT SELECT {', '.join(PERIOD_KEY)}, resolved_count, on_time_count FROM {{batch}}"
        ),
        "Số hồ sơ đã giải quyết và đúng hạn bằng số trong biểu II.06a, cột (7) và (8) + (9).",
        "Resolved dossiers and those on time are as many as in form II.06a, columns (7) and (8) + (9).",
        "Both are made from the same dossiers; a difference means that one of them lost some.",
    ),
    Check(
        "BACKLOG_KEY_PRESENT",
        "backlog",
        "release",
        _complete((*BACKLOG_KEY, "as_of_date")),
        "Mỗi hàng về hồ sơ tồn có đủ đơn vị và ngày tính.",
        "Every row of the backlog has its unit and day.",
        "A figure without them cannot be placed in any report.",
    ),
    Check(
        "BACKLOG_KEY_UNIQUE",
        "backlog",
        "release",
        _unique(*BACKLOG_KEY),
        "Mỗi đơn vị chỉ có một hàng về hồ sơ tồn.",
        "There is one row of the backlog for a unit.",
        "With two rows nobody knows which one holds.",
    ),
    Check(
        "BACKLOG_AGES",
        "backlog",
        "release",
        _every_row(f"open_count = {' + '.join(AGES)}"),
        "Số hồ sơ tồn bằng tổng các nhóm tuổi hồ sơ.",
        "The backlog is the sum of its ages.",
        "A difference means that open dossiers were lost or counted twice.",
    ),
    Check(
        "BACKLOG_RANGE",
        "backlog",
        "release",
        _every_row(
            "open_overdue_count BETWEEN 0 AND open_count AND paused_count BETWEEN 0 AND open_count "
            "AND not_refreshed_count BETWEEN 0 AND open_count "
            "AND (due_within_1_count IS NULL OR 0 <= due_within_1_count AND due_within_1_count <= due_within_3_count "
            "AND due_within_3_count <= due_within_5_count AND due_within_5_count <= open_count - open_overdue_count) "
            "AND (age_unknown_count = open_count OR 0 <= median_age_working_days "
            "AND median_age_working_days <= p90_age_working_days AND p90_age_working_days <= max_age_working_days)"
        ),
        "Hồ sơ tồn: mỗi phần không lớn hơn tổng; trung vị, phân vị 90 và tuổi lớn nhất theo đúng thứ tự.",
        "Backlog: no part is above its whole; median, 90th percentile and greatest age are in order.",
        "Anything else is broken arithmetic.",
    ),
    Check(
        "BACKLOG_FORM",
        "backlog",
        "release",
        _no_results(
            "SELECT unit_code, scope, open_total, open_overdue FROM form_ii06a WHERE field_code = 'ALL' AND open_total > 0 "
            "AND (SELECT max(as_of_date) FROM {batch}) BETWEEN period_start AND period_end "
            "EXCEPT SELECT unit_code, scope, open_count, open_overdue_count FROM {batch}"
        ),
        "Số hồ sơ tồn và quá hạn bằng cột (11) và (13) của biểu II.06a trong các kỳ đang diễn ra.",
        "The backlog and what of it is overdue are columns (11) and (13) of form II.06a for the periods under way.",
        "Both are made from the same dossiers; a difference means that one of them lost some.",
    ),
    Check(
        "INDICATOR_KEY_PRESENT",
        "indicator_value",
        "release",
        _complete((*INDICATOR_KEY, "status")),
        "Mỗi giá trị chỉ tiêu có đủ chỉ tiêu, cách tính, đơn vị, kỳ báo cáo và tình trạng.",
        "Every indicator value has its indicator, rule, unit, period and status.",
        "A figure that does not say what it counts cannot be used or traced.",
    ),
    Check(
        "INDICATOR_KEY_UNIQUE",
        "indicator_value",
        "release",
        _unique(*INDICATOR_KEY),
        "Mỗi chỉ tiêu, cách tính, đơn vị và kỳ báo cáo chỉ có một giá trị.",
        "There is one value for an indicator, rule, unit and period.",
        "With two values nobody knows which one holds.",
    ),
    Check(
        "INDICATOR_ID_KNOWN",
        "indicator_value",
        "release",
        _in("indicator_id", indicator_ids()),
        "Mã chỉ tiêu nằm trong danh mục.",
        "The indicator is one of the list.",
        "Users build on these names, so that they do not change without notice.",
    ),
    Check(
        "INDICATOR_STATUS_KNOWN",
        "indicator_value",
        "release",
        _in("status", WITH_RATE + WITHOUT_RATE),
        "Tình trạng số liệu của chỉ tiêu nằm trong danh mục.",
        "The status of an indicator value is one of the list.",
        "The status says whether there is a rate, and why not.",
    ),
    Check(
        "INDICATOR_NUMERATOR_NOT_NEGATIVE",
        "indicator_value",
        "release",
        _between("numerator", 0, None),
        "Tử số không âm.",
        "The numerator is not negative.",
        "It is a count.",
    ),
    Check(
        "INDICATOR_NUMERATOR_WITHIN_DENOMINATOR",
        "indicator_value",
        "release",
        _at_least("denominator", "numerator"),
        "Tử số không lớn hơn mẫu số.",
        "The numerator is not above the denominator.",
        "What is counted above is a part of what is counted below.",
    ),
    Check(
        "INDICATOR_PARTS_WITHIN_DENOMINATOR",
        "indicator_value",
        "release",
        _every_row("coalesce(numerator > denominator, true) OR numerator + unreported_count + no_evidence_count <= denominator"),
        "Số đạt, số chưa báo cáo và số thiếu minh chứng cộng lại không lớn hơn mẫu số.",
        "What is met, what is not reported and what is not proven are together not above the denominator.",
        "No unit can have done a thing and not have reported it.",
    ),
    Check(
        "INDICATOR_DENOMINATOR_ABSENT",
        "indicator_value",
        "release",
        _null("denominator", _where("status", WITHOUT_DENOMINATOR)),
        "Khi thiếu số liệu hoặc thiếu mẫu số thì không có mẫu số.",
        "Where data or the denominator are missing, there is no denominator.",
        "A denominator of 0 would say that nothing happened, though nothing is known.",
    ),
    Check(
        "INDICATOR_RATE_PRESENT",
        "indicator_value",
        "release",
        _not_null("rate", _where("status", WITH_RATE)),
        "Chỉ tiêu đủ số liệu thì có tỷ lệ.",
        "An indicator with data has a rate.",
        "A rate that is not there would read as missing data.",
    ),
    Check(
        "INDICATOR_RATE_ABSENT",
        "indicator_value",
        "release",
        _null("rate", _where("status", WITHOUT_RATE)),
        "Chỉ tiêu không phát sinh hoặc thiếu số liệu thì không có tỷ lệ.",
        "An indicator with no activity or no data has no rate.",
        "A unit with nothing to report has neither 0 % nor 100 %.",
    ),
    Check(
        "INDICATOR_RATE_RANGE",
        "indicator_value",
        "release",
        _between("rate", 0, 1),
        "Tỷ lệ từ 0 đến 100%.",
        "The rate is between 0 and 100%.",
        "Anything else is broken arithmetic.",
    ),
    Check(
        "INDICATOR_RATE_LOW",
        "indicator_value",
        "release",
        _at_least("rate", "rate_low"),
        "Tỷ lệ không thấp hơn mức thấp nhất có thể.",
        "The rate is not below the lowest it can be.",
        "The interval says what the rate would be if every dossier not refreshed went one way; the rate lies in it.",
    ),
    Check(
        "INDICATOR_RATE_HIGH",
        "indicator_value",
        "release",
        _at_least("rate_high", "rate"),
        "Tỷ lệ không cao hơn mức cao nhất có thể.",
        "The rate is not above the highest it can be.",
        "The interval says what the rate would be if every dossier not refreshed went one way; the rate lies in it.",
    ),
    Check(
        "INDICATOR_COVERAGE",
        "expected_unit_period",
        "release",
        _no_results(f"SELECT {GRID} FROM {{batch}} EXCEPT SELECT {GRID} FROM indicator_value"),
        "Mỗi đơn vị đang hoạt động có đủ các chỉ tiêu ở mọi kỳ báo cáo, kể cả khi không phát sinh.",
        "Every unit in force has every indicator in every period, even with no activity.",
        "A unit that silently drops out makes the others' total look complete.",
    ),
    Check(
        "FILED_FIGURE_UNIQUE",
        "filed_figure",
        "release",
        _unique("closing_number", *INDICATOR_KEY),
        "Mỗi số liệu của một lần chốt chỉ có một dòng.",
        "There is one row for a figure of a closing.",
        "What was filed is one figure; two would let each side choose.",
    ),
    Check(
        "FILED_FIGURE_MOVED",
        "filed_figure",
        "warning",
        _every_row("NOT (is_latest AND is_moved)"),
        "Số liệu của kỳ đã chốt vẫn như đã báo cáo.",
        "The figures of a closed period are still those that were filed.",
        "A figure that moved after it was filed must be explained; filed_figure has both.",
    ),
    Check(
        "FORM_ADJUSTMENT_CARRIED_OVER",
        "form_adjustment",
        "release",
        _no_results(
            f"SELECT 1 FROM {{batch}} AS a LEFT JOIN form_ii06a AS n USING ({', '.join(FORM_KEY)}) "
            "WHERE a.carried_over IS DISTINCT FROM coalesce(n.carried_over, 0)"
        ),
        "Biểu II.06a sau kỳ đã chốt: số tồn đã báo cáo + điều chỉnh = cột (6).",
        "Form II.06a after a closed period: open as filed + adjustment = column (6).",
        "The adjustment line ties the form to the one that was filed before it.",
    ),
    Check(
        "TOTALS_AS_ROWS",
        "totals_difference",
        "warning",
        _every_row("is_used OR (numerator_difference = 0 AND denominator_difference = 0)"),
        "Số tổng đơn vị tự báo cáo khớp với số đếm từ dữ liệu từng dòng của đơn vị.",
        "A total that a unit reports is what its own rows come to.",
        "The rows count; totals_difference shows by how much the total is off.",
    ),
    Check(
        "UNIT_SILENCE",
        "unit_silence",
        "warning",
        _no_rows(),
        "Đơn vị nào giải quyết hồ sơ cũng có hồ sơ trong tháng vừa qua.",
        "Every unit that handles dossiers had some in the last ended month.",
        "A unit may have had none; more often its export is missing or its name is not understood.",
    ),
    Check(
        "UNIT_OUTSIDE_DATES",
        "unit_warning",
        "warning",
        _no_doubt("UNIT_OUTSIDE_DATES"),
        "Ngày tiếp nhận hoặc ban hành, đơn vị được ghi đang có hiệu lực theo danh mục.",
        "On the day of receipt or issue, the unit that is named is in force by the register.",
        "Either its dates in units.csv are wrong, or its successor is missing in unit_succession.csv.",
    ),
    Check(
        "CODE_UNIT_UNKNOWN",
        "unit_warning",
        "warning",
        _no_doubt("CODE_UNIT_UNKNOWN"),
        "Mã cơ quan trong mã hồ sơ thuộc một đơn vị trong danh mục.",
        "The agency in a dossier's code is a unit of the register.",
        "Agency codes have two spellings and were given anew; enter what the code stands for in unit_code.csv.",
    ),
    Check(
        "CODE_UNIT_GUESSED",
        "unit_warning",
        "warning",
        _no_doubt("CODE_UNIT_GUESSED"),
        "Mã cơ quan kiểu cũ trong mã hồ sơ có trong bảng mã, không phải đoán bằng cách đảo thứ tự.",
        "An agency code of the older kind is in the table of codes, not guessed by turning it around.",
        "Turned around, a code may be that of another unit; enter it in unit_code.csv.",
    ),
    Check(
        "CODE_UNIT_MISMATCH",
        "unit_warning",
        "warning",
        _no_doubt("CODE_UNIT_MISMATCH"),
        "Mã cơ quan trong mã hồ sơ khớp với đơn vị tiếp nhận hoặc giải quyết, hoặc đơn vị cấp trên, cấp dưới, tiền thân của nó.",
        "The agency in a dossier's code is the unit that received or resolves it, or one above, below or before it.",
        "The dossier may be entered under another unit's name, so that its time counts for the wrong one.",
    ),
    Check(
        "RECIPIENT_UNKNOWN",
        "unit_warning",
        "warning",
        _no_doubt("RECIPIENT_UNKNOWN"),
        "Nơi nhận ghi trong sổ văn bản đi đều rõ là đơn vị, nhóm đơn vị hay nơi ngoài cơ quan.",
        "Every recipient in a register of outgoing documents is a unit, a group of units, or somebody outside the office.",
        "Whether an unknown recipient got a document cannot be held against the log; add its name to unit_alias.csv or "
        "recipient_group.csv, and the register is read again.",
    ),
    Check(
        "EXCLUSION_OUTLIER",
        "unit_warning",
        "warning",
        _no_doubt("EXCLUSION_OUTLIER"),
        "Không đơn vị nào loại trừ văn bản nhiều hơn hẳn các đơn vị khác.",
        "No unit leaves out far more of its documents than the others do.",
        "What is left out as secret or on a ground is in no share; look at the unit's grounds in document_exclusion.",
    ),
    Check(
        "DOCUMENT_EXCLUSION_KEY_UNIQUE",
        "document_exclusion",
        "release",
        _unique(*PERIOD_KEY, "ground"),
        "Mỗi đơn vị, kỳ báo cáo và căn cứ chỉ có một số văn bản được loại trừ.",
        "There is one count of documents left out for a unit, period and ground.",
        "Two rows for the same thing would be added up.",
    ),
    Check(
        "DOCUMENT_EXCLUSION_SUM",
        "document_exclusion",
        "release",
        _no_results(
            f"SELECT {', '.join(PERIOD_KEY)}, CAST(sum(document_count) AS BIGINT) FROM {{batch}} "
            f"WHERE ground <> 'recipients_outside' GROUP BY {', '.join(PERIOD_KEY)} EXCEPT "
            f"SELECT {', '.join(PERIOD_KEY)}, excluded_count FROM indicator_value WHERE indicator_id = 'edoc_any'"
        ),
        "Số văn bản được loại trừ theo từng căn cứ cộng lại bằng số loại trừ của chỉ tiêu văn bản điện tử.",
        "The documents left out by ground add up to what the share of electronic documents leaves out.",
        "Both are counted from the same documents; a difference means that one of them lost some.",
    ),
    Check(
        "EXPORT_FILE_OUTCOME_KNOWN",
        "export_file",
        "release",
        _in("outcome", FILE_OUTCOMES),
        "Mỗi tệp được ghi nhận, bị từ chối hoặc là tệp lặp lại.",
        "Every file was recorded, refused or a repetition.",
        "A file with another outcome is in no account.",
    ),
    Check(
        "EXPORT_FILE_BALANCE",
        "export_file",
        "release",
        _every_row("outcome <> 'recorded' OR row_count = recorded_count + unchanged_count + duplicate_count + quarantined_count"),
        "Mỗi tệp đã ghi nhận: số hàng = ghi mới + không đổi + trùng + cách ly.",
        "Every file recorded: rows = recorded + unchanged + duplicate + quarantined.",
        "No row of a file may disappear without an account.",
    ),
    Check(
        "EXPORT_FILE_REFUSED",
        "export_file",
        "warning",
        _not_in("outcome", ["refused"]),
        "Không có tệp nào bị từ chối.",
        "No file was refused.",
        "What the file says is in no figure until it is exported again or its profile is mended.",
    ),
    Check(
        "EXPORT_FILE_DOUBTFUL",
        "export_file",
        "warning",
        _every_row("file_rules IS NULL"),
        "Không có tệp nào vi phạm quy tắc tệp mà vẫn được nhận.",
        "No file was taken although it breaks a file rule.",
        "Its columns, its coverage or who saved it are not as usual; see file_rules, and the status.",
    ),
    Check(
        "EXPORT_FILE_MUCH_QUARANTINED",
        "export_file",
        "warning",
        _every_row(f"outcome <> 'recorded' OR quarantined_count * 100 <= row_count * {QUARANTINE_PERCENT}"),
        f"Không có tệp nào bị cách ly quá {QUARANTINE_PERCENT}% số hàng.",
        f"No file has more than {QUARANTINE_PERCENT}% of its rows in quarantine.",
        "So many bad rows rather mean a new column, word or date format than so many mistakes.",
    ),
    Check(
        "QUARANTINE_EMPTY",
        "export_file",
        "warning",
        # One result a row kept out, so that the count that people read is of rows and not of files.
        _no_results("SELECT unnest(range(quarantined_count)) FROM {batch}"),
        "Không có hàng nào bị cách ly.",
        "No row is in quarantine.",
        "Rows in quarantine are in no figure until their fault is mended or their word is mapped.",
    ),
    Check(
        "UNIT_CODE_PRESENT",
        "unit",
        "release",
        _not_null("unit_code"),
        "Mỗi đơn vị có mã.",
        "Every unit has its code.",
        "Figures are joined to units by their code.",
    ),
    Check(
        "UNIT_CODE_UNIQUE",
        "unit",
        "release",
        _unique("unit_code"),
        "Mỗi mã đơn vị chỉ thuộc một đơn vị.",
        "A unit code belongs to one unit only.",
        "With two units for a code, every figure of theirs is doubled.",
    ),
    Check(
        "UNIT_FROM_REGISTER",
        "unit",
        "warning",
        _not_in("is_from_data", [True]),
        "Danh mục đơn vị do cơ quan lập, không phải lấy từ dữ liệu.",
        "The units come from the office's register, not from the data.",
        "Units taken from the data cannot show who sent nothing; fill in units.csv.",
    ),
    Check(
        "TARGET_KEY_PRESENT",
        "target_status",
        "release",
        _complete((*TARGET_KEY, "state")),
        "Mỗi kết quả mục tiêu có đủ mục tiêu, đơn vị, kỳ báo cáo và kết luận.",
        "Every target result has its target, unit, period and state.",
        "A result without them cannot be placed on the scorecard.",
    ),
    Check(
        "TARGET_KEY_UNIQUE",
        "target_status",
        "release",
        _unique(*TARGET_KEY),
        "Mỗi mục tiêu, đơn vị và kỳ báo cáo chỉ có một kết quả.",
        "There is one result for a target, unit and period.",
        "A target cannot be met and missed at once.",
    ),
    Check(
        "TARGET_STATE_KNOWN",
        "target_status",
        "release",
        _in("state", TARGET_STATES),
        "Kết luận về mục tiêu nằm trong danh mục.",
        "The state of a target is one of the list.",
        "The scorecard has no words for another state.",
    ),
    *(
        Check(
            f"{check_id}_UNIQUE",
            table,
            "release",
            _unique(*TARGET_KEY, *key),
            f"Mỗi {vi} của một mục tiêu, đơn vị và kỳ báo cáo chỉ có một dòng.",
            f"There is one row {en} of a target, unit and period.",
            "Two rows would say two things of the same figure.",
        )
        for check_id, table, key, vi, en in (
            ("TARGET_PART", "target_part", ("part_number",), "phần", "a part"),
            ("TARGET_OUTLOOK", "target_outlook", ("part_number",), "triển vọng của một phần", "an outlook of a part"),
            ("TARGET_CAUSE", "target_cause", ("part_number", "cause_kind", "place"), "nguyên nhân", "a cause"),
        )
    ),
)


ROWS_GONE_PERCENT = 1  # systems clear out test dossiers; above it, an export was filtered more likely than rows were deleted
ROWS_GONE_FEWEST = 10
UNIT_SHRUNK_PERCENT = 5
UNIT_SHRUNK_FEWEST = 5

DRIFT_CHECKS = (
    Check(
        "ROWS_LOST",
        "lost_dossier",
        "release",
        _no_results("SELECT 1 FROM {batch} WHERE NOT is_gone"),
        "Không hồ sơ nào của bản hiện hành bị mất mà không có tệp kết xuất nào cho thấy.",
        "No dossier of the current release is lost without an export that says so.",
        "It was kept out, its file was refused, or a setting changed: the figures would fall and nobody would know why.",
    ),
    Check(
        "ROWS_GONE_MANY",
        "source_gone",
        "release",
        _every_row(f"gone_count < {ROWS_GONE_FEWEST} OR gone_count * 100 <= before_count * {ROWS_GONE_PERCENT}"),
        f"So với bản hiện hành, không nguồn nào mất quá {ROWS_GONE_PERCENT}% số hồ sơ (từ {ROWS_GONE_FEWEST} hồ sơ trở lên).",
        f"No source lost over {ROWS_GONE_PERCENT}% of its dossiers ({ROWS_GONE_FEWEST} at the least) since the current release.",
        "So many gone at once rather mean a filtered export than dossiers that were deleted.",
    ),
    Check(
        "ROWS_GONE",
        "lost_dossier",
        "warning",
        _no_results("SELECT 1 FROM {batch} WHERE is_gone"),
        "Không hồ sơ nào của bản hiện hành biến mất khỏi tệp kết xuất.",
        "No dossier of the current release is gone from the exports.",
        "A dossier that is deleted leaves the figures; its office should know why.",
    ),
    Check(
        "UNIT_SHRUNK",
        "unit_change",
        "warning",
        _every_row(
            f"before_count - now_count < {UNIT_SHRUNK_FEWEST} OR now_count * 100 >= before_count * {100 - UNIT_SHRUNK_PERCENT}"
        ),
        f"So với bản hiện hành, không đơn vị nào mất quá {UNIT_SHRUNK_PERCENT}% số hồ sơ (từ {UNIT_SHRUNK_FEWEST} hồ sơ trở lên).",
        f"No unit lost over {UNIT_SHRUNK_PERCENT}% of its dossiers ({UNIT_SHRUNK_FEWEST} at the least) since the current release.",
        "Its dossiers are gone, or count for another unit now: a name that is understood otherwise, a unit that was divided.",
    ),
)
"""What must hold of the step from the current release to the next: judged apart, since it depends on which one was current."""
