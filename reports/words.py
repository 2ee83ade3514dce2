"""Words of the data as people read them, in Vietnamese and in English."""

STATUSES = {
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
OUTCOMES = {
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
EXCLUSIONS = {
    **STATUSES,
    "NEVER_RECEIVED": ("chưa từng được tiếp nhận", "never received"),
    "NO_DUE_DATE": ("không có ngày hẹn trả", "without a due date"),
    "NO_CALENDAR": ("ngoài lịch làm việc đã khai báo", "beyond the working calendar"),
    "ORIGINAL_DUE_NOT_TOLD": ("tệp không cho biết ngày hẹn trả ban đầu", "the export does not tell the day first promised"),
    "SUPPLEMENT_NOT_TOLD": ("tệp không cho biết số lần bổ sung", "the export does not tell the supplements"),
}
"""Why a rule does not count a dossier, as ``exclusion_reason`` names it."""
