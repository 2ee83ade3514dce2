"""What file rules say of one file: it is refused, or taken and what was found is said."""

from collections.abc import Collection
from dataclasses import dataclass, field

from transforms.errors import refused


@dataclass(frozen=True)
class Finding:
    """A file rule that a file breaks without being refused for it: its code, and what was found in both languages."""

    rule: str
    vi: str
    en: str


@dataclass
class Judgement:
    """What is found of the file ``name``; the rules that an operator ``accepted`` do not refuse it any more."""

    name: str
    accepted: Collection[str] = ()
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, rule: str, vi: str, en: str) -> None:
        """FileRefusedError, unless the rule was accepted; then it is noted."""
        if rule not in self.accepted:
            raise refused(self.name, vi, en, rule)
        self.findings.append(Finding(rule, f"đã được chấp nhận: {vi}", f"accepted: {en}"))

    def warn(self, rule: str, vi: str, en: str) -> None:
        """Note what is taken all the same."""
        self.findings.append(Finding(rule, vi, en))
