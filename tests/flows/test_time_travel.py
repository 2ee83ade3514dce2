"""Every night of a small office, and each of them reproduced later: from its own files, as read then."""

import json
import shutil
from datetime import date

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.home import Home, prepare_home
from flows.nightly import nightly
from flows.publish import current_release, read_manifest
from flows.releases import list_releases
from flows.reproduce import reproduce
from tests.models.test_not_refreshed import HEADER, put, row
from transforms.errors import ConfigError

WORD = "Đang chờ phân công"
"""A status that no profile knows until the office lists it."""
ALL = {"covers_from": "2020-01-01"}


def listed_word(home: Home) -> None:
    profile = home.sources / "igate.yml"
    text = profile.read_text(encoding="utf-8")
    assert "PROCESSING: [" in text
    profile.write_text(text.replace("PROCESSING: [", f"PROCESSING: [{WORD}, "), encoding="utf-8")


@pytest.fixture(scope="module")
def nights(tmp_path_factory) -> tuple[Home, list[str]]:
    """Four nights: a first file, a later one, a late one; a word listed, so that the first is read again; a refused one."""
    home = Home(tmp_path_factory.mktemp("nights") / "home")
    prepare_home(home)
    made = []
    waits = row("H-4", "06/01/2020").replace("Đang xử lý", WORD)
    put(home, "20200131", ALL, row("H-1", "03/01/2020"), row("H-2", "03/01/2020", "10/01/2020 09:00:00"), waits)
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
    for release_id in made:
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


def test_what_cannot_be_had_any_more_is_named(nights):
    """The last test of this home: what it needs is taken away from it."""
    home, made = nights
    manifest = read_manifest(home.releases / made[0])
    next(home.raw.rglob(f"{manifest['inputs'][0]['sha256']}*")).unlink()
    with pytest.raises(ConfigError, match="DanhSachHoSo_20200131"):  # what was read of it then was replaced since
        reproduce(home, made[0])
    (home.configs / manifest["config"]["sources/igate.yml"]).unlink()
    with pytest.raises(ConfigError, match="lost or was changed"):
        reproduce(home, made[0])
    with pytest.raises(ConfigError, match="no release"):
        reproduce(home, "2020-01-31-000000000000")
