"""Dossiers drawn in a test as the warehouse would hold them, and the real models run over them in memory."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import duckdb

from flows.home import CHECKOUT
from transforms.build import MODEL_INPUTS, load_registers, load_rows
from transforms.duck import rows
from transforms.entities import ENTITIES
from transforms.figure_settings import FigureSettings
from transforms.plans import load_plan
from transforms.reference import EXCEPTION_GROUND, PROCEDURE_COLUMNS, PROCEDURE_FLAGS, Reference, load_reference
from transforms.runner import Model, all_models, in_order, run_models
from transforms.warehouse import open_warehouse

SHIPPED = load_reference(CHECKOUT / "config" / "reference")
PLAN = load_plan(CHECKOUT / "config" / "plans" / "2020-district.yml")
SETTINGS = FigureSettings()
MARTS = ("indicator_value", "form_ii06a", "form_detailed", "rule_difference")
EVENING = time(23, 59, 30)
"""When the nightly export is made: whatever happened that day is in it."""
YEAR = "2019-"
"""The year of every drawn day that names none: it has Tết, and a make-up Saturday (4 May)."""


@dataclass(frozen=True)
class Dossier:
    """A dossier as its last export tells it; None where the list does not say, or there is nothing to say."""

    unit: str
    status: str
    received: datetime | None = None
    due: datetime | None = None
    finished: datetime | None = None
    returned: datetime | None = None
    original_due: datetime | None = None
    supplements: int | None = 0
    requested: datetime | None = None
    completed: datetime | None = None
    days: int | None = None
    """The days that supplements took, as the list counts them."""
    due_before_new: datetime | None = None
    """The due date that the list gives besides a new one; then ``due`` is the new one."""
    channel: str | None = None
    procedure: str | None = None
    shown: datetime = datetime.min
    """The export that first showed it so."""
    was_shown_before: bool = False
    """Whether the export of the day of receipt already showed it, as it then was."""
    corrected: Mapping[str, datetime | str] = field(default_factory=dict)
    """What of it accepted corrections replaced: the right values by what they are of."""

    @property
    def first_shown(self) -> "Dossier | None":
        """What the export of the day of receipt told, where that was another one than the last."""
        if not (self.was_shown_before and self.received and self.received.date() < self.shown.date()):
            return None
        return replace(
            self,
            status="PROCESSING",
            due=self.original_due or self.due,
            finished=None,
            returned=None,
            supplements=self.supplements and 0,
            requested=None,
            completed=None,
            days=self.days and 0,
            due_before_new=None,
            shown=datetime.combine(self.received, EVENING),
        )

    @property
    def extended_due(self) -> datetime | None:
        """The due date later by what the last supplement took, as reading derives it."""
        due = self.due_before_new or self.due
        if due is None or self.supplements is None:
            return None
        if self.completed and self.requested:
            return due + max(self.completed - self.requested, timedelta())
        is_known = self.supplements <= 1 and self.status != "SUPPLEMENT"
        return due + timedelta(days=self.days or 0) * is_known


def unit(code: str, parent: str = "D") -> dict[str, str]:
    kind = "commune" if parent else "district"
    level = {"unit_level": kind, "unit_kind": kind}
    return {"unit_code": code, "unit_name": code, **level, "parent_code": parent, "valid_from": "2010-01-01", "valid_to": ""}


def procedure(code: str, field: str, days: str, counted_in: str = "working_day") -> dict[str, str]:
    names = (code, code, field, field, "district", "4", days, counted_in, "2010-01-01", "", "", "", "", "", "")
    return dict(zip((*PROCEDURE_COLUMNS, *PROCEDURE_FLAGS, EXCEPTION_GROUND), names, strict=True))


UNITS = [unit("D", ""), unit("X"), unit("Y"), unit("Z")]
PROCEDURES = [procedure("five days", "Land", "5"), procedure("three days", "Land", "3"), procedure("no time", "Trade", "")]


def drawn(table: str) -> list[dict[str, str]]:
    """The lines of a table drawn with ``|``, as dicts of text by its header."""
    header, *lines = ([cell.strip() for cell in line.split("|")] for line in table.strip().splitlines())
    return [dict(zip(header, line, strict=True)) for line in lines]


def dossiers_in(lines: list[dict[str, str]], as_of: date) -> dict[str, Dossier]:
    """Drawn lines as dossiers by their name, in the unit X and first shown on the evening of ``as_of`` where nothing else is said.

    ``papers`` tells of supplements: "2x 07-02 > 07-04" is asked twice, the last time from one day to the other; "11-06" is asked
    once and still waiting; "5d" is asked once, and took five days as the list counts them. An empty cell says that none were
    asked for, as an empty original due date says that the due date was not moved; ``?`` says that the list has no such column.
    ``also`` names what few lines of a table have, as in "channel online".
    """
    return {line["dossier"]: _dossier(line, datetime.combine(as_of, EVENING)) for line in lines}


_PAPERS = re.compile(r"(?:(?P<times>\d)x)? ?(?P<requested>[\d-]+)?(?: ?> (?P<completed>[\d-]+))? ?(?:(?P<days>\d+)d)?")


def _dossier(line: dict[str, str], exported_at: datetime) -> Dossier:
    also = [fact.split(" ", 1) for fact in line.get("also", "").split(", ") if fact]
    line = line | dict(also)

    def at(column: str) -> datetime | None:
        return _moment(line.get(column))

    papers = line.get("papers", "")
    told = None if papers == "?" else _PAPERS.fullmatch(papers).groupdict()
    return Dossier(
        unit=line.get("unit") or "X",
        status=line["status"],
        received=at("received"),
        due=at("new_due") or at("due"),
        finished=at("finished"),
        returned=at("returned"),
        original_due=None if line.get("original_due") == "?" else at("original_due") or at("due"),
        supplements=int(told["times"] or bool(papers)) if told else None,
        requested=told and _moment(told["requested"]),
        completed=told and _moment(told["completed"]),
        days=int(told["days"]) if told and told["days"] else None,
        due_before_new=at("due") if at("new_due") else None,
        channel=line.get("channel") or None,
        procedure=line.get("procedure") or None,
        shown=at("shown") or exported_at,
    )


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    return datetime.fromisoformat(text if text.count("-") == 2 else YEAR + text)


@contextmanager
def published(
    dossiers: Mapping[str, Dossier],
    as_of: date,
    *,
    covers_from: date | None = None,
    units: list[dict[str, str]] = UNITS,
    procedures: list[dict[str, str]] = PROCEDURES,
    calendar: list[dict[str, str]] = SHIPPED.calendar,
    marts: tuple[str, ...] = MARTS,
    quarantined: Collection[str] = (),
    corrections: list[tuple] = (),
) -> Iterator[duckdb.DuckDBPyConnection]:
    """What the models make of these dossiers as of a day, with the calendar and the treatments that are shipped.

    The rows of the codes ``quarantined`` are kept out; ``corrections`` are rows of the register of corrections.
    """
    with open_warehouse(Path(":memory:")) as con:
        # A delta, since it speaks for every dossier: what is not refreshed has its own tests.
        con.execute(
            """insert into landed_file (file_id, source, kind, file_name, origin, stored_as, byte_count, delivery, exported_at,
                   covers_from, landed_at, outcome)
               values ('f', 's', 'dossier', 'f', '', '', 0, 'delta', $1, $2, now(), 'recorded')""",
            [datetime.combine(as_of, EVENING), covers_from],
        )
        load_rows(con, "dossier_run", [run for name, dossier in dossiers.items() for run in _runs(name, dossier)])
        load_rows(con, "correction_run", corrections)
        con.executemany(
            "insert into quarantine values ('s', 'f', 1, 'DATE_UNREADABLE', 'due_at', md5($1), 'reading')",
            [[code] for code in quarantined or ["none of them"]],
        )
        reference = Reference(units=units, procedures=procedures, treatments=SHIPPED.treatments, calendar=calendar)
        load_registers(con, reference, PLAN, as_of, SETTINGS)
        con.execute("delete from unit_scope where scope not in ('own', 'subtree')")  # the others have their own tests
        run_models(con, models_of(marts), as_of, SETTINGS.params)
        yield con


def _runs(name: str, last: Dossier) -> Iterator[tuple]:
    first = last.first_shown
    if first:
        yield _run(name, first, ended_at=last.shown)
    yield _run(name, last)


def _run(name: str, dossier: Dossier, ended_at: datetime | None = None) -> tuple:
    said = dict.fromkeys(ENTITIES["dossier"].content) | {
        "dossier_code": name,
        "procedure_code": dossier.procedure,
        "receiving_unit_code": dossier.unit,
        "resolving_unit_code": dossier.unit,
        "channel": dossier.channel,
        "status": dossier.status,
        "received_at": dossier.received,
        "due_at": dossier.due,
        "finished_at": dossier.finished,
        "returned_at": dossier.returned,
        "original_due_at": dossier.original_due,
        "supplement_count": dossier.supplements,
        "supplement_days": dossier.days,
        "supplement_requested_at": dossier.requested,
        "supplement_completed_at": dossier.completed,
        "extended_due_at": dossier.extended_due,
    }
    return ("s", *said.values(), dossier.shown, "f", ended_at, "f" if ended_at else None)


@cache
def models_of(marts: tuple[str, ...]) -> list[Model]:
    """The models that these marts are made of, in order."""
    models = all_models()
    needed, wanted = {}, [*marts]
    while wanted:
        name = wanted.pop()
        if name in models and name not in needed:
            needed[name] = models[name]
            wanted += models[name].reads
    return in_order(needed, MODEL_INPUTS)


def outcomes_as_drawn(con: duckdb.DuckDBPyConnection, rule: str, lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """The drawn lines with what a rule makes of each dossier in the columns that they have for it; an empty cell is null."""
    found = rows(
        con,
        """select dossier_code as dossier, outcome, coalesce(exit_date, excluded_date) as counted, o.due_date as due_on,
                  overdue_date as overdue, exclusion_reason as reason
           from dossier_outcome as o join dossier_asof using (dossier_key) where rule_id = $1""",
        [rule],
    )
    said = {row["dossier"]: {name: _text(value) for name, value in row.items()} for row in found}
    return [line | {name: value for name, value in said[line["dossier"]].items() if name in line} for line in lines]


OFFICIAL_YEAR = {
    "indicator_id": "on_time",
    "unit_code": "X",
    "scope": "own",
    "field_code": "ALL",
    "calendar": "official",
    "period_kind": "year",
    "period_start": date(2018, 12, 15),
}
MONTH = {**OFFICIAL_YEAR, "calendar": "calendar", "period_kind": "month"}


def rows_as_drawn(con: duckdb.DuckDBPyConnection, mart: str, lines: list[dict[str, str]], place: dict) -> list[dict[str, str]]:
    """The drawn lines with what a mart says; the row is found by its grain, as the line has it or else ``place``."""
    found = []
    for line in lines:
        key = {name: value for name, value in (place | line).items() if name in all_models()[mart].grain}
        (row,) = rows(con, f"from {mart} where {' and '.join(f'{name} = ${name}' for name in key)}", key)
        found.append(line | {name: _text(row[name]) for name in line if name not in key})
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value).removeprefix(YEAR)
