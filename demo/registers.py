"""The registers that the offices keep by hand, with the gaps that such registers have."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from demo.books import Books
from demo.calendar import days_between, is_working
from demo.district import COMMUNE_UNITS, COUNTER, PAPER_KEEPER, TOTALS_ONLY, UNIT, UNITS, Unit
from demo.register_books import Answer, Entry, Span
from demo.sheets import HALF_YEAR, YEAR_END, SavedFile, Sheet

YEAR = 2020
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
# The official year and its months, of which dossiers outside the system are reported.
OFFICIAL_FIRST, OFFICIAL_LAST = date(YEAR - 1, 12, 15), date(YEAR, 12, 14)
ASKED = [unit for unit in UNITS if unit.kind in ("department", "commune")]
PLANTED_UNIT = "Phòng Dân tộc"
"""A unit that the district does not have."""


def _code(number: int) -> str:
    return f"H99.12.{number:02}"


def _office(unit: Unit) -> str:
    return "UBND" if unit.kind == "commune" else "PCM"


class Keeper:
    """Who fills the registers in, and tells the books what each row amounts to."""

    def __init__(self, inbox: Path, seed: int, books: Books) -> None:
        self.inbox = inbox
        self.rng = Random(f"{seed}:registers")
        self.books = books
        self.saved: list[SavedFile] = []

    def keep(self, sheet: Sheet) -> None:
        """Save a register."""
        self.saved += sheet.save(self.inbox)

    def enter(self, indicator: str, unit: Unit, entry: Entry) -> None:
        """Count an entry about a unit."""
        self.books.registers.entries[indicator, unit.code].append(entry)

    def plant(self, name: str) -> None:
        """Count a gap or mistake that was put in."""
        self.books.totals[f"planted_{name}"] += 1

    def day(self, first: date, last: date) -> date:
        """A working day between two days."""
        return self.rng.choice([day for day in days_between(first, last) if is_working(day)])


def write_registers(inbox: Path, seed: int, books: Books) -> list[SavedFile]:
    """Write every register, and say which files there are. The books must know the dossiers by then."""
    keeper = Keeper(inbox, seed, books)
    for write in WRITERS:
        write(keeper)
    return keeper.saved


def write_plans(keeper: Keeper) -> None:
    """The units' own plans: one is not reported, one only for the year before, one without its number, one signed late."""
    sheet = Sheet("unit_plan", "Cơ quan đơn vị,Năm,Số kế hoạch,Ngày ban hành kế hoạch,Đơn vị báo cáo,Tệp minh chứng")
    for number, unit in enumerate(ASKED, start=3):
        sign = f"{number}/KH-{_office(unit)}"
        signed = keeper.day(date(2019, 12, 16), date(2020, 1, 31))
        if unit.valid_from > FIRST:
            signed = keeper.day(unit.valid_from, unit.valid_from + timedelta(20))
        year = YEAR
        match unit.code:
            case "H99.12.09":
                keeper.plant("unit_not_reported")
                continue
            case "H99.12.27":
                year, signed = YEAR - 1, date(2019, 1, 21)
                keeper.plant("evidence_of_another_year")
            case "H99.12.31":
                sign = ""
                keeper.plant("evidence_missing")
            case "H99.12.12":
                signed = date(2020, 3, 16)
        sheet.put(unit.name, year, sign, signed, unit.name, f"{number}-KH.pdf")
        first, last = date(year, 1, 1), date(year, 12, 31)
        keeper.enter("plan_issued", unit, Entry(first, last, done_on=signed, is_proven=bool(sign)))
    keeper.keep(sheet)


# Number, how many pieces, due; the last is due after the year.
TASKS = (
    ("NV-01", 1, date(2020, 3, 31)),
    ("NV-02", 2, date(2020, 6, 30)),
    ("NV-03", 4, date(2020, 9, 30)),
    ("NV-04", 1, date(2020, 12, 15)),
    ("NV-05", 1, date(2021, 1, 15)),
)


