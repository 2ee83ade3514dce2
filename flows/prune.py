"""Removing what the office no longer keeps: old releases and old exports, after saying what goes with them."""

from dataclasses import dataclass
from typing import Any

import duckdb

from flows.home import Home, prepare_home
from flows.lock import writing
from flows.nightly import versions
from flows.publish import current_release, read_manifest, releases_newest_first, remove_release
from flows.releases import all_manifests, closings_of
from flows.settings import load_config
from transforms.duck import rows
from transforms.past import read_as_then
from transforms.register_file import replace_file
from transforms.warehouse import open_warehouse


@dataclass(frozen=True)
class Pruning:
    """What the settings no longer keep, and what becomes of it.

    ``remade`` of the ``releases`` can be made again by `--inputs-of`, byte for byte; the others only by the versions that made
    them. Once the ``exports`` are gone, no word listed later and no backfill can read them again, ``in_quarantine`` of them with
    rows that wait in quarantine; the releases in ``lost``, which had read them otherwise, cannot be made again at all.
    """

    releases: list[str]
    remade: list[str]
    exports: list[dict[str, Any]]
    in_quarantine: int
    lost: list[str]
    is_done: bool = False

    @property
    def byte_count(self) -> int:
        """So many bytes of exports go."""
        return sum(file["byte_count"] for file in self.exports)


def prune(home: Home, *, is_sure: bool) -> Pruning:
    """Say what `keep_releases` and `keep_raw_days` no longer keep and, when the user ``is_sure``, remove it.

    The current release stays, and every closed one. Of a removed release its manifest stays, of a removed export what was read.
    """
    prepare_home(home)
    with writing(home, "motcua prune"):
        con = open_warehouse(home.warehouse, temp=home.scratch)
        try:
            found = _no_longer_kept(home, con)
            if not is_sure:
                return found
            _remove_exports(home, con, found.exports)
        finally:
            con.close()
        for release_id in found.releases:
            release = home.releases / release_id
            home.manifests.mkdir(exist_ok=True)
            replace_file(home.manifests / f"{release_id}.json", (release / "manifest.json").read_bytes())
            remove_release(release)
        return Pruning(found.releases, found.remade, found.exports, found.in_quarantine, found.lost, is_done=True)


def _no_longer_kept(home: Home, con: duckdb.DuckDBPyConnection) -> Pruning:
    settings = load_config(home).settings
    needed = {closing["release_id"] for closing in closings_of(home)}
    if current := current_release(home):
        needed.add(current.name)
    old = [release for release in releases_newest_first(home)[settings.keep_releases :] if release.name not in needed]
    exports = _old_exports(con, settings.keep_raw_days) if settings.keep_raw_days else []
    gone = {(file["source"], file["file_id"]) for file in exports}
    unlike = {
        manifest["id"]: {(each["source"], each["sha256"]) for each in manifest["inputs"]} - read_as_then(con, manifest["inputs"])
        for manifest in all_manifests(home)
    }
    today = versions()
    return Pruning(
        [release.name for release in old],
        [release.name for release in old if read_manifest(release)["versions"] == today],
        exports,
        sum(file["quarantined_count"] > 0 for file in exports),
        sorted(release_id for release_id, otherwise in unlike.items() if otherwise & gone),
    )


def _old_exports(con: duckdb.DuckDBPyConnection, keep_days: int) -> list[dict[str, Any]]:
    """Recorded exports so many days older than the latest; one that is refused waits to be read, and stays."""
    return rows(
        con,
        """select source, file_id, file_name, stored_as, byte_count, exported_at, quarantined_count from landed_file
           where outcome = 'recorded' and stored_as <> '' and raw_removed_at is null
             and exported_at < (select max(exported_at) from landed_file where outcome = 'recorded') - to_days($days::integer)
           order by exported_at, source, file_id""",
        {"days": keep_days},
    )


def _remove_exports(home: Home, con: duckdb.DuckDBPyConnection, exports: list[dict[str, Any]]) -> None:
    for file in exports:
        # First noted, then removed: an export that is noted and still there is only kept longer.
        con.execute(
            "update landed_file set raw_removed_at = now() where source = $1 and file_id = $2", [file["source"], file["file_id"]]
        )
        (home.raw / file["stored_as"]).unlink(missing_ok=True)
