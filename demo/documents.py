"""Outgoing documents: the register that each month closes, and the log of what was sent through the network."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate, groupby
from pathlib import Path
from random import Random

from demo.books import Books
from demo.calendar import AFTERNOON, MORNING, at_minute, share_out
from demo.district import UNITS, WITHOUT_REGISTER, Unit, older_code, spelled

REGISTER_HEADER = (
    "Số đi,Số ký hiệu,Ngày văn bản,Cơ quan ban hành,Tên loại và trích yếu,Người ký,Nơi nhận,Độ mật,"
    "Căn cứ không gửi qua mạng,Số lượng bản,Ngày chuyển,Ghi chú"
)
LOG_HEADER = "Mã định danh văn bản;Số ký hiệu;Ngày ban hành;Cơ quan gửi;Cơ quan nhận;Mã trạng thái;Trạng thái;Thời điểm"
# From this month on the register also tells of the paper copy and of the signature.
TELLS_SIGNED_FROM = date(2020, 7, 1)
SIGNED_HEADER = ",Gửi kèm bản giấy,Ký số của cơ quan"
REGISTER, LOG = "vanban_di", "vanban_log"
# File name, header, byte order mark, separator.
FILES = {
    REGISTER: ("SoVanBanDi", REGISTER_HEADER, "\ufeff", ","),
    LOG: ("NhatKyLienThong", LOG_HEADER, "", ";"),
}

# Type, notation, subject, weight.
KINDS = (
    ("Công văn", "UBND-VP", "về việc đôn đốc thực hiện nhiệm vụ", 8),
    ("Báo cáo", "BC-UBND", "kết quả cải cách hành chính, kiểm soát thủ tục hành chính", 4),
    ("Quyết định", "QĐ-UBND", "về việc phê duyệt kế hoạch", 3),
    ("Kế hoạch", "KH-UBND", "triển khai nhiệm vụ trong tháng", 2),
    ("Thông báo", "TB-UBND", "kết luận cuộc họp giao ban", 2),
    ("Giấy mời", "GM-UBND", "họp chuyên đề", 2),
)
OFFICES = {"department": "PCM", "one_stop_counter": "MC", "vertical_agency": "CNĐĐ"}
KIND_WEIGHTS = list(accumulate(kind[3] for kind in KINDS))
SECRECY = ("", "Thường", "Mật", "Tối mật")
SECRECY_WEIGHTS = list(accumulate((0.69, 0.298, 0.010, 0.002)))
GROUNDS = ("Hồ sơ gốc phải gửi bản giấy", "Bản vẽ khổ lớn", "Văn bản gửi nơi chưa kết nối")
GROUND_SHARE = 0.015
# The unit that finds a ground far more often than the others.
EXCLUDES_MUCH, ITS_GROUND_SHARE = "H99.12.09", 0.35
# Kinds of units that are addressed together, by what registers write.
GROUPS = {"Các phòng, ban": "department", "UBND các xã, thị trấn": "commune"}
GROUP_SHARE = 0.02
# Whom no table knows, beside the others; and who is outside the district, alone.
STRANGER, STRANGER_SHARE = "Tổ công tác liên ngành mẫu", 0.02
OUTSIDER, OUTSIDE_SHARE = "Sở Nội vụ tỉnh Mẫu", 0.02
PAPER_SHARE, UNSIGNED_SHARE = 0.08, 0.03
# Excluded documents stay off the network, but for a few that somebody sends all the same.
SENT_THOUGH_EXCLUDED_SHARE = 0.15
STATUS_NAMES = {
    "01": "Đã đến",
    "02": "Từ chối tiếp nhận",
    "03": "Đã tiếp nhận",
    "06": "Hoàn thành",
    "13": "Yêu cầu lấy lại",
    "14": "Đồng ý lấy lại",
    "15": "Đồng ý lấy lại",
    "16": "Từ chối lấy lại",
    "103": "Đã xem",
}
# The events of one recipient, whether it has the document after them, and how often they come so.
COURSES = {
    ("01", "03", "06"): True,
    ("01", "03"): True,
    ("01",): True,
    ("01", "103", "03"): True,
    ("02", "01", "03"): True,
    ("01", "03", "13"): True,
    ("01", "13", "16"): True,
    ("01", "03", "15"): True,
    ("01", "02"): False,
    ("01", "13", "14"): False,
    ("01", "13", "15"): False,
}
COURSE_WEIGHTS = list(accumulate((0.60, 0.27, 0.08, 0.02, 0.004, 0.006, 0.006, 0.004, 0.004, 0.003, 0.003)))
# What happens to a document as a whole; the rest is sent, each recipient taking its own course.
ON_PAPER_SHARE, REFUSED_SHARE, RECALLED_SHARE = 0.012, 0.004, 0.006


@dataclass(frozen=True)
class Document:
    """An outgoing document; its number is unique in its unit and year."""

    unit: Unit
    number: int
    kind: tuple[str, str, str, int]
    issued: date
    recipients: list[Unit]
    addressed: str
    secrecy: str
    ground: str
    is_paper_sent: bool
    is_signed: bool

    @property
    def notation(self) -> str:
        """Number and notation, as printed on its head."""
        office = OFFICES.get(self.unit.kind, "UBND")
        return f"{self.number}/{self.kind[1].replace('UBND', office)}"

    @property
    def is_excluded(self) -> bool:
        """Whether it must not go through the network."""
        return self.secrecy in ("Mật", "Tối mật") or bool(self.ground)

    @property
    def is_outside_only(self) -> bool:
        """Whether it goes to nobody in the district."""
        return not self.recipients


@dataclass(frozen=True)
class Event:
    """What the log says of a document and one of its recipients."""

    recipient: Unit
    code: str
    at: datetime


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(31)).replace(day=1)


class MonthFile:
    """A month's register or log."""

    def __init__(self, inbox: Path, source: str, month: date) -> None:
        self.source = source
        self.exported = next_month(month).replace(day=3)
        name, header, mark, separator = FILES[source]
        self.tells_signed = source == REGISTER and month >= TELLS_SIGNED_FROM
        header += SIGNED_HEADER if self.tells_signed else ""
        self.path = inbox / source / f"{name}_{month:%Y%m}_xuat{self.exported:%Y%m%d}.csv"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.handle = self.path.open("w", encoding="utf-8", newline="")
        self.handle.write(f"{mark}{header}\n")
        self.writer = csv.writer(self.handle, delimiter=separator, lineterminator="\n")
        self.rows = 0

    def put(self, row: list[str]) -> None:
        """Write a row."""
        self.writer.writerow(row)
        self.rows += 1


