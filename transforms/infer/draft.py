"""A draft of a profile: its content, the doubts about each place of it, and both as YAML with the doubts as comments."""

import textwrap
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from transforms.labels import nfc

Doubt = tuple[str, str]
"""What a person should look at, in Vietnamese and English."""
Place = tuple[str, ...]
"""Where in the profile something stands: the keys that lead there."""

_WIDTH = 130


@dataclass
class Draft:
    """A profile's content, what was seen of the file, and the doubts about each place of the profile."""

    content: dict[str, Any]
    seen: list[Doubt] = field(default_factory=list)
    doubts: dict[Place, list[Doubt]] = field(default_factory=dict)

    def doubt(self, place: Place, vi: str, en: str) -> None:
        """Note a doubt about the line at ``place``."""
        self.doubts.setdefault(place, []).append((vi, en))


def as_yaml(draft: Draft) -> str:
    """The text of the profile; every doubt stands in Vietnamese and, below it, in English."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width, yaml.allow_unicode = _WIDTH, True
    text = StringIO()
    yaml.dump(_commented(draft.content, draft, ()), text)
    head = [
        (
            "Bản nháp do `motcua sources infer` viết từ một tệp. Hãy đọc từng dòng #, sửa, rồi thử bằng `motcua sources check`.",
            "A draft by `motcua sources infer` from one file. Read each line with #, mend it, then try `motcua sources check`.",
        ),
        *draft.seen,
    ]
    return f"{_lines(head, '# ')}\n{text.getvalue()}"


def _commented(content: Any, draft: Draft, place: tuple[str, ...]) -> Any:
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    from transforms.yaml_edit import scalar

    if isinstance(content, list):
        row = CommentedSeq(scalar(item) if isinstance(item, str) else item for item in content)
        row.fa.set_flow_style()
        return row
    if not isinstance(content, dict):
        return content
    table = CommentedMap({key: _commented(value, draft, (*place, key)) for key, value in content.items()})
    for key in content:
        if doubts := draft.doubts.get((*place, key)):
            table.yaml_set_comment_before_after_key(key, before=_lines(doubts), indent=2 * len(place))
    return table


def _lines(doubts: list[Doubt], mark: str = "") -> str:
    return "\n".join(f"{mark}{line}" for vi, en in doubts for line in (*_folded(vi, ""), *_folded(en, "  ")))


def printable(text: str) -> str:
    """A text as YAML can hold it, on one line; what it is compared by stays."""
    return nfc("".join(c if c.isprintable() else " " for c in text))


def _folded(text: str, indent: str) -> list[str]:
    deeper = f"{indent}  "
    return textwrap.wrap(printable(text), _WIDTH - 10, initial_indent=indent, subsequent_indent=deeper, break_on_hyphens=False)
