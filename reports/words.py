"""The words of states, reasons and kinds, in both languages, wherever figures are shown."""

Said = tuple[str, str]
"""A text in Vietnamese and in English."""

STATE_WORDS: dict[str, tuple[str, str, str]] = {
    "met": ("✔", "đạt", "met"),
    "not_met": ("✘", "chưa đạt", "not met"),
    "no_activity": ("–", "không phát sinh", "no activity"),
    "missing_data": ("?", "thiếu số liệu", "missing data"),
    "missing_denominator": ("?", "thiếu mẫu số", "missing denominator"),
    "no_evidence": ("?", "thiếu minh chứng", "no evidence"),
    "not_yet_due": ("…", "chưa đến hạn", "not yet due"),
    "small_sample": ("~", "mẫu nhỏ", "small sample"),
    "series_break": ("?", "đứt chuỗi số liệu", "series break"),
    "withheld": ("⊘", "không công bố", "not published"),
}
"""The mark of each state, and what it is called."""

REASONS: dict[str, Said] = {
    "no_source": ("chưa có nguồn", "no source yet"),
    "before_coverage": ("trước ngày nguồn bắt đầu có dữ liệu", "before the sources' data begin"),
    "not_told": ("tệp kết xuất không có", "not in the export:"),
    "no_register": ("chưa có sổ hoặc tổng số làm mẫu số", "no register or total to stand below the line"),
    "not_reported": ("đơn vị chưa báo cáo", "not reported"),
    "predecessor_was_split": ("đơn vị tiền thân bị chia tách", "its predecessor was divided"),
}
"""Why a figure has no value, as ``status_reason`` names it."""

UNIT_KINDS: dict[str, Said] = {
    "province": ("cấp tỉnh", "province"),
    "district": ("UBND huyện", "district"),
    "department": ("cơ quan chuyên môn", "department"),
    "commune": ("UBND cấp xã", "commune"),
    "public_service_unit": ("đơn vị sự nghiệp", "public service unit"),
    "vertical_agency": ("ngành dọc", "vertical agency"),
    "one_stop_counter": ("bộ phận một cửa", "one-stop counter"),
    "unknown": ("chưa rõ loại", "kind unknown"),
}

