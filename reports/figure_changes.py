"""The figures that two releases tell otherwise, and in a few lines which they are."""

from pathlib import Path
from typing import Any

import duckdb

from reports.changes import GRAIN, Known, changes_of
from transforms.duck import quoted, rows
from transforms.registry import figures, usual_basis, usual_rule

CHANGES_SHOWN = 20
"""So many changed figures are shown, with their causes."""


def figures_changed(con: duckdb.DuckDBPyConnection, before: Path) -> list[dict[str, Any]]:
    """Every figure of the tables of ``con`` that is not what the release ``before`` says: both counts and states of each.

    A figure that only one of them has stands there too, without counts on the other side.
    """
    then = f"read_parquet({quoted(str(before / 'indicator_value.parquet'))})"
    return rows(
        con,
        f"""select {", ".join(GRAIN)},
                   b.numerator as numerator_before, b.denominator as denominator_before, b.status as status_before,
                   n.numerator, n.denominator, n.status
            from {then} as b full join indicator_value as n using ({", ".join(GRAIN)})
            where (b.numerator, b.denominator, b.status) is distinct from (n.numerator, n.denominator, n.status)
            order by all""",
    )


def add_causes(con: duckdb.DuckDBPyConnection, before: Path, then: Known, now: Known, changes: list[dict[str, Any]]) -> None:
    """Let changed figures have the ``causes`` of their change, between the release ``before`` and the tables of ``con``.

    ``then`` and ``now`` are what `changes_of` needs of the two; it finds them by their schemas, which are made here.
    """
    made = {name for (name,) in con.execute("select table_name from duckdb_tables() where schema_name = 'main'").fetchall()}
    for known in (then, now):
        con.execute(f"create schema {known.schema}")
    for path in sorted(path for path in before.iterdir() if path.stem in made):
        files = quoted(f"{path}/*.parquet" if path.is_dir() else str(path))
        con.execute(f'create view {then.schema}."{path.stem}" as from read_parquet({files})')
        con.execute(f'create view {now.schema}."{path.stem}" as from main."{path.stem}"')
    causes = changes_of(con, then, now, changes)
    for known in (then, now):
        con.execute(f"drop schema {known.schema} cascade")
    for number, change in enumerate(changes):
        change["causes"] = [cause for cause in causes if cause["figure_number"] == number]


def usual_changes(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of changed figures those that are meant where no rule or basis is named: of units with all below, by month, quarter, year."""
    return [
        change
        for change in changes
        if change["scope"] == "subtree"
        and change["period_kind"] in ("month", "quarter", "year")
        and (change["rule_id"], change["basis_id"]) == (usual_rule(change["indicator_id"]), usual_basis(change["indicator_id"]))
    ]


def changes_by_indicator(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many figures, units and periods each indicator changes in; indicators in the order of the registry."""
    found = []
    for indicator in dict.fromkeys(figure["indicator_id"] for figure in figures()):
        of_it = [change for change in changes if change["indicator_id"] == indicator]
        if of_it:
            periods = {(c["calendar"], c["period_kind"], c["period_start"], c["period_end"]) for c in of_it}
            units = {change["unit_code"] for change in of_it}
            found.append({"indicator_id": indicator, "figures": len(of_it), "units": len(units), "periods": len(periods)})
    return found
