"""One way from a file of any format to text cells: what it is, is told from its content, never from its name."""

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import duckdb

from transforms.errors import refused
from transforms.intake.csv_text import load_delimited
from transforms.intake.encodings import as_utf8
from transforms.intake.not_data import set_aside_not_data
from transforms.intake.odd_values import understand_odd_values
from transforms.intake.resaved import EXCEL, is_saved_by_excel
from transforms.intake.several import source_tables
from transforms.intake.table import TYPED_DATES, Grid, TextTable, load_grids
from transforms.intake.unpack import gunzipped, unzipped
from transforms.profiles import Format, Profile

_GZIP, _OLE = b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
_START = 1 << 16
_ARCHIVES = {"zip": unzipped, "gz": gunzipped}
_WORKBOOK_PARTS = ("[Content_Types].xml", "content.xml")
_FORMAT_NAMES = {
    "csv": "CSV",
    "sheet": "xlsx/xlsb/xls/ods",
    "xml": "XML Spreadsheet 2003",
    "html": "HTML",
    "mhtml": "MHTML",
    "json": "JSON",
}
BINARY = ("sheet", "mhtml")
"""The kinds whose bytes are no text in one encoding."""
_MARK = rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*"
# In this order: a workbook in XML begins like a page, and is told by the name of its namespace.
_BEGINNINGS = {
    "xml": re.compile(_MARK + rb"<\?xml.*?<(\w+:)?Workbook\b[^>]*urn:schemas-microsoft-com:office:spreadsheet", re.DOTALL),
    "html": re.compile(_MARK + rb"<[a-z!?]", re.IGNORECASE),
    "json": re.compile(_MARK + rb"(?:\{|\[\s*\{)\s*[\"}]"),
    "mhtml": re.compile(rb"\s*(?=[a-z-]+:).*?^content-type:\s*multipart/related\b", re.IGNORECASE | re.DOTALL | re.MULTILINE),
}


def read_text(con: duckdb.DuckDBPyConnection, path: Path, name: str, profile: Profile, scratch: Path) -> TextTable:
    """Read a file of any format into ``text_row``; FileRefusedError says why it cannot be read, or not be trusted."""
    path, kind, packed = out_of_archive(path, name, scratch)
    refuse_other_format(kind, name, profile)
    read_as: dict[str, str | int] = ({"packed": packed} if packed else {}) | {"format": kind}
    if kind == "sheet" and is_saved_by_excel(path):
        read_as["saved_by"] = EXCEL
    if kind not in BINARY:
        path, read_as["encoding"] = as_utf8(path, name, profile, scratch)
    if kind == "csv":
        table = load_delimited(con, path, name, profile, scratch)
    else:
        table = _load_grids(con, path, kind, name, profile, scratch)
    understand_odd_values(con, table, profile)
    return set_aside_not_data(con, replace(table, read_as=read_as | table.read_as), name, profile)


def out_of_archive(path: Path, name: str, scratch: Path) -> tuple[Path, str, str]:
    """The file, taken out of an archive if it is in one; its kind, and the archive's or nothing."""
    packed = _kind_of(path)
    if packed not in _ARCHIVES:
        return path, packed, ""
    path = _ARCHIVES[packed](path, name, scratch)
    kind = _kind_of(path)
    if kind in _ARCHIVES:
        raise refused(
            name,
            "là tệp nén nằm trong tệp nén. Hãy nén một lần thôi",
            "it is an archive inside an archive. Pack it once",
        )
    return path, kind, packed


def read_kept(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, profile: Profile, scratch: Path, stripped_of: str | None = None
) -> TextTable:
    """Read a file as it was kept: as it came, or, of ``stripped_of`` that format, without its personal columns.

    What is no data was left out of a stripped file, and its columns were found in place, when it landed.
    """
    if stripped_of is None:
        return read_text(con, path, name, profile, scratch)
    plain = profile.model_copy(update={"format": Format()})
    table = load_delimited(con, path, name, plain, scratch, dates=() if stripped_of == "csv" else TYPED_DATES)
    understand_odd_values(con, table, profile)
    return replace(table, read_as=table.read_as | {"format": stripped_of})


def _kind_of(path: Path) -> str:
    """csv | sheet | xml | html | mhtml | json | zip | gz, by the first bytes."""
    with path.open("rb") as file:
        start = file.read(_START)
    if start.startswith(_GZIP):
        return "gz"
    if start.startswith(_OLE):
        return "sheet"
    if start.startswith(b"PK"):
        return "zip" if _is_plain_zip(path) else "sheet"
    # In UTF-16 every other byte of a tag is zero.
    return next((kind for kind, begins in _BEGINNINGS.items() if begins.match(start.replace(b"\0", b""))), "csv")


def _is_plain_zip(path: Path) -> bool:
    """Whether an archive is no workbook; one that is cut short is taken for what its first member says."""
    try:
        with zipfile.ZipFile(path) as archive:
            return not any(part in archive.namelist() for part in _WORKBOOK_PARTS)
    except zipfile.BadZipFile:
        with path.open("rb") as file:
            return not any(part.encode() in file.read(_START) for part in (*_WORKBOOK_PARTS, "xl/", "mimetype"))


def refuse_other_format(kind: str, name: str, profile: Profile) -> None:
    """Refuse a file of another kind than the profile insists on."""
    if profile.format.type not in ("auto", kind):
        stated, found = _FORMAT_NAMES[profile.format.type], _FORMAT_NAMES[kind]
        raise refused(
            name,
            f"nội dung là {found}, nhưng config/sources/{profile.source}.yml khai báo {stated}. Hãy sửa khai báo hoặc kết xuất lại",
            f"its content is {found}, but config/sources/{profile.source}.yml says {stated}. Change that, or export again",
        )


def read_grids(path: Path, kind: str, name: str, scratch: Path) -> list[Grid]:
    """Every sheet of a workbook, every table of a page or archive of pages, or the messages; what is text is in UTF-8."""
    match kind:
        case "sheet":
            from transforms.intake.sheets import read_sheets

            return read_sheets(path, name, scratch)
        case "xml":
            from transforms.intake.spreadsheetml import read_spreadsheetml

            return read_spreadsheetml(path, name)
        case "mhtml":
            from transforms.intake.mhtml import read_mhtml

            return read_mhtml(path, name)
        case "json":
            from transforms.intake.json_lines import read_json_lines

            return read_json_lines(path, name)
    from transforms.intake.html_tables import read_html_tables

    return read_html_tables(path, name)


def _load_grids(con: duckdb.DuckDBPyConnection, path: Path, kind: str, name: str, profile: Profile, scratch: Path) -> TextTable:
    found = source_tables(read_grids(path, kind, name, scratch), name, profile)
    table = load_grids(con, found.tables, name, profile)
    others = {"other_sheets": ", ".join(found.others)} if found.others else {}
    return replace(table, read_as=table.read_as | others, set_aside=table.set_aside + found.set_aside)
