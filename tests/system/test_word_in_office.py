"""The Word documents opened by LibreOffice and printed: A4 portrait, inside the margins, the page on why on one page.

The printed pages are kept below build/word, for whoever changes a template to look at.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import html

from flows.nightly import nightly
from flows.word import write_word_of
from tests.conftest import CHECKOUT, make_demo

pytestmark = pytest.mark.system

PRINTED = CHECKOUT / "build" / "word"
A4 = (595, 842)
POINTS = 72 / 25.4
LEFT, RIGHT, TOP = (millimetres * POINTS for millimetres in (28, 15, 9))


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> dict[str, Path]:
    """Every document of a small demo district's third quarter as PDF, by name."""
    home = make_demo(tmp_path_factory.mktemp("demo"), 1_000)
    nightly(home)
    folder = write_word_of(home, None, "2020-Q3", "", tmp_path_factory.mktemp("word"))
    shutil.rmtree(PRINTED, ignore_errors=True)
    profile = tmp_path_factory.mktemp("profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", PRINTED]
    subprocess.run([*command, *sorted(folder.rglob("*.docx"))], check=True, capture_output=True, timeout=180)
    return {path.stem: path for path in PRINTED.iterdir()}


def pages(pdf: Path) -> list[html.HtmlElement]:
    """The pages of a PDF with the place of every word."""
    told = subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True).stdout
    return html.fromstring(told).findall(".//page")


def text(pdf: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout


def test_every_document_is_printed(printed):
    assert {"bao-cao", "vi-sao-chua-dat"} < printed.keys()
    assert len(printed) > 2


def test_every_page_is_a4_portrait_and_no_word_leaves_its_margins(printed):
    for pdf in printed.values():
        for page in pages(pdf):
            width, height = float(page.get("width")), float(page.get("height"))
            assert (round(width), round(height)) == A4
            words = page.findall(".//word")
            assert words
            for word in words:
                assert float(word.get("xmin")) >= LEFT, word.text
                assert float(word.get("xmax")) <= width - RIGHT, word.text
                assert float(word.get("ymin")) >= TOP, word.text
                assert float(word.get("ymax")) <= height - TOP, word.text


def test_the_national_heading_stands_beside_the_issuer(printed):
    for name in printed.keys() - {"vi-sao-chua-dat"}:
        first = text(printed[name]).lstrip().splitlines()[0]
        assert re.fullmatch(r"\s*UBND HUYỆN MẪU SƠN\s+CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", first)


def test_the_page_on_why_is_one_page(printed):
    assert len(pages(printed["vi-sao-chua-dat"])) == 1


def test_pages_are_numbered_from_the_second_on(printed):
    tops = [page.findall(".//word")[0].text for page in pages(printed["bao-cao"])]
    assert tops[1:] == [str(number) for number in range(2, len(tops) + 1)]
    assert tops[0] == "UBND"
