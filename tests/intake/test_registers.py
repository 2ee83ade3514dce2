"""The registers kept by hand: templates say how to fill them in and are read back so; bad entries are kept out by name."""

import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from expectations.row_rules import ROW_RULES
from flows.home import prepare_home
from flows.registers import how_to_save, make_template
from reports.register_template import write_template
from tests.intake.files import as_csv, write
from transforms.entities import ENTITIES
from transforms.errors import ConfigError, FileRefusedError
from transforms.profiles import load_profiles
from transforms.reference import EXCEPTION_GROUND, PROCEDURE_COLUMNS, PROCEDURE_FLAGS, load_reference
from transforms.registers import procedure_catalogue, registers
from transforms.registry import indicator_ids

each_register = pytest.mark.parametrize("name", registers())


def example(name: str, **cells: object) -> dict[str, object]:
    """The example of a register's template by heading, with some cells other than shown."""
    return {said.headings[0]: cells.get(column, said.example) for column, said in registers()[name].columns.items()}


def filled(folder: Path, name: str, *entries: dict[str, object]) -> Path:
    """A register with these entries, as CSV."""
    rows = [list(entries[0]), *(list(entry.values()) for entry in entries)]
    return write(folder, as_csv(rows, delimiter=",").encode(), f"{name}_20201231.csv")


def rules_met(result) -> list[str]:
    return sorted({rule for _, rule, *_ in result.quarantined})


@each_register
def test_a_register_serves_indicators_and_is_read_like_any_source(home, name):
    assert registers()[name].indicators and set(registers()[name].indicators) <= set(indicator_ids())
    profile = load_profiles(home.sources)[name]
    assert (profile.kind, profile.entity) == (name, ENTITIES[name])
    assert {*ENTITIES[name].identity, ENTITIES[name].covered_by} <= set(ENTITIES[name].content)


@each_register
def test_the_example_of_a_template_is_a_good_entry(read_canonical, tmp_path, name):
    result, rows = read_canonical(filled(tmp_path, name, example(name)), name)
    assert (result.good_count, result.quarantined, dict(result.warnings)) == (1, [], {})
    assert len(rows) == 1


@pytest.mark.parametrize(("written", "kept"), [("15/KH-UBND", "15/KH-UBND"), ("Ông Bịa Văn Mẫu ký", None), ("15 ông Bịa", None)])
def test_what_is_no_number_of_a_document_is_no_evidence_and_not_kept(read_canonical, tmp_path, written, kept):
    heading = registers()["unit_plan"].columns["evidence_number"].headings[0]
    result, [entry] = read_canonical(filled(tmp_path, "unit_plan", example("unit_plan") | {heading: written}), "unit_plan")
    assert entry[list(ENTITIES["unit_plan"].content).index("evidence_number")] == kept
    assert ("EVIDENCE_MISSING", "evidence_number") in result.warnings or kept


@each_register
def test_an_empty_template_has_its_header_and_nothing_that_is_read_as_data(read_canonical, tmp_path, name):
    path = tmp_path / f"{name}_20201231.xlsx"
    write_template(path, registers()[name], how_to_save(name), ["Phòng Mẫu", "Xã Mẫu"])
    with pytest.raises(FileRefusedError, match="has a header and no rows"):
        read_canonical(path, name)


@each_register
def test_the_guide_shows_each_column_with_its_options_and_example(tmp_path, name):
    path = tmp_path / "sổ.xlsx"
    write_template(path, registers()[name], how_to_save(name))
    guide = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Hướng dẫn").to_python()
    shown = {row[0]: row[1:5] for row in guide[7:]}
    for said in registers()[name].columns.values():
        assert shown[said.headings[0]] == [said.note.vi, said.note.en, "; ".join(said.options), str(said.example)]


def test_a_filled_in_workbook_is_read_with_text_as_text_and_dates_as_dates(read_canonical, tmp_path):
    path = tmp_path / "inspection_20201231.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("Sổ")
        entry = example("inspection", evidence_number="04/2020")
        sheet.write_row(0, 0, list(entry))
        sheet.write_row(1, 0, list(entry.values()))
    result, ((*_, number, signed, _, _),) = read_canonical(path, "inspection")
    assert result.good_count == 1
    assert (number, signed.date().isoformat()) == ("04/2020", "2020-05-20")


