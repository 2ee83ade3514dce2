"""The verdict on a set of tables: each check's result, and whether they may be published."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import duckdb

from expectations.suites import CHECKS, Check, Severity

if TYPE_CHECKING:
    from expectations.gx_duckdb import Outcome

State = Literal["passed", "failed", "broken"]


@dataclass(frozen=True)
class CheckResult:
    """What a check came to; ``broken`` is a check that could not be made, whose ``observed`` says why."""

    check_id: str
    table_name: str
    severity: Severity
    state: State
    failed_count: int | None
    observed: str
    sentence_vi: str
    sentence_en: str
    reason: str

    @property
    def blocks(self) -> bool:
        """Whether this result alone stops the publication."""
        return self.state == "broken" or (self.state == "failed" and self.severity == "release")


@dataclass(frozen=True)
class Verdict:
    """The results of all checks, in the order in which the checks are listed."""

    results: list[CheckResult]

    @property
    def blocks(self) -> bool:
        """Whether nothing may be published."""
        return any(result.blocks for result in self.results)

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as plain data, which holds counts and names of tables and columns, but no values."""
        return {"blocks": self.blocks, "results": [asdict(result) for result in self.results]}


def get_ready() -> None:
    """Import what judging needs, which takes seconds: to be done beside other work, in a thread."""
    from expectations import gx_duckdb

    gx_duckdb.load()


def judge(con: duckdb.DuckDBPyConnection, checks: Sequence[Check] = CHECKS) -> Verdict:
    """Hold the checks against the committed tables of the connection; nothing is written."""
    from expectations.gx_duckdb import validate  # slow, and the verdict is also read where no check is made

    by_table = {}
    for check in checks:
        by_table.setdefault(check.table, {})[check.id] = check.expectation
    outcomes = validate(con, by_table)
    return Verdict([_result(check, outcomes[check.id]) for check in checks])


def _result(check: Check, outcome: "Outcome") -> CheckResult:
    """Put a check and its outcome together."""
    if outcome.crash:
        state, observed = "broken", outcome.crash
    else:
        state, observed = "passed" if outcome.success else "failed", f"{outcome.unexpected_count} rows"
    return CheckResult(
        check_id=check.id,
        table_name=check.table,
        severity=check.severity,
        state=state,
        failed_count=outcome.unexpected_count,
        observed=observed,
        sentence_vi=check.vi,
        sentence_en=check.en,
        reason=check.reason,
    )
