"""Imports go one way: flows may use every room, no room uses flows, and the demo uses none of them."""

import ast
from pathlib import Path

import pytest

from transforms.runner import all_models

CHECKOUT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "transforms": {"transforms"},
    "expectations": {"expectations", "transforms"},
    "reports": {"reports", "expectations", "transforms"},
    "flows": {"flows", "reports", "expectations", "transforms", "demo"},
    "demo": {"demo"},
}


def imported_rooms(path: Path) -> set[str]:
    """The rooms that a module imports when it runs; what it imports for type checking only does not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for node in ast.walk(block)
    }
    names = []
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
    return {name.split(".")[0] for name in names} & MAY_IMPORT.keys()


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_is_below_it(room):
    modules = sorted((CHECKOUT / room).rglob("*.py"))
    assert modules
    for module in modules:
        assert imported_rooms(module) <= MAY_IMPORT[room], module


def test_what_is_internal_is_read_by_the_review_list_alone():
    """No form, letter or page may take anything from a mart that is for internal use."""
    internal = {model.name for model in all_models().values() if model.header.get("audience")}
    assert internal == {"review_signal", "review_rate"}
    readers = {
        path.name
        for room in ("reports", "flows")
        for path in (CHECKOUT / room).rglob("*")
        if path.suffix in {".py", ".html", ".md", ".j2"} and any(name in path.read_text(encoding="utf-8") for name in internal)
    }
    assert readers == {"review.py", "signals_index.md"}
