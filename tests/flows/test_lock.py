"""The lock: one writer, named; a killed one leaves nothing behind that matters."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from flows.home import Home
from flows.lock import held, writing
from transforms.errors import BusyError, ConfigError

HOLD = """
import sys, time
from pathlib import Path
from flows.home import Home
from flows.lock import writing
with writing(Home(Path(sys.argv[1])), "motcua run"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def other_writer(home: Home):
    with subprocess.Popen([sys.executable, "-c", HOLD, home.root], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_writer_is_told_who_writes(home: Home, other_writer: subprocess.Popen):
    with pytest.raises(BusyError) as busy, writing(home, "motcua ingest"):
        pass

    assert busy.value.exit_code == 75
    who = f"PID {other_writer.pid} trên máy {re.escape(socket.gethostname())}, lệnh `motcua run`"
    assert re.search(rf"đang chạy: {who}, từ \d\d/\d\d/\d{{4}} \d\d:\d\d\.", busy.value.vi)
    assert re.search(rf"PID {other_writer.pid} on .*`motcua run`, since \d{{4}}-\d\d-\d\d \d\d:\d\d\.", busy.value.en)


def test_a_killed_writer_leaves_no_lock_and_its_name_does_no_harm(home: Home, other_writer: subprocess.Popen):
    other_writer.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    other_writer.wait()
    owner_file = home.lock.with_name("lock.owner")
    assert owner_file.exists()

    with writing(home, "motcua run"):
        assert json.loads(owner_file.read_text(encoding="utf-8"))["pid"] == os.getpid()
    assert not owner_file.exists()


@pytest.mark.parametrize("owner", [None, "", "{"])
def test_a_holder_without_a_readable_name_is_still_busy(home: Home, owner: str | None):
    owner_file = home.lock.with_name("lock.owner")
    with writing(home, "motcua run"):
        owner_file.unlink() if owner is None else owner_file.write_text(owner, encoding="utf-8")
        with pytest.raises(BusyError, match="Another command is running and holds the lock"), writing(home, "motcua"):
            pass


def test_the_writer_finds_scratch_empty(home: Home):
    (home.scratch / "left").mkdir(parents=True)
    (home.scratch / "left" / "half.parquet").touch()

    with writing(home, "motcua run"):
        assert list(home.scratch.iterdir()) == []


def test_who_is_turned_away_does_not_touch_scratch(home: Home):
    with writing(home, "motcua run"):
        (home.scratch / "mine").touch()
        with pytest.raises(BusyError), writing(home, "motcua run"):
            pass
        assert (home.scratch / "mine").exists()


def test_an_error_inside_comes_out_and_frees_the_lock(home: Home):
    with pytest.raises(ZeroDivisionError), writing(home, "motcua run"):
        raise ZeroDivisionError
    with writing(home, "motcua run"):
        pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be made") as error, held(tmp_path / "file" / "lock", "motcua run"):
        pass
    assert "Hãy kiểm tra quyền ghi" in error.value.vi
