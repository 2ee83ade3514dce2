"""The worked example of every card, run through the models: what the cards show is what is computed."""

import shutil
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import duckdb
import pytest

from flows.home import CHECKOUT
from transforms.build import build_marts
from transforms.cards import CARDS, LAW, Card, Document, Dossier, Entry, Evidence, Figure, Procedure, load_cards
from transforms.entities import ENTITIES
from transforms.errors import ConfigError
from transforms.intake.recipients import recipients_in
from transforms.periods import standard_period
from transforms.plans import load_plan
from transforms.reference import EXCEPTION_GROUND, PROCEDURE_COLUMNS, PROCEDURE_FLAGS, UNIT_COLUMNS, load_reference
from transforms.registry import figures, indicator_ids, rules
from transforms.warehouse import open_warehouse

REFERENCE = CHECKOUT / "config" / "reference"
SHIPPED = load_reference(REFERENCE)
TREATMENTS = SHIPPED.treatments
PLAN = load_plan(CHECKOUT / "config" / "plans" / "2020-district.yml")
PARTS = {(1, 1): "in_both", (0, 1): "in_denominator", (0, 0): "in_neither", (None, None): "unknown", (None, 1): "unknown"}
"""What a dossier adds to numerator and denominator, in the words of the cards."""
PROCEDURE_FLAG = {
    "procedures_level4": "is_level4",
    "procedures_one_stop": "is_at_one_stop",
    "procedures_published": "is_published",
}
MEETS = {"edoc_any": "is_electronic", "edoc_only_signed": "is_only_signed"}
YES_NO = {True: "yes", False: "no", None: None}
each_card = pytest.mark.parametrize("name", [*indicator_ids(), *rules()])


def write_registers(folder: Path, units: dict[str, str], durations: set[int], procedures: list[Procedure]) -> None:
    """The shipped treatments and calendar, units below their parents, and a procedure for each number of working days."""
    for name in ("status_treatment.csv", "calendar.csv"):
        shutil.copy(REFERENCE / name, folder)
    kind = {unit: "commune" if parent else "district" for unit, parent in units.items()}
    unit_rows = [",".join(UNIT_COLUMNS), *(f"{unit},{unit},{kind[unit]},{kind[unit]},{parent},," for unit, parent in units.items())]
    (folder / "units.csv").write_text("\n".join(unit_rows), encoding="utf-8")
    procedure_rows = [f"{days},P{days},F,F,commune,4,{days},working_day,2019-01-01,,,,,," for days in durations]
    procedure_rows += [procedure_line(procedure) for procedure in procedures]
    header = ",".join((*PROCEDURE_COLUMNS, *PROCEDURE_FLAGS, EXCEPTION_GROUND))
    (folder / "procedures.csv").write_text("\n".join([header, *procedure_rows]), encoding="utf-8")


def procedure_line(procedure: Procedure) -> str:
    def flag(value: bool | None) -> str:
        return "" if value is None else str(value).lower()

    dates = f"{procedure.valid_from or ''},{procedure.valid_to or ''}"
    flags = f"{flag(procedure.is_at_one_stop)},,{flag(procedure.is_published)},{flag(bool(procedure.exception_ground))}"
    return f"{procedure.id},{procedure.id},F,F,commune,{procedure.service_level},,,{dates},{flags},{procedure.exception_ground}"


def dossier_row(name: str, dossier: Dossier, as_of: datetime) -> dict:
    """The row that reading gives; each dossier has a unit of its own, so that its part of every figure can be seen."""
    given = dossier.model_dump(exclude={"id", "outcomes", "why", "status_seen_at", "statutory_days"})
    if "original_due_at" not in dossier.model_fields_set:
        given["original_due_at"] = dossier.due_at
    waited = timedelta(days=dossier.supplement_days or 0)
    if dossier.supplement_requested_at and dossier.supplement_completed_at:
        waited = dossier.supplement_completed_at - dossier.supplement_requested_at
    is_told = dossier.due_at and dossier.supplement_count is not None
    unit = f"{name} {dossier.id}"
    return given | {
        "source": "example",
        "dossier_code": unit,
        "procedure_code": dossier.statutory_days and str(dossier.statutory_days),
        "receiving_unit_code": unit,
        "resolving_unit_code": unit,
        "extended_due_at": dossier.due_at + waited if is_told else None,
        "first_exported_at": dossier.status_seen_at or as_of,
        "first_file": "example",
    }


def sending_rows(name: str, document: Document) -> list[dict]:
    """What the log says of a document, one code an hour; a recipient that is told as a commune is a unit of the example."""
    return [
        identity(name, document)
        | {"recipient_name_hash": sending.to, "recipient_unit_code": unit_named(name, sending.to)}
        | {"event_code": code, "event_at": datetime.combine(document.issued_date, time(hour))}
        for sending in document.sent
        for hour, code in enumerate(sending.codes)
    ]


def unit_named(name: str, unit: str) -> str | None:
    return f"{name} {unit}" if unit.startswith("Xã ") else None


