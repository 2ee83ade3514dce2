"""What the terminal shows after a run and for `status`."""

from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.changes import CAUSES
from reports.figure_changes import CHANGES_SHOWN, changes_by_indicator, usual_changes
from reports.filed import MOVED_SHOWN, filed_line
from reports.numbers import count, date, period_label
from reports.plan_table import STYLES, show_plan
from reports.reconciliation import CLASSES
from reports.rules_table import because
from reports.scorecard import INDICATORS, period_line
from reports.targets import STATES
from reports.words import REASONS
from transforms.registry import is_shown, rules, usual_basis


def show_run(console: Console, scorecard: dict[str, Any], plan: dict[str, Any], outcome: dict[str, Any], current: str) -> None:
    """The scorecard of a release, what is in quarantine, and where things are."""
    if scorecard["period"]:
        console.print(f"Kỳ báo cáo / period: {period_line(scorecard)}")
        console.print(_units_table(scorecard))
        show_plan(console, scorecard, plan)
        console.print()
    _show_closings(console, scorecard["closings"])
    if scorecard["not_refreshed_count"]:
        console.print(
            Text(
                f"Chưa cập nhật / not refreshed: {count(scorecard['not_refreshed_count'])} hồ sơ đang giải quyết không còn tệp "
                "kết xuất nào nhắc đến; tỷ lệ có thể lệch tương ứng (rate_low, rate_high)",
                style="yellow",
            )
        )
    files = outcome["files"]
    kinds = {kind: sum(f.outcome == kind for f in files) for kind in ("recorded", "repeated", "refused")}
    console.print(
        f"Tệp / files: {kinds['recorded']} ghi nhận/recorded, {kinds['repeated']} trùng/repeated, "
        f"{kinds['refused']} từ chối/refused; hàng cách ly / rows in quarantine: {count(scorecard['quarantined_count'])}"
    )
    for file in files:
        if file.outcome == "refused":
            console.print(Text(f"✘ {file.source}: {file.message_vi}\n  {file.message_en}", style="red"))
        elif file.message_vi:
            console.print(Text(f"! {file.source}, {file.file_name}: {file.message_vi}\n  {file.message_en}", style="yellow"))
    if outcome["is_new"]:
        console.print(f"Đã phát hành / published: {outcome['release_id']}")
    else:
        console.print(f"Không có gì mới / nothing new; bản hiện hành / current release: {outcome['release_id']}")
    console.print(f"Kho số liệu / marts: {current}/marts.duckdb", soft_wrap=True)
    console.print(f"Trang báo cáo / the page: {current}/report/index.html", soft_wrap=True)


def _show_closings(console: Console, closings: list[dict[str, Any]]) -> None:
    for closing in closings:
        console.print(Text(filed_line(closing), style="yellow" if closing["moved"] else ""))
        if closing["moved"]:
            console.print(_filed_table(closing["moved"][:MOVED_SHOWN]))
        if (rest := len(closing["moved"]) - MOVED_SHOWN) > 0:
            console.print(f'còn {count(rest)} số liệu khác / more: motcua query "from filed_figure where is_latest and is_moved"')


def _show_filed(console: Console, filed: list[dict[str, Any]]) -> None:
    """The figures of a closed period as they were filed, beside those of now; nothing where it is not closed."""
    if filed:
        documents = ", ".join(sorted({figure["document"] for figure in filed}))
        console.print(Text(f"Kỳ này đã chốt theo {documents} / this period was filed", style="bold"))
        console.print(_filed_table(filed))


def _filed_table(filed: list[dict[str, Any]]) -> Table:
    table = table_of(None, "Đơn vị", "Chỉ tiêu", "Đã báo cáo / filed", "Hiện tại / now", "Lý do / why")
    for figure in filed:
        why = " / ".join(figure["why"]) if figure["why"] else ""
        table.add_row(Text(figure["unit_name"]), Text(figure["title_vi"]), figure["filed"], figure["now"], why)
    return table


