"""SQL on a release, read-only: its marts are tables, and nothing outside its folder can be reached."""

import csv
import json
import sys
from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TextIO

import duckdb

from flows.home import Home
from flows.publish import current_release
from flows.releases import manifest_of
from transforms.duck import connect, needing_room, quoted
from transforms.errors import ConfigError


def run_query(home: Home, sql: str, table_format: str, output: Path | None, release_id: str | None) -> None:
    """Run ``sql`` on the current or a named release and write the result; ConfigError says what is wrong with it."""
    release = find_release(home, release_id)
    con = open_release(release)
    try:
        if table_format == "parquet":
            _write_parquet(con, sql, output)
            return
        cursor = con.execute(sql)
        names = [column[0] for column in cursor.description or []]
        found = cursor.fetchall()
    except duckdb.Error as error:
        raise _wrong_query(error) from error
    finally:
        con.close()
    with needing_room(output.parent) if output else nullcontext(), _opened(output) as target:
        match table_format:
            case "csv":
                writer = csv.writer(target, lineterminator="\n")
                writer.writerow(names)
                writer.writerows(found)
            case "json":
                listed = [dict(zip(names, row, strict=True)) for row in found]
                json.dump(listed, target, ensure_ascii=False, default=str, indent=2)
                target.write("\n")
            case _:
                _write_table(names, found, target)


def _opened(output: Path | None) -> AbstractContextManager[TextIO]:
    return output.open("w", encoding="utf-8", newline="") if output else nullcontext(sys.stdout)


def open_release(release: Path) -> duckdb.DuckDBPyConnection:
    """A connection in which every mart of the release is a table or view; files outside the release are shut off."""
    con = connect()
    folder = str(release)
    con.execute(f"attach {quoted(folder + '/marts.duckdb')} as marts (read_only)")
    con.execute("use marts")
    small = {name for (name,) in con.execute("select table_name from duckdb_tables() where database_name = 'marts'").fetchall()}
    _view_files(con, release, "memory.main", but=small)
    con.execute("set search_path = 'marts.main,memory.main'")
    _shut_off(con, [release])
    return con


def open_releases(releases: Mapping[str, Path]) -> duckdb.DuckDBPyConnection:
    """A connection in which every mart of each release is a view of the schema that it is named by here."""
    con = connect()
    for schema, release in releases.items():
        con.execute(f"create schema {schema}")
        _view_files(con, release, schema)
    _shut_off(con, releases.values())
    return con


def _view_files(con: duckdb.DuckDBPyConnection, release: Path, schema: str, but: Collection[str] = ()) -> None:
    """Make a view of every mart's Parquet files, but of the named ones."""
    for path in sorted(release.iterdir()):
        is_parted = any(path.glob("*.parquet"))
        if is_parted or (path.suffix == ".parquet" and path.stem not in but):
            files = f"{path}/*.parquet" if is_parted else str(path)
            con.execute(f'create view {schema}."{path.stem}" as select * from read_parquet({quoted(files)})')


def _shut_off(con: duckdb.DuckDBPyConnection, releases: Iterable[Path]) -> None:
    """Let the connection reach the folders of these releases and nothing else."""
    con.execute(f"set allowed_directories = [{', '.join(quoted(str(release)) for release in releases)}]")
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")


def _write_parquet(con: duckdb.DuckDBPyConnection, sql: str, output: Path | None) -> None:
    if output is None:
        raise ConfigError(
            "Dạng parquet cần --output TỆP.parquet.",
            "The parquet format needs --output FILE.parquet.",
        )
    import pyarrow.parquet

    found = con.sql(sql).to_arrow_table()
    with needing_room(output.parent):
        pyarrow.parquet.write_table(found, output)


def _write_table(names: list[str], found: list[tuple], target: TextIO) -> None:
    cells = [names, *[["" if value is None else str(value) for value in row] for row in found]]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        target.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n")
        if number == 0:
            target.write("  ".join("-" * width for width in widths) + "\n")


def find_release(home: Home, release_id: str | None) -> Path:
    """The folder of the named release, or of the current one; ConfigError when it is not there."""
    release = home.releases / release_id if release_id else current_release(home)
    if release is not None and release.is_dir():
        return release
    if not release_id:
        raise ConfigError(
            f"Chưa có bản phát hành nào trong {home.marts}. Hãy chạy `motcua run`.",
            f"No release yet in {home.marts}. Run `motcua run`.",
        )
    manifest_of(home, release_id)
    raise ConfigError(
        f"Bản phát hành {release_id} đã dọn, không còn số liệu. Thử tái lập: motcua run --inputs-of {release_id}.",
        f"The figures of the release {release_id} were pruned. Try to make them again: motcua run --inputs-of {release_id}.",
    )


def _wrong_query(error: duckdb.Error) -> ConfigError:
    return ConfigError(
        f'Câu lệnh SQL không chạy được: {error}. Xem các bảng bằng: motcua query "show all tables".',
        f'The SQL cannot be run: {error}. See the tables with: motcua query "show all tables".',
    )
