"""The page in a real browser, as a reader uses it: from a file, by mouse, keyboard, phone and printer, in both languages.

Screenshots are kept below build/page, for whoever changes the page to look at.
"""

import csv
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from flows.nightly import nightly
from flows.publish import current_release
from tests.conftest import CHECKOUT, make_demo

pytestmark = pytest.mark.system

SCREENSHOTS = CHECKOUT / "build" / "page"
VIEWS = ("index", "units", "units-months", "rules", "changes", "data", "definitions", "units/H99.12", "units/H99.12.14")
PHONE = {"width": 360, "height": 740}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    """The page of a small demo district."""
    home = make_demo(tmp_path_factory.mktemp("demo"), 1_000)
    nightly(home)
    return current_release(home) / "report"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, f"no browser: install one of {', '.join(names)} (Debian: apt-get install chromium)"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A page of its own; at the end nothing was said on the console, and nothing was asked of any other host."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    said, asked = [], []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    context.close()
    assert not said
    assert asked
    assert not [url for url in asked if urlsplit(url).scheme != "file"]


def address(report: Path, view: str = "index") -> str:
    return (report / f"{view}.html").as_uri()


def keep(page: Page, name: str, *, whole: bool = True) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=whole)


def column(page: Page, number: int) -> list[str]:
    return page.locator(f"#heat tbody tr:visible > :nth-child({number})").all_inner_texts()


def rates(page: Page, number: int) -> list[float]:
    found = (re.search(r"([\d.]+(?:,\d+)?)%", cell) for cell in column(page, number))
    return [float(match[1].replace(",", ".")) for match in found if match]


def test_the_language_is_switched_and_remembered(page, report):
    page.goto(address(report))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Các mục tiêu của kế hoạch"))
    vietnamese = page.locator(".headline .fraction").first.inner_text()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_contain_text("The targets of the plan")
    assert page.locator("h1 .vi").is_hidden()
    assert page.locator(".headline .fraction").first.inner_text() == vietnamese.replace(".", ",")
    keep(page, "plan-english")
    page.get_by_role("link", name="Units", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Units and targets")
    page.get_by_role("button", name="Tiếng Việt").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "vi")


def test_the_table_of_units_sorts_by_number_and_back(page, report):
    page.goto(address(report, "units"))
    as_listed = column(page, 1)
    header = page.locator("#heat thead th").nth(1)
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    assert rates(page, 2) == sorted(rates(page, 2))
    assert len(rates(page, 2)) > 10
    header.get_by_role("button").press("Enter")
    assert rates(page, 2) == sorted(rates(page, 2), reverse=True)
    assert "%" not in column(page, 2)[-1]
    header.get_by_role("button").click()
    assert column(page, 1) == as_listed


def test_the_table_of_units_filters_by_name_without_accents_by_kind_and_by_what_is_missed(page, report):
    page.goto(address(report, "units"))
    search = page.get_by_role("searchbox", name="Tìm đơn vị", exact=True)
    search.fill("phong tu phap")
    assert column(page, 1) == ["Phòng Tư pháp"]
    search.fill("")
    page.get_by_role("radio", name="UBND cấp xã", exact=True).check()
    communes = column(page, 1)
    assert len(communes) == 16
    assert all("UBND" in name for name in communes)
    page.get_by_role("checkbox", name="chỉ đơn vị có mục tiêu chưa đạt").check()
    assert 0 < len(column(page, 1)) <= len(communes)
    assert all("✘" in row for row in page.locator("#heat tbody tr:visible").all_inner_texts())
    expect(page.locator("output")).to_contain_text(f"{len(column(page, 1))}/31")


def test_a_figure_says_what_it_is_made_of_when_pointed_at_or_reached_by_keyboard(page, report):
    page.goto(address(report, "units"))
    figure = page.locator("#heat tbody td a[href$='#2020-06']").first
    figure.hover()
    tip = page.get_by_role("tooltip")
    expect(tip).to_contain_text("Hồ sơ giải quyết đúng hạn và trước hạn")
    expect(tip).to_contain_text("Biểu II.06")
    expect(tip).to_contain_text(figure.locator(".fraction").inner_text())
    keep(page, "units-note", whole=False)
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.mouse.move(0, 0)
    figure.focus()
    expect(tip).to_be_visible()
    expect(figure).to_have_attribute("aria-describedby", "tip")


