"""A file that is stripped before it is kept reads as the file did: the same rows, the same lines, in every format."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.row_rules import rules_for
from flows.settings import load_config
from tests.intake.files import FORMATS, HEADER, as_sheets, row, write
from tests.intake.test_dirt import SPELLINGS, WRITTEN, spoilt
from transforms.duck import connect
from transforms.errors import FileRefusedError
from transforms.intake.read import column_roles, read_rows
from transforms.keeping import strip
from transforms.landing import Said, _export_time


def read_both(home, path: Path, tmp_path: Path, source: str = "tandan"):
    """What reading gives of a file as it came, and of what stripping leaves of it."""
    config = load_config(home)
    profile = config.profiles[source]
    exported_at, _ = _export_time(path.name, profile, Said())
    rules = rules_for(profile.kind, column_roles(profile))
    con, stripped, target = connect(), tmp_path / "stripped.csv", tmp_path / "rows.parquet"
    try:
        received = strip(con, path, path.name, profile, stripped, tmp_path)
        found = []
        for file, of in ((path, None), (stripped, received)):
            names = config.reference.names()
            result, _ = read_rows(con, file, path.name, profile, names, rules, exported_at, target, tmp_path, stripped_of=of)
            found.append(
                (
                    replace(result, headers=[], set_aside={}, read_as={}, known_columns=[]),
                    sorted(con.read_parquet(str(target)).fetchall(), key=repr),
                )
            )
        return found, stripped.read_text(encoding="utf-8")
    finally:
        con.close()


TABLE = [
    ["", "DANH SÁCH HỒ SƠ — người lập: Người Lập Mẫu"],
    [""],
    HEADER,
    [f"({at})" for at in range(1, len(HEADER) + 1)],
    row(1),
    row(2, **{"Trạng thái": "Chưa có từ này"}),
    row(3, **{"Tên thủ tục hành chính": 'hai\ndòng; và "nháy"', "Ngày nhận": "31/02/2020"}),
    row(4, **{"Ngày hẹn trả": ""}),
    row(1),
    ["", "Tổng cộng", *[""] * (len(HEADER) - 3), "9"],
    ["", "", "Ngày 1 tháng 2 năm 2020"],
    ["", "", "NGƯỜI LẬP BIỂU"],
    ["", "", "Người Ký Mẫu"],
]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_reads_the_same_and_holds_no_person(home, tmp_path, form):
    wide = [[*cells, *[""] * (len(HEADER) - len(cells))] for cells in TABLE]
    path = write(tmp_path, FORMATS[form](wide))
    (as_it_came, stripped), text = read_both(home, path, tmp_path)
    assert stripped == as_it_came
    assert stripped[0].quarantined_count == 2
    assert stripped[0].duplicate_count == 1
    for said in ("Người", "Mẫu\n", "STT", "Tổng cộng", "tháng"):
        assert said not in text
    assert text.startswith("\n" * 2)


@given(spoilt(), st.sampled_from(sorted(SPELLINGS)), st.sampled_from(sorted(WRITTEN)), st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_spoilt_table_reads_the_same_when_stripped(home, tmp_path, table_and_aside, spelling, kind, data):
    """Rows broken in any cell, or cut short, stay the rows and the lines that they were."""
    table = [list(cells) for cells in table_and_aside[0]]
    begins = table.index(HEADER) if HEADER in table else 0
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(begins, len(table) - 1))
        if table[at] != HEADER and table[at]:
            place = data.draw(st.integers(0, len(table[at]) - 1))
            table[at][place] = data.draw(
                st.sampled_from(["", "không rõ", "a\nb", 'nháy "kép"', "0912345678", "31/02/2020", " ; ,"])
            )
            if kind != "xlsx" and data.draw(st.booleans()):
                del table[at][place:]
    path = write(tmp_path, WRITTEN[kind](SPELLINGS[spelling](table)))
    try:
        (as_it_came, stripped), text = read_both(home, path, tmp_path)
    except FileRefusedError:
        return  # what cannot be read as it came cannot be stripped either
    assert stripped == as_it_came
    assert "Người" not in unicodedata.normalize("NFC", text)


def as_snapshot(home) -> None:
    path = home.sources / "tandan.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("delivery: delta", "delivery: snapshot"), encoding="utf-8")


def test_the_days_in_its_title_stay_and_nothing_else_of_it(home, tmp_path):
    as_snapshot(home)
    title = ["Danh sách hồ sơ của ông Bịa Văn Mẫu, từ ngày 01/12/2019 đến ngày 31/01/2020"]
    (as_it_came, stripped), text = read_both(home, write(tmp_path, WRITTEN["csv"]([title, HEADER, row(1)])), tmp_path)
    assert stripped == as_it_came
    assert (stripped[0].covers.first.isoformat(), stripped[0].covers.said_by) == ("2019-12-01", "title")
    assert "Bịa" not in text


def test_a_file_that_says_another_number_of_rows_is_refused_before_that_is_left_out(home, tmp_path):
    path = write(tmp_path, WRITTEN["csv"]([["Tổng số: 120 hồ sơ"], HEADER, row(1), row(2)]))
    with pytest.raises(FileRefusedError, match="120"):
        read_both(home, path, tmp_path)


def test_a_table_over_several_sheets_is_not_stripped(home, tmp_path):
    path = write(tmp_path, as_sheets({"A": [HEADER, row(1)], "B": [HEADER, row(2)]}), "hoso_thaydoi_20200116_1900.xlsx")
    with pytest.raises(FileRefusedError, match="several sheets"):
        read_both(home, path, tmp_path)
