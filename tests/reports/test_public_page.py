"""The public page: the published figures of the plan and no dossier, procedure or small count, not even by subtraction."""

import re
from contextlib import closing
from pathlib import Path

import pytest
from lxml import html

from flows.publish import current_release, read_manifest
from flows.query import open_release
from reports.page.public import public_figures, write_public_page
from reports.page.units import counted_things, read_register
from transforms.duck import rows
from transforms.reference import load_reference

SMALLEST = 5


@pytest.fixture(scope="module")
def release(demo_home) -> Path:
    return current_release(demo_home)


@pytest.fixture(scope="module")
def public(release, demo_home, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("public") / "page"
    with closing(open_release(release)) as con:
        write_public_page(con, read_manifest(release), load_reference(demo_home.reference).treatments, SMALLEST, target)
    return target


@pytest.fixture(scope="module")
def text(public) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(public.rglob("*.html")))


def is_small(row: dict) -> bool:
    counts = (row["numerator"], row["denominator"], row["denominator"] - row["numerator"])
    return counted_things(row["indicator_id"]) not in ("units", "procedures") and any(0 < count < SMALLEST for count in counts)


def cells_of(public: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """State and fraction by unit and target, as the heat map shows them."""
    table = html.fromstring((public / "units.html").read_text(encoding="utf-8")).get_element_by_id("heat")
    targets = [span.text_content() for span in table.xpath("./thead//span[@class='id']")]
    found = {}
    for row in table.xpath("./tbody/tr"):
        for target, cell in zip(targets, row.xpath("./td"), strict=False):
            fraction = "".join(span.text_content() for span in cell.xpath(".//span[contains(@class, 'fraction')]"))
            found[row.xpath("string(./th)").strip(), target] = (cell.get("class").split()[0], fraction.replace(".", ""))
    return found


def test_the_page_holds_its_views_and_nothing_else(public):
    assert sorted(path.relative_to(public).as_posix() for path in public.rglob("*") if path.is_file()) == [
        "definitions.html",
        "index.html",
        "page.css",
        "page.js",
        "units.html",
    ]
    for path in public.glob("*.html"):
        for link in html.fromstring(path.read_text(encoding="utf-8")).xpath("//a/@href"):
            file, _, fragment = link.partition("#")
            target = public / (file or path.name)
            assert target.is_file(), (path.name, link)
            assert not fragment or html.fromstring(target.read_text(encoding="utf-8")).xpath("//*[@id=$id]", id=fragment)


def test_no_dossier_and_no_procedure_is_named(release, text):
    with closing(open_release(release)) as con:
        codes = [code for (code,) in con.execute("select distinct dossier_code from dossier").fetchall()]
        procedures = rows(con, "select distinct procedure_code, procedure_name from procedure")
    assert len(codes) > 100
    assert not [code for code in codes if code in text]
    assert not [row for row in procedures if row["procedure_code"] in text or row["procedure_name"] in text]
    for private in ("dossiers/", "units/", "data.html", "changes.html", "rules.html", "quá hạn /"):
        assert private not in text


def test_a_figure_is_the_marts_or_it_is_withheld(release, public):
    with closing(open_release(release)) as con:
        known = rows(
            con,
            """select unit_name, t.* from target_status as t join unit using (unit_code)
               where period_kind = 'year' and year(period_end) = 2020 and denominator > 0""",
        )
    shown, withheld = cells_of(public), 0
    for row in known:
        state, fraction = shown[row["unit_name"], row["target_id"]]
        withheld += state == "withheld"
        if state == "withheld":
            assert not fraction
        else:
            assert (state, fraction) == (row["state"], f"{row['numerator']}/{row['denominator']}")
            assert not is_small(row)
    assert 5 < withheld < len(known) / 2


def test_the_withheld_of_a_total_are_never_few_or_one(release):
    """What a reader gets by subtracting all units that are shown from the district."""
    manifest = read_manifest(release)
    with closing(open_release(release)) as con:
        figures, _ = public_figures(con, manifest["plan"], read_register(con), SMALLEST)
        truth = {
            (row["target_id"], row["unit_code"]): row
            for row in rows(con, "select * from target_status where period_kind = 'year' and year(period_end) = 2020")
        }
    tried = 0
    for target in ("2020-06", "2020-07", "2020-15"):
        of = {row["unit_code"]: row for row in figures if row["target_id"] == target}
        top = truth[target, "H99.12"]
        below = {code: truth[target, code] for code in of if code != "H99.12" and truth[target, code]["denominator"]}
        assert sum(row["denominator"] for row in below.values()) == top["denominator"]
        hidden = [row for code, row in below.items() if of[code]["state"] == "withheld"]
        if of["H99.12"]["state"] == "withheld" or not hidden:
            continue
        tried += 1
        assert len(hidden) > 1
    assert tried


def test_months_are_decided_on_with_their_year(release):
    with closing(open_release(release)) as con:
        register, plan = read_register(con), read_manifest(release)["plan"]
        figures, months = public_figures(con, plan, register, SMALLEST)
        _, all_months = public_figures(con, plan, register, 1)
    assert {unit for _, unit in months} == {"H99.12"}
    some = 0
    for place, series in months.items():
        year = next(row for row in figures if (row["target_id"], row["unit_code"]) == place)
        hidden = [true for true, row in zip(all_months[place], series, strict=True) if row["state"] == "withheld"]
        some += len(hidden)
        assert not [row for row in series if row["denominator"] and is_small(row)]
        assert year["state"] == "withheld" or sum(row["period_start"] >= year["period_start"] for row in hidden) != 1
    assert some


def test_what_is_withheld_is_no_zero_and_says_so(public, text):
    assert ("0/0" in text) is False
    cells = html.fromstring((public / "units.html").read_text(encoding="utf-8")).xpath("//td[contains(@class, 'withheld')]")
    assert cells
    for cell in cells:
        said = " ".join(cell.text_content().split())
        assert said.startswith("⊘ không công bố")
        assert not re.search(r"\d", said)
        assert "data-value" not in cell.attrib
    assert f"dưới {SMALLEST} không công bố" in text