def test_from_a_red_figure_to_its_unit_its_dossiers_and_its_definition(page, report):
    page.goto(address(report, "units"))
    red = page.locator("#heat tbody tr", has_text="Chi nhánh Văn phòng Đăng ký đất đai").locator("td.not_met a[href$='#2020-06']")
    fraction = red.locator(".fraction").inner_text()
    red.click()
    assert page.url.endswith("units/H99.12.14.html#2020-06")
    expect(page.get_by_role("heading", name="Vì sao chưa đạt?")).to_be_visible()
    assert len(page.locator(".because p").all()) == 3
    expect(page.locator(".because")).to_contain_text(fraction)
    keep(page, "unit")
    with page.expect_download() as download:
        page.locator("#dossiers a").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        resolved = [row for row in csv.DictReader(file) if row["Giải quyết trong kỳ · resolved in the period"]]
    in_time = sum(row["Kết quả · outcome"] in ("trước hạn", "đúng hạn") for row in resolved)
    assert fraction == f"{in_time}/{len(resolved)}"
    page.locator("#\\32 020-06").get_by_role("link", name="Định nghĩa").click()
    assert page.url.endswith("definitions.html#on_time")
    expect(page.locator("#on_time")).to_be_in_viewport()
    expect(page.locator("#on_time")).to_contain_text("Mẫu số")


def test_a_link_to_a_figure_in_closed_details_opens_them(page, report):
    page.goto(address(report, "units/H99.12.28") + "#2020-01")
    expect(page.locator("#\\32 020-01")).to_be_visible()


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_on_a_screen_and_on_a_phone(browser, report, view):
    for device, size in (("screen", {"width": 1280, "height": 900}), ("phone", PHONE)):
        # The policy of the page would keep the examiner out as well.
        context = browser.new_context(viewport=size, bypass_csp=True)
        opened = context.new_page()
        opened.goto(address(report, view))
        for language in ("en", "vi") if device == "screen" else ("vi",):
            opened.locator(f"[data-language={language}]").click()
            found = Axe().run(opened, options={"runOnly": WCAG})
            assert found.violations_count == 0, found.generate_report()
        assert opened.evaluate("document.documentElement.scrollWidth") <= size["width"]
        keep(opened, f"{view.replace('/', '-')}-{device}")
        context.close()


def test_a_list_is_pushed_sideways_on_a_phone_and_no_row_is_a_screen_high(page, report):
    page.set_viewport_size(PHONE)
    page.goto(address(report, "units/H99.12"))
    heights = page.locator(".scroll tbody tr").evaluate_all(
        "rows => rows.map(row => row.offsetHeight).filter(height => height > 0)"
    )
    assert len(heights) > 5
    assert max(heights) < PHONE["height"] / 2
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_page_is_read_without_its_script(browser, report):
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(address(report, "units"))
    assert len(opened.locator("#heat tbody tr").all()) == 31
    assert opened.locator("h1 .en").is_hidden()
    assert opened.locator(".filter").is_hidden()
    context.close()


def test_the_policy_refuses_other_hosts_and_inline_scripts(browser, report):
    context = browser.new_context()
    opened = context.new_page()
    answered, stopped, refused = [], [], []
    opened.on("requestfinished", lambda request: answered.append(request.url))
    opened.on("requestfailed", lambda request: stopped.append((request.url, request.failure)))
    opened.on("console", lambda message: refused.append(message.text))
    opened.goto(address(report))
    opened.evaluate("""() => {
        const image = document.createElement("img");
        image.src = "https://example.org/x.png";
        const script = document.createElement("script");
        script.textContent = "window.harmed = true";
        document.body.append(image, script);
    }""")
    opened.wait_for_timeout(200)
    assert opened.evaluate("window.harmed") is None
    assert ("https://example.org/x.png", "csp") in stopped
    assert not [url for url in answered if "example.org" in url]
    assert len([text for text in refused if "Content Security Policy" in text]) >= 2
    context.close()


@pytest.mark.parametrize(
    ("view", "size", "room"),
    [
        ("index", rb"59[45][.\d]* 84[12][.\d]*", 703),
        ("units", rb"84[12][.\d]* 59[45][.\d]*", 1032),
        ("units/H99.12.14", rb"59[45][.\d]* 84[12][.\d]*", 703),
    ],
)
def test_it_prints_on_a4(page, report, view, size, room):
    """The table of units lies across; ``room`` is what the margins leave, at 96 dots an inch."""
    page.goto(address(report, view))
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    printed = page.pdf(path=SCREENSHOTS / f"{view.replace('/', '-')}.pdf", prefer_css_page_size=True)
    assert re.search(rb"/MediaBox \[0 0 " + size + rb"\]", printed)
    page.emulate_media(media="print")
    assert page.locator(".filter, header nav").first.is_hidden()
    page.set_viewport_size({"width": room, "height": 1017})
    assert page.evaluate("document.documentElement.scrollWidth") <= room
    keep(page, f"{view.replace('/', '-')}-print", whole=False)