def write_tasks(keeper: Keeper) -> None:
    """What the district's plan asks of each: some is done in part, not at all, late, without proof, and once above measure."""
    sheet = Sheet(
        "assigned_task",
        "Cơ quan đơn vị,Mã nhiệm vụ,Hạn hoàn thành,Ngày hoàn thành,Số lượng giao,Số lượng hoàn thành,"
        "Số tài liệu kiểm chứng,Ngày tài liệu kiểm chứng",
    )
    for unit in ASKED:
        if unit.code == "H99.12.10":
            keeper.plant("unit_without_tasks")
            continue
        for task, assigned, due in TASKS:
            if not unit.in_force(due):
                continue
            done = keeper.day(due - timedelta(20), due) if due < YEAR_END else None
            pieces, sign = assigned, f"{keeper.rng.randrange(10, 400)}/BC-{_office(unit)}"
            match unit.code, task:
                case "H99.12.05", "NV-03":
                    pieces = 3
                    keeper.plant("task_done_in_part")
                case ("H99.12.25", "NV-04") | ("H99.12.11", "NV-04"):
                    done = None
                    keeper.plant("task_not_done")
                case "H99.12.28", "NV-02":
                    done = date(2020, 8, 14)
                    keeper.plant("task_done_late")
                case "H99.12.30", "NV-01":
                    sign = ""
                    keeper.plant("evidence_missing")
                case "H99.12.03", "NV-01":
                    keeper.plant("task_done_above_assigned")
                    sheet.put(unit.name, task, due, done, assigned, assigned + 1, sign, done, taken="quarantined")
                    continue
            is_done = done is not None and pieces == assigned
            sheet.put(unit.name, task, due, done, assigned, pieces if done else None, sign if done else None, done)
            is_proven = bool(sign) and done is not None
            keeper.enter("plan_completed", unit, Entry(due, due, is_done=is_done, done_on=done, is_proven=is_proven))
    keeper.keep(sheet)


def write_heads(keeper: Keeper) -> None:
    """Who put their head in charge: of one nothing is told, one decision ended before the year."""
    sheet = Sheet("head_in_charge", "Cơ quan đơn vị,Số quyết định,Ngày quyết định,Hiệu lực từ,Hiệu lực đến")
    for number, unit in enumerate(ASKED, start=40):
        signed = max(keeper.day(date(2017, 1, 3), date(2019, 12, 31)), unit.valid_from)
        ended = unit.valid_to
        if unit.code == "H99.12.08":
            keeper.plant("unit_not_reported")
            continue
        if unit.code == "H99.12.32":
            ended = date(2019, 12, 31)
            keeper.plant("evidence_of_another_year")
        sheet.put(unit.name, f"{number}/QĐ-{_office(unit)}", signed, signed, ended)
        keeper.enter("head_in_charge", unit, Entry(signed, ended or date.max))
    keeper.keep(sheet)


INSPECTED = (2, 4, 6, 12, 21, 23, 26, 29)


