"""The view of the counting rules: the same on-time figures under each rule, and why they differ."""

from typing import Any

import duckdb

from reports.page.figures import counted, rule_said, shown
from reports.page.marts import of_the_year
from reports.rules_table import because
from transforms.registry import bases, is_shown, rules, usual_basis, usual_rule


def rule_figures(con: duckdb.DuckDBPyConnection, plan: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """By unit, its on-time figure of the plan's year under each rule, on the usual basis, with what makes it differ."""
    differences: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in of_the_year(con, "rule_difference", plan, "scope = 'subtree'", "dossier_count desc, cause"):
        differences.setdefault((row["unit_code"], row["rule_id"]), []).append(row)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    on_usual_basis = f"indicator_id = 'on_time' and scope = 'subtree' and basis_id = '{usual_basis('on_time')}'"
    for row in of_the_year(con, "indicator_value", plan, on_usual_basis):
        found.setdefault(row["unit_code"], {})[row["rule_id"]] = _ruled(row) | {
            "because": because(differences.get((row["unit_code"], row["rule_id"]), []))
        }
    return {unit: [figures[rule] for rule in rules() if rule in figures] for unit, figures in found.items()}


def read_rules_view(
    con: duckdb.DuckDBPyConnection, plan: dict[str, Any], tops: list[str], figures: dict[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    """The rules in words, every rule on every basis for the first unit at the top, and the figures of all units."""
    matrix: dict[str, list[dict[str, Any]]] = {}
    for row in of_the_year(con, "indicator_value", plan, "indicator_id = 'on_time' and scope = 'subtree'"):
        if row["unit_code"] in tops[:1]:
            matrix.setdefault(row["basis_id"], []).append(_ruled(row))
    return {
        "rules": [{**rule, "title": rule_said(name), "is_usual": name == usual_rule("on_time")} for name, rule in rules().items()],
        "top": tops[0] if tops else None,
        "matrix": [
            {"basis": bases()[basis], "figures": {row["rule_id"]: row for row in matrix[basis]}}
            for basis in bases()
            if basis in matrix
        ],
        "figures": {unit: {row["rule_id"]: row for row in of} for unit, of in figures.items()},
    }


def _ruled(row: dict[str, Any]) -> dict[str, Any]:
    return (
        row
        | shown(row)
        | {
            "title": rule_said(row["rule_id"]),
            "is_shown": is_shown(row["rule_id"]),
            "excluded": counted(row["excluded_count"] or 0),
        }
    )
