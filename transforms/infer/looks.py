"""What the values of a column look like: codes, dates, persons, known words. Told from counts, never from one cell."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import duckdb
import pyarrow as pa

from transforms.codes import DOSSIER_CODE
from transforms.duck import quoted
from transforms.intake.shape import YEARS
from transforms.labels import nfc

MOSTLY = 0.9
"""A column looks like something when so many of its filled cells do."""
_LIKELY = 0.5
"""Persons are suspected sooner: a column may hold persons and firms."""

DAY_FIRST = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%d.%m.%Y")
"""Forms of dates with the day first; each is as well one with the month first (see `month_first`)."""
UNEQUIVOCAL = (
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f%z",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y%m%d%H%M%S",
    "%Y%m%d",
)
"""Forms of dates that read one way only."""

_LIKE_A_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}.*|(19|20)\d{6}(\d{6})?")
_OFFSET = re.compile(r"\d(Z|[+-]\d\d:?\d\d)$")
_CODE = re.compile(DOSSIER_CODE)
_PROCEDURE_CODE = re.compile(r"[1-3]\.\d{6}(\.\S+)?")
_UNIT = re.compile(
    r"(ubnd|ủy ban|uỷ ban|phòng|sở|chi nhánh|chi cục|trung tâm|bộ phận|văn phòng|công an|xã|phường|thị trấn|huyện)\b"
)
_PERSONS = {
    "phone": re.compile(r"(\+?84|0)\d{8,10}|\d{9}\.0"),
    "identity": re.compile(r"\d{9}|\d{12}"),
    "email": re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
    "address": re.compile(r"(số nhà|thôn|xóm|ấp|ngõ|ngách|tổ dân phố|khu phố)\s.*|\d+\w?[/,]?\s*(ngõ|ngách|đường|phố|thôn|tổ)\b.*"),
}
_NAME_WORDS = range(2, 7)


@dataclass(frozen=True)
class Seen:
    """A column as it was seen: its place, its header, and how often each text stands in it; empty cells are left out."""

    place: int
    header: str
    values: Counter[str]

    @property
    def filled(self) -> int:
        return self.values.total()

    def share(self, looks_so: Callable[[str], object]) -> float:
        """The share of filled cells of which ``looks_so`` is true; 0 where none is filled."""
        return sum(n for text, n in self.values.items() if looks_so(text)) / self.filled if self.filled else 0.0

    @property
    def are_codes(self) -> bool:
        return self.share(_CODE.match) >= MOSTLY

    @property
    def are_procedure_codes(self) -> bool:
        return self.share(_PROCEDURE_CODE.fullmatch) >= MOSTLY

    @property
    def are_units(self) -> bool:
        return self.share(lambda text: _UNIT.match(nfc(text).casefold())) >= MOSTLY

    @property
    def are_dates(self) -> bool:
        """Whether the cells look like dates, in whatever form."""
        return self.share(_LIKE_A_DATE.fullmatch) >= MOSTLY

    @cached_property
    def persons(self) -> str | None:
        """The kind of personal data that the cells look like: phone, identity, email, address or name; None where they do not."""
        found = Counter[str | None]()
        for text, n in self.values.items():
            found[_person(text)] += n
        return next((what for what, n in found.items() if what and n > _LIKELY * self.filled), None)


def is_like_a_name(text: str) -> bool:
    """Whether a text is written as names of persons are: some words, each with a capital, or all in capitals."""
    words = nfc(text).split(" ")
    return (
        len(words) in _NAME_WORDS
        and all(word.isalpha() and word[0].isupper() for word in words)
        and not _UNIT.match(nfc(text).casefold())
    )


def is_like_a_person(text: str) -> bool:
    """Whether one text may be a person's name, number or address; where it may, it is not shown."""
    return _person(text) is not None


def _person(text: str) -> str | None:
    if is_like_a_name(text):
        return "name"
    plain = nfc(text).casefold()
    return next((what for what, pattern in _PERSONS.items() if pattern.fullmatch(plain)), None)


def month_first(form: str) -> str:
    """The form of a date with its first two parts changed round."""
    return form.replace("%d", "%_").replace("%m", "%d").replace("%_", "%m")


@dataclass(frozen=True)
class DateForms:
    """The forms in which columns write their dates.

    ``is_undecided`` where no date shows whether the day or the month comes first: no first number is above 12, nor a second.
    ``contrary`` counts, by header, the dates that only read the other way round. ``offsets`` are the zones written behind times.
    """

    forms: list[str]
    is_month_first: bool
    is_undecided: bool
    contrary: dict[str, int]
    offsets: list[str]


def date_forms(con: duckdb.DuckDBPyConnection, columns: Iterable[Seen]) -> DateForms:
    """Try every known form on the dates of some columns, by the reader that reads them in a run."""
    cells = [(column.header, text, n) for column in columns for text, n in column.values.items() if _LIKE_A_DATE.fullmatch(text)]
    headers, texts, counts = zip(*cells, strict=True) if cells else ((), (), ())
    con.register(
        "date_cell",
        pa.table(
            {"header": pa.array(headers, pa.string()), "text": pa.array(texts, pa.string()), "n": pa.array(counts, pa.int64())}
        ),
    )
    used = {form for form in (*DAY_FIRST, *map(month_first, DAY_FIRST), *UNEQUIVOCAL) if _counts(con, _understood([form]))}
    day = [form for form in DAY_FIRST if form in used]
    month = [month_first(form) for form in DAY_FIRST if month_first(form) in used]
    only_day = _counts(con, f"{_understood(day)} and not {_understood(month)}")
    only_month = _counts(con, f"{_understood(month)} and not {_understood(day)}")
    con.unregister("date_cell")
    is_month_first = bool(only_month) and not only_day
    return DateForms(
        [*(month if is_month_first else day), *(form for form in UNEQUIVOCAL if form in used)],
        is_month_first,
        is_undecided=bool(day) and not only_day and not only_month,
        contrary={} if is_month_first else only_month,
        offsets=sorted({found[1] for text in texts if (found := _OFFSET.search(text))}),
    )


def _understood(forms: list[str]) -> str:
    """SQL that is true where a text is a date in one of these forms, in a year that can be."""
    tried = (
        f"year(try_strptime(regexp_replace(text, 'Z$', '+0000'), {quoted(form)})) between {YEARS[0]} and {YEARS[1]}"
        for form in forms
    )
    return f"({' or '.join(f'coalesce({one}, false)' for one in tried) or 'false'})"


def _counts(con: duckdb.DuckDBPyConnection, condition: str) -> dict[str, int]:
    """How many cells of each header fulfil a condition; headers without any are left out."""
    return dict(con.execute(f"select header, sum(n)::bigint from date_cell where {condition} group by header").fetchall())
