"""The run history: what happened is there to read, at once and at any moment."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest

from flows.home import Home
from flows.run_history import end_run, files_of_run, latest_runs, note_file, start_run
from transforms.errors import MotcuaError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "văn phòng #1")


def test_a_run_and_its_files_are_there_to_read(home: Home):
    run_id = start_run(home, "motcua run")
    counts = {"row_count": 10, "recorded_count": 4, "unchanged_count": 3, "duplicate_count": 2, "quarantined_count": 1}
    note_file(home, run_id, "mot_cua", "ds-2020-12-14.xlsx", "recorded", **counts)
    note_file(home, run_id, "mot_cua", "hỏng.csv", "refused", message_vi="Thiếu cột", message_en="A column is missing")
    end_run(home, run_id, "published", 0, as_of=date(2020, 12, 14), release_id="2020-12-14-ab12")

    (run,) = latest_runs(home)
    started, ended = (datetime.fromisoformat(run.pop(key)) for key in ("started_at", "ended_at"))
    assert started <= ended and started.utcoffset() is not None
    assert run == {
        "run_id": run_id,
        "command": "motcua run",
        "as_of_date": "2020-12-14",
        "release_id": "2020-12-14-ab12",
        "outcome": "published",
        "exit_code": 0,
        "message_vi": None,
        "message_en": None,
    }
    recorded, refused = files_of_run(home, run_id)
    assert {name: recorded[name] for name in counts} == counts
    assert (refused["file_name"], refused["outcome"], refused["message_vi"]) == ("hỏng.csv", "refused", "Thiếu cột")


def test_a_run_that_never_ended_is_killed_when_the_next_begins(home: Home):
    dead = start_run(home, "motcua run")
    assert latest_runs(home)[0]["outcome"] == "running"
    alive = start_run(home, "motcua run")

    newest, oldest = latest_runs(home)
    assert (newest["run_id"], newest["outcome"]) == (alive, "running")
    assert (oldest["run_id"], oldest["outcome"], oldest["ended_at"]) == (dead, "killed", None)
    assert "bị ngắt" in oldest["message_vi"]


def test_the_latest_runs_come_newest_first(home: Home):
    runs = [start_run(home, f"motcua run {number}") for number in range(5)]
    assert [run["run_id"] for run in latest_runs(home, limit=3)] == runs[:1:-1]


def test_a_home_without_history_has_no_runs(home: Home):
    assert latest_runs(home) == []
    assert files_of_run(home, 1) == []
    assert not home.data.exists()


def test_readers_do_not_wait_for_a_writer(home: Home):
    run_id = start_run(home, "motcua run")
    with closing(sqlite3.connect(home.runs)) as writer:
        writer.execute("begin immediate")
        writer.execute("update run set command = 'half done'")
        assert latest_runs(home)[0]["command"] == "motcua run"
        assert files_of_run(home, run_id) == []


READ_AS_NOBODY = """
import os, sys
from pathlib import Path
from flows.home import Home
from flows.run_history import latest_runs
os.setuid(65534)
print(len(latest_runs(Home(Path(sys.argv[1])))))
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_who_may_not_write_can_still_read(home: Home):
    start_run(home, "motcua run")
    for folder in [home.data, *home.data.parents]:
        if folder.owner() == "root" and "pytest" in str(folder):
            folder.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", READ_AS_NOBODY, home.root], capture_output=True, text=True, check=False)
    assert done.stdout == "1\n", done.stderr


def test_a_damaged_history_is_told(home: Home):
    home.data.mkdir(parents=True)
    home.runs.write_text("not a database, but longer than a header " * 50, encoding="utf-8")
    with pytest.raises(MotcuaError, match="cannot be used") as error:
        latest_runs(home)
    assert "Không dùng được nhật ký chạy" in error.value.vi
    with pytest.raises(MotcuaError):
        start_run(home, "motcua run")


def test_reading_the_history_loads_nothing_slow():
    code = "import sys, flows.run_history; print(*{'duckdb', 'pydantic', 'prefect', 'pandas'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"
