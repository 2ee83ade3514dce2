"""How many rows a file says that it has, in its titles or totals, beside how many were read."""

import re
from itertools import chain

from transforms.findings import Judgement
from transforms.intake.table import TextTable
from transforms.labels import nfc

_THINGS = r"(?:hồ sơ|bản ghi|dòng|hàng|văn bản|records?|rows?)"
_NUMBER = r"(\d{1,3}(?:[.,]\d{3})+|\d+)"
_STATED = (
    re.compile(rf"\b{_THINGS}\s*[:=]\s*{_NUMBER}\s*(?:$|[);,])"),
    re.compile(rf"^(?:tổng|cộng|số|total)[^\d:]*{_THINGS}\s*{_NUMBER}$"),
    re.compile(rf"(?:^|[:(]\s*|\b(?:tổng số|tổng cộng|có|gồm|total)\s){_NUMBER} {_THINGS}\s*(?:$|[).;,])"),
    re.compile(rf"^(?:tổng số|tổng cộng|tổng|total|(?:row|record) count)\s*[:=]\s*{_NUMBER}$"),
)


def judge_count(table: TextTable, judgement: Judgement) -> None:
    """Refuse a file that says another number of rows than was read; totals of groups add up to it."""
    stated = [number for text in (*chain(*table.titles), *table.totals) if (number := stated_count(text)) is not None]
    if not stated or table.data_count in (*stated, sum(stated)):
        return
    judgement.refuse(
        "FILE_COUNT_DIFFERS",
        f"tệp ghi có {max(stated)} hàng nhưng đọc được {table.data_count}; có thể bị cắt bớt. Hãy kết xuất lại",
        f"it says that it has {max(stated)} rows, and {table.data_count} were read; some may be missing. Export it again",
    )


def stated_count(text: str) -> int | None:
    """The number of rows that a title or a row of totals states; None where it speaks of something else."""
    plain = nfc(text).casefold()
    found = next((match for pattern in _STATED if (match := pattern.search(plain))), None)
    return int(re.sub(r"\D", "", found[1])) if found else None