class Writers:
    """The units that write documents on a day, how much each writes, and the number that each has reached."""

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self.weights: list[float] = []
        self.numbers: Counter[tuple[str, int]] = Counter()

    def turn_to(self, day: date) -> None:
        """Take the units in force on the day."""
        self.units = [unit for unit in UNITS if unit.in_force(day)]
        self.weights = list(accumulate(3 if unit.level == "district" else 1 + unit.weight for unit in self.units))

    def write(self, rng: Random, day: date) -> Document:
        """Decide who writes to whom about what."""
        unit = rng.choices(self.units, cum_weights=self.weights)[0]
        recipients, addressed = self._address(rng, unit)
        ground_share = ITS_GROUND_SHARE if unit.code == EXCLUDES_MUCH else GROUND_SHARE
        self.numbers[unit.code, day.year] += 1
        return Document(
            unit,
            self.numbers[unit.code, day.year],
            rng.choices(KINDS, cum_weights=KIND_WEIGHTS)[0],
            day,
            recipients,
            addressed,
            rng.choices(SECRECY, cum_weights=SECRECY_WEIGHTS)[0],
            rng.choice(GROUNDS) if rng.random() < ground_share else "",
            rng.random() < PAPER_SHARE,
            rng.random() >= UNSIGNED_SHARE,
        )

    def _address(self, rng: Random, sender: Unit) -> tuple[list[Unit], str]:
        """Decide on the recipients within the district, and how the register writes whom it goes to."""
        chance = rng.random()
        if chance < OUTSIDE_SHARE:
            return [], f"{OUTSIDER}; Lưu: VT"
        chance -= OUTSIDE_SHARE
        if chance < GROUP_SHARE:
            wordings = rng.choice((["Các phòng, ban"], ["UBND các xã, thị trấn"], [*GROUPS]))
            kinds = {GROUPS[wording] for wording in wordings}
            members = [unit for unit in self.units if unit.kind in kinds and unit is not sender]
            return members, "- " + "; - ".join([*wordings, "Lưu: VT, NV."])
        chance -= GROUP_SHARE
        recipients = [other for other in rng.sample(self.units, rng.choice((2, 2, 2, 3))) if other is not sender]
        named = [spelled(REGISTER, unit.code) for unit in recipients]
        if chance < STRANGER_SHARE:
            named.append(STRANGER)
        return recipients, "; ".join(named)


