"""A release is written whole beside the others, then becomes current by one atomic step, or nothing changes."""

import filecmp
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from flows.home import Home
from transforms.errors import PublishError

if TYPE_CHECKING:
    import duckdb

_CLIENT_STORAGE = "v1.0.0"
"""The storage version of marts.duckdb: every DuckDB 1.x can open it, and 2.x too."""


_FIELD_TYPES = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "HUGEINT": "number",  # Parquet has no such integers; DuckDB writes doubles
    "DATE": "date",
    "TIMESTAMP": "datetime",
}
"""The types of columns in marts, as data packages (Frictionless) call them."""


class Mart(NamedTuple):
    """A table of the build that goes into the release."""

    name: str
    sort_columns: list[str]
    is_small: bool
    partition_column: str | None


def publish(
    home: Home,
    build: Path,
    release_id: str,
    manifest: dict[str, Any],
    extra: Callable[[Path], None] | None = None,
    *,
    make_current: bool = True,
) -> Path:
    """Write the marts of a closed DuckDB file as a release, make it the current one, and return its folder.

    `build` holds the mart tables in its schema `main`, and a table
    `mart(mart_name, sort_columns, is_small, partition_column)` that lists them; `extra` may write further files into
    the folder it is given. No other release is removed. One of a day gone by is not made current.

    PublishError when anything could not be written: the release that was current still is.
    """
    import duckdb

    staging = home.releases / f".{release_id}.staging"
    try:
        _sweep(home)
        previous = current_release(home)
        staging.mkdir(parents=True)
        _write_marts(home, build, staging)
        if extra:
            extra(staging)
        _link_to_previous(staging, previous)
        _write_manifest(staging, manifest)
        _sync_folder(staging)
        release = _move_into_place(home, staging, home.releases / release_id)
        if make_current or release == previous:
            _point_current_at(home, release)
    except (OSError, duckdb.Error) as error:
        raise _failed(home, release_id, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    _sweep(home)
    return release


def unlike(home: Home, build: Path, manifest: dict[str, Any]) -> list[str]:
    """The Parquet files of a build's marts that are not, byte for byte, those of a release's manifest; nothing is published."""
    aside = home.scratch / "again"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        _write_marts(home, build, aside)
        then, now = _tables(manifest["files"]), _tables(_fingerprints(aside))
        return sorted(name for name in then | now if then.get(name) != now.get(name))
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def current_release(home: Home) -> Path | None:
    """The folder of the current release; its real one, so that a reader keeps it while another becomes current."""
    pointer = home.marts / "current"
    release = home.releases / pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else pointer.resolve()
    return release if release.is_dir() else None


def read_manifest(release: Path) -> dict[str, Any]:
    """The manifest of a release: what it was made from, and the SHA-256 of each of its files."""
    return json.loads((release / "manifest.json").read_text(encoding="utf-8"))


def _write_marts(home: Home, build: Path, folder: Path) -> None:
    """Each mart as Parquet, and the small ones together as marts.duckdb."""
    import duckdb

    config = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "temp_directory": str(home.scratch),
    }
    with duckdb.connect(":memory:", config=config) as connection:
        connection.execute(f"attach {_text(build)} as build (read_only)")
        marts = _marts(connection)
        small = [mart for mart in marts if mart.is_small]
        # Two at a time: one sort leaves a core idle while it merges.
        _write_package(connection, marts, folder)
        with ThreadPoolExecutor(max_workers=2) as writers:
            written = [writers.submit(_write_database, connection.cursor(), small, folder / "marts.duckdb")]
            written += [writers.submit(_write_parquet, connection.cursor(), mart, folder) for mart in marts]
        for each in written:
            each.result()
        # The checkpoint writes everything into the one file, so that no write-ahead log stays beside it; it fails while a
        # writer of another mart looks into the catalogue.
        connection.execute("checkpoint marts")
        connection.execute("detach marts")


