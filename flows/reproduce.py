"""An earlier night, reproduced: the same files as read then, the same configuration, told and built again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from flows.home import Home, prepare_home
from flows.kept_config import with_kept_config
from flows.lock import writing
from flows.nightly import Outcome, Step, build_release, check_release, noted, outcome_of, plan_release, publish_release, run_step
from flows.progress import telling
from flows.publish import link_or_copy, unlike
from flows.reading import Reader, reader_of, reading
from flows.releases import kept_configs, manifest_of
from flows.settings import load_config
from transforms.duck import needing_room, rows
from transforms.errors import ConfigError, PublishError
from transforms.history import read_file_path
from transforms.past import copy_readings, told_otherwise
from transforms.recording import keep_reading, retell_all
from transforms.warehouse import open_warehouse


@dataclass(frozen=True)
class Reproduced:
    """How a reproduction ended; ``versions`` holds, of what made it then and now, each part that is another one."""

    outcome: Outcome
    is_same: bool
    versions: dict[str, tuple[str, str]]


def reproduce(home: Home, release_id: str, step: Step = run_step) -> Reproduced:
    """Make a release's tables again from exactly what it was made from; nothing is pulled, and `current` stays.

    Under the same versions it comes out the same, byte for byte, or PublishError says what does not. Under others it is a
    release of its own. ConfigError when files, readings or configuration of that night cannot be had any more.
    """
    prepare_home(home)
    manifest = manifest_of(home, release_id)
    command = f"motcua run --inputs-of {release_id}"
    with writing(home, command), noted(home, command) as note:
        then = step("restore", restore_night, home, manifest)
        plan = replace(step("plan", plan_release, then, date.fromisoformat(manifest["as_of"])), is_latest=False)
        build = step("build", build_release, then, plan)
        verdict = step("check", check_release, then, build, plan)
        release, is_same = home.releases / release_id, plan.release_id == release_id
        if is_same and (names := step("compare", unlike, then, build, manifest)):
            raise _not_the_same(release_id, names)
        if not (is_same and release.is_dir()):
            said = {} if is_same else {"inputs_of": release_id}
            plan = replace(plan, manifest=plan.manifest | said)
            release = step("publish", publish_release, then, build, plan, verdict)
        outcome = outcome_of(release, [], is_new=not is_same)
        note.release(outcome, plan.as_of)
        now, before = plan.manifest["versions"], manifest["versions"]
        return Reproduced(outcome, is_same, {name: (before[name], now[name]) for name in now if before.get(name) != now[name]})


def restore_night(home: Home, manifest: dict[str, Any]) -> Home:
    """The home as that night had it: its configuration, and a history told from its files, unless the warehouse's says the same."""
    if "config" not in manifest:
        raise ConfigError(
            f"Bản {manifest['id']} do phiên bản phần mềm cũ tạo ra, chưa lưu cấu hình kèm theo; không tái lập được.",
            f"The release {manifest['id']} was made by an older program that did not keep its configuration; "
            "it cannot be reproduced.",
        )
    folder, inputs, day = home.scratch / "then", manifest["inputs"], date.fromisoformat(manifest["as_of"])
    then = with_kept_config(home, manifest["config"], folder / "config")
    con = open_warehouse(home.warehouse, temp=home.scratch)
    try:
        is_as_then = not told_otherwise(con, inputs, day)
    finally:
        con.close()
    return then if is_as_then else _told_again(home, replace(then, staged_history=folder / "warehouse"), inputs, day)


def _told_again(home: Home, then: Home, inputs: Sequence[dict], day: date) -> Home:
    then.scratch.mkdir(parents=True)
    con = open_warehouse(then.warehouse, temp=then.scratch)
    try:
        with needing_room(then.warehouse_folder):
            to_read, unknown = copy_readings(con, home.warehouse, inputs)
            if lost := [*unknown, *(file for file in to_read if not (home.raw / file["stored_as"]).is_file())]:
                raise _lost(lost)
            for file in rows(con, "select source, file_id from landed_file where row_count is not null"):
                _share_rows(home, then, **file)
            hashes = {(each["source"], each["sha256"]): each["reading_hash"] for each in inputs}
            find = _reader_finder(home, then)
            readers = {_key(file): find(file["source"], hashes[_key(file)]) for file in to_read}
            if lost := [file for file in to_read if readers[_key(file)] is None]:
                raise _lost(lost)
            with reading(con, then, to_read, lambda file: readers[_key(file)]) as readings:
                for file, read in zip(telling(to_read), readings, strict=True):
                    keep_reading(con, file, read, then.read_rows)
            retell_all(con, sorted({each["source"] for each in inputs}), then.read_rows)
        if names := told_otherwise(con, inputs, day):
            raise _lost([{"file_name": name} for name in names])
    finally:
        con.close()
    return then


def _key(file: dict) -> tuple[str, str]:
    return file["source"], file["file_id"]


def _share_rows(home: Home, then: Home, source: str, file_id: str) -> None:
    kept, target = (read_file_path(each.read_rows, source, file_id) for each in (home, then))
    if kept.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(kept, target)


def _reader_finder(home: Home, then: Home) -> Callable[[str, str], Reader | None]:
    """A function that finds, among all configurations that were kept, one by which a source's files were read so."""

    @cache
    def readers() -> list[Reader]:
        return [reader_of(load_config(configured)) for configured in _as_ever_configured(home)]

    first = reader_of(load_config(then))

    def find(source: str, wanted: str) -> Reader | None:
        if first.hash_for(source) == wanted:
            return first
        return next((reader for reader in readers() if reader.hash_for(source) == wanted), None)

    return find


def _as_ever_configured(home: Home) -> Iterator[Home]:
    for number, kept in enumerate(kept_configs(home)):
        yield with_kept_config(home, kept, home.scratch / f"config-{number}")


def _lost(files: Sequence[dict]) -> ConfigError:
    names = ", ".join(sorted({file["file_name"] for file in files})[:5])
    return ConfigError(
        f"Không tái lập được đêm ấy: {len(files)} tệp nay không còn, hoặc không đọc lại được như khi đó ({names}). "
        "Khôi phục data/raw và data/warehouse từ bản sao lưu của đêm ấy nếu có.",
        f"That night cannot be reproduced: {len(files)} files are gone, or cannot be read again as they were then ({names}). "
        "Restore data/raw and data/warehouse from a backup of that night, if there is one.",
    )


def _not_the_same(release_id: str, names: Sequence[str]) -> PublishError:
    listed = ", ".join(names[:5])
    return PublishError(
        f"Cùng đầu vào, cùng phiên bản mà {len(names)} tệp không giống hệt bản {release_id}: {listed}. "
        "Bản cũ giữ nguyên. Hãy báo cho người phát triển.",
        f"From the same inputs under the same versions, {len(names)} files are not those of {release_id}: {listed}. "
        "The former release stays. Report this.",
    )
