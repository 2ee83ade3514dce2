"""What the headers and words of unknown exports usually mean: ``vocabulary.yml``, checked and ready for looking up."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pydantic import model_validator

from transforms.entities import ENTITIES, WORDS
from transforms.labels import header_key, word_key
from transforms.profiles import VERDICTS, Profile
from transforms.yaml_config import StrictModel, load_yaml

_FILE = Path(__file__).with_name("vocabulary.yml")

Language = dict[str, list[str]]
"""Words by their normal form."""


class Note(StrictModel):
    """What to know of some headers, in both languages; of one kind of table only, where one is named."""

    headers: list[str]
    kind: str | None = None
    vi: str
    en: str


class Personal(StrictModel):
    """Headers of persons and of free text: whole ones, and how others begin."""

    headers: list[str]
    beginnings: list[str]


class DoubtfulWord(StrictModel):
    """A word that may stand for several normal forms."""

    word: str
    could_be: list[str]


class Vocabulary(StrictModel):
    """The table of headers and words; a header stands for one column of a kind, a word of a language for one normal form."""

    columns: dict[str, dict[str, list[str]]]
    notes: list[Note]
    personal: Personal
    ignored: list[str]
    words: dict[str, list[Language]]
    doubtful_words: dict[str, list[DoubtfulWord]]

    def note_of(self, header: str, kind: str) -> Note | None:
        """What to know of a header in a table of this kind."""
        key = header_key(header)
        return next((n for n in self.notes if n.kind in (None, kind) and key in map(header_key, n.headers)), None)

    def is_personal(self, header: str) -> bool:
        """Whether a header is known to stand over persons or free text."""
        key = header_key(header)
        begins = any(key == b or key.startswith(f"{b} ") for b in map(header_key, self.personal.beginnings))
        return begins or key in map(header_key, self.personal.headers)

    def is_ignored(self, header: str) -> bool:
        """Whether a header is known and says nothing that is read."""
        return header_key(header) in map(header_key, self.ignored)

    def could_be(self, column: str, word: str) -> list[str]:
        """The normal forms between which a word is doubtful; empty where it is not."""
        found = (d.could_be for d in self.doubtful_words.get(column, ()) if word_key(d.word) == word_key(word))
        return next(found, [])

    def as_profile(self, kind: str) -> Profile:
        """All that is known of a kind's headers, as a profile that needs what every table of that kind needs.

        By it a file is opened and its header found as a run would; nothing is recorded under it.
        """
        columns = self.columns[kind]
        needed = {column.name for column in ENTITIES[kind].columns if column.needed}
        return Profile.model_construct(
            source="",
            title="",
            kind=kind,
            delivery="delta",
            columns=columns,
            optional=[column for column in columns if column not in needed],
            personal=self.personal.headers,
            ignored=[*self.ignored, *(header for note in self.notes for header in note.headers)],
            dates=[],
        )

    @model_validator(mode="after")
    def _says_what_there_is(self) -> "Vocabulary":
        for kind, columns in self.columns.items():
            known = [column.name for column in ENTITIES[kind].columns]
            if unknown := columns.keys() - set(known):
                raise ValueError(f"{', '.join(sorted(unknown))}: no column of a {kind}")
            if twice := _twice(header_key(s) for spellings in columns.values() for s in spellings):
                raise ValueError(f"{twice}: stands for two columns of a {kind}, or twice for one")
        for column, languages in self.words.items():
            doubtful = {word_key(d.word) for d in self.doubtful_words.get(column, ())}
            for language in languages:
                if unknown := language.keys() - set(WORDS[column]):
                    raise ValueError(f"{', '.join(sorted(unknown))}: no {column}")
                words = [word_key(word) for words in language.values() for word in words]
                if wrong := _twice(words) or next((word for word in words if word in VERDICTS | doubtful), None):
                    raise ValueError(f"{wrong}: stands twice, is doubtful, or is a verdict")
        return self


@cache
def vocabulary() -> Vocabulary:
    """The table that comes with the program. ConfigError when it contradicts itself."""
    return load_yaml(_FILE, Vocabulary)


def _twice(keys: Iterable[str]) -> str | None:
    seen: set[str] = set()
    return next((key for key in keys if key in seen or seen.add(key)), None)