def _write_package(connection: "duckdb.DuckDBPyConnection", marts: list[Mart], folder: Path) -> None:
    """Say in datapackage.json which files the marts are and what their columns hold, for programs that read data packages."""
    resources = []
    for mart in marts:
        files = [file.relative_to(folder).as_posix() for file, _ in _parquet_files(connection, mart, folder)]
        resources.append(
            {
                "name": mart.name.replace("_", "-"),
                "description": _comment(connection, mart) or mart.name,
                "path": files[0] if len(files) == 1 else files,
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "grain": mart.sort_columns,
                "schema": {
                    "fields": [
                        {"name": column, "type": _FIELD_TYPES.get(data_type, "any")} | ({"description": comment} if comment else {})
                        for column, comment, data_type in _columns(connection, mart)
                    ]
                },
            }
        )
    package = {"profile": "data-package", "name": "motcua", "title": "motcua: marts of a release", "resources": resources}
    text = json.dumps(package, ensure_ascii=False, indent=2)
    (folder / "datapackage.json").write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _write_database(connection: "duckdb.DuckDBPyConnection", marts: list[Mart], database: Path) -> None:
    """The small marts as tables of one file that DuckDB 1.x clients can open."""
    connection.execute(f"attach {_text(database)} as marts (storage_version '{_CLIENT_STORAGE}')")
    for mart in marts:
        _copy_table(connection, mart)


def _marts(connection: "duckdb.DuckDBPyConnection") -> list[Mart]:
    listed = connection.execute(
        "select mart_name, sort_columns, is_small, partition_column from build.main.mart order by mart_name"
    ).fetchall()
    return [
        Mart(name, [column.strip() for column in sort_columns.split(",")], is_small, partition_column)
        for name, sort_columns, is_small, partition_column in listed
    ]


def _write_parquet(connection: "duckdb.DuckDBPyConnection", mart: Mart, folder: Path) -> None:
    rows = f"select * from build.main.{_name(mart.name)}"
    order = _total_order(connection, mart)
    for file, condition in _parquet_files(connection, mart, folder):
        file.parent.mkdir(exist_ok=True)
        connection.execute(f"copy ({rows} where {condition} order by {order}) to {_text(file)} (format parquet, compression zstd)")


def _parquet_files(connection: "duckdb.DuckDBPyConnection", mart: Mart, folder: Path) -> Iterator[tuple[Path, str]]:
    """The files of a mart, each with the condition that chooses its rows.

    A partitioned mart without rows still has one file, so that its columns can be read.
    """
    if mart.partition_column is None:
        yield folder / f"{mart.name}.parquet", "true"
        return
    column = _name(mart.partition_column)
    values = connection.execute(f"select distinct {column}::varchar from build.main.{_name(mart.name)} order by all").fetchall()
    for (value,) in values or [(None,)]:
        file_name = "none" if value is None else quote(value, safe="")
        condition = f"{column} is null" if value is None else f"{column}::varchar = {_text(value)}"
        yield folder / mart.name / f"{file_name}.parquet", condition


def _total_order(connection: "duckdb.DuckDBPyConnection", mart: Mart) -> str:
    """The sort columns, then all the others: the same rows then give the same bytes, in whatever order they came."""
    columns = [column for column, *_ in _columns(connection, mart)]
    others = [column for column in columns if column not in mart.sort_columns]
    return ", ".join(_name(column) for column in mart.sort_columns + others)


def _copy_table(connection: "duckdb.DuckDBPyConnection", mart: Mart) -> None:
    """The table and all its comments, from the build into marts.duckdb."""
    table = f"marts.main.{_name(mart.name)}"
    order = _total_order(connection, mart)
    connection.execute(f"create table {table} as select * from build.main.{_name(mart.name)} order by {order}")
    if (comment := _comment(connection, mart)) is not None:
        connection.execute(f"comment on table {table} is {_text(comment)}")
    for column, column_comment, _ in _columns(connection, mart):
        if column_comment is not None:
            connection.execute(f"comment on column {table}.{_name(column)} is {_text(column_comment)}")


def _comment(connection: "duckdb.DuckDBPyConnection", mart: Mart) -> str | None:
    """What is said of a mart in the build."""
    ((comment,),) = connection.execute(
        "select comment from duckdb_tables() where database_name = 'build' and schema_name = 'main' and table_name = ?",
        [mart.name],
    ).fetchall()
    return comment


def _columns(connection: "duckdb.DuckDBPyConnection", mart: Mart) -> list[tuple[str, str | None, str]]:
    """The columns of a mart with their comments and types, in order."""
    return connection.execute(
        "select column_name, comment, data_type from duckdb_columns() "
        "where database_name = 'build' and schema_name = 'main' and table_name = ? order by column_index",
        [mart.name],
    ).fetchall()