MARKS: dict[str, Said] = {
    "seen": ("Đã thấy trong phần mềm, biểu mẫu, kế hoạch", "seen in software, a template or a plan"),
    "copy": ("Bản sao, chưa rõ giá trị pháp lý", "a copy, legal standing not verified"),
    "unverified": ("**Chưa kiểm chứng** với văn bản gốc", "not verified against any legal text"),
    "recommended": ("Đề xuất của dự án, không phải quy định", "this project's recommendation, no regulation"),
}
STATUSES: dict[str, Said] = {
    "REGISTERED": ("mới đăng ký", "registered"),
    "RECEIVED": ("đã tiếp nhận", "received"),
    "PROCESSING": ("đang xử lý", "in progress"),
    "SUPPLEMENT": ("chờ bổ sung", "waiting for papers"),
    "FINANCIAL": ("chờ nghĩa vụ tài chính", "waiting for a payment"),
    "PAUSED": ("tạm dừng, dừng xử lý", "paused or stopped"),
    "DONE_WAIT_RETURN": ("đã xử lý xong, chờ trả", "processed, not handed over"),
    "RETURNED": ("đã trả kết quả", "handed over"),
    "REJECTED": ("không được tiếp nhận, từ chối", "refused"),
    "WITHDRAWN": ("công dân rút", "withdrawn"),
    "CANCELLED": ("đã hủy", "cancelled"),
}
TREATMENTS: dict[str, Said] = {
    "excluded": ("không tính", "left out"),
    "open": ("đang giải quyết; quá hạn khi qua hạn", "open; overdue once past due"),
    "open_with_limit": (
        "đang giải quyết; quá hạn khi đã qua hạn thêm {limit_days} ngày lịch",
        "open; overdue once past due by {limit_days} calendar days",
    ),
    "paused_in_time": ("đang giải quyết, không bao giờ quá hạn", "open, never overdue"),
    "resolved_by_dates": ("đã giải quyết, ngày kết thúc xử lý so với hạn", "resolved; its end is held against its due date"),
    "resolved_on_time": ("đã giải quyết, luôn tính đúng hạn", "resolved, on time whatever its dates"),
    "resolved_when_closed": (
        "kết thúc vào ngày kết thúc xử lý, không có thì lúc có trạng thái này; so với hạn",
        "ended when processing did, else when it had this status; held against its due date",
    ),
    "resolved_when_requested": (
        "kết thúc lúc yêu cầu bổ sung, không có thì lúc có trạng thái này; so với hạn",
        "ended when papers were asked for, else when it had this status; held against its due date",
    ),
}
OUTCOMES: dict[str, Said] = {
    "early": ("trước hạn", "early"),
    "on_time": ("đúng hạn", "on time"),
    "late": ("quá hạn", "late"),
    "open": ("đang giải quyết", "open"),
    "excluded": ("không tính", "left out"),
    "unknown": ("thiếu dữ liệu", "not told"),
    "in_both": ("tử số và mẫu số", "numerator and denominator"),
    "in_denominator": ("chỉ mẫu số", "denominator only"),
    "in_neither": ("không vào tỷ lệ", "in neither"),
}
CHANNELS: dict[str, Said] = {
    "online": ("trực tuyến", "online"),
    "in_person": ("trực tiếp", "in person"),
    "postal": ("bưu chính", "by post"),
    "other": ("khác", "other"),
}
EXCLUSIONS: dict[str, Said] = {
    **STATUSES,
    "NEVER_RECEIVED": ("chưa từng được tiếp nhận", "never received"),
    "NO_DUE_DATE": ("không có ngày hẹn trả", "without a due date"),
    "NO_CALENDAR": ("ngoài lịch làm việc đã khai báo", "beyond the working calendar"),
    "ORIGINAL_DUE_NOT_TOLD": ("tệp không cho biết ngày hẹn trả ban đầu", "the export does not tell the day first promised"),
    "SUPPLEMENT_NOT_TOLD": ("tệp không cho biết số lần bổ sung", "the export does not tell the supplements"),
}
"""Why a rule does not count a dossier, as ``exclusion_reason`` names it."""
LAWFUL = {
    "supplement": ("có yêu cầu bổ sung", "papers were asked for"),
    "extension": ("tệp ghi cả hai ngày hẹn", "the export tells both due dates"),
    "correction": ("đã đính chính, có văn bản", "corrected by an accepted claim with its document"),
}
"""Reasons that the law, the export or the register of corrections gives for an edit, as ``lawful_reason`` names them."""


def in_vietnamese(words: dict[str, Said], name: str | None) -> str:
    """What one of these words is called; another one as it is, and nothing for none."""
    return words[name][0] if name in words else name or ""


UNIT_DOUBTS: dict[str, Said] = {
    "UNIT_OUTSIDE_DATES": (
        "hồ sơ, văn bản ghi vào ngày đơn vị không có hiệu lực",
        "entered for days on which the unit was not in force",
    ),
    "CODE_UNIT_UNKNOWN": ("hồ sơ có mã của cơ quan chưa rõ", "with the code of an agency that is not known"),
    "CODE_UNIT_GUESSED": ("hồ sơ có mã của cơ quan mới chỉ đoán ra", "with the code of an agency that is only guessed"),
    "CODE_UNIT_MISMATCH": ("hồ sơ có mã của cơ quan khác", "with the code of another agency"),
    "RECIPIENT_UNKNOWN": ("văn bản có nơi nhận chưa rõ là ai", "documents with recipients that are not known"),
    "EXCLUSION_OUTLIER": ("văn bản không tính, nhiều hơn hẳn các đơn vị khác", "documents left out, far more than by other units"),
}
"""What is in doubt about a unit, as the mart unit_warning names it; the checks of the same names say what to do."""
