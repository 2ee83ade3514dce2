"""Changing single lists in a YAML file that people edit: comments, quotes and layout stay."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import SingleQuotedScalarString

_INDENTS = ((2, 2, 0), (2, 4, 2), (4, 4, 2), (4, 4, 0))
"""Of a mapping, of a sequence, and of its dash: the ways that people write."""
_PLAIN = re.compile(r"[^\W\d_](?:[\w /().-]*[\w)])?")


def with_lists(text: str, at: Sequence[str], lists: Mapping[str, Any]) -> str:
    """The YAML ``text`` in which the mapping at the path ``at`` has these ``lists``, or mappings of lists, and no others."""
    editor, _ = _editor(text)
    tree = editor.load(text)
    mapping = tree
    for key in at:
        mapping = mapping.setdefault(key, CommentedMap())
    _fit(mapping, lists)
    return _written(editor, tree)


def keeps_layout(text: str) -> bool:
    """Whether a change of this text leaves the lines that it does not speak of as they are."""
    return _editor(text)[1]


def _fit(mapping: CommentedMap, lists: Mapping[str, Any]) -> None:
    for key in [key for key in mapping if key not in lists]:
        del mapping[key]
    for key, wanted in lists.items():
        if isinstance(wanted, Mapping):
            _fit(mapping.setdefault(key, CommentedMap()), wanted)
        elif key not in mapping:
            mapping[key] = CommentedSeq(map(scalar, wanted))
            mapping[key].fa.set_flow_style()
        elif list(mapping[key]) != wanted:
            _fit_list(mapping[key], wanted)


def _fit_list(items: CommentedSeq, wanted: Sequence[str]) -> None:
    for at in reversed(range(len(items))):
        if items[at] not in wanted:
            del items[at]
    for at, word in enumerate(wanted):
        if at >= len(items) or items[at] != word:
            if word in items:
                items.remove(word)
            items.insert(at, scalar(word))


def scalar(word: str) -> str:
    """A word in quotes, unless it is letters and blanks that no version of YAML takes for anything else (a number, No)."""
    is_plain = _PLAIN.fullmatch(word) and yaml.safe_load(word) == word
    return word if is_plain else SingleQuotedScalarString(word)


def _editor(text: str) -> tuple[YAML, bool]:
    """A reader and writer with the text's own indents, and whether it writes what it read."""
    for mapping, sequence, offset in _INDENTS:
        editor = YAML()
        editor.preserve_quotes, editor.width = True, 1 << 20
        editor.indent(mapping=mapping, sequence=sequence, offset=offset)
        if _written(editor, editor.load(text)) == text:
            return editor, True
    return editor, False


def _written(editor: YAML, tree: CommentedMap) -> str:
    file = io.StringIO()
    editor.dump(tree, file)
    return file.getvalue()
