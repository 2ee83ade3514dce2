"""Which unit a person means, by its code or its name, and which units a scope of it holds."""

from collections.abc import Collection, Mapping

import duckdb

from transforms.duck import rows
from transforms.errors import ConfigError
from transforms.labels import nearest, word_key
from transforms.reference import unit_scopes

Members = dict[tuple[str, str], list[str]]
"""The units whose figures a unit's figure of a scope is made of, by unit and scope."""


def find_unit(names: Mapping[str, str], unit: str) -> str:
    """The code of the unit with this code or name, of ``names`` by code; ConfigError when there is none, or more than one."""
    if unit in names:
        return unit
    named = sorted(code for code, name in names.items() if word_key(name) == word_key(unit))
    if len(named) == 1:
        return named[0]
    if named:
        listed = ", ".join(named)
        raise ConfigError(
            f"{unit} là tên của nhiều đơn vị: {listed}. Dùng mã.", f"{unit} names several units: {listed}. Use the code."
        )
    raise unknown("đơn vị", "unit", unit, [*names, *names.values()])


def members_by_scope(con: duckdb.DuckDBPyConnection, outside_scope: Collection[str], unit: str = "unit") -> Members:
    """The units of every unit and scope by the mart ``unit``; ``outside_scope`` are kinds of units that the plan leaves out."""
    register = rows(con, f"select unit_code, unit_kind, unit_level, parent_code from {unit}")
    members: Members = {}
    for above, scope, code in unit_scopes(register, outside_scope):
        members.setdefault((above, scope), []).append(code)
    return members


def units_of(members: Members, unit: str, scope: str) -> list[str]:
    """The units of one unit and scope; ConfigError where it has no such scope."""
    if (unit, scope) not in members:
        raise ConfigError(
            f"{unit} không có phạm vi {scope}; chọn --scope own hoặc subtree.",
            f"{unit} has no scope {scope}; choose --scope own or subtree.",
        )
    return members[unit, scope]


def unknown(vi: str, en: str, word: str, known: Collection[str]) -> ConfigError:
    """What to say of a word that is not one of those known."""
    near = ", ".join(nearest(word, known)) or "…"
    return ConfigError(f"Không có {vi} {word}; có phải là {near}?", f"There is no {en} {word}; did you mean {near}?")
