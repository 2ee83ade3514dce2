"""What a file covers decides what its silence means; said by an option, a sidecar, its titles, its name or its profile.

Who is most explicit wins, in that order. A delta restates nothing, so that its titles say nothing of what it covers, nor does
its name unless the profile says where.
"""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, pairwise

from transforms.errors import refused
from transforms.findings import Finding
from transforms.labels import header_key, nfc
from transforms.profiles import Profile

_D = r"(\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|\d{1,2} tháng \d{1,2} năm \d{4}|\d{4}-\d{2}-\d{2})"
_RANGE = re.compile(rf"từ (?:ngày )?{_D}\s*(?:đến|tới|-|–)\s*(?:hết )?(?:ngày )?{_D}")
# The place and day of a signature hold a month too: "ngày 05 tháng 10 năm 2020".
_MONTH = re.compile(r"(?<!\d )(?<!ngày )(?<!… )\btháng (\d{1,2})\s*(?:/|-|năm)\s*(\d{4})")
_QUARTER = re.compile(r"\bquý (iv|i{1,3}|[1-4])\s*(?:/|-|năm)\s*(\d{4})")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_DAY_IN_NAME = r"(\d{8}|\d{2} \d{2} \d{4}|\d{4} \d{2} \d{2})"
_RANGE_IN_NAME = re.compile(rf"\btu(?: ngay)? {_DAY_IN_NAME} den(?: ngay)? {_DAY_IN_NAME}\b")
_LISTS = {
    "open": re.compile(r"hồ sơ (đang|chưa) (được )?(giải quyết|xử lý)"),
    "resolved": re.compile(r"hồ sơ đã (được )?(giải quyết|xử lý|trả)"),
}


@dataclass(frozen=True)
class Covers:
    """The claim of a file: ``by`` as in the profile, first and last day (None: no bound), and who says so."""

    by: str
    first: date | None
    last: date | None
    said_by: str


@dataclass(frozen=True)
class CoverageSaid:
    """What an option or a sidecar says of what a file covers; ``who`` of the two it is."""

    first: date | None = None
    last: date | None = None
    by: str | None = None
    who: str = "option"


NOTHING_SAID = CoverageSaid()


def what_it_covers(
    profile: Profile, name: str, titles: Sequence[Sequence[str]], said: CoverageSaid
) -> tuple[Covers, list[Finding]]:
    """The claim of a file, and where its titles contradict its name or profile. FileRefusedError when it is none.

    ``titles`` are those of each of its sheets.
    """
    declared = profile.covers
    in_title = range_in_sheets(titles) if profile.delivery == "snapshot" else None
    in_name = range_in_name(name, profile)
    ranges = [
        (said.who, said.first, said.last),
        ("title", *(in_title or (None, None))),
        ("file_name", *(in_name or (None, None))),
        ("profile", declared.from_date, declared.to_date),
    ]
    first = next((first for _, first, _ in ranges if first), None)
    last = next((last for _, _, last in ranges if last), None)
    said_by = next((who for who, first, last in ranges if first or last), "profile")
    if first is None and (declared.month_in_file_name or declared.range_in_file_name):
        raise refused(
            name,
            f"không biết là của tháng nào, kỳ nào. Ghi kỳ trong tên tệp, hoặc thêm tệp {name}.meta.json",
            f"nothing says which month or days it is of. Put them in its name, or add {name}.meta.json",
            "FILE_COVERAGE_UNKNOWN",
        )
    if first and last and last < first:
        raise refused(
            name,
            f"khoảng thời gian nói trong tệp, tên tệp và khai báo mâu thuẫn: từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}. "
            f"Ghi rõ trong {name}.meta.json",
            f"title, name and declaration give it the days from {first} to {last}. Say which it is in {name}.meta.json",
            "FILE_COVERAGE_UNKNOWN",
        )
    covers = Covers(said.by or declared.by, first, last, said_by)
    return covers, _contradictions(covers, in_title, in_name, profile, titles)


def range_in_sheets(titles: Sequence[Sequence[str]]) -> tuple[date, date] | None:
    """The days that the titles of all sheets together speak of: the same ones, or one after the other without a gap."""
    ranges = sorted({days for sheet in titles if (days := range_in_titles(sheet))})
    if any(following[0] - days[1] != timedelta(days=1) for days, following in pairwise(ranges)):
        return None
    return (ranges[0][0], ranges[-1][1]) if ranges else None


def range_in_titles(titles: Sequence[str]) -> tuple[date, date] | None:
    """The days that one sheet's title rows speak of: from–to, else one month, else one quarter of the calendar."""
    texts = [nfc(title).casefold() for title in titles]
    for pattern, days_of in ((_RANGE, _two_days), (_MONTH, _month), (_QUARTER, _quarter)):
        found = {days for text in texts for match in pattern.finditer(text) if (days := days_of(match))}
        if len(found) == 1:
            return found.pop()
    return None


