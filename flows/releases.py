"""The releases of a home: what each is of, what it was made from, which is current, which are kept for good."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.home import Home
from flows.publish import current_release, read_manifest, releases_newest_first
from transforms.closings import CLOSING_COLUMNS, CLOSING_FILE
from transforms.errors import ConfigError
from transforms.register_file import read_register_file


def list_releases(home: Home) -> list[dict[str, Any]]:
    """Every release, the newest first; behind them those of which only the manifest is left.

    Each with its day, when it was made, how many files were recorded in it and how many refused, whether it is current, and
    which periods were closed on its figures.
    """
    current, closings = current_release(home), closings_of(home)
    return [
        {
            "id": manifest["id"],
            "as_of": manifest["as_of"],
            "made_at": datetime.fromtimestamp(path.stat().st_mtime).astimezone().isoformat(timespec="seconds"),
            "recorded_files": sum(each["outcome"] == "recorded" for each in manifest["inputs"]),
            "refused_files": sum(each["outcome"] == "refused" for each in manifest["inputs"]),
            "is_current": current is not None and path.parent.resolve() == current.resolve(),
            "is_pruned": path.parent == home.manifests,
            "inputs_of": manifest.get("inputs_of"),
            "closed": [
                {name: closing[name] for name in ("period", "calendar", "document")}
                for closing in closings
                if closing["release_id"] == manifest["id"]
            ],
        }
        for path, manifest in _manifests(home)
    ]


def closings_of(home: Home) -> list[dict[str, str]]:
    """The ledger of closings, oldest first."""
    return read_register_file(home.reference / CLOSING_FILE, CLOSING_COLUMNS)[1]


def manifest_of(home: Home, release_id: str) -> dict[str, Any]:
    """The manifest of a release, also of one whose tables were pruned; ConfigError when there never was one."""
    found = next((manifest for _, manifest in _manifests(home) if manifest["id"] == release_id), None)
    if found is None:
        raise ConfigError(
            f"Không có bản phát hành {release_id}. Xem `motcua releases`.",
            f"There is no release {release_id}. See `motcua releases`.",
        )
    return found


def all_manifests(home: Home) -> list[dict[str, Any]]:
    """The manifests of all releases that can be had, or could be made again."""
    return [manifest for _, manifest in _manifests(home)]


def kept_configs(home: Home) -> list[dict[str, str]]:
    """The configurations that releases were made with, each once, the newest first."""
    found = [manifest["config"] for _, manifest in _manifests(home) if "config" in manifest]
    return [config for place, config in enumerate(found) if config not in found[:place]]


def _manifests(home: Home) -> Iterator[tuple[Path, dict[str, Any]]]:
    for release in releases_newest_first(home):
        yield release / "manifest.json", read_manifest(release)
    for path in sorted(home.manifests.glob("*.json"), reverse=True):
        if (home.releases / path.stem).is_dir():
            continue  # made again since
        yield path, json.loads(path.read_text(encoding="utf-8"))
