"""The configuration in a workbook: nothing changes by itself, what is edited is checked whole, and only that is written."""

import difflib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from demo.reference import write_reference
from flows.cli import app
from flows.config_workbook import export_config, import_config
from flows.home import CHECKOUT, Home
from flows.settings import load_config
from reports.config_workbook import write_config_workbook
from tests.conftest import give_plan_of_one_target
from transforms.config_tables import COLUMNS, Table, config_tables
from transforms.errors import ConfigError
from transforms.labels import word_key
from transforms.reference import EXCEPTION_GROUND, PROCEDURE_FLAGS
from transforms.register_file import Row
from transforms.yaml_edit import keeps_layout, with_lists


@pytest.fixture
def office(home) -> Home:
    """A home with the district's registers, one of them as Excel and a person left it."""
    write_reference(home.reference)
    aliases = 'source,alias,unit_code,ghi chú\r\nigate,=1+1,H99.12.03,\r\nigate,007,H99.12.03,1e5\r\ntandan,"Xã ""A""",H99.12.21,'
    (home.reference / "unit_alias.csv").write_bytes(b"\xef\xbb\xbf" + aliases.encode())
    return home


def contents(home: Home) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in home.config.rglob("*") if path.is_file()}


def tables_of(home: Home) -> dict[str, Table]:
    return config_tables(load_config(home).profiles, home.sources, home.reference)


def edited(home: Home, file: Path, edit: Callable[[dict[str, list[Row]]], object]) -> Path:
    """The exported workbook after a person has changed its rows."""
    tables = tables_of(home)
    rows = {name: [dict(row) for row in table.rows] for name, table in tables.items()}
    edit(rows)
    write_config_workbook({name: Table(table.columns, rows[name]) for name, table in tables.items()}, file)
    return file


