"""The workbooks: what they show is what the marts hold, their formulas give what they show, and texts stay texts."""

import re
import zipfile
from contextlib import closing
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from python_calamine import load_workbook

from flows.publish import current_release, read_manifest
from flows.query import open_release
from flows.report import write_workbooks_of
from reports.excel.sheet import _FONT, new_book
from reports.excel.write import plan_workbooks, usual_periods, write_workbooks
from tests.reports.test_page import FORMULA, copied
from transforms.duck import rows
from transforms.errors import ConfigError

TOP, LAND, COMMUNE = "H99.12", "H99.12.14", "H99.12.21"
COUNTS = {
    "Biểu 06a": (
        *("received_total", "received_online", "received_other", "carried_over"),
        *("resolved_total", "resolved_early", "resolved_on_time", "resolved_late", "open_total", "open_in_time", "open_overdue"),
    ),
    "Chi tiết": (
        *("received_total", "carried_over", "received_in_period", "resolved_early", "resolved_on_time", "resolved_late"),
        *("in_time_rate", "open_in_time", "open_overdue", "waiting", "withdrawn", "halted"),
    ),
}
MARTS = {"Biểu 06a": "form_ii06a", "Chi tiết": "form_detailed"}
YEAR = "calendar = 'official' and period_kind = 'year' and year(period_end) = 2020"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def con(demo_home):
    with closing(open_release(current_release(demo_home))) as opened:
        yield opened


@pytest.fixture(scope="module")
def folder(demo_home, tmp_path_factory) -> Path:
    """The workbooks of a few units and periods."""
    folder = tmp_path_factory.mktemp("excel")
    for unit in (TOP, LAND, COMMUNE):
        write_workbooks_of(demo_home, None, "", unit, folder)
    write_workbooks_of(demo_home, None, "2020-Q1", TOP, folder)
    return folder


def sheets(file: Path) -> dict[str, list[list]]:
    book = load_workbook(str(file))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def lines(sheet: list[list]) -> list[list]:
    """What stands below the numbers of the columns, or below the headings, and above the signatures."""
    numbered = [at for at, row in enumerate(sheet) if row[:2] == ["(1)", "(2)"]]
    first = numbered[0] + 1 if numbered else next(at for at, row in enumerate(sheet) if row[0] == "TT") + 1
    return sheet[first : next(at for at, row in enumerate(sheet) if row[0] == "NGƯỜI LẬP BIỂU") - 2]


def formulas(file: Path) -> dict[str, dict[str, tuple[str | None, str]]]:
    """The formula, or None, and the value of each number's cell, by sheet and place, as the file holds them."""
    found = {}
    with zipfile.ZipFile(file) as packed:
        for name in sorted(n for n in packed.namelist() if n.startswith("xl/worksheets/sheet")):
            cells = etree.fromstring(packed.read(name)).iter(f"{MAIN}c")
            found[name] = {
                cell.get("r"): (cell.findtext(f"{MAIN}f"), cell.findtext(f"{MAIN}v"))
                for cell in cells
                if cell.get("t") != "s" and cell.findtext(f"{MAIN}v")
            }
    return found


def computed(formula: str, value_of) -> float | str:
    """What one of the formulas gives: SUM of a column, additions, a quotient, and IF around it."""
    if condition := re.fullmatch(r'IF\((.+)=0,"",(.+)\)', formula):
        return "" if computed(condition[1], value_of) == 0 else computed(condition[2], value_of)
    if quotient := re.fullmatch(r"\(?([A-Z0-9+]+)\)?/\(?([A-Z0-9+]+)\)?", formula):
        return computed(quotient[1], value_of) / computed(quotient[2], value_of)
    if column := re.fullmatch(r"SUM\(([A-Z]+)(\d+):\1(\d+)\)", formula):
        return sum(value_of(f"{column[1]}{row}") for row in range(int(column[2]), int(column[3]) + 1))
    return sum(value_of(cell) for cell in formula.split("+"))


