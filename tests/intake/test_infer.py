"""A drafted profile reads its file as the shipped one does, and says what it does not know. The people are invented."""

import unicodedata
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from demo.generate import write_demo
from expectations.row_rules import rules_for
from flows.home import Home, prepare_home
from flows.infer import draft_profile
from flows.settings import load_config
from tests.intake.files import FORMATS, HEADER, as_csv, as_html, as_sheets, as_windows_1258, as_xlsx, row, write
from tests.intake.test_dirt import CLEAN, SPELLINGS, WRITTEN, spoilt
from transforms.duck import connect
from transforms.entities import ENTITIES
from transforms.errors import ConfigError, FileRefusedError
from transforms.infer.looks import DAY_FIRST, Seen, date_forms, is_like_a_name, month_first
from transforms.infer.vocabulary import vocabulary
from transforms.intake.read import ReadResult, column_roles, read_rows
from transforms.labels import header_key
from transforms.profiles import Profile, load_profile
from transforms.registers import registers

EXPORTED = datetime(2030, 1, 1)
TABLE = [HEADER, row(1), row(2, **{"Trạng thái": "Tạm dừng"}), row(3, **{"Ngày kết thúc xử lý": "09/01/2020 08:30"})]


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Home:
    home = Home(tmp_path_factory.mktemp("small"))
    prepare_home(home)
    write_demo(home.root, dossiers=500)
    return home


@pytest.fixture
def infer(home, tmp_path):
    """Writes the draft of a file and loads it as the profile of a source; gives its text too."""

    def draft(path: Path, source: str = "tandan", kind: str | None = None) -> tuple[Profile, str]:
        out = tmp_path / f"{source}.yml"
        out.unlink(missing_ok=True)
        text, _ = draft_profile(home, path, kind, out)
        assert out.read_text(encoding="utf-8") == text
        return load_profile(out), text

    return draft


@pytest.fixture
def read_by(home, tmp_path):
    """Reads a file by a profile into its canonical rows, sorted."""

    def read(path: Path, profile: Profile, of: Home = home) -> tuple[ReadResult, list[tuple]]:
        names = load_config(of).reference.names()
        con, target = connect(), tmp_path / "by.parquet"
        rules = rules_for(profile.kind, column_roles(profile))
        result, _ = read_rows(con, path, path.name, profile, names, rules, EXPORTED, target, tmp_path)
        rows = sorted(con.read_parquet(str(target)).fetchall(), key=repr)
        con.close()
        return result, rows

    return read


def test_the_vocabulary_knows_every_header_and_word_of_the_shipped_profiles(home):
    known = vocabulary()
    for profile in map(load_profile, home.sources.glob("*.yml")):
        for column, spellings in profile.columns.items():
            assert set(map(header_key, spellings)) <= set(map(header_key, known.columns[profile.kind][column]))
        if profile.source == "wabo":
            continue  # its words are its own: e-mail, Intern
        for column, table in profile.words.items():
            for normal, words in table.items():
                listed = {word for language in known.words[column] for word in language.get(normal, [])}
                assert {w for w in words if "ỷ" not in w} <= listed, (column, normal)  # «Huỷ» and «Hủy» are compared as one


def test_the_vocabulary_speaks_of_every_column_that_is_not_of_a_register_with_a_template():
    assert {kind: set(columns) for kind, columns in vocabulary().columns.items()} == {
        kind: {column.name for column in entity.columns} for kind, entity in ENTITIES.items() if kind not in registers()
    }


@pytest.mark.parametrize("source", ["igate", "tandan", "vanban_di", "vanban_log"])
def test_each_layout_of_the_demo_reads_as_by_its_shipped_profile(demo, infer, read_by, source):
    path = max((demo.data / "inbox" / source).glob("*.csv"), key=lambda file: file.stat().st_size)
    shipped = load_config(demo).profiles[source]
    profile, text = infer(path, source)
    expected, expected_rows = read_by(path, shipped, demo)
    result, rows = read_by(path, profile, demo)
    assert len(rows) > 10
    assert rows == expected_rows
    assert (result.row_count, result.quarantined) == (expected.row_count, expected.quarantined)
    assert set(shipped.columns) - set(shipped.optional) <= set(profile.columns) <= set(shipped.columns)
    assert set(profile.personal) <= {*shipped.personal}
    assert profile.exported_at.file_name
    assert "CHƯA RÕ" not in text


