"""The made-up district: its files, its traps, and whether its books agree with a naive reading of its own exports."""

import ast
import csv
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

import demo
from demo.calendar import WORKING_DAYS, periods
from demo.dirt import PERMANENT, TRANSIENT
from demo.district import CHANNEL_WORDS, EXCLUDED, MERGED, RESOLVED, STATUS_WORDS, UNIT, WAITING, older_code, spelled
from demo.documents import FILES
from demo.generate import write_demo
from demo.layouts import LAYOUTS
from demo.rules import RULES

# Traps that both systems have.
BOTH = {*TRANSIENT, *PERMANENT, "duplicate_row"}
FORM_KEY = ("unit_code", "scope", "field_code", "calendar", "period_kind", "period_start", "period_end")
CODE_COLUMN = {"igate": "Số hồ sơ", "tandan": "Mã hồ sơ"}
PROCEDURE_COLUMN = "Tên thủ tục hành chính"
LATER_DATES = ("Ngày hẹn trả ban đầu", "Ngày yêu cầu bổ sung", "Ngày hoàn thành bổ sung")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with 3,000 dossiers."""
    home = tmp_path_factory.mktemp("home")
    assert write_demo(home, dossiers=3_000) == {"files": 123, "dossiers": 3_000, "documents": 1_000}
    return home


def read(path: Path, separator: str = ",") -> list[dict[str, str]]:
    """A CSV file's rows."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle, delimiter=separator))


def contents(home: Path) -> dict[str, bytes]:
    """Every file of a home."""
    return {str(path.relative_to(home)): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}


def totals(home: Path) -> dict[str, int]:
    """The books' totals."""
    return {row["name"]: int(row["value"]) for row in read(home / "truth" / "totals.csv")}


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_demo(tmp_path / name, dossiers=500)
    write_demo(tmp_path / "other", dossiers=500, seed=7)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert contents(tmp_path / "one").keys() == contents(tmp_path / "other").keys()
    assert contents(tmp_path / "one") != contents(tmp_path / "other")


def test_a_hundred_dossiers_work(tmp_path: Path) -> None:
    assert write_demo(tmp_path, dossiers=100) == {"files": 123, "dossiers": 100, "documents": 60}
    counted = totals(tmp_path)
    names = [f"{kind}_{source}" for kind in ("dossiers", "quarantined_only") for source in ("igate", "tandan")]
    assert sum(counted.get(name, 0) for name in names) == 100


def test_nothing_but_the_standard_library_is_imported() -> None:
    for path in Path(demo.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names = [node.module]
            for name in names:
                top = name.split(".")[0]
                assert top == "demo" or top in sys.stdlib_module_names, f"{path.name} imports {name}"


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("igate/DanhSachHoSo_20200106_1830.csv", "\ufeffSố hồ sơ,Tên thủ tục hành chính,Tên lĩnh vực,Phòng ban,"),
        ("igate/DanhSachHoSo_20210105_1830.csv", "\ufeffSố hồ sơ,Tên thủ tục hành chính,Tên lĩnh vực,Phòng ban,"),
        ("tandan/hoso_thaydoi_20191104_1900.csv", "STT;Đơn vị tiếp nhận;Người tiếp nhận;Lĩnh vực;"),
        ("tandan/hoso_thaydoi_20210104_1900.csv", "STT;Đơn vị tiếp nhận;Người tiếp nhận;Lĩnh vực;"),
        ("vanban_di/SoVanBanDi_201911_xuat20191203.csv", "\ufeffSố đi,Số ký hiệu,Ngày văn bản,Cơ quan ban hành,"),
        ("vanban_log/NhatKyLienThong_202012_xuat20210103.csv", "Mã định danh văn bản;Số ký hiệu;Ngày ban hành;"),
    ],
)
def test_files_begin_as_the_systems_write_them(home: Path, name: str, start: str) -> None:
    text = (home / "data" / "inbox" / name).read_bytes().decode("utf-8")
    assert text.startswith(start)
    assert ("\r\n" in text) == name.startswith("igate")


