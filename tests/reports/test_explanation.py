"""A figure explained: its dossiers add up to it, all of them are listed, and each stands in the file and line that is named."""

from collections import Counter
from datetime import date
from io import BytesIO, StringIO
from shutil import copytree, rmtree

import pytest
from python_calamine import CalamineWorkbook
from rich.console import Console

from flows.explain import changed, explain
from flows.home import Home
from flows.nightly import nightly
from flows.publish import current_release, read_manifest
from flows.query import open_release
from reports.changes import CAUSES
from reports.dossier_counts import CONDITIONS, counts_sql, is_of_dossiers, want_figures
from reports.explanation import Asked, explain_figure
from reports.explanation_terminal import show_changes, show_explanation
from reports.explanation_workbook import explanation_workbook
from reports.units import members_by_scope
from transforms.duck import rows
from transforms.errors import ConfigError, FigureError
from transforms.periods import named_period
from transforms.registry import indicator_ids

DISTRICT, COMMUNE, LAND_OFFICE = "H99.12", "H99.12.21", "H99.12.14"


@pytest.fixture
def con(demo_home):
    with open_release(current_release(demo_home)) as con:
        yield con


@pytest.fixture(scope="module")
def manifest(demo_home):
    return read_manifest(current_release(demo_home))


@pytest.fixture
def told(con, manifest):
    as_of = date.fromisoformat(manifest["as_of"])
    return lambda *asked, most=None, **kw: explain_figure(
        con, Asked(asked[0], asked[1], named_period(asked[2]), **kw), manifest["plan"], as_of, most
    )


def test_the_dossiers_of_every_figure_add_up_to_it(con, manifest):
    """Every seventeenth of all figures of every unit, scope, rule, basis and period."""
    members = members_by_scope(con, manifest["plan"]["outside_scope"])
    figures = rows(con, "from indicator_value where scope <> 'todays_map' order by all")
    figures = [f for f in figures if is_of_dossiers(f["indicator_id"], f["basis_id"])][::17]
    want_figures(con, figures, members)
    found = rows(
        con,
        f"""select figure_number, sum(numerator)::int as numerator, sum(denominator)::int as denominator,
                   sum(excluded)::int as excluded, sum(not_told)::int as not_told, sum(not_refreshed)::int as not_refreshed
            from ({counts_sql(con, date.fromisoformat(manifest["as_of"]))}) group by all""",
    )
    counted = {row.pop("figure_number"): Counter(row) for row in found}
    compared = Counter()
    for number, figure in enumerate(figures):
        ours, status = counted.get(number, Counter()), figure["status"]
        assert ours["excluded"] == figure["excluded_count"], figure
        assert ours["not_refreshed"] == figure["not_refreshed_count"], figure
        if status in ("ok", "no_activity"):
            assert ours["not_told"] == 0, figure
            if figure["is_from_totals"]:  # dossiers of a unit of which a total stands in the figure are not listed
                assert ours["numerator"] <= figure["numerator"], figure
                continue
            assert ours["numerator"] == figure["numerator"], figure
            if figure["indicator_id"] != "via_system":
                assert ours["denominator"] == figure["denominator"], figure
            compared[figure["indicator_id"], figure["basis_id"]] += ours["denominator"] > 0
    assert compared.keys() == CONDITIONS.keys()
    assert all(n > 100 for place, n in compared.items() if place[0] != "via_system"), compared


def test_every_dossier_is_listed_once_and_as_what_it_counts(told):
    found = told(DISTRICT, "on_time", "2020", basis="received_and_carried", rule="QD766_2_1")
    codes = [d["dossier_key"] for d in found["dossiers"]]
    assert len(codes) == len(set(codes)) == sum(s["dossier_count"] for s in found["sums"])
    listed = Counter(d["counted_as"] for d in found["dossiers"])
    assert listed["numerator"] == found["numerator"] > 0
    assert listed["numerator"] + listed["denominator"] == found["denominator"]
    assert listed["excluded"] == found["excluded_count"] > 0
    for d in found["dossiers"]:
        if d["counted_as"] == "excluded":
            assert d["exclusion_reason"]
        if d["counted_as"] == "denominator" and d["is_open"]:
            assert d["overdue_date"] <= found["period_end"]


def test_a_short_list_has_the_first_of_every_sum_and_says_how_many_there_are(told):
    found, whole = told(DISTRICT, "on_time", "2020-Q3", most=3), told(DISTRICT, "on_time", "2020-Q3")
    assert found["sums"] == whole["sums"]
    for number, each in enumerate(found["sums"]):
        of_it = [d["dossier_key"] for d in whole["dossiers"] if d["sum_number"] == number]
        assert [d["dossier_key"] for d in found["dossiers"] if d["sum_number"] == number] == of_it[:3]
        assert len(of_it) == each["dossier_count"]


