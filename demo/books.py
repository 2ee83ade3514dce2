"""The district's own books: what every figure must come out as, counted while the dossiers are decided."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from demo.calendar import AS_OF, Period, periods
from demo.district import (
    COUNTER,
    EXCLUDED,
    FIELDS,
    FIRST_DAY,
    LAND_BRANCH,
    MERGED,
    RESOLVED,
    ROOT,
    UNITS,
    WAITING,
    WITHOUT_REGISTER,
)
from demo.exports import Known, System
from demo.life import Dossier

DAYS = (AS_OF - FIRST_DAY).days + 1
FORM_COUNTS = ("received_online", "received_other", "resolved_early", "resolved_on_time", "resolved_late")
FORM_HEADER = (
    "unit_code,scope,field_code,calendar,period_kind,period_start,period_end,received_online,received_other,"
    "carried_over,resolved_early,resolved_on_time,resolved_late,open_in_time,open_overdue"
)
INDICATOR_HEADER = (
    "indicator_id,rule_id,unit_code,scope,calendar,period_kind,period_start,period_end,numerator,denominator,excluded_count,status"
)
FILES_HEADER = "source,file,row_count,recorded,unchanged,duplicate,quarantined"

INDICATORS = (
    ("on_time", "II06_DATE"),
    ("on_time", "TIMESTAMP"),
    ("online_received", "II06_DATE"),
    ("online_resolved", "II06_DATE"),
    ("edoc_any", "NONE"),
)


class Tally:
    """Counts by key and day."""

    def __init__(self) -> None:
        self.days: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0] * DAYS)

    def add(self, key: tuple[str, ...], day: date) -> None:
        """Count one on a day; what happens after the last day known has not happened yet."""
        place = (day - FIRST_DAY).days
        if place < DAYS:
            self.days[key][place] += 1

    def running(self, keys: Iterable[tuple[str, ...]]) -> "Running":
        """The running sum over several keys together."""
        rows = [self.days[key] for key in keys if key in self.days]
        return Running([0, *accumulate(map(sum, zip(*rows, strict=True)))] if rows else None)


class Running:
    """A running sum by day."""

    def __init__(self, sums: list[int] | None) -> None:
        self.sums = sums

    def by(self, day: date) -> int:
        """How many there have been by the end of a day."""
        if self.sums is None:
            return 0
        return self.sums[max(0, min((day - FIRST_DAY).days + 1, DAYS))]

    def within(self, period: Period) -> int:
        """How many there were in a period."""
        return self.by(period.end) - self.by(period.start - timedelta(1))


def outcome_by_date(end: datetime, due: datetime | None) -> str:
    """Early, on time or late by the day alone."""
    if due is None or end.date() == due.date():
        return "resolved_on_time"
    return "resolved_early" if end.date() < due.date() else "resolved_late"


def is_late_by_timestamp(end: datetime, due: datetime | None) -> bool:
    """Late by the second."""
    return due is not None and end > due


class Books:
    """Everything that is counted."""

    def __init__(self) -> None:
        self.form = Tally()
        self.indicators = Tally()
        self.totals: dict[str, int] = defaultdict(int)

    def enter(self, dossier: Dossier, known: Known | None) -> None:
        """Count a dossier as the exports show it in the end."""
        source = dossier.source
        if known is None:
            self.totals[f"quarantined_only_{source}"] += 1
            return
        self.totals[f"dossiers_{source}"] += 1
        step = known.step
        if known.is_gone:
            self.totals[f"gone_{source}"] += 1
            return
        receiving = COUNTER.code if source == "igate" else step.unit
        if step.status in EXCLUDED:
            self.totals[f"excluded_{source}"] += 1
            moment = step.finished or step.received
            if moment:
                for indicator, rule in INDICATORS[:4]:
                    unit = receiving if indicator == "online_received" else step.unit
                    self.indicators.add((indicator, rule, unit, "excluded"), moment.date())
            return
        self._enter_counted(dossier, known, receiving)

    def _enter_counted(self, dossier: Dossier, known: Known, receiving: str) -> None:
        """Count a dossier that was received and neither refused nor cancelled."""
        _, status, received, due, finished, unit, *_ = known.step
        is_online = dossier.channel == "online"
        received_day = received.date()
        form = (unit, dossier.procedure.field)
        self.form.add((*form, "received_online" if is_online else "received_other"), received_day)
        self._rate("online_received", "II06_DATE", receiving, received_day, is_online)
        exit_day = None
        if status in RESOLVED:
            is_withdrawn = status == "WITHDRAWN"
            end = finished or known.since
            exit_day = max(end.date(), received_day)
            outcome = "resolved_on_time" if is_withdrawn else outcome_by_date(end, due)
            is_late = not is_withdrawn and is_late_by_timestamp(end, due)
            self.form.add((*form, outcome), exit_day)
            self._rate("on_time", "II06_DATE", unit, exit_day, outcome != "resolved_late")
            self._rate("on_time", "TIMESTAMP", unit, exit_day, not is_late)
            self._rate("online_resolved", "II06_DATE", unit, exit_day, is_online)
            self.totals["resolved"] += 1
            self.totals["resolved_late"] += outcome == "resolved_late"
            self.totals["late_by_timestamp_only"] += is_late and outcome != "resolved_late"
            self.totals["finished_before_received"] += end.date() < received_day
        else:
            self.totals["open"] += 1
        self.totals["without_due_date"] += due is None
        # Who waits for the citizen is in time; anybody else is overdue from the day after the due day until the exit.
        if due and status not in WAITING:
            overdue_from = max(due.date() + timedelta(1), received_day)
            if exit_day is None or overdue_from < exit_day:
                self.form.add((*form, "became_overdue"), overdue_from)
                if exit_day:
                    self.form.add((*form, "left_overdue"), exit_day)

    def _rate(self, indicator: str, rule: str, unit: str, day: date, is_hit: bool) -> None:
        """Count a dossier into a rate."""
        self.indicators.add((indicator, rule, unit, "denominator"), day)
        if is_hit:
            self.indicators.add((indicator, rule, unit, "numerator"), day)

    def enter_document(self, unit: str, day: date, is_excluded: bool, is_electronic: bool, is_logged: bool) -> None:
        """Count a document as register and log show it; without a register, nobody knows what was excluded."""
        self.totals["documents"] += 1
        if unit == WITHOUT_REGISTER:
            if is_logged:
                self.totals["documents_without_register"] += 1
                self.indicators.add(("edoc_any", "NONE", unit, "logged"), day)
                if is_electronic:
                    self.indicators.add(("edoc_any", "NONE", unit, "numerator"), day)
        elif is_excluded:
            self.totals["documents_excluded"] += 1
            self.indicators.add(("edoc_any", "NONE", unit, "excluded"), day)
        else:
            self.totals["documents_electronic"] += is_electronic
            self._rate("edoc_any", "NONE", unit, day, is_electronic)

    def write(self, folder: Path) -> None:
        """Sum everything up into periods and write it down."""
        write_csv(folder / "indicator_value.csv", INDICATOR_HEADER, self._indicator_rows())
        write_csv(folder / "form_ii06a.csv", FORM_HEADER, self._form_rows())
        write_csv(folder / "totals.csv", "name,value", sorted(self.totals.items()))

    def _indicator_rows(self) -> Iterator[list]:
        spans = periods()
        for indicator, rule in INDICATORS:
            for unit, names, members in scopes():
                numerator, denominator, excluded, logged = (
                    self.indicators.running((indicator, rule, code, count) for code in members)
                    for count in ("numerator", "denominator", "excluded", "logged")
                )
                for period in spans:
                    counts = [numerator.within(period), denominator.within(period), excluded.within(period)]
                    status = "ok"
                    if logged.within(period):
                        # One denominator that nobody knows makes that of the sum unknown too.
                        counts[1], status = "", "missing_denominator"
                    elif not any(counts):
                        continue
                    for scope in names:
                        yield [indicator, rule, unit, scope, *_columns(period), *counts, status]

    def _form_rows(self) -> Iterator[list]:
        spans = periods()
        for unit, names, members in scopes():
            for field, fields in [*((code, [code]) for code in FIELDS), ("ALL", list(FIELDS))]:
                sums = {
                    count: self.form.running((code, part, count) for code in members for part in fields)
                    for count in (*FORM_COUNTS, "became_overdue", "left_overdue")
                }
                if all(running.sums is None for running in sums.values()):
                    continue
                for period in spans:
                    row = _form_row(sums, period)
                    if any(row):
                        # The form is of the units as they were then.
                        for scope in names:
                            if scope != "todays_map":
                                yield [unit, scope, field, *_columns(period), *row]


def _form_row(sums: dict[str, Running], period: Period) -> list[int]:
    """The numbers of form II.06a for a period."""

    def stock(day: date) -> int:
        received, other, *resolved = (sums[count].by(day) for count in FORM_COUNTS)
        return received + other - sum(resolved)

    received, other, *resolved = (sums[count].within(period) for count in FORM_COUNTS)
    overdue = sums["became_overdue"].by(period.end) - sums["left_overdue"].by(period.end)
    carried = stock(period.start - timedelta(1))
    return [received, other, carried, *resolved, stock(period.end) - overdue, overdue]


def _columns(period: Period) -> list:
    return [period.calendar, period.kind, period.start, period.end]


def scopes() -> Iterator[tuple[str, tuple[str, ...], list[str]]]:
    """Each unit by itself, with all below it, that without the vertical agency, and on today's map with whom it replaced."""
    everybody = [unit.code for unit in UNITS]
    for unit in UNITS:
        replaced = [old for old, new in MERGED.items() if new == unit.code]
        if unit is ROOT:
            yield unit.code, ("own",), [unit.code]
            yield unit.code, ("subtree", "todays_map"), everybody
            yield unit.code, ("plan_scope",), [code for code in everybody if code != LAND_BRANCH.code]
        elif unit is LAND_BRANCH:
            yield unit.code, ("own", "subtree", "todays_map"), [unit.code]
        elif unit.code in MERGED:
            yield unit.code, ("own", "subtree", "plan_scope"), [unit.code]
        elif replaced:
            yield unit.code, ("own", "subtree", "plan_scope"), [unit.code]
            yield unit.code, ("todays_map",), [unit.code, *replaced]
        else:
            yield unit.code, ("own", "subtree", "plan_scope", "todays_map"), [unit.code]


def file_rows(system: System) -> Iterator[list]:
    """How the files of a system are taken."""
    for export in system.exports:
        yield [system.name, export.path.name, export.rows, *export.taken.values()]


def write_csv(path: Path, header: str, rows: Iterable[Iterable]) -> None:
    """Write a small table."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        handle.write(header + "\n")
        csv.writer(handle, lineterminator="\n").writerows(rows)
