"""The drop folder: a file copied in is taken for the source that its header shows, and what became of it appears beside it.

Nothing is remembered between runs: what a file came to is looked up in the ledger by its bytes, so that a run that was
killed leaves nothing that the next one does not do.
"""

import time
from collections.abc import Collection
from pathlib import Path

import duckdb

from expectations.file_rules import must_be_acceptable
from flows.home import Home
from flows.progress import telling
from flows.settings import Config, load_config
from reports.drop_result import refused_result, taken_result, waiting_result
from reports.error_workbook import error_workbook
from transforms.duck import rows
from transforms.errors import ConfigError, FileRefusedError, PullError, refused
from transforms.file_account import account_of, quarantined_rows
from transforms.intake.faults import find_faults
from transforms.intake.recognise import recognise
from transforms.keeping import Keeping
from transforms.landing import (
    ERRORS_SUFFIX,
    RESULT_SUFFIX,
    SIDECAR_SUFFIX,
    Said,
    copy_in,
    enter,
    is_beside,
    only_hash,
    read_sidecar,
)
from transforms.profiles import Profile
from transforms.recording import FileOutcome, outcome_of_known_file
from transforms.warehouse import open_warehouse

UNKNOWN_SOURCE = "drop"
"""What stands for the source of a dropped file that is not recognised."""
REST_SECONDS = 3
"""A file that changes within this time is still being copied, and waits for the next run."""

_Look = tuple[int, int] | None
"""What is seen of a file without opening it: its size and when it was written; nothing when it is gone."""


def take_dropped(home: Home, con: duckdb.DuckDBPyConnection, config: Config, how: Keeping) -> list[FileOutcome]:
    """Land the new files of the drop folder; returns those that are there already or that cannot be taken."""
    folder = home.root / config.settings.drop
    landed = _landed_files(con)
    outcomes, new = [], []
    try:
        if folder.is_relative_to(home.root):  # elsewhere it may be a share that is not there just now
            folder.mkdir(parents=True, exist_ok=True)
        for path in _dropped(folder):
            known = _known(path, landed)
            if known is None or known["outcome"] == "refused":  # another source may take it by now
                new.append(path)
            elif known["file_name"] != path.name:
                outcomes.append(FileOutcome(known["source"], path.name, "repeated", file_id=known["file_id"]))
        at_rest = _at_rest(new)
    except OSError as error:
        raise PullError(
            f"Không đọc được thư mục thả tệp {folder}: {error}. Hãy kiểm tra đường dẫn và quyền.",
            f"The drop folder {folder} cannot be read: {error}. Check the path and permissions.",
        ) from error
    for path in telling(at_rest):
        try:
            outcomes += _take(home, con, config, path, at_rest[path], how)
        except (FileRefusedError, ConfigError) as refusal:
            outcomes.append(FileOutcome(UNKNOWN_SOURCE, path.name, "refused", message_vi=refusal.vi, message_en=refusal.en))
    return outcomes


def answer_dropped(home: Home) -> list[str]:
    """Write beside each dropped file what became of it, unless that stands there already; returns what could not be written."""
    config = load_config(home)
    folder = home.root / config.settings.drop
    try:
        dropped = _dropped(folder)
    except OSError as error:
        return [f"{folder} ({error})"]
    if not dropped:
        return []
    unwritten = []
    con = open_warehouse(home.warehouse, temp=home.scratch)
    try:
        landed = _landed_files(con)
        for path in dropped:
            try:
                _answer(home, con, config, path, _known(path, landed))
            except FileNotFoundError:
                continue  # taken away meanwhile
            except (OSError, FileRefusedError) as error:
                unwritten.append(f"{path.name} ({error})")
    finally:
        con.close()
    return unwritten


def _dropped(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not is_beside(path.name))


def _landed_files(con: duckdb.DuckDBPyConnection) -> dict[str, dict]:
    """The ledger by file id; of several sources that got the same bytes, one that recorded them, then the latest."""
    found = rows(
        con,
        "select file_id, source, file_name, outcome, byte_count from landed_file order by outcome = 'recorded', landed_at, source",
    )
    return {file["file_id"]: file for file in found}


def _known(path: Path, landed: dict[str, dict]) -> dict | None:
    """What the ledger has of the bytes that lie at a path; of what cannot be read now, nothing."""
    try:
        size = path.stat().st_size
        if not any(file["byte_count"] == size for file in landed.values()):
            return None
        with path.open("rb") as stream:
            return landed.get(only_hash(stream, size).file_id)
    except OSError:
        return None  # a folder, or in use: said when it is to be taken


