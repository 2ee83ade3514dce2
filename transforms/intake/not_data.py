"""Rows of a table that are no data, and are recognisably so: numbers below the header, totals, a signature block.

What is not recognised stays a row, and is quarantined by name where it breaks a rule. Nothing is dropped on a guess.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import duckdb

from transforms.codes import DOSSIER_CODE
from transforms.duck import quoted
from transforms.intake.groups import carry_down, group_of
from transforms.intake.headers import EXPORT_TIME
from transforms.intake.table import Part, TextTable, as_text
from transforms.labels import header_key, nfc
from transforms.profiles import Profile

KINDS = {
    "title": ("hàng tiêu đề bảng, phía trên hàng tên cột", "rows of title above the header"),
    "header": ("hàng tên cột lặp lại", "the header again"),
    "numbers": ("hàng đánh số cột", "a row of column numbers"),
    "total": ("hàng tổng cộng", "rows of totals"),
    "signature": ("phần ký tên cuối bảng", "the signature block at the end"),
    "group": (
        "hàng nhóm (lĩnh vực, thủ tục), tính cho các hàng bên dưới",
        "group rows (field, procedure), which count for the rows below",
    ),
    "other_sheet": ("hàng ở các trang không mang bảng của nguồn", "rows of sheets without the source's table"),
    "blank": ("hàng trống", "rows without text"),
}
"""Every kind of row that is set aside, in both languages."""

_NUMBER_OF_COLUMN = re.compile(r"[(\[]?(\d{1,3}|[A-Z])[)\]]?")
_FEWEST_NUMBERS = 3
_TOTAL = re.compile(r"(tổng cộng|tổng số|tổng|cộng|total|số (lượng )?(hồ sơ|bản ghi|dòng|hàng)|(row|record) count)\b")
_FIGURE = re.compile(r"[\d.,%()/\s-]*")
_LIKE_A_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_SIGNATURE = re.compile(
    r"ngày\s*\S*\s*tháng\s*\S*\s*năm|^người (lập|kiểm tra|tổng hợp|báo cáo)\b|^(thủ trưởng|chủ tịch|phó chủ tịch|giám đốc"
    r"|trưởng phòng|chánh văn phòng|kế toán)\b|^(tm|kt|tl|tuq|q)\.|\bký\b.*\bghi rõ\b|\bký tên\b|^nơi nhận\b"
)
_SIGNATURE_CELLS = 4
_SUSPECTS = 5_000
"""More rows than that are no trimmings of a table; they are left to the rules."""


def set_aside_not_data(con: duckdb.DuckDBPyConnection, table: TextTable, name: str, profile: Profile) -> TextTable:
    """The table without its rows that are no data, which are named instead; group rows have been carried down.

    A row in which a date is understood, or whose code has the shape of one, is data. Only the others are looked at, and only
    for them the file is read again.
    """
    times = [c.name for c in profile.entity.columns if c.role == "time" and c.name in profile.columns]
    dated = f"coalesce({', '.join([*times, *([EXPORT_TIME] if profile.exported_at.column else [])])}) is not null"
    code = profile.entity.code
    # As it is written: the number of a column is no code that has lost its zeros.
    coded = f"regexp_full_match(coalesce({code}_odd, {code}_text), {quoted(profile.code_pattern or DOSSIER_CODE)})"
    is_data = f"({dated} or coalesce({coded}, false))"
    patterns = {column: pattern for column, pattern in profile.groups.items() if column not in table.places}
    limit = "" if patterns else f"limit {_SUSPECTS + 1}"
    others = {record for (record,) in con.execute(f"select rowid from text_row where not {is_data} {limit}").fetchall()}
    if not patterns and not 0 < len(others) + len(table.misshapen) <= _SUSPECTS:
        return table
    ends = [_ends_of_data(con, is_data, part, following) for part, following in pairwise([*table.parts, None])]
    lines = table.lines_of(others | {record for pair in ends for record in pair} - {None})
    wanted = {lines[record] for record in others}
    suspects = {line: cells for line, cells in (table.rows() if wanted else ()) if line in wanted} | dict(table.misshapen)
    texts = {line: [as_text(cell).strip() for cell in suspects[line]] for line in sorted(suspects)}
    groups = {line: said for line, cells in texts.items() if (said := group_of([cell for cell in cells if cell], patterns))}
    kinds = dict.fromkeys(groups, "group")
    for (part, following), (first, last) in zip(pairwise([*table.parts, None]), ends, strict=True):
        here = {
            line: cells
            for line, cells in texts.items()
            if line not in groups and line > part.above and (following is None or line < following.above)
        }
        code_at = table.places[code]
        kinds |= _kinds(here, code_at, table.headers, first_data=lines.get(first), last_data=lines.get(last, 0))
    kept = replace(
        table,
        misshapen=[(line, cells) for line, cells in table.misshapen if line not in kinds],
        not_data=[record for record in others if lines[record] in kinds],
        set_aside=table.set_aside + Counter(kinds.values()),
        totals=[" ".join(filter(None, texts[line])) for line, kind in kinds.items() if kind == "total"],
    )
    if patterns:
        carry_down(con, kept, groups, patterns, name, profile.source)
    return kept


def _ends_of_data(
    con: duckdb.DuckDBPyConnection, is_data: str, part: Part, following: Part | None
) -> tuple[int | None, int | None]:
    """The first and the last record of a part that are data for sure."""
    until = f"and rowid < {following.first_record}" if following else ""
    return con.execute(
        f"select min(rowid), max(rowid) from text_row where {is_data} and rowid >= {part.first_record} {until}"
    ).fetchall()[0]


def _kinds(rows: dict[int, list[str]], code_at: int, headers: list[str], first_data: int | None, last_data: int) -> dict[int, str]:
    """The kind of each of these rows, if it has one; the rows that hold data for sure begin and end on the given lines."""
    code_key = header_key(headers[code_at])
    kinds: dict[int, str] = {}
    for line, cells in rows.items():
        filled = [cell for cell in cells if cell]
        code = "".join(cells[code_at : code_at + 1])
        if not filled:
            kinds[line] = "blank"
        elif header_key(code) == code_key:
            kinds[line] = "header"
        elif (first_data is None or line < first_data) and _are_column_numbers(filled):
            kinds[line] = "numbers"
        elif _TOTAL.match(nfc(filled[0]).casefold()) and all(_FIGURE.fullmatch(cell) for cell in filled[1:]):
            kinds[line] = "total"
        elif not _may_be_signature(filled, code):
            last_data = max(last_data, line)
    below = [line for line in rows if line > last_data]
    begins = next((line for line in below if any(_SIGNATURE.search(nfc(cell).casefold()) for cell in rows[line])), None)
    if begins is not None:
        kinds |= {line: "signature" for line in below if line >= begins and line not in kinds}
    return kinds


def _are_column_numbers(filled: Sequence[str]) -> bool:
    """1 2 3 … or A B 1 2 …, with or without brackets."""
    found = [_NUMBER_OF_COLUMN.fullmatch(cell) for cell in filled]
    numbers = [int(match[1]) for match in found if match and match[1].isdigit()]
    return all(found) and len(numbers) >= _FEWEST_NUMBERS and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _may_be_signature(filled: Sequence[str], code: str) -> bool:
    """Few cells, no date in figures, and nothing like a code where the code stands."""
    return (
        len(filled) <= _SIGNATURE_CELLS
        and not any(_LIKE_A_DATE.search(cell) for cell in filled)
        and (not any(c.isdigit() for c in code) or bool(_SIGNATURE.search(nfc(code).casefold())))
    )
