"""The page of a release: its figures are the marts', its links lead somewhere, and no name in it can do harm."""

import csv
import json
import re
from contextlib import closing
from functools import cache
from pathlib import Path

import duckdb
import pytest
from lxml import html

from flows.publish import current_release, read_manifest
from flows.query import open_release
from reports.page.changes import Earlier
from reports.page.write import write_page
from transforms.duck import quoted, rows
from transforms.errors import FigureError
from transforms.reference import load_reference

SCRIPT = "<script>alert('Ớt')</script>\"><img src=https://example.org/x.png onerror=alert(1)>"
LONG = "Phòng " + "rất dài " * 37
TURNED = "UBND xã \u202eyaM uầC\u2066"
FEW = "unit_code in ('H99.12', 'H99.12.03', 'H99.12.14', 'H99.12.21', 'H99.12.28')"
FORMULA = '=HYPERLINK("https://example.org")'


@pytest.fixture(scope="module")
def release(demo_home) -> Path:
    return current_release(demo_home)


@pytest.fixture(scope="module")
def treatments(demo_home) -> list[dict[str, str]]:
    return load_reference(demo_home.reference).treatments


@pytest.fixture(scope="module")
def page(release) -> Path:
    """The page that was published with the release."""
    return release / "report"


def copied(release: Path, **changed: str) -> duckdb.DuckDBPyConnection:
    """The marts of a release as views, but for those that a query here gives instead; ``{mart}`` in it is the original."""
    con = duckdb.connect(":memory:")
    for mart in {path.stem for path in release.iterdir() if path.suffix == ".parquet" or path.name in ("dossier", "outcome")}:
        files = release / mart / "*.parquet" if (release / mart).is_dir() else release / f"{mart}.parquet"
        original = f"read_parquet({quoted(str(files))})"
        con.execute(f"create view {mart} as {changed.get(mart, 'from {mart}').format(mart=original)}")
    return con


def few_units(release: Path) -> duckdb.DuckDBPyConnection:
    """The marts of a release with a register of few units."""
    return copied(release, unit=f"from {{mart}} where {FEW}")


@pytest.fixture(scope="module")
def hostile(release, treatments, tmp_path_factory) -> Path:
    """The page of the same release, of few units, with names that mean harm."""
    names = f"""select * replace (case unit_code
        when 'H99.12.03' then {quoted(SCRIPT)} when 'H99.12.14' then {quoted(LONG)} when 'H99.12.28' then {quoted(TURNED)}
        else unit_name end as unit_name) from {{mart}} where {FEW}"""
    procedures = f"select * replace ({quoted(FORMULA + SCRIPT)} as procedure_name) from {{mart}}"
    files = f"select * replace (file_name || {quoted(SCRIPT)} as file_name) from {{mart}}"
    target = tmp_path_factory.mktemp("hostile") / "report"
    with closing(copied(release, unit=names, procedure=procedures, export_file=files)) as con:
        write_page(con, read_manifest(release), treatments, target)
    return target


@cache
def parsed(page: Path) -> dict[str, html.HtmlElement]:
    """Every HTML file of a page by its path."""
    return {
        path.relative_to(page).as_posix(): html.fromstring(path.read_text(encoding="utf-8"))
        for path in sorted(page.rglob("*.html"))
    }


