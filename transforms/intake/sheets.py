"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods): each sheet becomes a grid of typed cells."""

import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from transforms.errors import FileRefusedError, refused
from transforms.intake.legacy_text import UNICODE, UNSURE, detect
from transforms.intake.table import Grid, Row
from transforms.intake.unpack import refuse_bomb

_CELL_LIMIT = 100_000_000
"""A sheet's whole area is held in memory: a stray cell far below the table would fill it."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]+)(\d+)"')
_WORKBOOK = "xl/workbook.xml"
_DATE_1904 = re.compile(rb"""\bdate1904\s*=\s*["'](1|true)["']""")
# The record that says so in an old workbook, with the one that follows it always.
_DATE_MODE = re.compile(rb"\x22\0\x02\0([\0\1])\0\x0e\0\x02\0", re.DOTALL)
_START = 4096


def read_sheets(path: Path, name: str, scratch: Path) -> list[Grid]:
    """Every sheet of the workbook; FileRefusedError when it cannot be opened."""
    with _refusing_broken(name):
        ending = _ending(path, name)
    # The library goes by the ending, and only then says what is wrong; the ending that a file came with may be any.
    book_path = scratch / f"book{ending}"
    shutil.copyfile(path, book_path)
    with _refusing_broken(name), CalamineWorkbook.from_path(book_path) as book:
        system = _date_system(book_path)
        grids = [
            _grid(book.get_sheet_by_index(at), said, system)
            for at, said in enumerate(book.sheets_metadata)
            if said.typ == SheetTypeEnum.WorkSheet  # a chart has no cells
        ]
    return [in_unicode(grid) for grid in grids] if book_path.suffix == ".xls" else grids


def in_unicode(grid: Grid) -> Grid:
    """A sheet of an old workbook with its texts in Unicode, whatever font they were typed for; as it is where that is unsure."""
    found = detect(cell for _, cells in grid.rows() for cell in cells if isinstance(cell, str))
    if found.encoding == UNSURE:
        return replace(grid, encoding=UNSURE)
    if found.present == {UNICODE}:
        return grid

    def rows() -> Iterator[Row]:
        for line, cells in grid.rows():
            yield line, [found.decode(cell) if isinstance(cell, str) else cell for cell in cells]

    return replace(grid, rows=rows, encoding="+".join(sorted(found.present - {UNICODE})))


def _ending(path: Path, name: str) -> str:
    if not zipfile.is_zipfile(path):
        if _ENCRYPTED in path.read_bytes():
            raise _with_password(name)
        return ".xls"
    with zipfile.ZipFile(path) as archive:
        _refuse_large(archive, path.stat().st_size, name)
        parts = archive.namelist()
    return ".ods" if "content.xml" in parts else ".xlsb" if "xl/workbook.bin" in parts else ".xlsx"


def _date_system(book: Path) -> int | None:
    """The year from which the workbook counts its serial dates (1900 or 1904); None where that is not known.

    The library takes it into account for cells that are formatted as dates, and for those only.
    """
    if book.suffix == ".xls":
        found = _DATE_MODE.search(book.read_bytes())
        return None if found is None else 1904 if found[1] == b"\1" else 1900
    if book.suffix == ".xlsx":
        with zipfile.ZipFile(book) as archive:
            if _WORKBOOK in archive.namelist():
                return 1904 if _DATE_1904.search(archive.read(_WORKBOOK)) else 1900
    return None


def _grid(sheet: CalamineSheet, said: SheetMetadata, date_system: int | None) -> Grid:
    is_hidden = said.visible != SheetVisibleEnum.Visible
    return Grid(lambda: _rows(sheet), title=said.name, is_hidden=is_hidden, date_system=date_system)


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    """Rows with any text; a cell merged over several rows stands in each of them."""
    merged: dict[int, list[int]] = {}
    for (top, column), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in range(top + 1, bottom + 1):
            merged.setdefault(row, []).append(column - sheet.start[1])
    cells_of = _with_merged(sheet.iter_rows(), merged) if merged else sheet.iter_rows()
    return ((row, cells) for row, cells in enumerate(cells_of, 1) if cells.count("") < len(cells))


def _with_merged(rows: Iterator[list[Any]], merged: dict[int, list[int]]) -> Iterator[list[Any]]:
    above: list[Any] = []
    for row, cells in enumerate(rows):
        for column in merged.get(row, ()):
            if 0 <= column < len(above):
                cells[column] = above[column]
        above = cells
        yield cells


def _refuse_large(archive: zipfile.ZipFile, packed: int, name: str) -> None:
    refuse_bomb(sum(info.file_size for info in archive.infolist()), packed, name)
    for member in archive.namelist():
        if not member.startswith("xl/worksheets/sheet"):
            continue
        with archive.open(member) as sheet:
            found = _DIMENSION.search(sheet.read(_START))
        if found and int(found[2]) * _column_number(found[1]) > _CELL_LIMIT:
            raise refused(
                name,
                "có ô nằm quá xa bảng (Ctrl+End để xem). Hãy xóa các ô thừa, hoặc chép bảng sang một sổ mới",
                "it has cells too far from the table (see Ctrl+End). Delete them, or copy the table into a new workbook",
            )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


@contextmanager
def _refusing_broken(name: str) -> Iterator[None]:
    """Refuse the file for whatever its parts make the libraries raise."""
    try:
        yield
    except PasswordError as error:
        raise _with_password(name) from error
    except (CalamineError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _broken(name) from error  # the end of a part that is cut short is an OSError
    except BaseException as error:
        # Some broken workbooks make the library stop in a way that is no Exception, and has no name to import.
        if type(error).__name__ != "PanicException":
            raise
        raise _broken(name) from error


def _broken(name: str) -> FileRefusedError:
    return refused(
        name,
        "không mở được như một bảng tính; tệp bị hỏng hoặc bị cắt giữa chừng. Hãy kết xuất hoặc chép lại tệp",
        "it cannot be opened as a workbook; it is broken or cut short. Export or copy it again",
    )


def _with_password(name: str) -> FileRefusedError:
    return refused(
        name,
        "bảng tính có mật khẩu mở. Hãy lưu lại không đặt mật khẩu",
        "the workbook is protected by a password. Save it without one",
    )
