"""Prefect, for real: a schedule fires, a run gives what it gives in process, and nothing calls home.

Each test starts processes of its own, because Prefect reads its settings once in a process.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from flows.home import Home

pytestmark = pytest.mark.system

FIRES_WITHIN_SECONDS = 150
"""A minute until the next full minute, and the server's start."""

TINY = '''
"""A nightly way in small: it writes a file, and fails where it is told to."""
import json, os, socket, sys
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from flows.home import Home
from flows.prefect_way import run_with_prefect, serve_schedule
from transforms.errors import ChecksFailedError, MotcuaError


@dataclass(frozen=True)
class Outcome:
    release_id: str
    exit_code: int
    scorecard: list
    summary: str


def write(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as stream:
        stream.write(text)
    return text


def fail_once(file):
    if not file.exists():
        write(file, "x")
        raise OSError("the first try fails")


def refuse(file):
    write(file, "refused ")
    raise ChecksFailedError("Một kiểm tra không đạt.", "A check failed.")


def nightly(home, step, as_of=None, command="motcua run"):
    trouble = os.environ.get("TROUBLE")
    if trouble == "once":
        step("tải về", fail_once, home.data / "tried", retries=1)
    if trouble == "checks":
        step("kiểm tra", refuse, home.data / "tried", retries=1)
    text = step("ghi", write, home.data / "ran", f"{command}, {as_of}\\n")
    return Outcome("r1", 1 if trouble == "code" else 0, [{"đơn vị": "xã A", "ngày": date(2020, 12, 14)}], text)


def in_process(name, function, *args, retries=0):
    return function(*args)


if __name__ == "__main__":
    home = Home(Path(sys.argv[1]))
    try:
        match sys.argv[2:]:
            case ["schedule", "--cron", cron]:
                serve_schedule(home, cron, nightly, on_ready=lambda address: print(address, flush=True))
            case ["run"]:
                outcome = nightly(home, in_process, date(2020, 12, 14), "motcua run --prefect")
                same = run_with_prefect(home, date(2020, 12, 14), nightly)
                print(json.dumps([asdict(outcome), asdict(same)], default=str))
            case ["ask", host]:
                socket.getaddrinfo(host, 443)
            case ["run --prefect"]:
                sys.exit(run_with_prefect(home, None, nightly).exit_code)
    except MotcuaError as error:
        print(type(error).__name__, error.vi)
        sys.exit(error.exit_code)
'''

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
    return Home(tmp_path / "văn phòng")


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """Where every process of a test notes the hosts it asks for that are not this machine."""
    return tmp_path / "calls.txt"


@pytest.fixture
def motcua(tmp_path: Path, home: Home, calls: Path) -> Callable[..., subprocess.Popen]:
    """Start a command on the home, as `motcua --home HOME …` does, in an office behind a proxy that does not answer."""
    (tmp_path / "tiny.py").write_text(TINY, encoding="utf-8")
    (tmp_path / "sitecustomize.py").write_text(NOTE_OUTSIDE_CALLS % str(calls), encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])]),
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }

    def start(*arguments: str, **more: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, tmp_path / "tiny.py", home.root, *arguments],
            env=environment | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture
def schedule(motcua: Callable[..., subprocess.Popen]):
    """`motcua schedule` for every minute, up and serving, with its address."""
    with motcua("schedule", "--cron", "* * * * *") as process:
        yield process, process.stdout.readline().strip()
        process.kill()


def wait_until(is_so: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.2)
    return is_so()


def ask(address: str, what: str, **filters) -> list[dict]:
    without_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    question = urllib.request.Request(
        f"{address}/api/{what}/filter", json.dumps(filters).encode(), {"content-type": "application/json"}
    )
    with without_proxy.open(question, timeout=10) as answer:
        return json.load(answer)


def test_a_schedule_fires_shows_its_scorecard_and_ends_with_its_server(home: Home, schedule, calls: Path):
    process, address = schedule
    ran = home.data / "ran"

    assert wait_until(ran.exists, FIRES_WITHIN_SECONDS), (home.prefect / "server.log").read_text(encoding="utf-8")
    assert ran.read_text(encoding="utf-8") == "motcua schedule, None\n"
    assert wait_until(lambda: bool(ask(address, "artifacts")), 20)
    (artifact,) = ask(address, "artifacts")
    assert artifact["key"] == "scorecard"
    assert json.loads(artifact["data"]) == [{"đơn vị": "xã A", "ngày": "2020-12-14"}]
    (deployment,) = ask(address, "deployments")
    (rule,) = [entry["schedule"] for entry in deployment["schedules"]]
    assert (rule["cron"], rule["timezone"]) == ("* * * * *", "Asia/Ho_Chi_Minh")
    assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"

    server, *_ = psutil.Process(process.pid).children()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    assert not server.is_running()
    assert not calls.exists(), calls.read_text(encoding="utf-8")


def test_the_server_ends_when_the_schedule_is_killed_and_a_second_schedule_is_turned_away(schedule, motcua):
    process, _ = schedule
    with motcua("schedule", "--cron", "* * * * *") as second:
        said, _ = second.communicate(timeout=60)
    assert second.returncode == 75
    assert said.startswith(f"BusyError Một lệnh khác đang chạy: PID {process.pid} ")

    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    assert wait_until(lambda: not any(child.is_running() for child in family), 30)


def test_a_cron_that_cannot_be_read_is_told(motcua):
    with motcua("schedule", "--cron", "mỗi đêm") as process:
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said.startswith('ConfigError Lịch chạy "mỗi đêm" không đúng dạng cron.')


def test_a_call_to_the_outside_would_be_noted(motcua, calls: Path):
    with motcua("ask", "motcua.invalid") as process:
        process.communicate(timeout=60)
    assert calls.read_text(encoding="utf-8") == "socket.getaddrinfo motcua.invalid\n"


def test_a_run_with_prefect_gives_what_it_gives_in_process(motcua, calls: Path):
    with motcua("run") as process:
        said, complaints = process.communicate(timeout=120)
    assert process.returncode == 0, complaints
    in_process, with_prefect = json.loads(said)
    assert with_prefect == in_process
    assert not calls.exists(), calls.read_text(encoding="utf-8")


def test_an_error_of_ours_keeps_its_class_and_exit_code_and_is_not_tried_again(home: Home, motcua):
    with motcua("run --prefect", TROUBLE="checks") as process:
        said, complaints = process.communicate(timeout=120)
    assert (process.returncode, said) == (1, "ChecksFailedError Một kiểm tra không đạt.\n"), complaints
    assert (home.data / "tried").read_text(encoding="utf-8") == "refused "


@pytest.mark.parametrize(("trouble", "exit_code"), [("once", 0), ("code", 1)])
def test_a_step_is_tried_again_where_asked_and_a_bad_outcome_keeps_its_exit_code(motcua, trouble: str, exit_code: int):
    with motcua("run --prefect", TROUBLE=trouble) as process:
        _, complaints = process.communicate(timeout=120)
    assert process.returncode == exit_code, complaints