def decide_events(rng: Random, document: Document) -> list[Event]:
    """Decide what the network does with a document; nothing, where it is sent on paper."""
    on_paper = 1 - SENT_THOUGH_EXCLUDED_SHARE if document.is_excluded else ON_PAPER_SHARE
    chance = rng.random()
    if chance < on_paper:
        return []
    chance -= on_paper
    # A document for many goes one way with all of them, or hardly any of these would ever reach everybody.
    shared = ("01", "03") if len(document.recipients) > 3 else None
    if chance < REFUSED_SHARE:
        shared = ("01", "02")
    elif chance < REFUSED_SHARE + RECALLED_SHARE:
        shared = ("01", "13", "15")
    # All is over before the month is exported.
    end = datetime.combine(next_month(document.issued).replace(day=2), time(23, 59, 59))
    minute = int(rng.random() * (MORNING + AFTERNOON))
    sent = at_minute(document.issued, minute, rng.randrange(60))
    events = []
    for recipient in document.recipients:
        course = shared or rng.choices([*COURSES], cum_weights=COURSE_WEIGHTS)[0]
        at = sent
        for left, code in zip(range(len(course), 0, -1), course, strict=True):
            # One event after the other, the last one still in time.
            at = min(at + timedelta(seconds=1 + int(rng.random() ** 3 * 80_000)), end - timedelta(seconds=left))
            events.append(Event(recipient, code, at))
    return events


def is_electronic(document: Document, events: list[Event]) -> bool:
    """Whether all recipients have it; without the register nobody knows who they are, and one is enough."""
    courses = [tuple(event.code for event in events if event.recipient is recipient) for recipient in document.recipients]
    reached = [bool(course) and COURSES[course] for course in courses]
    return any(reached) if document.unit.code == WITHOUT_REGISTER else all(reached)


def register_row(document: Document, *, tells_signed: bool) -> list[str]:
    """A document as its register has it."""
    kind, _, subject, _ = document.kind
    return [
        str(document.number),
        document.notation,
        f"{document.issued:%d/%m/%Y}",
        spelled(REGISTER, document.unit.code),
        f"{kind} {subject}",
        f"Lãnh Đạo Mẫu {document.number % 5 + 1}",
        document.addressed,
        document.secrecy,
        document.ground,
        str(len(document.recipients) + 1),
        f"{document.issued:%d/%m/%Y}",
        "",
        *(["Có" if flag else "Không" for flag in (document.is_paper_sent, document.is_signed)] if tells_signed else []),
    ]


def log_rows(document: Document, events: list[Event]) -> Iterator[list[str]]:
    """A document's events as the log has them."""
    issued = f"{document.issued:%Y/%m/%d}"
    notation = document.notation
    identifier = f"{older_code(document.unit.code)},{issued},{notation}"
    sender = spelled(LOG, document.unit.code)
    for event in events:
        recipient = spelled(LOG, event.recipient.code)
        at = f"{event.at:%Y/%m/%d %H:%M:%S}"
        yield [identifier, notation, issued, sender, recipient, event.code, STATUS_NAMES[event.code], at]


def enter(books: Books, document: Document, events: list[Event]) -> None:
    """Count a document as register and log show it."""
    unit, day = document.unit.code, document.issued
    arrived = is_electronic(document, events)
    books.totals["documents"] += 1
    if unit == WITHOUT_REGISTER:
        if events:
            books.enter_logged_document(unit, day, arrived)
        return
    books.totals["documents_with_strangers"] += STRANGER in document.addressed
    if document.is_outside_only:
        books.totals["documents_outside"] += 1
    elif document.is_excluded:
        books.enter_excluded_document(unit, day)
    else:
        is_told = day >= TELLS_SIGNED_FROM or not arrived
        only_signed = arrived and not document.is_paper_sent and document.is_signed
        books.enter_document(unit, day, arrived, only_signed if is_told else None)


def write_documents(inbox: Path, count: int, seed: int, books: Books) -> list[MonthFile]:
    """Write all registers and logs, one month after another, and say which files there are."""
    rng = Random(f"{seed}:documents")
    writers = Writers()
    files = []
    for month, days in groupby(share_out(count), key=lambda share: share[0].replace(day=1)):
        register, log = (MonthFile(inbox, source, month) for source in (REGISTER, LOG))
        files += [register, log]
        with register.handle, log.handle:
            for day, share in days:
                writers.turn_to(day)
                for _ in range(share):
                    document = writers.write(rng, day)
                    events = decide_events(rng, document)
                    if document.unit.code != WITHOUT_REGISTER:
                        register.put(register_row(document, tells_signed=register.tells_signed))
                    for row in log_rows(document, events):
                        log.put(row)
                    enter(books, document, events)
    return files