def test_dossiers_stand_in_order_of_receipt(home: Path) -> None:
    rows = read(home / "data" / "inbox" / "igate" / "DanhSachHoSo_20210105_1830.csv")
    days = [row["Số hồ sơ"].split("-")[1] for row in rows]
    assert days == sorted(days)
    numbers = [row["STT"] for row in read(home / "data" / "inbox" / "tandan" / "hoso_thaydoi_20200706_1900.csv", ";")]
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]


def test_the_form_adds_up(home: Path) -> None:
    rows = read(home / "truth" / "form_ii06a.csv")
    assert rows
    stocks = {}
    for row in rows:
        got = {name: int(value) for name, value in row.items() if name not in FORM_KEY}
        assert min(got.values()) >= 0
        received = got["received_online"] + got["received_other"] + got["carried_over"]
        resolved = got["resolved_early"] + got["resolved_on_time"] + got["resolved_late"]
        still_open = got["open_in_time"] + got["open_overdue"]
        assert received == resolved + still_open
        unit = (row["unit_code"], row["scope"], row["field_code"])
        stocks[*unit, date.fromisoformat(row["period_end"])] = still_open
        before = date.fromisoformat(row["period_start"]) - timedelta(1)
        assert stocks.get((*unit, before), got["carried_over"]) == got["carried_over"]


def test_parts_add_up_to_the_district(home: Path) -> None:
    """Fields to ALL, and units to the root's subtree."""
    by_field, by_unit, given = Counter(), Counter(), {}
    for row in read(home / "truth" / "form_ii06a.csv"):
        span = tuple(row[name] for name in FORM_KEY[3:])
        for name, value in row.items():
            if name in FORM_KEY:
                continue
            if row["field_code"] == "ALL":
                given[row["unit_code"], row["scope"], *span, name] = int(value)
            else:
                by_field[row["unit_code"], row["scope"], *span, name] += int(value)
            if row["field_code"] == "ALL" and row["scope"] == "own":
                by_unit["H99.12", "subtree", *span, name] += int(value)
    assert given == {key: by_field[key] for key in given}
    assert {key: given[key] for key in by_unit} == by_unit


def test_traps_exist(home: Path) -> None:
    counted = totals(home)
    expected = {f"planted_{name}_{source}" for name in BOTH for source in ("igate", "tandan")}
    expected |= {"planted_gone_igate", "planted_away_for_a_while_igate", "planted_due_moved", "planted_withdrawn"}
    expected |= {"planted_withdrawn_without_end", "planted_waiting_long", "planted_finished_after_hours"}
    expected |= {"planted_supplemented_twice"}
    expected |= {"planted_received_days_after_asking", "finished_before_received", "without_due_date", "gone_igate"}
    expected |= {"excluded_igate", "excluded_tandan", "resolved_late", "late_by_timestamp_only", "documents_excluded"}
    expected |= {"documents_outside", "documents_with_strangers", "documents_only_signed"}
    assert not {name for name in expected if not counted.get(name)}


def test_exports_tell_of_supplements_and_of_the_first_due_date(home: Path) -> None:
    seen: Counter[str] = Counter()
    for source, separator in (("igate", ","), ("tandan", ";")):
        status_column = next(layout.cells["status"] for layout in LAYOUTS if layout.folder == source)
        for path in sorted((home / "data" / "inbox" / source).glob("*.csv")):
            for row in read(path, separator):
                if None in row.values():
                    continue
                supplements = int(row["Số lần bổ sung"] or 0)
                waits = row[status_column] == STATUS_WORDS[source]["SUPPLEMENT"]
                assert bool(row["Ngày yêu cầu bổ sung"]) == (supplements > 0)
                if waits or not supplements:
                    assert not row["Ngày hoàn thành bổ sung"]
                elif row[status_column] in STATUS_WORDS[source].values():
                    assert moment(row["Ngày hoàn thành bổ sung"]) > moment(row["Ngày yêu cầu bổ sung"])
                if row.get("Ngày hẹn trả ban đầu") and "31/02" not in row["Ngày hẹn trả"]:
                    assert moment(row["Ngày hẹn trả ban đầu"]) < moment(row["Ngày hẹn trả"])
                    seen[f"{source} moved"] += 1
                seen[f"{source} {supplements}"] += 1
                seen[f"{source} waits {supplements}"] += waits
                seen[f"pauses {supplements}"] += row[status_column] == STATUS_WORDS[source]["PAUSED"]
    told = {f"{source} {what}" for source in ("igate", "tandan") for what in ("0", "1", "2", "waits 1")}
    assert {*told, "igate moved", "pauses 0"} <= {name for name, count in seen.items() if count}
    # The communes' system does not tell what was promised first.
    assert not seen["tandan moved"]


