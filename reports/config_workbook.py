"""An office's words, headers, units and procedures as one Excel workbook, a sheet a table, every cell a text."""

from collections.abc import Mapping
from pathlib import Path

import xlsxwriter

from transforms.config_tables import COLUMNS, Table

GUIDE = "huong_dan"
"""The sheet that explains the others; it is not read back."""
_GUIDE = (
    ("Trang · sheet", "Nội dung", "What it holds"),
    (
        "words",
        "Từ trong tệp kết xuất (word) của nguồn (source) ở cột (column) nghĩa là gì (normal_form)",
        "What a word of a source's exports stands for",
    ),
    ("columns", "Tên cột trong tệp (header) là cột chuẩn nào (column)", "Which header is which canonical column"),
    ("unit_alias", "Tên gọi khác (alias) của đơn vị trong từng nguồn", "Other names of units, by source"),
    ("units", "Danh mục cơ quan, đơn vị", "The register of units"),
    ("procedures", "Danh mục thủ tục hành chính", "The catalogue of procedures"),
    (
        "",
        "Sửa, thêm, xóa dòng; giữ nguyên hàng tên cột. Xóa cả trang thì phần ấy giữ như cũ.",
        "Change, add or delete rows; leave the row of column names. What has no sheet stays as it is.",
    ),
    (
        "",
        "Ngày viết dạng 2020-12-31. Nạp lại bằng: motcua config import TỆP.xlsx",
        "Dates as 2020-12-31. Read back with: motcua config import",
    ),
)
_WIDEST = 60


def write_config_workbook(tables: Mapping[str, Table], target: Path) -> None:
    """Write the tables to ``target``. Codes keep their zeros, and what looks like a formula stays a text."""
    as_text = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, as_text) as book:
        text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        _write(book.add_worksheet(GUIDE), _GUIDE, text, head)
        for name in COLUMNS:
            table = tables[name]
            rows = [tuple(row.get(column, "") for column in table.columns) for row in table.rows]
            _write(book.add_worksheet(name), [tuple(table.columns), *rows], text, head)


def _write(sheet: xlsxwriter.worksheet.Worksheet, rows: list[tuple[str, ...]] | tuple, text: object, head: object) -> None:
    for column, cells in enumerate(zip(*rows, strict=True)):
        # The format of the whole column makes what is typed below a text too.
        sheet.set_column(column, column, min(max(map(len, cells)) + 2, _WIDEST), text)
    for at, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell:
                sheet.write_string(at, column, cell, text if at else head)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows) - 1, len(rows[0]) - 1)
