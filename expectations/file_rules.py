"""File rules: what a whole file must be to be read and recorded. Each has a code and a sentence in both languages.

Where a rule is broken, the sentence of the file itself says what was found and what to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from transforms.errors import ConfigError
from transforms.labels import nearest


@dataclass(frozen=True)
class FileRule:
    """A rule over a whole file: ``refuse`` keeps it out, ``warning`` takes it and says so.

    A refusal that an operator ``may_accept``, for a reason, is one where the file may be right after all.
    """

    code: str
    severity: Literal["refuse", "warning"]
    vi: str
    en: str
    may_accept: bool = False


FILE_RULES = (
    FileRule("FILE_UNREADABLE", "refuse", "Tệp mở được và tách được thành hàng, ô.", "The file can be opened and taken apart."),
    FileRule("FILE_EMPTY", "refuse", "Tệp có hàng dữ liệu.", "The file has rows of data.", may_accept=True),
    FileRule(
        "FILE_COLUMNS_MISSING",
        "refuse",
        "Tệp có đủ các cột cần đọc, mỗi cột một lần.",
        "The file has every needed column, each once.",
    ),
    FileRule(
        "FILE_EXPORT_TIME_MISSING",
        "refuse",
        "Biết tệp được kết xuất lúc nào.",
        "It is known when the file was exported.",
    ),
    FileRule(
        "FILE_COVERAGE_UNKNOWN",
        "refuse",
        "Biết tệp của kỳ nào, khi nguồn kết xuất từng kỳ.",
        "It is known which days the file is of, where a source exports some days at a time.",
    ),
    FileRule("FILE_TRUNCATED", "refuse", "Tệp không bị cắt giữa chừng.", "The file does not break off."),
    FileRule(
        "FILE_COUNT_DIFFERS",
        "refuse",
        "Số hồ sơ ghi trong tệp bằng số hàng đọc được.",
        "The number of rows that the file states is the number that is read.",
        may_accept=True,
    ),
    FileRule(
        "FILE_COLUMNS_SHIFTED",
        "refuse",
        "Các hàng có đủ số ô như hàng tên cột.",
        "The rows have as many cells as the header.",
    ),
    FileRule(
        "FILE_CODES_UNLIKE",
        "refuse",
        "Ít nhất 90% số hàng có mã mang dạng mã của nguồn.",
        "At least 90 % of the rows have a code of the source's shape.",
        may_accept=True,
    ),
    FileRule(
        "FILE_COLUMN_UNLIKE",
        "refuse",
        "Giá trị của mỗi cột vẫn đọc được như ở tệp trước của nguồn.",
        "The values of each column can be read as in the source's file before.",
        may_accept=True,
    ),
    FileRule(
        "FILE_SHRUNKEN",
        "refuse",
        "Tệp có ít nhất một nửa số hàng của tệp trước cùng phạm vi.",
        "The file has at least half the rows of the one before that covers the same.",
        may_accept=True,
    ),
    FileRule(
        "FILE_DATES_SWAPPED",
        "refuse",
        "Ngày và tháng không bị Excel đổi chỗ.",
        "Days and months were not swapped by Excel.",
        may_accept=True,
    ),
    FileRule(
        "FILE_COLUMNS_CHANGED",
        "warning",
        "Tệp có cùng các cột như tệp trước của nguồn.",
        "The file has the same columns as the source's file before.",
    ),
    FileRule(
        "FILE_COVERAGE_CONTRADICTED",
        "warning",
        "Tiêu đề bảng, tên tệp và khai báo của nguồn nói cùng một phạm vi.",
        "Title, name and profile say the same of what the file covers.",
    ),
    FileRule(
        "FILE_ROWS_OUTSIDE",
        "warning",
        "Mọi hàng nằm trong phạm vi mà tệp nói.",
        "Every row is within what the file says that it covers.",
    ),
    FileRule(
        "FILE_RESAVED",
        "warning",
        "Tệp là bản gốc của hệ thống, không phải bản do người lưu lại bằng Excel.",
        "The file is the system's own, and was not saved again in Excel.",
    ),
)


def file_rule_of(code: str) -> FileRule:
    """The file rule with this code."""
    return next(rule for rule in FILE_RULES if rule.code == code)


def must_be_acceptable(codes: Sequence[str], where: str) -> None:
    """Refuse an acceptance of what is no file rule, or of one that nobody can waive; ConfigError says ``where`` it stands."""
    known = [rule.code for rule in FILE_RULES if rule.may_accept]
    for code in codes:
        if code not in known:
            near = ", ".join(nearest(code, known, 1) or known)
            raise ConfigError(
                f"{where}: không thể chấp nhận {code}; có phải {near}? Chấp nhận được: {', '.join(known)}.",
                f"{where}: {code} cannot be accepted; did you mean {near}? Those that can be: {', '.join(known)}.",
            )
