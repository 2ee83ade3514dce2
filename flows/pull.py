"""Pulling: new files of every source are taken from where the office puts them, and landed."""

import duckdb
import fsspec

from flows.home import Home
from flows.progress import telling
from flows.settings import load_config
from transforms.duck import rows
from transforms.errors import PullError
from transforms.landing import SIDECAR_SUFFIX, Landing, Said, land, read_sidecar
from transforms.profiles import Profile
from transforms.recording import FileOutcome
from transforms.warehouse import open_warehouse


def pull_new_files(home: Home) -> list[FileOutcome]:
    """Land the new files of every source; returns those whose bytes were there already under another name."""
    config = load_config(home)
    con = open_warehouse(home.warehouse, temp=home.scratch)
    try:
        return [again for profile in config.profiles.values() for again in _pull_source(home, con, profile)]
    finally:
        con.close()


def _pull_source(home: Home, con: duckdb.DuckDBPyConnection, profile: Profile) -> list[FileOutcome]:
    if profile.pull is None:
        return []
    folder = profile.pull.folder if "://" in profile.pull.folder else str(home.root / profile.pull.folder)
    files, path = fsspec.core.url_to_fs(folder)
    again = []
    try:
        for found in telling(sorted(files.glob(f"{path}/{profile.pull.pattern}"), key=lambda f: f.rpartition("."))):
            name = found.rpartition("/")[2]
            before = files.info(found)["size"]
            with files.open(found, "rb") as stream:
                landing = land(con, home.raw, stream, name, folder, profile, _sidecar(files, found, name))
            if files.info(found)["size"] != before:
                _forget(con, profile, landing)  # still being written: the next run finds it whole
            elif landing.is_repeated and _other_name(con, profile, landing, name):
                again.append(FileOutcome(profile.source, name, "repeated"))
    except OSError as error:
        raise PullError(
            f"Không đọc được thư mục {folder} của nguồn {profile.source}: {error}. Hãy kiểm tra đường dẫn và quyền đọc.",
            f"The folder {folder} of the source {profile.source} cannot be read: {error}. Check the path and permissions.",
        ) from error
    return again


def _sidecar(files: fsspec.AbstractFileSystem, found: str, name: str) -> Said:
    sidecar = found + SIDECAR_SUFFIX
    return read_sidecar(files.read_text(sidecar, encoding="utf-8"), name) if files.exists(sidecar) else Said()


def _other_name(con: duckdb.DuckDBPyConnection, profile: Profile, landing: Landing, name: str) -> bool:
    known = rows(
        con,
        "select file_name from landed_file where source = $1 and file_id = $2",
        [profile.source, landing.file_id],
    )
    return known[0]["file_name"] != name


def _forget(con: duckdb.DuckDBPyConnection, profile: Profile, landing: Landing) -> None:
    if not landing.is_repeated:
        con.execute(
            "delete from landed_file where source = $1 and file_id = $2 and outcome = 'landed'",
            [profile.source, landing.file_id],
        )
