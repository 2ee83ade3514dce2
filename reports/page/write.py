"""Writing the page: one HTML file a view and a unit, a CSV a unit, one style sheet and one script."""

import shutil
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports import numbers
from reports.excel.write import FOLDER, Planned
from reports.filed import read_closings
from reports.page.changes import MOST_EXPLAINED, Earlier, read_changes
from reports.page.data_view import read_data_view
from reports.page.definitions import read_definitions
from reports.page.dossier_lists import MOST_SHOWN, write_dossier_lists
from reports.page.figures import indicator_said, monthly, period_said, rule_said, target_figures
from reports.page.names import without_direction
from reports.page.plan import read_plan, tell_targets
from reports.page.rules_view import read_rules_view, rule_figures
from reports.page.unit_pages import unit_contexts
from reports.page.units import MONTHS, PERIODS, read_heat_map, read_multiples, read_register
from reports.periods import find_period
from reports.words import STATUSES, UNIT_DOUBTS, Said
from transforms.periods import PeriodName
from transforms.registry import bases

_ROOM = Path(__file__).parent
VIEWS = ("index.html", "units.html", "rules.html", "changes.html", "data.html", "definitions.html")

WRITTEN = {*VIEWS, *(file for file, _ in PERIODS.values()), MONTHS[0], "page.css", "page.js", "units", "dossiers", FOLDER}
"""All that may lie at the top of the folder of a page."""


def write_page(
    con: duckdb.DuckDBPyConnection,
    manifest: dict[str, Any],
    treatments: Sequence[dict[str, str]],
    target: Path,
    before: Earlier | None = None,
    workbooks: Sequence[Planned] = (),
    say_why: Callable[[list[dict[str, Any]]], None] | None = None,
) -> None:
    """Write the page of a release into ``target``, which must not exist yet; ``index.html`` is where it begins.

    ``con`` has the release's marts as tables, ``manifest`` its ``id``, ``as_of``, ``plan``, ``inputs`` and, where it was held
    against another, ``drift``; ``treatments`` are how each rule treats each status; ``workbooks`` those that are to lie beside it;
    ``say_why`` lets figures that moved since they were filed say by which causes.
    The same input gives the same bytes.
    """
    plan, as_of = manifest["plan"], date.fromisoformat(manifest["as_of"])
    year = plan["year"]
    register = read_register(con)
    figures = {kind: target_figures(con, year, kind) for kind in PERIODS}
    months = monthly(con, year)
    targets = tell_targets(con, year, figures["year"], months)
    the_plan = read_plan(targets, register)
    heat_maps = {kind: read_heat_map(con, of_kind, register) for kind, of_kind in figures.items()}
    under_rules = rule_figures(con, plan)
    period = find_period(con, plan["calendar"], PeriodName("year", year, 12))

    target.mkdir(parents=True)
    copy_assets(target)
    (target / "units").mkdir()
    days = (period["period_start"], period["period_end"]) if period else None
    lists = write_dossier_lists(con, days, as_of, register, target / "dossiers")

    shared = {
        "root": "",
        "views": VIEWS,
        "smallest": None,
        "release": {"id": manifest["id"], "as_of": as_of, "before": before.release_id if before else None},
        "plan": plan,
        "period": period and period | {"said": period_said(period)},
        "register": register,
        "workbooks": _links(workbooks),
    }
    write_view(target / "index.html", "plan.html", **shared, **the_plan)
    tabs = PERIODS | {"months": MONTHS}
    for kind, (file, _) in PERIODS.items():
        write_view(target / file, "units.html", **shared, kind=kind, tabs=tabs, **heat_maps[kind])
    multiples = read_multiples(months, heat_maps["year"]["columns"], register)
    write_view(target / MONTHS[0], "months.html", **shared, tabs=tabs, multiples=multiples)
    write_view(target / "rules.html", "rules.html", **shared, **read_rules_view(con, plan, the_plan["tops"], under_rules))
    changes = read_changes(con, before, year, figures["year"], register) if before else None
    closings = read_closings(con)
    for closed in closings if say_why else ():
        say_why(closed["moved"][:MOST_EXPLAINED])
    write_view(target / "changes.html", "changes.html", **shared, changes=changes, closings=closings)
    write_view(target / "data.html", "data.html", **shared, **read_data_view(con, manifest))
    write_view(target / "definitions.html", "definitions.html", **shared, cards=read_definitions(list(treatments)))
    for context in unit_contexts(con, plan, targets, figures["quarter"], under_rules, lists, register):
        path = target / "units" / f"{context['unit']['stem']}.html"
        write_view(path, "unit.html", **shared | {"root": "../"}, **context, most_shown=MOST_SHOWN)


def _links(workbooks: Sequence[Planned]) -> dict[str, list[tuple[str, Said]]]:
    """Each unit's workbooks, as a link and the name of the period."""
    links: dict[str, list[tuple[str, Said]]] = {}
    for book in workbooks:
        links.setdefault(book.unit_code, []).append((f"{FOLDER}/{book.file}", period_said(book.period)))
    return links


def copy_assets(target: Path) -> None:
    """Put the style sheet and the script into the folder of a page."""
    for asset in sorted((_ROOM / "assets").iterdir()):
        shutil.copyfile(asset, target / asset.name)


def write_view(path: Path, template: str, **context: Any) -> None:
    """Write one file of a page from its template."""
    path.write_text(_templates().get_template(template).render(context), encoding="utf-8", newline="\n")


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_ROOM.parent / "templates" / "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": numbers.count,
        "day": lambda day: numbers.date(day) if day else "…",
        "moment": _moment,
        "plain": without_direction,
        "basis": lambda basis: (bases()[basis]["title_vi"], bases()[basis]["title_en"]) if basis in bases() else (basis, basis),
        "rule": rule_said,
        "indicator": indicator_said,
        "period": period_said,
        "unit_doubt": lambda code: UNIT_DOUBTS[code],
        "status_word": lambda status: STATUSES.get(status, (status, status)),
    }
    return environment


def _moment(at: datetime | None) -> str:
    return f"{numbers.date(at.date())} {at:%H:%M}" if at else "…"
