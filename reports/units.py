"""Which unit a person means, by its code or its name."""

from collections.abc import Collection, Mapping

from transforms.errors import ConfigError
from transforms.labels import nearest, word_key


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


def unknown(vi: str, en: str, word: str, known: Collection[str]) -> ConfigError:
    """What to say of a word that is not one of those known."""
    near = ", ".join(nearest(word, known)) or "…"
    return ConfigError(f"Không có {vi} {word}; có phải là {near}?", f"There is no {en} {word}; did you mean {near}?")