def test_the_units_of_a_district_add_up_to_it(told):
    for indicator in ("on_time", "online_received"):
        found = told(DISTRICT, indicator, "2020-H1")
        assert len(found["units"]) > 10
        for part in ("numerator", "denominator"):
            assert sum(unit[part] for unit in found["units"]) == found[part]
    assert told(COMMUNE, "on_time", "2020-H1")["units"] == []


def test_procedures_are_listed_one_by_one(told):
    found = told(DISTRICT, "procedures_level4", "2020")
    assert sum(p["is_met"] is True for p in found["procedures"]) == found["numerator"] > 0
    assert len(found["procedures"]) == found["denominator"]


@pytest.mark.parametrize("indicator", indicator_ids())
def test_every_indicator_can_be_explained_and_shown(told, indicator):
    console = Console(width=200, record=True, file=StringIO())
    found = told(DISTRICT, indicator, "2020", most=1) | {"release_id": "r"}
    show_explanation(console, found)
    shown = console.export_text()
    assert found["title_vi"] in shown
    assert all(d["dossier_code"] in shown for d in found["dossiers"])
    assert all(vi in shown for vi, _ in found["cannot_tell"])
    assert (indicator in ("edoc_any", "edoc_only_signed", "via_system")) <= bool(found["cannot_tell"])
    assert explanation_workbook(found)


def test_the_workbook_holds_every_dossier(told):
    found = told(LAND_OFFICE, "on_time", "2020-Q3") | {"release_id": "r"}
    book = CalamineWorkbook.from_filelike(BytesIO(explanation_workbook(found)))
    _, *listed = book.get_sheet_by_name("Hồ sơ · Dossiers").to_python()
    assert [line[0] for line in listed] == [d["dossier_code"] for d in found["dossiers"]]
    assert ["Tử số · numerator", float(found["numerator"])] in book.get_sheet_by_name("Số liệu · Figure").to_python()


def test_a_figure_that_its_dossiers_do_not_add_up_to_is_an_error(con, told):
    assert told(DISTRICT, "on_time", "2020")["status"] == "ok"
    con.execute("create temp view outcome as from memory.main.outcome where outcome <> 'late'")
    with pytest.raises(FigureError, match="add up to"):
        told(DISTRICT, "on_time", "2020")


def test_each_dossier_stands_in_the_file_and_line_that_is_named(demo_home):
    found = explain(demo_home, Asked(DISTRICT, "on_time", named_period("2020-Q2")), None, 2, with_lines=True)
    read = 0
    for dossier in found["dossiers"]:
        (place,) = dossier["lines"]
        (kept,) = (demo_home.raw / dossier["source"]).rglob(f"{place['file_id']}*")
        line = kept.read_bytes().decode("utf-8-sig").splitlines()[place["line"] - 1]
        assert dossier["dossier_code"] in line
        read += 1
    assert read >= 6


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((DISTRICT, "on_tim", "2020"), {"match": "did you mean on_time"}),
        (("H99.13", "on_time", "2020"), {"match": "did you mean"}),
        ((DISTRICT, "inspected", "2020-Q3"), {"match": "told by year"}),
        ((DISTRICT, "on_time", "2031"), {"match": "no figure"}),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(told, asked, said):
    with pytest.raises(ConfigError, **said):
        told(*asked)
    with pytest.raises(ConfigError, match="Choose one of"):
        told(DISTRICT, "online_resolved", "2020", rule="TIMESTAMP")


@pytest.mark.system
def test_what_moved_since_an_earlier_release_is_told_by_cause(demo_home, tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("later") / "home")
    copytree(demo_home.root, home.root, symlinks=True)
    earlier = nightly(home, as_of=date(2020, 9, 30)).release_id
    asked = Asked(DISTRICT, "on_time", named_period("2020"), basis="received_and_carried")
    found = changed(home, asked, earlier, None, 2)
    before, now = found["before"], found["now"]
    assert (before["as_of_date"], now["release_id"]) == (date(2020, 9, 30), current_release(home).name)
    for part in ("numerator", "denominator"):
        assert now[part] - before[part] == sum(c[f"{part}_change"] for c in found["causes"]) != 0
    assert {"new_dossier", "finished_since"} <= {c["cause"] for c in found["causes"]}
    console = Console(width=200, record=True, file=StringIO())
    show_changes(console, found)
    shown = console.export_text()
    assert all(CAUSES[c["cause"]][0] in shown for c in found["causes"])
    assert all(d["dossier_code"] in shown for d in found["dossiers"])
    rmtree(home.releases / earlier / "outcome")
    with pytest.raises(ConfigError, match="older program"):
        changed(home, asked, earlier, None, 2)
