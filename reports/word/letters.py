"""What a reminder letter (công văn đôn đốc) says: a unit's own overdue dossiers and those due next."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import duckdb

from reports.numbers import count
from reports.numbers import date as written_date
from reports.page.dossier_lists import DossierLists, read_open_dossiers
from reports.word.gaps import GAP, count_said, figure_said
from reports.word.subject import Subject, always
from reports.words import STATUSES
from transforms.duck import rows


def letter_contexts(
    con: duckdb.DuckDBPyConnection, subject: Subject, of_period: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The unit and what the template of the letter may use, for each unit with dossiers that are overdue or due soon.

    The letter comes from the unit at the top. ``of_period`` are the target_figures of all units.
    """
    lists = read_open_dossiers(con, subject.as_of, subject.register)
    backlogs = {row["unit_code"]: row for row in rows(con, "select * from backlog where scope = 'own'")}
    on_time = {row["unit_code"]: row for row in of_period if row["indicator_id"] == "on_time"}
    for unit in subject.units():
        context = _letter(subject, unit, lists, backlogs.get(unit["unit_code"]), on_time.get(unit["unit_code"]))
        if context["overdue"] or context["due_soon"]:
            yield unit, context


def _letter(
    subject: Subject, unit: dict[str, Any], lists: DossierLists, backlog: dict[str, Any] | None, on_time: dict[str, Any] | None
) -> dict[str, Any]:
    code = unit["unit_code"]
    top = subject.line_above(unit)[-1]
    soon = backlog["due_within_5_count"] if backlog else 0
    overdue, due_soon = lists.overdue(code), lists.due_soon(code, soon or 0)
    return always(subject._replace(unit=unit)) | {
        "sender": {"name": GAP if top is unit else top["unit_name"]},
        "on_time": figure_said(on_time),
        "overdue_count": count(len(overdue)),
        "due_soon_count": count_said(soon),
        "overdue": [_dossier(row) for row in overdue],
        "due_soon": [_dossier(row) for row in due_soon],
    }


def _day(at: datetime | None) -> str:
    return written_date(at.date()) if at else GAP


def _dossier(row: dict[str, Any]) -> dict[str, str]:
    return {
        "code": row["dossier_code"],
        "procedure": row["procedure_name"] or GAP,
        "received": _day(row["received_at"]),
        "due": _day(row["effective_due_at"]),
        "overdue_days": count(row["overdue_days"]) if row["is_overdue"] else "",
        "status": STATUSES.get(row["status"], (row["status"],))[0],
        "not_refreshed_since": written_date(row["not_refreshed_date"]) if row["not_refreshed_date"] else "",
    }