def said(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_every_cell_of_the_heat_map_is_the_figure_of_target_status(page, release):
    with closing(open_release(release)) as con:
        known = rows(con, "select * from target_status where period_kind = 'year' and year(period_end) = 2020")
        names = dict(con.execute("select unit_code, unit_name from unit").fetchall())
    expected = {
        (names[row["unit_code"]], row["target_id"]): (f"{said(row['numerator'])}/{said(row['denominator'])}", row["state"])
        for row in known
        if row["denominator"]
    }
    table = html.fromstring((page / "units.html").read_text(encoding="utf-8")).get_element_by_id("heat")
    targets = [text(id_) for id_ in table.xpath("./thead//span[@class='id']")]
    shown = {}
    for row in table.xpath("./tbody/tr"):
        unit = text(row.xpath("./th")[0])
        for target, cell in zip(targets, row.xpath("./td"), strict=False):
            for fraction in cell.xpath(".//span[contains(@class, 'fraction')]"):
                shown[unit, target] = (text(fraction), cell.get("class").split()[0])
    assert shown == expected
    assert len(shown) > 60


def test_the_headline_of_each_target_is_the_figure_of_the_unit_at_the_top(page, release):
    with closing(open_release(release)) as con:
        top = rows(
            con, "select * from target_status join unit using (unit_code) where period_kind = 'year' and parent_code is null"
        )
    listed = html.fromstring((page / "index.html").read_text(encoding="utf-8"))
    assert len(top) == 15
    for row in top:
        headline = listed.get_element_by_id(row["target_id"]).xpath(".//p[contains(@class, 'headline')]")[0]
        assert headline.xpath(f".//span[contains(@class, 'state {row['state']}')]")
        if row["denominator"]:
            assert f"{said(row['numerator'])}/{said(row['denominator'])}" in text(headline)


def test_what_is_in_the_way_comes_before_what_is_met(page):
    states = [target.get("class").split()[1] for target in parsed(page)["index.html"].xpath("//li[starts-with(@class, 'target ')]")]
    assert states[0] == "not_met"
    assert states[-1] == "met"


def test_of_a_target_that_is_not_decided_the_page_says_who_leaves_it_open(page, release):
    with closing(open_release(release)) as con:
        silent = con.execute("""
            select distinct u.unit_name from target_cause as c join unit as u on c.cause_code = u.unit_code
            where c.target_id = '2020-02' and c.reason = 'missing_data' and c.period_kind = 'year' and year(c.period_end) = 2020
        """).fetchall()
    shown = text(parsed(page)["index.html"].get_element_by_id("main"))
    assert len(silent) == 2
    assert all(name in shown.partition("2 đơn vị chưa có số liệu: ")[2] for (name,) in silent)


def test_the_csv_of_a_unit_holds_the_dossiers_of_its_on_time_figure(page, release):
    with closing(open_release(release)) as con:
        figures = rows(
            con,
            """select unit_code, numerator, denominator from indicator_value
               where indicator_id = 'on_time' and rule_id = 'II06_DATE' and basis_id = 'resolved' and scope = 'own'
                 and calendar = 'official' and period_kind = 'year' and year(period_end) = 2020 and denominator > 0""",
        )
        open_counts = dict(con.execute("select unit_code, open_overdue_count from backlog where scope = 'own'").fetchall())
    assert len(figures) > 15
    for figure in figures:
        with (page / "dossiers" / f"{figure['unit_code']}.csv").open(encoding="utf-8-sig", newline="") as file:
            dossiers = list(csv.DictReader(file))
        resolved = [row for row in dossiers if row["Giải quyết trong kỳ · resolved in the period"]]
        in_time = [row for row in resolved if row["Kết quả · outcome"] in ("trước hạn", "đúng hạn")]
        assert (len(in_time), len(resolved)) == (figure["numerator"], figure["denominator"]), figure
        overdue = [row for row in dossiers if row["Quá hạn từ · overdue since"]]
        assert len(overdue) == open_counts.get(figure["unit_code"], 0)


def test_overdue_and_soon_due_dossiers_of_the_district_are_as_many_as_its_backlog_says(page, release):
    with closing(open_release(release)) as con:
        (backlog,) = rows(con, "select * from backlog where unit_code = 'H99.12' and scope = 'subtree'")
    tables = parsed(page)["units/H99.12.html"].xpath("//section[@id='overdue']//table")
    assert [len(table.xpath("./tbody/tr")) for table in tables] == [backlog["open_overdue_count"], backlog["due_within_5_count"]]
    assert backlog["open_overdue_count"] > 5


def test_every_link_leads_to_a_file_and_a_place_in_it(page, hostile):
    for folder in (page, hostile):
        pages = parsed(folder)
        places = {path: {element.get("id") for element in tree.xpath("//*[@id]")} for path, tree in pages.items()}
        count = 0
        for path, tree in pages.items():
            for link in tree.xpath("//a/@href"):
                file, _, fragment = link.partition("#")
                target = ((folder / path).parent / file).resolve() if file else (folder / path).resolve()
                assert target.is_file(), (path, link)
                if fragment:
                    assert fragment in places[target.relative_to(folder.resolve()).as_posix()], (path, link)
                count += 1
        assert count > 400


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs_inline(page, hostile):
    for folder in (page, hostile):
        for path, tree in parsed(folder).items():
            (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
            assert policy == "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'"
            loaded = tree.xpath("//@src") + tree.xpath("//link/@href")
            assert sorted(Path(url).name for url in loaded) == ["page.css", "page.js"]
            assert not [url for url in loaded + tree.xpath("//a/@href") if re.match(r"([a-z]+:|//)", url, re.IGNORECASE)]
            assert [script.text for script in tree.xpath("//script")] == [None], path
            assert not tree.xpath("//*[@style] | //style | //iframe | //object | //form[@action] | //img")
            assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]
        for asset in ("page.css", "page.js"):
            assert "//" not in re.sub(r"^\s*//.*$", "", (folder / asset).read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_names_that_mean_harm_are_only_text(hostile):
    pages = parsed(hostile)
    shown = {text(name) for tree in pages.values() for name in tree.xpath("//bdi")}
    assert {" ".join(SCRIPT.split()), " ".join(LONG.split()), TURNED} <= shown
    assert any(SCRIPT in file for file in shown - {SCRIPT})
    for path, tree in pages.items():
        title = text(tree.xpath("//title")[0])
        assert not set(title) & set("\u202e\u2066"), path
        assert not tree.xpath("//*[not(self::bdi)]/text()[contains(., '\u202e') or contains(., '\u2066')]"), path


def test_a_name_cannot_become_a_formula_of_a_spreadsheet(hostile):
    lists = list((hostile / "dossiers").glob("*.csv"))
    assert lists
    for path in lists:
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert "'" + FORMULA + SCRIPT in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_every_text_stands_in_both_languages(page):
    for path, tree in parsed(page).items():
        vietnamese, english = tree.xpath("//span[@class='vi']"), tree.xpath("//span[@class='en']")
        assert len(vietnamese) == len(english) > 20, path
        for vi, en in zip(vietnamese, english, strict=True):
            assert bool(text(vi)) == bool(text(en)), (path, text(vi), text(en))
        assert all(vi.get("lang") == "vi" for vi in vietnamese)
        assert all(en.get("lang") == "en" for en in english)


def test_ids_are_unique_in_every_file(page, hostile):
    for folder in (page, hostile):
        for path, tree in parsed(folder).items():
            ids = tree.xpath("//@id")
            assert len(ids) == len(set(ids)), path


def test_the_first_page_is_small(page):
    first = sum((page / name).stat().st_size for name in ("index.html", "page.css", "page.js"))
    assert first < 200_000
    assert max(path.stat().st_size for path in page.rglob("*.html")) < 1_000_000


def test_the_same_release_gives_the_same_bytes(release, treatments, tmp_path):
    for name in ("once", "again"):
        with closing(few_units(release)) as con:
            write_page(con, read_manifest(release), treatments, tmp_path / name)
    once, again = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "once", tmp_path / "again")
    )
    assert once == again


