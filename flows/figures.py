"""What a release says of one unit between any two days; it reads the release and nothing else."""

from datetime import date
from typing import Any

from flows.filed import say_why
from flows.home import Home
from flows.publish import read_manifest
from flows.query import find_release, open_release
from reports.figures import figures_between
from reports.filed import filed_between


def tell_figures(
    home: Home, unit: str, scope: str, first: date, last: date, indicator: str | None, release_id: str | None
) -> dict[str, Any]:
    """The figures of a unit between two days from the current or a named release, as figures_between gives them.

    Beside them stand those that were ``filed``, where exactly these days are a closed period.
    """
    release = find_release(home, release_id)
    manifest = read_manifest(release)
    con = open_release(release)
    try:
        found = figures_between(
            con,
            unit,
            scope,
            first,
            last,
            as_of=date.fromisoformat(manifest["as_of"]),
            outside_scope=manifest["plan"]["outside_scope"],
            indicator=indicator,
        )
        filed = filed_between(con, found["unit_code"], scope, first, last)
        shown = [figure for figure in filed if indicator in (None, figure["indicator_id"])]
        say_why(home, release, manifest, shown)
        return found | {"release_id": release.name, "filed": shown}
    finally:
        con.close()
