"""Pulling: new files of every source are taken from where the office puts them, and landed."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import fsspec
from fsspec.implementations.local import LocalFileSystem

from expectations.file_rules import must_be_acceptable
from flows.drop import take_dropped
from flows.home import Home
from flows.progress import telling
from flows.settings import load_config
from transforms.duck import rows
from transforms.errors import PullError
from transforms.keeping import Keeping, keeping
from transforms.landing import ARRIVING, SIDECAR_SUFFIX, Arrived, Landing, Said, copy_in, enter, is_beside, only_hash, read_sidecar
from transforms.profiles import Profile
from transforms.recording import FileOutcome, outcome_of_known_file
from transforms.warehouse import open_warehouse


def pull_new_files(home: Home) -> list[FileOutcome]:
    """Land the new files of every source and of the drop folder.

    Returns those whose bytes were there already, those that could not be stripped, and dropped ones that no source takes.
    """
    config = load_config(home)
    how = keeping(config.settings.raw, home.scratch)
    shutil.rmtree(home.raw / ARRIVING, ignore_errors=True)  # left by a run that was killed
    con = open_warehouse(home.warehouse, temp=home.scratch)
    try:
        pulled = [again for profile in config.profiles.values() for again in _pull_source(home, con, profile, how)]
        return pulled + take_dropped(home, con, config, how)
    finally:
        con.close()


def _pull_source(home: Home, con: duckdb.DuckDBPyConnection, profile: Profile, how: Keeping) -> list[FileOutcome]:
    if profile.pull is None:
        return []
    folder = profile.pull.folder if "://" in profile.pull.folder else str(home.root / profile.pull.folder)
    files, path = fsspec.core.url_to_fs(folder)
    landed = {(f["file_name"], f["byte_count"]): f["file_id"] for f in rows(con, _LANDED, [profile.source])}
    again = []
    # What lies on a disk of this machine is copied two at a time; a connection to another machine is used by one.
    copiers = ThreadPoolExecutor(max_workers=2 if isinstance(files, LocalFileSystem) else 1)
    try:
        matching = files.glob(f"{path}/{profile.pull.pattern}", detail=True)
        found = sorted(
            (file for file, info in matching.items() if info["type"] == "file" and not is_beside(_name(file))),
            key=lambda f: f.rpartition("."),
        )
        arrivals = copiers.map(lambda file: _arrive(files, file, landed, home.raw, how), found)
        for file, arrived in zip(telling(found), arrivals, strict=True):
            if arrived is None:
                continue
            name = _name(file)
            landing = enter(con, home.raw, arrived, name, folder, profile, _sidecar(files, file, name), how)
            if landing.is_repeated and _other_name(con, profile, landing, name):
                again.append(FileOutcome(profile.source, name, "repeated"))
            if landing.is_refused:
                again.append(outcome_of_known_file(con, profile.source, landing.file_id, name))
    except OSError as error:
        raise PullError(
            f"Không đọc được thư mục {folder} của nguồn {profile.source}: {error}. Hãy kiểm tra đường dẫn và quyền đọc.",
            f"The folder {folder} of the source {profile.source} cannot be read: {error}. Check the path and permissions.",
        ) from error
    finally:
        copiers.shutdown(cancel_futures=True)
    return again


# A file of which nothing was kept has to come again.
_LANDED = "select file_name, byte_count, file_id from landed_file where source = $1 and stored_as <> ''"


def _arrive(
    files: fsspec.AbstractFileSystem, file: str, landed: dict[tuple[str, int], str], raw: Path, how: Keeping
) -> Arrived | None:
    """Copy a file in; one that looks like a landed one is only hashed, and one that is still being written waits a night."""
    size = files.info(file)["size"]
    if known := landed.get((_name(file), size)):
        with files.open(file, "rb") as stream:
            arrived = only_hash(stream, size)
        if arrived.file_id == known:
            return arrived
    with files.open(file, "rb") as stream:
        arrived = copy_in(stream, raw, how)
    if files.info(file)["size"] == size == arrived.size:
        return arrived
    arrived.copy.unlink()
    return None


def _name(file: str) -> str:
    return file.rpartition("/")[2]


def _sidecar(files: fsspec.AbstractFileSystem, found: str, name: str) -> Said:
    sidecar = found + SIDECAR_SUFFIX
    if not files.exists(sidecar):
        return Said()
    said = read_sidecar(files.read_text(sidecar, encoding="utf-8"), name)
    must_be_acceptable(said.accept, f"{name}{SIDECAR_SUFFIX}")
    return said


def _other_name(con: duckdb.DuckDBPyConnection, profile: Profile, landing: Landing, name: str) -> bool:
    known = rows(
        con,
        "select file_name from landed_file where source = $1 and file_id = $2",
        [profile.source, landing.file_id],
    )
    return known[0]["file_name"] != name
