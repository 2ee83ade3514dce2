"""The lines of the two lists: the plan's targets with their figures, and the dossiers that are overdue."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reports.excel.layouts import NUMBER_WIDTH, Column
from reports.excel.sheet import Quotient
from reports.numbers import count
from reports.numbers import date as written_date
from reports.words import CHANNELS, STATUSES, Said, in_vietnamese

TARGET_COLUMNS = [
    Column(1, (), "TT", width=10),
    Column(2, (), "Mục tiêu · Target", width=42),
    Column(3, (), "Tính trên · Of", width=16),
    Column(4, (), "Kỳ · Period", width=13),
    Column(5, (), "Mức · Bar", width=9),
    Column(6, (), "Tử số · Numerator", width=10),
    Column(7, (), "Mẫu số · Denominator", width=12),
    Column(8, (), "Tỷ lệ · Rate", width=10),
    Column(9, (), "Kết quả · Result", width=14),
    Column(10, (), "Còn thiếu · Short of", width=9),
    Column(11, (), "Ghi chú · Notes", width=46),
]
OVERDUE_COLUMNS = [
    Column(1, (), "TT", width=NUMBER_WIDTH),
    Column(2, (), "Mã hồ sơ · Dossier", width=28),
    Column(3, (), "Đơn vị giải quyết · Unit", width=26),
    Column(4, (), "Thủ tục · Procedure", width=44),
    Column(5, (), "Hình thức nộp · Channel", width=13),
    Column(6, (), "Tiếp nhận · Received", width=12),
    Column(7, (), "Hạn tính · Due", width=12),
    Column(8, (), "Quá hạn từ · Overdue since", width=12),
    Column(9, (), "Số ngày quá hạn · Days over", width=9),
    Column(10, (), "Kết thúc · Ended since", width=12),
    Column(11, (), "Trạng thái hiện nay · Status now", width=16),
]
MOST_LISTED = 20_000
"""So many overdue dossiers are listed; those of each unit stand in its own workbook."""


def target_lines(targets: Sequence[dict[str, Any]], scopes: Mapping[str, dict[str, Any]]) -> list[list[Any]]:
    """Each target; its rate has as many decimals as keep it on its side of the bar."""
    return [
        [
            target["target_id"],
            f"{target['text_vi']}\n{target['text_en']}",
            _both((scope["title_vi"], scope["title_en"])) if scope else "",
            f"{written_date(target['period_start'])}–\n{written_date(target['period_end'])}",
            target["bar"],
            target["numerator"],
            target["denominator"],
            _rate(target),
            _both(target["state_said"]),
            target["short_count"] if target["denominator"] else None,
            "\n".join(_both(said) for said in target["notes"]),
        ]
        for target in targets
        for scope in [scopes.get(target["scope"])]
    ]


def _rate(target: dict[str, Any]) -> Quotient | None:
    if not target["denominator"]:
        return None
    decimals = len(target["text"].partition(",")[2].rstrip("%"))
    return Quotient(5, 6, target["numerator"] / target["denominator"], decimals)


def overdue_lines(dossiers: Sequence[dict[str, Any]], name_of: Callable[[str], str]) -> list[list[Any]]:
    """Each overdue dossier; how many are left out of a long list is said in its last line."""
    listed = [
        [
            number,
            row["dossier_code"],
            name_of(row["unit_code"]),
            row["procedure_name"],
            in_vietnamese(CHANNELS, row["channel"]),
            row["received_at"].date(),
            row["effective_due_at"].date(),
            row["overdue_date"],
            row["overdue_days"],
            row["finished_at"] and row["finished_at"].date(),
            in_vietnamese(STATUSES, row["status"]),
        ]
        for number, row in enumerate(dossiers[:MOST_LISTED], 1)
    ]
    if (more := len(dossiers) - MOST_LISTED) > 0:
        said = f"Còn {count(more)} hồ sơ, xem sổ của từng đơn vị · {more:,} more in the units' own workbooks"
        listed.append(["…", said, *[None] * (len(OVERDUE_COLUMNS) - 2)])
    return listed


def _both(said: Said) -> str:
    return " · ".join(said)
