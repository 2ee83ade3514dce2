"""Months read again with today's profile: staged, shown, and the history only once they are published."""

import json

import pytest
from typer.testing import CliRunner

from flows import backfill as backfilling
from flows.backfill import backfill, requested
from flows.cli import app
from flows.home import Home, prepare_home
from flows.nightly import nightly, run_step
from flows.publish import current_release, read_manifest
from flows.query import open_release
from flows.reproduce import reproduce
from flows.staged import take_over
from tests.models.test_not_refreshed import put, row
from transforms.errors import ChecksFailedError, ConfigError

pytestmark = pytest.mark.system

ALL = {"covers_from": "2020-01-01"}
WHY = "mã hình thức nộp khai sai"
ONLINE = """select numerator from indicator_value where indicator_id = 'online_received' and scope = 'own' and calendar = 'calendar'
            and unit_code = 'Một cửa' and period_kind = 'month' and period_start = '2020-01-01'"""


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> tuple[Home, str]:
    """Two exports, then a word that meant one channel means another: the release that stood before that."""
    home = Home(tmp_path_factory.mktemp("backfill") / "home")
    prepare_home(home)
    put(home, "20200131", ALL, row("H-1", "03/01/2020"), row("H-2", "06/01/2020"))
    put(home, "20200229", ALL, row("H-1", "03/01/2020"), row("H-2", "06/01/2020"), row("H-3", "03/02/2020"))
    first = nightly(home).release_id
    profile = home.sources / "igate.yml"
    text = profile.read_text(encoding="utf-8")
    assert "online: [Trực tuyến, " in text and "in_person: [Trực tiếp, " in text
    text = text.replace("online: [Trực tuyến, ", "online: [Trực tuyến, Trực tiếp, ")
    profile.write_text(text.replace("in_person: [Trực tiếp, ", "in_person: ["), encoding="utf-8")
    return home, first


def online(home: Home) -> int:
    con = open_release(current_release(home))
    try:
        return con.execute(ONLINE).fetchall()[0][0]
    finally:
        con.close()


def test_earlier_reads_stay_as_their_profile_of_that_day_made_them(office):
    home, _ = office
    outcome = nightly(home)
    assert [file.outcome for file in outcome.files] in ([], ["repeated", "repeated"])
    assert online(home) == 0


def test_it_says_what_would_change_and_changes_nothing(office):
    home, _ = office
    before = current_release(home)
    shown = CliRunner().invoke(
        app, ["--home", str(home.root), "backfill", "--from", "2020-02", "--to", "2020-02", "--reason", WHY, "--json"]
    )
    found = json.loads(shown.stdout)
    (january,) = (
        change
        for change in found["changes"]
        if (change["indicator_id"], change["scope"], change["unit_code"]) == ("online_received", "own", "Một cửa")
        and (change["calendar"], change["period_kind"], change["period_start"]) == ("calendar", "month", "2020-01-01")
    )
    assert (found["file_count"], january["numerator_before"], january["numerator"], january["denominator"]) == (1, 0, 2, 2)
    caused = [change for change in found["changes"] if change.get("causes")]
    assert {cause["cause"] for change in caused for cause in change["causes"]} == {"otherwise_rewritten"}
    assert all(
        sum(cause["numerator_change"] for cause in change["causes"]) == change["numerator"] - change["numerator_before"]
        for change in caused
    )
    assert found["outcome"] is None
    assert current_release(home) == before
    assert not nightly(home).is_new


def test_a_preview_that_would_not_be_published_fails_and_says_how_to_accept_it(office, monkeypatch):
    def blocks(*given):
        *_, command = given
        raise ChecksFailedError(f"{command} --accept", f"{command} --accept")

    monkeypatch.setattr(backfilling, "check_release", blocks)
    home, _ = office
    given = ["--home", str(home.root), "backfill", "--from", "2020-02", "--to", "2020-02", "--source", "igate", "--reason", WHY]
    shown = CliRunner().invoke(app, [*given, "--json"])
    assert shown.exit_code == ChecksFailedError.exit_code
    told = json.loads(shown.stdout)
    assert told["blocked_by"]["en"] == "motcua backfill --from 2020-02 --to 2020-02 --source igate --accept"
    assert told["changes"]


def test_killed_it_goes_on_where_it_was_and_is_published_whole(office, monkeypatch):
    """Killed after one of two files is read, then while its history is taken over."""
    home, first = office
    request = requested("2020-01", "2020-12", "igate", WHY)

    def killed_after_one(*given) -> None:
        keep_reading(*given)
        raise KeyboardInterrupt

    def killed_half_way(*given) -> None:
        take_over(*given)
        raise KeyboardInterrupt

    came_to = {}

    def step(name, function, *given, **_):
        came_to[name] = run_step(name, function, *given)
        return came_to[name]

    keep_reading = backfilling.keep_reading
    with monkeypatch.context() as patched:
        patched.setattr(backfilling, "keep_reading", killed_after_one)
        with pytest.raises(KeyboardInterrupt):
            backfill(home, request)
    assert not nightly(home).is_new  # a night between begins no release
    with monkeypatch.context() as patched:
        patched.setattr(backfilling, "take_over", killed_half_way)
        with pytest.raises(KeyboardInterrupt):
            backfill(home, request, step, publish=True)
    assert (came_to["stage"], came_to["record"]) == (True, 1)  # what had been read is not read again
    assert online(home) == 0
    assert nightly(home).is_new
    assert online(home) == 2
    assert not home.backfill_folder.exists()
    inputs = read_manifest(current_release(home))["inputs"]
    assert [each["reread_reason"] for each in inputs] == [WHY, WHY]
    assert WHY in (current_release(home) / "report" / "data.html").read_text(encoding="utf-8")
    assert backfill(home, request, publish=True).changes == []  # nothing is left to change
    assert reproduce(home, first).is_same


def test_what_cannot_be_read_again_is_said(office):
    home, _ = office
    with pytest.raises(ConfigError, match="No file was exported"):
        backfill(home, requested("2019-01", "2019-12", None, WHY))
    with pytest.raises(ConfigError, match="no source"):
        backfill(home, requested("2020-01", "2020-12", "igat", WHY))
    with pytest.raises(ConfigError, match="no month"):
        requested("2020-13", "2020-12", None, WHY)
    with pytest.raises(ConfigError, match="is before"):
        requested("2020-03", "2020-02", None, WHY)
    with pytest.raises(ConfigError, match="needs --reason"):
        requested("2020-01", "2020-02", None, " ")
