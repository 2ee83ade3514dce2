"""Landing: a file is kept under the SHA-256 of the bytes that came, with a row in the ledger."""

import hashlib
import json
import os
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import BinaryIO, get_args
from zoneinfo import ZoneInfo

import duckdb

from transforms.duck import needing_room, quoting_no_cell
from transforms.errors import ConfigError, FileRefusedError
from transforms.keeping import CHUNK, SUFFIXES, Keeping, strip, writer
from transforms.profiles import CoveredBy, Profile

ARRIVING = ".arriving"
"""The folder below raw for copies that are not in their place yet."""
SIDECAR_SUFFIX = ".meta.json"
"""A small JSON file beside an export may say what its name does not; its keys are those of SIDECAR_KEYS."""
SIDECAR_KEYS = ("exported_at", "covers_from", "covers_to", "covers_by", "accept", "reason")
"""Days and times are in ISO form; ``accept`` lists the file rules that the file may break, for a ``reason``."""
RESULT_SUFFIX = ".ket-qua.txt"
"""Beside a dropped file: what became of it."""
ERRORS_SUFFIX = ".loi.xlsx"
"""Beside a dropped file: which of its rows were kept out."""
_BESIDE = (SIDECAR_SUFFIX, RESULT_SUFFIX, ERRORS_SUFFIX, ".part", ".partial", ".tmp", ".crdownload")
_LITTER = ("Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Said:
    """What is said of a file from outside it: by an option or a sidecar."""

    exported_at: datetime | None = None
    covers_from: date | None = None
    covers_to: date | None = None
    by: str = "option"
    covers_by: str | None = None
    accept: tuple[str, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        if self.accept and not self.reason.strip():
            raise ValueError("what is accepted needs a reason")


@dataclass(frozen=True)
class Landing:
    """What became of one file: its id, whether these bytes were there already, and whether they could not be stripped."""

    file_id: str
    is_repeated: bool
    is_refused: bool = False


@dataclass(frozen=True)
class Arrived:
    """Bytes that have come: their SHA-256, their length, and the copy of them that waits for its place, if one was made."""

    file_id: str
    size: int
    copy: Path | None


def land(
    con: duckdb.DuckDBPyConnection,
    raw: Path,
    stream: BinaryIO,
    name: str,
    origin: str,
    profile: Profile,
    said: Said,
    keeping: Keeping,
) -> Landing:
    """Copy the bytes below ``raw`` and enter them in the ledger; the same bytes of the same source again change nothing."""
    return enter(con, raw, copy_in(stream, raw, keeping), name, origin, profile, said, keeping)


def copy_in(stream: BinaryIO, raw: Path, keeping: Keeping) -> Arrived:
    """Copy a stream to the disk for good, but not yet into its place. The ledger is not touched.

    What is to be stripped waits in scratch, everything else below ``raw``.
    """
    digest, size = hashlib.sha256(), 0
    target = (keeping.scratch if keeping.how == "strip" else raw) / ARRIVING / uuid.uuid4().hex
    with needing_room(raw):
        target.parent.mkdir(parents=True, exist_ok=True)
        file = target.open("wb")
    with file, ThreadPoolExecutor(max_workers=1) as hasher:
        with needing_room(raw):
            copy = writer(file, keeping)
        while chunk := stream.read(CHUNK):
            hashed = hasher.submit(digest.update, chunk)  # one core hashes while the other copies
            with needing_room(raw):
                copy.write(chunk)
            size += len(chunk)
            hashed.result()
        with needing_room(raw):
            file.flush()
            os.fsync(file.fileno())
    return Arrived(digest.hexdigest(), size, target)


def only_hash(stream: BinaryIO, size: int) -> Arrived:
    """Hash a stream that is believed to be known already."""
    return Arrived(hashlib.file_digest(stream, "sha256").hexdigest(), size, None)


def notice_restored(con: duckdb.DuckDBPyConnection, raw: Path) -> None:
    """Take pruned files whose bytes lie in their place again for ones that can be read."""
    removed = con.execute("select source, file_id, stored_as from landed_file where raw_removed_at is not null").fetchall()
    for source, file_id, stored_as in removed:
        if (raw / stored_as).is_file():
            con.execute("update landed_file set raw_removed_at = null where source = $1 and file_id = $2", [source, file_id])


def forget(con: duckdb.DuckDBPyConnection, source: str, file_id: str) -> None:
    """Take some bytes out of a ledger that is a copy, so that they can come as if they never had."""
    con.execute("delete from landed_file where source = $1 and file_id = $2", [source, file_id])


def enter(
    con: duckdb.DuckDBPyConnection,
    raw: Path,
    arrived: Arrived,
    name: str,
    origin: str,
    profile: Profile,
    said: Said,
    keeping: Keeping,
) -> Landing:
    """Put a copy in its place and its file in the ledger; a copy of what is there already goes away again.

    Of a file that cannot be stripped nothing is kept. It is refused, and tried again when it comes once the profile has changed.
    """
    known = con.execute(
        "select stored_as <> '' or (kept = $3 and profile_hash = $4) from landed_file where source = $1 and file_id = $2",
        [profile.source, arrived.file_id, keeping.how, profile.fingerprint],
    ).fetchall()
    if known and known[0][0]:
        if arrived.copy:
            arrived.copy.unlink()
        _take_what_was_missing(con, arrived.file_id, name, profile, said)
        return Landing(arrived.file_id, is_repeated=True)
    landed_at = datetime.now().astimezone()
    try:
        kept = _put_in_place(con, raw, arrived, name, profile, said, keeping, landed_at.date()) | {"outcome": "landed"}
    except FileRefusedError as refused:
        kept = {
            "stored_as": "",
            "outcome": "refused",
            "profile_hash": profile.fingerprint,
            "message_vi": f"{refused.vi} Tệp không được cất (raw: strip); sửa xong hãy đưa tệp vào lại.",
            "message_en": f"{refused.en} The file was not kept (raw: strip); hand it in again once that is mended.",
        }
    exported_at, exported_at_from = _export_time(name, profile, said)
    row = kept | {
        "file_id": arrived.file_id,
        "source": profile.source,
        "kind": profile.kind,
        "file_name": name,
        "origin": origin,
        "kept": keeping.how,
        "byte_count": arrived.size,
        "delivery": profile.delivery,
        "exported_at": exported_at,
        "exported_at_from": exported_at_from,
        "landed_at": landed_at.isoformat(),
        **dict(zip(_SAID_COLUMNS, _said_of_it(said), strict=True)),
    }
    con.execute(f"insert or replace into landed_file ({', '.join(row)}) values ({', '.join(f'${c}' for c in row)})", row)
    return Landing(arrived.file_id, is_repeated=False, is_refused=kept["outcome"] == "refused")


def _put_in_place(
    con: duckdb.DuckDBPyConnection,
    raw: Path,
    arrived: Arrived,
    name: str,
    profile: Profile,
    said: Said,
    keeping: Keeping,
    day: date,
) -> dict[str, str | None]:
    """Move what is kept of a file to where it stays, and say what the ledger knows of it."""
    copy, format_received = arrived.copy, None
    if keeping.how == "strip":
        copy = raw / ARRIVING / arrived.copy.name
        try:
            with needing_room(raw), quoting_no_cell(name):
                copy.parent.mkdir(parents=True, exist_ok=True)
                format_received = strip(con, arrived.copy, name, profile, copy, keeping.scratch, said.accept)
        finally:
            arrived.copy.unlink()
    stored = Path(
        profile.source, profile.kind, f"{day:%Y-%m-%d}", f"{arrived.file_id}{Path(name).suffix.lower()}{SUFFIXES[keeping.how]}"
    )
    with needing_room(raw), copy.open("rb") as file:
        stored_hash = arrived.file_id if keeping.how == "keep" else hashlib.file_digest(file, "sha256").hexdigest()
        (raw / stored).parent.mkdir(parents=True, exist_ok=True)
        copy.replace(raw / stored)
    return {"stored_as": stored.as_posix(), "stored_hash": stored_hash, "format_received": format_received}


_SAID_COLUMNS = ("said_covers_from", "said_covers_to", "said_covers_by", "said_by", "accepted_rules", "accepted_reason")


def _said_of_it(said: Said) -> list[object]:
    """What is said of a file's coverage and of the rules that it may break, and by whom, as the ledger keeps it."""
    covers, accepted = (said.covers_from, said.covers_to, said.covers_by), ",".join(sorted(said.accept)) or None
    return [*covers, said.by if any((*covers, accepted)) else None, accepted, said.reason or None]


def _take_what_was_missing(con: duckdb.DuckDBPyConnection, file_id: str, name: str, profile: Profile, said: Said) -> None:
    """Let a file be read again, once its name, an option or a sidecar says of it what nothing said before.

    What is said later of what it covers, or accepts, counts for a recorded file as for a refused one. A sidecar lies there
    every night, and changes nothing of what an option said.
    """
    exported_at, exported_at_from = _export_time(name, profile, said)
    con.execute(
        """update landed_file set outcome = 'landed', file_name = case outcome when 'refused' then $3 else file_name end,
               exported_at = coalesce(exported_at, $4), exported_at_from = coalesce(exported_at_from, $5),
               said_covers_from = coalesce($6, said_covers_from), said_covers_to = coalesce($7, said_covers_to),
               said_covers_by = coalesce($8, said_covers_by), said_by = coalesce($9, said_by),
               accepted_rules = coalesce($10, accepted_rules), accepted_reason = coalesce($11, accepted_reason)
           where source = $1 and file_id = $2 and stored_as <> ''
               and coalesce(not (said_by = 'option' and $9::varchar = 'sidecar'), true) and (
               (outcome = 'refused' and ((exported_at is null and $4::timestamp is not null) or file_name <> $3))
               or coalesce($6::date <> said_covers_from, $6::date is not null)
               or coalesce($7::date <> said_covers_to, $7::date is not null)
               or coalesce($8::varchar <> said_covers_by, $8::varchar is not null)
               or coalesce($10::varchar <> accepted_rules, $10::varchar is not null))""",
        [profile.source, file_id, name, exported_at, exported_at_from, *_said_of_it(said)],
    )


def is_beside(name: str) -> bool:
    """A sidecar, a result of ours, the lock of an open workbook, a file still on its way: none of them is an export."""
    return name.startswith(("~$", ".")) or name.endswith(_BESIDE) or name in _LITTER


def read_sidecar(text: str, name: str) -> Said:
    """What a sidecar says; ConfigError when it is not what it should be."""
    try:
        content = json.loads(text)
        if unknown := sorted(content.keys() - set(SIDECAR_KEYS)):
            raise ValueError(f"{unknown[0]} is no key of a sidecar")
        exported_at = content.get("exported_at")
        covers_from, covers_to = content.get("covers_from"), content.get("covers_to")
        covers_by = content.get("covers_by")
        if covers_by not in (None, *get_args(CoveredBy)):
            raise ValueError(f"covers_by {covers_by!r} is none of {', '.join(get_args(CoveredBy))}")
        if not isinstance(content.get("accept", []), list):
            raise ValueError("accept is a list of file rules")
        return Said(
            datetime.fromisoformat(exported_at) if exported_at else None,
            date.fromisoformat(covers_from) if covers_from else None,
            date.fromisoformat(covers_to) if covers_to else None,
            by="sidecar",
            covers_by=covers_by,
            accept=tuple(content.get("accept", ())),
            reason=content.get("reason", ""),
        )
    except (ValueError, TypeError, AttributeError) as error:
        keys = ", ".join(SIDECAR_KEYS)
        raise ConfigError(
            f"{name}{SIDECAR_SUFFIX}: {error}. Cần JSON với các khóa {keys}, ngày giờ dạng ISO. Hãy sửa rồi chạy lại.",
            f"{name}{SIDECAR_SUFFIX}: {error}. JSON with the keys {keys} and days in ISO form is needed. Mend it and run again.",
        ) from error


def _export_time(name: str, profile: Profile, said: Said) -> tuple[datetime | None, str | None]:
    """When the file was exported and who says so. A day without a time counts to its end."""
    if said.exported_at is not None:
        return _local(said.exported_at, profile), said.by
    rule = profile.exported_at
    if rule.file_name and (found := re.search(rule.file_name, name)):
        try:
            moment = datetime.strptime(found["exported"], rule.time_format)
        except ValueError:
            return None, None  # reading refuses the file, since nothing says when it was exported
        if "%H" not in rule.time_format:
            moment = datetime.combine(moment.date(), time(23, 59, 59))
        return moment, "file_name"
    if rule.column is None and rule.declared is not None:
        return _local(rule.declared, profile), "declared"
    return None, None


def _local(moment: datetime, profile: Profile) -> datetime:
    """A moment with an offset on the clock of the source's zone; one without is local already."""
    return moment.astimezone(ZoneInfo(profile.zone)).replace(tzinfo=None) if moment.tzinfo else moment
