"""The whole file, read by its draft as a run would: where the table is, what is not understood, what it may cover."""

import re
from pathlib import Path

import duckdb

from transforms.entities import Column
from transforms.errors import FileRefusedError
from transforms.findings import Judgement
from transforms.infer.draft import Draft
from transforms.infer.file_name import MONTH_IN_NAME
from transforms.infer.words import say_unknown_words
from transforms.intake.formats import read_text
from transforms.intake.not_data import KINDS
from transforms.intake.shifted import judge_columns
from transforms.intake.table import TextTable
from transforms.profiles import Profile


def read_by_the_draft(con: duckdb.DuckDBPyConnection, draft: Draft, path: Path, name: str, scratch: Path) -> None:
    """Read the file by its draft and note what is not understood then."""
    profile = Profile.model_validate(draft.content).model_copy(update={"source": Path(draft.content["pull"]["folder"]).name})
    try:
        table = read_text(con, path, "…", profile, scratch)  # a file's name may be a person's
        judge_columns(con, table, profile, Judgement("…"))
    except FileRefusedError as refusal:
        draft.seen.append((f"Với bản nháp này: {refusal.vi}", f"By this draft: {refusal.en}"))
        return
    _say_what_was_read(con, draft, table)
    for column in profile.entity.columns:
        if column.name in table.places:
            match column.role:
                case "word":
                    say_unknown_words(con, draft, column.name, profile)
                case "time" | "number":
                    _say_unread(con, draft, column)
    _guess_coverage(con, draft, profile, name)


def _say_what_was_read(con: duckdb.DuckDBPyConnection, draft: Draft, table: TextTable) -> None:
    said = table.read_as
    parts = [f"{key} {said[key]!r}" for key in ("packed", "format", "encoding", "delimiter", "sheet") if key in said]
    con.execute("create or replace temp table not_data as select unnest($1::bigint[]) as record", [list(table.not_data)])
    bounds = "select min(rowid), max(rowid) from text_row where rowid not in (select record from not_data)"
    first, last = con.execute(bounds).fetchall()[0]
    lines = table.lines_of({first, last} - {None})
    draft.seen.append(
        (
            f"Đã đọc: {', '.join(parts)}; hàng tên cột ở dòng {said['header_line']}; {table.data_count} hàng dữ liệu, "
            f"từ dòng {lines.get(first, '—')} đến dòng {lines.get(last, '—')}",
            f"Read as: {', '.join(parts)}; header on line {said['header_line']}; {table.data_count} rows of data, "
            f"lines {lines.get(first, '—')} to {lines.get(last, '—')}",
        )
    )
    for kind, n in sorted(table.set_aside.items()):
        draft.seen.append((f"Để riêng {n} hàng: {KINDS[kind][0]}", f"{n} rows set aside: {KINDS[kind][1]}"))


def _say_unread(con: duckdb.DuckDBPyConnection, draft: Draft, column: Column) -> None:
    is_data = "rowid not in (select record from not_data)"
    is_unread = f"{column.name} is null and {column.name}_odd is not null"
    unread = con.execute(f"select count(*) from text_row where {is_unread} and {is_data}").fetchall()[0][0]
    if unread:
        needed = ("các dạng ngày bên dưới", "the forms of dates below") if column.role == "time" else ("số nguyên", "whole numbers")
        draft.doubt(
            ("columns", column.name),
            f"{unread} ô không đọc được là {needed[0]}",
            f"{unread} cells cannot be read as {needed[1]}",
        )


def _guess_coverage(con: duckdb.DuckDBPyConnection, draft: Draft, profile: Profile, name: str) -> None:
    """What a file covers shows only in several of them; the careful guess is that it says nothing of what is not in it."""
    column = profile.entity.covered_by
    first, last = con.execute(f"select min({column})::date, max({column})::date from text_row").fetchall()[0]
    if first is None:
        return
    header, days = profile.columns[column][0], (f"{first:%d/%m/%Y}", f"{last:%d/%m/%Y}")
    month = re.search(MONTH_IN_NAME, name)
    if profile.kind != "transmission" and month and {f"{first:%Y%m}", f"{last:%Y%m}"} == {month["month"].replace("-", "")}:
        draft.content["covers"] = {"month_in_file_name": MONTH_IN_NAME}
        draft.content["delivery"] = "snapshot"
        draft.doubt(
            ("covers",),
            f"mọi «{header}» đều trong tháng ghi ở tên tệp: hiểu là trọn một tháng, hàng không còn trong tệp là hàng đã bị bỏ",
            f"every “{header}” lies in the month of the file's name: taken for a whole month, of which missing rows are gone",
        )
        return
    draft.doubt(
        ("delivery",),
        f"«{header}» trong tệp từ {days[0]} đến {days[1]}. delta: tệp chỉ gồm hàng có thay đổi, không nói gì về hàng khác. "
        "Nếu mỗi lần liệt kê lại tất cả thì ghi snapshot và khai báo covers: {from: ngày đầu}",
        f"“{header}” runs from {days[0]} to {days[1]}. delta: the file holds what changed and says nothing of other rows. If each "
        "export lists everything again, write snapshot and declare covers: {from: first day}",
    )
