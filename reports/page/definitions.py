"""The view of definitions: the card of every indicator and counting rule, as the documentation has them."""

from typing import Any

from reports.words import MARKS, STATUSES, TREATMENTS, Said
from transforms.cards import load_cards
from transforms.registry import bases, figures, rules


def read_definitions(treatments: list[dict[str, str]]) -> list[dict[str, Any]]:
    """A card a row, indicators first: titles, what is counted, bases, how a rule treats each status, what it rests on.

    ``treatments`` are the rows of the office's status_treatment.csv.
    """
    found = []
    for name, card in load_cards().items():
        computed = [figure for figure in figures() if figure["indicator_id"] == name]
        titles = rules().get(name) or computed[0]
        found.append(
            {
                "name": name,
                "is_rule": name in rules(),
                "title": (titles["title_vi"], titles["title_en"]),
                "card": card,
                "rules": [rule for rule in dict.fromkeys(figure["rule_id"] for figure in computed) if rule in rules()],
                "bases": [bases()[basis] for basis in dict.fromkeys(figure["basis_id"] for figure in computed)],
                "treatments": [_treatment(row) for row in treatments if row["rule_id"] == name],
                "evidence": [(item, _mark(item.mark)) for item in card.evidence],
            }
        )
    return found


def _treatment(row: dict[str, str]) -> dict[str, Any]:
    vi, en = TREATMENTS[row["treatment"]]
    return {"status": row["status"], "said": STATUSES[row["status"]], "treatment": (vi.format(**row), en.format(**row))}


def _mark(mark: str) -> Said:
    vi, en = MARKS[mark]
    return vi.replace("**", ""), en
