"""The explanation of a figure, and of its change, as the terminal shows them."""

from typing import Any

from rich.console import Console
from rich.text import Text

from reports.changes import CAUSES
from reports.corrections import correction_words
from reports.explanation import COUNTED_AS
from reports.numbers import count, date
from reports.terminal import SCOPES, table_of, why_none
from reports.words import EXCLUSIONS, OUTCOMES, STATUSES
from transforms.intake.table import line_or_place


def show_explanation(console: Console, found: dict[str, Any]) -> None:
    """The figure, its rule in words, the sums, and the first dossiers, units or entries behind it."""
    _show_figure(console, found)
    _show_card(console, found)
    for number, row in enumerate(found["sums"]):
        console.print(Text(f"{count(row['dossier_count'])} hồ sơ {_words(row, 0)} / {_words(row, 1)}", style="bold"))
        _show_dossiers(console, [d for d in found["dossiers"] if d["sum_number"] == number], row["dossier_count"])
    for row in found["totals"]:
        console.print(f"Tổng số do đơn vị báo / total reported by {row['unit_code']}: {_fraction(row)}")
    for vi, en in found["cannot_tell"]:
        console.print(Text(f"{vi}\n{en}", style="yellow"))
    if found["units"]:
        units = table_of("Từng đơn vị / units", "Đơn vị", "Tử số/mẫu số", "")
        for row in found["units"]:
            units.add_row(
                Text(f"{row['unit_code']} {row['unit_name']}"), _fraction(row), why_none(row) if row["status"] != "ok" else ""
            )
        console.print(units)
    if found["entries"]:
        entries = table_of("Sổ ghi / registers", "Đơn vị", "Đã làm", "Minh chứng / evidence")
        for row in found["entries"]:
            proof = f"{row['evidence_number']}, {date(row['evidence_date'])}" if row["has_evidence"] else "chưa có / none"
            entries.add_row(row["unit_code"], "✔" if row["is_done"] else "✘", Text(proof))
        console.print(entries)
    if found["procedures"]:
        procedures = table_of("Thủ tục / procedures", "Mã", "Thủ tục", "Đạt")
        for row in found["procedures"]:
            mark = {True: "✔", False: "✘", None: "?"}[row["is_met"]] + (" (được trừ / excepted)" if row["is_excepted"] else "")
            procedures.add_row(row["procedure_code"], Text(row["procedure_name"] or ""), mark)
        console.print(procedures)


def show_changes(console: Console, found: dict[str, Any]) -> None:
    """A figure in two releases, and the causes of the difference with their first dossiers."""
    console.print(
        Text(f"{found['unit_name']} ({SCOPES[found['scope']]}): {found['indicator_id']}, {found['rule_id']}", style="bold")
    )
    console.print(f"{found['period']} ({date(found['period_start'])}–{date(found['period_end'])})")
    for side in (found["before"], found["now"]):
        value = side["rate_text"] or why_none(side)
        console.print(f"{side['release_id']}, tính đến hết / as of {date(side['as_of_date'])}: {value}  {_fraction(side)}")
    if not found["causes"]:
        console.print("Không có hồ sơ nào được tính khác đi / no dossier counts otherwise")
    for row in found["causes"]:
        vi, en = CAUSES[row["cause"]]
        change = f"tử số {row['numerator_change']:+}, mẫu số {row['denominator_change']:+}"
        console.print(Text(f"{change}: {count(row['dossier_count'])} hồ sơ, {vi} / {en}", style="bold"))
        listed = [d for d in found["dossiers"] if d["cause"] == row["cause"]]
        for dossier in listed:
            said = ", ".join(_moves(dossier))
            console.print(Text(f"  {dossier['dossier_code']}  {said}"), soft_wrap=True)
        if more := row["dossier_count"] - len(listed):
            console.print(Text(f"  … còn {count(more)} hồ sơ / {count(more)} more: --limit, --json", style="dim"))


_FACTS = {"hạn": "due_at", "kết thúc": "finished_at", "trạng thái": "status", "đơn vị": "resolving_unit_code"}


