"""The review list of a release; it reads the release and nothing else."""

from typing import Any

from flows.home import Home
from flows.publish import read_manifest
from flows.query import find_release, open_release
from reports.review import read_review
from reports.units import members_by_scope
from transforms.periods import named_period


def review(home: Home, unit: str, period: str, calendar: str, release_id: str | None, most: int) -> dict[str, Any]:
    """The review list of a unit (without one, of the unit at the top) and a period (without one, the plan's year)."""
    release = find_release(home, release_id)
    plan = read_manifest(release)["plan"]
    con = open_release(release)
    try:
        top = con.execute("select unit_code from unit where parent_code is null order by unit_code limit 1").fetchone()
        return {"release_id": release.name} | read_review(
            con,
            members_by_scope(con, plan["outside_scope"]),
            unit or (top[0] if top else ""),
            calendar or plan["calendar"],
            named_period(period or str(plan["year"])),
            most,
        )
    finally:
        con.close()
