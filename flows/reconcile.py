"""A summary of another system beside the figures of a release; it reads the release and nothing else."""

from pathlib import Path
from typing import Any

from flows.home import Home
from flows.publish import read_manifest
from flows.query import find_release, open_release
from reports.reconciliation import reconcile


def reconcile_file(home: Home, file: Path, calendar: str, release_id: str | None) -> list[dict[str, Any]]:
    """Each line of the summary with our figure beside it, as reconcile gives them; the plan's calendar unless one is named."""
    release = find_release(home, release_id)
    con = open_release(release)
    try:
        return reconcile(con, file, calendar or read_manifest(release)["plan"]["calendar"])
    finally:
        con.close()