@pytest.mark.parametrize("kind", [*FORMATS, "windows-1258"])
def test_every_format_reads_as_by_the_shipped_profile(read_canonical, infer, read_by, tmp_path, kind):
    _, expected = read_canonical(write(tmp_path, as_csv(TABLE).encode()))
    content = as_windows_1258(as_csv(TABLE)) if kind == "windows-1258" else FORMATS[kind](TABLE)
    path = write(tmp_path, content)
    profile, _ = infer(path)
    _, rows = read_by(path, profile)
    assert len(rows) == 3
    assert rows == expected


@given(spoilt(), st.sampled_from(sorted(SPELLINGS)), st.sampled_from(sorted(WRITTEN)))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_spoilt_table_gives_the_rows_of_the_clean_one(read_by, infer, home, tmp_path, table_and_aside, spelling, kind):
    table, aside = table_and_aside
    clean = write(tmp_path, as_csv([HEADER, *CLEAN]).encode())
    _, expected = read_by(clean, load_config(home).profiles["tandan"])
    path = write(tmp_path, WRITTEN[kind](SPELLINGS[spelling](table)))
    profile, _ = infer(path)
    result, rows = read_by(path, profile)
    assert rows == expected
    assert {kind: count for kind, count in result.set_aside.items() if kind != "blank"} == aside


def test_typed_dates_of_a_workbook_are_known(read_canonical, infer, read_by, tmp_path):
    typed = row(
        1,
        **{
            "Ngày nhận": datetime(2020, 1, 2, 8),
            "Ngày hẹn trả": datetime(2020, 1, 10, 17),
            "Ngày kết thúc xử lý": date(2020, 1, 9),
        },
    )
    path = write(tmp_path, as_xlsx([HEADER, typed]))
    _, expected = read_canonical(path)
    profile, _ = infer(path)
    assert read_by(path, profile)[1] == expected


@pytest.mark.real_data
def test_a_real_case_list_reads_as_by_its_profile_once_its_doubts_are_settled(real_data, infer, read_by, home):
    path = real_data / "wabo" / "receipt_cases_1434.csv"
    profile, text = infer(path, "wabo")
    shipped = load_config(home).profiles["wabo"]
    for said in ("“e-mail” (21 rows) is not known", "offsets +01:00, +02:00", "does not say when it was exported"):
        assert said in text
    settled = profile.model_copy(update={"zone": shipped.zone, "words": shipped.words})
    _, expected = read_by(path, shipped)
    _, rows = read_by(path, settled)
    assert (len(rows), rows) == (1_434, expected)


@pytest.mark.real_data
def test_a_real_table_of_something_else_is_no_list_of_dossiers(real_data, infer):
    path = next((real_data / "vn_units").glob("Bang*.csv"))
    with pytest.raises(FileRefusedError, match="--kind dossier"):
        infer(path)


def test_a_table_as_a_statistics_office_writes_it(read_canonical, infer, read_by, tmp_path):
    """Two header rows, sections between the rows, line ends in cells, letters apart, an empty last column."""
    upper = ["" if name.startswith("Ngày") else name for name in HEADER]
    upper[HEADER.index("Ngày nhận")] = "Thời\ngian"
    lower = [name if name.startswith("Ngày") else "" for name in HEADER]
    section = ["", "UBND xã Mẫu (00004)", *[""] * (len(HEADER) - 2)]
    table = [[*cells, ""] for cells in (upper, lower, section, *CLEAN[:3], section, *CLEAN[3:])]
    path = write(tmp_path, unicodedata.normalize("NFD", as_csv(table, end="\r\n")).encode("utf-8-sig"))
    expected, expected_rows = read_canonical(path)
    profile, _ = infer(path)
    result, rows = read_by(path, profile)
    assert len(rows) == len(CLEAN)
    assert (rows, result.quarantined) == (expected_rows, expected.quarantined)


@pytest.fixture
def drafted(infer, tmp_path):
    """The draft of a table of text cells, in one line without its comment marks."""

    def text_of(table, *, name: str = "hoso_thaydoi_20200116_1900.csv", kind: str | None = None) -> tuple[Profile, str]:
        profile, text = infer(write(tmp_path, as_csv(table).encode(), name), kind=kind)
        return profile, " ".join(line.strip(" #") for line in text.splitlines())

    return text_of


def with_column(table, header: str, *cells: object):
    return [[*one, cell] for one, cell in zip(table, (header, *cells), strict=False)]


def test_of_two_columns_for_one_thing_both_are_named(drafted):
    profile, text = drafted(with_column(TABLE, "Ngày hoàn tất", "", "", "20/01/2020"))
    assert profile.columns["finished_at"] == ["Ngày kết thúc xử lý"]
    assert "Ngày hoàn tất" in profile.ignored
    assert "it may also be the column “Ngày hoàn tất”" in text


