"""What recording a file would come to, told on a copy of what the warehouse knows of its source."""

from pathlib import Path
from typing import Any

import duckdb

from flows.home import Home
from flows.lock import held
from transforms.errors import BusyError, FileRefusedError, MotcuaError, StorageError
from transforms.profiles import Profile
from transforms.recording import Reading, foretell_reading
from transforms.warehouse import copy_history

COUNTS = ("recorded_count", "unchanged_count", "duplicate_count", "quarantined_count", "gone_count", "left_open_count")


def copied_history(con: duckdb.DuckDBPyConnection, home: Home, profile: Profile) -> MotcuaError | None:
    """Copy what the home's warehouse knows of the source; what keeps it from being read, if anything does.

    The lock is held for the copy only: a run that begins meanwhile is told so, instead of breaking off half way.
    """
    if not home.warehouse.exists():
        return None
    try:
        with held(home.lock, "motcua sources check"):
            copy_history(con, home.warehouse, profile.source, profile.kind)
    except BusyError as busy:
        return busy
    except duckdb.Error:
        return StorageError(
            f"Không đọc được {home.warehouse}: chương trình khác đang giữ, hoặc phiên bản khác đã ghi. "
            "Hãy chạy `motcua run` rồi thử lại.",
            f"{home.warehouse} cannot be read: another program holds it, or another version wrote it. "
            "Do `motcua run`, then try again.",
        )
    return None


def foretold(con: duckdb.DuckDBPyConnection, landed: dict, reading: Reading, read_folder: Path) -> dict[str, Any]:
    """Outcome, counts and what the exports before it make of a file, as `motcua ingest` would tell them.

    FileRefusedError when they speak against it.
    """
    found, later_count = foretell_reading(con, landed, reading, read_folder)
    if found["outcome"] == "refused":
        raise FileRefusedError(found["message_vi"], found["message_en"], found["refused_by"])
    return {"outcome": "recorded", **{count: found[count] for count in COUNTS}, "later_file_count": later_count}
