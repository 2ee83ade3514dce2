"""Prefect, for real: a schedule fires and publishes, a run gives what it gives in process, and nothing calls home.

Each test starts processes of its own, because Prefect reads its settings once in a process.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from demo.generate import write_demo
from flows.home import Home, prepare_home
from flows.nightly import nightly

pytestmark = pytest.mark.system

MOTCUA = Path(sys.executable).with_name("motcua")
FIRES_WITHIN_SECONDS = 150
"""A minute until the next full minute, the server's start, and the run."""
NEVER_DUE = "0 0 1 1 *"

RUN_WITH_PREFECT = """
import json, sys
from pathlib import Path
from flows.home import Home
from flows.prefect_way import run_with_prefect

outcome = run_with_prefect(Home(Path(sys.argv[1])))
print(json.dumps([outcome.release_id, outcome.is_new, outcome.summary, outcome.scorecard]))
"""

RUN_IN_TROUBLE = """
import json, sys
from pathlib import Path

from flows.home import Home
from flows.nightly import Outcome
from flows.prefect_way import run_with_prefect
from transforms.errors import ChecksFailedError, MotcuaError, PullError

TROUBLES = {
    "once": PullError("Chưa đọc được thư mục.", "The folder cannot be read yet."),
    "checks": ChecksFailedError("Một kiểm tra không đạt.", "A check failed."),
    "code": None,
}
ends = {}
for trouble, error in TROUBLES.items():
    tries = []

    def attempt():
        tries.append(trouble)
        if error and (trouble, len(tries)) != ("once", 2):
            raise error

    def nightly(home, step, as_of, command):
        step("tải về", attempt, retries=1)
        return Outcome("r1", "r1", True, [], [{"đơn vị": "xã A"}], exit_code=1 if trouble == "code" else 0)

    try:
        end = run_with_prefect(Home(Path(sys.argv[1])), None, nightly).exit_code
    except MotcuaError as raised:
        end = f"{type(raised).__name__} {raised.vi}"
    ends[trouble] = [len(tries), end]
print(json.dumps(ends))
"""

NOTE_OUTSIDE_CALLS = """
import sys
def note(event, args):
    where = {"socket.getaddrinfo": lambda: args[0], "socket.connect": lambda: args[1]}.get(event, lambda: None)()
    host = where[0] if isinstance(where, tuple) else where
    if host not in (None, "127.0.0.1", "localhost", "::1", "0.0.0.0") and not str(host).startswith("/"):
        with open(%r, "a") as calls:
            calls.write(f"{event} {host}\\n")
sys.addaudithook(note)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An office with a small demo, nothing of it read yet."""
    home = Home(tmp_path / "văn phòng")
    prepare_home(home)
    write_demo(home.root, dossiers=200)
    return home


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """Where every process of a test notes the hosts it asks for that are not this machine."""
    return tmp_path / "calls.txt"


@pytest.fixture
def environment(tmp_path: Path, calls: Path) -> dict[str, str]:
    """An office behind a proxy that does not answer; its processes can be told by MOTCUA_TEST."""
    (tmp_path / "sitecustomize.py").write_text(NOTE_OUTSIDE_CALLS % str(calls), encoding="utf-8")
    return {
        **os.environ,
        "PYTHONPATH": str(tmp_path),
        "MOTCUA_TEST": str(tmp_path),
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }


@pytest.fixture
def run(environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess]:
    """Run a command to its end."""

    def run(*command: str | Path) -> subprocess.CompletedProcess:
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    return run


@pytest.fixture
def schedule(tmp_path: Path, home: Home, environment: dict[str, str]) -> Iterator[Callable]:
    """Start `motcua schedule`; gives its process and the address it serves, once it does."""
    started = []

    def start(cron: str) -> tuple[subprocess.Popen, str]:
        with (tmp_path / "stderr.txt").open("w") as complaints:
            process = subprocess.Popen(
                [MOTCUA, "--home", home.root, "schedule", "--cron", cron],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
            )
        started.append(process)
        return process, process.stdout.readline().strip().rpartition(" ")[2]

    yield start
    for process in started:
        with process:
            process.kill()
    for left in family(environment["MOTCUA_TEST"]):
        left.kill()


