"""What the terminal shows of a file that was tried."""

from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from expectations.row_rules import rule_of
from reports.numbers import count, date
from transforms.intake.masked import MASK
from transforms.intake.table import line_or_place

_AT_SIGHT = ("dossier_code", "document_code", "status", "received_at", "due_at", "finished_at", "issued_at", "event_at")
_EXPECTED = 8
"""So many of the words or forms that a cell should have held are listed."""


def show_check(console: Console, found: dict[str, Any]) -> None:
    """The columns of a file, masked rows of it, its counts, what is kept out and why, and what recording it would come to."""
    told = ", ".join(f"{key} {value}" for key, value in found["read_as"].items())
    console.print(Text(f"{found['file']} → {found['source']}", style="bold"))
    exported_at = f"{datetime.fromisoformat(found['exported_at']):%d/%m/%Y %H:%M}"
    console.print(Text(f"Kết xuất lúc / exported at {exported_at}; {_covers(found['covers'])}; {told}"))
    console.print(_columns(found))
    for title, headers in (
        ("Bỏ vì là dữ liệu cá nhân / dropped as personal", found["dropped_as_personal"]),
        ("Hồ sơ nguồn không nhắc đến, không đọc / not in the profile, not read", found["not_in_profile"]),
    ):
        if headers:
            console.print(Text(f"{title}: {', '.join(headers)}"))
    if found["sample"]:
        console.print(_sample(found["sample"]))
    for kind in found["set_aside"].values():
        console.print(Text(f"Để riêng / set aside: {count(kind['rows'])} {kind['vi']} · {kind['en']}"))
    console.print(
        f"{count(found['row_count'])} hàng/rows = {count(found['good_count'])} tốt/good + "
        f"{count(found['duplicate_count'])} trùng/duplicate + {count(found['quarantined_count'])} cách ly/quarantined"
    )
    for finding in found["file_rules"]:
        console.print(Text(f"! {finding['rule']}", style="yellow"))
        console.print(Text(f"  {finding['vi']}\n  {finding['en']}"))
    for rule, kept_out in found["quarantined_by_rule"].items():
        _show_rule(console, rule, kept_out)
    for name in found["unknown_names"]:
        _show_unknown(console, name)
    for rule, rows in found["warnings"].items():
        said = rule_of(rule.partition(":")[0])
        console.print(Text(f"! {rule}: {count(rows)} hàng/rows", style="yellow"))
        console.print(Text(f"  {said.vi}\n  {said.en}"))
    _show_would_record(console, found["would_record"])


def _covers(covers: dict[str, str | None]) -> str:
    first, last = (date(datetime.fromisoformat(day)) if day else "…" for day in (covers["from"], covers["to"]))
    days = f"{first} – {last}" if covers["from"] or covers["to"] else "không giới hạn ngày / no bounds"
    return f"gồm / covers {days} ({covers['by']}, {covers['said_by']})"


def _columns(found: dict[str, Any]) -> Table:
    table = _table("Cột trong tệp / header", "Cột chuẩn / column", "Ví dụ / example")
    for column in found["columns"]:
        header = Text(column["header"]) if column["header"] else Text("(không có / absent)", style="yellow")
        table.add_row(header, column["column"], Text(column["example"]))
    return table


def _sample(sample: list[dict[str, str]]) -> Table:
    """The columns of the rows that a person can check at sight; the table of columns has an example of the others."""
    table = _table()
    shown = [column for column in _AT_SIGHT if any(row.get(column, MASK) not in ("", MASK) for row in sample)]
    for column in shown:
        table.add_column(column, no_wrap=column.endswith("_code"))
    for row in sample:
        table.add_row(*(Text(row[column]) for column in shown))
    return table


def _show_rule(console: Console, rule: str, kept_out: dict[str, Any]) -> None:
    lines = ", ".join(map(str, kept_out["lines"])) + (" …" if kept_out["rows"] > len(kept_out["lines"]) else "")
    console.print(Text(f"✘ {rule}: {count(kept_out['rows'])} hàng/rows, dòng/lines {lines}", style="red"))
    console.print(Text(f"  {kept_out['vi']}\n  {kept_out['en']}"))
    if expected := kept_out["expected"]:
        more = f" … ({len(expected)}: --json)" if len(expected) > _EXPECTED else ""
        console.print(Text(f"  Cần một trong / expected, one of: {' | '.join(expected[:_EXPECTED])}{more}"))


def _show_unknown(console: Console, name: dict[str, Any]) -> None:
    near = "(ô trống / empty)" if name["is_empty"] else ", ".join(name["nearest"]) or "—"
    first = line_or_place(name["first_line"])
    rows = f"{count(name['row_count'])} hàng/rows, dòng/line {first}"
    console.print(Text(f"? {name['column']}: tên chưa biết / unknown name, {rows}; gần giống / nearest: {near}"))


def _show_would_record(console: Console, would: dict[str, Any]) -> None:
    match would["outcome"]:
        case "unknown":
            console.print(Text(f"Chưa so được với dữ liệu đã ghi nhận: {would['vi']}", style="yellow"))
            console.print(Text(f"  Not compared with what is recorded: {would['en']}"))
        case "repeated":
            console.print("Tệp này đã ghi nhận từ trước, không có gì mới · recorded already, nothing new")
        case _:
            console.print(
                f"Nếu ghi nhận / recording it: {count(would['recorded_count'])} ghi nhận/recorded + "
                f"{count(would['unchanged_count'])} không đổi/unchanged + {count(would['duplicate_count'])} trùng/duplicate + "
                f"{count(would['quarantined_count'])} cách ly/quarantined; "
                f"{count(would['gone_count'])} hàng đã biết không còn/known rows gone"
            )
            if left := would["left_open_count"]:
                console.print(
                    f"{count(left)} hồ sơ đang giải quyết không còn trong danh sách · {count(left)} open dossiers left the list"
                )
            if late := would["later_file_count"]:
                console.print(
                    f"Tệp đến muộn: đã có {count(late)} tệp kết xuất sau nó · it comes late: {count(late)} later exports are there"
                )


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading)
    return table