def changed_lines(before: bytes, after: bytes) -> list[str]:
    return [
        line
        for line in difflib.unified_diff(before.decode().splitlines(), after.decode().splitlines(), n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]


def word(source: str, column: str, normal: str, said: str) -> Row:
    return {"source": source, "column": column, "normal_form": normal, "word": said}


def test_what_goes_out_comes_back_without_a_byte_changed(office, tmp_path):
    before = contents(office)
    file = tmp_path / "cau-hinh.xlsx"
    counts = export_config(office, file)
    assert counts["units"] == len(load_config(office).reference.units)
    assert import_config(office, file) == ([], [])
    assert contents(office) == before


def test_a_word_and_a_header_change_their_own_lines_only(office, tmp_path):
    def edit(rows):
        rows["words"].append(word("igate", "status", "PROCESSING", "Chờ xử lý"))
        rows["words"] += [word("igate", "channel", "other", text) for text in ("No", "12:30", "Zalo: 'nhóm'", "2020-01-01", "1")]
        rows["words"].remove(word("igate", "status", "PAUSED", "Dừng xử lý"))
        rows["columns"].append({"source": "igate", "column": "due_at", "header": "Hạn trả"})
        rows["columns"].append({"source": "igate", "column": "returned_at", "header": "Ngày trả"})

    before = contents(office)
    found, _ = import_config(office, edited(office, tmp_path / "a.xlsx", edit))
    assert sorted((change.kind, change.table) for change in found) == [("added", "columns")] * 2 + [("added", "words")] * 6 + [
        ("removed", "words")
    ]
    after = contents(office)
    igate = office.sources / "igate.yml"
    assert [path for path in after if after[path] != before[path]] == [igate]
    assert changed_lines(before[igate], after[igate]) == [
        "-  due_at: [Ngày hẹn trả]",
        "+  due_at: [Ngày hẹn trả, Hạn trả]",
        "+  returned_at: [Ngày trả]",
        "+    other: ['No', '12:30', 'Zalo: ''nhóm''', '2020-01-01', '1']",
        "-    PROCESSING: [Đang xử lý, Đang giải quyết, Đang thụ lý, Đã chuyển thông tin thuế]",
        "+    PROCESSING: [Đang xử lý, Đang giải quyết, Đang thụ lý, Đã chuyển thông tin thuế, Chờ xử lý]",
        "-    PAUSED: [Tạm dừng, Dừng xử lý]",
        "+    PAUSED: [Tạm dừng]",
    ]


def test_a_register_keeps_its_own_columns_its_mark_and_its_line_ends(office, tmp_path):
    def edit(rows):
        rows["unit_alias"].append({"source": "igate", "alias": "Tư pháp", "unit_code": "H99.12.03", "ghi chú": ""})

    register = office.reference / "unit_alias.csv"
    before = register.read_bytes()
    import_config(office, edited(office, tmp_path / "a.xlsx", edit))
    assert register.read_bytes() == before + b"\r\n" + "igate,Tư pháp,H99.12.03,\r\n".encode()


def test_a_home_without_registers_gets_them_from_the_workbook(home, tmp_path):
    give_plan_of_one_target(home)

    def edit(rows):
        rows["units"].append(dict(zip(COLUMNS["units"], ("001", "Huyện Mẫu", "district", "district", "", "", ""), strict=True)))
        rows["unit_alias"].append({"source": "igate", "alias": "Mẫu", "unit_code": "001"})

    import_config(home, edited(home, tmp_path / "a.xlsx", edit))
    assert load_config(home).reference.names().units_of("igate") == {word_key("huyện mẫu"): "001", word_key("mẫu"): "001"}
    assert not (home.reference / "procedures.csv").exists()


MISTAKES = [
    (
        lambda rows: rows["unit_alias"].append({"source": "igate", "alias": "A", "unit_code": "Phòng Tư phap"}),
        "sheet unit_alias, row 5: unit_code “Phòng Tư phap” is not known; did you mean: H99.12.03 (Phòng Tư pháp)",
    ),
    (
        lambda rows: rows["words"].insert(16, word("igate", "channel", "postal", "TRỰC TUYẾN")),
        "sheet words, row 18: “TRỰC TUYẾN” is postal here and online in row 15; keep one of them",
    ),
    (
        lambda rows: rows["words"].append(word("igat", "status", "PAUSED", "Nghỉ")),
        "source “igat” is not known; did you mean: igate",
    ),
    (lambda rows: rows["words"].append(word("igate", "status", "PAUSE", "Nghỉ")), "did you mean: PAUSED"),
    (
        lambda rows: rows["words"].append(word("igate", "trang thai", "PAUSED", "Nghỉ")),
        "column “trang thai” is not known; known are: channel, status",
    ),
    (
        lambda rows: rows["words"].append(word("dialogue", "is_about_procedures", "yes", "Rồi")),
        "source “dialogue” is not known; known are: dvcqg",
    ),
    (lambda rows: rows["words"].append(word("igate", "status", "PAUSED", "")), "word is empty"),
    (lambda rows: rows["words"].append(word("igate", "status", "PAUSED", "Quá hạn")), "“Quá hạn” is a verdict"),
    (
        lambda rows: rows["columns"].append({"source": "igate", "column": "received_at", "header": "NGAY HEN TRA"}),
        "“NGAY HEN TRA” is received_at here and due_at in row",
    ),
    (lambda rows: rows["columns"].append({"source": "igate", "column": "due", "header": "Hạn"}), "did you mean: due_at"),
    (lambda rows: rows["units"][5].update(parent_code="H99.99"), "a.xlsx, sheet units, row 7: parent_code H99.99 is not known"),
    (
        lambda rows: rows["units"][5].update(valid_from="1/1/2020"),
        "a.xlsx, sheet units, row 7: valid_from '1/1/2020' is not a date",
    ),
    (lambda rows: rows["procedures"][0].update(duration_days="ba"), "a.xlsx, sheet procedures, row 2: duration_days 'ba'"),
    (lambda rows: rows["units"].pop(1), "config/reference/unit_code.csv, line 3: unit_code H99.12.01 is not known"),
    (lambda rows: rows["unit_alias"].clear(), "sheet unit_alias: there are no rows left"),
    (
        lambda rows: [
            rows["columns"].remove(row) for row in list(rows["columns"]) if row["source"] == "wabo" and row["column"] == "due_at"
        ],
        "columns needed for a dossier are not mapped: due_at",
    ),
]


@pytest.mark.parametrize(("edit", "said"), MISTAKES)
def test_a_mistake_is_named_with_its_row_and_nothing_is_written(office, tmp_path, edit, said):
    before = contents(office)
    with pytest.raises(ConfigError) as error:
        import_config(office, edited(office, tmp_path / "a.xlsx", edit))
    assert said in error.value.en
    assert str(office.scratch) not in error.value.en + error.value.vi
    assert contents(office) == before


def test_what_people_type_into_excel_is_read_as_they_mean_it(office, tmp_path):
    """Days, truth and numbers in cells that are no texts; blank rows between; sheets that are left out."""
    file = tmp_path / "a.xlsx"
    procedures = tables_of(office)["procedures"].rows
    columns = [*procedures[0], "has_internal_process"]
    with xlsxwriter.Workbook(file, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("procedures")
        sheet.write_row(0, 0, columns)
        for at, row in enumerate(procedures, 3):
            for column, name in enumerate(columns):
                match name:
                    case "valid_from":
                        sheet.write_datetime(at, column, date.fromisoformat(row[name]))
                    case "duration_days":
                        sheet.write_number(at, column, int(row[name]))
                    case "has_internal_process":
                        sheet.write_boolean(at, column, True)
                    case _:
                        sheet.write_string(at, column, row[name])
        book.add_worksheet("ghi chú của tôi")
    found, _ = import_config(office, file)
    assert {change.kind for change in found} == {"changed"}
    assert len(found) == len(procedures)
    assert found[0].what.endswith("→ has_internal_process: true")
    assert [p | {"has_internal_process": ""} for p in load_config(office).reference.procedures] == [
        {**dict.fromkeys([*PROCEDURE_FLAGS, EXCEPTION_GROUND], ""), **p} for p in procedures
    ]


def test_a_dry_run_shows_and_writes_nothing(office, tmp_path):
    before = contents(office)
    file = edited(office, tmp_path / "a.xlsx", lambda rows: rows["units"][3].update(unit_name="Phòng Mới"))
    done = CliRunner().invoke(app, ["--home", str(office.root), "config", "import", str(file), "--dry-run"])
    assert done.exit_code == 0, done.output
    assert "→ unit_name: Phòng Mới" in done.output
    assert "chưa ghi / not written" in done.output
    assert contents(office) == before


def test_a_workbook_that_cannot_be_written_is_said(office, tmp_path):
    with pytest.raises(ConfigError, match="cannot be written"):
        export_config(office, tmp_path / "không có" / "a.xlsx")


def test_what_is_no_such_workbook_is_said(office, tmp_path):
    file = tmp_path / "a.xlsx"
    file.write_text("không phải sổ", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be read as a workbook"):
        import_config(office, file)
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("words").write_row(0, 0, ["source", "column", "word"])
    with pytest.raises(ConfigError, match="sheet words, row 1: the column normal_form is needed once"):
        import_config(office, file)


@pytest.mark.parametrize("source", sorted((CHECKOUT / "config" / "sources").glob("*.yml")), ids=lambda path: path.stem)
def test_shipped_profiles_can_be_changed_line_by_line(source):
    assert keeps_layout(source.read_text(encoding="utf-8"))


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1).filter(str.strip)


@given(lists=st.dictionaries(st.sampled_from(["PAUSED", "PROCESSING", "RETURNED"]), st.lists(WORDS, min_size=1, unique=True)))
def test_any_words_are_written_as_they_are_meant(tmp_path_factory, lists):
    """Whatever YAML might take a word for, and whatever comments stand around."""
    text = "# đầu\na: [1, 2]  # một\nwords:\n  # giữa\n  status:\n    PAUSED: [Dừng, 'No']  # hai\n    RETURNED:\n    - x\nb: c\n"
    written = with_lists(text, ["words", "status"], lists)
    path = tmp_path_factory.mktemp("yaml") / "p.yml"
    path.write_text(written, encoding="utf-8")

    assert yaml.safe_load(written) == {"a": [1, 2], "words": {"status": lists}, "b": "c"}
    assert written.startswith("# đầu\na: [1, 2]  # một\nwords:\n")
    assert written.endswith("b: c\n")
