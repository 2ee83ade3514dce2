"""Reading the exports of some months again with today's profiles: staged first, so that everybody sees what would change."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from expectations.drift import NOTHING_ACCEPTED, Accepted
from flows.explain import known_release, lists_dossiers
from flows.home import Home, prepare_home
from flows.kept_config import keep_config
from flows.lock import writing
from flows.nightly import (
    Outcome,
    Plan,
    Step,
    build_release,
    check_release,
    noted,
    outcome_of,
    plan_release,
    publish_release,
    run_step,
)
from flows.progress import telling
from flows.publish import current_release, link_or_copy, read_manifest
from flows.reading import reader_of, reading
from flows.settings import load_config
from flows.staged import clear_staged, take_over
from reports.figure_changes import CHANGES_SHOWN, add_causes, figures_changed, usual_changes
from transforms.build import DECISIVE, code_hash, release_inputs
from transforms.duck import connect, needing_room
from transforms.errors import ChecksFailedError, ConfigError
from transforms.landing import notice_restored
from transforms.past import mark_for_reading
from transforms.profiles import profile_of
from transforms.recording import files_to_read, keep_reading, retell_all
from transforms.register_file import replace_file
from transforms.warehouse import open_warehouse

_REQUEST = "request.json"
_EVER = date(9999, 1, 1)


@dataclass(frozen=True)
class Request:
    """What is to be read again: the files exported from the first of one month to the last of another, of one source or all."""

    first: date
    before: date
    source: str | None
    reason: str


@dataclass(frozen=True)
class Backfilled:
    """What reading again came to: files read (``resumed`` says that others had been before), figures that would be others.

    ``blocked_by`` says why the release would not be published; ``outcome`` is there once it is.
    """

    file_count: int
    resumed: bool
    changes: list[dict[str, Any]] = field(default_factory=list)
    blocked_by: ChecksFailedError | None = None
    outcome: Outcome | None = None


def requested(first_month: str, last_month: str, source: str | None, reason: str) -> Request:
    """The request that the options make; ConfigError for what is no month, or without a reason."""
    if not reason.strip():
        raise ConfigError("backfill cần --reason: ghi vì sao đọc lại.", "backfill needs --reason: say why it is read again.")
    first, last = (_month(written) for written in (first_month, last_month))
    if last < first:
        raise ConfigError(f"--to {last_month} trước --from {first_month}.", f"--to {last_month} is before --from {first_month}.")
    return Request(first, _next_month(last), source, reason.strip())


def backfill(
    home: Home, request: Request, step: Step = run_step, *, publish: bool = False, accepted: Accepted = NOTHING_ACCEPTED
) -> Backfilled:
    """Read the requested exports again into a copy of the history, and say which figures that would change.

    Nothing is changed unless ``publish``: then the copy becomes the history, and its release current. What was read before a kill
    is not read again, as long as neither the history nor the configuration changed since. It holds the office's lock throughout.
    """
    prepare_home(home)
    config = load_config(home)
    if request.source:
        profile_of(request.source, config.profiles)
    last = request.before - timedelta(days=1)
    command = f"motcua backfill --from {request.first:%Y-%m} --to {last:%Y-%m}"
    command += (f" --source {request.source}" if request.source else "") + (" --publish" if publish else "")
    noted_as = f'{command} --reason "{request.reason}"'
    with writing(home, noted_as), noted(home, noted_as) as note:
        before = current_release(home)
        if before is None:
            raise ConfigError("Chưa có bản phát hành nào; hãy chạy `motcua run`.", "There is no release yet; run `motcua run`.")
        staged = replace(home, staged_history=home.backfill_folder)
        is_resumed = step("stage", stage, home, staged, request)
        file_count = step("record", read_again, staged)
        plan = step("plan", plan_release, staged, None)
        if plan.release_id == before.name:
            clear_staged(staged.warehouse_folder)
            note.release(outcome_of(before, [], is_new=False), plan.as_of)
            return Backfilled(file_count, is_resumed)
        build = step("build", build_release, staged, plan)
        found = Backfilled(file_count, is_resumed, step("compare", figures_that_change, build, plan, before))
        try:
            verdict = step("check", check_release, staged, build, plan, accepted, command)
        except ChecksFailedError as failed:
            if publish:
                raise
            return replace(found, blocked_by=failed)
        if not publish:
            return found
        take_over(home, staged)
        release = step("publish", publish_release, staged, build, plan, verdict)
        clear_staged(staged.warehouse_folder)
        outcome = outcome_of(release, [], is_new=True, before=before)
        note.release(outcome, plan.as_of)
        return replace(found, outcome=outcome)


def stage(home: Home, staged: Home, request: Request) -> bool:
    """Copy the history, with the requested files waiting to be read; whether such a copy lies there, begun earlier, and is used."""
    folder = staged.warehouse_folder
    con = open_warehouse(home.warehouse, temp=home.scratch)
    try:
        notice_restored(con, home.raw)
        con.execute("checkpoint")
        said = _said(con, home, request)
    finally:
        con.close()
    if _lies_there(folder, said):
        return True
    shutil.rmtree(folder, ignore_errors=True)
    with needing_room(home.warehouse_folder):
        folder.mkdir(parents=True)
        shutil.copyfile(home.warehouse, staged.warehouse)
        if home.read_rows.exists():
            shutil.copytree(home.read_rows, staged.read_rows, copy_function=link_or_copy)
        con = open_warehouse(staged.warehouse, temp=home.scratch)
        try:
            sources = [request.source] if request.source else list(load_config(home).profiles)
            waiting, removed = mark_for_reading(con, request.first, request.before, sources, request.reason)
        finally:
            con.close()
        if removed or not waiting:
            shutil.rmtree(folder)
            raise _removed(removed) if removed else _none(request)
        replace_file(folder / _REQUEST, json.dumps(said).encode())
    return False


def read_again(staged: Home) -> int:
    """Read what still waits in a staged history, and tell the history of its sources anew; how many files were read."""
    reader = reader_of(load_config(staged))
    shutil.rmtree(staged.scratch, ignore_errors=True)
    staged.scratch.mkdir()
    con = open_warehouse(staged.warehouse, temp=staged.scratch)
    try:
        files = [f for f in files_to_read(con, reader.profiles, reader.names, reader.rules) if f["outcome"] == "landed"]
        with needing_room(staged.warehouse_folder), reading(con, staged, files, lambda _: reader) as readings:
            for file, read in zip(telling(files), readings, strict=True):
                keep_reading(con, file, read, staged.read_rows)
            told = con.execute("select distinct source from landed_file where reread_reason is not null order by source").fetchall()
            retell_all(con, [source for (source,) in told], staged.read_rows)
        con.execute("checkpoint")
        return len(files)
    finally:
        con.close()


def figures_that_change(build: Path, plan: Plan, before: Path) -> list[dict[str, Any]]:
    """The figures of a build that are others than a release's; the usual ones among them, as far as they are shown, with causes."""
    then = known_release("before", read_manifest(before))
    con = connect(build)
    try:
        changes = figures_changed(con, before)
        if lists_dossiers(before):  # an older program's release has no dossiers to compare
            add_causes(
                con, before, then, known_release("now", {**plan.manifest, "files": {}}), usual_changes(changes)[:CHANGES_SHOWN]
            )
        return changes
    finally:
        con.close()


