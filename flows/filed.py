"""Why filed figures moved: the release that was closed beside a later one, dossier by dossier."""

from pathlib import Path
from typing import Any

from flows.explain import known_release, lists_dossiers
from flows.home import Home
from flows.publish import read_manifest
from flows.query import open_releases
from reports.changes import changes_of
from reports.filed import why_moved
from transforms.errors import FigureError


def say_why(home: Home, release: Path, manifest: dict[str, Any], filed: list[dict[str, Any]]) -> None:
    """Let each figure that moved since it was filed, as `reports.filed` reads it from ``release``, say by which causes.

    ``manifest`` is the release's own, which does not lie in its folder yet while it is being written.

    Where dossiers cannot be compared, as in what an older program filed, or do not add up to the difference, it says by how much
    its counts moved, as before.
    """
    moved = [figure for figure in filed if figure["is_moved"]]
    for release_id in dict.fromkeys(figure["release_id"] for figure in moved):
        releases = {"before": home.releases / release_id, "now": release}
        if not all(map(lists_dossiers, releases.values())):
            continue
        of_it = [figure for figure in moved if figure["release_id"] == release_id]
        con = open_releases(releases)
        try:
            before, now = known_release("before", read_manifest(releases["before"])), known_release("now", manifest)
            causes = changes_of(con, before, now, [figure["figure"] for figure in of_it])
        except FigureError:  # the release stands; only why its figures moved cannot be said
            continue
        finally:
            con.close()
        for number, figure in enumerate(of_it):
            figure["causes"] = [cause for cause in causes if cause["figure_number"] == number]
            figure["why"] = why_moved(figure)
