"""Every night of a small office, and each of them reproduced later: from its own files, as read then."""

import json
import shutil
from datetime import date

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.close import close_period
from flows.explain import explain
from flows.home import Home, prepare_home
from flows.lock import writing
from flows.nightly import nightly, record_landed_files, versions
from flows.prune import prune
from flows.publish import current_release, read_manifest
from flows.releases import list_releases, manifest_of
from flows.reproduce import reproduce
from reports.explanation import Asked
from tests.models.test_not_refreshed import HEADER, put, row
from transforms.errors import ConfigError
from transforms.periods import named_period

pytestmark = pytest.mark.system

WORD = "Đang chờ phân công"
OTHER_WORD = "Chờ ký số"
"""Statuses that no profile knows until the office lists them."""
ALL = {"covers_from": "2020-01-01"}


def listed_word(home: Home, word: str = WORD) -> None:
    profile = home.sources / "igate.yml"
    text = profile.read_text(encoding="utf-8")
    assert "PROCESSING: [" in text
    profile.write_text(text.replace("PROCESSING: [", f"PROCESSING: [{word}, "), encoding="utf-8")


@pytest.fixture(scope="module")
def nights(tmp_path_factory) -> tuple[Home, list[str]]:
    """Four nights: a first file, a later one, a late one; a word listed, so that the first is read again; a refused one."""
    home = Home(tmp_path_factory.mktemp("nights") / "home")
    prepare_home(home)
    made = []
    waits = [row(code, "06/01/2020").replace("Đang xử lý", word) for code, word in (("H-4", WORD), ("H-8", OTHER_WORD))]
    put(home, "20200131", ALL, row("H-1", "03/01/2020"), row("H-2", "03/01/2020", "10/01/2020 09:00:00"), *waits)
    made.append(nightly(home).release_id)
    new_unit = row("H-3", "02/03/2020").replace("Phòng Mẫu", "Phòng Mới")
    put(home, "20200331", ALL, row("H-1", "03/01/2020", "17/03/2020 09:00:00"), new_unit)
    made.append(nightly(home).release_id)
    put(home, "20200229", ALL, row("H-1", "03/01/2020", "17/02/2020 09:00:00"), row("H-2", "03/01/2020", "21/01/2020 09:00:00"))
    made.append(nightly(home).release_id)
    listed_word(home)
    (home.data / "inbox" / "igate" / "DanhSachHoSo_20200330_1830.csv").write_text(f"{HEADER[3:]}\n", encoding="utf-8")
    made.append(nightly(home).release_id)
    assert len(set(made)) == 4
    return home, made


def test_each_night_is_reproduced_byte_for_byte_from_the_final_warehouse(nights):
    """Of the second only the manifest is left: it is made again under its own name."""
    home, made = nights
    then, current = parquet_of(home, made[1]), current_release(home)
    home.manifests.mkdir()
    (home.releases / made[1] / "manifest.json").rename(home.manifests / f"{made[1]}.json")
    shutil.rmtree(home.releases / made[1])
    assert [r["id"] for r in list_releases(home) if r["is_pruned"]] == [made[1]]
    for release_id in made[:3]:  # the last one below, when less is there to make it from
        assert reproduce(home, release_id).is_same
    assert parquet_of(home, made[1]) == then
    assert {r["id"] for r in list_releases(home) if not r["is_pruned"]} == set(made)
    assert current_release(home) == current


def parquet_of(home: Home, release_id: str) -> dict[str, str]:
    files = read_manifest(home.releases / release_id)["files"]
    return {name: digest for name, digest in files.items() if name.endswith(".parquet")}


def test_under_another_program_it_is_a_release_of_its_own_that_says_what_differs(nights, monkeypatch):
    home, made = nights
    current = current_release(home)
    for module in ("flows.nightly", "transforms.build"):
        monkeypatch.setattr(f"{module}.code_hash", lambda: "another program")
    found = reproduce(home, made[0])
    assert not found.is_same
    assert found.versions["code"][1] == "another program"
    assert found.outcome.release_id not in made
    assert current_release(home) == current
    assert next(r for r in list_releases(home) if r["id"] == found.outcome.release_id)["inputs_of"] == made[0]


