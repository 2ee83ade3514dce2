"""Each signal finds what the example of its card says, and nothing else; the conservative rate counts what was first told."""

from datetime import date, datetime, time
from pathlib import Path

import pytest

from tests.spec.dossiers import PLAN, SETTINGS, SHIPPED, models_of, unit
from transforms.build import load_registers, load_rows
from transforms.cards import SIGNAL_CARDS, SignalledDossier, load_signal_cards
from transforms.duck import rows
from transforms.entities import ENTITIES
from transforms.reference import Reference
from transforms.registry import signals
from transforms.runner import all_models, run_models
from transforms.warehouse import open_warehouse

EVENING = time(18, 0)
MARTS = ("review_signal", "review_rate")


def runs_of(name: str, dossier: SignalledDossier, exports: list[date]) -> list[tuple]:
    """The runs of a dossier over the exports, of which each tells what it said last."""
    said = {told.exported: told for told in dossier.told}
    shown, runs = None, []
    for day in exports:
        told = said.get(day, shown)
        if told is shown or told == shown:
            continue
        at = datetime.combine(day, EVENING)
        if runs and runs[-1][-2] is None:
            runs[-1] = (*runs[-1][:-2], at, "f")
        shown = told
        if told.is_gone:
            continue
        content = dict.fromkeys(ENTITIES["dossier"].content) | told.model_dump(exclude={"exported", "is_gone"})
        content |= {"dossier_code": name, "receiving_unit_code": "X", "resolving_unit_code": "X", "channel": dossier.channel}
        runs.append(("s", *content.values(), at, "f", None, None))
    return runs


@pytest.fixture
def reviewed():
    """Run the models over an example and give a connection to what they made."""
    with open_warehouse(Path(":memory:")) as con:

        def review(dossiers: list[SignalledDossier], exports: list[date], as_of: date):
            for day in exports:
                con.execute(
                    """insert into landed_file (file_id, source, kind, file_name, origin, stored_as, byte_count, delivery,
                           exported_at, covers_by, landed_at, outcome)
                       values ($1, 's', 'dossier', 'f', '', '', 0, 'snapshot', $2, 'received', now(), 'recorded')""",
                    [str(day), datetime.combine(day, EVENING)],
                )
            named = {f"{d.id}{n}": d for d in dossiers for n in range(d.count)}
            load_rows(con, "dossier_run", [run for name, d in named.items() for run in runs_of(name, d, exports)])
            reference = Reference(units=[unit("D", ""), unit("X")], treatments=SHIPPED.treatments, calendar=SHIPPED.calendar)
            load_registers(con, reference, PLAN, as_of, SETTINGS)
            run_models(con, models_of(MARTS), as_of, SETTINGS.params)
            return con

        yield review


@pytest.mark.parametrize("name", signals())
def test_a_signal_finds_what_its_card_says(name, reviewed):
    example = load_signal_cards()[name].example
    con = reviewed(example.dossiers, example.exports, example.as_of)
    found = rows(con, "select dossier_code, lawful_reason from review_signal where signal_id = $1 order by all", [name])
    expected = [(f"{d.id}{n}", d.lawful_reason) for d in example.dossiers if d.is_found for n in range(d.count)]
    assert sorted((row["dossier_code"], row["lawful_reason"]) for row in found) == sorted(expected)
    assert {d.is_found for d in example.dossiers} == {True, False}


def test_what_was_first_told_makes_the_rate_that_is_not_reported(reviewed):
    """A due date moved after it had passed, an end moved back, an overdue dossier that is open, and one that is beyond doubt."""
    cards = load_signal_cards()
    moved, back = cards["due_moved_after_due"].example.dossiers[0], cards["end_moved_back"].example.dossiers[0]
    still_open = cards["status_excused"].example.dossiers[0].model_copy(update={"id": "O"})
    still_open = still_open.model_copy(update={"told": still_open.told[:2]})
    beyond_doubt = cards["end_moved_back"].example.dossiers[1].model_copy(update={"id": "W"})
    dossiers = [moved.model_copy(update={"id": "M"}), back.model_copy(update={"id": "B"}), still_open, beyond_doubt]
    con = reviewed(dossiers, cards["due_moved_after_due"].example.exports, date(2020, 3, 23))
    (rate,) = rows(
        con,
        """from review_rate where unit_code = 'X' and scope = 'own' and calendar = 'calendar' and period_kind = 'month'
           and period_start = '2020-03-01'""",
    )
    assert (rate["numerator"], rate["denominator"]) == (3, 3)
    assert (rate["first_known_numerator"], rate["open_overdue_count"]) == (1, 1)
    assert (rate["first_known_rate"], rate["conservative_rate"]) == (1 / 3, 1 / 4)
    changed = rows(con, "select distinct dossier_code, signal_id from review_signal where changes_rate order by all")
    assert [tuple(row.values()) for row in changed] == [("B0", "end_moved_back"), ("M0", "due_moved_after_due")]


def test_every_signal_has_a_model_a_card_and_no_other():
    assert {m.name for m in all_models().values() if m.layer == "signals"} == set(signals())
    assert {path.stem for path in SIGNAL_CARDS.glob("*.yml")} == set(signals())
    union = all_models()["review_signal"].reads
    assert set(signals()) <= union
