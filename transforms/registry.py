"""The registries: what is computed, under which rules and on which bases, as data."""

import csv
from functools import cache
from pathlib import Path

from transforms.errors import ConfigError

_MODELS = Path(__file__).resolve().parent / "models"


@cache
def rules() -> dict[str, dict[str, str]]:
    """The counting rules by id: titles, whether people see it unasked (``is_shown``), and which columns it ``needs``."""
    return {row["rule_id"]: row for row in _read("rules.csv")}


def is_shown(rule: str) -> bool:
    """Whether people see figures of this rule unasked; those that no rule makes are seen too."""
    return rule not in rules() or rules()[rule]["is_shown"] == "true"


@cache
def bases() -> dict[str, dict[str, str]]:
    """The bases by id: titles, and what stands above and below the line."""
    return {row["basis_id"]: row for row in _read("bases.csv")}


@cache
def figures() -> list[dict[str, str]]:
    """Every figure that is computed: one row an indicator, rule and basis, with the unit that counts and its titles."""
    return [
        {
            "indicator_id": row["indicator_id"],
            "rule_id": rule,
            "basis_id": basis,
            "unit_role": row["unit_role"],
            "kind": row["kind"],
            "counted": row["counted"],
            "periods": row["periods"],
            "validity": row["validity"],
            "silence": row["silence"],
            "needs": rules()[rule]["needs"] if rule in rules() else row["needs"],
            "title_vi": row["title_vi"],
            "title_en": row["title_en"],
        }
        for row in _read("indicators.csv")
        for rule in row["rules"].split()
        for basis in row["bases"].split()
    ]


@cache
def signals() -> dict[str, dict[str, str | int | None]]:
    """The signals of the review list by id: titles, thresholds as numbers (None where there is none), and these in words."""
    numbers = ("threshold", "least_count", "from_hour")
    return {
        row["signal_id"]: row | {name: int(row[name]) if row[name] else None for name in numbers} for row in _read("signals.csv")
    }


def indicator_ids() -> list[str]:
    """The indicators' names, each once."""
    return list(dict.fromkeys(row["indicator_id"] for row in figures()))


def counted_by(indicator: str) -> str:
    """What the indicator is a share of: dossiers, documents, units, procedures or answers."""
    return next(row["counted"] for row in figures() if row["indicator_id"] == indicator)


def usual_rule(indicator: str) -> str:
    """The counting rule that is meant when nobody names one."""
    return next(row["rule_id"] for row in figures() if row["indicator_id"] == indicator)


def usual_basis(indicator: str) -> str:
    """The basis that is meant when nobody names one."""
    return next(row["basis_id"] for row in figures() if row["indicator_id"] == indicator)


def known_basis(indicator: str, basis: str) -> str:
    """A basis that the indicator is computed on, the usual one for an empty name; ConfigError names those there are."""
    known = list(dict.fromkeys(row["basis_id"] for row in figures() if row["indicator_id"] == indicator))
    if basis and basis not in known:
        raise ConfigError(
            f"Không có mẫu số «{basis}» cho {indicator}. Chọn một trong: {', '.join(known)}.",
            f"{indicator} is not computed on the basis “{basis}”. Choose one of {', '.join(known)}.",
        )
    return basis or known[0]


def known_rule(indicator: str, rule: str) -> str:
    """A rule under which the indicator is computed, the usual one for an empty name; ConfigError names those there are."""
    known = list(dict.fromkeys(row["rule_id"] for row in figures() if row["indicator_id"] == indicator))
    if rule and rule not in known:
        raise ConfigError(
            f"Không có cách tính «{rule}» cho {indicator}. Chọn một trong: {', '.join(known)}.",
            f"{indicator} is not computed under the rule “{rule}”. Choose one of {', '.join(known)}.",
        )
    return rule or known[0]


def _read(name: str) -> list[dict[str, str]]:
    with (_MODELS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
