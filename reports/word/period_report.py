"""What the report of a period says: figures beside earlier ones, the plan's targets, best and worst units, causes."""

from collections import Counter
from fractions import Fraction
from typing import Any

import duckdb

from reports.filed import read_closings
from reports.numbers import count
from reports.numbers import date as written_date
from reports.page.figures import indicator_said
from reports.targets import read_targets
from reports.word.comparison import read_comparison
from reports.word.gaps import figure_said, gap
from reports.word.subject import Subject, always, period_said
from reports.words import STATE_WORDS
from transforms.registry import counted_by

_RANKED = 3
_DECIDED = ("met", "not_met")
_NO_CAUSE = ("met", "no_activity", "not_yet_due")
"""States of a target of which there is nothing to explain."""


def report_context(
    con: duckdb.DuckDBPyConnection,
    subject: Subject,
    of_year: list[dict[str, Any]],
    of_period: list[dict[str, Any]],
) -> dict[str, Any]:
    """What the template of the report may use; ``of_year`` and ``of_period`` are the target_figures of all units."""
    code = subject.unit["unit_code"]
    mine = [row for row in of_year if row["unit_code"] == code]
    states = Counter(row["state"] for row in mine)
    met, missed = (states[state] for state in _DECIDED)
    comparison = read_comparison(con, subject, {row["target_id"]: row["name_vi"] for row in of_period})
    return always(subject) | {
        "is_provisional": any(row["is_provisional"] for row in of_period if row["unit_code"] == code and row["denominator"]),
        "form": comparison["forms"][0],
        "comparison": comparison,
        "targets": [_target(row) for row in mine],
        "states": {
            "all": count(len(mine)),
            "met": count(met),
            "not_met": count(missed),
            "undecided": count(len(mine) - met - missed),
        },
        **_rankings(subject, of_period),
        "reasons": reasons(con, subject),
        "filed": _filed(con, subject),
    }


def _target(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["target_id"],
        "name": row["name_vi"],
        "text": row["text_vi"],
        "is_aim": row["is_aim"],
        "bar": row["bar_text"],
        "figure": figure_said(row),
        "state": row["said"][0],
        "doubts": "; ".join(said[0] for _, _, said in row["flags"]),
    }


def reasons(con: duckdb.DuckDBPyConnection, subject: Subject) -> list[dict[str, Any]]:
    """Each target that is missed or undecided, and why: in the period, or in the year where the target knows only years."""
    code, (year, kind, month) = subject.unit["unit_code"], subject.when()
    of_period = {row["target_id"]: row for row in read_targets(con, year, kind=kind, month=month, unit=code)}
    return [
        {
            "id": row["target_id"],
            "name": row["name_vi"],
            "bar": row["bar"],
            "figure": f"{row['text']} ({row['fraction']})" if row["fraction"] else gap(STATE_WORDS[row["state"]][1]),
            "state": STATE_WORDS[row["state"]][1],
            "is_missed": row["state"] == "not_met",
            "is_of_year": row["target_id"] not in of_period,
            "causes": [_without_marks(said) for said, _ in row["notes"]],
        }
        for of_year in read_targets(con, year, unit=code)
        for row in [of_period.get(of_year["target_id"], of_year)]
        if row["state"] not in _NO_CAUSE
    ]


def _without_marks(said: str) -> str:
    for mark in ("✔", "✘", "?"):
        said = said.replace(f" {mark} ", " ")
    return said


def _rankings(subject: Subject, of_period: list[dict[str, Any]]) -> dict[str, list]:
    """For each target that counts dossiers or documents: the units with the highest and the lowest rate, or its name alone.

    A unit in two lists would say nothing, and where one dossier moves the rate by much there is no rank.
    """
    below = {unit["unit_code"] for unit in subject.units()} - {subject.unit["unit_code"]}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in of_period:
        if row["unit_code"] in below and row["denominator"] and counted_by(row["indicator_id"]) in ("dossiers", "documents"):
            found.setdefault(row["target_id"], []).append(row)
    ranked = [_ranking(subject, of) for of in found.values()]
    return {
        "rankings": [ranking for ranking in ranked if ranking["best"]],
        "without_ranking": [ranking["name"] for ranking in ranked if not ranking["best"]],
    }


def _ranking(subject: Subject, of_target: list[dict[str, Any]]) -> dict[str, Any]:
    large = [row for row in of_target if not row["is_small_sample"]]
    ordered = sorted(large, key=_rank)
    size = min(_RANKED, len(ordered) // 2)
    said = [
        {"name": subject.register[row["unit_code"]]["unit_name"], "figure": figure_said(row), "state": row["said"][0]}
        for row in ordered
    ]
    return {
        "id": of_target[0]["target_id"],
        "name": indicator_said(of_target[0]["indicator_id"])[0],
        "bar": of_target[0]["bar_text"],
        "best": said[:size],
        "worst": said[::-1][:size],
        "too_small": len(of_target) - len(large),
    }


def _rank(row: dict[str, Any]) -> tuple:
    """The highest rate first; of equal ones that of the larger denominator."""
    return (-Fraction(row["numerator"], row["denominator"]), -row["denominator"], row["unit_code"])


def _filed(con: duckdb.DuckDBPyConnection, subject: Subject) -> list[dict[str, str]]:
    """With which documents the period was closed, and how many of the usual figures have moved since."""
    asked = (subject.period.calendar, period_said(subject.period)["name"])
    return [
        {"document": closing["document"], "day": written_date(closing["closed_date"]), "moved": count(len(closing["moved"]))}
        for closing in read_closings(con)
        if (closing["calendar"], closing["period"]) == asked
    ]
