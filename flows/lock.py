"""One writer at a time: a lock of the operating system, and beside it the name of its holder."""

import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from flows.home import Home
from flows.staged import finish_taking_over
from transforms.errors import BusyError, ConfigError


@contextmanager
def writing(home: Home, command: str) -> Iterator[None]:
    """Be the home's only writer, with an empty scratch folder; BusyError names the writer who is already there."""
    with held(home.lock, command):
        finish_taking_over(home)
        # Whatever is in scratch was left by a run that was killed.
        shutil.rmtree(home.scratch, ignore_errors=True)
        home.scratch.mkdir(parents=True, exist_ok=True)
        yield


@contextmanager
def held(lock: Path, command: str) -> Iterator[None]:
    """Hold a lock file while the block runs, or raise BusyError at once.

    The system frees the lock when its process ends, however it ends. The holder's name is only for the message: one
    that a killed process left behind is overwritten by the next holder.
    """
    owner_file = lock.with_name(f"{lock.name}.owner")
    guard = FileLock(lock, timeout=0)
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        guard.acquire()
    except Timeout as error:
        raise _busy(lock, _read_owner(owner_file)) from error
    except OSError as error:
        raise _unusable(lock, error) from error
    try:
        _write_owner(owner_file, command)
        yield
    finally:
        owner_file.unlink(missing_ok=True)
        guard.release()


def _write_owner(owner_file: Path, command: str) -> None:
    owner = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "command": command,
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    # Replaced in one step: a second writer may be reading it at this moment.
    half_written = owner_file.with_name(f"{owner_file.name}.new")
    half_written.write_text(json.dumps(owner, ensure_ascii=False), encoding="utf-8")
    half_written.replace(owner_file)


def _read_owner(owner_file: Path) -> dict | None:
    """The holder as it named itself; None in the instant before it has."""
    try:
        return json.loads(owner_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _busy(lock: Path, owner: dict | None) -> BusyError:
    if owner is None:
        return BusyError(
            f"Một lệnh khác đang chạy và giữ khóa {lock}. Hãy chờ lệnh đó xong rồi chạy lại.",
            f"Another command is running and holds the lock {lock}. Wait until it ends, then try again.",
        )
    since = datetime.fromisoformat(owner["since"])
    return BusyError(
        f"Một lệnh khác đang chạy: PID {owner['pid']} trên máy {owner['host']}, lệnh `{owner['command']}`, "
        f"từ {since:%d/%m/%Y %H:%M}. Hãy chờ lệnh đó xong rồi chạy lại.",
        f"Another command is running: PID {owner['pid']} on {owner['host']}, `{owner['command']}`, "
        f"since {since:%Y-%m-%d %H:%M}. Wait until it ends, then try again.",
    )


def _unusable(lock: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"Không tạo được khóa {lock}: {error.strerror or error}. Hãy kiểm tra quyền ghi vào thư mục này.",
        f"The lock {lock} cannot be made: {error.strerror or error}. Check that this folder can be written to.",
    )
