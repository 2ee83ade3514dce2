"""The real command on a real Prefect: a scheduled run fires and publishes, and gives what a run in process gives."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.home import Home
from flows.nightly import nightly
from flows.publish import current_release, read_manifest
from tests.conftest import make_demo

pytestmark = pytest.mark.system

MOTCUA = str(Path(sys.executable).with_name("motcua"))
FIRES_WITHIN_SECONDS = 200
"""A minute until the next full minute, the server's start, and the run."""


@pytest.fixture
def demo(tmp_path) -> Home:
    return make_demo(tmp_path / "demo", 200)


def test_a_scheduled_run_fires_and_publishes(demo):
    served = subprocess.Popen([MOTCUA, "--home", str(demo.root), "schedule", "--cron", "* * * * *"], start_new_session=True)
    try:
        deadline = time.monotonic() + FIRES_WITHIN_SECONDS
        while current_release(demo) is None and served.poll() is None and time.monotonic() < deadline:
            time.sleep(1)
        assert current_release(demo) is not None
        assert read_manifest(current_release(demo))["as_of"] == "2021-01-05"
    finally:
        os.kill(served.pid, signal.SIGINT)
        served.wait(30)


def test_a_run_with_prefect_publishes_the_same_release(demo, tmp_path):
    other = Home(tmp_path / "other")
    shutil.copytree(demo.root, other.root)
    subprocess.run([MOTCUA, "--home", str(other.root), "run", "--prefect"], check=True, timeout=150)
    outcome = nightly(demo)
    ours, theirs = read_manifest(current_release(other)), read_manifest(Path(outcome.release))
    for manifest in (ours, theirs):
        del manifest["files"]["marts.duckdb"]
    assert json.dumps(ours, sort_keys=True) == json.dumps(theirs, sort_keys=True)
