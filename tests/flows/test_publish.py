"""Publishing: a release is whole or it is not there."""

import json
import random
import shutil
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from threading import Event

import duckdb
import pytest

from flows import publish as publishing
from flows.home import Home
from flows.publish import current_release, publish
from transforms.errors import PublishError

CLIENT_STORAGE_NUMBER = 64
"""What the header of a file written for DuckDB 1.0 says; 2.0 writes 999 when it writes for itself."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "văn phòng 'một cửa'")
    home.releases.mkdir(parents=True)
    home.scratch.mkdir(parents=True)
    return home


def make_build(file: Path, rate: int = 90, dossiers: int = 300, seed: int | None = None) -> Path:
    """A build with a small mart, and a partitioned one whose rows come in an order of the seed's choosing."""
    numbers = list(range(dossiers))
    if seed is not None:
        random.Random(seed).shuffle(numbers)
    rows = [[n, f"{2020 + n % 3}-0{1 + n % 2}" if n % 50 else None, f"Hồ sơ {n % 7}"] for n in numbers]
    with duckdb.connect(file, config={"threads": 2}) as build:
        build.execute("create table target_status (unit_code varchar, rate integer, note varchar)")
        units = [["xã A", rate, "đạt"], ["xã A", rate, "chưa đạt"], ["xã B", None, "có 'nháy'"]]
        build.executemany("insert into target_status values (?, ?, ?)", units[:: 1 if seed is None else -1])
        build.execute("comment on table target_status is 'Chỉ tiêu''s state'")
        build.execute("comment on column target_status.rate is 'tỷ lệ, %'")
        build.execute("create table dossier (number integer, month varchar, name varchar)")
        numbers_of, months, names = zip(*rows, strict=True) if rows else ((), (), ())
        build.execute(
            "insert into dossier select unnest(?::integer[]), unnest(?::varchar[]), unnest(?::varchar[])",
            [numbers_of, months, names],
        )
        build.execute("create table scratch_model (x integer)")
        build.execute(
            "create table mart as select * from (values ('target_status', 'unit_code, rate', true, null), "
            "('dossier', 'name', false, 'month')) t(mart_name, sort_columns, is_small, partition_column)"
        )
    return file


def contents(release: Path) -> dict[str, bytes]:
    return {file.relative_to(release).as_posix(): file.read_bytes() for file in sorted(release.rglob("*")) if file.is_file()}


def assert_whole(release: Path | None) -> None:
    """Every file of the release is there and is what its manifest says, and there is no other."""
    assert release is not None
    files = contents(release)
    manifest = json.loads(files.pop("manifest.json"))
    assert {path: sha256(content).hexdigest() for path, content in files.items()} == manifest["files"]


def test_a_release_holds_its_marts_its_database_and_its_manifest(home: Home, tmp_path: Path):
    def add_checks(folder: Path) -> None:
        (folder / "checks.json").write_text("{}", encoding="utf-8")

    release = publish(home, make_build(tmp_path / "b"), "2020-12-14-a", {"as_of": "2020-12-14"}, add_checks)

    assert release == home.releases / "2020-12-14-a" == current_release(home)
    assert (home.marts / "current").readlink() == Path("releases/2020-12-14-a")
    months = [f"dossier/{year}-0{month}.parquet" for year in (2020, 2021, 2022) for month in (1, 2)]
    assert sorted(contents(release)) == sorted(
        [
            "checks.json",
            "datapackage.json",
            "manifest.json",
            "marts.duckdb",
            "target_status.parquet",
            "dossier/none.parquet",
            *months,
        ]
    )
    assert_whole(release)
    assert (release / "manifest.json").read_text(encoding="utf-8").startswith('{\n  "as_of": "2020-12-14",\n  "files"')
    assert [path.name for path in home.releases.iterdir()] == ["2020-12-14-a"]


