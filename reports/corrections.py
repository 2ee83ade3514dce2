"""What accepted corrections replaced in a dossier: both values, wherever dossiers are listed."""

from typing import Any

import duckdb

from reports.numbers import date
from reports.words import STATUSES, Said

CORRECTIONS = ("corrected_columns", "source_due_at", "source_finished_at", "source_status", "correction_document")
_WORDS: dict[str, Said] = {
    "due_at": ("hạn", "due"),
    "finished_at": ("kết thúc", "ended"),
    "status": ("trạng thái", "status"),
}


def corrections_in(con: duckdb.DuckDBPyConnection, mart: str) -> str:
    """The select list of CORRECTIONS from a ``mart`` of dossiers; null in a release of a program that knew no corrections."""
    held = {name for (name,) in con.execute(f"select column_name from (describe {mart})").fetchall()}
    return ", ".join(name if name in held else f"null::varchar as {name}" for name in CORRECTIONS)


def correction_words(dossier: dict[str, Any]) -> Said | None:
    """What was corrected, and by what: «đính chính theo 45/UBND-VP: hạn 17/08/2020 → 21/08/2020»; None where nothing was."""
    if not dossier["corrected_columns"]:
        return None
    columns = dossier["corrected_columns"].split(", ")
    vi, en = (
        ", ".join(f"{_WORDS[c][n]} {_value(dossier[f'source_{c}'], n)} → {_value(dossier[c], n)}" for c in columns) for n in (0, 1)
    )
    document = dossier["correction_document"]
    return f"đính chính theo {document}: {vi}", f"corrected by {document}: {en}"


def _value(value: Any, language: int) -> str:
    return "–" if value is None else date(value) if hasattr(value, "day") else STATUSES[value][language]