def show_status(console: Console, described: dict[str, Any]) -> None:
    """The latest runs, the current release, the sources and the quarantine."""
    release = described["release"]
    verdict = ", ".join(f"{n} {state}" for state, n in release["verdict"].items()) if release else ""
    console.print(f"Bản hiện hành / current: {release['id'] if release else 'chưa có / none'}  {verdict}")
    runs = table_of("Lần chạy / runs", "Bắt đầu", "Lệnh", "Kết quả", "Mã", "Bản phát hành")
    for run in described["runs"]:
        cells = (run["started_at"], run["command"], run["outcome"], run["exit_code"], run["release_id"])
        runs.add_row(*("" if cell is None else str(cell) for cell in cells))
    console.print(runs)
    for run in described["runs"][:1]:
        if run["message_vi"]:
            console.print(Text(f"{run['message_vi']}\n{run['message_en']}", style="yellow"))
    for file in described["files"]:
        if file["message_vi"]:
            style = "red" if file["outcome"] == "refused" else "yellow"
            console.print(Text(f"{file['file_name']}: {file['message_vi']}\n  {file['message_en']}", style=style))
    sources = table_of("Nguồn / sources", "Nguồn", "Tệp", "Từ chối", "Kết xuất mới nhất", "Hàng cách ly")
    for row in described["sources"]:
        sources.add_row(*(str(row[name]) for name in row))
    console.print(sources)
    kept_out = table_of("Hàng cách ly / quarantine", "Nguồn", "Quy tắc", "Cột", "Hàng", "Tệp")
    for row in described["quarantine"]:
        kept_out.add_row(*(str(row[name]) for name in row))
    console.print(kept_out)
    if described["file_rules"]:
        broken = table_of("Tệp cần xem / files to look at", "Nguồn", "Tệp", "Kết quả", "Quy tắc / rules")
        for row in described["file_rules"]:
            broken.add_row(row["source"], Text(row["file_name"]), row["outcome"], row["broken_rules"])
        console.print(broken)
        for code, rule in described["rules"].items():
            console.print(Text(f"{code}: {rule['vi']}\n  {rule['en']}", style="dim"))


def show_releases(console: Console, releases: list[dict[str, Any]]) -> None:
    """The releases, the newest first."""
    table = table_of(None, "Bản phát hành / release", "Tính đến / as of", "Tạo lúc / made", "Tệp", "Từ chối", "")
    for release in releases:
        said = [
            word
            for is_so, word in (
                (release["is_current"], "hiện hành / current"),
                *((True, f"đã chốt {closing['period']}, {closing['document']}") for closing in release["closed"]),
                (release["is_pruned"], "đã dọn / pruned"),
                (release["inputs_of"], f"tái lập từ / inputs of {release['inputs_of']}"),
            )
            if is_so
        ]
        made = datetime.fromisoformat(release["made_at"])
        table.add_row(
            release["id"],
            date(datetime.fromisoformat(release["as_of"])),
            f"{made:%H:%M} {date(made)}",
            count(release["recorded_files"]),
            count(release["refused_files"]),
            Text("; ".join(said)),
        )
    console.print(table)


def show_pruning(console: Console, found: dict[str, Any], byte_count: int) -> None:
    """What is removed, or would be, and what can never be had again then."""
    releases, exports = found["releases"], found["exports"]
    if not releases and not exports:
        console.print("Không có gì quá hạn giữ · nothing to remove")
        return
    for release_id in releases:
        console.print(f"− {release_id}", soft_wrap=True)
    console.print(f"Bản phát hành / releases: {count(len(releases))}")
    if others := len(releases) - len(found["remade"]):
        console.print(
            f"  {count(others)} bản do phiên bản khác tạo: chỉ phiên bản ấy làm lại được giống hệt / can only be made again, "
            "byte for byte, by the versions that made them"
        )
    if exports:
        first, last = exports[0]["exported_at"], exports[-1]["exported_at"]
        console.print(
            f"Tệp gốc / exports: {count(len(exports))}, {count(byte_count)} byte, kết xuất / exported {date(first)}–{date(last)}\n"
            "  không đọc lại được nữa khi thêm từ hay chạy backfill / can never be read again, for a word or a backfill"
        )
    if found["in_quarantine"]:
        console.print(
            f"  {count(found['in_quarantine'])} tệp trong đó còn hàng bị cách ly, sẽ không bao giờ lấy ra được / hold rows in "
            "quarantine that will stay there"
        )
    for release_id in found["lost"]:
        console.print(f"  {release_id}: không tái lập được nữa / cannot be made again", soft_wrap=True, style="red")
    console.print("Đã xóa / removed" if found["is_done"] else "Chưa xóa gì; xóa bằng / nothing removed yet: motcua prune --yes")


