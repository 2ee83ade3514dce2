"""Which source a file is of: told by its header, and between equals by its name."""

import re
import tempfile
from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path

from transforms.errors import FileRefusedError, refused
from transforms.intake.csv_text import find_delimited_head
from transforms.intake.encodings import as_utf8
from transforms.intake.formats import BINARY, out_of_archive, read_grids, refuse_other_format
from transforms.intake.headers import Head, find_columns, known_count
from transforms.intake.several import find_heads
from transforms.intake.table import Grid
from transforms.profiles import Profile

_START = 1 << 20
"""So much of a delimited file (bytes, an even number for UTF-16) holds its header."""
_FEWEST_KNOWN = 2
"""With fewer known headers, likeness to a profile is chance."""


def recognise(path: Path, name: str, profiles: Collection[Profile], scratch: Path) -> Profile:
    """The profile whose needed columns the file has; of several the one that knows most of its headers.

    A register needs so few columns that a list of dossiers may have them as well: where a profile of another kind knows more
    headers, though a column that it needs is missing, the file is one of those and refused.
    Where that leaves several, the file's name may decide: that it says what they look for in names, that they would pull it.
    FileRefusedError names those that still fit equally well; where none fits, the nearest and what is missing for it.
    """
    with tempfile.TemporaryDirectory(dir=scratch, prefix="recognising-") as own:
        heads = _heads(path, name, profiles, Path(own))
    ranked = [
        ((known_count(head.headers, profile), _says_what_it_looks_for(name, profile), _would_pull(name, profile)), profile)
        for profile, head in heads
        if isinstance(head, Head)
    ]
    lacking = [(profile, row) for profile, row in heads if not isinstance(row, Head)]
    if not ranked:
        raise _unlike_any(lacking, name)
    highest = max(rank for rank, _ in ranked)
    best = [profile for rank, profile in ranked if rank == highest]
    most_known, *_ = highest
    kinds = {profile.kind for profile in best}
    if nearer := [(p, row) for p, row in lacking if p.kind not in kinds and known_count(row, p) > most_known]:
        raise _unlike_any(nearer, name)
    if len(best) > 1:
        raise _like_several(best, name)
    return best[0]


def _heads(path: Path, name: str, profiles: Collection[Profile], scratch: Path) -> list[tuple[Profile, Head | list[str]]]:
    """The header that each profile finds, or the row that it finds most like one.

    A profile for which the file is unreadable finds nothing; where that is every one, the first that takes its format says why.
    """
    path, kind, _ = out_of_archive(path, name, scratch)
    if kind == "csv":
        path = _start_of(path, scratch)
    grids: dict[str, list[Grid]] = {}
    heads, refusals = [], []
    # A profile of another format has nothing to say of the file, unless all are.
    for profile in [profile for profile in profiles if profile.format.type in ("auto", kind)] or profiles:
        try:
            refuse_other_format(kind, name, profile)
            text, encoding = (path, "") if kind in BINARY else as_utf8(path, name, profile, scratch)
            if kind == "csv":
                found = [find_delimited_head(text, profile, name)[1]]
            else:
                grids[encoding] = grids.get(encoding) or read_grids(text, kind, name, scratch)
                found = find_heads(grids[encoding], profile)
        except FileRefusedError as refusal:
            refusals.append(refusal)
        else:
            heads.append((profile, max(found, key=lambda head, profile=profile: _likeness(head, profile), default=[])))
    if refusals and not heads:
        raise refusals[0]
    return heads


def _start_of(path: Path, scratch: Path) -> Path:
    """A copy of the first rows, which are decoded once a profile."""
    copy = scratch / f"start-{path.name}"
    with path.open("rb") as file:
        copy.write_bytes(file.read(_START))
    return copy


def _likeness(head: Head | list[str], profile: Profile) -> tuple[bool, int]:
    is_head = isinstance(head, Head)
    return is_head, known_count(head.headers if is_head else head, profile)


def _says_what_it_looks_for(name: str, profile: Profile) -> bool:
    patterns = (profile.exported_at.file_name, profile.covers.month_in_file_name, profile.covers.range_in_file_name)
    return any(pattern and re.search(pattern, name) for pattern in patterns)


def _would_pull(name: str, profile: Profile) -> bool:
    return profile.pull is not None and fnmatchcase(name, profile.pull.pattern)


def _like_several(profiles: list[Profile], name: str) -> FileRefusedError:
    listed = ", ".join(profile.source for profile in profiles)
    return refused(
        name,
        f"hàng tên cột hợp với nhiều nguồn như nhau ({listed}). Hãy chép tệp vào thư mục riêng của nguồn, hoặc chỉ rõ --source",
        f"its header fits several sources equally well ({listed}). Put it into the source's own folder, or name it by --source",
    )


def _unlike_any(heads: list[tuple[Profile, list[str]]], name: str) -> FileRefusedError:
    """The refusal of a file that no profile fits; what is in its cells is said only where they are a header for sure."""
    profile, row = max(heads, key=lambda found: known_count(found[1], found[0]), default=(None, []))
    if profile is None or known_count(row, profile) < _FEWEST_KNOWN:
        known = ", ".join(profile.source for profile, _ in heads) or "—"
        return refused(
            name,
            f"không tìm thấy hàng tên cột của nguồn nào đã khai báo ({known}). Nếu là tệp của một hệ thống mới thì cần khai báo "
            "nguồn trong config/sources",
            f"no header of any declared source is found in it ({known}). If it comes from a new system, declare that in "
            "config/sources",
        )
    try:
        find_columns(row, profile, name)
    except FileRefusedError as missing:
        return FileRefusedError(
            f"{missing.vi} Nguồn gần giống nhất là {profile.source} ({profile.title}).",
            f"{missing.en} The nearest source is {profile.source} ({profile.title}).",
        )
    raise AssertionError(row)
