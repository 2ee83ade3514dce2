"""Cards: what a rule or an indicator asks, leaves out, rests on and takes for granted, with an example that is its test.

What the registries say already (titles, bases, units) and how a rule treats each status is not repeated here.
"""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from transforms.entities import CHANNELS, GROUNDS, SECRECY, STATUSES
from transforms.errors import ConfigError
from transforms.registers import registers
from transforms.registry import indicator_ids, rules, signals
from transforms.yaml_config import StrictModel, load_yaml

CARDS = Path(__file__).resolve().parent / "models" / "cards"
SIGNAL_CARDS = CARDS.with_name("signal_cards")
LAW = re.compile(r"\b(?:QĐ|NĐ|TT|NQ|Luật|Nghị định|Nghị quyết|Thông tư|Quyết định)\s+\d+|Bộ luật Dân sự")
"""A legal instrument, as the cards write its name."""

Mark = Literal["seen", "copy", "unverified", "recommended"]
Outcome = Literal["early", "on_time", "late", "open", "excluded", "unknown", "in_both", "in_denominator", "in_neither"]


class Said(StrictModel):
    """A text in both languages, on one line, so that it fits a cell of a table."""

    vi: str = Field(pattern=r"^[^|\n]+$")
    en: str = Field(pattern=r"^[^|\n]+$")


class Evidence(StrictModel):
    """A source, what it says, and how far it was seen.

    No legal text was at hand: what was seen is software and templates, so that a law is never ``seen``.
    """

    source: Said
    says: Said
    mark: Mark

    @model_validator(mode="after")
    def _no_law_was_seen(self) -> "Evidence":
        if self.mark == "seen" and LAW.search(self.source.vi + self.source.en):
            raise ValueError("a legal text was not at hand: mark it copy or unverified")
        return self


class Reading(StrictModel):
    """Where sources can be read in two ways: the one that is computed, the other, and why."""

    computed: Said
    other: Said
    because: Said


class Dossier(StrictModel):
    """A dossier of an example; what is not given is an empty cell of the list, and null is a column the list does not have."""

    id: str
    status: Literal[STATUSES]
    channel: Literal[CHANNELS] | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    original_due_at: datetime | None = None
    finished_at: datetime | None = None
    status_seen_at: datetime | None = None
    supplement_count: int | None = 0
    supplement_days: int | None = None
    supplement_requested_at: datetime | None = None
    supplement_completed_at: datetime | None = None
    statutory_days: int | None = None
    outcomes: dict[str, Outcome]
    why: Said


class Sending(StrictModel):
    """One recipient of a document and the edXML status codes that came back, in order."""

    to: str
    codes: list[str]


class Document(StrictModel):
    """An outgoing document of an example."""

    id: str
    unit: str
    issued_date: date
    is_registered: bool = True
    recipients: str | None = None
    """The cell of the register; it may name the units of the example."""
    secrecy: Literal[SECRECY] | None = None
    exclusion_ground: Literal[GROUNDS] | None = None
    is_paper_sent: bool | None = None
    is_signed: bool | None = None
    sent: list[Sending] = []
    outcomes: dict[str, Outcome]
    why: Said


class Entry(StrictModel):
    """A unit of an example and what a register says of it, by column; nothing where the register has no row of it."""

    id: str
    register_name: str
    said: dict[str, str | int | date] = {}
    outcomes: dict[str, Outcome]
    why: Said

    @model_validator(mode="after")
    def _is_of_a_register(self) -> "Entry":
        known = registers()[self.register_name].columns
        if unknown := self.said.keys() - known.keys():
            raise ValueError(f"{self.register_name} has no columns {', '.join(sorted(unknown))}")
        return self


class Procedure(StrictModel):
    """A procedure of an example, in the communes' competence; what is not given is not catalogued."""

    id: str
    service_level: str = ""
    is_at_one_stop: bool | None = None
    is_published: bool | None = None
    exception_ground: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    outcomes: dict[str, Outcome]
    why: Said


class Figure(StrictModel):
    """What the example comes to; without a unit, for all of it."""

    rule: str
    basis: str
    period: str
    unit: str | None = None
    numerator: int | None = None
    denominator: int | None = None
    status: Literal["ok", "missing_data", "missing_denominator", "no_evidence", "no_activity"] = "ok"

    @model_validator(mode="after")
    def _is_whole(self) -> "Figure":
        if self.status == "ok" and None in (self.numerator, self.denominator):
            raise ValueError("a figure that is ok needs its numerator and its denominator")
        return self


class Example(StrictModel):
    """What is counted, and what is expected of each and of all; ``as_of`` is the day on which it is looked at."""

    calendar: Literal["official", "calendar"]
    as_of: date
    dossiers: list[Dossier] = []
    documents: list[Document] = []
    entries: list[Entry] = []
    procedures: list[Procedure] = []
    figures: list[Figure]

    @property
    def rows(self) -> list[Dossier | Document | Entry | Procedure]:
        """All that is counted, in the order shown."""
        return [*self.dossiers, *self.documents, *self.entries, *self.procedures]


class Card(StrictModel):
    """The card of one rule or indicator; what each basis of an indicator divides by what stands in the registry of bases."""

    question: Said
    numerator: Said
    denominator: Said
    exclusions: list[Said]
    evidence: list[Evidence]
    assumptions: list[Said]
    readings: list[Reading] = []
    example: Example


class Told(StrictModel):
    """What one export of an example tells of a dossier, or that it does not hold it any more."""

    exported: date
    is_gone: bool = False
    status: Literal[STATUSES] | None = None
    submitted_at: datetime | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    original_due_at: datetime | None = None
    finished_at: datetime | None = None
    supplement_count: int | None = None


class SignalledDossier(StrictModel):
    """A dossier of a signal's example, or several alike: what exports tell of it, and whether the signal finds it."""

    id: str
    count: int = 1
    channel: Literal[CHANNELS] | None = None
    told: list[Told]
    is_found: bool
    lawful_reason: Literal["supplement", "extension"] | None = None
    why: Said


class SignalExample(StrictModel):
    """The exports of an example, each a snapshot of the evening of its day; what one does not say anew stays as told before."""

    as_of: date
    exports: list[date]
    dossiers: list[SignalledDossier]


class SignalCard(StrictModel):
    """The card of a signal: what it asks, looks at and leaves out. Its threshold stands in the registry."""

    question: Said
    looks_at: Said
    leaves_out: list[Said]
    example: SignalExample


def load_signal_cards(folder: Path = SIGNAL_CARDS) -> dict[str, SignalCard]:
    """The card of every signal, by id."""
    return {name: load_yaml(folder / f"{name}.yml", SignalCard) for name in signals()}


def load_cards(folder: Path = CARDS) -> dict[str, Card]:
    """The card of every indicator and rule, by id; ConfigError names one that is missing, superfluous or wrong."""
    wanted = [*indicator_ids(), *rules()]
    found = {path.stem for path in folder.glob("*.yml")}
    for name in sorted(found ^ set(wanted)):
        raise ConfigError(
            f"{folder / name}.yml: " + ("không có chỉ tiêu hay cách tính nào tên này." if name in found else "thiếu thẻ này."),
            f"{folder / name}.yml: " + ("no indicator or rule has this name." if name in found else "this card is missing."),
        )
    return {name: load_card(name, folder) for name in wanted}


def load_card(name: str, folder: Path = CARDS) -> Card:
    """The card of one indicator or rule."""
    return load_yaml(folder / f"{name}.yml", Card)