def _moves(dossier: dict[str, Any]) -> list[str]:
    """What of a dossier is told otherwise: «hạn 02/03/2020 → 09/03/2020»."""

    def said(value: Any) -> str:
        return "–" if value is None else date(value) if hasattr(value, "day") else STATUSES.get(value, (value,))[0]

    sides = {word: (dossier[f"{fact}_before"], dossier[f"{fact}_now"]) for word, fact in _FACTS.items()}
    return [f"{word} {said(before)} → {said(now)}" for word, (before, now) in sides.items() if before != now]


def outcome_words(row: dict[str, Any]) -> tuple[str, str]:
    """What became of dossiers under the rule, in words: «quá hạn», «không tính: công dân rút»."""
    if row["exclusion_reason"]:
        return _joined(OUTCOMES[row["outcome"]], EXCLUSIONS[row["exclusion_reason"]])
    if row.get("is_open") and row["outcome"] != "open":
        return _joined(
            ("cuối kỳ còn giải quyết", "open at the end of the period"), OUTCOMES[row["outcome"]], "; sau đó ", "; then "
        )
    return OUTCOMES[row["outcome"]]


def _show_figure(console: Console, found: dict[str, Any]) -> None:
    provisional = ", tạm tính / provisional" if found["is_provisional"] else ""
    console.print(Text(f"{found['unit_name']} ({SCOPES[found['scope']]})", style="bold"))
    console.print(f"{found['title_vi']} · {found['title_en']}")
    start, end = date(found["period_start"]), date(found["period_end"])
    console.print(f"{found['period']} ({start}–{end}{provisional}), tính đến hết / as of {date(found['as_of_date'])}")
    value = found["rate_text"] or why_none(found)
    console.print(Text(f"{value}  {_fraction(found)}", style="bold"))
    if found["not_refreshed_count"]:
        console.print(f"Chưa cập nhật / not refreshed: {count(found['not_refreshed_count'])}")


def _show_card(console: Console, found: dict[str, Any]) -> None:
    basis = found["basis"]
    if found["rule"]:
        console.print(Text(f"Cách tính / rule {found['rule_id']}: {found['rule']['title_vi']} · {found['rule']['title_en']}"))
    console.print(Text(f"{basis['title_vi']}: ({basis['numerator_vi']}) / ({basis['denominator_vi']})"))
    console.print(Text(f"  {basis['title_en']}: ({basis['numerator_en']}) / ({basis['denominator_en']})", style="dim"))
    card = found["rule_card"] or found["card"]
    for said in (card["question"], card["numerator"], *card["exclusions"]):
        console.print(Text(f"– {said['vi']}"))
        console.print(Text(f"  {said['en']}", style="dim"))


def _show_dossiers(console: Console, dossiers: list[dict[str, Any]], of: int) -> None:
    for row in dossiers:
        # Printed by the line, since a code that is cut off cannot be looked up.
        days = [f"{word} {date(row[at])}" for word, at in _DAYS.items() if row[at]]
        console.print(
            Text(f"  {row['dossier_code']}  {row['unit_code']}  {', '.join(days)}, {STATUSES[row['status']][0]}"), soft_wrap=True
        )
        if words := correction_words(row):
            console.print(Text(f"    {' / '.join(words)}"), soft_wrap=True)
        for at in row.get("lines", ()):
            where = f"dòng / line {line_or_place(at['line'])}" if at["line"] else "không đọc lại được / cannot be read any more"
            console.print(Text(f"    {at['file_name']}, {where}", style="dim"), soft_wrap=True)
    if more := of - len(dossiers):
        console.print(Text(f"  … còn {count(more)} hồ sơ / {count(more)} more: --limit, --xlsx", style="dim"))


_DAYS = {"tiếp nhận": "received_at", "hạn": "effective_due_at", "kết thúc": "finished_at"}


def _words(row: dict[str, Any], language: int) -> str:
    return f"{COUNTED_AS[row['counted_as']][language]}: {outcome_words(row)[language]}"


def _joined(first: tuple[str, str], second: tuple[str, str], vi: str = ": ", en: str = ": ") -> tuple[str, str]:
    return first[0] + vi + second[0], first[1] + en + second[1]


def _fraction(row: dict[str, Any]) -> str:
    if row["numerator"] is None or row["denominator"] is None:
        return ""
    return f"{count(row['numerator'])}/{count(row['denominator'])}"
