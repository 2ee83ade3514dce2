"""A period's figures beside those of the period before and of the same period of the year before."""

from fractions import Fraction
from typing import Any

import duckdb

from reports.numbers import rate
from reports.targets import OPERATORS, target_parts
from reports.word.gaps import GAP, count_said, figure_said
from reports.word.subject import Subject, period_said
from transforms.duck import rows
from transforms.forms import FORM_TOTALS
from transforms.periods import PeriodName, period_before, year_before

_FORM_COLUMNS = [name for total, parts in FORM_TOTALS["form_ii06a"].items() for name in (total, *parts)]
_IS_PERIOD = "period_kind = $kind and year(period_end) = $year and month(period_end) = $month"


def compared_periods(subject: Subject) -> list[PeriodName]:
    """The period itself, the one before it and the same one of the year before; a year has but one to stand beside."""
    names = (subject.name, period_before(subject.name), year_before(subject.name))
    return list(dict.fromkeys(name for name in names if name))


def read_comparison(con: duckdb.DuckDBPyConnection, subject: Subject, titles: dict[str, str]) -> dict[str, Any]:
    """``periods``, the names of the columns; ``forms``, the counts of form II.06a in each; ``figures``, a row a part of a target.

    A figure is held against the bar of the period itself; the change to it is in percentage points and left out where either has
    no rate. The counts are of the plan's calendar, each figure of its target's; ``titles`` are the names of the targets.
    """
    names = compared_periods(subject)
    parts = sorted(
        (part for (_, unit), of in target_parts(con, *subject.when()).items() if unit == subject.unit["unit_code"] for part in of),
        key=lambda part: (part["target_id"], part["part_number"]),
    )
    known = [_figures(con, subject, name) for name in names]
    return {
        "periods": [period_said(subject.in_calendar(name)) for name in names],
        "forms": [_form(con, subject, name) for name in names],
        "figures": [
            {
                "target": part["target_id"],
                "name": titles[part["target_id"]],
                "part": part["title_vi"] or "",
                "is_judged": part["is_judged"],
                "bar": f"{OPERATORS[part['operator']]}\u00a0{part['bar']}%" if part["operator"] else "",
                "cells": _cells(part, [of.get(_key(part)) for of in known]),
            }
            for part in parts
        ],
    }


def _cells(part: dict[str, Any], found: list[dict[str, Any] | None]) -> list[dict[str, str]]:
    bar = {"operator": part["operator"], "bar": part["bar"]}
    now = found[0]
    return [{"text": figure_said(row and row | bar), "change": change_said(now, row) if row is not now else ""} for row in found]


def change_said(now: dict[str, Any] | None, then: dict[str, Any] | None) -> str:
    """By how much a rate rose or fell since: *tăng 1,35 điểm %*; nothing where either has no rate."""
    if not (now and then and now["denominator"] and then["denominator"]):
        return ""
    moved = Fraction(now["numerator"], now["denominator"]) - Fraction(then["numerator"], then["denominator"])
    if moved == 0:
        return "không đổi"
    return f"{'tăng' if moved > 0 else 'giảm'} {rate(abs(moved.numerator), moved.denominator).removesuffix('%')} điểm %"


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("indicator_id", "rule_id", "basis_id", "scope", "calendar"))


def _figures(con: duckdb.DuckDBPyConnection, subject: Subject, name: PeriodName) -> dict[tuple[str, ...], dict[str, Any]]:
    found = rows(
        con,
        f"select * from indicator_value where unit_code = $unit and {_IS_PERIOD}",
        {"unit": subject.unit["unit_code"]} | name._asdict(),
    )
    return {_key(row): row for row in found}


def _form(con: duckdb.DuckDBPyConnection, subject: Subject, name: PeriodName) -> dict[str, str]:
    found = rows(
        con,
        f"""select * from form_ii06a
            where unit_code = $unit and scope = 'subtree' and field_code = 'ALL' and calendar = $calendar and {_IS_PERIOD}""",
        {"unit": subject.unit["unit_code"], "calendar": subject.plan["calendar"]} | name._asdict(),
    )
    return {column: count_said(found[0][column]) if found else GAP for column in _FORM_COLUMNS}