def test_late_and_repeated_files(home: Path) -> None:
    rows = read(home / "truth" / "arrivals.csv")
    inbox = {path.name: path for path in (home / "data" / "inbox").rglob("*") if path.is_file()}
    assert sorted(row["file"] for row in rows) == sorted(inbox)
    twice = [name for name in inbox if " (1)" in name]
    assert len(twice) == 2
    for name in twice:
        assert inbox[name].read_bytes() == inbox[name.replace(" (1)", "")].read_bytes()
    late = 0
    for source in ("igate", "tandan"):
        order = [row["file"] for row in rows if row["source"] == source and row["file"] not in twice]
        late += sum(name != max(order[: place + 1]) for place, name in enumerate(order))
    assert late == 3


def test_merged_communes_receive_nothing_after_the_merge(home: Path) -> None:
    old = {"UBND xã Vườn Cam", "UBND xã Bến Tre Gai"}
    seen = set()
    for path in sorted((home / "data" / "inbox" / "tandan").glob("*.csv")):
        for row in read(path, ";"):
            if row["Đơn vị tiếp nhận"] in old and row["Ngày nhận"]:
                assert datetime.strptime(row["Ngày nhận"], "%d/%m/%Y %H:%M") < datetime(2020, 7, 1)
            if row["Đơn vị tiếp nhận"] == "UBND xã Cam Thượng Mới":
                seen.add(row["Mã hồ sơ"].split("-")[0])
    # The new commune has its own dossiers and those that were open in the old ones.
    assert seen == {older_code(code) for code in (*MERGED, *MERGED.values())}


def test_working_days() -> None:
    assert sum(day.year == 2020 for day in WORKING_DAYS) == 252
    assert sum(day.year == 2021 for day in WORKING_DAYS) == 250
    # Wed 2020-01-22 + 5 and Mon 2020-04-27 + 10 working days.
    assert WORKING_DAYS[WORKING_DAYS.index(date(2020, 1, 22)) + 5] == date(2020, 2, 5)
    assert WORKING_DAYS[WORKING_DAYS.index(date(2020, 4, 27)) + 10] == date(2020, 5, 13)


def test_periods() -> None:
    spans = {(p.calendar, p.kind, p.start.isoformat(), p.end.isoformat()) for p in periods()}
    assert len(spans) == len(periods())
    assert {
        ("calendar", "month", "2019-11-01", "2019-11-30"),
        ("calendar", "ytd", "2020-01-01", "2020-02-29"),
        ("calendar", "nine_months", "2020-01-01", "2020-09-30"),
        ("official", "month", "2019-11-15", "2019-12-14"),
        ("official", "quarter", "2019-12-15", "2020-03-14"),
        ("official", "half", "2020-06-15", "2020-12-14"),
        ("official", "nine_months", "2019-12-15", "2020-09-14"),
        ("official", "year", "2019-12-15", "2020-12-14"),
        ("official", "ytd", "2019-12-15", "2020-01-14"),
        ("official", "month", "2020-12-15", "2021-01-14"),
    } <= spans
    assert all("2019-11-01" <= start <= "2021-01-05" for _, _, start, _ in spans)


def moment(text: str) -> datetime | None:
    """A date as either system writes it."""
    if not text:
        return None
    return datetime.strptime(text, "%d/%m/%Y %H:%M:%S" if text.count(":") == 2 else "%d/%m/%Y %H:%M")