@pytest.mark.parametrize(
    ("name", "cells", "rule"),
    [
        ("inspection", {"unit": ""}, "UNIT_MISSING"),
        ("inspection", {"inspected_at": ""}, "KEY_DATE_MISSING"),
        ("inspection", {"inspected_at": "01/02/2021"}, "HAPPENED_AFTER_EXPORT"),
        ("dialogue", {"is_about_procedures": "Có thể"}, "WORD_UNKNOWN"),
        ("dialogue", {"is_about_procedures": ""}, "WORD_MISSING"),
        ("unit_plan", {"year": ""}, "AMOUNT_MISSING"),
        ("unit_plan", {"year": "20220"}, "YEAR_UNLIKELY"),
        ("head_in_charge", {"to_at": "31/12/2019"}, "ENDS_BEFORE_IT_BEGINS"),
        ("assigned_task", {"done_count": 5}, "TASKS_DONE_ABOVE_ASSIGNED"),
        ("assigned_task", {"assigned_count": "", "done_count": 2}, "TASKS_DONE_ABOVE_ASSIGNED"),
        ("survey_answer", {"answer_form": "3 mức", "answer": "Bình thường"}, "ANSWER_NOT_ON_FORM"),
        ("survey_answer", {"answer_form": "3 mức", "answer": "Rất không hài lòng"}, "ANSWER_NOT_ON_FORM"),
        ("survey_answer", {"answer": "Tạm được"}, "WORD_UNKNOWN"),
        ("survey_answer", {"answered_at": ""}, "DATE_MISSING"),
        ("total", {"numerator": 101}, "TOTAL_NUMERATOR_ABOVE_DENOMINATOR"),
        ("total", {"numerator": ""}, "AMOUNT_MISSING"),
        ("total", {"denominator": "khoảng 100"}, "AMOUNT_UNREADABLE"),
        ("total", {"denominator": "1,5"}, "AMOUNT_UNREADABLE"),
        ("total", {"indicator": ""}, "WORD_MISSING"),
        ("outside_dossier", {"outside_count": ""}, "AMOUNT_MISSING"),
        ("correction", {"claim": "Người nộp"}, "WORD_UNKNOWN"),
        ("correction", {"dossier_code": ""}, "CODE_MISSING"),
        ("correction", {"dossier_code": "hồ sơ của ông Mẫu"}, "CODE_IS_NONE"),
        ("correction", {"claimed_at": ""}, "DATE_MISSING"),
        ("correction", {"decided_at": ""}, "DECISION_UNDATED"),
        ("correction", {"decision": "Từ chối", "decided_at": ""}, "DECISION_UNDATED"),
        ("correction", {"decided_at": "01/01/2021"}, "HAPPENED_AFTER_EXPORT"),
        ("correction", {"corrected_at": ""}, "CORRECTION_WITHOUT_VALUE"),
        ("correction", {"corrected_at": "hôm nào"}, "DATE_UNREADABLE"),
        ("correction", {"claim": "Trạng thái"}, "CORRECTION_WITHOUT_VALUE"),
        ("correction", {"claim": "Trạng thái", "corrected_status": "Xong"}, "WORD_UNKNOWN"),
        ("correction", {"claim": "Ngày kết thúc xử lý", "corrected_at": "01/01/2021"}, "CORRECTED_END_AFTER_EXPORT"),
    ],
)
def test_a_bad_entry_is_kept_out_by_name(read_canonical, tmp_path, name, cells, rule):
    result, rows = read_canonical(filled(tmp_path, name, example(name, **cells)), name)
    assert (rules_met(result), rows, result.quarantined_count) == ([rule], [], 1)


@pytest.mark.parametrize(
    ("name", "cells", "rule"),
    [
        ("inspection", {"evidence_number": ""}, "EVIDENCE_MISSING"),
        ("inspection", {"evidence_at": ""}, "EVIDENCE_MISSING"),
        ("unit_plan", {"evidence_at": "02/01/2021"}, "EVIDENCE_OTHER_YEAR"),
        ("unit_plan", {"evidence_at": "31/12/2018"}, "EVIDENCE_OTHER_YEAR"),
        ("initiative", {"evidence_at": "20/12/2019"}, "EVIDENCE_OTHER_YEAR"),
        ("correction", {"evidence_number": ""}, "EVIDENCE_MISSING"),
    ],
)
def test_a_doubtful_entry_is_taken_and_warned_about(read_canonical, tmp_path, name, cells, rule):
    usual = {"evidence_at": "05/02/2020"} if name == "initiative" else {}
    result, rows = read_canonical(filled(tmp_path, name, example(name, **usual | cells)), name)
    assert ([code for code, _ in result.warnings], len(rows)) == ([rule], 1)


@each_register
def test_a_name_that_ends_like_a_number_stays_as_it_is(read_canonical, tmp_path, name):
    for column in ENTITIES[name].columns:
        if column.role == "unit":
            result, (row,) = read_canonical(filled(tmp_path, name, example(name, **{column.name: "Trạm 12.0"})), name)
            assert (result.good_count, result.quarantined_count) == (1, 0)
            assert row[list(ENTITIES[name].content).index(f"{column.name}_code")] == "Trạm 12.0"


