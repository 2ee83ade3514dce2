"""Writing what people read of a release: inside it when it is published, and anew wherever it is asked for."""

import shutil
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

from flows.explain import known_release, lists_dossiers
from flows.filed import say_why
from flows.home import Home
from flows.publish import read_manifest, releases_newest_first
from flows.query import find_release, open_release, open_releases
from flows.settings import load_config
from reports.changes import changes_of
from reports.excel.write import FOLDER, plan_workbooks, units_at_top, usual_periods, write_workbooks
from reports.page.changes import Earlier
from reports.page.public import write_public_page
from reports.page.write import WRITTEN, write_page
from reports.periods import named
from reports.units import find_unit
from transforms.duck import needing_room
from transforms.errors import ConfigError
from transforms.periods import named_period

BEGINS = "index.html"
"""The file of a page that a reader opens."""


def write_report_of(home: Home, release_id: str | None, output: Path | None, *, is_public: bool = False) -> Path:
    """Write the page of the current or a named release, or its public version, into a folder and return the file to open.

    The folder is ``output``, or one of the release's name in data/reports. A page of the same kind that is there already is
    replaced when the new one is whole; ConfigError for a folder that holds anything else, also beside a page.
    """
    release = find_release(home, release_id)
    target = output or home.reports / (f"{release.name}-public" if is_public else release.name)
    write = write_public_report if is_public else write_report
    if target.exists() and not (target.is_dir() and (not any(target.iterdir()) or _is_page(target, is_public=is_public))):
        raise ConfigError(
            f"{target} đã có thứ khác ngoài trang cần ghi. Chọn thư mục khác bằng --output.",
            f"{target} holds something else than the page to write. Choose another folder with --output.",
        )
    made = target.with_name(f".{target.name}.new")
    shutil.rmtree(made, ignore_errors=True)
    try:
        with needing_room(target.parent):
            write(home, release, read_manifest(release), made)
            if target.exists():
                shutil.rmtree(target)
            made.rename(target)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return target / BEGINS


def write_workbooks_of(home: Home, release_id: str | None, period: str, unit: str, output: Path | None) -> list[Path]:
    """Write the Excel workbooks of the current or a named release into a folder and return their files.

    Without a ``period``, those of the latest quarter that is over and of the plan's year; without a ``unit``, one of each unit.
    The folder is ``output``, or one of the release's name in data/reports. ConfigError where the release has nothing of them.
    """
    release = find_release(home, release_id)
    manifest, target = read_manifest(release), output or home.reports / f"{release.name}-{FOLDER}"
    with closing(open_release(release)) as con:
        code = find_unit(dict(con.execute("select unit_code, unit_name from unit").fetchall()), unit) if unit else None
        calendar = manifest["plan"]["calendar"]
        periods = [named(con, calendar, named_period(period))] if period else usual_periods(con, manifest)
        planned = plan_workbooks(con, manifest, periods, [code] if code else None)
        if not planned:
            raise ConfigError(
                "Bản phát hành không có biểu mẫu nào của đơn vị và kỳ đó.", "The release has no forms of that unit and period."
            )
        with needing_room(target):
            return write_workbooks(con, manifest, planned, target)


def write_report(home: Home, release: Path, manifest: dict[str, Any], target: Path) -> None:
    """Write the page of the marts in the folder ``release`` into ``target``, beside what the release before said.

    Beside it lie the workbooks of the units at the top, of the latest quarter that is over and of the plan's year.
    """
    before = release_before(home, manifest)
    with ExitStack() as opened:
        con = opened.enter_context(closing(open_release(release)))
        earlier = _earlier(opened, before, release, manifest) if before else None
        workbooks = plan_workbooks(con, manifest, usual_periods(con, manifest), units_at_top(con))
        write_page(
            con,
            manifest,
            load_config(home).reference.treatments,
            target,
            earlier,
            workbooks,
            partial(say_why, home, release, manifest),
        )
        write_workbooks(con, manifest, workbooks, target / FOLDER)


def write_public_report(home: Home, release: Path, manifest: dict[str, Any], target: Path) -> None:
    """Write what everybody may see of the marts in the folder ``release`` into ``target``."""
    config = load_config(home)
    with closing(open_release(release)) as con:
        write_public_page(con, manifest, config.reference.treatments, config.settings.public_smallest_count, target)


def _earlier(opened: ExitStack, before: Path, release: Path, manifest: dict[str, Any]) -> Earlier:
    """The release before, and, where both list what their dossiers count, how to ask why a figure moved."""
    con = opened.enter_context(closing(open_release(before)))
    if not all(map(lists_dossiers, (before, release))):
        return Earlier(con, before.name)
    both = opened.enter_context(closing(open_releases({"before": before, "now": release})))
    known = known_release("before", read_manifest(before)), known_release("now", manifest)
    return Earlier(con, before.name, lambda figures: changes_of(both, *known, figures))


def release_before(home: Home, manifest: dict[str, Any]) -> Path | None:
    """The release to compare one with: of those published before it and not as of a later day, the latest; None for the first."""
    itself = home.releases / manifest["id"]
    newest_first = releases_newest_first(home)
    published_before = newest_first[newest_first.index(itself) + 1 :] if itself in newest_first else newest_first
    not_later = [other for other in published_before if read_manifest(other)["as_of"] <= manifest["as_of"]]
    return max(not_later, key=lambda other: read_manifest(other)["as_of"], default=None)


def _is_page(folder: Path, *, is_public: bool) -> bool:
    """Whether the folder holds a page of this kind and nothing else.

    The office's own, with its units, never replaces the one for everybody.
    """
    found = {path.name for path in folder.iterdir()}
    return {BEGINS, "page.css", "definitions.html"} <= found <= WRITTEN and ("units" in found) is not is_public