class Reader:
    """Reads a system's exports in their order, as simply as can be."""

    def __init__(self, home: Path, source: str) -> None:
        self.source = source
        self.layout = next(layout for layout in LAYOUTS if layout.folder == source)
        self.header = self.layout.header.split(self.layout.separator)
        self.statuses = {word: status for status, word in STATUS_WORDS[source].items()}
        self.channels = {word: channel for channel, word in CHANNEL_WORDS[source].items()}
        self.units = {spelled(source, code): code for code in UNIT}
        # By code: what is known, and the export that first showed its status.
        self.known: dict[str, tuple] = {}
        self.since: dict[str, datetime] = {}
        self.present: set[str] = set()
        self.taken = {path.name: self.take(path) for path in sorted((home / "data" / "inbox" / source).glob("*0.csv"))}

    def row(self, cells: list[str]) -> tuple | None:
        """What a row says, or nothing if it cannot be read."""
        if len(cells) != len(self.header):
            return None
        row = dict(zip(self.header, cells, strict=True))
        status, channel = (row[self.layout.cells[name]] for name in ("status", "channel"))
        unit = row[self.layout.cells["unit"]]
        if status not in self.statuses or channel not in self.channels or unit not in self.units:
            return None
        try:
            dates = [
                moment(row.get(name, ""))
                for name in ("Ngày nhận", "Ngày tiếp nhận", "Ngày nộp hồ sơ", "Ngày hẹn trả", "Ngày kết thúc xử lý")
            ]
            original, requested, completed = (moment(row.get(name, "")) for name in LATER_DATES)
            supplements = int(row["Số lần bổ sung"] or 0)
        except ValueError:
            return None
        received, submitted, due, finished = dates[0] or dates[1], *dates[2:]
        procedure = row[PROCEDURE_COLUMN]
        status, channel, unit = self.statuses[status], self.channels[channel], self.units[unit]
        papers = (original, supplements, requested, completed)
        return status, channel, unit, received, due, finished, *papers, submitted, procedure

    def take(self, path: Path) -> list[int]:
        """Take a file: rows, recorded, unchanged, duplicate, quarantined."""
        exported = datetime.strptime(path.stem[-13:], "%Y%m%d_%H%M")
        by_code: dict[str, list[list[str]]] = defaultdict(list)
        with path.open(encoding="utf-8-sig", newline="") as handle:
            for cells in list(csv.reader(handle, delimiter=self.layout.separator))[1:]:
                by_code[cells[self.header.index(CODE_COLUMN[self.source])]].append(cells)
        recorded = unchanged = duplicate = quarantined = 0
        for code, rows in by_code.items():
            procedures = {cells[self.header.index(PROCEDURE_COLUMN)] for cells in rows}
            told = self.row(rows[-1])
            if len(procedures) > 1 or told is None:
                quarantined += len(rows)
                continue
            duplicate += len(rows) - 1
            if self.layout.is_delta or code not in self.present or self.known.get(code) != told:
                recorded += 1
            else:
                unchanged += 1
            if code not in self.known or self.known[code][0] != told[0]:
                self.since[code] = exported
            self.known[code] = told
        self.present = set(by_code)
        return [sum(map(len, by_code.values())), recorded, unchanged, duplicate, quarantined]


@pytest.fixture(scope="module")
def readers(home: Path) -> list[Reader]:
    """Both systems, read."""
    return [Reader(home, source) for source in ("igate", "tandan")]


def test_books_on_files_agree_with_the_files(home: Path, readers: list[Reader]) -> None:
    said = {row.pop("file"): row for row in read(home / "truth" / "files.csv")}
    for reader in readers:
        for name, taken in reader.taken.items():
            assert [int(value) for value in list(said[name].values())[1:]] == taken, name