def test_the_kind_of_applicant_is_not_taken_for_the_channel(drafted):
    without = [[cell for cell, name in zip(cells, HEADER, strict=True) if name != "Hình thức nộp hồ sơ"] for cells in TABLE]
    profile, text = drafted(with_column(without, "Đối tượng tiếp nhận", "Công dân", "Công dân", "Doanh nghiệp"))
    assert "channel" not in profile.columns
    assert "là loại người nộp" in text
    assert "kind of applicant" in text


def test_the_day_of_return_is_not_taken_for_the_end(drafted):
    renamed = [["Ngày trả" if cell == "Ngày kết thúc xử lý" else cell for cell in cells] for cells in TABLE]
    profile, text = drafted(renamed)
    assert profile.columns["returned_at"] == ["Ngày trả"]
    assert profile.columns["finished_at"] == ["CHƯA RÕ finished_at"]
    assert "By this draft: The file … is refused: missing columns CHƯA RÕ finished_at" in text


def test_a_needed_date_without_a_known_header_stays_open_and_its_candidates_are_named(drafted):
    renamed = [["Mốc A" if cell == "Ngày hẹn trả" else cell for cell in cells] for cells in TABLE]
    profile, text = drafted(with_column(renamed, "Mốc B", "11/01/2020", "11/01/2020", "11/01/2020"))
    assert profile.columns["due_at"] == ["CHƯA RÕ due_at"]
    assert "It may be: «Mốc A», «Mốc B»" in text


def test_codes_and_words_under_unknown_headers_are_told_by_their_values(drafted, read_by, read_canonical, tmp_path):
    new = {"Mã hồ sơ": "Số", "Trạng thái": "Bước", "Hình thức nộp hồ sơ": "Cách nộp"}
    renamed = [[new.get(cell, cell) for cell in TABLE[0]], *TABLE[1:]]
    profile, text = drafted(renamed)
    assert [profile.columns[c] for c in ("dossier_code", "status", "channel")] == [["Số"], ["Bước"], ["Cách nộp"]]
    assert "“Bước” is told by its cells" in text
    _, expected = read_canonical(write(tmp_path, as_csv(TABLE).encode(), "hoso_thaydoi_20200116_1901.csv"))
    assert read_by(tmp_path / "hoso_thaydoi_20200116_1900.csv", profile)[1] == expected


WORDS = [
    HEADER,
    *(
        row(n, **{"Trạng thái": word})
        for n, word in enumerate(["Đang xử lý"] * 9 + ["Chờ ký số"] * 4 + ["Hoàn thành"] + ["Quá hạn"] * 3 + ["Lạ"])
    ),
]


def test_a_log_with_a_row_a_step_is_suspected(drafted):
    _, text = drafted([HEADER, *(row(n % 2) for n in range(6))])
    assert "2 codes stand in 6 rows: it may be a log" in text


def test_words_that_are_not_known_are_counted(drafted):
    profile, text = drafted(WORDS)
    assert "“Chờ ký số” (4 rows) is not known" in text
    assert "“Hoàn thành” (1 rows) may be DONE_WAIT_RETURN, RETURNED" in text
    assert "“Quá hạn” (3 rows) is a verdict" in text
    assert "other words that are not known: 1 (rows: 1)" in text
    assert not {"chờ ký số", "hoàn thành", "quá hạn", "lạ"} & profile.word_table("status").keys()


def test_national_codes_are_words_too(drafted):
    numbers = [HEADER, *(row(n, **{"Trạng thái": str(n), "Hình thức nộp hồ sơ": "2"}) for n in range(1, 11))]
    profile, _ = drafted(numbers)
    assert profile.word_table("status")["5"] == "SUPPLEMENT"
    assert profile.word_table("channel") == {"1": "in_person", "2": "online", "3": "postal"}


@pytest.mark.parametrize(
    ("days", "forms", "said"),
    [
        (["02/01/2020", "03/02/2020"], ["%d/%m/%Y"], "no day is above 12"),
        (["02/13/2020", "03/02/2020"], ["%m/%d/%Y"], "month stands before the day"),
        (["13/02/2020", "03/25/2020", "14/02/2020"], ["%d/%m/%Y"], "1 cells of “Ngày nhận” read only with the month first"),
        (["2020-01-02T17:00:00.000+0000"], ["%Y-%m-%dT%H:%M:%S.%f%z"], ""),
        (["20200102170000"], ["%Y%m%d%H%M%S"], ""),
        (["31/12/24", "x"], ["%d/%m/%Y"], "most cells of “Ngày nhận” do not look like dates"),
    ],
)
def test_forms_of_dates(drafted, days, forms, said):
    only = {"Ngày hẹn trả": "", "Ngày kết thúc xử lý": ""}
    profile, text = drafted([HEADER, *(row(n, **{"Ngày nhận": day} | only) for n, day in enumerate(days, start=1))])
    assert profile.dates == forms
    assert said in text
    assert ("no day is above 12" in text) == (said == "no day is above 12")