def range_in_name(name: str, profile: Profile) -> tuple[date, date] | None:
    """The days that a file's name speaks of: where its profile says that they stand; in a snapshot's also «tu … den …»."""
    covers = profile.covers
    if covers.month_in_file_name and (found := re.search(covers.month_in_file_name, name)):
        digits = re.sub(r"\D", "", found["month"])
        return _month_of(int(digits[:4]), int(digits[4:])) if len(digits) == 6 else None
    if covers.range_in_file_name and (found := re.search(covers.range_in_file_name, name)):
        return _ordered(day_of(found["first"]), day_of(found["last"]))
    if profile.delivery == "delta":
        return None
    plain = re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", " ", header_key(name))
    found = _RANGE_IN_NAME.search(plain)
    return _ordered(day_of(found[1]), day_of(found[2])) if found else None


def day_of(text: str) -> date | None:
    """The day in a text such as 31/10/2020, 2020-10-31, 31102020 or 20201031; None where there is no such day."""
    parts = [int(part) for part in re.findall(r"\d+", text)]
    if len(parts) == 1 and len(digits := str(text).strip()) == 8:
        # No day of this century reads both ways: a year's first half is no month.
        parts = [int(digits[:4]), int(digits[4:6]), int(digits[6:])]
        if not 1 <= parts[1] <= 12:
            parts = [int(digits[:2]), int(digits[2:4]), int(digits[4:])]
    if len(parts) != 3:
        return None
    year, month, day = parts if parts[0] > 31 else parts[::-1]
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _two_days(found: re.Match[str]) -> tuple[date, date] | None:
    return _ordered(day_of(found[1]), day_of(found[2]))


def _ordered(first: date | None, last: date | None) -> tuple[date, date] | None:
    return (first, last) if first and last and first <= last else None


def _month(found: re.Match[str]) -> tuple[date, date] | None:
    return _month_of(int(found[2]), int(found[1]))


def _quarter(found: re.Match[str]) -> tuple[date, date]:
    number = _QUARTERS.get(found[1]) or int(found[1])
    return date(int(found[2]), number * 3 - 2, 1), _month_of(int(found[2]), number * 3)[1]


def _month_of(year: int, month: int) -> tuple[date, date] | None:
    if not (1 <= month <= 12 and year > 0):
        return None
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _contradictions(
    covers: Covers,
    in_title: tuple[date, date] | None,
    in_name: tuple[date, date] | None,
    profile: Profile,
    titles: Sequence[Sequence[str]],
) -> list[Finding]:
    """Where the titles say something else than the name or the profile; an end that these leave open contradicts nothing."""
    found = []
    other = in_name or (profile.covers.from_date, profile.covers.to_date)
    if in_title and any(day and day != said for day, said in zip(other, in_title, strict=True)):
        title, elsewhere = _days_vi(in_title), _days_vi(other)
        found.append(
            Finding(
                "FILE_COVERAGE_CONTRADICTED",
                f"tiêu đề bảng ghi {title}, tên tệp hoặc khai báo của nguồn ghi {elsewhere}: tính theo {_WHO[covers.said_by][0]}",
                f"its title says {_days_en(in_title)}, its name or the source's profile {_days_en(other)}: "
                f"{_WHO[covers.said_by][1]} counts",
            )
        )
    if profile.kind != "dossier" or profile.delivery != "snapshot":
        return found
    text = " ".join(nfc(title).casefold() for title in chain(*titles))
    spoken_of = [by for by, pattern in _LISTS.items() if pattern.search(text)]
    if len(spoken_of) == 1 and spoken_of[0] != covers.by:
        found.append(
            Finding(
                "FILE_COVERAGE_CONTRADICTED",
                f"tiêu đề bảng nói về hồ sơ {_BY_VI[spoken_of[0]]}, nhưng nguồn khai báo covers.by: {covers.by}. "
                "Nếu tiêu đề đúng, hãy sửa khai báo",
                f"its title speaks of what is {spoken_of[0]}, but covers.by is {covers.by}. Mend the profile if the title is right",
            )
        )
    return found


_WHO = {
    "option": ("tùy chọn", "the option"),
    "sidecar": ("tệp .meta.json", "the sidecar"),
    "title": ("tiêu đề bảng", "the title"),
    "file_name": ("tên tệp", "the name"),
    "profile": ("khai báo của nguồn", "the profile"),
}
_BY_VI = {"open": "đang giải quyết", "resolved": "đã giải quyết"}


def days_vi(covers: Covers) -> str:
    """Its days as Vietnamese readers write them."""
    return _days_vi((covers.first, covers.last))


def days_en(covers: Covers) -> str:
    """Its days in ISO form."""
    return _days_en((covers.first, covers.last))


def _days_vi(days: Sequence[date | None]) -> str:
    first, last = (f"{day:%d/%m/%Y}" if day else "…" for day in days)
    return f"{first}–{last}"


def _days_en(days: Sequence[date | None]) -> str:
    return "–".join(day.isoformat() if day else "…" for day in days)
