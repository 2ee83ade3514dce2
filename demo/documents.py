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
# Excluded documents stay off the network, but for a few that somebody sends all the same.
SENT_THOUGH_EXCLUDED_SHARE = 0.15
STATUS_NAMES = {
    "01": "Đã đến",
    "02": "Từ chối tiếp nhận",
    "03": "Đã tiếp nhận",
    "06": "Hoàn thành",
    "13": "Yêu cầu lấy lại",
    "15": "Đồng ý lấy lại",
}
ARRIVED = {"01", "03", "06"}
# The events of one recipient, and how often they come so.
COURSES = (("01", "03", "06"), ("01", "03"), ("01",), ("01", "02"), ("01", "03", "13"), ("01", "13", "15"))
COURSE_WEIGHTS = list(accumulate((0.60, 0.27, 0.08, 0.02, 0.01, 0.02)))
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
    secrecy: str
    ground: str

    @property
    def notation(self) -> str:
        """Number and notation, as printed on its head."""
        office = OFFICES.get(self.unit.kind, "UBND")
        return f"{self.number}/{self.kind[1].replace('UBND', office)}"

    @property
    def is_excluded(self) -> bool:
        """Whether it must not go through the network."""
        return self.secrecy in ("Mật", "Tối mật") or bool(self.ground)


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
        recipients = [other for other in rng.sample(self.units, rng.choice((2, 2, 2, 3))) if other is not unit]
        self.numbers[unit.code, day.year] += 1
        return Document(
            unit,
            self.numbers[unit.code, day.year],
            rng.choices(KINDS, cum_weights=KIND_WEIGHTS)[0],
            day,
            recipients,
            rng.choices(SECRECY, cum_weights=SECRECY_WEIGHTS)[0],
            rng.choice(GROUNDS) if rng.random() < GROUND_SHARE else "",
        )


def decide_events(rng: Random, document: Document) -> list[Event]:
    """Decide what the network does with a document; nothing, where it is sent on paper."""
    on_paper = 1 - SENT_THOUGH_EXCLUDED_SHARE if document.is_excluded else ON_PAPER_SHARE
    chance = rng.random()
    if chance < on_paper:
        return []
    chance -= on_paper
    shared = None
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
        course = shared or rng.choices(COURSES, cum_weights=COURSE_WEIGHTS)[0]
        at = sent
        for code in course:
            at = min(at + timedelta(seconds=int(rng.random() ** 3 * 80_000)), end)
            events.append(Event(recipient, code, at))
    return events


def is_electronic(events: list[Event]) -> bool:
    """Whether at least one recipient has it after its last event; of two at the same time, the higher code is later."""
    last: dict[str, tuple[datetime, str]] = {}
    for event in events:
        last[event.recipient.code] = max(last.get(event.recipient.code, (event.at, "")), (event.at, event.code))
    return any(code in ARRIVED for _, code in last.values())


def register_row(document: Document) -> list[str]:
    """A document as its register has it."""
    kind, _, subject, _ = document.kind
    return [
        str(document.number),
        document.notation,
        f"{document.issued:%d/%m/%Y}",
        spelled(REGISTER, document.unit.code),
        f"{kind} {subject}",
        f"Lãnh Đạo Mẫu {document.number % 5 + 1}",
        "; ".join(unit.name for unit in document.recipients),
        document.secrecy,
        document.ground,
        str(len(document.recipients) + 1),
        f"{document.issued:%d/%m/%Y}",
        "",
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
                        register.put(register_row(document))
                    for row in log_rows(document, events):
                        log.put(row)
                    books.enter_document(document.unit.code, day, document.is_excluded, is_electronic(events), bool(events))
    return files