CON = connect()


@given(st.lists(st.dates(date(1990, 1, 1), date(2099, 12, 31)), min_size=1, max_size=30), st.sampled_from(DAY_FIRST), st.booleans())
@settings(max_examples=25, deadline=None)
def test_day_or_month_first_is_decided_only_by_a_number_above_twelve(days, form, is_month_first):
    written = month_first(form) if is_month_first else form
    found = date_forms(CON, [seen("Ngày", [day.strftime(written) for day in days])])
    if any(day.day > 12 for day in days):
        assert (found.forms, found.is_undecided, found.contrary) == ([written], False, {})
    else:
        assert (found.forms, found.is_undecided) == ([form], True)


def seen(header: str, values: list[str]) -> Seen:
    return Seen(0, header, Counter(values))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Liên hệ", "0912345678"),
        ("Liên lạc", "912345678.0"),
        ("Giấy tờ", "001099000001"),
        ("Hộp thư", "mau@example.vn"),
        ("Ông/bà", "Trần Thị Mẫu"),
        ("Đại diện", "LÊ VĂN MẪU"),
        ("Nơi ở", "12 ngõ Mẫu, phường Mẫu"),
        ("Chỗ ở", "Thôn Mẫu 3"),
    ],
)
def test_columns_that_look_personal_are_dropped_whatever_their_header(drafted, header, value):
    profile, text = drafted(with_column(TABLE, header, value, value, "x"))
    assert header in profile.personal
    assert f"the cells of “{header}” look like" in text
    assert value not in text


def test_a_column_of_persons_under_the_header_of_a_unit_is_not_read(drafted):
    named = [[*cells] for cells in TABLE]
    for cells in named[1:]:
        cells[HEADER.index("Đơn vị tiếp nhận")] = "Trần Thị Mẫu"
    profile, text = drafted(named)
    assert profile.columns["receiving_unit"] == ["CHƯA RÕ receiving_unit"]
    assert "Đơn vị tiếp nhận" in profile.personal
    assert "its cells look like persons, so it is not read" in text


def test_no_value_of_a_person_stands_in_a_draft(infer, tmp_path):
    planted = ["Trần Thị Bí Mật", "Lê Văn Bí Mật", "0987000111", "079099000222", "bimat@example.vn", "12 ngõ Bí Mật, xã Mẫu"]
    header = [*HEADER, "Chủ hộ", "Ý kiến", ""]
    body = [
        [
            *row(
                n, **{"Trạng thái": planted[0], "Hình thức nộp hồ sơ": planted[2], "Chủ hồ sơ": planted[1], "Mã hồ sơ": planted[3]}
            ),
            planted[1],
            planted[5],
            planted[4],
        ]
        for n in range(6)
    ]
    titles = [["Người lập: " + planted[0]], [planted[1]]]
    for kind in ("csv", "xlsx", "html"):
        path = write(tmp_path, WRITTEN[kind]([*titles, header, *body, ["NGƯỜI LẬP BIỂU"], [planted[0]]]), "ds Bí Mật.xls")
        _, text = infer(path)
        assert not [one for one in planted if one in text], kind
        assert "Bí Mật" not in text


def test_a_file_without_a_header_shows_nothing_of_its_rows(infer, tmp_path):
    path = write(tmp_path, as_csv([row(1, **{"Chủ hồ sơ": "Trần Thị Bí Mật"}), row(2)]).encode())
    for kind in (None, "dossier"):
        with pytest.raises(FileRefusedError) as refused:
            infer(path, kind=kind)
        assert "Bí Mật" not in refused.value.vi + refused.value.en


def test_unknown_headers_throughout_leave_everything_open(drafted):
    profile, text = drafted(
        [["A lô", "B lô", "C lô"], ["x", "01/01/2020", "UBND xã Mẫu"], ["y", "13/01/2020", "UBND xã Mẫu"]], kind="dossier"
    )
    assert all(spellings == [f"CHƯA RÕ {column}"] for column, spellings in profile.columns.items())
    assert "It may be: «B lô»" in text


