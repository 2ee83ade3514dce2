"""Loading a conversion table into the office's register of units that follow one another."""

from pathlib import Path

from flows.home import Home, prepare_home
from transforms.conversion import read_conversion
from transforms.reference import check_successions, load_reference
from transforms.register_file import read_register_file, register_text, replace_file
from transforms.succession import SUCCESSION_COLUMNS, Link, endings


def load_conversion(home: Home, file: Path) -> dict[str, int]:
    """Merge the links of a conversion table into ``unit_succession.csv``; the table's counts, and how many rows it changed.

    A link that is there already takes the table's basis and extent; all others stay. The same table again changes nothing.
    ConfigError says what is wrong with the table, or with the registers after it; then nothing is written.
    """
    prepare_home(home)
    links = read_conversion(file)
    reference = load_reference(home.reference)
    register = home.reference / "unit_succession.csv"
    columns, rows = read_register_file(register, [*SUCCESSION_COLUMNS, "extent"])
    before = {_key(row): row for row in rows}
    after = before | {_key(link): before.get(_key(link), {}) | link for link in links}
    check_successions(register, list(after.values()), reference.units)
    changed = [key for key, row in after.items() if before.get(key) != row]
    if changed:
        replace_file(register, register_text(register, columns, after.values()))
    return _counts(links) | {"changed_count": len(changed)}


def _key(row: Link) -> tuple[str, str, str]:
    return row["old_code"], row["new_code"], row["effective_date"]


def _counts(links: list[Link]) -> dict[str, int]:
    """The figures that the table is known by: it counts what had no code as one old code, divided among its new ones."""
    successors: dict[str, set[str]] = {}
    for link in links:
        successors.setdefault(link["old_code"], set()).add(link["new_code"])
    return {
        "link_count": len(links),
        "new_code_count": len({link["new_code"] for link in links}),
        "old_code_count": len(successors),
        "split_count": sum(len(new) > 1 for new in successors.values()),
        "without_old_code_count": sum(not link["old_code"] for link in links),
        "whole_count": sum(ending.is_whole for ending in endings(links).values()),
    }
