"""What the case systems' export files look like: when each is made, its header and its rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from demo.district import CHANNEL_WORDS, COUNTER, FIELDS, PROCEDURES, STATUS_WORDS, UNITS, Procedure, spelled
from demo.life import Dossier, Step

IGATE_HEADER = (
    "Số hồ sơ,Tên thủ tục hành chính,Tên lĩnh vực,Phòng ban,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý,"
    "Số ngày giải quyết,Cơ quan/đơn vị,Chủ hồ sơ,Số điện thoại,Cán bộ xử lý hiện tại,Trạng thái hồ sơ,Hạn xử lý,"
    "Bước xử lý hiện tại,Ngày hẹn trả ban đầu,Số lần bổ sung,Ngày yêu cầu bổ sung,Ngày hoàn thành bổ sung,"
    "Hình thức nộp hồ sơ,Cập nhật nguồn"
)
TANDAN_HEADER = (
    "STT;Đơn vị tiếp nhận;Người tiếp nhận;Lĩnh vực;Tên thủ tục hành chính;Mã hồ sơ;Trạng thái;Địa chỉ;Người nộp;"
    "Chủ hồ sơ;Ngày nộp hồ sơ;Ngày nhận;Ngày hẹn trả;Ngày kết thúc xử lý;"
    "Số lần bổ sung;Ngày yêu cầu bổ sung;Ngày hoàn thành bổ sung;Hình thức nộp hồ sơ"
)

SNAPSHOTS, SNAPSHOT_FIRST, SNAPSHOT_LAST = 18, datetime(2020, 1, 6, 18, 30), datetime(2021, 1, 5, 18, 30)
DELTA_FIRST, DELTA_LAST = datetime(2019, 11, 4, 19), datetime(2021, 1, 4, 19)

FLAW_CELLS = {
    "unknown_status": ("status", "Đang chuyển liên thông"),
    "unknown_channel": ("channel", "Zalo"),
    "unreadable_date": ("due", "31/02/2020 08:00:00"),
    "unknown_unit": ("unit", "Phòng Không Có"),
}


def quoted(text: str, separator: str) -> str:
    """A cell as CSV wants it."""
    if separator in text or '"' in text:
        return '"' + text.replace('"', '""') + '"'
    return text


UNIT_NAMES = {source: {unit.code: spelled(source, unit.code) for unit in UNITS} for source in ("igate", "tandan")}
IGATE_NAMES = {name: quoted(name, ",") for name in (*(procedure.name for procedure in PROCEDURES), *FIELDS.values())}
TANDAN_NAMES = {name: quoted(name, ";") for name in IGATE_NAMES}


def _day_first(moment: datetime) -> str:
    """A moment as both systems write it; cutting it up takes half the time of strftime."""
    text = str(moment)
    return f"{text[8:10]}/{text[5:7]}/{text[:4]} {text[11:]}"


@lru_cache(maxsize=10_000)
def _igate_date(moment: datetime | None) -> str:
    return _day_first(moment) if moment else ""


@lru_cache(maxsize=10_000)
def _tandan_date(moment: datetime | None) -> str:
    return _day_first(moment)[:-3] if moment else ""


def _igate_row(dossier: Dossier, step: Step, procedure: Procedure) -> list[str]:
    """Persons are visibly invented; the workflow's own due date differs now and then from the promised one."""
    number = dossier.number
    workflow_due = step.due and step.due - timedelta(days=number % 4 == 0)
    return [
        dossier.code,
        IGATE_NAMES[procedure.name],
        IGATE_NAMES[FIELDS[procedure.field]],
        UNIT_NAMES["igate"][step.unit],
        _igate_date(step.received),
        _igate_date(step.due),
        _igate_date(step.finished),
        str(procedure.days),
        UNIT_NAMES["igate"][COUNTER.code],
        f"Người Mẫu {number:06}",
        f"{number:010}",
        f"Cán Bộ Mẫu {number % 40:02}",
        STATUS_WORDS["igate"][step.status],
        _igate_date(workflow_due or step.received),
        step.desk,
        _igate_date(step.original_due),
        str(step.supplements),
        _igate_date(step.requested),
        _igate_date(step.completed),
        CHANNEL_WORDS["igate"][dossier.channel],
        "Hệ thống một cửa điện tử huyện Mẫu Sơn",
    ]


