"""Entries of registers as the warehouse would hold them, and the real models run over them in memory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import duckdb

from tests.spec.dossiers import EVENING, PLAN, SHIPPED, models_of, unit
from transforms.build import load_registers, load_rows
from transforms.entities import ENTITIES
from transforms.figure_settings import FigureSettings
from transforms.plans import Plan
from transforms.reference import Reference
from transforms.registry import figures
from transforms.runner import run_models
from transforms.warehouse import open_warehouse

Entries = Mapping[str, list[dict[str, Any]]]
UNITS = [unit("D", ""), unit("X"), unit("Y"), unit("Z")]
PROVEN = {"evidence_number": "1/QĐ", "evidence_at": date(2020, 1, 1)}
SETTINGS = FigureSettings()


def proven(unit_code: str, **said: Any) -> dict[str, Any]:
    """An entry about a unit whose evidence has number and date, unless it says something else."""
    return {"unit_code": unit_code, **PROVEN, **said}


@contextmanager
def told(
    entries: Entries,
    as_of: date,
    *,
    units: list[dict[str, str]] = UNITS,
    procedures: list[dict[str, str]] = (),
    settings: FigureSettings = SETTINGS,
    plan: Plan = PLAN,
    marts: tuple[str, ...] = ("indicator_value",),
) -> Iterator[duckdb.DuckDBPyConnection]:
    """What the models make of registers with these entries, by kind, as of a day; a kind that is not named has no source.

    An entry may say ``exported_at`` and ``ended_at``: the exports that first showed it and that held it no more;
    and its ``source``.
    """
    now = datetime.combine(as_of, EVENING)
    with open_warehouse(Path(":memory:")) as con:
        for kind, said in entries.items():
            con.execute(
                """insert into landed_file (file_id, source, kind, file_name, origin, stored_as, byte_count, delivery, exported_at,
                       landed_at, outcome)
                   values ($1, $1, $1, 'f', '', '', 0, 'snapshot', $2, now(), 'recorded')""",
                [kind, now],
            )
            load_rows(con, f"{kind}_run", [run_of(kind, entry, now) for entry in said])
        reference = Reference(units=units, procedures=list(procedures), treatments=SHIPPED.treatments, calendar=SHIPPED.calendar)
        load_registers(con, reference, plan, as_of, settings)
        run_models(con, models_of(marts), as_of, settings.params)
        yield con


def run_of(kind: str, entry: dict[str, Any], now: datetime) -> tuple:
    """An entry as the row of its runs."""
    said = dict(entry)
    source = said.pop("source", kind)
    exported_at, ended_at = said.pop("exported_at", now), said.pop("ended_at", None)
    unknown = said.keys() - ENTITIES[kind].content.keys()
    assert not unknown, unknown
    content = [said.get(column) for column in ENTITIES[kind].content]
    return (source, *content, exported_at, kind, ended_at, kind if ended_at else None)


def figure(
    con: duckdb.DuckDBPyConnection,
    indicator: str,
    unit_code: str,
    scope: str = "own",
    *,
    period: tuple[str, str, date] = ("calendar", "year", date(2020, 1, 1)),
    basis: str | None = None,
) -> tuple:
    """(numerator, denominator, status) of a figure; without a basis, the usual one."""
    basis = basis or next(f["basis_id"] for f in figures() if f["indicator_id"] == indicator)
    ((*found,),) = con.execute(
        """select numerator, denominator, status from indicator_value
           where indicator_id = $1 and basis_id = $2 and unit_code = $3 and scope = $4
             and calendar = $5 and period_kind = $6 and period_start = $7""",
        [indicator, basis, unit_code, scope, *period],
    ).fetchall()
    return tuple(found)


def at(day: str) -> datetime:
    """The morning of a day."""
    return datetime.combine(date.fromisoformat(day), time(8))