def show_backfill(console: Console, found: dict[str, Any]) -> None:
    """Which figures change once months are read again, and whether that was published."""
    resumed = ", tiếp phần đang dở / resumed" if found["resumed"] else ""
    console.print(f"Đọc lại / read again: {count(found['file_count'])} tệp/files{resumed}")
    table = table_of("Số liệu sẽ khác / figures that change", "Chỉ tiêu", "Số liệu", "Đơn vị", "Kỳ")
    for row in changes_by_indicator(found["changes"]):
        table.add_row(row["indicator_id"], *(count(row[name]) for name in ("figures", "units", "periods")))
    console.print(table if found["changes"] else "Không số liệu nào khác · no figure changes")
    usual = usual_changes(found["changes"])
    if usual:
        shown = table_of(None, "Chỉ tiêu", "Đơn vị", "Kỳ", "Trước / before", "Sau / after", "Lý do / why")
        for row in usual[:CHANGES_SHOWN]:
            period = period_label(row["calendar"], row["period_kind"], row["period_start"], row["period_end"])
            shown.add_row(
                row["indicator_id"],
                row["unit_code"],
                period,
                _counts(row["numerator_before"], row["denominator_before"]),
                _counts(row["numerator"], row["denominator"]),
                "; ".join(f"{count(cause['dossier_count'])} {CAUSES[cause['cause']][0]}" for cause in row.get("causes", ())),
            )
        console.print(shown)
    if len(found["changes"]) > len(usual[:CHANGES_SHOWN]):
        console.print("tất cả / all: --json")
    if found["blocked_by"]:
        console.print(Text(f"{found['blocked_by'].vi}\n{found['blocked_by'].en}", style="red"))
    if found["outcome"]:
        console.print(f"Đã phát hành / published: {found['outcome'].release_id}")
    elif found["changes"]:
        console.print("Chưa phát hành; thêm --publish để phát hành / not published yet: add --publish")


def _counts(numerator: int | None, denominator: int | None) -> str:
    return "–" if denominator is None else f"{count(numerator or 0)}/{count(denominator)}"


def show_reproduced(
    console: Console, release_id: str, outcome: dict[str, Any], versions: dict[str, tuple[str, str]], *, is_same: bool
) -> None:
    """Whether an earlier release came out the same, or what it is made with today."""
    if is_same:
        console.print(f"Giống hệt từng byte: mọi bảng Parquet của {release_id} · every Parquet table came out the same")
    else:
        changed = ", ".join(f"{name} {then} → {now}" for name, (then, now) in versions.items())
        console.print(f"Đúng đầu vào của {release_id}, nhưng phần mềm đã khác: {changed}")
        console.print(Text("the same inputs under other versions, so a release of its own", style="dim"))
    console.print(f"Bản phát hành / release: {outcome['release_id']}")


def show_rules(console: Console, table: dict[str, Any], *, show_all: bool) -> None:
    """One unit and period under each rule, and what makes the rules differ from form II.06."""
    provisional = ", tạm tính / provisional" if table["is_provisional"] else ""
    start, end = date(table["period_start"]), date(table["period_end"])
    console.print(Text(f"{table['unit_name']} · {table['period']} ({start}–{end}{provisional})", style="bold"))
    console.print(" · ".join(table["basis"]))
    shown = [rule for rule in table["rules"] if show_all or rule["is_shown"]]
    figures = table_of(None, "Cách tính / rule", "Đúng hạn", "", "Không tính")
    for rule in shown:
        has_rate = rule["rate"] is not None
        figures.add_row(
            Text(f"{rule['rule_id']}: {rule['title_vi']}"),
            rule["rate"] if has_rate else Text(why_none(rule), style="yellow"),
            f"{count(rule['numerator'])}/{count(rule['denominator'])}" if has_rate else "",
            count(rule["excluded_count"]),
        )
    console.print(figures)
    _show_filed(console, table["filed"])
    for rule in shown:
        if rule["differences"] and rule["rate"] is not None:
            vi, en = because(rule["differences"])
            console.print(Text(f"{rule['rule_id']} khác II06_DATE: {vi}"))
            console.print(Text(f"  differs from II06_DATE: {en}", style="dim"))
    hidden = len(table["rules"]) - len(shown)
    if hidden:
        console.print(f"Còn {hidden} cách tính khác / {hidden} more rules: --all")


def why_none(figure: dict[str, Any]) -> str:
    """What stands in the place of a rate: the state, and the reason where one is told."""
    reason, _, columns = (figure["status_reason"] or "").partition(": ")
    said, _ = REASONS.get(reason, ("", ""))
    return STATES[figure["status"]] + (f" ({said}{' ' + columns if columns else ''})" if said else "")


