"""The layouts of printed forms: each applies on its days, promises no sum that its mart does not keep, and claims no law."""

import csv
from datetime import date

import pytest

from flows.home import CHECKOUT
from flows.publish import current_release
from flows.query import open_release
from transforms.errors import ConfigError
from transforms.forms import COLUMN_COLUMNS, FORM_TOTALS, LAYOUT_COLUMNS, mart_columns
from transforms.reference import load_reference

SHIPPED = load_reference(CHECKOUT / "config" / "reference")
LAYOUT = {"layout_id": "A", "mart_name": "form_ii06a", "valid_from": "2020-10-21"}
COLUMN = {"layout_id": "A", "column_number": "3", "shows": "received_total", "mark": "seen"}
PARTS = [COLUMN | {"column_number": "4", "shows": "carried_over"}, COLUMN | {"column_number": "5", "shows": "received_online"}]


def write(path, header, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)


def loaded(folder, layouts: list[dict[str, str]], columns: list[dict[str, str]]):
    write(folder / "form_layout.csv", LAYOUT_COLUMNS, layouts)
    write(folder / "form_column.csv", COLUMN_COLUMNS, columns)
    return load_reference(folder)


@pytest.fixture(scope="module")
def ask(demo_home):
    con = open_release(current_release(demo_home))
    yield lambda sql, *given: con.execute(sql, [*given]).fetchall()
    con.close()


def test_each_period_of_a_form_has_the_layout_of_its_last_day(ask):
    found = ask("""
        select distinct f.period_end, l.layout_id from form_ii06a as f
        left join form_layout as l on l.mart_name = 'form_ii06a'
            and f.period_end between l.valid_from and coalesce(l.valid_to, date '9999-12-31')
        where f.calendar = 'official' and f.period_kind in ('month', 'year')
          and f.period_end in ('2020-10-14', '2020-11-14', '2020-12-14')
        order by 1""")
    assert found == [
        (date(2020, 10, 14), "II06A_2017"),
        (date(2020, 11, 14), "II06A_2020"),
        (date(2020, 12, 14), "II06A_2020"),
    ]


@pytest.mark.parametrize("layout", [layout["layout_id"] for layout in SHIPPED.form_layouts])
def test_the_sums_of_a_layout_hold_in_every_row_of_its_mart(ask, layout):
    """Added up from what is published, not from what the register says of it."""
    columns = ask("select mart_name, column_number, shows, sum_of from form_layout where layout_id = $1", layout)
    shown = {number: " + ".join((shows or "").split()) for _, number, shows, _ in columns}
    mart, sums = columns[0][0], [(number, sum_of.split()) for _, number, _, sum_of in columns if sum_of]
    assert sums
    assert ask(f"select count(*) > 0 from {mart}") == [(True,)]
    for number, parts in sums:
        added = " + ".join(shown[int(part)] for part in parts)
        assert ask(f"select count(*) from {mart} where ({shown[number]}) is distinct from ({added})") == [(0,)], number


def test_every_figure_of_a_form_stands_in_its_layout():
    """Nothing that a form's mart counts is without a column on paper, and no column stands twice."""
    for layout in SHIPPED.form_layouts:
        shown = [s for c in SHIPPED.form_columns if c["layout_id"] == layout["layout_id"] for s in c["shows"].split()]
        assert len(shown) == len(set(shown))
        beside = {"unit_code", "scope", "field_code", "calendar", "period_kind", "period_start", "period_end"}
        beside |= {"previous_open_total", "opening_count"}
        assert set(mart_columns(layout["mart_name"])) - beside <= set(shown), layout["layout_id"]


def test_no_instrument_is_said_to_have_been_seen():
    for layout in SHIPPED.form_layouts:
        if layout["instrument"]:
            assert "chưa" in layout["evidence_vi"].lower()
            assert "not" in layout["evidence_en"]
    assert {c["mark"] for c in SHIPPED.form_columns if c["layout_id"] == "II06A_2017"} == {"unverified"}


def test_a_layout_of_the_office_is_published_as_it_is_written(tmp_path):
    found = loaded(tmp_path, [LAYOUT], [COLUMN, *PARTS, COLUMN | {"column_number": "6", "shows": "carried_over received_online"}])
    assert [c["shows"] for c in found.form_columns][-1] == "carried_over received_online"


@pytest.mark.parametrize(
    ("layouts", "columns", "file", "line", "en"),
    [
        (
            [LAYOUT],
            [COLUMN | {"shows": "recieved_total"}],
            "column",
            2,
            "is not known; did you mean received_total",
        ),
        ([LAYOUT], [COLUMN | {"sum_of": "4 5"}, *PARTS], "column", 2, "column (3) = (4) + (5) is no sum that form_ii06a keeps"),
        ([LAYOUT], [COLUMN | {"sum_of": "9"}], "column", 2, "column (3) = (9) is no sum"),
        (
            [LAYOUT],
            [PARTS[0] | {"sum_of": "5 9"}, PARTS[0] | {"column_number": "5"}],
            "column",
            2,
            "column (4) = (5) + (9) is no sum",
        ),
        ([LAYOUT], [COLUMN | {"column_number": "03"}], "column", 2, "'03' is no number"),
        ([LAYOUT], [COLUMN, COLUMN], "column", 3, "column 3 of A stands twice"),
        ([LAYOUT], [COLUMN | {"column_number": "3a"}], "column", 2, "'3a' is no number"),
        ([LAYOUT], [COLUMN | {"mark": "verified"}], "column", 2, "mark 'verified' is not known"),
        ([LAYOUT], [COLUMN | {"layout_id": "B"}], "column", 2, "layout_id 'B' is not known"),
        ([LAYOUT | {"mart_name": "form_06a"}], [], "layout", 2, "'form_06a' is not known; did you mean form_ii06a"),
        ([LAYOUT | {"valid_from": "21/10/2020"}], [], "layout", 2, "valid_from '21/10/2020' is not a date"),
        ([LAYOUT | {"valid_to": "2020-10-20"}], [], "layout", 2, "A ends on 2020-10-20, before it begins"),
        ([LAYOUT, LAYOUT], [], "layout", 3, "layout_id A stands twice"),
        (
            [LAYOUT, LAYOUT | {"layout_id": "B", "valid_from": ""}],
            [],
            "layout",
            3,
            "B and A are layouts of one form",
        ),
    ],
)
def test_a_mistake_in_a_layout_is_named_with_its_line(tmp_path, layouts, columns, file, line, en):
    with pytest.raises(ConfigError) as error:
        loaded(tmp_path, layouts, columns)
    assert f"form_{file}.csv, dòng {line}: " in error.value.vi
    assert en in error.value.en


def test_the_totals_are_columns_of_their_marts():
    for mart, totals in FORM_TOTALS.items():
        assert {name for total, parts in totals.items() for name in (total, *parts)} <= set(mart_columns(mart))
