"""The next release held against the current one: what is lost stops it until somebody accepts it, for a reason."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from expectations.drift import Accepted, judge_drift
from flows.cli import app
from flows.home import Home, prepare_home
from flows.nightly import nightly
from flows.publish import current_release, read_manifest
from flows.run_history import latest_runs
from tests.models.test_not_refreshed import put, row
from transforms.errors import ChecksFailedError, ConfigError, StorageError
from transforms.warehouse import open_warehouse

ALL = {"covers_from": "2020-01-01"}
UNITS = {"A": range(100), "B": range(100, 130)}
"""The dossiers of the current release, by the unit that resolves them."""


def judged(folder: Path, now: dict[str, list[int]], ended: set[int], *accepted: str) -> dict[str, tuple[str, int]]:
    """Severity and count of each check that fails: the current release has UNITS, the next has ``now``; an export ended some."""
    before = folder / "before"
    (before / "dossier").mkdir(parents=True, exist_ok=True)
    columns = "source, dossier_key, dossier_code, resolving_unit_code"
    con = duckdb.connect()
    for name, units in (("past", UNITS), ("dossier", now)):
        listed = [(f"s:{code}", str(code), unit) for unit, codes in units.items() for code in codes]
        con.execute(f"create table {name} (dossier_key varchar, dossier_code varchar, resolving_unit_code varchar)")
        con.executemany(f"insert into {name} values (?, ?, ?)", listed)
    con.execute(f"copy (select 's' as {columns} from past) to '{before}/dossier/2020-01.parquet'")
    warehouse = open_warehouse(folder / "warehouse.duckdb")
    for code in {code for codes in UNITS.values() for code in codes}:
        end = ["e", datetime(2020, 2, 1)] if code in ended else [None, None]
        warehouse.execute(
            """insert into dossier_run by name
               select 's' as source, $1::varchar as dossier_code, now()::timestamp as first_exported_at,
                   'f' as first_file, $2 as ended_file, $3::timestamp as ended_exported_at""",
            [code, *end],
        )
    warehouse.close()
    verdict = judge_drift(con, before, folder / "warehouse.duckdb", Accepted(accepted, "vì"))
    con.close()
    assert [result for result in verdict.results if result.state == "broken"] == []
    return {result.check_id: (result.severity, result.failed_count) for result in verdict.results if result.state == "failed"}


def without(unit: str, codes: set[int]) -> dict[str, list[int]]:
    return {each: [code for code in listed if each != unit or code not in codes] for each, listed in UNITS.items()}


@pytest.mark.parametrize(
    ("now", "ended", "failed"),
    [
        ({**UNITS}, set(), {}),
        (without("A", {1, 2}), {1, 2}, {"ROWS_GONE": ("warning", 2)}),
        (without("A", {1, 2}), {1}, {"ROWS_LOST": ("release", 1), "ROWS_GONE": ("warning", 1)}),
        (without("A", {*range(10)}), {*range(9)}, {"ROWS_LOST": 1, "ROWS_GONE": 9, "UNIT_SHRUNK": 1}),
        (without("A", {*range(10)}), {*range(10)}, {"ROWS_GONE_MANY": ("release", 1), "ROWS_GONE": 10, "UNIT_SHRUNK": 1}),
        (without("B", {*range(100, 105)}), {*range(100, 105)}, {"ROWS_GONE": 5, "UNIT_SHRUNK": 1}),
        # Five went over to another unit: nothing is lost, and the unit is smaller all the same.
        ({"A": [*range(105)], "B": [*range(105, 130)]}, set(), {"UNIT_SHRUNK": ("warning", 1)}),
        ({"A": [*range(96), 200], "B": [*range(96, 130)]}, set(), {}),
    ],
)
def test_what_is_lost_what_is_gone_and_which_unit_shrank(tmp_path, now, ended, failed):
    found = judged(tmp_path, now, ended)
    assert {check: (said if isinstance(failed.get(check), tuple) else said[1]) for check, said in found.items()} == failed


def test_what_is_accepted_is_still_there_to_be_seen(tmp_path):
    lost = judged(tmp_path, without("A", {1}), set(), "ROWS_LOST", "ROWS_GONE_MANY")
    assert lost == {"ROWS_LOST": ("warning", 1)}


def test_many_that_are_gone_stop_the_release_until_they_are_accepted(tmp_path):
    office = Home(tmp_path / "home")
    prepare_home(office)
    codes = [row(f"H-{number:02}", "03/01/2020") for number in range(30)]
    put(office, "20200131", ALL, *codes)
    nightly(office)
    before = current_release(office)
    put(office, "20200202", ALL, *codes[:-11])
    with pytest.raises(ChecksFailedError, match="motcua run --accept ROWS_GONE_MANY"):
        nightly(office)
    assert current_release(office) == before
    accepted = CliRunner().invoke(
        app, ["--home", str(office.root), "run", "--accept", "ROWS_GONE_MANY", "--reason", "huyện xóa hồ sơ thử"]
    )
    assert accepted.exit_code == 0, accepted.output
    release = current_release(office)
    said = [{"rule": "ROWS_GONE_MANY", "reason": "huyện xóa hồ sơ thử"}]
    failed = {"ROWS_GONE_MANY": 1, "ROWS_GONE": 11, "UNIT_SHRUNK": 1}
    assert read_manifest(release)["drift"] == {"against": before.name, "accepted": said, "failed": failed}
    assert "huyện xóa hồ sơ thử" in (release / "report" / "data.html").read_text(encoding="utf-8")
    assert 'ROWS_GONE_MANY --reason "huyện xóa hồ sơ thử"' in latest_runs(office, 1)[0]["command"]


def test_a_current_release_that_cannot_be_read_is_named(tmp_path):
    before = tmp_path / "before"
    open_warehouse(tmp_path / "warehouse.duckdb").close()
    with duckdb.connect() as con, pytest.raises(StorageError, match="before"):
        judge_drift(con, before, tmp_path / "warehouse.duckdb", Accepted())


def test_only_what_can_be_accepted_is_and_only_for_a_reason():
    with pytest.raises(ConfigError, match="did you mean ROWS_LOST"):
        Accepted(("ROW_LOST",), "vì")
    with pytest.raises(ConfigError, match="cannot be accepted"):
        Accepted(("INDICATOR_KEY_UNIQUE",), "vì")
    with pytest.raises(ConfigError, match="needs --reason"):
        Accepted(("ROWS_LOST",), " ")
