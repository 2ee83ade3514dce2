"""Messages of a system's interface, a JSON object a line, become a grid: a column for each field, a row for each dossier."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from transforms.errors import FileRefusedError, refused
from transforms.intake.table import Grid, Row

_DOSSIERS = "data"
"""Where the message that is sent holds its dossiers; a line may also be a dossier itself."""
_ENDS_OF = {"DanhSachHoSoBoSung": ("NgayBoSung", "NgayTiepNhanBoSung", "NgayHenTraTruoc", "NgayHenTraMoi")}
"""Lists of which the first and the last entry are told, by these fields; the first of them, a date that sorts as text, orders."""
_MOVED = {"NgayHenTra": ("DanhSachHoSoBoSung.last.NgayHenTraTruoc", "DanhSachHoSoBoSung.last.NgayHenTraMoi")}
"""Days that a supplement moves, with what it says of the day before and after; systems keep either of them in the field."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json_lines(path: Path, name: str) -> list[Grid]:
    """One grid of all dossiers of a file in UTF-8; FileRefusedError names the line that is no JSON object.

    A field of an object in the message is ``object.field``. A list is ``list.count``; one whose ends are told also gives
    ``list.first.field`` (of the first entry that says it) and ``list.last.field`` (of the last entry, empty where that is).
    A day that a supplement moves is ``field.before`` and ``field.after`` as well, which are the same where it was not moved.
    """
    headers = list(dict.fromkeys(field for _, dossier in _dossiers(path, name) for field in dossier))

    def rows() -> Iterator[Row]:
        yield 0, headers
        for number, dossier in _dossiers(path, name):
            yield number, [dossier.get(header, "") for header in headers]

    return [Grid(rows)]


def _dossiers(path: Path, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each dossier by its line, or, where a line holds several, by the next number that is free."""
    number = 0
    try:
        with path.open(encoding="utf-8-sig") as file:
            for line, text in enumerate(file, start=1):
                if text.strip():
                    for dossier in _dossiers_of(_message(text, line, name)):
                        number = max(line, number + 1)
                        yield number, _with_moved_days(dict(_fields(dossier)))
    except UnicodeDecodeError as error:
        raise refused(name, "không phải UTF-8. Hãy kết xuất lại", "it is not UTF-8. Export it again") from error


def _message(text: str, line: int, name: str) -> dict[str, Any]:
    try:
        # A number stays as it is written: an identity number is no quantity.
        message = json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise _no_object(line, name) from error
    if not isinstance(message, dict):
        raise _no_object(line, name)
    return message


def _dossiers_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    dossiers = message.get(_DOSSIERS)
    return dossiers if isinstance(dossiers, list) and all(isinstance(d, dict) for d in dossiers) else [message]


def _with_moved_days(fields: dict[str, str]) -> dict[str, str]:
    for field, (before, after) in _MOVED.items():
        if field in fields:
            fields |= {
                f"{field}.{when}": fields.get(told) or fields[field] for when, told in (("before", before), ("after", after))
            }
    return fields


def _fields(record: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for field, value in record.items():
        name = f"{above}{field}"
        match value:
            case dict():
                yield from _fields(value, f"{name}.")
            case list():
                yield f"{name}.count", str(len(value))
                yield from _ends(name, _ENDS_OF.get(field, ()), value)
            case None:
                yield name, ""
            case bool():
                yield name, str(value).upper()
            case _:
                yield name, _LONE_SURROGATE.sub("\ufffd", value)


def _ends(name: str, fields: Sequence[str], entries: list[Any]) -> Iterator[tuple[str, str]]:
    """What the first and the last entry say; a list without entries says that too."""
    told = [[str(entry.get(field) or "") for field in fields] for entry in entries if isinstance(entry, dict)]
    told.sort()
    for at, field in enumerate(fields):
        yield f"{name}.first.{field}", next((entry[at] for entry in told if entry[at]), "")
        yield f"{name}.last.{field}", told[-1][at] if told else ""


def _no_object(line: int, name: str) -> FileRefusedError:
    return refused(
        name,
        f"dòng {line} không phải một đối tượng JSON trọn vẹn; mỗi dòng cần đúng một bản tin {{…}}. Hãy kết xuất lại",
        f"line {line} is no whole JSON object; each line needs to be one message {{…}}. Export it again",
    )