def _said(con: duckdb.DuckDBPyConnection, home: Home, request: Request) -> dict[str, str]:
    """What a staged history rests on; where any of it is another, it is staged anew."""
    known = [tuple(each[name] for name in DECISIVE) for each in release_inputs(con, _EVER)]
    return {
        "first": request.first.isoformat(),
        "before": request.before.isoformat(),
        "source": request.source or "",
        "reason": request.reason,
        "code": code_hash(),
        "history": hashlib.sha256(repr(known).encode()).hexdigest(),
        "config": hashlib.sha256(repr(sorted(keep_config(home).items())).encode()).hexdigest(),
    }


def _lies_there(folder: Path, said: Mapping[str, str]) -> bool:
    try:
        return json.loads((folder / _REQUEST).read_text(encoding="utf-8")) == said
    except (OSError, ValueError):
        return False


def _month(written: str) -> date:
    try:
        return date.fromisoformat(f"{written}-01")
    except ValueError:
        raise ConfigError(
            f"«{written}» không phải là tháng; ghi như 2020-01.", f"“{written}” is no month; write it as 2020-01."
        ) from None


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _none(request: Request) -> ConfigError:
    return ConfigError(
        f"Không có tệp nào kết xuất từ {request.first:%d/%m/%Y} đến trước {request.before:%d/%m/%Y}"
        f"{f' của nguồn {request.source}' if request.source else ''}.",
        f"No file was exported from {request.first} to before {request.before}"
        f"{f' by the source {request.source}' if request.source else ''}.",
    )


def _removed(names: list[str]) -> ConfigError:
    listed = ", ".join(names[:5])
    return ConfigError(
        f"{len(names)} tệp trong các tháng ấy đã dọn bằng `motcua prune`, không đọc lại được: {listed}. "
        "Khôi phục chúng vào data/raw từ bản sao lưu, hoặc chọn các tháng khác.",
        f"{len(names)} files of these months were removed by `motcua prune` and cannot be read again: {listed}. "
        "Restore them into data/raw from a backup, or choose other months.",
    )