def write_inspections(keeper: Keeper) -> None:
    """Inspections: a unit twice, a row twice, one of the year before, one without a conclusion, one entered by mistake."""
    sheet = Sheet("inspection", "Cơ quan đơn vị,Ngày kiểm tra,Số kết luận,Ngày kết luận", (HALF_YEAR, YEAR_END))

    def put(unit: Unit, day: date, sign: str, last: date = date.max) -> None:
        concluded = day + timedelta(7)
        sheet.put(unit.name, day, sign or None, concluded, first=concluded, last=last)
        if last > YEAR_END:
            keeper.enter("inspected", unit, Entry(day, day, is_proven=bool(sign)))

    for number, code in enumerate(INSPECTED, start=1):
        put(UNIT[_code(code)], keeper.day(date(2020, 3, 2), date(2020, 11, 30)), f"{number:02}/KL-UBND")
    put(UNIT[_code(2)], date(2020, 12, 8), "11/KL-UBND")
    keeper.plant("unit_inspected_twice")
    day = date(2020, 12, 15)
    for taken, sign in (("duplicate", "12/KL-UBND"), ("recorded", "12b/KL-UBND")):
        sheet.put(UNIT[_code(21)].name, day, sign, day + timedelta(7), taken=taken, first=day + timedelta(7))
    keeper.enter("inspected", UNIT[_code(21)], Entry(day, day))
    keeper.plant("duplicate_row")
    put(UNIT[_code(7)], date(2019, 12, 10), "31/KL-UBND")
    keeper.plant("evidence_of_another_year")
    put(UNIT[_code(30)], date(2020, 10, 6), "")
    keeper.plant("evidence_missing")
    put(UNIT[_code(33)], date(2020, 5, 12), "09/KL-UBND", last=HALF_YEAR)
    keeper.plant("entry_taken_back")
    sheet.put(PLANTED_UNIT, date(2020, 9, 8), "10/KL-UBND", date(2020, 9, 15), taken="quarantined", first=date(2020, 9, 15))
    keeper.plant("unknown_unit")
    keeper.keep(sheet)


def write_initiatives(keeper: Keeper) -> None:
    """Initiatives, of which some are only registered; the decision on those of the year comes after it."""
    sheet = Sheet("initiative", "Cơ quan đơn vị,Mã sáng kiến,Năm,Được công nhận,Số quyết định công nhận,Ngày quyết định công nhận")
    decided = date(2021, 1, 4)
    for number, unit in enumerate((unit for unit in ASKED if unit.in_force(LAST)), start=1):
        if unit.code in ("H99.12.10", "H99.12.25"):
            keeper.plant("unit_not_reported")
            continue
        is_recognised = number % 4 != 0
        cells = ("Có", f"{number + 5}/QĐ-UBND", decided) if is_recognised else ("Không", None, None)
        sheet.put(unit.name, f"SK-{number:02}", YEAR, *cells)
        keeper.enter("initiative", unit, Entry(FIRST, LAST, is_done=is_recognised, is_proven=is_recognised))
    keeper.keep(sheet)


def write_indices(keeper: Keeper) -> None:
    """The PAR index: one handed in late, one rated average, one with two results."""
    sheet = Sheet(
        "par_index",
        "Cơ quan đơn vị,Năm,Đã tự chấm điểm,Ngày nộp,Hạn nộp,Xếp loại,Số văn bản kết quả,Ngày văn bản kết quả",
    )
    deadline, decided = date(2020, 12, 10), date(2020, 12, 30)
    for unit in (unit for unit in ASKED if unit.in_force(LAST)):
        handed_in = keeper.day(date(2020, 11, 23), deadline)
        rating = keeper.rng.choice(("Xuất sắc", "Tốt", "Tốt", "Khá"))
        is_effective = unit.code not in ("H99.12.07", "H99.12.33")
        match unit.code:
            case "H99.12.07":
                handed_in = date(2020, 12, 14)
                keeper.plant("handed_in_late")
            case "H99.12.33":
                rating = "Trung bình"
        said = (YEAR, "Có", handed_in, deadline)
        if unit.code == "H99.12.24":
            for answer in ("Tốt", "Khá"):
                sheet.put(unit.name, *said, answer, "90/QĐ-UBND", decided, taken="quarantined")
            keeper.plant("two_answers")
            continue
        sheet.put(unit.name, *said, rating, "90/QĐ-UBND", decided)
        keeper.enter("par_index", unit, Entry(FIRST, LAST, is_done=is_effective, is_proven=is_effective))
    keeper.keep(sheet)


def write_positions(keeper: Keeper) -> None:
    """Structures by job position; of one department the decision is not cited, and communes are not asked."""
    sheet = Sheet("job_position", "Cơ quan đơn vị,Số quyết định phê duyệt,Ngày phê duyệt,Hiệu lực từ,Cơ cấu đúng đề án")
    for number, unit in enumerate((unit for unit in UNITS if unit.kind == "department"), start=50):
        approved = keeper.day(date(2017, 3, 1), date(2019, 11, 29))
        sign = f"{number}/QĐ-UBND"
        if unit.code == "H99.12.04":
            sign = ""
            keeper.plant("evidence_missing")
        sheet.put(unit.name, sign, approved, approved, "Có")
        keeper.enter("job_positions", unit, Entry(approved, date.max, is_proven=bool(sign)))
    keeper.keep(sheet)


