"""The registers of the made-up district: what was planted, and whether the books agree with a naive reading of the files."""

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from demo.district import UNITS
from demo.generate import write_demo
from demo.registers import WRITERS
from demo.sheets import write_workbook

YEAR = 2020
Row = dict[str, str]
ASKED = {unit.name: unit.code for unit in UNITS if unit.kind in ("department", "commune") and unit.in_force(date(YEAR, 12, 31))}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    write_demo(home, dossiers=300)
    return home


def cells_of(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return list(csv.reader(handle))
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with ZipFile(path) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return [[cell.findtext(f"{name}is/{name}t") or "" for cell in row] for row in sheet.iter(f"{name}row")]


def register(home: Path, name: str, day: str = "20210104") -> list[Row]:
    """The rows of a register as saved on a day."""
    (path,) = (home / "data" / "inbox" / name).glob(f"*_{day}.*")
    headings, *lines = cells_of(path)
    return [dict(zip(headings, line, strict=True)) for line in lines]


def day(text: str) -> date | None:
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None


def in_year(row: Row, heading: str) -> bool:
    return day(row[heading]).year == YEAR


def figures(home: Path, scope: str) -> dict[tuple[str, str], Row]:
    """What the books say of the year, by indicator and unit."""
    with (home / "truth" / "indicator_value.csv").open(encoding="utf-8", newline="") as handle:
        span = {"scope": scope, "calendar": "calendar", "period_kind": "year", "period_start": f"{YEAR}-01-01"}
        return {(r["indicator_id"], r["unit_code"]): r for r in csv.DictReader(handle) if span.items() <= r.items()}


def test_every_register_is_there_and_its_gaps_are_counted(home: Path) -> None:
    folders = {path.name for path in (home / "data" / "inbox").iterdir()}
    assert len(folders - {"igate", "tandan", "vanban_di", "vanban_log"}) == len(WRITERS) == 12
    with (home / "truth" / "totals.csv").open(encoding="utf-8", newline="") as handle:
        planted = {row["name"].removeprefix("planted_") for row in csv.DictReader(handle) if int(row["value"])}
    gaps = "unit_not_reported evidence_of_another_year evidence_missing unit_inspected_twice duplicate_row entry_taken_back"
    gaps += " unknown_unit task_done_in_part task_done_late task_not_done task_done_above_assigned unit_without_tasks"
    gaps += " handed_in_late two_answers totals_only_unit total_beside_rows total_above_whole answer_not_on_form in_the_system_too"
    assert not set(gaps.split()) - planted


DONE: dict[str, tuple[str, Callable[[Row], bool]]] = {
    "plan_issued": ("unit_plan", lambda row: row["Năm"] == str(YEAR) and bool(row["Số kế hoạch"])),
    "head_in_charge": ("head_in_charge", lambda row: day(row["Hiệu lực đến"]) is None or in_year(row, "Hiệu lực đến")),
    "inspected": ("inspection", lambda row: in_year(row, "Ngày kiểm tra") and bool(row["Số kết luận"])),
    "initiative": ("initiative", lambda row: row["Được công nhận"] == "Có"),
    "job_positions": ("job_position", lambda row: row["Cơ cấu đúng đề án"] == "Có" and bool(row["Số quyết định phê duyệt"])),
    "dialogue": ("dialogue", lambda row: in_year(row, "Ngày đối thoại") and row["Về thủ tục hành chính"] == "Có"),
}


@pytest.mark.parametrize("indicator", DONE)
def test_books_agree_with_a_naive_reading(home: Path, indicator: str) -> None:
    name, is_done = DONE[indicator]
    done = {ASKED[row["Cơ quan đơn vị"]] for row in register(home, name) if row["Cơ quan đơn vị"] in ASKED and is_done(row)}
    said = {unit for (named, unit), row in figures(home, "own").items() if named == indicator and row["numerator"] == "1"}
    assert said == done and 0 < len(done) < len(ASKED)


def test_a_unit_whose_tasks_are_all_done_has_none_that_is_not(home: Path) -> None:
    missed, told = set(), set()
    for row in register(home, "assigned_task"):
        pieces, done = row["Số lượng giao"], row["Số lượng hoàn thành"]
        if in_year(row, "Hạn hoàn thành") and int(done or 0) <= int(pieces):
            told.add(row["Cơ quan đơn vị"])
            if done != pieces or not row["Số tài liệu kiểm chứng"]:
                missed.add(row["Cơ quan đơn vị"])
    said = {unit for (named, unit), row in figures(home, "own").items() if named == "plan_completed" and row["numerator"] == "1"}
    assert said == {ASKED[name] for name in (told - missed) & ASKED.keys()}


def test_answers_are_counted_as_their_forms_say(home: Path) -> None:
    fields = {"Giáo dục": "education", "Y tế": "health", "Cơ quan hành chính": "administration"}
    found: Counter[str] = Counter()
    for row in register(home, "survey_answer"):
        is_off_form = row["Mẫu phiếu"] == "3 mức" and row["Trả lời"] in ("Bình thường", "Rất không hài lòng")
        is_asked = row["Đối tượng"] == "Người dân" or row["Lĩnh vực"] == "Cơ quan hành chính"
        if row["Trả lời"] and is_asked and not is_off_form:
            found[f"{fields[row['Lĩnh vực']]} denominator"] += 1
            found[f"{fields[row['Lĩnh vực']]} numerator"] += row["Trả lời"] in ("Hài lòng", "Rất hài lòng")
    # The town hands in nothing but a total.
    found += Counter({"administration numerator": 188, "administration denominator": 200})
    said = {
        f"{field} {part}": int(figures(home, "subtree")[f"satisfaction_{field}", "H99.12"][part])
        for field in fields.values()
        for part in ("numerator", "denominator")
    }
    assert said == found


def test_an_entry_taken_back_stands_in_the_half_years_file_only(home: Path) -> None:
    half, whole = ({row["Số kết luận"] for row in register(home, "inspection", saved)} for saved in ("20200703", "20210104"))
    assert half - whole == {"09/KL-UBND"}


def test_a_workbook_has_the_same_bytes_for_the_same_cells(tmp_path: Path) -> None:
    lines = [["STT", "Cơ quan đơn vị"], ["1", "Phòng <Mẫu> & cộng sự"]]
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(tmp_path / name, lines)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert cells_of(tmp_path / "one.xlsx") == lines
