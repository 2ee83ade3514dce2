"""The registry of indicators: which rule, basis and unit make each figure."""

import csv
from functools import cache
from pathlib import Path

_INDICATORS = Path(__file__).resolve().parent / "models" / "indicators.csv"


@cache
def indicators() -> list[dict[str, str]]:
    """One row an indicator and rule: indicator_id, rule_id, basis_id, unit_role, kind and titles."""
    with _INDICATORS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def indicator_ids() -> list[str]:
    """The indicators' names, each once."""
    return list(dict.fromkeys(row["indicator_id"] for row in indicators()))