def test_the_unit_that_reports_need_not_be_named(read_canonical, tmp_path):
    result, rows = read_canonical(filled(tmp_path, "inspection", example("inspection", reporting_unit="")), "inspection")
    assert (len(rows), result.quarantined_count) == (1, 0)


def test_a_claim_that_is_open_needs_neither_day_nor_value(read_canonical, tmp_path):
    entry = example("correction", decision="Chưa xem xét", decided_at="", corrected_at="")
    result, rows = read_canonical(filled(tmp_path, "correction", entry), "correction")
    assert (len(rows), result.quarantined) == (1, [])


def test_two_results_for_one_unit_and_year_are_both_kept_out(read_canonical, tmp_path):
    two = example("par_index"), example("par_index", rating="Yếu"), example("par_index", year=2021, evidence_at="01/02/2021")
    result, rows = read_canonical(filled(tmp_path, "par_index", *two), "par_index")
    assert [(line, rule, column) for line, rule, column, _ in result.quarantined] == [
        (2, "TWO_ANSWERS", "unit_code"),
        (3, "TWO_ANSWERS", "unit_code"),
    ]
    assert (len(rows), result.duplicate_count, result.row_count) == (1, 0, 3)


def test_a_result_entered_twice_is_a_duplicate(read_canonical, tmp_path):
    result, rows = read_canonical(filled(tmp_path, "par_index", example("par_index"), example("par_index")), "par_index")
    assert (len(rows), result.duplicate_count, result.quarantined_count) == (1, 1, 0)


@pytest.mark.parametrize(("written", "read"), [("1.234", 1234), ("12 345", 12345), ("0", 0), ("1234", 1234)])
def test_a_number_is_read_as_it_is_written_here(read_canonical, tmp_path, written, read):
    entry = example("outside_dossier", outside_count=written)
    _, (row,) = read_canonical(filled(tmp_path, "outside_dossier", entry), "outside_dossier")
    assert row[list(ENTITIES["outside_dossier"].content).index("outside_count")] == read


def test_an_office_reads_a_register_of_its_own_headings_by_a_profile_of_its_own(home):
    (home.sources / "dialogue.yml").write_text(
        """title: Sổ đối thoại của huyện
kind: dialogue
delivery: snapshot
exported_at: {file_name: '(?P<exported>\\d{8})'}
columns: {unit: [Nơi tổ chức], held_at: [Hôm nào], is_about_procedures: [Về TTHC]}
dates: ["%d/%m/%Y"]
words: {is_about_procedures: {"yes": [x], "no": ["-"]}}
""",
        encoding="utf-8",
    )
    assert load_profiles(home.sources)["dialogue"].columns["unit"] == ["Nơi tổ chức"]


def test_every_rule_that_a_note_names_is_there():
    notes = " ".join(said.note.en for register in registers().values() for said in register.columns.values())
    codes = {rule.code for rule in ROW_RULES}
    named = {word.strip("().,") for word in notes.split() if word.strip("().,").isupper() and "_" in word}
    assert named and named <= codes


def test_a_template_is_written_once_and_never_over_one_that_is_there(home, tmp_path):
    prepare_home(home)
    path, _ = make_template(home, "inspection", tmp_path / "sổ.xlsx")
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="may be filled in"):
        make_template(home, "inspection", path)
    assert path.read_bytes() == before
    with pytest.raises(ConfigError, match="Did you mean inspection"):
        make_template(home, "inspections", None)
    with pytest.raises(ConfigError, match=r"\.xlsx"):
        make_template(home, "inspection", tmp_path / "nowhere" / "a.xlsx")


def test_the_catalogue_of_procedures_has_a_template_whose_example_is_a_good_row(home, tmp_path):
    path, how = make_template(home, "procedures", tmp_path / "danh mục.xlsx")
    columns = procedure_catalogue().columns
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Sổ").to_python() == [list(columns)]
    assert list(columns) == [*PROCEDURE_COLUMNS, *PROCEDURE_FLAGS, EXCEPTION_GROUND]
    assert "procedures.csv" in how.en
    rows = [list(columns), [said.example for said in columns.values()]]
    (home.reference / "procedures.csv").write_text(as_csv(rows, delimiter=","), encoding="utf-8")
    (read,) = load_reference(home.reference).procedures
    assert list(read.values()) == [str(said.example) for said in columns.values()]


def test_the_commands(home, tmp_path):
    def motcua(*words: str) -> str:
        command = [str(Path(sys.executable).with_name("motcua")), "--home", str(home.root), "registers", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

    listed = motcua("list")
    assert all(f"{name} " in listed for name in registers())
    assert "total_20201231.xlsx" in motcua("template", "total", "--out", str(tmp_path / "t.xlsx"))
    assert (tmp_path / "t.xlsx").stat().st_size > 5_000