def _tandan_row(dossier: Dossier, step: Step, procedure: Procedure) -> list[str]:
    """Persons are visibly invented; the row's number is set when it is written, and no supplement leaves its cell empty."""
    person = f"Người Mẫu {dossier.number:06}"
    return [
        "",
        UNIT_NAMES["tandan"][step.unit],
        f"Cán Bộ Mẫu {dossier.number % 40:02}",
        TANDAN_NAMES[FIELDS[procedure.field]],
        TANDAN_NAMES[procedure.name],
        dossier.code,
        STATUS_WORDS["tandan"][step.status],
        f"Thôn Mẫu {dossier.number % 9 + 1}",
        person,
        person,
        _tandan_date(dossier.submitted),
        _tandan_date(step.received),
        _tandan_date(step.due),
        _tandan_date(step.finished),
        str(step.supplements or ""),
        _tandan_date(step.requested),
        _tandan_date(step.completed),
        CHANNEL_WORDS["tandan"][dossier.channel],
    ]


@dataclass(frozen=True)
class Layout:
    """How a source writes its files; `mark` is the byte order mark, `cells` the columns that dirt gets into."""

    folder: str
    file_name: str
    header: str
    separator: str
    line_end: str
    mark: str
    row: Callable[[Dossier, Step, Procedure], list[str]]
    cells: dict[str, str]
    is_numbered: bool
    is_delta: bool
    exported_at: list[datetime]

    def line(self, dossier: Dossier, step: Step, flaw: str = "", procedure: Procedure | None = None) -> bytes:
        """A row as it is written."""
        cells = self.row(dossier, step, procedure or dossier.procedure)
        if flaw == "short_row":
            del cells[-2:]
        elif flaw in FLAW_CELLS:
            column, word = FLAW_CELLS[flaw]
            cells[self.header.split(self.separator).index(self.cells[column])] = word
        return (self.separator.join(cells) + self.line_end).encode()


LAYOUTS = (
    Layout(
        folder="igate",
        file_name="DanhSachHoSo_{:%Y%m%d_%H%M}.csv",
        header=IGATE_HEADER,
        separator=",",
        line_end="\r\n",
        mark="\ufeff",
        row=_igate_row,
        cells={
            "status": "Trạng thái hồ sơ",
            "channel": "Hình thức nộp hồ sơ",
            "due": "Ngày hẹn trả",
            "unit": "Phòng ban",
        },
        is_numbered=False,
        is_delta=False,
        exported_at=[
            SNAPSHOT_FIRST + timedelta((SNAPSHOT_LAST - SNAPSHOT_FIRST).days * number // (SNAPSHOTS - 1))
            for number in range(SNAPSHOTS)
        ],
    ),
    Layout(
        folder="tandan",
        file_name="hoso_thaydoi_{:%Y%m%d_%H%M}.csv",
        header=TANDAN_HEADER,
        separator=";",
        line_end="\n",
        mark="",
        row=_tandan_row,
        cells={
            "status": "Trạng thái",
            "channel": "Hình thức nộp hồ sơ",
            "due": "Ngày hẹn trả",
            "unit": "Đơn vị tiếp nhận",
        },
        is_numbered=True,
        is_delta=True,
        exported_at=[DELTA_FIRST + timedelta(weeks=week) for week in range((DELTA_LAST - DELTA_FIRST).days // 7 + 1)],
    ),
)


def twin_of(procedure: Procedure) -> Procedure:
    """Another procedure of the same level, for a code that is given away twice."""
    return next(other for other in PROCEDURES if other.level == procedure.level and other != procedure)
