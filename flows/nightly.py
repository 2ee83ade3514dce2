"""The nightly way, written once: pull, record, build, check, publish.

It is told how to run a step, and so runs in this process or as a flow.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.drift import ACCEPTABLE, NOTHING_ACCEPTED, Accepted
from flows.drop import answer_dropped
from flows.home import Home, prepare_home
from flows.kept_config import keep_config
from flows.lock import writing
from flows.progress import telling
from flows.publish import current_release, publish, read_manifest
from flows.pull import pull_new_files
from flows.reading import reader_of, reading
from flows.report import write_report
from flows.run_history import end_run, note_file, start_run
from flows.settings import load_config
from reports.scorecard import flat_rows, read_scorecard
from transforms.build import (
    add_check_results,
    build_marts,
    code_hash,
    latest_export_day,
    release_fingerprint,
    release_inputs,
)
from transforms.duck import connect, needing_room
from transforms.errors import ChecksFailedError, ConfigError, MotcuaError, PullError, StorageError
from transforms.landing import notice_restored
from transforms.recording import FileOutcome, files_to_read, record_reading
from transforms.warehouse import open_warehouse

if TYPE_CHECKING:
    from expectations.verdict import Verdict

Step = Callable[..., Any]


@dataclass(frozen=True)
class Outcome:
    """How a run ended: the release that stands, whether it is new and which stood before, the files, the scorecard's rows."""

    release_id: str
    release: str
    is_new: bool
    files: list[FileOutcome]
    before: str | None = None
    scorecard: list[dict[str, str]] = field(default_factory=list)
    summary: str = ""
    exit_code: int = 0


@dataclass(frozen=True)
class Plan:
    """What the next release would be: its id, its day, and the manifest it would carry."""

    release_id: str
    as_of: date
    is_latest: bool
    manifest: dict[str, Any]


def run_step(name: str, function: Callable[..., Any], *args: Any, retries: int = 0) -> Any:
    """Run one step in this process; only what touches the outside world, and may answer later, is tried again."""
    try:
        return function(*args)
    except PullError:
        if not retries:
            raise
        return run_step(name, function, *args, retries=retries - 1)


def nightly(
    home: Home,
    step: Step = run_step,
    as_of: date | None = None,
    command: str = "motcua run",
    accepted: Accepted = NOTHING_ACCEPTED,
) -> Outcome:
    """Pull, record, build, check and publish; the run history keeps how it went, and what was ``accepted``.

    MotcuaError says what stopped it; then nothing was published and the current release stays.
    """
    prepare_home(home)
    if accepted.rules:
        command += "".join(f" --accept {rule}" for rule in accepted.rules) + f' --reason "{accepted.reason.strip()}"'
    with writing(home, command), noted(home, command) as note:
        load_config(home)
        files = step("pull", pull_new_files, home, retries=2)
        files += step("record", record_landed_files, home)
        note.files(files)
        unanswered = step("answer", answer_dropped, home)
        plan = step("plan", plan_release, home, as_of)
        current = current_release(home)
        if current is not None and current.name == plan.release_id:
            outcome = outcome_of(current, files, is_new=False)
        else:
            build = step("build", build_release, home, plan)
            verdict = step("check", check_release, home, build, plan, accepted)
            release = step("publish", publish_release, home, build, plan, verdict)
            outcome = outcome_of(release, files, is_new=True, before=current)
        note.release(outcome, plan.as_of)
        if unanswered:
            raise _without_answer(outcome, unanswered)
        return outcome


def _without_answer(outcome: Outcome, unanswered: list[str]) -> StorageError:
    listed = "; ".join(unanswered)
    return StorageError(
        f"Bản {outcome.release_id} đã hoàn tất, nhưng không ghi được kết quả cạnh tệp đã thả: {listed}. "
        "Hãy đóng tệp ấy nếu đang mở, kiểm tra quyền ghi; lần chạy sau ghi lại.",
        f"The release {outcome.release_id} is complete, but results could not be written beside dropped files: {listed}. "
        "Close them where they are open and check permissions; the next run writes them.",
    )


