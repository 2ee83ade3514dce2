"""The dossiers behind the figures: one CSV a unit beside the page, and which of its dossiers are overdue or due next."""

import csv
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from reports.numbers import date as written_date
from reports.page.marts import has_mart
from reports.words import CHANNELS, OUTCOMES, STATUSES, in_vietnamese
from transforms.registry import usual_rule

MOST_SHOWN = 50
"""So many overdue dossiers stand on a page; the CSV has them all."""

_HEADER = (
    "Mã hồ sơ · dossier",
    "Thủ tục · procedure",
    "Hình thức nộp · channel",
    "Tiếp nhận · received",
    "Hạn tính · due",
    "Kết thúc · ended",
    "Trạng thái · status",
    "Kết quả · outcome",
    "Giải quyết trong kỳ · resolved in the period",
    "Tiếp nhận trong kỳ · received in the period",
    "Quá hạn từ · overdue since",
)
_MOMENT = "%d/%m/%Y %H:%M"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class DossierLists(NamedTuple):
    """How many rows each unit's CSV has, which of its open dossiers matter now, and which units lie below each."""

    sizes: dict[str, int]
    still_open: dict[str, list[dict[str, Any]]]
    subtrees: dict[str, list[str]]

    def members(self, unit: str) -> list[str]:
        """The units, of this one and those below it, that have a CSV."""
        return [member for member in self.subtrees[unit] if self.sizes.get(member)]

    def overdue(self, unit: str) -> list[dict[str, Any]]:
        """The open dossiers of a unit and those below it that are overdue, the longest first."""
        found = [row for row in self._open(unit) if row["is_overdue"]]
        return sorted(found, key=lambda row: (row["overdue_date"], row["dossier_key"]))

    def due_soon(self, unit: str, how_many: int) -> list[dict[str, Any]]:
        """So many of those that are next due; the mart of the backlog knows the working days and says how many that are."""
        found = [row for row in self._open(unit) if row["coming_due_date"] and not row["is_overdue"]]
        return sorted(found, key=lambda row: (row["coming_due_date"], row["dossier_key"]))[:how_many]

    def _open(self, unit: str) -> list[dict[str, Any]]:
        return [row for member in self.subtrees[unit] for row in self.still_open.get(member, [])]


def write_dossier_lists(
    con: duckdb.DuckDBPyConnection,
    days: tuple[date, date] | None,
    as_of: date,
    register: dict[str, dict[str, Any]],
    folder: Path,
) -> DossierLists:
    """Write ``folder``/<stem>.csv of each unit's dossiers, resolved or received in these ``days`` or open, under the usual rule.

    UTF-8 with its mark, so that Excel reads the letters; what it would take for a formula is led by an apostrophe.
    """
    folder.mkdir(parents=True)
    sizes, still_open = {}, {}
    if not has_mart(con, "outcome"):
        return DossierLists(sizes, still_open, subtrees(register))
    for unit, dossiers in groupby(_dossiers(con, days, as_of), key=lambda row: row["unit_code"]):
        if unit not in register:
            continue
        with (folder / f"{register[unit]['stem']}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_HEADER)
            for row in dossiers:
                writer.writerow([_safe(cell) for cell in _cells(row)])
                sizes[unit] = sizes.get(unit, 0) + 1
                if _matters_now(row):
                    still_open.setdefault(unit, []).append(row)
    return DossierLists(sizes, still_open, subtrees(register))


def overdue_dossiers(con: duckdb.DuckDBPyConnection, day: date) -> dict[str, list[dict[str, Any]]]:
    """By unit, the dossiers that were open and overdue at the end of a day, the longest first."""
    found: dict[str, list[dict[str, Any]]] = {}
    if has_mart(con, "outcome"):
        for row in sorted(_dossiers(con, None, day, "is_overdue"), key=lambda row: (row["overdue_date"], row["dossier_key"])):
            found.setdefault(row["unit_code"], []).append(row)
    return found


def read_open_dossiers(con: duckdb.DuckDBPyConnection, as_of: date, register: dict[str, dict[str, Any]]) -> DossierLists:
    """The open dossiers of each unit itself, without those below it; nothing is written."""
    still_open: dict[str, list[dict[str, Any]]] = {}
    for row in _dossiers(con, None, as_of) if has_mart(con, "outcome") else ():
        if _matters_now(row):
            still_open.setdefault(row["unit_code"], []).append(row)
    return DossierLists({}, still_open, {code: [code] for code in register})


def _matters_now(row: dict[str, Any]) -> bool:
    return row["is_open"] and (row["is_overdue"] or row["coming_due_date"] is not None)


def _dossiers(
    con: duckdb.DuckDBPyConnection,
    days: tuple[date, date] | None,
    as_of: date,
    which: str = "is_resolved_in or is_received_in or is_open",
) -> Iterator[dict[str, Any]]:
    first, last = days or (as_of, as_of)
    cursor = con.execute(
        f"""with named as (select procedure_code, max(procedure_name) as procedure_name from procedure group by all)
           select
               o.resolving_unit_code as unit_code, o.dossier_key, d.dossier_code, d.channel, d.status, o.outcome, o.overdue_date,
               d.received_at, o.effective_due_at, d.finished_at, o.not_refreshed_date,
               strftime(d.received_at, $moment) as received, strftime(o.effective_due_at, $moment) as due,
               strftime(d.finished_at, $moment) as finished,
               coalesce(p.procedure_name, d.procedure_code) as procedure_name,
               o.outcome in ('early', 'on_time', 'late') and o.exit_date between $first and $last as is_resolved_in,
               coalesce(o.received_date between $first and $last, false) as is_received_in,
               o.outcome <> 'excluded' and o.received_date <= $as_of and (o.exit_date is null or o.exit_date > $as_of) as is_open,
               coalesce(is_open and o.overdue_date <= $as_of, false) as is_overdue,
               case when is_overdue then $as_of::date - o.overdue_date + 1 end as overdue_days,
               case when is_open and o.overdue_date > $as_of then cast(o.effective_due_at as date) end as coming_due_date
           from outcome as o inner join dossier as d using (dossier_key) left join named as p using (procedure_code)
           where o.rule_id = $rule and ({which})
           order by unit_code, d.received_at, o.dossier_key""",
        {"first": first, "last": last, "as_of": as_of, "rule": usual_rule("on_time"), "moment": _MOMENT},
    )
    names = [column[0] for column in cursor.description]
    while batch := cursor.fetchmany(10_000):
        yield from (dict(zip(names, row, strict=True)) for row in batch)


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["dossier_code"],
        row["procedure_name"] or "",
        in_vietnamese(CHANNELS, row["channel"]),
        row["received"] or "",
        row["due"] or "",
        row["finished"] or "",
        in_vietnamese(STATUSES, row["status"]),
        in_vietnamese(OUTCOMES, row["outcome"]),
        "x" if row["is_resolved_in"] else "",
        "x" if row["is_received_in"] else "",
        written_date(row["overdue_date"]) if row["is_overdue"] else "",
    )


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def subtrees(register: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Each unit with all below it, in the order of the register."""
    found: dict[str, set[str]] = {code: {code} for code in register}
    for code in register:
        above, seen = register[code]["parent_code"], {code}
        while above in register and above not in seen:
            found[above].add(code)
            seen.add(above)
            above = register[above]["parent_code"]
    return {code: [member for member in register if member in below] for code, below in found.items()}
