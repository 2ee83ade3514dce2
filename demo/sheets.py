"""Registers as their keepers save them: a whole register a file, as CSV or as a workbook."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZipFile, ZipInfo

# The days on which registers are saved: some after half a year, all after the year.
HALF_YEAR, YEAR_END = date(2020, 7, 3), date(2021, 1, 4)

_PARTS = {
    "[Content_Types].xml": """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>\
<Override PartName="/xl/worksheets/sheet1.xml" \
ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>""",
    "_rels/.rels": """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" \
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>\
</Relationships>""",
    "xl/workbook.xml": """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" \
xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sổ" sheetId="1" r:id="r1"/>\
</sheets></workbook>""",
    "xl/_rels/workbook.xml.rels": """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" \
Target="worksheets/sheet1.xml"/></Relationships>""",
}


@dataclass
class SavedFile:
    """A register as saved on a day, and how a careful reader takes its rows."""

    source: str
    path: Path
    exported: date
    taken: Counter[str]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.taken.total()


@dataclass(frozen=True)
class Row:
    """A row of a register: its cells, how a careful reader takes it, and on which days it stands there."""

    cells: tuple[str, ...]
    taken: str
    first: date
    last: date


@dataclass
class Sheet:
    """A register in its keeper's hands."""

    name: str
    headings: str
    saved_on: tuple[date, ...] = (YEAR_END,)
    ending: str = "csv"
    rows: list[Row] = field(default_factory=list)

    def put(self, *cells: object, taken: str = "recorded", first: date = date.min, last: date = date.max) -> None:
        """Fill in a row; days are written as people write them, nothing as an empty cell."""
        self.rows.append(Row(tuple(_written(cell) for cell in cells), taken, first, last))

    def save(self, inbox: Path) -> list[SavedFile]:
        """Save the register as it stood on each of its days."""
        folder = inbox / self.name
        folder.mkdir(parents=True, exist_ok=True)
        saved, before = [], set()
        for day in self.saved_on:
            there = [row for row in self.rows if row.first <= day <= row.last]
            path = folder / f"{self.name}_{day:%Y%m%d}.{self.ending}"
            lines = [["STT", *self.headings.split(",")], *([str(n), *row.cells] for n, row in enumerate(there, start=1))]
            (write_workbook if self.ending == "xlsx" else write_text)(path, lines)
            # A row that the file before had too is no news.
            taken = Counter("unchanged" if row in before and row.taken == "recorded" else row.taken for row in there)
            saved.append(SavedFile(self.name, path, day, taken))
            before = set(there)
        return saved


def _written(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)


def write_text(path: Path, lines: Sequence[Sequence[str]]) -> None:
    """Write CSV as a spreadsheet saves it."""
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        csv.writer(handle).writerows(lines)


def write_workbook(path: Path, lines: Sequence[Sequence[str]]) -> None:
    """Write a workbook of one sheet of text cells; the same cells give the same bytes."""
    rows = "".join(
        f'<row r="{number}">{"".join(f"<c t={_TEXT}><is><t>{escape(cell)}</t></is></c>" for cell in line)}</row>'
        for number, line in enumerate(lines, start=1)
    )
    sheet = (
        f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    )
    with ZipFile(path, "w") as archive:
        for name, text in (_PARTS | {"xl/worksheets/sheet1.xml": sheet}).items():
            # Without a time of its own a member has the first that there is, and its bytes do not depend on the day.
            archive.writestr(ZipInfo(name), f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}')


_TEXT = '"inlineStr"'