def record_landed_files(home: Home) -> list[FileOutcome]:
    """Read every landed file that waits, several at once, and take each into the history, in order of export."""
    reader = reader_of(load_config(home))
    con = open_warehouse(home.warehouse, temp=home.scratch)
    try:
        notice_restored(con, home.raw)
        files = files_to_read(con, reader.profiles, reader.names, reader.rules)
        with needing_room(home.warehouse_folder), reading(con, home, files, lambda _: reader) as readings:
            return [
                outcome
                for file, read in zip(telling(files), readings, strict=True)
                for outcome in record_reading(con, file, read, home.read_rows)
            ]
    finally:
        con.close()


def plan_release(home: Home, as_of: date | None) -> Plan:
    """Say what the next release would be; ConfigError when there is nothing to make it from."""
    config = load_config(home)
    con = open_warehouse(home.warehouse, temp=home.scratch)
    try:
        latest = latest_export_day(con)
        if latest is None:
            raise ConfigError(
                f"Chưa có dữ liệu nào được ghi nhận trong {home.root}. Chép tệp kết xuất vào {config.settings.drop} "
                "hoặc thư mục của nguồn (`motcua sources list`), hoặc tạo huyện mẫu bằng `motcua demo`.",
                f"No data are recorded in {home.root} yet. Copy exports into {config.settings.drop} "
                "or a source's folder (`motcua sources list`), or make the demo district with `motcua demo`.",
            )
        day = as_of or latest
        inputs = release_inputs(con, day)
        if not any(file["outcome"] == "recorded" for file in inputs):
            raise ConfigError(
                f"Không có tệp nào kết xuất đến hết ngày {day:%d/%m/%Y}. Chọn --as-of muộn hơn.",
                f"No file was exported by {day.isoformat()}. Choose a later --as-of.",
            )
    finally:
        con.close()
    fingerprint = release_fingerprint(day, inputs, config.reference, config.plan, config.settings)
    manifest = {
        "id": f"{day.isoformat()}-{fingerprint}",
        "as_of": day.isoformat(),
        "inputs": inputs,
        "config": keep_config(home),
        "plan": config.plan.model_dump(mode="json", exclude={"targets"}),
        "versions": versions(),
    }
    return Plan(manifest["id"], day, is_latest=day >= latest, manifest=manifest)


def versions() -> dict[str, str]:
    """The versions that decide a release: of the code, of Python's engine libraries, of the figures' own code."""
    from importlib.metadata import version

    named = ("motcua", "duckdb", "great-expectations", "pandas", "pyarrow", "prefect")
    return {name: version(name) for name in named} | {"code": code_hash()}


def build_release(home: Home, plan: Plan) -> Path:
    """Make the release's tables in a file of their own; returns it."""
    from expectations.verdict import get_ready

    config = load_config(home)
    target = home.scratch / "build.duckdb"
    with ThreadPoolExecutor(max_workers=1) as beside, needing_room(home.scratch):
        beside.submit(get_ready)  # the engine seldom uses every core, and the checks come next
        build_marts(
            *(home.warehouse, target, config.reference, config.plan, plan.as_of),
            temp=home.scratch,
            settings=config.settings,
            releases=home.releases,
        )
    return target


