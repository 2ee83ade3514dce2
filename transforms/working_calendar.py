"""The working calendar: Monday to Friday, but for what ``calendar.csv`` says of everywhere or of a unit and all below it.

To add a year: list the public holidays that fall on Monday to Friday (``holidays.Vietnam(years=…)``, the base that the
shipped years were compared with), then the swaps and make-up Saturdays of that year's announcement, each with its basis.
``is_confirmed`` stays false until somebody has held the row against the announcement.
"""

from collections.abc import Iterator
from datetime import date, timedelta

CALENDAR_COLUMNS = ("date", "kind", "scope_unit", "basis", "is_confirmed")
IS_WORKED = {"day_off": False, "closure": False, "make_up": True}
"""The kinds of a row: a public day off, a unit's own closure, a day made up for (làm bù)."""
EVERYWHERE = "ALL"
SATURDAY = 5

Row = dict[str, str]


def calendar_tables(calendar: list[Row], units: list[Row]) -> dict[str, list[tuple]]:
    """The registers that working days are counted from, as rows.

    Only a unit with rows of its own has a calendar of its own, named by its code; all others share that of the nearest such
    unit above them, or EVERYWHERE. The days are those of whole years, from the first year with a row to the last.
    """
    parents = parents_of(units)
    scopes = {"", *(row["scope_unit"] for row in calendar)}
    return {
        "calendar_day": [(day, day.weekday() >= SATURDAY) for day in _days(calendar)],
        "calendar_exception": [
            (scope or EVERYWHERE, day, IS_WORKED[row["kind"]], row["is_confirmed"] == "true", not row["scope_unit"])
            for scope in sorted(scopes)
            for day, row in _in_force(scope, calendar, parents).items()
        ],
        "unit_calendar": [
            (code, next(above for above in upwards(code, parents) if above in scopes) or EVERYWHERE) for code in parents
        ],
    }


def parents_of(units: list[Row]) -> dict[str, str]:
    """The unit above each unit, empty at the top."""
    return {unit["unit_code"]: unit["parent_code"] for unit in units}


def upwards(unit: str, parents: dict[str, str]) -> Iterator[str]:
    """A unit and all above it, from the nearest on; the last is the empty name of everywhere."""
    while unit:
        yield unit
        unit = parents[unit]
    yield ""


def changes_nothing(row: Row, row_of: dict[tuple[str, str], Row], parents: dict[str, str]) -> bool:
    """Whether a row says of a day what holds without it; ``row_of`` has the calendar's rows by unit and date."""
    is_usual = IS_WORKED[row["kind"]] == (date.fromisoformat(row["date"]).weekday() < SATURDAY)
    wider = (row_of.get((above, row["date"]), row) for above in upwards(row["scope_unit"], parents))
    return is_usual and all(IS_WORKED[other["kind"]] == IS_WORKED[row["kind"]] for other in wider)


def _days(calendar: list[Row]) -> Iterator[date]:
    if not calendar:
        return
    years = [int(row["date"][:4]) for row in calendar]
    day = date(min(years), 1, 1)
    while day.year <= max(years):
        yield day
        day += timedelta(1)


def _in_force(scope: str, calendar: list[Row], parents: dict[str, str]) -> dict[str, Row]:
    """The rows of a unit's calendar by date: its own win over those of the units above, which win over everywhere's."""
    found: dict[str, Row] = {}
    for above in reversed([*upwards(scope, parents)]):
        found |= {row["date"]: row for row in calendar if row["scope_unit"] == above}
    return dict(sorted(found.items()))
