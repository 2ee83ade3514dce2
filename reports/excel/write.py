"""Writing the workbooks: one a unit and period, with the sheets for which the release has anything to say."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from functools import partial
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from reports.excel.forms import Form, by_field, by_unit, read_fields, read_form, read_procedures
from reports.excel.layouts import Layout, layout_of
from reports.excel.lists import OVERDUE_COLUMNS, TARGET_COLUMNS, overdue_lines, target_lines
from reports.excel.sheet import Book, Head, Line, draw_form, draw_list, draw_notes, new_book
from reports.numbers import date as written_date
from reports.page.dossier_lists import overdue_dossiers, subtrees
from reports.page.figures import period_said, rule_said
from reports.page.marts import has_mart
from reports.page.names import without_direction
from reports.page.plan import MOST_TOPS
from reports.page.units import read_register
from reports.periods import find_period, latest_ended
from reports.targets import read_targets
from reports.words import Said
from transforms.periods import PeriodName, name_of_period
from transforms.registry import usual_rule

FOLDER = "excel"
"""Where the workbooks lie beside the page."""

_FORMS = ("form_ii06a", "form_ii07b", "form_detailed")


class Planned(NamedTuple):
    """A workbook that is to be written: of which unit and period, and in which file of the folder."""

    unit_code: str
    period: dict[str, Any]
    file: str


class _Release(NamedTuple):
    """What every workbook of a release needs, read once."""

    manifest: dict[str, Any]
    as_of: date
    register: dict[str, dict[str, Any]]
    subtrees: dict[str, list[str]]
    fields: dict[str, str]
    targets: dict[str, list[dict[str, Any]]]

    def name(self, code: str) -> str:
        return without_direction(self.register[code]["unit_name"]) if code in self.register else code

    def below(self, unit: str) -> list[str]:
        return [code for code, said in self.register.items() if said["parent_code"] == unit]

    def is_plan_year(self, period: dict[str, Any]) -> bool:
        return period["period_kind"] == "year" and period["period_end"].year == self.manifest["plan"]["year"]


class _Period(NamedTuple):
    """What every workbook of a period needs, read once; overdue dossiers by day, then by unit."""

    period: dict[str, Any]
    layouts: dict[str, Layout | None]
    ii06a: Form
    detailed: Form
    procedures: dict[str, Any] | None
    overdue: dict[date, dict[str, list[dict[str, Any]]]]


def usual_periods(con: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The latest quarter that is over, and the plan's year as far as it has come; those of which the data speak."""
    calendar, year = manifest["plan"]["calendar"], manifest["plan"]["year"]
    found = (
        latest_ended(con, calendar, "quarter", date.fromisoformat(manifest["as_of"])),
        find_period(con, calendar, PeriodName("year", year, 12)),
    )
    return [period for period in found if period]


