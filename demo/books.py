"""The district's own books: what every figure must come out as, counted while the dossiers are decided."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from demo import targets
from demo.calendar import AS_OF, Period, periods
from demo.district import COUNTER, FIELDS, FIRST_DAY, PAPER_KEEPER
from demo.exports import Known, System
from demo.life import Dossier
from demo.register_books import RegisterBooks, scopes
from demo.rules import IN_TIME, RULES, Case, Verdict

Event = tuple[str, date]

DAYS = (AS_OF - FIRST_DAY).days + 1
FIRST = FIRST_DAY.toordinal()
OUTCOMES = (*IN_TIME, "late")
# Whether a dossier that came in turned out well, as far as is known on the last day.
CAME = ("came_kept", "came_missed", "came_undecided")
RECEIPTS = ("received_online", "received_other")
FORM_COUNTS = (*RECEIPTS, *OUTCOMES)
FORM_EVENTS = (*OUTCOMES, "became_overdue", "left_overdue")
FORM_HEADER = (
    "unit_code,scope,field_code,calendar,period_kind,period_start,period_end,received_online,received_other,"
    "carried_over,resolved_early,resolved_on_time,resolved_late,open_in_time,open_overdue"
)
INDICATOR_HEADER = (
    "indicator_id,rule_id,basis_id,unit_code,scope,calendar,period_kind,period_start,period_end,numerator,denominator,"
    "excluded_count,status,unreported_count,no_evidence_count"
)
FILES_HEADER = "source,file,row_count,recorded,unchanged,duplicate,quarantined"

# The indicators that have one basis each.
INDICATORS = (
    ("online_received", "II06_DATE", "received"),
    ("online_resolved", "II06_DATE", "resolved"),
    ("edoc_any", "NONE", "issued"),
    ("edoc_only_signed", "NONE", "issued"),
)
DOCUMENT_INDICATORS = ("edoc_any", "edoc_only_signed")
ON_TIME_EVENTS = (*CAME, *FORM_EVENTS, "due_kept", "due_missed", "excluded", "unknown_came", "unknown_left")
# How many dossiers stand in the paper book and in the system too.
ALSO_ON_PAPER = 3
# The sources that tell which day was promised first.
TELLS_ORIGINAL_DUE = {"igate"}


class Tally:
    """Counts by key, event and day."""

    def __init__(self) -> None:
        self.days: dict[tuple, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * DAYS))

    def add(self, key: tuple, *events: Event) -> None:
        """Count events on their days; what happens after the last day known has not happened yet."""
        counts = self.days[key]
        for name, day in events:
            place = day.toordinal() - FIRST
            if 0 <= place < DAYS:
                counts[name][place] += 1

    def running(self, keys: Iterable[tuple], event: str) -> "Running":
        """The running sum of an event over several keys together."""
        rows = [self.days[key][event] for key in keys if key in self.days and event in self.days[key]]
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
        return self.between(period.start, period.end)

    def between(self, first: date, last: date) -> int:
        """How many there were from one day to another."""
        return self.by(last) - self.by(first - timedelta(1))


def happenings(received: date | None, verdict: Verdict) -> list[Event]:
    """What a verdict amounts to, each thing with its day; nothing happens before the day of receipt."""
    outcome, end, due, overdue_from = verdict
    if outcome == "excluded":
        day = end.date() if end else received
        return [("excluded", day)] if day else []
    exit_day = end and max(end.date(), received)
    if outcome == "unknown":
        return [("unknown_came", received), *([("unknown_left", exit_day)] if exit_day else [])]
    is_in_time = outcome in IN_TIME
    found = []
    if due:
        found.append(("due_kept" if is_in_time else "due_missed", max(due, received)))
    is_overdue = False
    if overdue_from:
        overdue_day = max(overdue_from, received)
        if exit_day is None or overdue_day < exit_day:
            is_overdue = overdue_day <= AS_OF
            found.append(("became_overdue", overdue_day))
            if exit_day:
                found.append(("left_overdue", exit_day))
    came = "came_missed" if is_overdue else "came_undecided"
    if exit_day:
        found.append((outcome, exit_day))
        if exit_day <= AS_OF:
            came = "came_kept" if is_in_time else "came_missed"
    found.append((came, received))
    return found


class Books:
    """Everything that is counted."""

    def __init__(self) -> None:
        self.form = Tally()
        self.indicators = Tally()
        # By the rules that agree on a dossier, and unit: mostly all of them do, which spares counting it five times.
        self.on_time = Tally()
        self.totals: dict[str, int] = defaultdict(int)
        self.registers = RegisterBooks()
        # Code and day of a few dossiers of the commune with a paper book.
        self.also_on_paper: list[tuple[str, date]] = []

    def enter(self, dossier: Dossier, known: Known | None) -> None:
        """Count a dossier as the exports show it in the end."""
        source = dossier.source
        if known is None:
            self.totals[f"quarantined_only_{source}"] += 1
            return
        self.totals[f"dossiers_{source}"] += 1
        if known.is_gone:
            self.totals[f"gone_{source}"] += 1
            return
        case = case_of(dossier, known)
        verdicts = {rule: judge(case) for rule, judge in RULES.items()}
        agreed: dict[Verdict, tuple[str, ...]] = {}
        for rule, verdict in verdicts.items():
            agreed[verdict] = (*agreed.get(verdict, ()), rule)
        received = case.received and case.received.date()
        unit = known.step.unit
        for verdict, rules in agreed.items():
            found = happenings(received, verdict)
            self.on_time.add((rules, unit), *found)
            if "II06_DATE" in rules:
                self._enter_form(dossier, unit, found)
        self._enter_totals(dossier, case, verdicts)
        if unit == PAPER_KEEPER and received and len(self.also_on_paper) < ALSO_ON_PAPER:
            self.also_on_paper.append((dossier.code, received))

    def received(self, unit: str, first: date, last: date) -> int:
        """How many dossiers of a unit the system has from one day to another."""
        return self.indicators.running([("online_received", unit)], "denominator").between(first, last)

    def _enter_form(self, dossier: Dossier, unit: str, found: list[Event]) -> None:
        """Count what goes by the rule of the form alone: the form itself, and what came online."""
        is_online = dossier.channel == "online"
        receiving = COUNTER.code if dossier.source == "igate" else unit
        counted = []
        for event, day in found:
            if event == "excluded":
                self.indicators.add(("online_received", receiving), (event, day))
                self.indicators.add(("online_resolved", unit), (event, day))
            elif event in CAME:
                counted.append(("received_online" if is_online else "received_other", day))
                self._rate("online_received", receiving, day, is_online)
            elif event in FORM_EVENTS:
                counted.append((event, day))
                if event in OUTCOMES:
                    self._rate("online_resolved", unit, day, is_online)
        self.form.add((unit, dossier.procedure.field), *counted)

    def _enter_totals(self, dossier: Dossier, case: Case, verdicts: dict[str, Verdict]) -> None:
        """Count what may be good to know of the whole district, by the rule of the form."""
        outcome, end, *_ = verdicts["II06_DATE"]
        if outcome == "excluded":
            self.totals[f"excluded_{dossier.source}"] += 1
            return
        self.totals["open" if outcome == "open" else "resolved"] += 1
        self.totals["resolved_late"] += outcome == "late"
        self.totals["late_by_timestamp_only"] += outcome != "late" and verdicts["TIMESTAMP"][0] == "late"
        self.totals["finished_before_received"] += end is not None and end.date() < case.received.date()
        self.totals["without_due_date"] += case.due is None
        self.totals["original_due_moved"] += case.original != case.due and case.original is not None
        if case.supplements:
            self.totals["supplemented"] += 1
            self.totals["supplemented_twice"] += case.supplements > 1

    def _rate(self, indicator: str, unit: str, day: date, is_hit: bool) -> None:
        """Count one into a rate."""
        if is_hit:
            self.indicators.add((indicator, unit), ("denominator", day), ("numerator", day))
        else:
            self.indicators.add((indicator, unit), ("denominator", day))

    def enter_document(self, unit: str, day: date, is_electronic: bool, is_only_signed: bool | None) -> None:
        """Count a document that stands in the denominator; None where nobody tells of paper and signature."""
        self.totals["documents_electronic"] += is_electronic
        self.totals["documents_only_signed"] += bool(is_only_signed)
        self._rate("edoc_any", unit, day, is_electronic)
        self._rate("edoc_only_signed", unit, day, bool(is_only_signed))
        if is_only_signed is None:
            self.indicators.add(("edoc_only_signed", unit), ("unknown", day))

    def enter_excluded_document(self, unit: str, day: date) -> None:
        """Count a document that is left out on a ground."""
        self.totals["documents_excluded"] += 1
        for indicator in DOCUMENT_INDICATORS:
            self.indicators.add((indicator, unit), ("excluded", day))

    def enter_logged_document(self, unit: str, day: date, is_electronic: bool) -> None:
        """Count a document of which only the log is there: nobody knows what was left out, or went on paper."""
        self.totals["documents_without_register"] += 1
        for indicator in DOCUMENT_INDICATORS:
            self.indicators.add((indicator, unit), ("logged", day))
        if is_electronic:
            self.indicators.add(("edoc_any", unit), ("numerator", day))

    def write(self, folder: Path) -> None:
        """Sum everything up into periods and write it down."""
        years = targets.Years()
        write_csv(folder / "indicator_value.csv", INDICATOR_HEADER, years.noting(self._indicator_rows()))
        write_csv(folder / "target_status.csv", targets.HEADER, years.rows())
        write_csv(folder / "form_ii06a.csv", FORM_HEADER, self._form_rows())
        write_csv(folder / "totals.csv", "name,value", sorted(self.totals.items()))

    def _indicator_rows(self) -> Iterator[list]:
        for rule in RULES:
            yield from self._on_time_rows(rule)
        spans = periods()
        for indicator, rule, basis in INDICATORS:
            for unit, names, members in scopes():
                numerator, denominator, excluded, logged, unknown = (
                    self.indicators.running([(indicator, code) for code in members], count)
                    for count in ("numerator", "denominator", "excluded", "logged", "unknown")
                )
                for period in spans:
                    counts = [numerator.within(period), denominator.within(period), excluded.within(period)]
                    status = "ok"
                    if unknown.within(period):
                        # Nor does anybody know the share, where one document is not told of.
                        counts[:2], status = ["", ""], "missing_data"
                    elif logged.within(period):
                        # One denominator that nobody knows makes that of the sum unknown too.
                        counts[1], status = "", "missing_denominator"
                    elif not any(counts):
                        continue
                    for scope in names:
                        yield [indicator, rule, basis, unit.code, scope, *_columns(period), *counts, status, 0, 0]
        yield from self.registers.rows(self.received)

    def _on_time_rows(self, rule: str) -> Iterator[list]:
        """The share on time under a rule, on every basis."""
        spans = periods()
        agreed = {rules for rules, _ in self.on_time.days if rule in rules}
        for unit, names, members in scopes():
            keys = [(rules, code) for rules in agreed for code in members]
            sums = {event: self.on_time.running(keys, event) for event in ON_TIME_EVENTS}
            for period in spans:
                excluded = sums["excluded"].within(period)
                # One dossier of which nobody knows whether it counts makes the sum unknown.
                is_unknown = sums["unknown_came"].by(period.end) > sums["unknown_left"].by(period.start - timedelta(1))
                for basis, share in _shares(sums, period).items():
                    if is_unknown:
                        counts = ["", "", excluded, "missing_data"]
                    elif any(share) or excluded:
                        counts = [*share, excluded, "ok"]
                    else:
                        continue
                    for scope in names:
                        yield ["on_time", rule, basis, unit.code, scope, *_columns(period), *counts, 0, 0]

    def _form_rows(self) -> Iterator[list]:
        spans = periods()
        for unit, names, members in scopes():
            for field, fields in [*((code, [code]) for code in FIELDS), ("ALL", list(FIELDS))]:
                keys = [(code, part) for code in members for part in fields]
                sums = {count: self.form.running(keys, count) for count in (*RECEIPTS, *FORM_EVENTS)}
                if all(running.sums is None for running in sums.values()):
                    continue
                for period in spans:
                    row = _form_row(sums, period)
                    if any(row):
                        # The form is of the units as they were then.
                        for scope in names:
                            if scope != "todays_map":
                                yield [unit.code, scope, field, *_columns(period), *row]


def _form_row(sums: dict[str, Running], period: Period) -> list[int]:
    """The numbers of form II.06a for a period."""
    received, other, *resolved = (sums[count].within(period) for count in FORM_COUNTS)
    carried = _stock(sums, RECEIPTS, period.start - timedelta(1))
    overdue = _overdue(sums, period.end)
    return [received, other, carried, *resolved, _stock(sums, RECEIPTS, period.end) - overdue, overdue]


def _shares(sums: dict[str, Running], period: Period) -> dict[str, tuple[int, int]]:
    """Numerator and denominator of the share on time in a period, by basis."""
    within = {event: running.within(period) for event, running in sums.items()}
    in_time = within["early"] + within["on_time"]
    offered = _stock(sums, CAME, period.start - timedelta(1)) + sum(within[event] for event in CAME)
    still_in_time = _stock(sums, CAME, period.end) - _overdue(sums, period.end)
    return {
        "resolved": (in_time, in_time + within["late"]),
        "due_in_period": (within["due_kept"], within["due_kept"] + within["due_missed"]),
        "received_and_carried": (in_time + still_in_time, offered),
        "one_minus_late": (offered - within["late"], offered),
        "cohort": (within["came_kept"], within["came_kept"] + within["came_missed"]),
    }


def _stock(sums: dict[str, Running], entries: Iterable[str], day: date) -> int:
    """How many were in the stock at the end of a day."""
    return sum(sums[entry].by(day) for entry in entries) - sum(sums[outcome].by(day) for outcome in OUTCOMES)


def _overdue(sums: dict[str, Running], day: date) -> int:
    """How many of these were overdue."""
    return sums["became_overdue"].by(day) - sums["left_overdue"].by(day)


def _columns(period: Period) -> list:
    return [period.calendar, period.kind, period.start, period.end]


def case_of(dossier: Dossier, known: Known) -> Case:
    """What the rules may go by: no more than the source tells."""
    step = known.step
    original = (step.original_due or step.due) if dossier.source in TELLS_ORIGINAL_DUE else None
    promised = (step.received, step.due, step.finished, known.since, dossier.procedure.days, original)
    return Case(step.status, *promised, step.supplements, step.requested, step.completed)


def file_rows(system: System) -> Iterator[list]:
    """How the files of a system are taken."""
    for export in system.exports:
        yield [system.name, export.path.name, export.rows, *export.taken.values()]


def write_csv(path: Path, header: str, rows: Iterable[Iterable]) -> None:
    """Write a small table."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        handle.write(header + "\n")
        csv.writer(handle, lineterminator="\n").writerows(rows)