def family(mark: str) -> list[psutil.Process]:
    """Every process that a test started, whoever its parent is by now."""

    def is_of_test(process: psutil.Process) -> bool:
        try:
            return process.environ().get("MOTCUA_TEST") == mark
        except psutil.Error:
            return False

    return [process for process in psutil.process_iter() if is_of_test(process)]


def wait_until(is_so: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.2)
    return is_so()


def ask(address: str, what: str) -> list[dict]:
    without_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    question = urllib.request.Request(f"{address}/api/{what}/filter", b"{}", {"content-type": "application/json"})
    with without_proxy.open(question, timeout=10) as answer:
        return json.load(answer)


def test_a_scheduled_run_fires_publishes_shows_its_scorecard_and_leaves_no_process(home, schedule, calls, tmp_path):
    process, address = schedule("* * * * *")
    manifest = home.marts / "current" / "manifest.json"

    assert wait_until(manifest.exists, FIRES_WITHIN_SECONDS), (tmp_path / "stderr.txt").read_text(encoding="utf-8")
    release = json.loads(manifest.read_text(encoding="utf-8"))
    assert release["as_of"] == "2021-01-05"
    assert wait_until(lambda: bool(ask(address, "artifacts")), 20)
    artifact = ask(address, "artifacts")[0]
    assert (artifact["key"], artifact["description"].partition(":")[0]) == ("scorecard", release["id"])
    assert json.loads(artifact["data"])
    (deployment,) = ask(address, "deployments")
    (rule,) = [entry["schedule"] for entry in deployment["schedules"]]
    assert (rule["cron"], rule["timezone"]) == ("* * * * *", "Asia/Ho_Chi_Minh")
    assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"

    assert len(family(str(tmp_path))) >= 2, "the schedule and its server"
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    assert wait_until(lambda: not family(str(tmp_path)), 10), family(str(tmp_path))
    assert not calls.exists(), calls.read_text(encoding="utf-8")


def test_a_second_schedule_is_turned_away_and_the_server_ends_when_the_first_is_killed(home: Home, schedule, run, tmp_path: Path):
    process, _ = schedule(NEVER_DUE)
    second = run(MOTCUA, "--home", home.root, "schedule")
    assert second.returncode == 75
    assert f"Lỗi: Một lệnh khác đang chạy: PID {process.pid} " in second.stderr

    assert len(family(str(tmp_path))) >= 2, "the schedule and its server"
    process.kill()
    process.wait(timeout=30)
    assert wait_until(lambda: not family(str(tmp_path)), 30), family(str(tmp_path))


def test_a_cron_that_cannot_be_read_is_told(home: Home, run):
    unreadable = run(MOTCUA, "--home", home.root, "schedule", "--cron", "mỗi đêm")
    assert unreadable.returncode == 2
    assert 'Lỗi: Lịch chạy "mỗi đêm" không đúng dạng cron.' in unreadable.stderr


def test_a_call_to_the_outside_would_be_noted(run, calls: Path):
    run(sys.executable, "-c", "import socket; socket.getaddrinfo('motcua.invalid', 443)")
    assert calls.read_text(encoding="utf-8") == "socket.getaddrinfo motcua.invalid\n"


def test_a_run_with_prefect_publishes_the_release_it_publishes_in_process(home: Home, run, calls: Path, tmp_path: Path):
    other = Home(tmp_path / "other")
    shutil.copytree(home.root, other.root)
    ran = run(sys.executable, "-c", RUN_WITH_PREFECT, home.root)
    assert ran.returncode == 0, ran.stderr
    in_process = nightly(other)

    assert json.loads(ran.stdout) == [in_process.release_id, True, in_process.summary, in_process.scorecard]
    published = json.loads((home.marts / "current" / "manifest.json").read_text(encoding="utf-8"))
    assert published["id"] == in_process.release_id
    assert not calls.exists(), calls.read_text(encoding="utf-8")


def test_only_a_source_out_of_reach_is_tried_again_and_trouble_keeps_its_class_and_exit_code(home: Home, run):
    ran = run(sys.executable, "-c", RUN_IN_TROUBLE, home.root)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "once": [2, 0],
        "checks": [1, "ChecksFailedError Một kiểm tra không đạt."],
        "code": [1, 1],
    }
