"""The nightly way as a whole: repeated, shuffled, of a day gone by, and stopped by a check."""

import shutil
from datetime import date

import duckdb
import pytest

from flows.home import Home, prepare_home
from flows.ingest import ingest_file
from flows.nightly import nightly
from flows.publish import current_release, read_manifest
from flows.run_history import latest_runs
from tests.conftest import copied
from transforms.errors import ChecksFailedError


def test_a_second_night_without_news_changes_nothing(small_home, tmp_path):
    home = copied(small_home, tmp_path / "home")
    before = read_manifest(current_release(home))
    outcome = nightly(home)
    assert not outcome.is_new
    assert read_manifest(current_release(home)) == before
    assert latest_runs(home, 1)[0]["outcome"] == "nothing_new"


@pytest.mark.system
def test_files_in_another_order_give_the_same_release_byte_for_byte(small_home, tmp_path):
    """The newest snapshots by hand, newest first, so that each but the first is late; the rest, late too, by the nightly pull."""
    other = Home(tmp_path / "other")
    prepare_home(other)
    shutil.copytree(small_home.reference, other.reference, dirs_exist_ok=True)
    newest = sorted((small_home.data / "inbox" / "igate").glob("*.csv"), reverse=True)[:6]
    assert sum(ingest_file(other, file, "igate", None).is_late for file in newest) >= 4
    shutil.copytree(small_home.data / "inbox", other.data / "inbox", dirs_exist_ok=True)
    nightly(other)
    ours, theirs = read_manifest(current_release(other)), read_manifest(current_release(small_home))
    marts = {name: digest for name, digest in theirs["files"].items() if name.endswith(".parquet")}
    assert len(marts) > 10
    # The name of a repeated file is the one that came first, so the list of files may differ in it.
    del marts["export_file.parquet"], marts["quarantine_count.parquet"]
    assert {name: ours["files"][name] for name in marts} == marts


def test_a_day_gone_by_is_published_beside_the_current_release(small_home, tmp_path):
    home = copied(small_home, tmp_path / "past")
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


def test_a_failing_release_check_publishes_nothing(small_home, tmp_path):
    """Two procedures of one code with overlapping days make a dossier stand twice: broken arithmetic."""
    home = copied(small_home, tmp_path / "broken")
    before = current_release(home).name
    catalogue = home.reference / "procedures.csv"
    lines = catalogue.read_text(encoding="utf-8").splitlines()
    twins = [line.replace(",2015-01-01,", ",2016-01-01,") for line in lines[1:]]
    catalogue.write_text("\n".join([*lines, *twins]) + "\n", encoding="utf-8")
    with pytest.raises(ChecksFailedError, match="DOSSIER_KEY_UNIQUE"):
        nightly(home)
    assert current_release(home).name == before
    assert latest_runs(home, 1)[0]["outcome"] == "checks_failed"


def test_a_word_mapped_later_brings_its_rows_out_of_quarantine(small_home, tmp_path):
    home = copied(small_home, tmp_path / "mapped")
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


@pytest.mark.system
def test_a_warehouse_of_an_older_program_is_told_anew_from_the_landed_files(small_home, tmp_path):
    home = copied(small_home, tmp_path / "older")
    before = read_manifest(current_release(home))["files"]
    con = duckdb.connect(str(home.warehouse))
    con.execute("alter table dossier_run drop column field_name")
    con.close()
    shutil.rmtree(home.data / "inbox")
    shutil.rmtree(home.releases / current_release(home).name)
    nightly(home)
    after = read_manifest(current_release(home))["files"]
    assert {name for name in after if after[name] != before[name]} <= {"marts.duckdb"}
