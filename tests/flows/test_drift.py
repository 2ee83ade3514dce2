"""The next release held against the current one: what is lost stops it until somebody accepts it, for a reason."""

import json

import pytest
from typer.testing import CliRunner

from expectations.drift import Accepted
from flows.cli import app
from flows.home import Home, prepare_home
from flows.nightly import nightly
from flows.publish import current_release, read_manifest
from flows.run_history import latest_runs
from tests.models.test_not_refreshed import put, row
from transforms.errors import ChecksFailedError, ConfigError

ALL = {"covers_from": "2020-01-01"}
WORD = "Chờ ký số"
"""A status that no profile knows."""
CODES = [f"H-{number:02}" for number in range(30)]


def rows_of(codes: list[str]) -> list[str]:
    return [row(code, "03/01/2020") for code in codes]


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Home:
    """Thirty dossiers in the current release, and one row in quarantine."""
    home = Home(tmp_path_factory.mktemp("drift") / "home")
    prepare_home(home)
    put(home, "20200131", ALL, *rows_of(CODES), row("H-99", "03/01/2020").replace("Đang xử lý", WORD))
    nightly(home)
    return home


def drift_of(home: Home) -> dict[str, int]:
    checks = json.loads((current_release(home) / "checks.json").read_text(encoding="utf-8"))
    return {result["check_id"]: result["failed_count"] for result in checks["drift"]["results"]}


def test_what_is_lost_though_no_export_says_so_stops_the_release(office):
    """A word is taken out of the profile by mistake while another is listed: the file is read again, and 30 rows are kept out."""
    before, profile = current_release(office), office.sources / "igate.yml"
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text.replace("Đang xử lý", WORD), encoding="utf-8")
    with pytest.raises(ChecksFailedError, match=r"ROWS_LOST \(30 rows\)"):
        nightly(office)
    assert current_release(office) == before
    profile.write_text(text, encoding="utf-8")
    assert not nightly(office).is_new


def test_a_few_that_are_gone_are_published_and_flagged(office):
    put(office, "20200201", ALL, *rows_of(CODES[:-6]))
    before = current_release(office).name
    nightly(office)
    assert drift_of(office) == {"ROWS_LOST": 0, "ROWS_GONE_MANY": 0, "ROWS_GONE": 6, "UNIT_SHRUNK": 1}
    assert read_manifest(current_release(office))["drift"] == {"against": before, "accepted": []}


def test_many_that_are_gone_stop_the_release_until_they_are_accepted(office):
    before = current_release(office)
    put(office, "20200202", ALL, *rows_of(CODES[:-16]))
    with pytest.raises(ChecksFailedError, match="motcua run --accept ROWS_GONE_MANY"):
        nightly(office)
    assert current_release(office) == before
    with pytest.raises(ChecksFailedError, match="ROWS_GONE_MANY"):  # a reason for something else is none for this
        nightly(office, accepted=Accepted(("ROWS_LOST",), "đã kiểm tra"))
    accepted = CliRunner().invoke(
        app, ["--home", str(office.root), "run", "--accept", "ROWS_GONE_MANY", "--reason", "huyện xóa hồ sơ thử"]
    )
    assert accepted.exit_code == 0, accepted.output
    release = current_release(office)
    said = [{"rule": "ROWS_GONE_MANY", "reason": "huyện xóa hồ sơ thử"}]
    assert read_manifest(release)["drift"] == {"against": before.name, "accepted": said}
    assert "huyện xóa hồ sơ thử" in (release / "report" / "data.html").read_text(encoding="utf-8")
    assert 'ROWS_GONE_MANY --reason "huyện xóa hồ sơ thử"' in latest_runs(office, 1)[0]["command"]


def test_only_what_can_be_accepted_is_and_only_for_a_reason():
    with pytest.raises(ConfigError, match="did you mean ROWS_LOST"):
        Accepted(("ROW_LOST",), "vì")
    with pytest.raises(ConfigError, match="cannot be accepted"):
        Accepted(("INDICATOR_KEY_UNIQUE",), "vì")
    with pytest.raises(ConfigError, match="needs --reason"):
        Accepted(("ROWS_LOST",), " ")
