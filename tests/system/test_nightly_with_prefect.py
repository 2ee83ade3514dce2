"""The real command under a real Prefect publishes what a run in process publishes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.home import Home
from flows.nightly import nightly
from flows.publish import current_release, read_manifest
from tests.conftest import make_demo

pytestmark = pytest.mark.system

MOTCUA = str(Path(sys.executable).with_name("motcua"))


@pytest.fixture
def demo(tmp_path) -> Home:
    return make_demo(tmp_path / "demo", 200)


def test_a_run_with_prefect_publishes_the_same_release(demo, tmp_path):
    other = Home(tmp_path / "other")
    shutil.copytree(demo.root, other.root)
    subprocess.run([MOTCUA, "--home", str(other.root), "run", "--prefect"], check=True, timeout=150)
    outcome = nightly(demo)
    ours, theirs = read_manifest(current_release(other)), read_manifest(Path(outcome.release))
    for manifest in (ours, theirs):
        del manifest["files"]["marts.duckdb"]
    assert json.dumps(ours, sort_keys=True) == json.dumps(theirs, sort_keys=True)