SCOPES = {
    "own": "riêng đơn vị / the unit alone",
    "subtree": "kể cả các đơn vị trực thuộc / with all below it",
    "plan_scope": "trong phạm vi kế hoạch / within the plan's scope",
    "district_level": "cấp huyện / the units of the district level",
    "commune_level": "cấp xã / the units of the commune level",
}
FORM_COUNTS = {
    "received_online": "tiếp nhận trực tuyến / received online",
    "received_other": "tiếp nhận trực tiếp, bưu chính / received otherwise",
    "carried_over": "từ kỳ trước / carried over",
    "resolved_early": "giải quyết trước hạn / resolved early",
    "resolved_on_time": "giải quyết đúng hạn / resolved on time",
    "resolved_late": "giải quyết quá hạn / resolved late",
    "open_in_time": "đang giải quyết trong hạn / open in time",
    "open_overdue": "đang giải quyết quá hạn / open and overdue",
}


def show_figures(console: Console, found: dict[str, Any]) -> None:
    """A unit's figures between two days, and what form II.06a says of them."""
    provisional = ", tạm tính / provisional" if found["is_provisional"] else ""
    console.print(Text(f"{found['unit_name']} ({SCOPES[found['scope']]})", style="bold"))
    console.print(f"Từ / from {date(found['first_day'])} đến hết / to {date(found['last_day'])}{provisional}")
    if found["is_provisional"]:
        console.print(f"Số liệu tính đến hết ngày / as of {date(found['as_of_date'])}")
    if found["dossiers"] is None:
        begins = f": từ / from {date(found['covered_from'])}" if found["covered_from"] else ""
        console.print(Text(f"? hồ sơ: thiếu số liệu / dossiers: missing data; số liệu đầy đủ / whole data{begins}", style="yellow"))
    table = table_of(None, "Chỉ tiêu / indicator", "Tỷ lệ", "Tử số/mẫu số", "Không tính")
    usual = [row for row in found["indicators"] if row["basis_id"] == usual_basis(row["indicator_id"]) and is_shown(row["rule_id"])]
    by_period = [row for row in usual if row["status"] == "periods_only"]
    for row in usual:
        if row["status"] == "periods_only":
            continue
        has_counts = bool(row["denominator"])
        rule = f" ({row['rule_id']})" if row["rule_id"] in rules() else ""
        table.add_row(
            Text(f"{row['title_vi']}{rule}"),
            row["text"] or STATES[row["status"]],
            f"{count(row['numerator'])}/{count(row['denominator'])}" if has_counts else "",
            count(row["excluded_count"]) if has_counts else "",
        )
    console.print(table)
    _show_filed(console, found["filed"])
    if hidden := len(found["indicators"]) - len(usual):
        console.print(f"Còn {hidden} cách tính và mẫu số khác / {hidden} more rules and bases: --json")
    if by_period:
        console.print("Chỉ tính được theo kỳ báo cáo, không theo ngày bất kỳ / known of reporting periods only, not of any days:")
        console.print("; ".join(f"{row['title_vi']} ({row['indicator_id']})" for row in by_period))
    for column, title in FORM_COUNTS.items() if found["dossiers"] else ():
        console.print(f"{count(found['dossiers'][column]):>9}  {title}")


def _units_table(scorecard: dict[str, Any]) -> Table:
    table = table_of(None, "Đơn vị", "Đúng hạn", "Nộp trực tuyến", "Văn bản điện tử")
    for unit in scorecard["units"]:
        table.add_row(Text(unit["unit_name"]), *(_cell(unit.get(indicator)) for indicator in INDICATORS))
    return table


def _cell(figure: dict[str, str] | None) -> Text:
    if figure is None:
        return Text("")
    mark = {"met": "✔ ", "not_met": "✘ "}.get(figure["state"], "") if figure["fraction"] else ""
    fraction = f"  {figure['fraction']}" if figure["fraction"] else ""
    return Text(f"{mark}{figure['text']}{fraction}", style=STYLES.get(figure["state"], "yellow"))


def show_reconciliation(console: Console, found: list[dict[str, Any]]) -> None:
    """Each line of another system's summary beside ours, with the class of the difference."""
    table = table_of(None, "Dòng", "Đơn vị", "Bên kia / theirs", "Bên này / ours", "Chênh lệch / difference")
    for row in found:
        ours = "" if row["ours_resolved"] is None else f"{count(row['ours_in_time'])}/{count(row['ours_resolved'])}"
        said = " / ".join(CLASSES[row["class"]]) + (f" ({row['because']})" if row["because"] else "")
        theirs = f"{count(row['in_time'])}/{count(row['resolved'])}"
        style = "green" if row["class"] == "same" else "yellow"
        table.add_row(str(row["line"]), Text(row["unit_name"]), theirs, ours, Text(said, style=style))
    console.print(table)


def table_of(title: str | None, *headings: str) -> Table:
    """An empty table with a head and no lines around its cells."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading)
    return table
