"""The view of changes: what figures of the plan's year said in the release before, why they moved, and which files came since."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import duckdb

from reports.changes import CAUSES
from reports.dossier_counts import is_of_dossiers
from reports.numbers import count
from reports.page.figures import counted, indicator_said, target_figures
from reports.words import Said
from transforms.duck import rows
from transforms.errors import FigureError

MOST_EXPLAINED = 24
"""So many figures are split into causes, those of the units at the top and those that crossed their bar first."""


class Earlier(NamedTuple):
    """The release before: its marts as tables, its id, and what tells the causes of figures' changes, as changes_of does."""

    con: duckdb.DuckDBPyConnection
    release_id: str
    causes_of: Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]] = lambda _: []


def read_changes(
    con: duckdb.DuckDBPyConnection,
    before: Earlier,
    year: int,
    figures: list[dict[str, Any]],
    register: dict[str, dict[str, Any]],
) -> dict[str, Any] | None:
    """``figures`` that say something else than in the release ``before``, changes of state first; and the ``files`` that came.

    Each changed figure has the row of then as ``before``, None where there was none, and its ``causes``; ``doubt`` says why there
    are no causes, where there should be some. None when the release before has other marts, as another version makes them.
    """
    try:
        then = {(row["target_id"], row["unit_code"]): row for row in target_figures(before.con, year, "year")}
    except (duckdb.CatalogException, duckdb.BinderException):
        return None
    changed = [
        row | {"before": old, "causes": [], "title": indicator_said(row["indicator_id"]), "turned": _turned(old, row)}
        for row in figures
        for old in [then.get((row["target_id"], row["unit_code"]))]
        if old is None or _figure(old) != _figure(row)
    ]
    known = {(file["source"], file["file_id"]) for file in rows(before.con, "select source, file_id from export_file")}
    files = [
        file
        for file in rows(con, "select * from export_file order by exported_at, source, file_name")
        if (file["source"], file["file_id"]) not in known
    ]
    parents = {code for code, unit in register.items() if unit["parent_code"] is None}
    order = {"worse": 0, "better": 1, "": 2}

    def place(row: dict[str, Any]) -> tuple:
        has_numbers = bool(row["fraction"] or (row["before"] and row["before"]["fraction"]))
        return not has_numbers, row["unit_code"] not in parents, order[row["turned"]], row["target_id"], row["unit_code"]

    changed.sort(key=place)
    told = [row for row in changed if row["unit_code"] in register]
    return {"figures": told, "files": files, "doubt": _note_causes(told, before)}


def _note_causes(changed: list[dict[str, Any]], before: Earlier) -> Said | None:
    """Give the first figures that are counted from dossiers their causes; what to say where the dossiers do not explain them."""
    explained = [row for row in changed if _is_of_dossiers(row) and _is_the_same_figure(row)][:MOST_EXPLAINED]
    try:
        causes = before.causes_of(explained) if explained else []
    except FigureError as error:
        return error.vi, error.en
    for number, row in enumerate(explained):
        row["causes"] = [
            {
                "said": CAUSES[cause["cause"]],
                "count": counted(cause["dossier_count"]),
                "change": f"{_signed(cause['numerator_change'])}/{_signed(cause['denominator_change'])}",
            }
            for cause in causes
            if cause["figure_number"] == number
        ]
    return None


def _is_of_dossiers(row: dict[str, Any]) -> bool:
    return is_of_dossiers(row["indicator_id"], row["basis_id"])


def _is_the_same_figure(row: dict[str, Any]) -> bool:
    """Whether both releases hold the figure itself, of the same scope; one of a scope of the plan's own stands in no other mart."""
    old = row["before"]
    return bool(row["unit_role"] and old and old["unit_role"] and old["scope"] == row["scope"])


def _signed(number: int) -> str:
    return f"{'−' if number < 0 else '+'}{count(abs(number))}"


def _figure(row: dict[str, Any]) -> tuple:
    return row["state"], row["numerator"], row["denominator"]


def _turned(old: dict[str, Any] | None, new: dict[str, Any]) -> str:
    """Whether the bar was crossed: better or worse, else nothing."""
    if old is None or old["state"] == new["state"]:
        return ""
    return {"met": "better", "not_met": "worse"}.get(new["state"], "")
