"""The page of checks: what it says, in which order, and that it can do nothing."""

import re
from html.parser import HTMLParser

import pytest

from reports.checks_page import write_checks_page

NASTY = "<script>alert('Ớt')</script>\"><img src=https://example.org/x.png>"


def result(check_id, severity="release", state="passed", failed_count=0, **changes):
    return {
        "check_id": check_id,
        "table_name": "form_ii06a",
        "severity": severity,
        "state": state,
        "failed_count": failed_count,
        "observed": f"{failed_count} rows",
        "sentence_vi": f"Câu của {check_id}.",
        "sentence_en": f"Sentence of {check_id}.",
        "reason": f"Reason of {check_id}.",
    } | changes


VERDICT = {
    "blocks": True,
    "results": [
        result("PASSED"),
        result("WARNED", severity="warning", state="failed", failed_count=1434),
        result("FAILED", state="failed", failed_count=2),
        result("BROKEN", severity="warning", state="broken", failed_count=None, observed=f"no column {NASTY}"),
    ],
}
MANIFEST = {
    "id": "20200916-a1b2c3",
    "as_of": "2020-09-14",
    "inputs": [
        {"source": "mc", "file_name": NASTY, "sha256": "ab" * 32, "exported_at": "2020-09-14T17:05:00"},
    ],
}


@pytest.fixture
def write(tmp_path):
    def write(verdict=VERDICT, manifest=MANIFEST):
        target = tmp_path / "checks.html"
        write_checks_page(verdict, manifest, target)
        return target.read_bytes().decode()

    return write


class Tags(HTMLParser):
    """The tags of a page, its attributes, and that each is closed."""

    VOID = ("meta",)

    def __init__(self, page):
        super().__init__()
        self.names, self.attributes, self.open = set(), set(), []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_verdict_comes_first_then_what_is_worst(write):
    page = write()
    words = ("Không được phát hành", "FAILED", "BROKEN", "Cảnh báo", "WARNED", "PASSED", "Dữ liệu đầu vào")
    places = [page.index(word) for word in words]
    assert places == sorted(places)


def test_each_state_is_told_in_words_and_numbers(write):
    page = write()
    assert "Không đạt: 1.434 hàng" in page
    assert "Không kiểm tra được" in page
    assert "Câu của FAILED." in page and "Sentence of FAILED." in page and "Reason of FAILED." in page
    assert "14/09/2020" in page and "17:05 14/09/2020" in page and MANIFEST["id"] in page


@pytest.mark.parametrize(
    ("results", "words"),
    [([result("A")], "mọi kiểm tra đều đạt"), ([VERDICT["results"][1]], "có 1 cảnh báo"), ([], "mọi kiểm tra đều đạt")],
)
def test_a_release_that_is_published_says_so(write, results, words):
    page = write({"blocks": False, "results": results})
    assert words in page
    assert "Không được phát hành" not in page


def test_an_input_that_does_not_say_when_it_was_exported_is_listed(write):
    refused = {"source": "mc", "file_name": "khong_ngay.xlsx", "sha256": "cd" * 32, "exported_at": None}
    page = write(manifest=MANIFEST | {"inputs": [refused]})
    assert "<td>khong_ngay.xlsx</td><td>chưa rõ</td>" in page


def test_the_page_loads_nothing_and_runs_nothing(write):
    page = write()
    tags = Tags(page)
    assert tags.open == []
    assert not tags.names & {"script", "img", "link", "a", "iframe", "form", "object", "base"}
    assert not {name for name in tags.attributes if name in ("src", "href") or name.startswith("on")}
    assert "url(" not in page and "@import" not in page
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy.startswith("default-src 'none';")
    assert "&lt;script&gt;" in page


def test_the_same_input_gives_the_same_bytes(write):
    assert write() == write()
    assert "\r" not in write()