def test_codes_under_another_header_are_a_shift(drafted):
    shifted = [HEADER, *([*cells[1:], ""] for cells in TABLE[1:])]
    _, text = drafted(shifted)
    assert "dossier codes stand under “Tên thủ tục hành chính”" in text
    assert "By this draft: The file … is refused" in text


def test_what_a_register_covers_is_guessed_from_its_name_only_where_its_days_agree(drafted):
    table = [
        ["Số ký hiệu", "Ngày văn bản", "Cơ quan ban hành"],
        ["1/CV", "02/01/2020", "Phòng Mẫu"],
        ["2/CV", "31/01/2020", "Phòng Mẫu"],
    ]
    profile, text = drafted(table, name="SoVanBanDi_202001_xuat20200203.csv")
    assert (profile.delivery, bool(profile.covers.month_in_file_name)) == ("snapshot", True)
    assert "taken for a whole month" in text
    profile, text = drafted([*table, ["3/CV", "01/02/2020", "Phòng Mẫu"]], name="SoVanBanDi_202001_xuat20200203.csv")
    assert (profile.delivery, profile.covers.month_in_file_name) == ("delta", None)
    assert "“Ngày văn bản” runs from 02/01/2020 to 01/02/2020" in text


def test_cells_that_are_not_understood_are_counted_where_their_column_is(drafted):
    _, text = drafted([*TABLE, row(4, **{"Ngày hẹn trả": "31/02/2020", "Số lần bổ sung": "hai"})])
    assert "1 cells cannot be read as the forms of dates below due_at:" in text
    assert "1 cells cannot be read as whole numbers supplement_count:" in text


def test_a_hidden_sheet_with_the_table_is_said(infer, tmp_path):
    path = write(tmp_path, as_sheets({"A": TABLE, "B": TABLE}, hidden=["B"]), "ds.xlsx")
    _, text = infer(path)
    assert "the hidden sheet “B” has the source's table too" in text


def test_two_tables_with_the_header_are_both_read(infer, tmp_path):
    path = write(tmp_path, (as_html(TABLE) + as_html(TABLE)).encode(), "ds.xls")
    _, text = infer(path)
    assert f"{2 * len(TABLE[1:])} rows of data" in text


@pytest.mark.parametrize(
    ("name", "is_name"),
    [("Trần Thị Mẫu", True), ("TRẦN THỊ MẪU", True), ("Đang xử lý", False), ("UBND Xã Mẫu", False), ("Mẫu", False)],
)
def test_what_is_written_like_a_name(name, is_name):
    assert is_like_a_name(name) == is_name


KNOWN = [spellings[0] for columns in vocabulary().columns.values() for spellings in columns.values()]
ODD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
CELLS = ("", "02/01/2020", "31/12/2019 17:00:00", "000.00.21.H99-200102-0001", "Đang xử lý", "# a: [b", "'", '"')
CELL = st.one_of(ODD, st.sampled_from(CELLS))


@example(["Số hồ sơ", "Nơi nhận", "Nơi nhận"], [], "document", "comma")
@example([":0", *KNOWN], [], None, "comma")  # one version of YAML takes it for text, another for a mistake
@given(
    st.lists(st.one_of(st.sampled_from(KNOWN), ODD), min_size=1, max_size=12),
    st.lists(st.lists(CELL, min_size=1, max_size=12), max_size=6),
    st.sampled_from([None, "dossier", "document", "transmission"]),
    st.sampled_from(["comma", "tab", "html"]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_holds_its_draft_loads_or_it_is_refused_in_words(infer, tmp_path, header, body, kind, form):
    path = write(tmp_path, FORMATS[form]([header, *body]), "x.csv")
    try:
        profile, _ = infer(path, kind=kind)
    except FileRefusedError as refused:
        assert refused.vi.startswith("Không nhận tệp x.csv")
    else:
        assert profile.entity.code in profile.columns


def test_a_source_that_reads_the_file_already_is_named(drafted):
    _, text = drafted(TABLE)
    assert "The declared source tandan reads this file already" in text
    _, text = drafted([["Mã" if cell == "Mã hồ sơ" else cell for cell in cells] for cells in TABLE])
    assert "reads this file already" not in text


def test_a_draft_never_overwrites(home, tmp_path):
    path = write(tmp_path, as_csv(TABLE).encode())
    out = tmp_path / "tandan.yml"
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="already"):
        draft_profile(home, path, None, out)
    assert out.read_text(encoding="utf-8") == "mine"