def test_the_forms_hold_what_the_marts_hold(folder, con):
    fields = dict(con.execute("select distinct field_name, field_code from procedure").fetchall()) | {"TỔNG SỐ": "ALL"}
    for unit in (TOP, LAND, COMMUNE):
        book = sheets(folder / f"{unit}-2020.xlsx")
        for form, mart in MARTS.items():
            found = rows(con, f"from {mart} where unit_code = '{unit}' and {YEAR}")
            held = {(row["scope"], row["field_code"]): [row[name] for name in COUNTS[form]] for row in found}
            scope, shown = "subtree", {}
            for number, name, *counts in lines(book[f"{form} lĩnh vực"]):
                if number in ("I", "II"):
                    scope = {"Cấp huyện": "district_level", "Cấp xã": "commune_level"}[name]
                place = ("subtree", "ALL") if name == "TỔNG SỐ" else (scope, "ALL" if number in ("I", "II") else fields[name])
                shown[place] = [None if count == "" else count for count in counts]
            scopes = {"subtree"} if unit != TOP else {"district_level", "commune_level"}
            expected = {place: row for place, row in held.items() if place[0] in scopes or place == ("subtree", "ALL")}
            assert len(shown) > 1
            assert shown == expected


def test_the_forms_by_unit_hold_what_the_marts_hold(folder, con):
    book = sheets(folder / f"{TOP}-2020.xlsx")
    for form, mart in MARTS.items():
        found = rows(con, f"from {mart} join unit using (unit_code) where scope = 'subtree' and field_code = 'ALL' and {YEAR}")
        expected = {row["unit_name"]: [row[name] for name in COUNTS[form]] for row in found}
        expected["TỔNG SỐ"] = expected.pop("UBND huyện Mẫu Sơn")
        shown = {name: counts for _, name, *counts in lines(book[f"{form} đơn vị"])}
        assert {name: [None if count == "" else count for count in counts] for name, counts in shown.items()} == expected
    assert not any("đơn vị" in name for name in sheets(folder / f"{COMMUNE}-2020.xlsx"))


