"""Whom a document goes to, as a register of outgoing documents writes it in one cell: units, groups of units, and others."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from transforms.reference import NOBODY, OUTSIDE, MembersOf

SEPARATOR = "|"
"""Parts the members of a list that is kept as one text."""
_ENDS = re.compile(r"[;\n\r]+")
_REMARK = re.compile(r"\([^)]*\)")
_AROUND = " \t\u00a0-–—+•*.,:"


class Recipients(NamedTuple):
    """The recipients that are units, by code, or kinds of units, as ``@kind``; and how many are outside the office, or not known.

    ``members`` is null where there are none.
    """

    members: str | None
    outside_count: int
    unknown_count: int


def recipients_in(cell: str, members_of: MembersOf) -> Recipients:
    """Take a cell apart: “- Các phòng, ban; - UBND các xã, thị trấn (để thực hiện); - Lưu: VT, NV.”

    A recipient ends at a semicolon or a line. A comma may part recipients or stand in the name of a group. Bullets and remarks
    in brackets belong to no name.
    """
    found: set[str] = set()
    outside_count = unknown_count = 0
    for piece in _ENDS.split(_REMARK.sub(" ", cell)):
        for members in _known_in([part for text in piece.split(",") if (part := text.strip(_AROUND))], members_of):
            if members is None:
                unknown_count += 1
            elif members == OUTSIDE:
                outside_count += 1
            else:
                found.update(members.split() if members.startswith("@") else [members])
    return Recipients(SEPARATOR.join(sorted(found)) or None, outside_count, unknown_count)


def _known_in(parts: list[str], members_of: MembersOf) -> Iterator[str | None]:
    """What the parts between commas stand for, as many of them together as have one name; nobody stands for nothing."""
    while parts:
        together = ((n, members_of(", ".join(parts[:n]), as_whole=True)) for n in range(len(parts), 1, -1))
        count, members = next(((n, found) for n, found in together if found), (1, members_of(parts[0])))
        parts = parts[count:]
        if members == NOBODY:
            # Who keeps the copy goes on behind the comma: “Lưu: VT, NV”.
            while parts and members_of(parts[0]) is None:
                parts = parts[1:]
        else:
            yield members