def test_the_database_is_whole_though_another_writer_looks_into_the_catalogue(home: Home, tmp_path: Path, monkeypatch):
    attached, looks, written = Event(), Event(), Event()

    def copy_table(*given) -> None:
        attached.set()
        assert looks.wait(10)
        real_copy(*given)

    def write_database(*given) -> None:
        try:
            real_database(*given)
        finally:
            written.set()

    def write_parquet(connection, *given) -> None:
        assert attached.wait(10)
        connection.begin()
        connection.execute("from duckdb_columns()").fetchall()
        looks.set()
        assert written.wait(10)
        connection.rollback()
        real_parquet(connection, *given)

    real_copy, real_database, real_parquet = publishing._copy_table, publishing._write_database, publishing._write_parquet
    for patched in (copy_table, write_database, write_parquet):
        monkeypatch.setattr(publishing, f"_{patched.__name__}", patched)
    assert_whole(publish(home, make_build(tmp_path / "b"), "r", {}))


def test_parquet_is_in_order_and_complete(home: Home, tmp_path: Path):
    release = publish(home, make_build(tmp_path / "b", seed=5), "r", {})

    pattern = str(release / "dossier" / "*.parquet")
    ((count, numbers),) = duckdb.execute("select count(*), count(distinct number) from read_parquet(?)", [pattern]).fetchall()
    assert count == numbers == 300
    for file in (release / "dossier").glob("*.parquet"):
        rows = duckdb.execute("select name, number, month from read_parquet(?)", [str(file)]).fetchall()
        assert rows == sorted(rows)
        assert {month for _, _, month in rows} == {None if file.stem == "none" else file.stem}


def test_small_marts_come_with_their_comments_for_any_duckdb_1_client(home: Home, tmp_path: Path):
    release = publish(home, make_build(tmp_path / "b"), "r", {})

    database = release / "marts.duckdb"
    assert int.from_bytes(database.read_bytes()[12:20], "little") == CLIENT_STORAGE_NUMBER
    with duckdb.connect(database, read_only=True) as marts:
        assert marts.execute("select table_name, comment from duckdb_tables()").fetchall() == [
            ("target_status", "Chỉ tiêu's state")
        ]
        assert marts.execute("select column_name, comment from duckdb_columns() where not internal").fetchall() == [
            ("unit_code", None),
            ("rate", "tỷ lệ, %"),
            ("note", None),
        ]
    assert rows_of(database, "target_status") == [
        ("xã A", 90, "chưa đạt"),
        ("xã A", 90, "đạt"),
        ("xã B", None, "có 'nháy'"),
    ]
    assert not list(release.glob("*.wal"))


def test_the_same_rows_give_the_same_bytes_in_whatever_order_they_came(home: Home, tmp_path: Path):
    first = publish(home, make_large_build(tmp_path / "1", "n"), "r", {})
    second = publish(Home(tmp_path / "other"), make_large_build(tmp_path / "2", "hash(n)"), "r", {})

    assert (first / "daily.parquet").read_bytes() == (second / "daily.parquet").read_bytes()
    assert rows_of(first / "marts.duckdb", "daily") == rows_of(second / "marts.duckdb", "daily")


def rows_of(database: Path, table: str) -> list[tuple]:
    with duckdb.connect(database, read_only=True) as marts:
        return marts.execute(f"from {table}").fetchall()


def make_large_build(file: Path, insert_order: str) -> Path:
    """A mart of several row groups, so that threads write it together, most of whose rows have the same sort column."""
    with duckdb.connect(file, config={"threads": 2}) as build:
        build.execute(
            "create table daily as select n % 7 as unit, n % 5000 as day, n / 8 as share, 'việc ' || n % 900 as note "
            f"from range(500000) t(n) order by {insert_order}"
        )
        build.execute("create table mart as select 'daily' mart_name, 'unit' sort_columns, true is_small, null partition_column")
    return file


def test_an_empty_partitioned_mart_can_still_be_read(home: Home, tmp_path: Path):
    release = publish(home, make_build(tmp_path / "b", dossiers=0), "r", {})

    pattern = str(release / "dossier" / "*.parquet")
    assert duckdb.execute("select number, month, name from read_parquet(?)", [pattern]).fetchall() == []


