"""Spellings of words, units and procedures that no table knows, each with the nearest known one; never a person's name."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import duckdb

from transforms.labels import header_key, nearest, nfc
from transforms.profiles import Profile
from transforms.reference import Names

_LISTED = 50
"""So many spellings of a column are looked up; more of them rather mean another column than missing names."""
_ALIKE = 0.75
"""From this likeness on, of 1, a spelling is taken for a slip in a known name, and can be shown."""
_OFFICIAL = re.compile(
    r"^(ubnd|uy ban|hdnd|van phong|phong|so|ban|chi cuc|chi nhanh|cuc|cong an|trung tam|bo phan|trung hoc|truong|tram|benh vien"
    r"|bao hiem|kho bac|thanh tra|doi|hat|toa an|vien|dang ky|cap|thu tuc|xac nhan|thanh lap|gia han|chuyen|cong nhan|giai quyet"
    r"|ho tro|dieu chinh|thay doi|chung thuc|xoa|dinh chinh)\b"
)
"""How units and procedures begin; a person's name in a shifted column does not."""
_WORD = re.compile(r"^(da|dang|cho|chua|yeu cau|bo sung|tu choi|khong|truc tiep|truc tuyen|qua|hoan thanh)\b")
_NEXT_PART = re.compile(r"\s*[-–(,:;/|].*", re.DOTALL)
"""Behind a unit some systems write its officer."""


@dataclass(frozen=True)
class Unknown:
    """A spelling that no table knows, as it stands in the column of one file, and in how many rows."""

    column: str
    written: str
    row_count: int


@dataclass(frozen=True)
class UnknownName:
    """What of it can be shown: ``written`` is None where it may be a person's name; ``nearest`` are known names, best first."""

    column: str
    written: str | None
    row_count: int
    nearest: list[str]


def list_unknown(con: duckdb.DuckDBPyConnection, profile: Profile, not_data: Collection[int]) -> list[Unknown]:
    """The unknown spellings of the file that stands in ``text_row``, those of most rows first."""
    found = []
    for column in profile.entity.columns:
        if column.name in profile.columns and column.role in ("word", "unit", "procedure"):
            text = f"{column.name}_text"
            spellings = con.execute(
                f"""select {text}, count(*) from text_row
                    where trim({text}) <> '' and {text} not in (select raw from name_{column.name})
                        and not list_contains($1::bigint[], rowid)
                    group by 1 order by 2 desc, 1 limit {_LISTED}""",
                [sorted(not_data)],
            ).fetchall()
            found += [Unknown(column.name, nfc(written), count) for written, count in spellings]
    return found


def unknown_names(unknown: Sequence[Unknown], profile: Profile, names: Names) -> list[UnknownName]:
    """What a person who mends the tables needs to know of each unknown spelling of a file."""
    roles = {column.name: column.role for column in profile.entity.columns}
    known = {
        "word": lambda column: [word for words in profile.words.get(column, {}).values() for word in words],
        "unit": lambda _: names.unit_names,
        "procedure": lambda _: names.procedure_names,
    }
    found = []
    for each in unknown:
        near = nearest(each.written, known[roles[each.column]](each.column))
        written = _what_can_be_shown(each.written, near, _WORD if roles[each.column] == "word" else _OFFICIAL)
        found.append(UnknownName(each.column, written, each.row_count, near if written else []))
    return found


def _what_can_be_shown(written: str, near: Sequence[str], usual: re.Pattern[str]) -> str | None:
    """The whole of a slip in a known name; of what begins as such names do, its first part; of anything else nothing."""
    key = header_key(written)
    if any(SequenceMatcher(None, key, header_key(name)).ratio() >= _ALIKE for name in near):
        return written
    return _NEXT_PART.sub(" …", written) if usual.match(key) else None
