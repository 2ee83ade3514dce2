"""Homes shared by the tests: the demo district, published once a session; and the real files of ../shared/data."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from demo.generate import write_demo
from flows.cli import end_quietly
from flows.home import Home, prepare_home
from flows.nightly import nightly


def pytest_configure() -> None:
    end_quietly()


CHECKOUT = Path(__file__).resolve().parent.parent


def make_empty_home(root: Path) -> Home:
    """A home with the shipped configuration and nothing in it."""
    home = Home(root)
    prepare_home(home)
    return home


def make_demo(root: Path, dossiers: int) -> Home:
    home = make_empty_home(root)
    write_demo(root, dossiers=dossiers)
    return home


def copied(home: Home, to: Path) -> Home:
    """A home of one's own to write into, with everything that another one has recorded and published."""
    shutil.copytree(home.root, to, symlinks=True)
    return Home(to)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory, worker_id) -> Callable[[str, int], Home]:
    """Makes a demo district and its first release, once for all processes that run tests beside each other."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent

    def make(name: str, dossiers: int) -> Home:
        done = shared / f"{name}.made"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                assert nightly(make_demo(shared / name, dossiers)).is_new
                done.touch()
        return Home(shared / name)

    return make


@pytest.fixture(scope="session")
def demo_home(made_once) -> Home:
    """A demo district of 3,000 dossiers with its first release. Tests must not write into it."""
    return made_once("demo", 3_000)


@pytest.fixture(scope="session")
def small_home(made_once) -> Home:
    """A demo district of 300 dossiers with its first release, to be copied by tests that change something."""
    return made_once("small", 300)


@pytest.fixture
def home(tmp_path) -> Home:
    """An empty home with the shipped configuration."""
    return make_empty_home(tmp_path / "home")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files: MOTCUA_REAL_DATA, or shared/data beside the checkout."""
    folder = Path(os.environ.get("MOTCUA_REAL_DATA", CHECKOUT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder} is not there; set MOTCUA_REAL_DATA")
    return folder


def give_plan_of_one_target(home: Home) -> None:
    """A plan without scopes of its own, for a home whose register has few kinds of units."""
    (home.config / "plans" / "2020-district.yml").write_text(
        """\
title_vi: Kế hoạch thử
title_en: A plan for tests
year: 2020
calendar: official
targets:
  - {id: 2020-06, text_vi: Đúng hạn, text_en: On time, operator: ">=", bar: 95, parts: [{indicator: on_time}]}
""",
        encoding="utf-8",
    )