def test_a_file_that_did_not_change_shares_the_disk_with_the_previous_release(home: Home, tmp_path: Path):
    first = publish(home, make_build(tmp_path / "1", rate=90), "first", {})
    second = publish(home, make_build(tmp_path / "2", rate=80), "second", {})

    assert (second / "dossier/2020-01.parquet").samefile(first / "dossier/2020-01.parquet")
    assert not (second / "target_status.parquet").samefile(first / "target_status.parquet")
    assert_whole(first)
    assert_whole(second)


def test_a_database_is_never_shared_because_a_client_may_write_into_it(home: Home, tmp_path: Path):
    build = make_build(tmp_path / "b")
    first, second = publish(home, build, "first", {}), publish(home, build, "second", {})

    assert (first / "marts.duckdb").read_bytes() == (second / "marts.duckdb").read_bytes()
    assert not (first / "marts.duckdb").samefile(second / "marts.duckdb")


def test_no_release_is_removed(home: Home, tmp_path: Path):
    build = make_build(tmp_path / "b")
    for release_id in ("z", "y", "x"):
        publish(home, build, release_id, {"as_of": release_id})

    assert sorted(path.name for path in home.releases.iterdir()) == ["x", "y", "z"]
    assert current_release(home).name == "x"


def test_a_release_with_the_same_tables_stays_as_it_was(home: Home, tmp_path: Path):
    build = make_build(tmp_path / "b")
    before = contents(publish(home, build, "r", {"made": "then"}))
    assert contents(publish(home, build, "r", {"made": "now"})) == before


def test_a_release_of_a_day_gone_by_does_not_become_current(home: Home, tmp_path: Path):
    today = publish(home, make_build(tmp_path / "1", rate=90), "today", {})
    long_ago = publish(home, make_build(tmp_path / "2", rate=80), "long ago", {}, make_current=False)
    assert current_release(home) == today
    assert_whole(long_ago)

    again = publish(home, make_build(tmp_path / "3", rate=85), "today", {}, make_current=False)
    assert again == current_release(home) == today
    assert best_rate(again) == 85
    assert not list(home.releases.glob(".*"))


def test_what_killed_runs_left_is_removed(home: Home, tmp_path: Path):
    (home.releases / ".2020-12-13.staging" / "dossier").mkdir(parents=True)
    (home.releases / ".gitkeep").touch()

    publish(home, make_build(tmp_path / "b"), "r", {})

    assert sorted(path.name for path in home.releases.iterdir()) == [".gitkeep", "r"]


def test_a_release_that_was_complete_but_not_yet_current_is_used_as_it_is(home: Home, tmp_path: Path):
    build = make_build(tmp_path / "b")
    release = publish(home, build, "r", {"as_of": "2020-12-14"})
    (home.marts / "current").unlink()
    inode = (release / "marts.duckdb").stat().st_ino

    assert publish(home, build, "r", {"as_of": "2020-12-14"}) == release == current_release(home)
    assert (release / "marts.duckdb").stat().st_ino == inode


@pytest.mark.parametrize("is_current", [True, False])
def test_a_release_of_that_id_with_other_content_gives_way(home: Home, tmp_path: Path, is_current: bool):
    publish(home, make_build(tmp_path / "1", rate=90), "r", {})
    if not is_current:
        publish(home, make_build(tmp_path / "2", rate=85), "later", {})

    release = publish(home, make_build(tmp_path / "3", rate=80), "r", {})

    assert release == current_release(home) == home.releases / "r"
    assert_whole(release)
    assert best_rate(release) == 80


def test_a_damaged_release_of_that_id_gives_way(home: Home, tmp_path: Path):
    build = make_build(tmp_path / "b")
    release = publish(home, build, "r", {})
    (release / "target_status.parquet").write_bytes(b"damaged")

    assert_whole(publish(home, build, "r", {}))


def test_where_no_link_can_be_made_a_pointer_file_names_the_current_release(home: Home, tmp_path: Path):
    release = publish(home, make_build(tmp_path / "1"), "first", {})
    (home.marts / "current").unlink()
    (home.marts / "current").write_text("first\n", encoding="utf-8")
    assert current_release(home) == release

    second = publish(home, make_build(tmp_path / "2", rate=80), "second", {})
    assert current_release(home) == second


