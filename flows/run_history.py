"""What each run did and what became of each file: a small SQLite file that is read without waiting for any run.

Kept apart from the warehouse so that `status` answers at once, also in the middle of a run.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from typing import Any, Literal

from flows.home import Home
from transforms.errors import MotcuaError

RunOutcome = Literal["published", "nothing_new", "checks_failed", "error"]
FileOutcome = Literal["recorded", "repeated", "refused"]

_TABLES = """
create table if not exists run (
    run_id integer primary key,
    command text not null,
    started_at text not null,
    ended_at text,
    as_of_date text,
    release_id text,
    outcome text not null
        check (outcome in ('running', 'published', 'nothing_new', 'checks_failed', 'error', 'killed')),
    exit_code integer,
    message_vi text,
    message_en text
) strict;

create table if not exists run_file (
    run_id integer not null references run,
    source text not null,
    file_name text not null,
    outcome text not null check (outcome in ('recorded', 'repeated', 'refused')),
    row_count integer not null,
    recorded_count integer not null,
    unchanged_count integer not null,
    duplicate_count integer not null,
    quarantined_count integer not null,
    message_vi text,
    message_en text
) strict;

create index if not exists run_file_by_run on run_file (run_id);
"""


def start_run(home: Home, command: str) -> int:
    """Note that a run begins and return its id; call it with the lock held.

    Because the lock is held, a run still noted as running is dead: it becomes `killed`, with an end that nobody saw.
    """
    with _writer(home) as history:
        history.execute(
            "update run set outcome = 'killed', message_vi = ?, message_en = ? where outcome = 'running'",
            (
                "Lần chạy bị ngắt giữa chừng; lần chạy sau tự làm lại phần dở dang.",
                "The run was cut short; the next run does again what was left undone.",
            ),
        )
        return history.execute(
            "insert into run (command, started_at, outcome) values (?, ?, 'running')", (command, _now())
        ).lastrowid


def note_file(
    home: Home,
    run_id: int,
    source: str,
    file_name: str,
    outcome: FileOutcome,
    *,
    row_count: int = 0,
    recorded_count: int = 0,
    unchanged_count: int = 0,
    duplicate_count: int = 0,
    quarantined_count: int = 0,
    message_vi: str | None = None,
    message_en: str | None = None,
) -> None:
    """Note what became of one file of a run."""
    counts = (row_count, recorded_count, unchanged_count, duplicate_count, quarantined_count)
    with _writer(home) as history:
        history.execute(
            "insert into run_file values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (run_id, source, file_name, outcome, *counts, message_vi, message_en),
        )


def end_run(
    home: Home,
    run_id: int,
    outcome: RunOutcome,
    exit_code: int,
    *,
    as_of: date | None = None,
    release_id: str | None = None,
    message_vi: str | None = None,
    message_en: str | None = None,
) -> None:
    """Note how a run ended."""
    as_of_date = as_of.isoformat() if as_of else None
    with _writer(home) as history:
        history.execute(
            """
            update run
            set ended_at = ?, outcome = ?, exit_code = ?, as_of_date = ?, release_id = ?, message_vi = ?, message_en = ?
            where run_id = ?
            """,
            (_now(), outcome, exit_code, as_of_date, release_id, message_vi, message_en, run_id),
        )


def latest_runs(home: Home, limit: int = 20) -> list[dict[str, Any]]:
    """The latest runs, newest first; one that is under way, or was killed since, says `running`."""
    return _read(home, "select * from run order by run_id desc limit ?", limit)


def files_of_run(home: Home, run_id: int) -> list[dict[str, Any]]:
    """The files of a run, in the order in which it took them."""
    return _read(home, "select * from run_file where run_id = ? order by rowid", run_id)


@contextmanager
def _writer(home: Home) -> Iterator[sqlite3.Connection]:
    """One transaction on the history, which is made when it is not there yet."""
    try:
        home.runs.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(home.runs)) as history:
            history.execute("pragma journal_mode = wal")
            history.executescript(_TABLES)
            with history:
                yield history
    except (sqlite3.Error, OSError) as error:
        raise _unusable(home, error) from error


def _read(home: Home, query: str, parameter: int) -> list[dict[str, Any]]:
    if not home.runs.exists():
        return []
    try:
        try:
            return _select(home, "mode=ro", query, parameter)
        except sqlite3.OperationalError:
            # Who may not write into the folder cannot open a WAL file by the usual way. Writers stay for a moment only
            # and leave the file complete, so it can be read as it lies.
            return _select(home, "immutable=1", query, parameter)
    except sqlite3.Error as error:
        raise _unusable(home, error) from error


def _select(home: Home, how: str, query: str, parameter: int) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(f"{home.runs.absolute().as_uri()}?{how}", uri=True)) as history:
        history.row_factory = sqlite3.Row
        return [dict(row) for row in history.execute(query, (parameter,))]


def _unusable(home: Home, error: Exception) -> MotcuaError:
    return MotcuaError(
        f"Không dùng được nhật ký chạy {home.runs}: {error}. Hãy kiểm tra chỗ trống và quyền đọc, ghi; "
        "nếu tệp hỏng thì chuyển đi nơi khác, lần chạy sau sẽ tạo tệp mới.",
        f"The run history {home.runs} cannot be used: {error}. Check free space and permissions; "
        "if the file is damaged, move it away and the next run makes a new one.",
    )


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
