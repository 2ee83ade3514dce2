"""The nightly way as a whole: repeated, shuffled, of a day gone by, and stopped by a check."""

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.home import Home, prepare_home
from flows.ingest import ingest_file
from flows.nightly import nightly
from flows.publish import current_release, read_manifest
from flows.run_history import latest_runs
from tests.conftest import make_demo
from transforms.errors import ChecksFailedError


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Home:
    """A demo of 300 dossiers with its release."""
    home = make_demo(tmp_path_factory.mktemp("small"), 300)
    nightly(home)
    return home


def copied(home: Home, to: Path) -> Home:
    shutil.copytree(home.root, to, symlinks=True)
    return Home(to)


def test_a_second_night_without_news_changes_nothing(small):
    before = read_manifest(current_release(small))
    outcome = nightly(small)
    assert not outcome.is_new
    assert read_manifest(current_release(small)) == before
    assert latest_runs(small, 1)[0]["outcome"] == "nothing_new"


def test_files_in_another_order_give_the_same_release_byte_for_byte(small, tmp_path):
    """The snapshots by hand, newest first, so that each but the first arrives late; the rest by the nightly pull."""
    other = Home(tmp_path / "other")
    prepare_home(other)
    shutil.copytree(small.reference, other.reference, dirs_exist_ok=True)
    files = sorted((small.data / "inbox" / "igate").glob("*.csv"), reverse=True)
    assert len(files) >= 18
    for file in files:
        ingest_file(other, file, "igate", None)
    for source in ("tandan", "vanban_di", "vanban_log"):
        shutil.copytree(small.data / "inbox" / source, other.data / "inbox" / source)
    nightly(other)
    ours, theirs = read_manifest(current_release(other)), read_manifest(current_release(small))
    marts = {name: digest for name, digest in theirs["files"].items() if name.endswith(".parquet")}
    assert len(marts) > 10
    # The name of a repeated file is the one that came first, so the list of files may differ in it.
    del marts["export_file.parquet"], marts["quarantine_count.parquet"]
    assert {name: ours["files"][name] for name in marts} == marts


def test_a_day_gone_by_is_published_beside_the_current_release(small, tmp_path):
    home = copied(small, tmp_path / "past")
    before = current_release(home)
    outcome = nightly(home, as_of=date(2020, 6, 30))
    assert outcome.release_id.startswith("2020-06-30-")
    assert current_release(home) == before
    con = duckdb.connect(f"{outcome.release}/marts.duckdb", read_only=True)
    try:
        latest = con.execute("select max(exported_at)::date from export_file").fetchall()[0][0]
    finally:
        con.close()
    assert latest <= date(2020, 6, 30)


def test_a_failing_release_check_publishes_nothing(small, tmp_path):
    """Two procedures of one code with overlapping days make a dossier stand twice: broken arithmetic."""
    home = copied(small, tmp_path / "broken")
    before = current_release(home).name
    catalogue = home.reference / "procedures.csv"
    lines = catalogue.read_text(encoding="utf-8").splitlines()
    twins = [line.replace(",2015-01-01,", ",2016-01-01,") for line in lines[1:]]
    catalogue.write_text("\n".join([*lines, *twins]) + "\n", encoding="utf-8")
    with pytest.raises(ChecksFailedError, match="DOSSIER_KEY_UNIQUE"):
        nightly(home)
    assert current_release(home).name == before
    assert latest_runs(home, 1)[0]["outcome"] == "checks_failed"


def test_a_word_mapped_later_brings_its_rows_out_of_quarantine(small, tmp_path):
    home = copied(small, tmp_path / "mapped")
    profile = home.sources / "tandan.yml"
    text = profile.read_text(encoding="utf-8")
    profile.write_text(
        text.replace("PROCESSING: [", "PROCESSING: [Đang chuyển liên thông, ").replace("online: [", "online: [Zalo, "),
        encoding="utf-8",
    )

    def kept_out() -> int:
        con = duckdb.connect(f"{current_release(home)}/marts.duckdb", read_only=True)
        try:
            return con.execute("""select coalesce(sum(row_count), 0)::int from quarantine_count
                                  where source = 'tandan' and rule_code = 'WORD_UNKNOWN'""").fetchall()[0][0]
        finally:
            con.close()

    assert kept_out() > 0
    assert nightly(home).is_new
    assert kept_out() == 0


def test_a_warehouse_of_an_older_program_is_told_anew_from_the_landed_files(small, tmp_path):
    home = copied(small, tmp_path / "older")
    before = read_manifest(current_release(home))["files"]
    con = duckdb.connect(str(home.warehouse))
    con.execute("alter table dossier_run drop column field_name")
    con.close()
    shutil.rmtree(home.data / "inbox")
    shutil.rmtree(home.releases / current_release(home).name)
    nightly(home)
    after = read_manifest(current_release(home))["files"]
    assert {name for name in after if after[name] != before[name]} <= {"marts.duckdb"}
