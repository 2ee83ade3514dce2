"""Which sheets of a workbook, or tables of a page, are read: every one that has the source's header, and no other."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.errors import refused
from transforms.intake.headers import Head, find_columns, find_head, known_count, knows_code, needed_columns
from transforms.intake.legacy_text import UNSURE
from transforms.intake.table import Grid, HeadedGrid, as_text
from transforms.labels import header_key
from transforms.profiles import Profile

_FEWEST_KNOWN = 2
"""One known header is chance: the guide to a register names each of them."""


@dataclass(frozen=True)
class Found:
    """The tables that are read, and what is left aside: names of sheets, and rows counted."""

    tables: list[HeadedGrid]
    others: list[str]
    set_aside: Counter[str]


def source_tables(grids: Sequence[Grid], name: str, profile: Profile) -> Found:
    """All grids with the profile's header; FileRefusedError where there is none, or where one is doubtful."""
    heads = find_heads(grids, profile)
    tables = [
        HeadedGrid(at, grid, head) for at, (grid, head) in enumerate(zip(grids, heads, strict=True), 1) if isinstance(head, Head)
    ]
    others = [(grid, row) for grid, row in zip(grids, heads, strict=True) if not isinstance(row, Head)]
    if not tables:
        if not any(row for _, row in others):
            raise refused(name, "không có ô nào mang chữ", "none of its cells holds any text")
        find_columns(max((row for _, row in others), key=lambda row: known_count(row, profile)), profile, name)
    for table in tables:
        _refuse_unsure(table.grid, name)
        if len(tables) > 1:
            _refuse_hidden(table.grid, name)
            _refuse_other_header(table, tables[0], name)
    named = [(grid, row) for grid, row in others if grid.title]
    for grid, row in named:
        enough = max(_FEWEST_KNOWN, len(needed_columns(profile)) / 2)
        if knows_code(row, profile) and known_count(row, profile) >= enough:
            # A month whose header is spelt in another way must not fall away: this says what is missing.
            find_columns(row, profile, f"{name}, trang/sheet «{grid.title}»")
    return Found(
        tables,
        [grid.title for grid, _ in named],
        +Counter(other_sheet=sum(sum(1 for _ in grid.rows()) for grid, _ in named)),
    )


def find_heads(grids: Sequence[Grid], profile: Profile) -> list[Head | list[str]]:
    """The header in each sheet or table; where there is none, the cells of the row that is most like one."""
    return [find_head(((line, list(map(as_text, cells))) for line, cells in grid.rows()), profile) for grid in grids]


def _refuse_unsure(grid: Grid, name: str) -> None:
    if grid.encoding == UNSURE:
        raise refused(
            name,
            "có chữ gõ bằng phông cũ mà không chắc là TCVN3 hay VNI. Hãy chuyển bảng sang Unicode rồi lưu lại",
            "it holds text typed for an old font, and nothing says for sure whether TCVN3 or VNI. Convert it to Unicode and save",
        )


def _refuse_hidden(grid: Grid, name: str) -> None:
    if grid.is_hidden:
        raise refused(
            name,
            f"trang ẩn «{grid.title}» cũng mang bảng của nguồn, không biết có tính hay không. Hãy bỏ ẩn hoặc xóa trang ấy",
            f"the hidden sheet “{grid.title}” has the source's table too, and nothing says whether it counts. Unhide or delete it",
        )


def _refuse_other_header(table: HeadedGrid, first: HeadedGrid, name: str) -> None:
    if _keys(table.head) != _keys(first.head):
        raise refused(
            name,
            f"trang «{table.grid.title}» có hàng tên cột khác trang đầu. Hãy để các trang cùng tên cột, cùng thứ tự",
            f"the sheet “{table.grid.title}” has another header than the first. Give all sheets the same columns in one order",
        )


def _keys(head: Head) -> list[str]:
    keys = list(map(header_key, head.headers))
    while keys and not keys[-1]:
        keys.pop()
    return keys
