"""The lines of the forms, for every unit from the marts: by level and field, and by the units below."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import duckdb

from reports.excel.sheet import Line
from reports.periods import key_of
from transforms.duck import rows
from transforms.reference import UNIT_LEVELS

ALL = "ALL"
_LEVELS = {"province": "Cấp tỉnh", "district": "Cấp huyện", "commune": "Cấp xã", "unknown": "Chưa rõ cấp"}
_ROMAN = ("I", "II", "III", "IV")
_TOTAL = "TỔNG SỐ"
Form = Mapping[tuple[str, str], Mapping[str, dict[str, Any]]]
"""The rows of a form's mart in one period, by unit and scope, then by field."""


def read_form(con: duckdb.DuckDBPyConnection, mart: str, period: dict[str, Any]) -> Form:
    """A form's mart in one period."""
    form: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for row in _in_period(con, mart, period, "unit_code, scope, field_code"):
        form.setdefault((row["unit_code"], row["scope"]), {})[row["field_code"]] = row
    return form


def read_procedures(con: duckdb.DuckDBPyConnection, period: dict[str, Any]) -> dict[str, Any] | None:
    """The one row of form II.07b in a period; None where the catalogue says nothing."""
    found = _in_period(con, "form_ii07b", period, "period_end")
    return found[0] if found else None


def read_fields(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The names of the fields by code; what the catalogue does not know stands as the export writes it."""
    return {"UNKNOWN": "Chưa rõ lĩnh vực"} | dict(
        con.execute("select field_code, max(field_name) from procedure where field_name <> '' group by all").fetchall()
    )


def by_field(form: Form, unit: str, fields: Mapping[str, str]) -> list[Line]:
    """A unit with all below it: a section a level, where it has several, with a line a field; then the total."""
    whole = form.get((unit, "subtree"))
    if whole is None:
        return []
    levels = [(level, form[unit, f"{level}_level"]) for level in UNIT_LEVELS if (unit, f"{level}_level") in form]
    if not levels:
        lines = list(_fields(whole, fields))
        return [*lines, Line("", _TOTAL, whole[ALL], range(len(lines)))]
    lines, sections = [], []
    for roman, (level, rows_of_level) in zip(_ROMAN, levels, strict=False):
        sections.append(len(lines))
        members = list(_fields(rows_of_level, fields))
        after = len(lines) + 1
        lines += [Line(roman, _LEVELS[level], rows_of_level[ALL], range(after, after + len(members))), *members]
    return [*lines, Line("", _TOTAL, whole[ALL], sections)]


def by_unit(form: Form, unit: str, below: Sequence[str], name_of: Callable[[str], str]) -> list[Line]:
    """A line for each unit right below one, with all below it, and for what it handles itself; then the total."""
    whole = form.get((unit, "subtree"))
    members = [(name_of(code), form[code, "subtree"][ALL]) for code in below if (code, "subtree") in form]
    if whole is None or not members:
        return []
    if (unit, "own") in form:
        members.insert(0, (f"{name_of(unit)} (trực tiếp giải quyết)", form[unit, "own"][ALL]))
    lines = [Line(str(number), name, row) for number, (name, row) in enumerate(members, 1)]
    return [*lines, Line("", _TOTAL, whole[ALL], range(len(lines)))]


def _fields(found: Mapping[str, dict[str, Any]], fields: Mapping[str, str]) -> Iterator[Line]:
    codes = sorted((code for code in found if code != ALL), key=lambda code: (code == "UNKNOWN", fields.get(code, code)))
    for number, code in enumerate(codes, 1):
        yield Line(str(number), fields.get(code, code), found[code])


def _in_period(con: duckdb.DuckDBPyConnection, mart: str, period: dict[str, Any], order: str) -> list[dict[str, Any]]:
    return rows(
        con,
        f"""select * from {mart} where calendar = $calendar and period_kind = $period_kind
               and period_start = $period_start and period_end = $period_end order by {order}""",
        key_of(period),
    )