def _at_rest(paths: Collection[Path]) -> dict[Path, _Look]:
    """The files that are the same at a second look, with what was seen of them."""
    looks = {path: _look(path) for path in paths}
    if looks:
        time.sleep(REST_SECONDS)
    return {path: look for path, look in looks.items() if look == _look(path)}


def _look(path: Path) -> _Look:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def _take(home: Home, con: duckdb.DuckDBPyConnection, config: Config, path: Path, look: _Look, how: Keeping) -> list[FileOutcome]:
    """Land a file, unless it changes or goes away while it is read; FileRefusedError or ConfigError says why it cannot be.

    Returns what became of one that could not be stripped.
    """
    try:
        profile, said = _understood(home, config, path)
        with path.open("rb") as stream:
            arrived = copy_in(stream, home.raw, how)
    except FileNotFoundError:
        return []
    if look is None or _look(path) != look or look[0] != arrived.size:
        arrived.copy.unlink()
        return []
    landing = enter(con, home.raw, arrived, path.name, str(path.parent), profile, said, how)
    return [outcome_of_known_file(con, profile.source, landing.file_id, path.name)] if landing.is_refused else []


def _understood(home: Home, config: Config, path: Path) -> tuple[Profile, Said]:
    """The source of a dropped file, and what a sidecar says of it."""
    if path.is_dir():
        raise refused(
            path.name,
            "là một thư mục. Hãy chép từng tệp trong đó ra ngoài thư mục này",
            "it is a folder. Copy the files in it one by one",
        )
    try:
        profile = recognise(path, path.name, config.profiles.values(), home.scratch)
        sidecar = path.with_name(path.name + SIDECAR_SUFFIX)
        if not sidecar.exists():
            return profile, Said()
        # Notepad begins it with a mark.
        said = read_sidecar(sidecar.read_text(encoding="utf-8-sig", errors="replace"), path.name)
        must_be_acceptable(said.accept, sidecar.name)
        return profile, said
    except PermissionError as error:
        raise refused(
            path.name,
            "không mở được để đọc. Hãy đóng tệp nếu đang mở ở chương trình khác, và kiểm tra quyền đọc",
            "it cannot be opened for reading. Close it where it is open, and check its permissions",
        ) from error


def _answer(home: Home, con: duckdb.DuckDBPyConnection, config: Config, path: Path, known: dict | None) -> None:
    if known is None:
        _write_answer(path, _why_not_taken(home, config, path))
    elif known["outcome"] != "landed" and known["source"] in config.profiles:
        _answer_landed(home, con, config, path, known)


def _why_not_taken(home: Home, config: Config, path: Path) -> str:
    try:
        _understood(home, config, path)
    except (FileRefusedError, ConfigError) as refusal:
        return refused_result(path.name, refusal.vi, refusal.en)
    return waiting_result(path.name)


def _answer_landed(home: Home, con: duckdb.DuckDBPyConnection, config: Config, path: Path, known: dict) -> None:
    """Say what the ledger has of a file, with a workbook where rows were kept out; nothing where all that stands already."""
    account = account_of(con, known["source"], known["file_id"])
    if account.reference in _written_result(path):
        return
    profile = config.profiles[known["source"]]
    headers = {column: spellings[0] for column, spellings in profile.columns.items()}
    report = None
    if known["outcome"] == "recorded" and account.kept_out:
        quarantined = quarantined_rows(con, known["source"], known["file_id"])
        faults = find_faults(path, path.name, profile, config.reference, quarantined, home.scratch)
        headers |= faults.headers
        report = error_workbook(account, profile, faults)
    _write_answer(path, taken_result(account, path.name, profile, headers, path.name + ERRORS_SUFFIX), report)


def _write_answer(path: Path, text: str, report: bytes | None = None) -> None:
    """Write the result as Notepad shows it (UTF-8 with its mark, lines as Windows ends them), once the report is there."""
    errors_file = path.with_name(path.name + ERRORS_SUFFIX)
    if report is None:
        errors_file.unlink(missing_ok=True)
    else:
        _put(errors_file, report)
    if text != _written_result(path):
        _put(path.with_name(path.name + RESULT_SUFFIX), text.replace("\n", "\r\n").encode("utf-8-sig"))


def _written_result(path: Path) -> str:
    """The result that stands beside a file, or nothing."""
    result = path.with_name(path.name + RESULT_SUFFIX)
    return result.read_text(encoding="utf-8-sig", errors="replace") if result.exists() else ""


def _put(target: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all; half written, its name is taken for no export."""
    half = target.with_name(f".{target.name}.part")
    half.write_bytes(content)
    half.replace(target)
