"""The command line `motcua`. Thin: it parses, calls a flow, prints, and ends with the promised exit code."""

import atexit
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.home import Home, find_home, prepare_home
from transforms.errors import ConfigError, FileRefusedError, MotcuaError

if TYPE_CHECKING:
    from rich.console import Console

    from flows.nightly import Outcome, Step

app = typer.Typer(
    help="Chỉ tiêu cải cách hành chính từ tệp kết xuất một cửa · Administrative-reform indicators from one-stop-shop exports",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
sources_app = typer.Typer(
    help="Hồ sơ nguồn: danh sách, viết bản nháp, đọc thử một tệp · Source profiles: list them, draft one, try a file",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(sources_app, name="sources")
units_app = typer.Typer(
    help="Danh mục đơn vị: nạp bảng chuyển đổi · The units' registers: load a conversion table",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(units_app, name="units")
config_app = typer.Typer(
    help="Từ, tên cột, đơn vị, thủ tục trong một sổ Excel · Words, headers, units and procedures in one workbook",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(config_app, name="config")
registers_app = typer.Typer(
    help="Sổ theo dõi ghi tay: danh sách, mẫu Excel · Registers kept by hand: list them, their templates",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(registers_app, name="registers")


class Scope(StrEnum):
    """Which units' dossiers a figure counts."""

    own = "own"
    subtree = "subtree"
    plan_scope = "plan_scope"
    district_level = "district_level"
    commune_level = "commune_level"


class Kind(StrEnum):
    """What a file lists."""

    dossier = "dossier"
    document = "document"
    transmission = "transmission"


class CoveredByOption(StrEnum):
    """What a snapshot is cut by."""

    received = "received"
    resolved = "resolved"
    open = "open"


class TableFormat(StrEnum):
    """How a query's result is written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


STEP_TITLES = {
    "pull": "Lấy tệp · pull",
    "record": "Đọc và ghi nhận · record",
    "answer": "Trả lời tệp đã thả · answer",
    "plan": "Xem có gì mới · plan",
    "restore": "Dựng lại đêm ấy · restore that night",
    "stage": "Chuẩn bị bản sao · stage",
    "build": "Tính số liệu · build",
    "check": "Kiểm tra · check",
    "compare": "So với bản cũ · compare",
    "publish": "Phát hành · publish",
}

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
ExportedAtOption = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Thời điểm kết xuất · When it was exported"),
]
UnitOption = Annotated[str, typer.Option(help="Mã hoặc tên đơn vị · Code or name of the unit")]
IndicatorOption = Annotated[str, typer.Option(help="Chỉ tiêu: on_time, online_resolved … · Indicator")]
PeriodOption = Annotated[str, typer.Option(help="2020 | 2020-H1 | 2020-9M | 2020-Q3 | 2020-09")]
RuleOption = Annotated[str, typer.Option(help="Cách tính, ví dụ II06_DATE (mặc định) · Counting rule")]
BasisOption = Annotated[str, typer.Option(help="Mẫu số: resolved (mặc định), cohort … · What the denominator holds")]
CalendarOption = Annotated[
    str, typer.Option(help="official: 15/12–14/12 | calendar: tháng dương lịch; mặc định: lịch của kế hoạch · Calendar")
]
ScopeOption = Annotated[Scope, typer.Option(help="Riêng đơn vị, cả đơn vị trực thuộc … · Which units count")]
LimitOption = Annotated[
    int, typer.Option(min=1, help="Số hồ sơ liệt kê cho mỗi dòng cộng · So many dossiers are listed for each line of the sum")
]
ReleaseOption = Annotated[str | None, typer.Option(help="Bản phát hành khác bản hiện hành · Another release")]
JsonOption = Annotated[bool, typer.Option("--json", help="In JSON · Print JSON")]


def main() -> None:
    """Run the command and end with its exit code; an error is a sentence in both languages, never a traceback."""
    end_quietly()
    try:
        app()
    except MotcuaError as error:
        sys.stderr.write(f"Lỗi: {error.vi}\nError: {error.en}\n")
        sys.exit(error.exit_code)


def end_quietly() -> None:
    """Say nothing more once every exit handler has run.

    After Great Expectations was used, DuckDB's bindings report leaks of metadata while the process is torn down, forty
    lines that say nothing about the run. Called first, so that it is the last exit handler to run.
    """
    atexit.register(lambda: os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno()))


@app.callback()
def choose_home(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(help="Thư mục của cơ quan (config/ và data/) · The office's folder", envvar="MOTCUA_HOME"),
    ] = None,
) -> None:
    """Find the home that every command works in."""
    context.obj = find_home(home)


@app.command()
def demo(
    context: typer.Context,
    dossiers: Annotated[int, typer.Option(min=100, max=10_000_000, help="Số hồ sơ · Number of dossiers")] = 60_000,
    seed: Annotated[int, typer.Option(help="Cùng số này, cùng dữ liệu · Same seed, same bytes")] = 2020,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Chỉ khi chưa có dữ liệu · Only in an empty home")] = False,
) -> None:
    """Tạo một huyện mẫu năm 2020 với số liệu đúng biết trước · Write a made-up district with its known truth."""
    from demo.generate import write_demo

    home: Home = context.obj
    used = next((p for p in (home.reference / "units.csv", home.data / "inbox", home.warehouse) if p.exists()), None)
    if used is not None:
        if if_empty:
            return
        raise ConfigError(
            f"{home.root} đã có dữ liệu ({used}). Tạo huyện mẫu trong thư mục khác: motcua --home THƯ_MỤC demo.",
            f"{home.root} holds data already ({used}). Make the demo elsewhere: motcua --home FOLDER demo.",
        )
    prepare_home(home)
    written = write_demo(home.root, dossiers=dossiers, seed=seed)
    typer.echo(
        f"Huyện mẫu / demo: {written['dossiers']} hồ sơ, {written['documents']} văn bản, {written['files']} tệp → "
        f"{home.data / 'inbox'}; số liệu đúng / truth: {home.root / 'truth'}"
    )


@app.command()
def run(
    context: typer.Context,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Tính đến hết ngày · As of a day")] = None,
    inputs_of: Annotated[
        str | None, typer.Option(help="Tái lập một bản phát hành từ đúng đầu vào của nó · Reproduce a release from its inputs")
    ] = None,
    accept: Annotated[
        list[str] | None, typer.Option(help="Chấp nhận mất hàng: ROWS_LOST, ROWS_GONE_MANY; cần --reason · Accept a loss")
    ] = None,
    reason: Annotated[str, typer.Option(help="Lý do chấp nhận, không ghi tên người · Why; no person's name")] = "",
    prefect: Annotated[bool, typer.Option("--prefect", help="Chạy như một luồng Prefect · Run as a Prefect flow")] = False,
) -> None:
    """Chạy việc hằng đêm: lấy tệp … phát hành · The nightly job: pull … publish."""
    home: Home = context.obj
    if inputs_of:
        if as_of or prefect or accept:
            raise ConfigError("--inputs-of đi một mình.", "--inputs-of goes alone.")
        from flows.reproduce import reproduce
        from reports.terminal import show_reproduced

        found = _showing_progress(lambda step: reproduce(home, inputs_of, step))
        show_reproduced(_console(), inputs_of, vars(found.outcome), found.versions, is_same=found.is_same)
        return
    day = as_of.date() if as_of else None
    if prefect:
        if accept:
            raise ConfigError("--accept không đi cùng --prefect.", "--accept does not go with --prefect.")
        from flows.prefect_way import run_with_prefect

        prepare_home(home)
        outcome = run_with_prefect(home, day)
    else:
        from expectations.drift import Accepted
        from flows.nightly import nightly

        accepted = Accepted(tuple(accept or ()), reason)
        outcome = _showing_progress(lambda step: nightly(home, step, day, accepted=accepted))
    _show_outcome(home, outcome)


@app.command()
def ingest(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Tệp kết xuất · The export")],
    source: Annotated[str, typer.Option(help="Tên nguồn trong config/sources · Source")],
    exported_at: ExportedAtOption = None,
    covers_from: Annotated[
        datetime | None, typer.Option(formats=DATE_FORMATS, help="Tệp có hồ sơ từ ngày · First day that it covers")
    ] = None,
    covers_to: Annotated[datetime | None, typer.Option(formats=DATE_FORMATS, help="đến hết ngày · Last day that it covers")] = None,
    covers_by: Annotated[
        CoveredByOption | None, typer.Option(help="Lọc theo ngày tiếp nhận, đã giải quyết, hay còn đang giải quyết · Cut by what")
    ] = None,
    accept: Annotated[
        list[str] | None, typer.Option(help="Chấp nhận tệp vi phạm quy tắc này, cần --reason · Take it though it breaks this rule")
    ] = None,
    reason: Annotated[str, typer.Option(help="Lý do chấp nhận, không ghi tên người · Why; no person's name")] = "",
) -> None:
    """Nhận và ghi nhận một tệp · Land and record one file."""
    from flows.ingest import ingest_file
    from transforms.landing import Said

    if accept and not reason.strip():
        raise ConfigError("--accept cần --reason: ghi lý do chấp nhận.", "--accept needs --reason: say why it is taken.")
    said = Said(
        covers_from=covers_from.date() if covers_from else None,
        covers_to=covers_to.date() if covers_to else None,
        covers_by=covers_by.value if covers_by else None,
        accept=tuple(accept or ()),
        reason=reason,
    )
    result = ingest_file(context.obj, file, source, exported_at, said)
    match result.outcome:
        case "refused":
            raise FileRefusedError(result.message_vi, result.message_en)
        case "repeated":
            typer.echo(f"{file.name}: đã có từ trước, không có gì mới · already there, nothing new")
        case _:
            typer.echo(
                f"{file.name}: {result.row_count} hàng/rows = {result.recorded_count} ghi nhận/recorded + "
                f"{result.unchanged_count} không đổi/unchanged + {result.duplicate_count} trùng/duplicate + "
                f"{result.quarantined_count} cách ly/quarantined"
            )
            if result.message_vi:
                typer.echo(f"Lưu ý: {result.message_vi}.\nNote: {result.message_en}.")


@app.command()
def status(context: typer.Context, as_json: JsonOption = False) -> None:
    """Lần chạy gần đây, bản hiện hành, hàng bị cách ly · What happened, what is current, what is in quarantine."""
    from flows.status import describe

    described = describe(context.obj)
    if as_json:
        _echo_json(described)
        return
    from reports.terminal import show_status

    show_status(_console(), described)


@app.command()
def releases(context: typer.Context, as_json: JsonOption = False) -> None:
    """Các bản phát hành: ngày, lúc tạo, từ bao nhiêu tệp, đã chốt chưa · The releases, and which are filed."""
    from flows.releases import list_releases

    found = list_releases(context.obj)
    if as_json:
        _echo_json(found)
        return
    from reports.terminal import show_releases

    show_releases(_console(), found)


@app.command()
def close(
    context: typer.Context,
    period: Annotated[str, typer.Option(help="2020 | 2020-H1 | 2020-9M | 2020-Q3 | 2020-09")],
    document: Annotated[str, typer.Option(help="Số, ký hiệu văn bản báo cáo, như 45/BC-UBND · Number of the report")],
    calendar: CalendarOption = "",
    release: Annotated[str | None, typer.Option(help="Bản phát hành khác bản hiện hành · Another release")] = None,
    reason: Annotated[
        str, typer.Option(help="Vì sao, khi còn tạm tính; không ghi tên người · Why, while provisional; no person's name")
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="Chốt lại một kỳ đã chốt, theo văn bản mới · Close it anew")] = False,
    as_json: JsonOption = False,
) -> None:
    """Chốt số liệu một kỳ: giữ mãi như đã báo cáo · Close a period: its figures as filed, kept for good."""
    from flows.close import close_period

    closing = close_period(context.obj, period, document, calendar, release, reason, again=again)
    if as_json:
        _echo_json(closing)
        return
    typer.echo(
        f"Đã chốt {closing['period']} ({closing['period_start']}–{closing['period_end']}) theo {closing['document']}, "
        f"bản {closing['release_id']}. Lần `motcua run` tới đặt số đã báo cáo cạnh số hiện tại.\n"
        "Closed; the next `motcua run` lays what was filed beside what is known then."
    )


@app.command()
def backfill(
    context: typer.Context,
    first: Annotated[str, typer.Option("--from", help="Tháng kết xuất đầu, như 2020-01 · First month of export")],
    last: Annotated[str, typer.Option("--to", help="Tháng kết xuất cuối · Last month of export")],
    reason: Annotated[str, typer.Option(help="Vì sao đọc lại, không ghi tên người · Why; no person's name")],
    source: Annotated[str | None, typer.Option(help="Chỉ một nguồn · One source only")] = None,
    publish: Annotated[bool, typer.Option("--publish", help="Phát hành; không ghi thì chỉ cho xem · Publish it")] = False,
    accept: Annotated[list[str] | None, typer.Option(help="Như ở motcua run · As for motcua run")] = None,
    as_json: JsonOption = False,
) -> None:
    """Đọc lại tệp của các tháng bằng khai báo hiện nay, xem số nào sẽ khác · Read months again, see which figures change."""
    from expectations.drift import Accepted
    from flows.backfill import backfill as read_months_again
    from flows.backfill import requested

    request, accepted = requested(first, last, source, reason), Accepted(tuple(accept or ()), reason)
    found = _showing_progress(lambda step: read_months_again(context.obj, request, step, publish=publish, accepted=accepted))
    if as_json:
        blocked = found.blocked_by and {"vi": found.blocked_by.vi, "en": found.blocked_by.en}
        release_id = found.outcome and found.outcome.release_id
        _echo_json({**vars(found), "blocked_by": blocked, "outcome": release_id})
    else:
        from reports.terminal import show_backfill

        show_backfill(_console(), vars(found))
    if found.blocked_by:
        raise typer.Exit(found.blocked_by.exit_code)


@app.command()
def prune(
    context: typer.Context,
    is_sure: Annotated[bool, typer.Option("--yes", help="Xóa thật; không ghi thì chỉ cho xem · Remove, do not only say")] = False,
    as_json: JsonOption = False,
) -> None:
    """Dọn bản phát hành, tệp gốc quá hạn giữ, nói trước mất gì · Remove what is no longer kept, after saying what goes."""
    from flows.prune import prune as prune_home

    found = prune_home(context.obj, is_sure=is_sure)
    if as_json:
        _echo_json({**vars(found), "byte_count": found.byte_count})
        return
    from reports.terminal import show_pruning

    show_pruning(_console(), vars(found), found.byte_count)


@app.command()
def query(
    context: typer.Context,
    sql: Annotated[str, typer.Argument(help="Câu lệnh SQL (DuckDB) · SQL")],
    table_format: Annotated[TableFormat, typer.Option("--format", help="Dạng kết quả · Format")] = TableFormat.table,
    output: Annotated[Path | None, typer.Option(help="Tệp kết quả; parquet cần có · File to write; parquet needs it")] = None,
    release: ReleaseOption = None,
) -> None:
    """Hỏi bản phát hành hiện hành bằng SQL, chỉ đọc · Ask the current release in SQL, read-only."""
    from flows.query import run_query

    run_query(context.obj, sql, table_format.value, output, release)


@app.command()
def rules(
    context: typer.Context,
    unit: Annotated[str | None, typer.Option(help="Mã hoặc tên đơn vị · Unit")] = None,
    period: Annotated[str, typer.Option(help="2020 | 2020-H1 | 2020-9M | 2020-Q3 | 2020-09")] = "",
    calendar: CalendarOption = "",
    basis: Annotated[
        str, typer.Option(help="Mẫu số: resolved (mặc định), due_in_period, cohort … · What the denominator holds")
    ] = "",
    own: Annotated[bool, typer.Option("--own", help="Riêng đơn vị, không tính cấp dưới · Without the units below it")] = False,
    show_all: Annotated[bool, typer.Option("--all", help="Mọi cách tính · Every rule")] = False,
    as_json: JsonOption = False,
) -> None:
    """Một đơn vị, một kỳ theo từng cách tính, và vì sao khác nhau · A unit and period under each rule, and why they differ."""
    from flows.filed import say_why
    from flows.publish import read_manifest
    from flows.query import find_release
    from reports.rules_table import read_rules
    from transforms.periods import named_period
    from transforms.registry import known_basis
    from transforms.registry import rules as registered

    if unit is None:
        if as_json:
            _echo_json(registered())
            return
        for rule in registered().values():
            needs = f" (cần/needs: {rule['needs']})" if rule["needs"] else ""
            typer.echo(f"{rule['rule_id']:13} {rule['title_vi']} · {rule['title_en']}{needs}")
        return
    release = find_release(context.obj, None)
    manifest = read_manifest(release)
    plan = manifest["plan"]
    chosen = named_period(period or str(plan["year"]))
    found = read_rules(
        release, unit, calendar or plan["calendar"], chosen, "own" if own else "subtree", known_basis("on_time", basis)
    )
    say_why(context.obj, release, manifest, found["filed"])
    if as_json:
        _echo_json(found)
        return
    from reports.terminal import show_rules

    show_rules(_console(), found, show_all=show_all)


@app.command()
def figures(
    context: typer.Context,
    unit: UnitOption,
    first: Annotated[datetime, typer.Option("--from", formats=DATE_FORMATS, help="Từ ngày · First day")],
    last: Annotated[datetime, typer.Option("--to", formats=DATE_FORMATS, help="Đến hết ngày · Last day")],
    indicator: Annotated[str | None, typer.Option(help="Chỉ một chỉ tiêu · One indicator only")] = None,
    scope: Annotated[
        Scope, typer.Option(help="Riêng đơn vị, cả đơn vị trực thuộc, hay trong phạm vi kế hoạch · Which units count")
    ] = Scope.subtree,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Số liệu của một đơn vị giữa hai ngày bất kỳ · A unit's figures between any two days."""
    from flows.figures import tell_figures

    found = tell_figures(context.obj, unit, scope.value, first.date(), last.date(), indicator, release)
    if as_json:
        _echo_json(found)
        return
    from reports.terminal import show_figures

    show_figures(_console(), found)


@app.command()
def explain(
    context: typer.Context,
    unit: UnitOption,
    indicator: IndicatorOption,
    period: PeriodOption,
    rule: RuleOption = "",
    basis: BasisOption = "",
    calendar: CalendarOption = "",
    scope: ScopeOption = Scope.subtree,
    limit: LimitOption = 20,
    lines: Annotated[
        bool, typer.Option("--lines", help="Kèm tệp và dòng của từng hồ sơ được liệt kê · With the file and line of each")
    ] = False,
    xlsx: Annotated[Path | None, typer.Option(help="Ghi mọi hồ sơ vào tệp Excel này · Every dossier as a workbook")] = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Vì sao ra số này: cách tính, phép cộng, từng hồ sơ · A figure, its rule, what adds up to it, its dossiers."""
    from flows.explain import explain as tell
    from reports.explanation import Asked
    from transforms.periods import named_period

    asked = Asked(unit, indicator, named_period(period), rule, basis, calendar, scope.value)
    found = tell(context.obj, asked, release, None if xlsx else limit, with_lines=lines)
    if xlsx:
        from reports.explanation_workbook import explanation_workbook
        from transforms.duck import needing_room

        with needing_room(xlsx.parent):
            xlsx.write_bytes(explanation_workbook(found))
        typer.echo(f"Đã ghi / written: {xlsx}")
    elif as_json:
        _echo_json(found)
    else:
        from reports.explanation_terminal import show_explanation

        show_explanation(_console(), found)


@app.command()
def changed(
    context: typer.Context,
    unit: UnitOption,
    indicator: IndicatorOption,
    period: PeriodOption,
    since: Annotated[str, typer.Option(help="Bản phát hành trước, xem motcua releases · The release before")],
    rule: RuleOption = "",
    basis: BasisOption = "",
    calendar: CalendarOption = "",
    scope: ScopeOption = Scope.subtree,
    limit: LimitOption = 20,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Vì sao số này khác bản phát hành trước: từng nguyên nhân, từng hồ sơ · Why a figure moved since another release."""
    from flows.explain import changed as tell
    from reports.explanation import Asked
    from transforms.periods import named_period

    asked = Asked(unit, indicator, named_period(period), rule, basis, calendar, scope.value)
    found = tell(context.obj, asked, since, release, limit)
    if as_json:
        _echo_json(found)
        return
    from reports.explanation_terminal import show_changes

    show_changes(_console(), found)


@app.command()
def report(
    context: typer.Context,
    release: ReleaseOption = None,
    output: Annotated[Path | None, typer.Option(help="Thư mục cần ghi · The folder to write")] = None,
    excel: Annotated[
        bool, typer.Option("--excel", help="Biểu mẫu, mục tiêu, danh sách quá hạn bằng Excel · Forms, targets, overdue lists")
    ] = False,
    word: Annotated[
        bool, typer.Option("--word", help="Báo cáo kỳ, công văn đôn đốc, trang vì sao chưa đạt (Word) · The Word documents instead")
    ] = False,
    period: Annotated[
        str,
        typer.Option(
            help="Với --excel, --word: kỳ, như 2020-Q3; mặc định: năm kế hoạch, --excel thêm quý đã hết gần nhất · else the plan's "
            "year, with --excel the latest ended quarter too"
        ),
    ] = "",
    unit: Annotated[
        str,
        typer.Option(
            help="Với --excel, --word: đơn vị; mặc định: mọi đơn vị (Excel), đơn vị cao nhất (Word) · else all, or the top one"
        ),
    ] = "",
    public: Annotated[
        bool,
        typer.Option("--public", help="Bản công khai: không có hồ sơ, số đếm nhỏ · For everybody: no dossiers, no small counts"),
    ] = False,
) -> None:
    """Ghi trang báo cáo, sổ Excel hay văn bản Word ra thư mục khác · Write the page, workbooks or documents of a release."""
    from flows.report import write_report_of, write_workbooks_of
    from flows.word import write_word_of

    if sum((excel, word, public)) > 1:
        raise ConfigError("Chọn một trong --excel, --word, --public.", "Choose one of --excel, --word and --public.")
    if word:
        typer.echo(write_word_of(context.obj, release, period, unit, output))
        return
    if excel:
        for file in write_workbooks_of(context.obj, release, period, unit, output):
            typer.echo(file)
        return
    if period or unit:
        raise ConfigError("--period và --unit đi với --excel hoặc --word.", "--period and --unit go with --excel or --word.")
    typer.echo(write_report_of(context.obj, release, output, is_public=public))


@app.command()
def review(
    context: typer.Context,
    unit: Annotated[str, typer.Option(help="Mã hoặc tên đơn vị; mặc định: đơn vị cao nhất · Unit, else the one at the top")] = "",
    period: Annotated[str, typer.Option(help="2020 | 2020-Q3 | 2020-09 …; mặc định: năm kế hoạch · else the plan's year")] = "",
    calendar: CalendarOption = "",
    limit: LimitOption = 20,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hồ sơ cần rà soát, chỉ dùng nội bộ: sửa sau hạn, ảnh hưởng tỷ lệ · The internal review list of edits, and their effect."""
    from flows.review import review as read

    found = read(context.obj, unit, period, calendar, release, limit)
    if as_json:
        _echo_json(found)
        return
    from reports.review_terminal import show_review

    show_review(_console(), found)


@app.command()
def reconcile(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV: Đơn vị, Kỳ, Đúng hạn, Đã giải quyết · unit, period, in_time, resolved")],
    calendar: CalendarOption = "",
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Đối chiếu bảng tổng hợp của cổng, của phần mềm khác · Lay the summary of a portal or a vendor beside ours."""
    from flows.reconcile import reconcile_file

    found = reconcile_file(context.obj, file, calendar, release)
    if as_json:
        _echo_json(found)
        return
    from reports.terminal import show_reconciliation

    show_reconciliation(_console(), found)


@app.command()
def schedule(
    context: typer.Context,
    cron: Annotated[str, typer.Option(help="Lịch chạy, giờ Việt Nam · When, Vietnamese time")] = "30 1 * * *",
) -> None:
    """Chạy theo lịch bằng máy chủ Prefect trên máy này · Serve the nightly flow from a local Prefect server."""
    from flows.prefect_way import serve_schedule

    prepare_home(context.obj)
    serve_schedule(context.obj, cron, on_ready=lambda address: typer.echo(f"Đang chờ lịch / serving {cron}: {address}"))


@app.command()
def models(context: typer.Context, as_json: JsonOption = False) -> None:
    """Các mô hình SQL theo thứ tự chạy · The SQL models in the order they run."""
    del context
    from transforms.build import MODEL_INPUTS
    from transforms.runner import all_models, in_order

    ordered = in_order(all_models(), MODEL_INPUTS)
    if as_json:
        _echo_json([{"name": m.name, "layer": m.layer, **m.header, "columns": m.columns} for m in ordered])
        return
    for model in ordered:
        typer.echo(f"{model.layer:8} {model.name:22} {model.header['sentence']}")


@app.command()
def doctor(context: typer.Context) -> None:
    """Kiểm tra cấu hình và môi trường · Check configuration and environment."""
    from flows.doctor import examine

    findings = examine(context.obj)
    for is_well, vi, en in findings:
        typer.echo(f"{'✔' if is_well else '✘'} {vi} · {en}")
    if not all(is_well for is_well, *_ in findings):
        raise typer.Exit(ConfigError.exit_code)


@sources_app.command("list")
def sources_list(context: typer.Context, as_json: JsonOption = False) -> None:
    """Các nguồn đã khai báo · The sources that are declared."""
    from flows.settings import load_config

    prepare_home(context.obj)
    profiles = load_config(context.obj).profiles
    if as_json:
        _echo_json([p.model_dump(mode="json", include={"source", "title", "kind", "delivery", "pull"}) for p in profiles.values()])
        return
    for profile in profiles.values():
        folder = profile.pull.folder if profile.pull else "chỉ qua motcua ingest · by motcua ingest only"
        typer.echo(f"{profile.source:12} {profile.kind:13} {profile.delivery:9} {folder}\n{'':12} {profile.title}")


@sources_app.command("infer")
def sources_infer(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Tệp chưa có hồ sơ nguồn · A file that no profile knows")],
    kind: Annotated[
        Kind | None, typer.Option(help="Loại dữ liệu, nếu không tự nhận ra · What it lists, where that is not seen")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Ghi vào tệp này, ví dụ config/sources/xa_mau.yml · Write it there instead of printing it")
    ] = None,
) -> None:
    """Xem một tệp lạ, viết bản nháp hồ sơ nguồn kèm mọi chỗ chưa chắc · Draft the profile of a file, with every doubt."""
    from flows.infer import draft_profile

    text, doubt_count = draft_profile(context.obj, file, kind.value if kind else None, out)
    if out is None:
        typer.echo(text, nl=False)
        return
    typer.echo(
        f"Đã viết {out}; {doubt_count} chỗ cần xem, ở các dòng #. Sửa xong thì thử / mend it, then try:\n"
        f"motcua sources check {file} --source {out.stem}"
    )


@sources_app.command("check")
def sources_check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Tệp cần thử · The file")],
    source: Annotated[
        str | None, typer.Option(help="Tên nguồn; không ghi thì nhận theo hàng tên cột · Source; else told by the header")
    ] = None,
    exported_at: ExportedAtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Đọc thử một tệp, không ghi nhận gì · Read a file without recording anything."""
    from flows.ingest import try_file

    found = try_file(context.obj, file, source, exported_at)
    if as_json:
        _echo_json(found)
        return
    from reports.file_check import show_check

    show_check(_console(), found)


@sources_app.command("errors")
def sources_errors(
    context: typer.Context,
    file: Annotated[
        str | None, typer.Argument(help="Tên tệp, hoặc phần đầu mã của nó · A file's name, or the start of its id")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Nguồn; không nêu tệp thì lấy tệp lỗi mới nhất · Source")] = None,
    output: Annotated[Path | None, typer.Option(help="Tệp Excel cần ghi · The workbook to write")] = None,
    as_json: JsonOption = False,
) -> None:
    """Báo cáo lỗi (Excel) cho nơi gửi tệp · The error report of a landed file, for the office that sent it."""
    from flows.error_report import write_error_report
    from reports.numbers import count

    report = write_error_report(context.obj, file, source, output)
    if as_json:
        _echo_json(report)
        return
    kept_out = f"{count(report['quarantined_count'])} hàng bị cách ly · rows kept out"
    typer.echo(f"{report['file_name']} ({report['source']}): {kept_out} → {report['output']}")


@registers_app.command("list")
def registers_list(as_json: JsonOption = False) -> None:
    """Các sổ và chỉ tiêu lấy từ sổ · The registers, and the indicators that come from them."""
    from flows.registers import list_registers

    found = list_registers()
    if as_json:
        _echo_json(found)
        return
    for register in found:
        typer.echo(f"{register['register']:16} {register['title_vi']} · {register['title_en']}")
        typer.echo(f"{'':16} {', '.join(register['indicators'])}")


@registers_app.command("template")
def registers_template(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Tên sổ, như inspection · Name of the register")],
    out: Annotated[Path | None, typer.Option(help="Tệp .xlsx cần ghi · The file to write")] = None,
) -> None:
    """Ghi mẫu Excel của một sổ · Write the Excel template of a register."""
    from flows.registers import make_template

    path, how = make_template(context.obj, name, out)
    typer.echo(f"{path}\n{how.vi}\n{how.en}")


@units_app.command("load")
def units_load(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Bảng chuyển đổi xã mới – cũ của cơ quan thống kê (CSV) · Conversion table")],
    as_json: JsonOption = False,
) -> None:
    """Nạp bảng chuyển đổi đơn vị hành chính · Load a conversion table of communes into unit_succession.csv."""
    from flows.units import load_conversion
    from reports.numbers import count

    found = load_conversion(context.obj, file)
    if as_json:
        _echo_json(found)
        return
    vi = {name: count(number) for name, number in found.items()}
    en = {name: f"{number:,}" for name, number in found.items()}
    typer.echo(
        f"{vi['link_count']} liên kết, {vi['new_code_count']} mã mới, {vi['old_code_count']} mã cũ, "
        f"{vi['split_count']} mã cũ bị chia cho nhiều mã mới; {vi['changed_count']} dòng mới hoặc đổi.\n"
        f"{en['link_count']} links, {en['new_code_count']} new and {en['old_code_count']} old codes, "
        f"{en['split_count']} split between several new ones; {en['changed_count']} rows are new or changed."
    )
    if without := found["without_old_code_count"]:
        old, split = found["old_code_count"] - 1, found["split_count"] - (without > 1)
        typer.echo(
            f"Trong đó {count(without)} dòng không có mã cũ, đếm chung là một mã; không kể thì {count(old)} mã cũ, "
            f"{count(split)} mã bị chia.\n"
            f"Of these, {without:,} rows have no old code and count as one code; without it {old:,} old codes, {split:,} split."
        )


@config_app.command("export")
def config_export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Sổ Excel sẽ ghi (.xlsx) · The workbook to write")],
) -> None:
    """Xuất từ, tên cột, đơn vị, thủ tục ra một sổ Excel để sửa · Write them to one workbook to be edited."""
    from flows.config_workbook import export_config

    rows = export_config(context.obj, file)
    typer.echo(f"{file}: {', '.join(f'{name} {number}' for name, number in rows.items())}")


@config_app.command("import")
def config_import(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Sổ Excel đã sửa · The workbook as edited")],
    only_show: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra và cho xem thay đổi · Only check and show")] = False,
    as_json: JsonOption = False,
) -> None:
    """Nạp lại sổ Excel: kiểm tra hết rồi mới ghi · Take it back: everything is checked before anything is written."""
    from flows.config_workbook import import_config

    found, laid_out_anew = import_config(context.obj, file, only_show=only_show)
    if as_json:
        _echo_json([vars(change) for change in found])
        return
    signs = {"added": "+", "removed": "−", "changed": "~"}
    for change in found:
        typer.echo(f"{signs[change.kind]} {change.table}: {change.what}")
    for path in laid_out_anew:
        typer.echo(f"{path}: thụt dòng được viết lại, chú thích giữ nguyên · indents are written anew, comments stay")
    done = "chưa ghi / not written" if only_show else "đã ghi / written"
    typer.echo(f"{len(found)} thay đổi / changes, {done}" if found else "Không có gì thay đổi · Nothing changes")


def _showing_progress(run: Callable[["Step"], Any]) -> Any:
    """Run in process, with the step under way and how far it is shown where somebody watches."""
    from flows.nightly import run_step
    from flows.progress import watcher

    console = _console(stderr=True)
    if not console.is_terminal:
        return run(run_step)

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:

        def step(name: str, function: Any, *args: Any, retries: int = 0) -> Any:
            bar = bars.add_task(STEP_TITLES[name], total=None)
            token = watcher.set(lambda done, of: bars.update(bar, completed=done, total=of))
            try:
                return run_step(name, function, *args, retries=retries)
            finally:
                watcher.reset(token)
                bars.remove_task(bar)

        return run(step)


def _show_outcome(home: Home, outcome: "Outcome") -> None:
    from flows.filed import say_why
    from flows.publish import read_manifest
    from reports.filed import MOVED_SHOWN
    from reports.scorecard import read_scorecard
    from reports.terminal import show_run

    release = Path(outcome.release)
    manifest = read_manifest(release)
    plan = manifest["plan"]
    before = Path(outcome.before) if outcome.before else None
    scorecard = read_scorecard(release, plan, before)
    for closing in scorecard["closings"]:
        say_why(home, release, manifest, closing["moved"][:MOVED_SHOWN])
    show_run(_console(), scorecard, plan, vars(outcome), str(home.marts / "current"))


def _console(*, stderr: bool = False) -> "Console":
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=False)


def _echo_json(content: Any) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2, default=str))