def write_dialogues(keeper: Keeper) -> None:
    """Dialogues with citizens, of which one was about something else and one was held a year before."""
    sheet = Sheet("dialogue", "Cơ quan đơn vị,Ngày đối thoại,Về thủ tục hành chính,Số biên bản,Ngày biên bản", ending="xlsx")
    for number, unit in enumerate((unit for unit in ASKED if unit.in_force(LAST)), start=1):
        day = keeper.day(max(date(2020, 2, 3), unit.valid_from), date(2020, 12, 18))
        is_about_procedures = unit.code != "H99.12.22"
        match unit.code:
            case "H99.12.01" | "H99.12.09":
                keeper.plant("unit_not_reported")
                continue
            case "H99.12.29":
                day = date(2019, 11, 12)
                keeper.plant("evidence_of_another_year")
        sheet.put(unit.name, day, "Có" if is_about_procedures else "Không", f"{number:02}/BB-{_office(unit)}", day)
        keeper.enter("dialogue", unit, Entry(day, day, is_done=is_about_procedures, is_proven=is_about_procedures))
    keeper.keep(sheet)


RECEIVERS = [unit for unit in (COUNTER, *COMMUNE_UNITS) if unit.code not in (PAPER_KEEPER, TOTALS_ONLY)]


def official_months() -> Iterator[tuple[date, date]]:
    """The months of the official year, both days inclusive."""
    first = OFFICIAL_FIRST
    while first < OFFICIAL_LAST:
        following = (first.replace(day=1) + timedelta(31)).replace(day=15)
        yield first, following - timedelta(1)
        first = following


def write_outside(keeper: Keeper) -> None:
    """Dossiers handled outside the system, month by month, also where there were none."""
    sheet = Sheet("outside_dossier", "Cơ quan đơn vị,Từ ngày,Đến ngày,Số hồ sơ ngoài hệ thống,Số báo cáo,Ngày báo cáo")
    for number, unit in enumerate(RECEIVERS, start=1):
        for begin, end in official_months():
            first, last = max(begin, unit.valid_from), min(end, unit.valid_to or end)
            if first > last:
                continue
            outside = keeper.rng.randrange(3) + keeper.books.received(unit.code, first, last) // 80
            sheet.put(unit.name, first, last, outside, f"{number}/BC-{_office(unit)}", min(last + timedelta(2), YEAR_END))
            keeper.books.registers.outside[unit.code].append(Span(first, last, outside, outside))
    keeper.keep(sheet)


def write_paper_book(keeper: Keeper) -> None:
    """A commune's paper book, in which some dossiers stand that the system holds too."""
    sheet = Sheet("paper_dossier", "Cơ quan đơn vị,Số vào sổ,Ngày tiếp nhận")
    unit = UNIT[PAPER_KEEPER]
    for number in range(1, 10):
        day = keeper.day(date(2020, 1, 6), date(2020, 12, 25))
        sheet.put(unit.name, f"SG-{number:04}", day)
        keeper.books.registers.on_paper[unit.code].append(day)
    for code, day in keeper.books.also_on_paper:
        sheet.put(unit.name, code, day)
        keeper.plant("in_the_system_too")
    keeper.keep(sheet)


