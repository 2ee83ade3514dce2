"""motcua report --word: whose templates, which folder, and what is never written over."""

import shutil

import pytest
from docx import Document
from typer.testing import CliRunner

from flows.cli import app
from flows.word import write_word_of
from tests.conftest import copied
from transforms.errors import ConfigError


@pytest.fixture
def office(small_home, tmp_path):
    return copied(small_home, tmp_path / "office")


def test_the_documents_are_made_from_the_offices_own_templates(office):
    template = Document()
    template.add_paragraph("Báo cáo của {{ unit.name }}, {{ period.in_text }}")
    template.save(office.config / "templates" / "bao-cao.docx")
    folder = write_word_of(office, None, "2020-Q3", "", None)
    assert folder.parent == office.reports
    assert folder.name.endswith("-word-2020-Q3")
    assert Document(folder / "bao-cao.docx").paragraphs[0].text == "Báo cáo của UBND huyện Mẫu Sơn, quý III/2020"


def test_a_home_without_templates_takes_the_shipped_ones_and_a_unit_is_found_by_its_name(office, tmp_path):
    shutil.rmtree(office.config / "templates")
    folder = write_word_of(office, None, "2020", "UBND xã Cầu Mây", tmp_path / "out")
    assert "UBND XÃ CẦU MÂY" in Document(folder / "bao-cao.docx").tables[0].cell(0, 0).text
    assert {path.stem for path in (folder / "don-doc").iterdir()} <= {"H99.12.28"}


def test_what_somebody_may_have_completed_is_never_replaced(office, tmp_path):
    (tmp_path / "out").mkdir()
    write_word_of(office, None, "", "", tmp_path / "out")
    kept = (tmp_path / "out" / "bao-cao.docx").read_bytes()
    with pytest.raises(ConfigError, match="completed"):
        write_word_of(office, None, "", "", tmp_path / "out")
    assert (tmp_path / "out" / "bao-cao.docx").read_bytes() == kept


@pytest.mark.parametrize(("period", "unit"), [("2020-Q9", ""), ("2019", ""), ("2020", "UBND xã Không Có")])
def test_a_wrong_question_leaves_nothing_behind(office, period, unit):
    before = sorted(office.data.rglob("*"))
    with pytest.raises(ConfigError):
        write_word_of(office, None, period, unit, None)
    assert [path for path in office.data.rglob("*") if path not in before and path != office.reports] == []


def test_the_command_says_where_the_documents_are(office, tmp_path):
    asked = ["--home", str(office.root), "report", "--word", "--period", "2020-Q3", "--output", str(tmp_path / "out")]
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 0, said.output
    assert said.output.strip() == str(tmp_path / "out")
    assert (tmp_path / "out" / "vi-sao-chua-dat.docx").exists()