def test_books_agree_with_a_naive_reading(home: Path, readers: list[Reader]) -> None:
    """Year 2020 of the calendar, for each resolving unit."""
    year, last = (date(2020, 1, 1), date(2020, 12, 31)), date(2020, 12, 31)
    found: Counter[tuple[str, str]] = Counter()
    for reader in readers:
        for code, (status, channel, unit, received, due, finished, *_) in reader.known.items():
            is_gone = not reader.layout.is_delta and code not in reader.present
            if is_gone or status in EXCLUDED:
                continue
            day = received.date()
            exit_day = None
            found[unit, "received"] += year[0] <= day <= year[1]
            if status in RESOLVED:
                end = finished or reader.since[code]
                exit_day = max(end.date(), day)
                if year[0] <= exit_day <= year[1]:
                    in_time = status == "WITHDRAWN" or due is None
                    found[unit, "resolved"] += 1
                    found[unit, "online"] += channel == "online"
                    found[unit, "on_time"] += in_time or end.date() <= due.date()
                    found[unit, "by_timestamp"] += in_time or end <= due
            if day <= last and (exit_day is None or exit_day > last):
                found[unit, "open"] += 1
                found[unit, "overdue"] += status not in WAITING and due is not None and due.date() < last
    span = {"calendar": "calendar", "period_kind": "year", "period_start": "2020-01-01", "scope": "own"}
    said: Counter[tuple[str, str]] = Counter()
    for row in read(home / "truth" / "form_ii06a.csv"):
        if row["field_code"] == "ALL" and span.items() <= row.items():
            unit = row["unit_code"]
            said[unit, "received"] += int(row["received_online"]) + int(row["received_other"])
            said[unit, "open"] += int(row["open_in_time"]) + int(row["open_overdue"])
            said[unit, "overdue"] += int(row["open_overdue"])
    numerators = {
        ("on_time", "II06_DATE", "resolved"): "on_time",
        ("on_time", "TIMESTAMP", "resolved"): "by_timestamp",
        ("online_resolved", "II06_DATE", "resolved"): "online",
    }
    for row in read(home / "truth" / "indicator_value.csv"):
        name = numerators.get((row["indicator_id"], row["rule_id"], row["basis_id"]))
        if name and span.items() <= row.items():
            said[row["unit_code"], name] += int(row["numerator"])
            if name == "on_time":
                said[row["unit_code"], "resolved"] += int(row["denominator"])
    assert found["H99.12.14", "resolved"]
    assert +said == +found


Figures = dict[tuple[str, ...], dict[str, tuple[int, int]]]


@pytest.fixture(scope="module")
def shares(home: Path) -> Figures:
    """Numerator and denominator of the share on time by rule, unit, scope and period, and by basis; where it is known."""
    found: Figures = defaultdict(lambda: defaultdict(lambda: (0, 0)))
    for row in read(home / "truth" / "indicator_value.csv"):
        if row["indicator_id"] == "on_time" and row["status"] == "ok":
            key = (row["rule_id"], *(row[name] for name in FORM_KEY if name != "field_code"))
            found[key][row["basis_id"]] = (int(row["numerator"]), int(row["denominator"]))
    return found


def test_bases_hang_together(shares: Figures) -> None:
    """Each dossier that left in the period left in time or late, and each that was there left, or is still there."""
    for key, by_basis in shares.items():
        in_time, left = by_basis["resolved"]
        in_time_or_open, offered = by_basis["received_and_carried"]
        assert by_basis["one_minus_late"] == (offered - (left - in_time), offered), key
        assert in_time <= in_time_or_open <= offered - (left - in_time), key
        assert all(0 <= numerator <= denominator for numerator, denominator in by_basis.values()), key


def test_the_form_has_the_same_figures(home: Path, shares: Figures) -> None:
    compared = 0
    for row in read(home / "truth" / "form_ii06a.csv"):
        if row["field_code"] == "ALL":
            by_basis = shares["II06_DATE", *(row[name] for name in FORM_KEY if name != "field_code")]
            got = {name: int(value) for name, value in row.items() if name not in FORM_KEY}
            in_time = got["resolved_early"] + got["resolved_on_time"]
            offered = got["received_online"] + got["received_other"] + got["carried_over"]
            assert by_basis["resolved"] == (in_time, in_time + got["resolved_late"])
            assert by_basis["received_and_carried"] == (in_time + got["open_in_time"], offered)
            compared += 1
    assert compared > 1_000


def test_rules_differ(shares: Figures) -> None:
    """The official year 2020 of all units of the district's own system together, which tells what every rule asks for."""
    span = ("own", "official", "year", "2019-12-15", "2020-12-14")
    units = [code for code, unit in UNIT.items() if unit.kind in ("department", "vertical_agency")]
    for basis in ("resolved", "due_in_period", "received_and_carried", "one_minus_late", "cohort"):
        rates = {}
        for rule in RULES:
            counts = [shares[rule, unit, *span][basis] for unit in units]
            rates[rule] = sum(numerator for numerator, _ in counts) / sum(denominator for _, denominator in counts)
        assert len(set(rates.values())) == len(RULES), (basis, rates)
        assert max(rates, key=rates.get) == "II06_DATE", (basis, rates)


