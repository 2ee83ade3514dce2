"""What the one page "vì sao chưa đạt" says of a unit: three lines, the targets that are missed, those that cannot be judged."""

from typing import Any

import duckdb

from reports.numbers import count
from reports.page.figures import monthly
from reports.page.plan import tell_targets
from reports.page.why import why_lines
from reports.word.gaps import figure_said
from reports.word.period_report import reasons
from reports.word.subject import Subject, always
from transforms.duck import rows

_SHOWN = 6
"""So many missed targets fit on the page; the report has them all."""
_NAMED = 2


def why_context(con: duckdb.DuckDBPyConnection, subject: Subject, of_period: list[dict[str, Any]]) -> dict[str, Any]:
    """What the template of the page may use; ``of_period`` are the target_figures of all units."""
    code = subject.unit["unit_code"]
    mine = [row for row in of_period if row["unit_code"] == code]
    told = tell_targets(con, subject.name.year, mine, monthly(con, subject.name.year), *subject.when()[1:])
    backlog = rows(con, "select * from backlog where scope = 'subtree' and unit_code = $unit", {"unit": code})
    missed = [row for row in told if row["state"] == "not_met"]
    return always(subject) | {
        "lines": [said for said, _ in why_lines(told, backlog[0] if backlog else None)],
        "missed": [_missed(row) for row in missed[:_SHOWN]],
        "more": len(missed[_SHOWN:]),
        "undecided": [row for row in reasons(con, subject) if not row["is_missed"] and not row["is_of_year"]],
    }


def _missed(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["target_id"],
        "name": row["name_vi"],
        "figure": figure_said(row),
        "bar": row["bar_text"],
        "short": count(row["short_count"]),
        "units": _shares(row["causes"]["unit"]),
        "procedures": _shares(row["causes"]["procedure"]),
        "outlook": row["outlook"][0] if row["outlook"] else "",
    }


def _shares(causes: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{"name": cause["cause_name"], "missing": cause["missing"][0], "of": cause["of"][0]} for cause in causes[:_NAMED]]
