"""The review list as the terminal shows it."""

from typing import Any

from rich.console import Console
from rich.text import Text

from reports.numbers import count, date
from reports.terminal import table_of
from reports.words import LAWFUL


def show_review(console: Console, found: dict[str, Any]) -> None:
    """The rates of a unit and period, what the signals found in each unit below it, and the dossiers."""
    console.print(Text("Hồ sơ cần rà soát, chỉ dùng nội bộ / review list, internal", style="bold"))
    console.print(f"{found['unit_name']}: {found['period']} ({date(found['period_start'])}–{date(found['period_end'])})")
    if found["rates"]:
        said = found["rates"]
        console.print(
            Text(
                f"{said['text']} theo báo cáo; {said['first_known_text']} theo hạn trả và ngày kết thúc biết đầu tiên; "
                f"{said['conservative_text']} khi tính cả {count(said['open_overdue_count'])} hồ sơ còn quá hạn",
                style="bold",
            )
        )
        console.print(
            f"  {said['text']} as reported; {said['first_known_text']} by the due date and end first told; "
            f"{said['conservative_text']} with what is open and overdue"
        )
    if not found["signals"]:
        console.print("Không có hồ sơ nào cần rà soát / nothing to review")
        return
    table = table_of(None, "Dấu hiệu / signal", "Cần xem", "Làm đổi tỷ lệ", "Có lý do")
    for row in found["signals"]:
        numbers = (row["dossier_count"], row["changing_count"], row["lawful_count"])
        table.add_row(Text(f"{row['title_vi']} / {row['title_en']}"), *(count(number) for number in numbers))
    console.print(table)
    units = table_of("Từng đơn vị / units", "Đơn vị", "Theo báo cáo", "Biết đầu tiên", "Cần xem")
    for row in found["units"]:
        texts = (row["rates"]["text"], row["rates"]["first_known_text"]) if row["rates"] else ("", "")
        units.add_row(
            Text(f"{row['unit_code']} {row['unit_name']}"), *texts, count(sum(s["dossier_count"] for s in row["signals"]))
        )
    console.print(units)
    for row in found["dossiers"]:
        values = " → ".join(value for value in (row["before_value"], row["after_value"]) if value)
        reason = f" ({LAWFUL[row['lawful_reason']][0]})" if row["lawful_reason"] else ""
        console.print(
            Text(f"  {row['dossier_code']}  {row['unit_code']}  {row['signal_id']}  {date(row['noted_at'])}  {values}{reason}"),
            soft_wrap=True,
        )