def units_at_top(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The units whose workbooks lie in every release: those at the top, the first few where there is no register."""
    found = con.execute("select unit_code from unit where parent_code is null order by unit_code limit $1", [MOST_TOPS]).fetchall()
    return [code for (code,) in found]


def plan_workbooks(
    con: duckdb.DuckDBPyConnection,
    manifest: dict[str, Any],
    periods: Sequence[dict[str, Any]],
    units: Collection[str] | None = None,
) -> list[Planned]:
    """The workbooks of these periods, of these units or of all, that have dossiers, or targets in the plan's year.

    None of an older release that lacks the marts of the forms.
    """
    if not all(has_mart(con, mart) for mart in ("form_layout", *_FORMS)):
        return []
    register, year = read_register(con), manifest["plan"]["year"]
    judged = {code for (code,) in con.execute("select distinct unit_code from target_status").fetchall()}
    planned = []
    for period in periods:
        known = {code for code, scope in read_form(con, "form_ii06a", period) if scope == "subtree"}
        if period["period_kind"] == "year" and period["period_end"].year == year:
            known |= judged
        name = name_of_period(period["period_kind"], period["period_end"])
        planned += [
            Planned(code, period, f"{said['stem']}-{name}.xlsx")
            for code, said in register.items()
            if code in known and (units is None or code in units)
        ]
    return planned


def write_workbooks(
    con: duckdb.DuckDBPyConnection, manifest: dict[str, Any], planned: Sequence[Planned], folder: Path
) -> list[Path]:
    """Write the workbooks into a folder, over those of the same names; the same release gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    release = _read_release(con, manifest)
    for period, of_period in groupby(planned, key=lambda book: book.period):
        known = _read_period(con, period, release.as_of)
        for book in of_period:
            (folder / book.file).write_bytes(_workbook(release, known, book.unit_code))
    return [folder / book.file for book in planned]


def _read_release(con: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> _Release:
    register = read_register(con)
    targets = defaultdict(list)
    for target in read_targets(con, manifest["plan"]["year"], of_all_units=True):
        targets[target["unit_code"]].append(target)
    as_of = date.fromisoformat(manifest["as_of"])
    return _Release(manifest, as_of, register, subtrees(register), read_fields(con), dict(targets))


def _read_period(con: duckdb.DuckDBPyConnection, period: dict[str, Any], as_of: date) -> _Period:
    return _Period(
        period,
        {mart: layout_of(con, mart, period["period_end"]) for mart in _FORMS},
        read_form(con, "form_ii06a", period),
        read_form(con, "form_detailed", period),
        read_procedures(con, period),
        {day: overdue_dossiers(con, day) for day in sorted({min(period["period_end"], as_of), as_of})},
    )


def _workbook(release: _Release, known: _Period, unit: str) -> bytes:
    """The workbook of one unit and period."""
    name, content = release.name(unit), BytesIO()
    head = partial(_head, release, known.period, name)
    book = new_book(content, f"{name}, {period_said(known.period)[0]}", release.as_of)
    with book.file:
        for mart, form, short in (("form_ii06a", known.ii06a, "Biểu 06a"), ("form_detailed", known.detailed, "Chi tiết")):
            if layout := known.layouts[mart]:
                _draw(book, f"{short} lĩnh vực", layout, head, by_field(form, unit, release.fields))
                units = by_unit(form, unit, release.below(unit), release.name)
                _draw(book, f"{short} đơn vị", _of_units(layout), head, units)
        is_top = release.register[unit]["parent_code"] is None
        if is_top and known.procedures and (layout := known.layouts["form_ii07b"]):
            _draw(book, "Biểu 07b", layout, head, [Line("1", name, known.procedures)])
        if release.is_plan_year(known.period) and unit in release.targets:
            plan = release.manifest["plan"]
            titles = ["Results against the targets", *_days(release, known.period)]
            above = head([plan["title_vi"], plan["title_en"]], "Kết quả thực hiện các mục tiêu", titles)
            draw_list(book, "Mục tiêu", above, TARGET_COLUMNS, target_lines(release.targets[unit], plan["scopes"]))
        for day, overdue in known.overdue.items():
            if found := [row for member in release.subtrees[unit] for row in overdue.get(member, ())]:
                titles = ["Open dossiers that are overdue", f"Đến hết ngày {written_date(day)} · at the end of that day"]
                above = head(["Danh sách theo từng đơn vị", "List by unit"], "Hồ sơ chưa giải quyết đã quá hạn", titles)
                draw_list(book, f"Quá hạn {day:%d-%m-%Y}", above, OVERDUE_COLUMNS, overdue_lines(found, release.name))
        draw_notes(book, "Ghi chú", _notes(release, known, name))
    return content.getvalue()


def _draw(book: Book, name: str, layout: Layout, head: Callable[..., Head], lines: Sequence[Line]) -> None:
    """A form in its layout; no sheet where there are no lines."""
    if lines:
        form = [layout.form_name]
        if layout.instrument:
            form = [f"Biểu số {layout.form_name}", f"(bố cục chưa đối chiếu với {layout.instrument})"]
        counted = "thủ tục hành chính" if layout.mart == "form_ii07b" else "hồ sơ thủ tục hành chính"
        draw_form(book, name, head(form, layout.title[0], counted=f"Đơn vị tính: số {counted}"), layout.columns, lines)


def _of_units(layout: Layout) -> Layout:
    """The same layout, its lines being units."""
    return layout._replace(columns=[c._replace(heading="Đơn vị") if c.number == 2 else c for c in layout.columns])


def _head(
    release: _Release,
    period: dict[str, Any],
    unit: str,
    form: Sequence[str],
    title: str,
    below_title: Sequence[str] | None = None,
    counted: str = "",
) -> Head:
    return Head(
        form,
        title,
        below_title or list(_days(release, period)),
        [f"Đơn vị báo cáo: {unit}", "Đơn vị nhận báo cáo: …………………"],
        counted,
        f"Số liệu đến hết {written_date(release.as_of)}, bản {release.manifest['id']}",
    )


def _days(release: _Release, period: dict[str, Any]) -> Iterator[str]:
    start, end = written_date(period["period_start"]), written_date(period["period_end"])
    yield f"Kỳ báo cáo: {period_said(period)[0]}"
    yield f"(từ ngày {start} đến hết ngày {end})"
    if period["is_provisional"]:
        yield f"Số liệu tạm tính, đến hết ngày {written_date(release.as_of)}"


def _notes(release: _Release, known: _Period, unit: str) -> Iterator[tuple[str, str, str]]:
    """What a reader of the sheets must know, in both languages, and the headings of the forms in English."""
    period, rule = known.period, usual_rule("on_time")
    days = f"{written_date(period['period_start'])}–{written_date(period['period_end'])}"
    yield "Đơn vị · unit", unit, ""
    yield "Kỳ · period", f"{period_said(period)[0]} ({days})", period_said(period)[1]
    yield "Bản phát hành · release", release.manifest["id"], f"as of {written_date(release.as_of)}"
    if period["is_provisional"]:
        yield "Tạm tính · provisional", *_PROVISIONAL
    yield "Cách tính · rule", *rule_said(rule)
    yield "Tổng số · totals", *_TOTALS
    yield "Quá hạn · overdue", *_OVERDUE
    for mart, layout in known.layouts.items():
        if layout is None:
            yield _TITLES[mart], *_NO_LAYOUT
            continue
        yield layout.form_name, *layout.title
        yield "", *layout.evidence
        for column in layout.columns:
            yield f"({column.number})", " / ".join((*column.groups, column.heading)), column.in_english
    if known.procedures and None in known.procedures.values():
        yield _TITLES["form_ii07b"], *_NOT_TOLD


_TITLES = {"form_ii06a": "II.06a", "form_ii07b": "II.07b", "form_detailed": "Chi tiết · detailed"}
_PROVISIONAL: Said = (
    "Kỳ chưa hết hoặc chưa đủ tệp kết xuất; số liệu còn thay đổi.",
    "More exports of the period are to come.",
)
_TOTALS: Said = (
    "Tổng số là công thức cộng các ô của biểu; số liệu mỗi dòng là của kho số liệu.",
    "Totals are formulas over the cells of the form; what stands in its lines comes from the marts.",
)
_OVERDUE: Said = (
    "Danh sách cuối kỳ khớp cột quá hạn của phần đang giải quyết; danh sách thứ hai là của ngày số liệu.",
    "The list of the period's last day agrees with the column of open overdue dossiers; the other is of the as-of day.",
)
_NO_LAYOUT: Said = (
    "Không có bố cục biểu cho kỳ này nên không in.",
    "No layout is known for this period: not drawn.",
)
_NOT_TOLD: Said = (
    "Ô trống: danh mục thủ tục không cho biết.",
    "Empty cells: the catalogue of procedures does not tell.",
)