def test_a_day_gone_by_knows_no_unit_that_was_first_named_later(nights):
    """Without a register the units are those that the data name: on that day, not ever."""
    home, _ = nights
    con = duckdb.connect(f"{nightly(home, as_of=date(2020, 2, 1)).release}/marts.duckdb", read_only=True)
    names = {name for (name,) in con.execute("select unit_name from unit").fetchall()}
    con.close()
    assert names == {"Phòng Mẫu", "Một cửa"}


def test_the_command_lists_them(nights):
    home, made = nights
    shown = CliRunner().invoke(app, ["--home", str(home.root), "releases", "--json"])
    listed = {release["id"]: release for release in json.loads(shown.stdout)}
    assert [listed[release_id]["is_current"] for release_id in made] == [False, False, False, True]
    assert [listed[release_id]["recorded_files"] for release_id in made] == [1, 2, 3, 3]
    assert [listed[release_id]["refused_files"] for release_id in made] == [0, 0, 0, 1]


def test_pruning_says_first_what_goes_and_keeps_what_is_current_or_closed(nights):
    """The first export was read again since: with its bytes go all releases that had read it otherwise."""
    home, made = nights
    close_period(home, "2020-01", "12/BC-UBND", "calendar", made[0], reason="tệp sau đến muộn")
    settings = home.config / "settings.yml"
    policy = settings.read_text(encoding="utf-8").replace("keep_releases: 30", "keep_releases: 1\nkeep_raw_days: 45")
    settings.write_text(policy, encoding="utf-8")
    before = {release["id"]: release for release in list_releases(home)}
    newest = next(iter(before))

    said = prune(home, is_sure=False)
    assert set(said.releases) == before.keys() - {newest, made[0], made[3]}
    by_this_program = {release_id for release_id in said.releases if manifest_of(home, release_id)["versions"] == versions()}
    assert set(said.remade) == by_this_program >= {made[1], made[2]} - {newest}
    assert [file["file_name"] for file in said.exports] == ["DanhSachHoSo_20200131_1830.csv"]
    assert said.in_quarantine == 1
    assert {*made[:3]} <= set(said.lost) <= before.keys() - {made[3]}
    assert not said.is_done and {release["id"] for release in list_releases(home)} == before.keys()

    assert prune(home, is_sure=True).is_done
    assert {release["id"] for release in list_releases(home) if not release["is_pruned"]} == before.keys() - set(said.releases)
    assert {release["id"] for release in list_releases(home)} == before.keys()
    assert not (home.raw / said.exports[0]["stored_as"]).exists()
    assert prune(home, is_sure=True).releases == prune(home, is_sure=True).exports == []


def test_after_pruning_what_was_read_stays_and_is_not_asked_for_again(nights):
    home, made = nights
    assert reproduce(home, made[3]).is_same
    listed_word(home, OTHER_WORD)  # for which the first export would be read again
    with writing(home, "test"):
        assert [file.outcome for file in record_landed_files(home)] == ["refused"]  # of which nothing was read ever
    assert not list(home.raw.rglob(f"{first_input(home, made[0])['sha256']}*"))
    asked = Asked("Phòng Mẫu", "on_time", named_period("2020-01"), calendar="calendar")
    places = [place for dossier in explain(home, asked, made[0], None, with_lines=True)["dossiers"] for place in dossier["lines"]]
    assert [place["line"] for place in places] == [None] * len(places) != []  # the file is named, its lines cannot be


def test_what_cannot_be_had_any_more_is_named(nights):
    """The last test of this home: what it needs is taken away from it."""
    home, made = nights
    for raw in home.raw.rglob(f"{first_input(home, made[0])['sha256']}*"):
        raw.unlink()
    with pytest.raises(ConfigError, match="DanhSachHoSo_20200131"):
        reproduce(home, made[0])
    (home.configs / manifest_of(home, made[0])["config"]["sources/igate.yml"]).unlink()
    with pytest.raises(ConfigError, match="lost or was changed"):
        reproduce(home, made[0])
    with pytest.raises(ConfigError, match="no release"):
        reproduce(home, "2020-01-31-000000000000")


def first_input(home: Home, release_id: str) -> dict:
    return manifest_of(home, release_id)["inputs"][0]