def test_totals_are_formulas_that_give_the_values_shown(folder):
    for file in sorted(folder.iterdir()):
        for cells in formulas(file).values():
            for place, (formula, value) in cells.items():
                if formula:
                    given = computed(formula, lambda cell, cells=cells: float(cells[cell][1]))
                    assert given == pytest.approx(float(value), abs=1e-12), (file, place, formula)
    for sheet in ("Biểu 06a lĩnh vực", "Biểu 06a đơn vị"):
        names = load_workbook(str(folder / f"{TOP}-2020.xlsx")).sheet_names
        cells = formulas(folder / f"{TOP}-2020.xlsx")[f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"]
        last = max(int(re.sub("[A-Z]", "", place)) for place in cells)
        assert all(cells[f"{column}{last}"][0] for column in "CDEFGHIJKLM"), "the last line is made of formulas"
        across = [place for place in cells if place[0] in "CGK"]
        assert len(across) > 20
        assert all(cells[place][0] for place in across), "and so is every total of a line"


def test_a_period_is_drawn_in_the_layout_of_its_days(folder, con):
    book = sheets(folder / f"{TOP}-2020-Q1.xlsx")
    assert "Biểu 07b" not in book
    sheet = book["Biểu 06a lĩnh vực"]
    assert "chưa đối chiếu với TT 02/2017" in sheet[0][0]
    total = rows(
        con,
        f"""from form_ii06a where unit_code = '{TOP}' and scope = 'subtree' and field_code = 'ALL'
            and calendar = 'official' and period_kind = 'quarter' and period_end = '2020-03-14'""",
    )[0]
    assert lines(sheet)[-1][2:7] == [
        total["received_total"],
        total["carried_over"],
        total["received_online"] + total["received_other"],
        total["resolved_total"],
        total["resolved_early"] + total["resolved_on_time"],
    ]


def test_what_the_catalogue_does_not_tell_is_an_empty_cell_and_no_nought(folder, con):
    (row,) = rows(con, f"from form_ii07b where {YEAR}")
    (line,) = lines(sheets(folder / f"{TOP}-2020.xlsx")["Biểu 07b"])
    counts = [value for name, value in row.items() if name not in ("calendar", "period_kind", "period_start", "period_end")]
    assert None in counts
    assert line[2:] == ["" if count is None else count for count in counts]
    assert "Biểu 07b" not in sheets(folder / f"{COMMUNE}-2020.xlsx")


def test_the_targets_are_those_of_the_plan(folder, con):
    for unit in (TOP, COMMUNE):
        shown = lines(sheets(folder / f"{unit}-2020.xlsx")["Mục tiêu"])
        found = rows(
            con,
            f"""from target_status where unit_code = '{unit}' and period_kind = 'year' and year(period_end) = 2020
                order by target_id""",
        )
        assert [row[0] for row in shown] == [row["target_id"] for row in found]
        for line, row in zip(shown, found, strict=True):
            assert line[5:7] == ["" if row[name] is None else row[name] for name in ("numerator", "denominator")]
            if row["denominator"]:
                assert line[7] == pytest.approx((row["numerator"] or 0) / row["denominator"])
    assert len(shown) < len(lines(sheets(folder / f"{TOP}-2020.xlsx")["Mục tiêu"])) == 15


def test_the_overdue_dossiers_are_as_many_as_the_form_counts(con, demo_home, tmp_path):
    (file,) = write_workbooks_of(demo_home, None, "2020-Q3", TOP, tmp_path)
    found = lines(sheets(file)["Quá hạn 14-09-2020"])
    (counted,) = con.execute(
        f"""select open_overdue from form_ii06a where unit_code = '{TOP}' and scope = 'subtree' and field_code = 'ALL'
            and calendar = 'official' and period_kind = 'quarter' and period_end = '2020-09-14'"""
    ).fetchone()
    assert len(found) == counted > 5
    ends = [row[9] for row in found if row[9] not in ("", None)]
    assert ends and all(isinstance(end, date) for end in ends)
    for _, code, _, _, _, received, due, since, days, *_ in found:
        assert re.search(r"\d", code)
        assert received <= due < since <= date(2020, 9, 14)
        assert days == (date(2020, 9, 14) - since).days + 1


def test_names_that_look_like_formulas_stay_texts_and_the_same_marts_give_the_same_bytes(demo_home, tmp_path):
    release = current_release(demo_home)
    names = "select * replace ('@' || unit_name as unit_name) from {mart}"
    procedures = f"select * replace ('{FORMULA}' as procedure_name, '+1' || field_name as field_name) from {{mart}}"
    manifest = read_manifest(release)
    with closing(copied(release, unit=names, procedure=procedures)) as con:
        planned = plan_workbooks(con, manifest, usual_periods(con, manifest), [TOP])
        once, again = (
            [file.read_bytes() for file in write_workbooks(con, manifest, planned, tmp_path / name)] for name in ("once", "again")
        )
    assert once == again
    file = tmp_path / "once" / f"{TOP}-2020.xlsx"
    book = sheets(file)
    assert {line[1][:2] for line in lines(book["Biểu 06a lĩnh vực"]) if str(line[0]).isdigit()} == {"+1"}
    assert {line[3] for line in lines(next(book[name] for name in book if name.startswith("Quá hạn")))} == {FORMULA}
    for cells in formulas(file).values():
        assert not any("HYPERLINK" in (formula or "") for formula, _ in cells.values())
    with zipfile.ZipFile(BytesIO(once[0])) as packed:
        assert not any("externalLink" in name or "hyperlink" in packed.read(name).decode() for name in packed.namelist())


def test_a_release_holds_the_workbooks_of_the_unit_at_the_top(demo_home):
    release = current_release(demo_home)
    assert sorted(file.name for file in (release / "report" / "excel").iterdir()) == ["H99.12-2020-Q4.xlsx", "H99.12-2020.xlsx"]
    assert "report/excel/H99.12-2020.xlsx" in read_manifest(release)["files"]


def test_what_a_release_does_not_have_is_said(demo_home, tmp_path):
    with pytest.raises(ConfigError, match="does not have that period"):
        write_workbooks_of(demo_home, None, "2011-Q3", "", tmp_path)
    with pytest.raises(ConfigError, match="did you mean"):
        write_workbooks_of(demo_home, None, "", "H99.12.99", tmp_path)
    with pytest.raises(ConfigError, match="no forms of that unit and period"):
        write_workbooks_of(demo_home, None, "2020-Q1", "H99.12.01", tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_workbook_leaves_the_next_one_of_the_process_as_it_would_have_been():
    font = dict(_FONT)
    new_book(BytesIO(), "Thử", date(2020, 1, 1)).file.close()
    assert font == _FONT == {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