# Unit, field of the survey, how many forms, how often satisfied.
SURVEYED = (
    ("08", "education", 140, 0.95),
    ("09", "health", 120, 0.8),
    ("13", "administration", 150, 0.955),
    ("14", "administration", 60, 0.86),
    *((f"{number}", "administration", 25, 0.96) for number in range(22, 34)),
)
FIELD_WORDS = {"education": "Giáo dục", "health": "Y tế", "administration": "Cơ quan hành chính"}
# The top two are satisfied.
OPTIONS = {
    "5 mức": ("Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng", "Rất không hài lòng"),
    "3 mức": ("Rất hài lòng", "Hài lòng", "Không hài lòng"),
}
BLANK_SHARE, BUSINESS_SHARE = 0.04, 0.2


def write_answers(keeper: Keeper) -> None:
    """Survey forms of three options and of five, some left blank, and two answers that are not on their form."""
    sheet = Sheet("survey_answer", "Đợt khảo sát,Số phiếu,Cơ quan đơn vị,Lĩnh vực,Đối tượng,Mẫu phiếu,Trả lời,Ngày trả lời")
    number = 0
    for place, field, count, satisfied_share in SURVEYED:
        unit = UNIT[f"H99.12.{place}"]
        for _ in range(count):
            number += 1
            form = "3 mức" if keeper.rng.random() < 0.3 else "5 mức"
            is_blank = keeper.rng.random() < BLANK_SHARE
            is_satisfied = keeper.rng.random() < satisfied_share
            is_business = keeper.rng.random() < BUSINESS_SHARE
            answer = "" if is_blank else keeper.rng.choice(OPTIONS[form][:2] if is_satisfied else OPTIONS[form][2:])
            day = keeper.day(date(2020, 5, 4), date(2020, 11, 20))
            asked = "Doanh nghiệp" if is_business else "Người dân"
            taken = "recorded"
            if number in (17, 171):
                form, answer, taken = "3 mức", "Bình thường", "quarantined"
                keeper.plant("answer_not_on_form")
            cells = ("KS-2020-1", f"{number:04}", unit.name, FIELD_WORDS[field], asked, form, answer, day)
            sheet.put(*cells, taken=taken)
            if taken == "recorded":
                is_counted = not is_blank and (field == "administration" or not is_business)
                keeper.books.registers.enter_answer(Answer(field, unit.code, day, is_counted, is_satisfied))
    keeper.keep(sheet)


def write_totals(keeper: Keeper) -> None:
    """Totals of units that have no rows, one beside rows that say something else, and one that cannot be."""
    sheet = Sheet("total", "Chỉ tiêu,Cơ quan đơn vị,Từ ngày,Đến ngày,Tử số,Mẫu số,Số báo cáo,Ngày báo cáo")

    def put(label: str, indicator: str, code: str, span: Span) -> None:
        sheet.put(label, UNIT[code].name, span.first, span.last, span.numerator, span.denominator, "7/BC-UBND", YEAR_END)
        keeper.books.registers.totals[indicator, code].append(span)

    received = keeper.books.received(TOTALS_ONLY, OFFICIAL_FIRST, OFFICIAL_LAST)
    reported = max(received - 2, 0)
    put(
        "Hồ sơ qua hệ thống một cửa điện tử",
        "via_system",
        TOTALS_ONLY,
        Span(OFFICIAL_FIRST, OFFICIAL_LAST, reported, reported + received // 50 + 1),
    )
    label, indicator = "Hài lòng về cơ quan hành chính", "satisfaction_administration"
    put(label, indicator, "H99.12.21", Span(FIRST, LAST, 188, 200))
    keeper.plant("totals_only_unit")
    # The commune has forms, which come before its total.
    put(label, indicator, "H99.12.23", Span(FIRST, LAST, 30, 30))
    keeper.plant("total_beside_rows")
    sheet.put(label, UNIT["H99.12.11"].name, FIRST, LAST, 31, 30, "8/BC-PCM", YEAR_END, taken="quarantined")
    keeper.plant("total_above_whole")
    keeper.keep(sheet)


WRITERS = (
    write_plans,
    write_tasks,
    write_heads,
    write_inspections,
    write_initiatives,
    write_indices,
    write_positions,
    write_dialogues,
    write_outside,
    write_paper_book,
    write_answers,
    write_totals,
)