def test_what_changed_since_the_release_before_is_listed_with_both_figures(release, treatments, tmp_path):
    then = """select * replace (
        case when target_id = '2020-06' and unit_code = 'H99.12' then numerator - 7 else numerator end as numerator,
        case when target_id = '2020-06' and unit_code = 'H99.12.21'
            then case state when 'met' then 'not_met' else 'met' end else state end as state) from {mart}"""

    def causes_of(figures):
        assert [figure["unit_code"] for figure in figures] == ["H99.12", "H99.12.21"]
        changes = {"dossier_count": 8, "numerator_change": 7, "denominator_change": -1}
        return [{"figure_number": 0, "cause": "finished_since", **changes}]

    with closing(few_units(release)) as con, closing(copied(release, target_status=then)) as before:
        ((top, denominator),) = con.execute(
            """select numerator, denominator from target_status
               where target_id = '2020-06' and unit_code = 'H99.12' and period_kind = 'year'"""
        ).fetchall()
        write_page(con, read_manifest(release), treatments, tmp_path / "report", Earlier(before, "2020-12-31-before", causes_of))
    changes = parsed(tmp_path / "report")["changes.html"]
    changed = [[text(cell) for cell in row.xpath("./th | ./td")] for row in changes.xpath("//tbody/tr")]
    assert len(changed) == 2
    assert f"{said(top - 7)}/{said(denominator)}" in changed[0][2]
    assert f"{said(top)}/{said(denominator)}" in changed[0][3]
    assert "đã giải quyết xong" in changed[0][4]
    assert "8 (+7/−1)" in changed[0][4]
    assert not changed[1][4]
    assert {changed[1][2][0], changed[1][3][0]} == {"✔", "✘"}


