"""Source profiles: one YAML a system says how its files become canonical rows. No code."""

import hashlib
import re
import zoneinfo
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from transforms.entities import ENTITIES, STANDARD_WORDS, WORDS, Entity
from transforms.errors import ConfigError
from transforms.labels import header_key, nearest, word_key
from transforms.registers import Register, registers
from transforms.yaml_config import StrictModel, load_yaml

VERDICTS = {word_key(word) for word in ("Quá hạn", "Trước hạn", "Đúng hạn", "Trong hạn", "Sớm hạn", "Trễ hạn")}
"""Words that some systems write into the status column; they judge a dossier and say nothing of where it stands."""


class Pull(StrictModel):
    """Where new files are found: a folder below the home and a pattern."""

    folder: str
    pattern: str = "*.csv"


class Format(StrictModel):
    """How the bytes become text cells; what is ``auto`` is told from the content of each file, never from its name.

    The delimiter is the one that is tried first: the right one is that by which all needed columns are found.
    ``without_cells`` are headers under which rows have no cell, so that what follows stands one place further left.
    """

    type: Literal["auto", "csv", "sheet", "xml", "html", "mhtml", "json"] = "auto"
    encoding: Literal["auto", "utf-8", "utf-16", "windows-1258"] = "auto"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', min_length=1, max_length=1)
    without_cells: list[str] = []


class ExportTime(StrictModel):
    """When a file was exported: from its name, else from a column, else as declared here. Never its modification time."""

    file_name: str | None = None
    time_format: str = "%Y%m%d"
    column: str | None = None
    declared: datetime | None = None

    @field_validator("file_name")
    @classmethod
    def _names_a_group(cls, pattern: str | None) -> str | None:
        if pattern is not None and "exported" not in re.compile(pattern).groupindex:
            raise ValueError("the pattern needs a group (?P<exported>…)")
        return pattern


CoveredBy = Literal["received", "resolved", "open"]


class Coverage(StrictModel):
    """What a snapshot claims to hold, from ``from`` to ``to`` (both days inclusive).

    ``by`` says what of: all that was ``received`` in those days (documents: issued), all that was ``resolved`` in them, or all
    that is still ``open``, of those received in them.
    """

    by: CoveredBy = "received"
    from_date: date | None = Field(default=None, alias="from")
    to_date: date | None = Field(default=None, alias="to")
    month_in_file_name: str | None = None
    range_in_file_name: str | None = None

    @field_validator("month_in_file_name")
    @classmethod
    def _names_a_month(cls, pattern: str | None) -> str | None:
        if pattern is not None and "month" not in re.compile(pattern).groupindex:
            raise ValueError("the pattern needs a group (?P<month>…) that holds yyyymm or yyyy-mm")
        return pattern

    @field_validator("range_in_file_name")
    @classmethod
    def _names_two_days(cls, pattern: str | None) -> str | None:
        if pattern is not None and not {"first", "last"} <= set(re.compile(pattern).groupindex):
            raise ValueError("the pattern needs the groups (?P<first>…) and (?P<last>…), each a day such as 20201031 or 31-10-2020")
        return pattern

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> "Coverage":
        if self.from_date and self.to_date and self.to_date < self.from_date:
            raise ValueError(f"it ends on {self.to_date}, before it begins on {self.from_date}")
        return self


