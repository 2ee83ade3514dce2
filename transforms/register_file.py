"""A register as an office keeps it, a CSV file: read with the office's own columns, written whole by one step."""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

Row = dict[str, str]


def read_register_file(path: Path, needed: Sequence[str]) -> tuple[list[str], list[Row]]:
    """The columns and rows that are there, an office's own columns with them, and the ``needed`` ones though they be empty."""
    if not path.exists():
        return list(needed), []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = list(dict.fromkeys([*(reader.fieldnames or []), *needed]))
        return columns, [dict.fromkeys(columns, "") | {column: cell.strip() for column, cell in row.items()} for row in reader]


def register_text(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """A register as it is written, with the byte order mark and the line ends of the file that it replaces."""
    was = path.read_bytes() if path.exists() else b""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\r\n" if b"\r\n" in was else "\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig" if was.startswith(b"\xef\xbb\xbf") else "utf-8")


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole beside the old one, then put it in its place by one step."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
