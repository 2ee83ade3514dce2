"""The registers that an office keeps by hand, defined as data: columns with headings, notes, drop-downs and an example."""

from functools import cache
from pathlib import Path

from pydantic import model_validator

from transforms.columns import Column, Entity, Role
from transforms.yaml_config import StrictModel, load_yaml

_DEFINITIONS = Path(__file__).resolve().parent / "models" / "registers.yml"


class Both(StrictModel):
    """A text in both languages."""

    vi: str
    en: str


class RegisterColumn(StrictModel):
    """A column: its headings (the template shows the first), what to fill in, and the options of a word by normal form."""

    role: Role
    headings: list[str]
    note: Both
    example: str | int
    needed: bool = False
    may_be_empty: bool = False
    words: dict[str, list[str]] = {}

    @model_validator(mode="after")
    def _has_options(self) -> "RegisterColumn":
        if (self.role == "word") != bool(self.words):
            raise ValueError("words, and only they, have options")
        return self

    @property
    def options(self) -> list[str]:
        """What the drop-down offers."""
        return [spellings[0] for spellings in self.words.values()]


class OwnEvidence(StrictModel):
    """How one register knows a column of its evidence, and what it might hold."""

    headings: list[str]
    example: str


class Sheet(StrictModel):
    """What a template is made for: its columns, and the indicators that it serves."""

    title: Both
    about: Both
    indicators: list[str]
    columns: dict[str, RegisterColumn]


class Register(Sheet):
    """A register read as a source: what identifies an entry, and the day that places it.

    ``evidence`` says how this register knows the columns of its evidence; without it the entries, such as forms of a
    survey, are their own.
    """

    identity: list[str]
    dated_by: str
    evidence: dict[str, OwnEvidence] | None = None
    has_one_answer: bool = False

    def entity(self, kind: str) -> Entity:
        """The canonical table of its entries."""
        columns = tuple(Column(name, c.role, needed=c.needed, may_be_empty=c.may_be_empty) for name, c in self.columns.items())
        return Entity(kind, columns, tuple(self.identity), covered_by=self.dated_by, has_one_answer=self.has_one_answer)


class _Definitions(StrictModel):
    evidence: dict[str, RegisterColumn]
    procedures: Sheet
    registers: dict[str, Register]

    @model_validator(mode="after")
    def _words_mean_one_thing(self) -> "_Definitions":
        """A word's column has the same normal forms in every register that has it, since they are known by its name."""
        seen: dict[str, list[str]] = {}
        for register in self.registers.values():
            for name, column in register.columns.items():
                if column.words and seen.setdefault(name, list(column.words)) != list(column.words):
                    raise ValueError(f"{name} has other options in another register")
        return self


@cache
def _definitions() -> _Definitions:
    return load_yaml(_DEFINITIONS, _Definitions)


@cache
def registers() -> dict[str, Register]:
    """Every register by name, with the columns of its evidence among the others."""
    defined = _definitions()
    return {name: _with_evidence(register, defined.evidence) for name, register in defined.registers.items()}


def procedure_catalogue() -> Sheet:
    """The catalogue of procedures, which is filled in like a register and read from ``config/reference/procedures.csv``."""
    return _definitions().procedures


def _with_evidence(register: Register, evidence: dict[str, RegisterColumn]) -> Register:
    if register.evidence is None:
        return register
    own = {name: _known_as(column, register.evidence.get(name)) for name, column in evidence.items()}
    return register.model_copy(update={"columns": register.columns | own})


def _known_as(column: RegisterColumn, own: OwnEvidence | None) -> RegisterColumn:
    return column.model_copy(update={"headings": [*own.headings, *column.headings], "example": own.example}) if own else column


def register_words() -> dict[str, tuple[str, ...]]:
    """The normal forms of every word that a register asks for, by column."""
    return {name: tuple(c.words) for register in registers().values() for name, c in register.columns.items() if c.words}