def document_row(name: str, document: Document) -> dict:
    """What the register says of a document, its recipients as the shipped table of groups has them."""
    said = document.model_dump(include={"secrecy", "exclusion_ground"})
    said |= {flag: YES_NO[getattr(document, flag)] for flag in ("is_paper_sent", "is_signed")}
    if document.recipients:
        named = [{"unit_name": unit, "unit_code": f"{name} {unit}"} for unit in ("Xã C", "Xã D")]
        found = recipients_in(document.recipients, replace(SHIPPED, units=named).names().members_of("example"))
        said |= {"recipients": found.members, "recipients_outside_count": found.outside_count}
        said |= {"recipients_unknown_count": found.unknown_count}
    return identity(name, document) | said


def identity(name: str, document: Document) -> dict:
    codes = {"source": "example", "document_code": f"{name} {document.id}", "issuing_unit_code": f"{name} {document.unit}"}
    return codes | {"issued_at": document.issued_date, "first_exported_at": document.issued_date, "first_file": "example"}


def entry_row(name: str, entry: Entry, as_of: datetime) -> dict:
    """What the register says of a unit; each entry has a unit of its own, which also a dossier of that name has."""
    columns = {c.name: c for c in ENTITIES[entry.register_name].columns}
    said = {c: datetime.combine(v, time(8)) if columns[c].role == "time" else v for c, v in entry.said.items()}
    return {"source": entry.register_name, "unit_code": f"{name} {entry.id}", "first_exported_at": as_of, "first_file": "x"} | said


def insert(con, table: str, found: list[dict]) -> None:
    for row in found:
        con.execute(f"insert into {table} ({', '.join(row)}) values ({', '.join('?' for _ in row)})", [*row.values()])


def run(cards: dict[str, Card], day: date, folder: Path) -> duckdb.DuckDBPyConnection:
    """The models' tables over the examples of all these cards; the units of an example are below one named as its card."""
    as_of = datetime.combine(day, time(18))
    dossiers = [(name, dossier) for name, card in cards.items() for dossier in card.example.dossiers]
    documents = [(name, document) for name, card in cards.items() for document in card.example.documents]
    con = open_warehouse(folder / "warehouse.duckdb")
    insert(con, "dossier_run", [dossier_row(name, dossier, as_of) for name, dossier in dossiers])
    insert(con, "document_run", [document_row(name, d) for name, d in documents if d.is_registered])
    insert(con, "transmission_run", [row for name, document in documents for row in sending_rows(name, document)])
    entries = [(name, entry) for name, card in cards.items() for entry in card.example.entries]
    for name, entry in entries:
        if entry.said:
            insert(con, f"{entry.register_name}_run", [entry_row(name, entry, as_of)])
    for kind in ENTITIES:
        file = {"file_id": kind, "source": kind, "kind": kind, "file_name": kind, "origin": "", "stored_as": "", "byte_count": 0}
        known = {"delivery": "delta", "exported_at": as_of, "landed_at": as_of, "outcome": "recorded"}
        insert(con, "landed_file", [file | known])
    con.close()
    members = {f"{name} {dossier.id}": name for name, dossier in dossiers}
    members |= {f"{name} {document.unit}": name for name, document in documents}
    members |= {unit: name for name, d in documents for sending in d.sent if (unit := unit_named(name, sending.to))}
    members |= {f"{name} {entry.id}": name for name, entry in entries}
    members |= {f"{name} {place}": name for name, card in cards.items() if card.example.procedures for place in ("Xã A", "Xã B")}
    procedures = [procedure for card in cards.values() for procedure in card.example.procedures]
    write_registers(folder, dict.fromkeys(cards, "") | members, {d.statutory_days for _, d in dossiers} - {None}, procedures)
    build_marts(folder / "warehouse.duckdb", folder / "marts.duckdb", load_reference(folder), PLAN, day, passing=())
    return duckdb.connect(str(folder / "marts.duckdb"), read_only=True)


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    """The card of a name and what the models make of its example; examples of one day are run together, once."""
    cards = load_cards()

    @cache
    def on(day: date) -> duckdb.DuckDBPyConnection:
        of_that_day = {name: card for name, card in cards.items() if card.example.as_of == day}
        return run(of_that_day, day, tmp_path_factory.mktemp("cards"))

    yield lambda name: (cards[name], on(cards[name].example.as_of))


def values(con, name: str, card: Card, figure: Figure, scope: str) -> dict[str, tuple]:
    """Numerator, denominator and status of a figure, by unit below the example's."""
    period = standard_period(card.example.calendar, figure.period)
    found = con.execute(
        """select unit_code, numerator, denominator, status from indicator_value
           where indicator_id = $1 and rule_id = $2 and basis_id = $3 and scope = $4
             and calendar = $5 and period_kind = $6 and period_start = $7""",
        [
            *(name if name in indicator_ids() else "on_time", figure.rule, figure.basis, scope),
            *(period.calendar, period.period_kind, period.period_start),
        ],
    ).fetchall()
    return {unit: value for unit, *value in found}


