"""Writes the made-up district into a home: reference tables, exports, and the books that say what they amount to."""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random

from demo.books import FILES_HEADER, Books, file_rows, write_csv
from demo.calendar import AS_OF
from demo.dirt import Dirt, repeat_refused
from demo.documents import MonthFile, write_documents
from demo.edits import Edits
from demo.exports import System
from demo.intake import decided
from demo.layouts import LAYOUTS
from demo.reference import write_reference
from demo.registers import write_registers
from demo.sheets import SavedFile

# Source, which of its exports, after how many further ones it arrives.
LATE_ARRIVALS = {("igate", 8): 1, ("tandan", 20): 2, ("tandan", 41): 1}
# Source, which of its exports somebody saves twice.
REPEATED = {("igate", 5), ("tandan", 30)}
LEAST_DOCUMENTS = 60
TAKEN = ("recorded", "unchanged", "duplicate", "quarantined")


def save_again(path: Path) -> Path:
    """Copy a file under the name that a browser gives to a second download."""
    return Path(shutil.copyfile(path, path.with_stem(f"{path.stem} (1)")))


def arrivals(systems: Iterable[System], others: Iterable[MonthFile | SavedFile]) -> Iterator[list]:
    """In which night each file arrives, a few of them late and a few of them twice."""
    for system in systems:
        for number, export in enumerate(system.exports):
            key = (system.name, number)
            night = export.exported_at.date()
            if key in LATE_ARRIVALS:
                night = system.exports[number + LATE_ARRIVALS[key]].exported_at.date() + timedelta(1)
            yield [night, system.name, export.path.name]
            if key in REPEATED:
                yield [night + timedelta(1), system.name, save_again(export.path).name]
    for file in others:
        yield [file.exported, file.source, file.path.name]


def write_demo(home_root: Path, dossiers: int = 60_000, seed: int = 2020) -> dict:
    """Write the whole demo: the same seed gives the same bytes."""
    inbox, truth = home_root / "data" / "inbox", home_root / "truth"
    truth.mkdir(parents=True, exist_ok=True)
    write_reference(home_root / "config" / "reference")
    books, planted, edits = Books(), Counter(), Edits(dossiers)
    rng = Random(seed)
    with ExitStack() as stack:
        systems = {layout.folder: System(layout, inbox, stack) for layout in LAYOUTS}
        dirt = {source: Dirt(rng, planted, source) for source in systems}
        for dossier in decided(dossiers, rng, planted):
            system = systems[dossier.source]
            clean = system.showings(dossier.steps)
            showings = dirt[dossier.source].soil(clean)
            # What dirt got into stays as it is, so that one thing at a time is wrong with a dossier.
            if showings == clean and (edit := edits.edit(dossier)):
                listed = range(edit.first_export, edit.last_export + 1)
                showings = [row for row in system.showings(dossier.steps) if row.export in listed]
            if system.layout.is_delta:
                showings = repeat_refused(showings)
            books.enter(dossier, system.write(dossier, showings))
    documents = write_documents(inbox, max(dossiers // 3, LEAST_DOCUMENTS), seed, books)
    registers = write_registers(inbox, seed, books)

    books.totals.update({f"planted_{name}": count for name, count in planted.items()})
    books.write(truth)
    nights = sorted(arrivals(systems.values(), [*documents, *registers]))
    write_csv(truth / "arrivals.csv", "night,source,file", nights)
    taken = [row for system in systems.values() for row in file_rows(system)]
    documents.sort(key=lambda file: (file.source, file.exported))
    taken += [[file.source, file.path.name, file.rows, file.rows, 0, 0, 0] for file in documents]
    taken += [[file.source, file.path.name, file.rows, *(file.taken[way] for way in TAKEN)] for file in registers]
    write_csv(truth / "files.csv", FILES_HEADER, taken)
    write_csv(truth / "review_signal.csv", "signal_id,dossier_code,is_signal,lawful_reason,changes_rate", edits.rows())
    facts = {"seed": seed, "dossiers": dossiers, "as_of": AS_OF.isoformat()}
    (truth / "demo.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return {"files": len(nights), "dossiers": dossiers, "documents": books.totals["documents"]}
