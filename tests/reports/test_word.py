"""The Word documents: every figure is the marts', what is missing is a gap to be seen, and no name does harm."""

import re
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest
from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.text.run import Run

from flows.publish import current_release, read_manifest
from flows.query import open_release
from reports.numbers import count
from reports.page.figures import target_figures
from reports.word.gaps import GAP
from reports.word.letters import letter_contexts
from reports.word.make_templates import make_templates
from reports.word.period_report import report_context
from reports.word.subject import read_subject
from reports.word.why_not_met import why_context
from reports.word.write import LETTER, REPORT, TEMPLATES, WHY, write_documents
from reports.words import STATE_WORDS
from tests.conftest import CHECKOUT
from tests.reports.test_page import copied
from transforms.duck import quoted, rows
from transforms.errors import ConfigError

SHIPPED = {name: CHECKOUT / "config" / "templates" / name for name in TEMPLATES}
OFFICIAL = {"Q3": ("2020-06-15", "2020-09-14"), "Q2": ("2020-03-15", "2020-06-14"), "last": ("2019-06-15", "2019-09-14")}
CALENDAR = {"Q3": ("2020-07-01", "2020-09-30"), "Q2": ("2020-04-01", "2020-06-30"), "last": ("2019-07-01", "2019-09-30")}
TOP = "H99.12"
HOSTILE = '<script>&amp;{{ 7*7 }}</w:t> "Ớt" \u202eyaM\x0b\x01 & Co'


@pytest.fixture(scope="module")
def release(demo_home) -> Path:
    return current_release(demo_home)


@pytest.fixture(scope="module")
def marts(release):
    with closing(open_release(release)) as con:
        yield con


@pytest.fixture(scope="module")
def quarter(release, marts, tmp_path_factory) -> Path:
    """The documents of the third quarter."""
    target = tmp_path_factory.mktemp("word")
    write_documents(marts, read_manifest(release), "2020-Q3", "", SHIPPED, target)
    return target


@pytest.fixture(scope="module")
def report(quarter):
    return Document(quarter / REPORT)