class Profile(StrictModel):
    """One system's file, described: columns by header, words, dates, zone, delivery and coverage.

    ``groups`` are the columns that rows inside the table give to all rows below them, outermost first, each with the pattern
    (named group ``value``) of the whole text of such a row. ``marks`` are the columns of words whose headers are the words,
    with an x below the right one. ``repeated`` says which counts where a header stands twice.
    ``numbers`` says how numbers are written (vi: 1.234,5; en: 1,234.5); where it is silent, what may mean two is not read.
    """

    source: str = ""
    title: str
    kind: str
    delivery: Literal["snapshot", "delta"]
    zone: str = "Asia/Ho_Chi_Minh"
    pull: Pull | None = None
    format: Format = Format()
    exported_at: ExportTime = ExportTime()
    covers: Coverage = Coverage()
    columns: dict[str, list[str]]
    optional: list[str] = []
    groups: dict[str, str] = {}
    marks: list[str] = []
    repeated: dict[str, Literal["first", "last"]] = {}
    personal: list[str] = []
    ignored: list[str] = []
    dates: list[str]
    code_pattern: str | None = None
    numbers: Literal["vi", "en"] | None = None
    words: dict[str, dict[str, list[str]]] = {}

    @property
    def entity(self) -> Entity:
        return ENTITIES[self.kind]

    @property
    def fingerprint(self) -> str:
        """The hash that a read keeps, so that it is known by which profile its rows were made."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def word_table(self, column: str) -> dict[str, str]:
        """This source's words for ``column``, ready for comparison, with their normal forms."""
        return {word_key(word): normal for normal, words in self.words_of(column).items() for word in words}

    def words_of(self, column: str) -> dict[str, list[str]]:
        """The words of ``column`` by normal form: those of every source, then this one's own."""
        standard, own = STANDARD_WORDS.get(column, {}), self.words.get(column, {})
        return {normal: [*standard.get(normal, []), *own.get(normal, [])] for normal in {**standard, **own}}

    @field_validator("kind")
    @classmethod
    def _is_a_kind(cls, kind: str) -> str:
        if kind not in ENTITIES:
            raise ValueError(f"{kind} is nothing that can be read; did you mean {', '.join(nearest(kind, ENTITIES) or ENTITIES)}?")
        return kind

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        if zone not in zoneinfo.available_timezones():
            raise ValueError(f"{zone} is not a time zone; did you mean {', '.join(nearest(zone, ['Asia/Ho_Chi_Minh']))}")
        return zone

    @field_validator("code_pattern")
    @classmethod
    def _is_a_pattern(cls, pattern: str | None) -> str | None:
        return pattern if pattern is None else re.compile(pattern).pattern

    @field_validator("groups")
    @classmethod
    def _name_a_value(cls, groups: dict[str, str]) -> dict[str, str]:
        for column, pattern in groups.items():
            if "value" not in re.compile(pattern).groupindex:
                raise ValueError(f"the pattern of {column} needs a group (?P<value>…)")
        return groups

    @field_validator("words", mode="before")
    @classmethod
    def _yes_and_no_are_words(cls, words: Any) -> Any:
        """YAML takes a bare yes or no for true or false."""
        if not isinstance(words, dict):
            return words
        said = {True: "yes", False: "no"}
        return {
            column: {said[form] if isinstance(form, bool) else form: spellings for form, spellings in table.items()}
            if isinstance(table, dict)
            else table
            for column, table in words.items()
        }

    @field_validator("words")
    @classmethod
    def _words_are_normal_forms(cls, words: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, list[str]]]:
        for column, table in words.items():
            if column not in WORDS:
                raise ValueError(f"{column} has no words; those that have are {', '.join(WORDS)}")
            seen: dict[str, str] = {}
            for normal, spellings in table.items():
                if normal not in WORDS[column]:
                    raise ValueError(f"{normal} is no {column}; known are {', '.join(WORDS[column])}")
                for word in spellings:
                    if column == "status" and word_key(word) in VERDICTS:
                        raise ValueError(f"{word!r} is a verdict, no status: leave it out, lateness is derived from the dates")
                    if seen.setdefault(word_key(word), normal) != normal:
                        raise ValueError(f"the word {word!r} stands for both {seen[word_key(word)]} and {normal}")
        return words

    @model_validator(mode="after")
    def _columns_are_canonical(self) -> "Profile":
        known = {column.name: column for column in self.entity.columns}
        for name in [*self.columns, *self.optional, *self.groups, *self.marks, *self.repeated]:
            if name not in known:
                raise ValueError(f"{name} is no column of a {self.kind}; did you mean {nearest(name, known) or [*known]}")
        missing = [c.name for c in known.values() if c.needed and c.name not in self.columns]
        if missing:
            raise ValueError(f"columns needed for a {self.kind} are not mapped: {', '.join(missing)}")
        if self.kind != "dossier" and self.covers.by != "received":
            raise ValueError(f"covers.by: {self.covers.by} is for dossiers; a {self.kind} is covered by its day of issue")
        if self.kind == "dossier" and not {"receiving_unit", "resolving_unit"} & set(self.columns):
            raise ValueError("a dossier needs receiving_unit or resolving_unit")
        for column in self.entity.columns:
            if column.role == "word" and column.name in self.columns and not self.words_of(column.name):
                raise ValueError(f"the column {column.name} needs its words")
        return self

    @model_validator(mode="after")
    def _groups_and_marks_give_columns(self) -> "Profile":
        known = {column.name: column for column in self.entity.columns}
        for name in [*self.groups, *self.marks]:
            if name not in self.columns:
                raise ValueError(f"{name} comes from groups or marks, and is not among the columns")
        if wrong := [name for name in self.groups if known[name].role not in ("field", "text", "unit", "procedure")]:
            raise ValueError(f"group rows give fields, texts, units or procedures, and not {', '.join(wrong)}")
        if wrong := [name for name in self.marks if known[name].role != "word"]:
            raise ValueError(f"marks stand for words, and {', '.join(wrong)} has none")
        return self

    @model_validator(mode="after")
    def _personal_columns_are_not_read(self) -> "Profile":
        dropped = {header_key(header) for header in self.personal}
        for name, header in ((name, header) for name, spellings in self.columns.items() for header in spellings):
            if header_key(header) in dropped:
                raise ValueError(f"{header!r} is read as {name} and stands under personal; leave it out of one of them")
        return self


def load_profile(path: Path) -> Profile:
    """One profile; its source is the file's name. ConfigError names file, line and mistake."""
    return load_yaml(path, Profile).model_copy(update={"source": path.stem})


def load_profiles(folder: Path) -> dict[str, Profile]:
    """Every profile of a home, by source, in order of name, and after them each register that has none of its own there.

    An office whose register has other headings writes ``<register>.yml``, as for any system.
    """
    own = {path.stem: load_profile(path) for path in sorted(folder.glob("*.yml"))}
    return own | {name: register_profile(name, register) for name, register in registers().items() if name not in own}


def register_profile(name: str, register: Register) -> Profile:
    """How a filled-in template is read: a whole register a file, of the day that its name ends with."""
    return Profile(
        source=name,
        title=register.title.vi,
        kind=name,
        delivery="snapshot",
        pull=Pull(folder=f"data/inbox/{name}", pattern="*"),
        exported_at=ExportTime(file_name=r"(?P<exported>\d{8})"),
        columns={column: said.headings for column, said in register.columns.items()},
        optional=[column for column, said in register.columns.items() if not said.needed],
        ignored=["STT", "TT"],
        dates=["%d/%m/%Y", "%Y-%m-%d"],
        numbers="vi",
        words={column: said.words for column, said in register.columns.items() if said.words},
    )


def profile_of(source: str, profiles: dict[str, Profile]) -> Profile:
    """The profile of a source; ConfigError names those there are."""
    if source not in profiles:
        near = nearest(source, profiles) or sorted(profiles)
        raise ConfigError(
            f"Không có nguồn «{source}». Có phải: {', '.join(near)}? Xem `motcua sources list`.",
            f"There is no source “{source}”. Did you mean {', '.join(near)}? See `motcua sources list`.",
        )
    return profiles[source]