def check_release(
    home: Home, build: Path, plan: Plan, accepted: Accepted = NOTHING_ACCEPTED, command: str = "motcua run"
) -> dict[str, Any]:
    """Hold every check against the tables; ChecksFailedError names the failed ones, and nothing is published.

    What is to become current is also held against what is current: the verdict has that as ``drift``. ``command`` is what to
    give again where a loss may be accepted.
    """
    from expectations.drift import judge_drift
    from expectations.verdict import judge

    before = current_release(home) if plan.is_latest else None
    con = connect(build)
    try:
        verdict = judge(con)
        add_check_results(con, verdict.as_json()["results"])
        drift = judge_drift(con, before, home.warehouse, accepted) if before else None
    finally:
        con.close()
    failed = [result for judged in (verdict, drift) if judged for result in judged.results if result.blocks]
    if failed:
        listed_vi = "; ".join(f"{r.check_id} ({r.observed}): {r.sentence_vi}" for r in failed)
        listed_en = "; ".join(f"{r.check_id} ({r.observed}): {r.sentence_en}" for r in failed)
        may_accept = [r.check_id for r in failed if r.check_id in ACCEPTABLE and r.state == "failed"]
        accepting = " ".join(f"--accept {rule}" for rule in may_accept)
        raise ChecksFailedError(
            f"Không phát hành: {len(failed)} kiểm tra không đạt hoặc không chạy được. {listed_vi} "
            "Bản hiện hành vẫn giữ nguyên. Hãy kiểm tra tệp nguồn được nêu"
            + (f'; nếu đúng là như vậy: {command} {accepting} --reason "…".' if may_accept else "."),
            f"Nothing was published: {len(failed)} checks failed or crashed. {listed_en} "
            "The current release stays. Look at the sources that are named"
            + (f'; if it is right: {command} {accepting} --reason "…".' if may_accept else "."),
        )
    if drift is None:
        return verdict.as_json()
    said = {"against": before.name, "accepted": _used(accepted, drift), "results": drift.as_json()["results"]}
    return verdict.as_json() | {"drift": said}


def _used(accepted: Accepted, drift: "Verdict") -> list[dict[str, str]]:
    """What of an acceptance the release needed."""
    failed = {result.check_id for result in drift.results if result.state == "failed"}
    return [{"rule": rule, "reason": accepted.reason.strip()} for rule in accepted.rules if rule in failed]


def publish_release(home: Home, build: Path, plan: Plan, verdict: dict[str, Any]) -> Path:
    """Write the release with its check results and its page, and make it current unless it is of a day gone by."""
    states = [result["state"] for result in verdict["results"]]
    manifest = {**plan.manifest, "verdict": {state: states.count(state) for state in sorted(set(states))}}
    if drift := verdict.get("drift"):
        failed = {result["check_id"]: result["failed_count"] for result in drift["results"] if result["state"] == "failed"}
        manifest["drift"] = {"against": drift["against"], "accepted": drift["accepted"], "failed": failed}

    def write_beside(folder: Path) -> None:
        text = json.dumps(verdict, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / "checks.json").write_text(text + "\n", encoding="utf-8")
        write_report(home, folder, manifest, folder / "report")

    return publish(home, build, plan.release_id, manifest, write_beside, make_current=plan.is_latest)


def outcome_of(release: Path, files: list[FileOutcome], *, is_new: bool, before: Path | None = None) -> Outcome:
    """How a run ended that leaves this release."""
    scorecard = read_scorecard(release, read_manifest(release)["plan"])
    summary = f"{release.name}: {len(scorecard['units'])} đơn vị"
    return Outcome(release.name, str(release), is_new, files, str(before) if before else None, flat_rows(scorecard), summary)


class Note:
    """What a run in progress tells the run history."""

    def __init__(self, home: Home, run_id: int):
        self._home, self._run_id = home, run_id
        self.outcome: Outcome | None = None
        self.as_of: date | None = None

    def files(self, files: list[FileOutcome]) -> None:
        """Note what became of each file."""
        for file in files:
            noted = {name: said for name, said in vars(file).items() if name not in ("file_id", "is_late", "rules")}
            note_file(self._home, self._run_id, **noted)

    def release(self, outcome: Outcome, as_of: date) -> None:
        """Remember which release the run ends with."""
        self.outcome, self.as_of = outcome, as_of


@contextmanager
def noted(home: Home, command: str) -> Iterator[Note]:
    """Keep in the run history how what happens inside ends."""
    note = Note(home, start_run(home, command))
    try:
        yield note
    except BaseException as error:
        vi, en = (error.vi, error.en) if isinstance(error, MotcuaError) else (type(error).__name__,) * 2
        code = error.exit_code if isinstance(error, MotcuaError) else 1
        kind = "checks_failed" if isinstance(error, ChecksFailedError) else "error"
        end_run(home, note._run_id, kind, code, message_vi=vi, message_en=en)
        raise
    release = note.outcome.release_id if note.outcome else None
    kind = "published" if note.outcome and note.outcome.is_new else "nothing_new"
    end_run(home, note._run_id, kind, 0, as_of=note.as_of, release_id=release)
