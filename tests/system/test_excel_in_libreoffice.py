"""The workbooks in LibreOffice: it computes the same totals, and prints them whole on A4 landscape, with headings on each page.

The printed pages are kept below build/excel, for whoever changes the workbooks to look at.
"""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from python_calamine import load_workbook

from flows.nightly import nightly
from flows.publish import current_release
from flows.query import open_release
from tests.conftest import CHECKOUT, make_demo
from transforms.duck import rows

pytestmark = pytest.mark.system

PRINTED = CHECKOUT / "build" / "excel"
FILE = "H99.12-2020.xlsx"
A4_LANDSCAPE = "841.89 x 595.3"


@pytest.fixture(scope="module")
def release(tmp_path_factory) -> Path:
    home = make_demo(tmp_path_factory.mktemp("demo"), 1_000)
    nightly(home)
    return current_release(home)


@pytest.fixture(scope="module")
def convert(tmp_path_factory) -> Callable[[Path, str, Path], Path]:
    """Turns a workbook into another format with LibreOffice."""
    assert shutil.which("soffice"), "no LibreOffice (Debian: apt-get install libreoffice-calc poppler-utils)"
    profile = tmp_path_factory.mktemp("profile")

    def converted(file: Path, kind: str, folder: Path) -> Path:
        command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind, "--outdir", folder]
        subprocess.run([*command, file], check=True, capture_output=True, timeout=300)
        return folder / f"{file.stem}.{kind}"

    return converted


def filled(sheet: list[list]) -> list:
    """What stands in a sheet, row by row, without the empty cells."""
    return [cell for row in sheet for cell in row if cell != ""]


def without_values(file: Path, target: Path) -> Path:
    """The same workbook with every formula's value taken out, so that only who computes it can know it."""
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(target, "w") as bare:
        for name in whole.namelist():
            content = whole.read(name).decode()
            bare.writestr(name, re.sub(r"(</f>)<v>[^<]*</v>", r"\1", content))
    return target


def test_libreoffice_computes_the_totals_of_the_marts(release, convert, tmp_path):
    bare = without_values(release / "report" / "excel" / FILE, tmp_path / "bare.xlsx")
    given = load_workbook(str(release / "report" / "excel" / FILE))
    (tmp_path / "computed").mkdir()
    computed = load_workbook(str(convert(bare, "xlsx", tmp_path / "computed")))
    assert computed.sheet_names == given.sheet_names
    for name in given.sheet_names:
        one, other = (filled(book.get_sheet_by_name(name).to_python()) for book in (given, computed))
        assert len(one) > 5
        assert other == pytest.approx(one, abs=1e-9), name
    with closing(open_release(release)) as con:
        (total,) = rows(
            con,
            """select received_total, resolved_total, open_total from form_ii06a where unit_code = 'H99.12' and scope = 'subtree'
               and field_code = 'ALL' and calendar = 'official' and period_kind = 'year' and year(period_end) = 2020""",
        )
    sheet = computed.get_sheet_by_name("Biểu 06a lĩnh vực").to_python()
    (line,) = (row for row in sheet if "TỔNG SỐ" in row)
    assert [line[2], line[6], line[10]] == list(total.values())


def test_it_is_printed_on_a4_landscape_with_its_headings_on_every_page(release, convert):
    shutil.rmtree(PRINTED, ignore_errors=True)
    PRINTED.mkdir(parents=True)
    printed = convert(release / "report" / "excel" / FILE, "pdf", PRINTED)
    subprocess.run(["pdftoppm", "-r", "70", "-png", printed, PRINTED / "page"], check=True)
    sizes = subprocess.run(["pdfinfo", "-l", "99", printed], check=True, capture_output=True, text=True).stdout
    text = subprocess.run(["pdftotext", "-layout", printed, "-"], check=True, capture_output=True, text=True).stdout
    pages = text.removesuffix("\f").split("\f")
    assert len(re.findall(rf"Page +\d+ size: +{A4_LANDSCAPE}", sizes)) == len(pages) > 5
    with_targets = [page for page in pages if re.search(r"2020-\d\d ", page)]
    assert len(with_targets) > 1
    assert all("Mục tiêu · Target" in page and "Ghi chú · Notes" in page for page in with_targets)
    forms = [page for page in pages if re.search(r"\(1\) +\(2\)", page)]
    assert len(forms) >= 5
    assert all(re.search(r"(?<!\+)\(1[34]\)$", page, re.MULTILINE) for page in forms), "the last column is on the page of the first"
    assert not any("###" in page for page in pages), "every number fits its column"