def test_what_the_communes_do_not_tell_is_missing(home: Path) -> None:
    rows = [row for row in read(home / "truth" / "indicator_value.csv") if row["indicator_id"] == "on_time"]
    missing = {
        (row["unit_code"], row["scope"], row["numerator"], row["denominator"]) for row in rows if row["status"] == "missing_data"
    }
    communes = {code for code, unit in UNIT.items() if unit.kind == "commune"}
    assert {unit for unit, *_ in missing} == {"H99.12", *communes}
    assert {scope for unit, scope, *_ in missing if unit == "H99.12"} == {"subtree", "plan_scope", "todays_map", "commune_level"}
    assert {row[2:] for row in missing} == {("", "")}
    assert {row["rule_id"] for row in rows if row["status"] == "missing_data"} == {"STRICT_ORIG"}
    year = {"period_kind": "year", "calendar": "official", "rule_id": "STRICT_ORIG", "scope": "own"}
    known = {row["unit_code"] for row in rows if year.items() <= row.items() and row["status"] == "ok"}
    assert "H99.12.11" in known and not known & communes


def is_there(codes: list[str]) -> bool:
    """Whether a recipient has a document after these codes, in the order of time."""
    there, asked_back = False, False
    for code in codes:
        if code in ("01", "03", "06", "16"):
            there = True
        elif code == "02" or (code in ("14", "15") and asked_back):
            there = False
        asked_back = code == "13" if code in ("13", "14", "15", "16") else asked_back
    return there


def addressed(cell: str, day: str) -> set[str]:
    """The units that a register's recipients stand for."""
    units = set()
    for part in cell.split("; "):
        kind = {"- Các phòng, ban": "department", "- UBND các xã, thị trấn": "commune"}.get(part)
        on_day = date.fromisoformat(day)
        units |= {u.code for u in UNIT.values() if spelled("vanban_di", u.code) == part or (u.kind == kind and u.in_force(on_day))}
    return units


def test_books_agree_with_registers_and_logs(home: Path) -> None:
    """All that was ever issued, document by document."""
    inbox = home / "data" / "inbox"
    codes: dict[tuple[str, ...], dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted((inbox / "vanban_log").glob("*.csv")):
        for row in read(path, FILES["vanban_log"][3]):
            sender = next(code for code in UNIT if spelled("vanban_log", code) == row["Cơ quan gửi"])
            recipient = next(code for code in UNIT if spelled("vanban_log", code) == row["Cơ quan nhận"])
            codes[sender, row["Ngày ban hành"], row["Số ký hiệu"]][recipient].append((row["Thời điểm"], row["Mã trạng thái"]))
    there = {key: {who for who, events in to.items() if is_there([c for _, c in sorted(events)])} for key, to in codes.items()}
    found = Counter()
    for path in sorted((inbox / "vanban_di").glob("*.csv")):
        for row in read(path):
            unit = next(code for code in UNIT if spelled("vanban_di", code) == row["Cơ quan ban hành"])
            day = "/".join(reversed(row["Ngày văn bản"].split("/")))
            meant = addressed(row["Nơi nhận"], day.replace("/", "-")) - {unit}
            if not meant:
                assert row["Nơi nhận"].startswith("Sở ")
            elif row["Độ mật"] in ("Mật", "Tối mật") or row["Căn cứ không gửi qua mạng"]:
                found[unit, day[:4], "excluded_count"] += 1
            else:
                found[unit, day[:4], "denominator"] += 1
                found[unit, day[:4], "numerator"] += meant <= there.get((unit, day, row["Số ký hiệu"]), set())
    silent = {unit for unit, *_ in codes} - {unit for unit, *_ in found}
    assert silent == {"H99.12.27"}
    for row in read(home / "truth" / "indicator_value.csv"):
        key = (row["indicator_id"], row["scope"], row["calendar"], row["period_kind"], row["period_start"])
        if key == ("edoc_any", "own", "calendar", "year", "2020-01-01"):
            if row["unit_code"] in silent:
                sent = [key for key, who in there.items() if who and key[0] in silent and key[1].startswith("2020")]
                assert (row["status"], row["denominator"]) == ("missing_denominator", "")
                assert int(row["numerator"]) == len(sent)
            else:
                for name in ("numerator", "denominator", "excluded_count"):
                    assert int(row[name]) == found[row["unit_code"], "2020", name]