def _link_to_previous(staging: Path, previous: Path | None) -> None:
    """Let a file that did not change share the disk with the previous release's.

    Not marts.duckdb: a client can open a database for writing, and one careless client would change every release.
    """
    if previous is None:
        return
    for file in _files(staging):
        same = previous / file.relative_to(staging)
        if file.suffix != ".duckdb" and same.is_file() and filecmp.cmp(file, same, shallow=False):
            link = file.with_name(f"{file.name}.link")
            # A file system without hard links keeps its two copies.
            with suppress(OSError, NotImplementedError):
                os.link(same, link)
                link.replace(file)


def _write_manifest(staging: Path, manifest: dict[str, Any]) -> None:
    said = manifest | {"files": _fingerprints(staging)}
    text = json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True)
    (staging / "manifest.json").write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _fingerprints(release: Path) -> dict[str, str]:
    """The SHA-256 of each file but the manifest itself, by its path inside the release."""
    return {file.relative_to(release).as_posix(): _sha256(file) for file in _files(release) if file != release / "manifest.json"}


def _tables(files: dict[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in files.items() if name.endswith(".parquet")}


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _move_into_place(home: Home, staging: Path, release: Path) -> Path:
    """Give the staging folder its final name; a release of that name stays if it is the same one, else it gives way."""
    if release.exists():
        if _is_same_release(release, staging):
            shutil.rmtree(staging)
            return release
        if release == current_release(home):
            _keep_current_aside(home, release)
        remove_release(release)
    staging.rename(release)
    _sync(home.releases)
    return release


def _is_same_release(release: Path, staging: Path) -> bool:
    """Whether both have the same tables, and the older one's files are still what its manifest says: then it stays as it is."""
    try:
        then, now = read_manifest(release)["files"], read_manifest(staging)["files"]
        return _tables(then) == _tables(now) and then == _fingerprints(release)
    except (OSError, ValueError):
        return False


def _keep_current_aside(home: Home, release: Path) -> None:
    """Let `current` stand on a copy of the release while that is replaced under its own name."""
    aside = home.releases / f".{release.name}.aside"
    shutil.copytree(release, aside, copy_function=link_or_copy)
    _sync_folder(aside)
    _point_current_at(home, aside)


def link_or_copy(source: str | Path, target: str | Path) -> None:
    """Let two names stand for one file; where that cannot be, they are two files."""
    try:
        os.link(source, target)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target)


def _point_current_at(home: Home, release: Path) -> None:
    """Switch `current` to a release by one atomic step: a symbolic link or, where none can be made, a pointer file."""
    pointer = home.marts / ".current.new"
    pointer.unlink(missing_ok=True)
    try:
        pointer.symlink_to(release.relative_to(home.marts), target_is_directory=True)
    except (OSError, NotImplementedError):
        pointer.write_text(f"{release.name}\n", encoding="utf-8")
        _sync(pointer)
    pointer.replace(home.marts / "current")
    _sync(home.marts)


def releases_newest_first(home: Home) -> list[Path]:
    """The complete releases by the time they were published, which their manifest's file keeps."""
    manifests = home.releases.glob("[!.]*/manifest.json")
    return [manifest.parent for manifest in sorted(manifests, key=lambda file: file.stat().st_mtime_ns, reverse=True)]


def remove_release(release: Path) -> None:
    """Take the release out of sight by one step first: a removal cut short must not look like a release."""
    gone = release.with_name(f".{release.name}.gone")
    release.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _sweep(home: Home) -> None:
    """Remove what killed runs left among the releases: every hidden folder that `current` does not stand on."""
    current = current_release(home)
    for leftover in home.releases.glob(".*"):
        if leftover != current:
            shutil.rmtree(leftover, ignore_errors=True)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _sync_folder(folder: Path) -> None:
    """Wait until every file and folder of a tree is on the disk."""
    for path in [*folder.rglob("*"), folder]:
        _sync(path)


def _sync(path: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there, nor files synced that are open for reading only
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(identifier: str) -> str:
    """An identifier as SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: object) -> str:
    """A string literal as SQL, for the places where no parameter can be bound."""
    return "'" + str(value).replace("'", "''") + "'"


def _failed(home: Home, release_id: str, error: Exception) -> PublishError:
    reason = str(error).partition("\n")[0].rstrip(". ")
    return PublishError(
        f"Không ghi được bản phát hành {release_id} vào {home.releases}: {reason}. "
        "Hãy giải phóng chỗ trống trên đĩa, kiểm tra quyền ghi rồi chạy lại; bản hiện hành vẫn giữ nguyên.",
        f"Release {release_id} could not be written into {home.releases}: {reason}. "
        "Free some disk space, check permissions and run again; the current release stays as it is.",
    )