def test_a_change_that_the_dossiers_do_not_explain_is_shown_and_said_to_be_so(release, treatments, tmp_path):
    def causes_of(_):
        raise FigureError("Không khớp.", "It does not add up.")

    then = "select * replace (numerator - 1 as numerator) from {mart}"
    with closing(few_units(release)) as con, closing(copied(release, target_status=then)) as before:
        write_page(con, read_manifest(release), treatments, tmp_path / "report", Earlier(before, "earlier", causes_of))
    changes = parsed(tmp_path / "report")["changes.html"]
    assert "Không khớp." in text(changes.get_element_by_id("main"))
    assert len(changes.xpath("//tbody/tr")) > 5


def test_a_release_before_of_another_version_is_not_compared(release, treatments, tmp_path):
    with closing(few_units(release)) as con, closing(duckdb.connect(":memory:")) as before:
        write_page(con, read_manifest(release), treatments, tmp_path / "report", Earlier(before, "2019-12-31-old"))
    assert "không so được" in (tmp_path / "report" / "changes.html").read_text(encoding="utf-8")


def test_figures_that_moved_since_they_were_filed_stand_beside_those_of_now(release, treatments, tmp_path):
    closed = """select 1 as closing_number, true as is_latest, 'official' as calendar, 'year' as period_kind,
        date '2019-12-15' as period_start, date '2020-12-14' as period_end, '45/BC-UBND' as document, 'r' as release_id,
        date '2020-12-20' as closed_date"""
    filed = f"""select 1 as closing_number, true as is_latest, true as is_moved, v.* exclude (status, as_of_date), v.status,
        v.numerator - 3 as filed_numerator, v.denominator - 4 as filed_denominator, v.status as filed_status,
        3 as numerator_change, 4 as denominator_change
        from read_parquet({quoted(str(release / "indicator_value.parquet"))}) as v
        where indicator_id = 'on_time' and unit_code = 'H99.12' and scope = 'subtree' and calendar = 'official'
            and period_kind = 'year' and period_end = date '2020-12-14'"""
    with closing(copied(release, unit=f"from {{mart}} where {FEW}", closing=closed, filed_figure=filed)) as con:
        ((numerator, denominator),) = con.execute(
            "select numerator, denominator from filed_figure where rule_id = 'II06_DATE' and basis_id = 'resolved'"
        ).fetchall()
        write_page(con, read_manifest(release), treatments, tmp_path / "report")
    changes = parsed(tmp_path / "report")["changes.html"]
    (row,) = changes.xpath("//h2[@id='filed']/following::tbody/tr")
    cells = [text(cell) for cell in row.xpath("./th | ./td")]
    assert f"({said(numerator - 3)}/{said(denominator - 4)})" in cells[2]
    assert f"({said(numerator)}/{said(denominator)})" in cells[3]
    assert cells[4].startswith("tử số +3, mẫu số +4")
    assert "45/BC-UBND" in text(changes.get_element_by_id("main"))


def test_a_plan_of_which_the_data_say_nothing_is_said_to_be_so(release, treatments, tmp_path):
    manifest = json.loads(json.dumps(read_manifest(release)))
    manifest["plan"]["year"] = 2031
    with closing(few_units(release)) as con:
        write_page(con, manifest, treatments, tmp_path / "report")
    pages = parsed(tmp_path / "report")
    assert "chưa có số liệu nào" in text(pages["index.html"].get_element_by_id("main"))
    assert "Chưa có số liệu cho mục tiêu nào" in text(pages["units.html"].get_element_by_id("main"))
    assert "Chưa có số liệu để đánh giá" in text(pages["units/H99.12.28.html"].get_element_by_id("main"))


def test_every_check_and_every_rule_of_the_quarantine_stands_on_the_page_of_the_data(page, release):
    data = parsed(page)["data.html"]
    with closing(open_release(release)) as con:
        checks = con.execute("select check_id, state from check_result").fetchall()
        kept_out = con.execute("select distinct rule_code from quarantine_count").fetchall()
        files = con.execute("select count(*) from export_file").fetchall()[0][0]
    for check, state in checks:
        assert data.get_element_by_id(check).get("class").startswith(state)
    assert {rule for (rule,) in kept_out} <= {text(code) for code in data.xpath("//code")}
    assert len(data.xpath("//h2[@id='files']/following::table[1]/tbody/tr")) == files
