"""One way from a file of any format to text cells: what it is, is told from its content, never from its name."""

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import duckdb

from transforms.errors import refused
from transforms.intake.csv_text import load_delimited
from transforms.intake.encodings import as_utf8
from transforms.intake.headers import Head, find_columns, find_head, known_count
from transforms.intake.legacy_text import UNSURE
from transforms.intake.not_data import set_aside_not_data
from transforms.intake.resaved import EXCEL, is_saved_by_excel
from transforms.intake.table import Grid, TextTable, as_text, load_grid
from transforms.intake.unpack import gunzipped, unzipped
from transforms.profiles import Profile

_GZIP, _OLE = b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
_START = 1 << 16
_ARCHIVES = {"zip": unzipped, "gz": gunzipped}
_WORKBOOK_PARTS = ("[Content_Types].xml", "content.xml")
_FORMAT_NAMES = {"csv": "CSV", "sheet": "xlsx/xls/ods", "html": "HTML"}
_BEGINS_LIKE_HTML = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<[a-z!?]", re.IGNORECASE)


def read_text(con: duckdb.DuckDBPyConnection, path: Path, name: str, profile: Profile, scratch: Path) -> TextTable:
    """Read a file of any format into ``text_row``; FileRefusedError says why it cannot be read, or not be trusted."""
    read_as: dict[str, str | int] = {}
    kind = _kind_of(path)
    if unpack := _ARCHIVES.get(kind):
        read_as["packed"] = kind
        path = unpack(path, name, scratch)
        kind = _kind_of(path)
    _refuse_other_format(kind, name, profile)
    read_as["format"] = kind
    if kind == "sheet" and is_saved_by_excel(path):
        read_as["saved_by"] = EXCEL
    if kind != "sheet":
        path, read_as["encoding"] = as_utf8(path, name, profile, scratch)
    if kind == "csv":
        table = load_delimited(con, path, name, profile, scratch)
    else:
        table = _load_grids(con, path, kind, name, profile, scratch)
    return set_aside_not_data(con, replace(table, read_as=read_as | table.read_as), profile)


def _kind_of(path: Path) -> str:
    """csv | sheet | html | zip | gz, by the first bytes."""
    with path.open("rb") as file:
        start = file.read(_START)
    if start.startswith(_GZIP):
        return "gz"
    if start.startswith(_OLE):
        return "sheet"
    if start.startswith(b"PK"):
        return "zip" if _is_plain_zip(path) else "sheet"
    # In UTF-16 every other byte of a tag is zero.
    return "html" if _BEGINS_LIKE_HTML.match(start.replace(b"\0", b"")) else "csv"


def _is_plain_zip(path: Path) -> bool:
    """Whether an archive is no workbook; one that is cut short is taken for what its first member says."""
    try:
        with zipfile.ZipFile(path) as archive:
            return not any(part in archive.namelist() for part in _WORKBOOK_PARTS)
    except zipfile.BadZipFile:
        with path.open("rb") as file:
            return not any(part.encode() in file.read(_START) for part in (*_WORKBOOK_PARTS, "xl/", "mimetype"))


def _refuse_other_format(kind: str, name: str, profile: Profile) -> None:
    if kind in _ARCHIVES:
        raise refused(
            name,
            "là tệp nén nằm trong tệp nén. Hãy nén một lần thôi",
            "it is an archive inside an archive. Pack it once",
        )
    if profile.format.type not in ("auto", kind):
        stated, found = _FORMAT_NAMES[profile.format.type], _FORMAT_NAMES[kind]
        raise refused(
            name,
            f"nội dung là {found}, nhưng config/sources/{profile.source}.yml khai báo {stated}. Hãy sửa khai báo hoặc kết xuất lại",
            f"its content is {found}, but config/sources/{profile.source}.yml says {stated}. Change that, or export again",
        )


def _grids(path: Path, kind: str, name: str, scratch: Path) -> list[Grid]:
    if kind == "sheet":
        from transforms.intake.sheets import read_sheets

        return read_sheets(path, name, scratch)
    from transforms.intake.html_tables import read_html_tables

    return read_html_tables(path, name)


def _load_grids(con: duckdb.DuckDBPyConnection, path: Path, kind: str, name: str, profile: Profile, scratch: Path) -> TextTable:
    """The one sheet or table whose header is the profile's."""
    grids = _grids(path, kind, name, scratch)
    heads = [find_head(((line, list(map(as_text, cells))) for line, cells in grid.rows()), profile) for grid in grids]
    found = [(grid, head) for grid, head in zip(grids, heads, strict=True) if isinstance(head, Head)]
    if len(found) > 1:
        raise refused(
            name,
            f"có {len(found)} bảng cùng mang hàng tên cột của nguồn, không biết đọc bảng nào. Hãy giữ một bảng (kể cả trang ẩn)",
            f"{len(found)} of its tables have the source's header, and nothing says which one counts. Keep one (see hidden sheets)",
        )
    if not found:
        if not any(heads):
            raise refused(name, "không có ô nào mang chữ", "none of its cells holds any text")
        find_columns(max(heads, key=lambda row: known_count(row, profile)), profile, name)  # says what is missing
    if found[0][0].encoding == UNSURE:
        raise refused(
            name,
            "có chữ gõ bằng phông cũ mà không chắc là TCVN3 hay VNI. Hãy chuyển bảng sang Unicode rồi lưu lại",
            "it holds text typed for an old font, and nothing says for sure whether TCVN3 or VNI. Convert it to Unicode and save",
        )
    return load_grid(con, *found[0], name, profile)