def test_a_home_without_releases_has_no_current_one(tmp_path: Path):
    assert current_release(Home(tmp_path)) is None


def test_reading_releases_loads_neither_duckdb_nor_prefect():
    code = "import sys, flows.publish; print(*{'duckdb', 'prefect', 'pandas'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"


PUBLISH = """
import sys
from pathlib import Path
from flows.home import Home
from flows.publish import publish
from transforms.errors import PublishError

root, build, release_id = sys.argv[1:]

def add_report(folder):
    (folder / "report.html").write_bytes(b"x" * 2_000_000)

try:
    publish(Home(Path(root)), Path(build), release_id, {"as_of": "2020-12-14"}, add_report)
except PublishError as error:
    print(error.vi, error.en, sep="\\n")
    sys.exit(error.exit_code)
"""

LIMIT_FILES = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"

DIE_AT_STEP = """
import os, signal, sys
steps_left = {step}
CHANGES = {{"os.mkdir", "os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir"}}
def count(event, args):
    global steps_left
    writes = event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR)
    if (event in CHANGES or writes) and "/marts/" in f"{{args[0]}} {{args[1]}}":
        steps_left -= 1
        if steps_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
"""
"""Kill the process for real just before its n-th change below data/marts."""


def run_publish(home: Home, build: Path, release_id: str, before: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", before + PUBLISH, home.root, build, release_id]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are a matter of POSIX")
@pytest.mark.parametrize(("limit", "what_fails"), [(100, "Parquet"), (100_000, "marts.duckdb"), (1_000_000, "a report")], ids=str)
def test_no_room_left_is_told_and_changes_nothing(home: Home, tmp_path: Path, limit: int, what_fails: str):
    first = publish(home, make_build(tmp_path / "1"), "first", {})
    before = contents(first)

    done = run_publish(home, make_build(tmp_path / "2", rate=80), "second", LIMIT_FILES.format(limit=limit))

    assert done.returncode == PublishError.exit_code, (what_fails, done.stderr)
    vietnamese, english = done.stdout.splitlines()
    assert "second" in vietnamese and str(home.releases) in vietnamese and "giải phóng chỗ trống" in vietnamese
    assert "File too large" in english and "the current release stays" in english
    assert [path.name for path in home.releases.iterdir()] == ["first"]
    assert current_release(home) == first
    assert contents(first) == before


@pytest.mark.system
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is a matter of POSIX")
@pytest.mark.parametrize(
    ("new_id", "rates"),
    # The step to another release is the last change; one that takes a name from a former one has to tidy up after it.
    [("second", {90}), ("first", {90, 80})],
    ids=["another release", "the same release with other content"],
)
def test_killed_at_any_step_the_old_or_the_new_release_is_current_and_whole(home, tmp_path, new_id: str, rates: set[int]):
    old, new = make_build(tmp_path / "1", rate=90, dossiers=60), make_build(tmp_path / "2", rate=80, dossiers=60)
    seen = []
    for step in range(1, 200, 2):
        publish(home, old, "first", {})
        shutil.rmtree(home.releases / "second", ignore_errors=True)
        done = run_publish(home, new, new_id, DIE_AT_STEP.format(step=step))
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        current = current_release(home)
        assert_whole(current)
        seen.append(best_rate(current))

        publish(home, new, new_id, {"as_of": "2020-12-14"})
        assert {path.name for path in home.releases.iterdir()} == {"first", new_id}
        assert current_release(home) == home.releases / new_id
        assert_whole(current_release(home))
    assert set(seen) == rates and seen == sorted(seen, reverse=True)
    assert best_rate(current_release(home)) == 80


def best_rate(release: Path) -> int:
    """What tells one build from the other."""
    file = str(release / "target_status.parquet")
    ((rate,),) = duckdb.execute("select max(rate) from read_parquet(?)", [file]).fetchall()
    return rate
