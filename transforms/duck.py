"""Connections to DuckDB with the settings that this project relies on."""

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from transforms.errors import MotcuaError, StorageError

# Unknown functions and encodings would otherwise start a download that can only fail here.
_NO_EXTENSIONS = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


def connect(path: Path | None = None, *, temp: Path | None = None, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a database (in memory without a path); ``temp`` takes what does not fit into memory.

    Memory and threads follow DuckDB's own defaults unless MOTCUA_MEMORY ("4GB") or MOTCUA_THREADS say otherwise.
    """
    config: dict[str, str | bool | int | float | list[str]] = dict(_NO_EXTENSIONS)
    if temp is not None:
        config["temp_directory"] = str(temp)
    if memory := os.environ.get("MOTCUA_MEMORY"):
        config["memory_limit"] = memory
    if threads := os.environ.get("MOTCUA_THREADS"):
        config["threads"] = threads
    con = duckdb.connect(str(path) if path else ":memory:", read_only=read_only, config=config)
    con.execute("set enable_progress_bar = false")  # it would be printed among what a slow command puts out
    return con


def quoted(text: str) -> str:
    """A text as an SQL literal, for the places that take no parameter (options of table functions)."""
    return "'" + text.replace("'", "''") + "'"


def rows(con: duckdb.DuckDBPyConnection, sql: str, params: object = None) -> list[dict]:
    """The result of a query as dicts, read to its end."""
    cursor = con.execute(sql, params)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def needing_room(folder: Path) -> Iterator[None]:
    """Say a full or failing disk in words; what is inside writes below ``folder``."""
    try:
        yield
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        reason = str(error).partition("\n")[0].rstrip(". ")
        raise StorageError(
            f"Không ghi được vào {folder}: {reason}. Hãy giải phóng chỗ trống trên đĩa, kiểm tra quyền ghi rồi chạy lại; "
            "dữ liệu đã ghi nhận và bản hiện hành vẫn giữ nguyên.",
            f"{folder} cannot be written: {reason}. Free some disk space, check permissions and run again; "
            "what was recorded and the current release stay.",
        ) from error


@contextmanager
def quoting_no_cell(name: str) -> Iterator[None]:
    """Pass on of an unforeseen error only its kind and its place: its text may quote what stands in the file ``name``."""
    try:
        yield
    except (MotcuaError, OSError, duckdb.IOException, duckdb.OutOfMemoryException):
        raise  # these speak of files and of memory
    except Exception as error:  # noqa: BLE001 - whatever it is, its text goes no further
        at = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__}, {Path(at.filename).name}:{at.lineno}"
        raise MotcuaError(
            f"Lỗi chưa lường trước khi đọc tệp {name} ({what}). Hãy báo cho người phát triển kèm dòng này; không gửi kèm tệp.",
            f"An unforeseen error while reading the file {name} ({what}). Report it with this line, without the file.",
        ) from None
