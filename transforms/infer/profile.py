"""A draft of a profile for a file that no profile knows; nothing is guessed without saying so."""

import tempfile
from pathlib import Path

import duckdb

from transforms.duck import connect
from transforms.entities import ENTITIES
from transforms.infer.columns import map_columns
from transforms.infer.draft import Draft
from transforms.infer.file_name import say_when_exported
from transforms.infer.looks import DateForms, Seen, date_forms
from transforms.infer.table import LikelyTable, likeliest_table
from transforms.infer.whole_file import read_by_the_draft
from transforms.infer.words import say_words
from transforms.profiles import Profile

TITLES = {"dossier": "Danh sách hồ sơ", "document": "Sổ đăng ký văn bản đi", "transmission": "Nhật ký gửi nhận văn bản"}
_USUAL_DATES = ["%d/%m/%Y"]
_VIETNAMESE = {"Z", "+0000", "+00:00", "+0700", "+07:00"}
"""Offsets from which times are brought to Vietnamese time: its own, and that of servers."""


def infer_profile(path: Path, name: str, folder: str, kind: str | None, scratch: Path) -> Draft:
    """Draft the profile of one file; ``folder`` is where its source's files would be pulled from.

    FileRefusedError when the file cannot be read, or nothing in it looks like a table of the ``kind`` (of any, where None).
    """
    with tempfile.TemporaryDirectory(dir=scratch, prefix="inferring-") as own:
        table = likeliest_table(path, name, kind, Path(own))
        con = connect(temp=Path(own))
        try:
            draft = _drafted(con, table, name, folder)
            read_by_the_draft(con, draft, path, name, Path(own))
        finally:
            con.close()
    draft.content = {key: draft.content[key] for key in Profile.model_fields if key in draft.content}
    return draft


def _drafted(con: duckdb.DuckDBPyConnection, table: LikelyTable, name: str, folder: str) -> Draft:
    draft = Draft(
        {
            "title": TITLES[table.kind],
            "kind": table.kind,
            "delivery": "delta",
            "zone": "Asia/Ho_Chi_Minh",
            "pull": {"folder": folder, "pattern": f"*{Path(name).suffix}"},
        }
    )
    draft.doubt(("title",), "hãy ghi tên hệ thống và cơ quan", "name the system and the office")
    if table.other_kinds:
        others = ", ".join(table.other_kinds)
        draft.doubt(("kind",), f"cũng có thể là {others}", f"it may as well be {others}")
    if table.delimiter:
        draft.content["format"] = {"delimiter": table.delimiter}
    say_when_exported(draft, name)
    mapped = map_columns(draft, table)
    _say_dates(draft, date_forms(con, _dated(mapped, table)))
    say_words(draft, mapped)
    return draft


def _dated(mapped: dict[str, Seen], table: LikelyTable) -> list[Seen]:
    """The columns by which forms of dates are told: those that are times, else those that look so."""
    times = [mapped[column.name] for column in ENTITIES[table.kind].columns if column.role == "time" and column.name in mapped]
    return times or [seen for seen in table.columns if seen.are_dates]


def _say_dates(draft: Draft, forms: DateForms) -> None:
    place = ("dates",)
    draft.content["dates"] = forms.forms or _USUAL_DATES
    if not forms.forms:
        draft.doubt(
            place,
            "không thấy ngày nào trong tệp này; đây là dạng thường gặp",
            "no date was seen in this file; this is the usual form",
        )
    if forms.is_undecided:
        draft.doubt(
            place,
            "không ngày nào lớn hơn 12, nên không biết ngày đứng trước hay tháng đứng trước; ở đây hiểu là ngày trước",
            "no day is above 12, so nothing tells whether the day or the month stands first; it is taken for the day",
        )
    if forms.is_month_first:
        draft.doubt(place, "tháng đứng trước ngày trong tệp này", "the month stands before the day in this file")
    for header, n in forms.contrary.items():
        draft.doubt(
            place,
            f"{n} ô của «{header}» chỉ đọc được khi tháng đứng trước ngày: có thể các ngày khác của cột cũng bị đảo",
            f"{n} cells of “{header}” read only with the month first: other dates of it may be turned round too",
        )
    if foreign := [offset for offset in forms.offsets if offset not in _VIETNAMESE]:
        draft.doubt(
            ("zone",),
            f"giờ trong tệp ghi múi {', '.join(foreign)}, không phải giờ Việt Nam",
            f"times in the file are written with the offsets {', '.join(foreign)}, which are not Vietnam's",
        )