def cells(table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def whole_text(document) -> str:
    return "\n".join(element.text or "" for element in document.element.body.iter(qn("w:t")))


def table_headed(document, heading: str) -> list[list[str]]:
    """The rows of the table whose first heading this is."""
    (found,) = (rows_of for rows_of in map(cells, document.tables) if rows_of[0][0] == heading)
    return found


def test_the_shipped_templates_are_those_that_are_made(tmp_path):
    make_templates(tmp_path)
    assert sorted(path.name for path in SHIPPED["bao-cao.docx"].parent.iterdir()) == sorted(TEMPLATES)
    for name, shipped in SHIPPED.items():
        assert (tmp_path / name).read_bytes() == shipped.read_bytes(), "run make templates"


def test_the_form_stands_beside_the_quarter_before_and_the_same_one_of_last_year(report, marts):
    heads, *body = table_headed(report, "Số hồ sơ")
    assert heads[1:] == ["Quý III/2020", "Quý II/2020", "Quý III/2019"]
    columns = (
        *("received_total", "received_online", "received_other", "carried_over"),
        *("resolved_total", "resolved_early", "resolved_on_time", "resolved_late", "open_total", "open_in_time", "open_overdue"),
    )
    for place, (first, last) in enumerate(OFFICIAL.values(), start=1):
        found = marts.execute(
            f"""select {", ".join(columns)} from form_ii06a where unit_code = $1 and scope = 'subtree' and field_code = 'ALL'
                and calendar = 'official' and period_kind = 'quarter' and period_start = $2::date and period_end = $3::date""",
            [TOP, first, last],
        ).fetchone()
        expected = [count(number) for number in found] if found else [GAP] * len(columns)
        assert [row[place] for row in body] == expected
    assert body[0][3] == GAP, "nothing is known of 2019"


def test_every_figure_is_the_marts_in_each_of_the_three_periods(report, marts):
    _, *body = table_headed(report, "Chỉ tiêu (mức của kế hoạch)")
    parts = rows(
        marts,
        """select * from target_part where unit_code = $unit and period_kind = 'quarter' and month(period_end) = 9
           order by target_id, part_number""",
        {"unit": TOP},
    )
    assert len(body) == len(parts) > 10
    told = 0
    for line, part in zip(body, parts, strict=True):
        found = []
        for first, last in zip(*(days.values() for days in (OFFICIAL, CALENDAR)), strict=True):
            period = first if part["calendar"] == "official" else last
            found += marts.execute(
                """select numerator, denominator, status from indicator_value
                   where (unit_code, indicator_id, rule_id, basis_id, scope, calendar, period_kind)
                       = ($1, $2, $3, $4, $5, $6, 'quarter') and period_start = $7::date and period_end = $8::date""",
                [TOP, *(part[name] for name in ("indicator_id", "rule_id", "basis_id", "scope", "calendar")), *period],
            ).fetchall() or [(None, None, "missing_data")]
        for text, (numerator, denominator, status) in zip(line[1:], found, strict=True):
            if denominator:
                assert f"({count(numerator)}/{count(denominator)})" in text
                told += 1
            else:
                assert text.startswith(STATE_WORDS[status][1] if status == "no_activity" else f"{GAP} ({STATE_WORDS[status][1]}")
        now, before, _ = found
        moved = Fraction(now[0], now[1]) - Fraction(before[0], before[1]) if now[1] and before[1] else None
        word = None if moved is None else "không đổi" if moved == 0 else "tăng" if moved > 0 else "giảm"
        assert re.findall("không đổi|tăng|giảm", line[2]) == ([word] if word else [])
        if moved:
            points = Fraction(re.search(r"(?:tăng|giảm) ([\d,]+) điểm %", line[2])[1].replace(",", "."))
            assert abs(points - abs(100 * moved)) <= Fraction(1, 200)
    assert told > 15


def test_the_targets_are_judged_as_the_mart_judges_the_year(report, marts):
    _, *body = table_headed(report, "TT")
    judged = rows(
        marts, "select * from target_status where unit_code = $unit and period_kind = 'year' order by target_id", {"unit": TOP}
    )
    assert len(body) == len(judged) == 15
    for line, row in zip(body, judged, strict=True):
        assert line[1] == row["text_vi"]
        assert line[4] == STATE_WORDS[row["state"]][1]
        if row["denominator"]:
            assert f"({count(row['numerator'])}/{count(row['denominator'])})" in line[3]
        else:
            assert line[3].startswith(GAP)
    missed = sum(row["state"] == "not_met" for row in judged)
    assert f"{missed} chưa đạt" in whole_text(report)


def test_the_best_and_the_worst_units_are_those_of_the_mart(report, marts):
    found = rows(
        marts,
        """select u.unit_name, t.numerator, t.denominator from target_status as t join unit as u using (unit_code)
           where t.target_id = '2020-06' and t.period_kind = 'quarter' and month(t.period_end) = 9 and u.parent_code is not null
             and t.denominator > 0 and not t.is_small_sample""",
    )
    assert len(found) >= 6
    rates = sorted((Fraction(row["numerator"], row["denominator"]) for row in found), reverse=True)
    text = [paragraph.text for paragraph in report.paragraphs]
    at = text.index("1. Hồ sơ giải quyết đúng hạn và trước hạn (mức ≥ 95%)")
    for line, expected in zip(text[at + 1 : at + 3], (rates[:3], rates[::-1][:3]), strict=True):
        shares = re.findall(r"\(([\d.]+)/([\d.]+)\)", line)
        told = [Fraction(*(int(part.replace(".", "")) for part in pair)) for pair in shares]
        assert told == expected
        for row in found:
            figure = f"({count(row['numerator'])}/{count(row['denominator'])})"
            assert row["unit_name"] not in line or re.search(rf"{re.escape(row['unit_name'])} [\d,]+% {re.escape(figure)}", line)


def test_a_year_stands_beside_one_year(release, marts, tmp_path):
    write_documents(marts, read_manifest(release), "", "", SHIPPED, tmp_path)
    heads, *_ = table_headed(Document(tmp_path / REPORT), "Số hồ sơ")
    assert heads == ["Số hồ sơ", "Năm 2020", "Năm 2019"]


def test_gaps_are_highlighted_and_nothing_else_is(quarter):
    for path in (quarter / REPORT, quarter / WHY, next((quarter / "don-doc").iterdir())):
        runs = [Run(element, None) for element in Document(path).element.body.iter(qn("w:r"))]
        gaps = [run for run in runs if GAP in run.text]
        assert gaps
        assert {run.text for run in gaps} == {GAP}
        assert [run for run in runs if run.font.highlight_color == WD_COLOR_INDEX.YELLOW] == gaps


def test_a_letter_goes_to_each_unit_with_its_own_overdue_and_soon_due_dossiers(quarter, marts, release):
    as_of = read_manifest(release)["as_of"]
    open_now = rows(
        marts,
        """select o.resolving_unit_code as unit_code, d.dossier_code, o.overdue_date,
               coalesce(o.overdue_date <= $day::date, false) as is_overdue
           from outcome as o join dossier as d using (dossier_key)
           where o.rule_id = 'II06_DATE' and o.outcome <> 'excluded' and o.received_date <= $day::date
             and (o.exit_date is null or o.exit_date > $day::date)""",
        {"day": as_of},
    )
    overdue: dict[str, set[str]] = {}
    for row in open_now:
        if row["is_overdue"]:
            overdue.setdefault(row["unit_code"], set()).add(row["dossier_code"])
    soon = dict(marts.execute("select unit_code, due_within_5_count from backlog where scope = 'own'").fetchall())
    expected = overdue.keys() | {unit for unit, number in soon.items() if number}
    letters = {path.stem: Document(path) for path in (quarter / "don-doc").iterdir()}
    assert letters.keys() == expected
    assert overdue
    for unit, letter in letters.items():
        (name,) = marts.execute("select unit_name from unit where unit_code = $1", [unit]).fetchone()
        assert f"Kính gửi: {name}" in [paragraph.text for paragraph in letter.paragraphs]
        lists = [cells(table) for table in letter.tables if table.rows[0].cells[0].text == "TT"]
        late = [line for of in lists if "Số ngày quá hạn" in of[0] for line in of[1:]]
        next_due = [line for of in lists if "Số ngày quá hạn" not in of[0] for line in of[1:]]
        assert {line[1] for line in late} == overdue.get(unit, set())
        assert len(late) == len(overdue.get(unit, set()))
        assert len(next_due) == (soon.get(unit) or 0)
        days = [int(line[5].replace(".", "")) for line in late]
        assert days == sorted(days, reverse=True)
        assert all(day > 0 for day in days)


def test_the_page_on_why_says_what_is_short_of_the_bar(quarter, marts):
    _, *body = table_headed(Document(quarter / WHY), "Mục tiêu")
    missed = rows(
        marts,
        """select * from target_status where unit_code = $unit and period_kind = 'quarter' and month(period_end) = 9
           and state = 'not_met'""",
        {"unit": TOP},
    )
    assert sorted((line[0], line[3]) for line in body) == sorted((row["name_vi"], count(row["short_count"])) for row in missed)
    assert {f"({count(row['numerator'])}/{count(row['denominator'])})" for row in missed} == {
        line[1].partition(" ")[2] for line in body
    }


def test_names_do_no_harm(release, tmp_path):
    """Markup, template tags, marks of direction and characters that no XML may hold are shown as what they are, or left out."""
    in_query = quoted(HOSTILE).replace("{", "{{").replace("}", "}}")
    names = f"select * replace ({in_query} || unit_code as unit_name) from {{mart}}"
    with closing(copied(release, unit=names)) as con:
        write_documents(con, read_manifest(release), "2020-09", "", SHIPPED, tmp_path)
    for path in [tmp_path / REPORT, tmp_path / WHY, *(tmp_path / "don-doc").iterdir()]:
        text = whole_text(Document(path))
        assert '<script>&amp;{{ 7*7 }}</w:t> "ớt" yam & co' in text.lower()
        assert "\u202e" not in text


@pytest.mark.parametrize(
    ("period", "said"),
    [("2019-Q4", "kế hoạch năm 2020"), ("2020-13", "Không có kỳ"), ("2020-Q5", "Không có kỳ")],
)
def test_a_period_that_is_not_there_is_refused(release, marts, tmp_path, period, said):
    with pytest.raises(ConfigError) as refused:
        write_documents(marts, read_manifest(release), period, "", SHIPPED, tmp_path)
    assert said in refused.value.vi


def test_a_period_that_has_not_begun_is_refused(release, marts, tmp_path):
    early = read_manifest(release) | {"as_of": "2020-03-01"}
    with pytest.raises(ConfigError) as refused:
        write_documents(marts, early, "2020-Q3", "", SHIPPED, tmp_path)
    assert "01/03/2020" in refused.value.vi


@pytest.mark.parametrize("broken", ["{{ unit.nmae }}", "{% for x in %}", "{{ unit.name ", "{%p if unit %}", "{%tr endfor %}"])
def test_a_broken_template_is_named(release, marts, tmp_path, broken):
    document = Document()
    document.add_paragraph(broken)
    document.save(tmp_path / REPORT)
    (tmp_path / "out").mkdir()
    with pytest.raises(ConfigError) as refused:
        write_documents(marts, read_manifest(release), "2020-Q3", "", SHIPPED | {REPORT: tmp_path / REPORT}, tmp_path / "out")
    assert str(tmp_path / REPORT) in refused.value.vi


def test_a_template_that_is_no_word_file_is_named(release, marts, tmp_path):
    (tmp_path / WHY).write_text("Không phải tệp Word", encoding="utf-8")
    (tmp_path / "out").mkdir()
    with pytest.raises(ConfigError) as refused:
        write_documents(marts, read_manifest(release), "2020-Q3", "", SHIPPED | {WHY: tmp_path / WHY}, tmp_path / "out")
    assert str(tmp_path / WHY) in refused.value.vi


def test_what_templates_may_use_is_documented(release, marts):
    def names(value) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(names, value.values()))
        return set().union(*map(names, value)) if isinstance(value, list) else set()

    subject = read_subject(marts, read_manifest(release), "2020-Q3", "")
    of_year = target_figures(marts, 2020, "year")
    of_period = [row for row in target_figures(marts, 2020, "quarter") if row["period_end"].month == 9]
    contexts = [
        report_context(marts, subject, of_year, of_period),
        why_context(marts, subject, of_period),
        *(context for _, context in letter_contexts(marts, subject, of_period)),
    ]
    page = (CHECKOUT / "docs" / "templates.md").read_text(encoding="utf-8")
    documented = set(re.findall("[a-z_]+", " ".join(re.findall("`([^`]+)`", page))))
    assert set().union(*map(names, contexts)) - documented == set()


def test_another_wording_needs_no_code(release, marts, tmp_path):
    document = Document()
    document.add_paragraph("Thân gửi {{ unit.name }}: {{ overdue_count }} hồ sơ trễ.")
    document.save(tmp_path / LETTER)
    (tmp_path / "out").mkdir()
    write_documents(marts, read_manifest(release), "2020-Q3", "", SHIPPED | {LETTER: tmp_path / LETTER}, tmp_path / "out")
    letters = sorted((tmp_path / "out" / "don-doc").iterdir())
    assert letters
    assert all(re.fullmatch(r"Thân gửi .+: [\d.]+ hồ sơ trễ\.", Document(path).paragraphs[0].text) for path in letters)