def outcomes(con, name: str, card: Card) -> dict[tuple[str, str], str]:
    """What became of each dossier or document under each rule, as the cards write it."""
    if card.example.procedures:
        flag, period = PROCEDURE_FLAG[name], standard_period(card.example.calendar, card.example.figures[0].period)
        found = con.execute(
            f"select procedure_code, {flag} from procedure_period where calendar = $1 and period_kind = $2 and period_start = $3",
            [period.calendar, period.period_kind, period.period_start],
        ).fetchall()
        held = {(f"{name} {code}", "NONE"): PARTS[is_met, 1] for code, is_met in found}
        return {(f"{name} {p.id}", "NONE"): "in_neither" for p in card.example.procedures} | held
    if card.example.documents:
        found = con.execute(f"select document_code, is_counted, {MEETS[name]} from document_asof").fetchall()
        return {(code, "NONE"): PARTS[counts and meets, counts] for code, counts, meets in found}
    if name in rules() or name == "on_time":
        found = con.execute("select split_part(dossier_key, ':', 2), rule_id, outcome from dossier_outcome").fetchall()
        return {(code, rule): outcome for code, rule, outcome in found}
    figure = card.example.figures[0]
    found = values(con, name, card, figure, "own")
    return {(unit, figure.rule): PARTS.get((n, d)) for unit, (n, d, _) in found.items()}


@each_card
def test_each_dossier_comes_out_as_the_card_says(name, computed):
    card, con = computed(name)
    rows = card.example.rows
    said = {(f"{name} {row.id}", rule): outcome for row in rows for rule, outcome in row.outcomes.items()}
    assert len(said) >= 5
    found = outcomes(con, name, card)
    assert {key: found[key] for key in said} == said


@each_card
def test_the_figures_are_those_of_the_card(name, computed):
    card, con = computed(name)
    for figure in card.example.figures:
        found = values(con, name, card, figure, "commune_level")
        if figure.unit:
            found = values(con, name, card, figure, "own")
        numerator, denominator, status = found[f"{name} {figure.unit}" if figure.unit else name]
        assert status == figure.status, figure
        if status == "ok":
            assert (numerator, denominator) == (figure.numerator, figure.denominator), figure


@each_card
def test_the_example_shows_what_the_card_is_about(name):
    """A rule's card judges every dossier by that rule; an indicator's shows each of its rules and bases."""
    example = load_cards()[name].example
    for row in example.rows:
        assert name not in rules() or name in row.outcomes
    shown = {figure.rule for figure in example.figures}, {figure.basis for figure in example.figures}
    mine = [f for f in figures() if f["indicator_id"] == name]
    if mine:
        assert shown == ({f["rule_id"] for f in mine}, {f["basis_id"] for f in mine})


def test_the_rules_cards_meet_every_status_that_they_treat_apart():
    """No way of treating a status goes without an example."""
    cards = load_cards()
    for rule in rules():
        treatment = {row["status"]: row["treatment"] for row in TREATMENTS if row["rule_id"] == rule}
        assert {treatment[d.status] for d in cards[rule].example.dossiers} == set(treatment.values()), rule


def texts(value) -> list[str]:
    """Every text of a card."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts(part)]
    return [value] if isinstance(value, str) else []


@each_card
def test_a_law_that_a_card_names_stands_in_its_evidence_as_not_verified(name):
    card = load_cards()[name].model_dump()
    titles = list(rules().get(name, {}).values())
    sources = [texts(e["source"]) for e in card["evidence"] if e["mark"] in ("copy", "unverified")]
    named = {law for text in texts(card) + titles for law in LAW.findall(text)}
    unverified = {law for source in sources for text in source for law in LAW.findall(text)}
    assert named <= unverified


def test_a_law_cannot_be_marked_as_seen():
    row = {"source": {"vi": "Điều 5 NĐ 61/2018/NĐ-CP", "en": "x"}, "says": {"vi": "x", "en": "x"}, "mark": "seen"}
    with pytest.raises(ValueError, match="a legal text was not at hand"):
        Evidence.model_validate(row)
    assert Evidence.model_validate(row | {"mark": "unverified"})


def test_a_card_without_its_rule_and_a_rule_without_its_card_are_named(tmp_path):
    for card in CARDS.glob("*.yml"):
        (tmp_path / card.name).write_text(card.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_cards(tmp_path) == load_cards()
    (tmp_path / "TIMESTAMP.yml").rename(tmp_path / "TIMESTAMPS.yml")
    with pytest.raises(ConfigError, match=r"TIMESTAMP\.yml: this card is missing"):
        load_cards(tmp_path)
    (tmp_path / "TIMESTAMP.yml").write_text((tmp_path / "TIMESTAMPS.yml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"TIMESTAMPS\.yml: no indicator or rule"):
        load_cards(tmp_path)
