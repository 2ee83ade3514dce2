"""Tables that are laid out for people: group rows, x-marks, header cells too many, several sheets. The people are invented."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.ingest import ingest_file, try_file
from tests.intake.files import HEADER, as_csv, as_html, as_sheets, as_xlsx, row, write
from transforms.entities import ENTITIES
from transforms.errors import ConfigError, FileRefusedError
from transforms.intake.table import SHEET_STEP
from transforms.profiles import load_profile

COLUMNS = list(ENTITIES["dossier"].content)
WIDTH = len(HEADER)
WRITTEN = {"csv": lambda table: as_csv(table).encode(), "xlsx": as_xlsx, "html": lambda table: as_html(table).encode()}


@pytest.fixture
def read(read_canonical, tmp_path):
    def read(content: bytes, **changes: object) -> tuple:
        result, rows = read_canonical(write(tmp_path, content), **changes)
        return result, [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    return read


# Group rows.

BY_PROCEDURE = [name for name in HEADER if name != "Tên thủ tục hành chính"]
GROUPS = {"field_name": r"Lĩnh vực:? (?P<value>.+)", "procedure": r"(\d+ )?Thủ tục:? (?P<value>.+)"}
FIELD, PROCEDURE = "Lĩnh vực: {}", "Thủ tục: {}"


def grouped(number: int) -> list[object]:
    """A row of a table in which the procedure stands above its dossiers."""
    return [cell for name, cell in zip(HEADER, row(number), strict=True) if name in BY_PROCEDURE]


def line(*cells: str) -> list[str]:
    return [*cells, *[""] * (len(BY_PROCEDURE) - len(cells))]


@st.composite
def grouped_tables(draw) -> tuple[list[list[object]], dict[int, tuple[str, str]]]:
    """A table with group rows, some of them of groups without dossiers, and the field and procedure of each number."""
    body, expected, number = [], {}, 0
    for field in range(draw(st.integers(1, 3))):
        body.append(line("", FIELD.format(f"L{field}")))
        for procedure in range(draw(st.integers(0, 3))):
            body.append(line(*draw(st.sampled_from([("",), ("1",)])), PROCEDURE.format(f"T{field}{procedure}")))
            for _ in range(draw(st.integers(0, 2))):
                number += 1
                body.append(grouped(number))
                expected[number] = (f"L{field}", f"T{field}{procedure}")
    number += 1
    return [*body, line("", PROCEDURE.format("cuối")), grouped(number)], expected | {number: (f"L{field}", "cuối")}


@given(grouped_tables(), st.sampled_from(sorted(WRITTEN)), st.booleans())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_group_row_counts_for_the_rows_below_it(read, table_and_groups, kind, is_ragged):
    body, expected = table_and_groups
    cut = [cells[: next((n for n in (2, len(cells)) if not any(cells[n:])), None)] for cells in body] if is_ragged else body
    result, rows = read(WRITTEN[kind]([BY_PROCEDURE, *cut]), groups=GROUPS)
    assert {int(r["dossier_code"][-4:]): (r["field_name"], r["procedure_name"]) for r in rows} == expected
    assert (result.row_count, result.quarantined_count, result.set_aside) == (
        len(expected),
        0,
        {"group": len(body) - len(expected)},
    )


def test_a_new_field_ends_the_procedure_of_the_last(home, tmp_path):
    profile = home.sources / "tandan.yml"
    patterns = "\n".join(f"  {column}: '{pattern}'" for column, pattern in GROUPS.items())
    profile.write_text(f"{profile.read_text(encoding='utf-8')}\ngroups:\n{patterns}\n", encoding="utf-8")
    table = [BY_PROCEDURE, line(FIELD.format("A")), line(PROCEDURE.format("A1")), grouped(1), line(FIELD.format("B")), grouped(2)]
    with pytest.raises(FileRefusedError, match=r"row 6 stands below no group row for procedure"):
        try_file(home, write(tmp_path, as_xlsx(table)), "tandan")


def test_a_row_that_is_like_no_group_stays_a_row(read):
    table = [BY_PROCEDURE, line(FIELD.format("A")), line(PROCEDURE.format("A1")), grouped(1), line("Hộ tịch"), grouped(2)]
    result, rows = read(as_xlsx(table), groups=GROUPS)
    assert (len(rows), {found[0] for found in result.quarantined}, result.set_aside) == (2, {5}, {"group": 2})


def test_a_column_that_has_a_header_is_not_taken_from_group_rows(read):
    table = [HEADER, ["", PROCEDURE.format("khác"), *[""] * (WIDTH - 2)], row(1)]
    result, [found] = read(as_xlsx(table), groups={"procedure": GROUPS["procedure"]})
    assert (found["procedure_name"], {found[0] for found in result.quarantined}) == ('Đăng ký "mẫu", bản chính', {2})


# Marks.

MARKED = ["Đang giải quyết", "Đang chờ bổ sung", "Đã gửi kết quả về bộ phận TN&TKQ"]
PUBLISHED = ["TT", "Mã hồ sơ", "Đơn vị tiếp nhận", "Tên thủ tục", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý", *MARKED]
MARKS = {
    "marks": ["status"],
    "words": {"status": {"PROCESSING": MARKED[:1], "SUPPLEMENT": MARKED[1:2], "DONE_WAIT_RETURN": MARKED[2:]}},
}


def published(number: int, *marks: str) -> list[str]:
    code, ended = f"000.00.21.H99-200102-{number:04}", "09/01/2020" if marks[2:] and marks[2] else ""
    return [str(number), code, "UBND xã Mẫu", "Đăng ký mẫu", "02/01/2020", "10/01/2020", ended, *marks]


@pytest.fixture
def read_marked(read):
    columns = {
        "dossier_code": ["Mã hồ sơ"],
        "receiving_unit": ["Đơn vị tiếp nhận"],
        "procedure": ["Tên thủ tục"],
        "status": MARKED,
        "received_at": ["Ngày tiếp nhận"],
        "due_at": ["Ngày hẹn trả"],
        "finished_at": ["Ngày kết thúc xử lý"],
    }
    return lambda content: read(content, columns=columns, optional=[], **MARKS)


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("mark", ["x", " X\u00a0", "✓", "1"])
def test_a_mark_below_a_word_is_the_word(read_marked, kind, mark):
    above = [*[""] * (len(PUBLISHED) - 3), "Trạng thái, kết quả", "", ""]
    names = [*PUBLISHED[:-3], *[""] * 3], [*[""] * (len(PUBLISHED) - 3), *MARKED]
    rows = [published(1, mark, "", ""), published(2, "", mark, ""), published(3, "", "", mark)]
    expected = ["PROCESSING", "SUPPLEMENT", "DONE_WAIT_RETURN"]
    _, found = read_marked(WRITTEN[kind]([PUBLISHED, *rows]))
    assert [r["status"] for r in sorted(found, key=lambda r: r["dossier_code"])] == expected
    # The name of the group stands above the words, in the row of the other names.
    upper = [names[0][at] or above[at] for at in range(len(PUBLISHED))]
    _, found = read_marked(WRITTEN[kind]([upper, names[1], *rows]))
    assert [r["status"] for r in sorted(found, key=lambda r: r["dossier_code"])] == expected


@pytest.mark.parametrize("marks", [("", "", ""), ("x", "x", ""), ("Người Mẫu", "", ""), ("x", "0", "")])
def test_no_mark_or_a_doubtful_one_is_quarantined(read_marked, marks):
    result, rows = read_marked(as_xlsx([PUBLISHED, published(1, "x", "", ""), published(2, *marks)]))
    assert (len(rows), [found[:3] for found in result.quarantined]) == (1, [(3, "WORD_UNKNOWN", "status")])


def test_a_header_that_marks_stand_below_must_be_there(read_marked):
    with pytest.raises(FileRefusedError, match="missing columns Đang chờ bổ sung"):
        read_marked(as_xlsx([[*PUBLISHED[:-2], "Khác", PUBLISHED[-1]], published(1, "x", "", "")]))


# Header cells without cells below, and headers that stand twice.


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_header_wider_than_its_rows_is_mended_by_the_profile(read, kind):
    wide = [*HEADER[:2], "Người tiếp nhận", *HEADER[2:]]
    body = [row(1), row(2)]
    _, expected = read(WRITTEN[kind]([HEADER, *body]))
    result, rows = read(WRITTEN[kind]([wide, *body]), format={"delimiter": ";", "without_cells": ["Người tiếp nhận"]})
    assert rows == expected
    assert (len(rows), result.quarantined_count) == (2, 0)


@pytest.mark.parametrize("kind", WRITTEN)
def test_rows_that_have_the_cell_after_all_are_refused(read, kind):
    wide, body = [*HEADER[:2], "Người tiếp nhận", *HEADER[2:]], [row(number) for number in range(1, 4)]
    whole = [[*cells[:2], "Người Mẫu", *cells[2:]] for cells in body]
    with pytest.raises(FileRefusedError, match="shifted"):
        read(WRITTEN[kind]([wide, *whole]), format={"delimiter": ";", "without_cells": ["Người tiếp nhận"]})


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize(("which", "day"), [("first", 10), ("last", 15)])
def test_a_header_that_stands_twice_counts_as_the_profile_says(read, kind, which, day):
    _, [found] = read(WRITTEN[kind]([[*HEADER, "Ngày hẹn trả"], [*row(1), "15/01/2020 17:00"]]), repeated={"due_at": which})
    assert found["due_at"].day == day


# Several sheets.

BODY = [row(number, **{"Trạng thái": ("Đang xử lý", "Lạ")[number == 4]}) for number in range(1, 7)]
NUMBERS = [str(n) for n in range(1, WIDTH + 1)]
SIGNATURE = ["Mẫu Sơn, ngày 05 tháng 01 năm 2020", *[""] * (WIDTH - 1)]


def test_every_sheet_with_the_table_is_read(read):
    sheets = {
        "Tháng 1": [["DANH SÁCH"], HEADER, NUMBERS, *BODY[:3], ["Tổng cộng", "3"], SIGNATURE],
        "Tháng 2": [HEADER, NUMBERS, *BODY[3:], ["Tổng cộng", "3"], SIGNATURE],
        "Ghi chú": [["Số liệu", "tạm tính"]],
        "Trống": [],
    }
    _, expected = read(as_csv([HEADER, *BODY]).encode())
    result, rows = read(as_sheets(sheets))
    assert rows == expected
    assert (result.row_count, result.good_count) == (6, 5)
    assert [found[:2] for found in result.quarantined] == [(2 * SHEET_STEP + 3, "WORD_UNKNOWN")]
    assert result.set_aside == {"title": 1, "numbers": 2, "total": 2, "signature": 2, "other_sheet": 1}
    assert (result.read_as["sheet"], result.read_as["other_sheets"]) == ("Tháng 1, Tháng 2", "Ghi chú, Trống")


@given(st.lists(st.lists(st.integers(0, 5), max_size=4), min_size=1, max_size=4))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_dealt_over_sheets_are_the_rows_of_one(read, hands):
    dealt = [[BODY[at] for at in hand] for hand in hands]
    if not any(dealt):
        return
    one, expected = read(as_xlsx([HEADER, *(cells for hand in dealt for cells in hand)]))
    several, rows = read(as_sheets({f"T{at}": [HEADER, *hand] for at, hand in enumerate(dealt)}))
    assert rows == expected
    counts = ("row_count", "good_count", "duplicate_count", "quarantined_count")
    assert [getattr(several, name) for name in counts] == [getattr(one, name) for name in counts]


def test_two_tables_of_a_page_are_both_read(read):
    _, expected = read(as_csv([HEADER, *BODY]).encode())
    _, rows = read((as_html([HEADER, *BODY[:3]]) + as_html([HEADER, *BODY[3:]])).encode())
    assert rows == expected


def test_groups_do_not_go_over_to_the_next_sheet(read):
    sheet = [BY_PROCEDURE, line(FIELD.format("A")), line(PROCEDURE.format("A1")), grouped(1)]
    other = [BY_PROCEDURE, line(FIELD.format("B")), line(PROCEDURE.format("B1")), grouped(2)]
    _, rows = read(as_sheets({"1": sheet, "2": other}), groups=GROUPS)
    assert {r["field_name"] for r in rows} == {"A", "B"}
    with pytest.raises(FileRefusedError, match="sheet 2, row 2 stands below no group row"):
        read(as_sheets({"1": sheet, "2": [BY_PROCEDURE, grouped(2)]}), groups=GROUPS)
    empty = [[FIELD.format("C")], [PROCEDURE.format("C1")]]
    with pytest.raises(FileRefusedError, match="sheet 4, row 2 stands below no group row"):
        read((as_html([*sheet, *empty]) + as_html([BY_PROCEDURE, grouped(2)])).encode(), groups=GROUPS)


@pytest.mark.parametrize(
    ("second", "hidden", "said"),
    [
        ([HEADER, *BODY[3:]], ["B"], "hidden sheet “B”"),
        ([list(reversed(HEADER)), *(list(reversed(cells)) for cells in BODY[3:])], [], "“B” has another header"),
        ([[*HEADER[:-4], "Hạn mới", *HEADER[-3:]], *BODY[3:]], [], "sheet «B» is refused: missing columns Ngày hẹn trả"),
    ],
)
def test_a_sheet_that_may_be_the_table_is_not_left_aside(home, tmp_path, second, hidden, said):
    content = as_sheets({"A": [HEADER, *BODY[:3]], "B": second}, hidden=hidden)
    with pytest.raises(FileRefusedError, match=said):
        try_file(home, write(tmp_path, content), "tandan")


def test_rows_of_several_sheets_are_recorded_and_counted(home, tmp_path):
    bad = [row(number, **{"Trạng thái": "Lạ"}) for number in (7, 8)]
    content = as_sheets({"A": [HEADER, *BODY[:2], bad[0]], "B": [HEADER, BODY[2], BODY[4], bad[1]]})
    file = write(tmp_path, content)
    assert try_file(home, file, "tandan")["quarantined_lines"] == [f"trang {n}, hàng 4 / sheet {n}, row 4" for n in (1, 2)]
    outcome = ingest_file(home, file, "tandan", None)
    assert (outcome.row_count, outcome.recorded_count, outcome.quarantined_count) == (6, 4, 2)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("groups: {procedure: 'Thủ tục (.+)'}", "needs a group"),
        ("groups: {due_at: '(?P<value>.+)'}", "group rows give fields, texts, units or procedures"),
        ("marks: [procedure]", "marks stand for words"),
        ("marks: [secrecy]", "is no column of a dossier"),
        ("repeated: {due_at: middle}", "first"),
    ],
)
def test_settings_that_make_no_sense_are_named(home, said, wrong):
    path = home.sources / "tandan.yml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{said}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=wrong):
        load_profile(path)
