"""Writes the case systems' exports, and keeps what a careful reader takes from them."""

from bisect import bisect_left
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from demo.dirt import QUARANTINED, Showing
from demo.layouts import Layout, twin_of
from demo.life import Dossier, Step


@dataclass
class Export:
    """One export file, and how a careful reader takes its rows."""

    exported_at: datetime
    path: Path
    handle: BinaryIO = field(repr=False)
    rows: int = 0
    taken: dict[str, int] = field(default_factory=lambda: {"recorded": 0, "unchanged": 0, "duplicate": 0, "quarantined": 0})


class Known(NamedTuple):
    """What the exports tell of a dossier in the end, and which of them was the first to show its last status."""

    step: Step
    since: datetime
    is_gone: bool


class System:
    """A case system, all its exports open for writing at once."""

    def __init__(self, layout: Layout, inbox: Path, stack: ExitStack) -> None:
        self.layout = layout
        self.name = layout.folder
        self.exports: list[Export] = []
        folder = inbox / layout.folder
        folder.mkdir(parents=True, exist_ok=True)
        for moment in layout.exported_at:
            path = folder / layout.file_name.format(moment)
            # A row is encoded once, however many exports repeat it.
            handle = stack.enter_context(path.open("wb"))
            handle.write((layout.mark + layout.header + layout.line_end).encode())
            self.exports.append(Export(moment, path, handle))

    def showings(self, steps: list[Step]) -> list[Showing]:
        """In which exports a dossier stands, and in which state."""
        times = self.layout.exported_at
        firsts = [*(bisect_left(times, step.at) for step in steps), len(times)]
        rows = []
        for place, step in enumerate(steps):
            first, until = firsts[place], firsts[place + 1]
            if self.layout.is_delta:
                until = min(until, first + 1)
            rows += [Showing(export, step) for export in range(first, until)]
        return rows

    def write(self, dossier: Dossier, showings: list[Showing]) -> Known | None:
        """Write a dossier's rows and say what a careful reader then knows of it, which may be nothing."""
        known = None
        shown = line = told = content = since = None
        previous = -1
        for number, step, flaw in showings:
            export = self.exports[number]
            if step is not shown:
                # What counts of a row is all but when it came about and on which desk it lies.
                shown, line, told = step, self.layout.line(dossier, step), step[1:-1]
            if flaw in QUARANTINED:
                self._put_flawed(export, dossier, step, flaw)
                previous = number
                continue
            self._put(export, line)
            if flaw == "duplicate_row":
                self._put(export, line)
                export.taken["duplicate"] += 1
            # A row that comes back after an absence is news, whatever it says.
            is_back = previous != number - 1
            is_news = self.layout.is_delta or told != content or is_back
            export.taken["recorded" if is_news else "unchanged"] += 1
            if known is None or known.status != step.status:
                since = export.exported_at
            known, content, previous = step, told, number
        if known is None:
            return None
        return Known(known, since, not self.layout.is_delta and previous != len(self.exports) - 1)

    def _put(self, export: Export, line: bytes) -> None:
        export.rows += 1
        export.handle.write(b"%d%b" % (export.rows, line) if self.layout.is_numbered else line)

    def _put_flawed(self, export: Export, dossier: Dossier, step: Step, flaw: str) -> None:
        """Write what a careful reader refuses; a code that stands for two procedures has two such rows."""
        self._put(export, self.layout.line(dossier, step, flaw))
        export.taken["quarantined"] += 1
        if flaw == "twin_code":
            self._put(export, self.layout.line(dossier, step, procedure=twin_of(dossier.procedure)))
            export.taken["quarantined"] += 1
