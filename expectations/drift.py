"""The next release laid beside the current one: what is lost, what is gone, which unit shrank."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from expectations.suites import DRIFT_CHECKS
from expectations.verdict import Verdict, judge
from transforms.duck import quoted
from transforms.errors import ConfigError, StorageError
from transforms.labels import nearest

ACCEPTABLE = tuple(check.id for check in DRIFT_CHECKS if check.severity == "release")
"""The checks that an operator may accept for one release; of broken arithmetic there is nothing to accept."""


@dataclass(frozen=True)
class Accepted:
    """What an operator lets the next release lose, and why."""

    rules: tuple[str, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        for rule in self.rules:
            if rule not in ACCEPTABLE:
                near = ", ".join(nearest(rule, ACCEPTABLE) or ACCEPTABLE)
                raise ConfigError(
                    f"Không thể chấp nhận {rule}; có phải {near}? Chấp nhận được: {', '.join(ACCEPTABLE)}.",
                    f"{rule} cannot be accepted; did you mean {near}? Those that can be: {', '.join(ACCEPTABLE)}.",
                )
        if self.rules and not self.reason.strip():
            raise ConfigError("--accept cần --reason: ghi lý do chấp nhận.", "--accept needs --reason: say why it is accepted.")


NOTHING_ACCEPTED = Accepted()


def judge_drift(con: duckdb.DuckDBPyConnection, before: Path, warehouse: Path, accepted: Accepted) -> Verdict:
    """Hold a build's tables against the release that is current; what is ``accepted`` and failed is but a warning.

    StorageError when that release cannot be read.
    """
    try:
        _lay_beside(con, before, warehouse)
    except (duckdb.IOException, duckdb.InvalidInputException, duckdb.BinderException) as error:
        raise StorageError(
            f"Không so được với bản hiện hành {before}: thư mục này hỏng hoặc thiếu tệp. Khôi phục từ bản sao lưu, "
            "hoặc xóa thư mục ấy rồi chạy lại: bản mới khi đó được phát hành mà không so với bản nào.",
            f"The current release {before} cannot be read: it is damaged or incomplete. Restore it from a backup, or remove that "
            "folder and run again: the next release is then held against none.",
        ) from error
    results = judge(con, DRIFT_CHECKS).results
    return Verdict([replace(r, severity="warning") if _is_accepted(r.check_id, r.state, accepted.rules) else r for r in results])


def _is_accepted(check_id: str, state: str, rules: Collection[str]) -> bool:
    return check_id in rules and state == "failed"


def _lay_beside(con: duckdb.DuckDBPyConnection, before: Path, warehouse: Path) -> None:
    """Make the tables that DRIFT_CHECKS look at.

    A dossier is lost when nothing has its code any more; it is gone when an export ended what stood of it.
    """
    dossiers = f"read_parquet({quoted(f'{before}/dossier/*.parquet')})"
    con.execute(f"attach {quoted(str(warehouse))} as history (read_only)")
    try:
        con.execute(
            f"""create or replace table lost_dossier as
                with lost as (
                    select source, dossier_key, dossier_code from {dossiers} anti join dossier using (dossier_code)),
                ended as (
                    select source, dossier_code from history.dossier_run semi join lost using (source, dossier_code)
                    group by all having bool_and(ended_file is not null))
                select l.source, l.dossier_key, e.source is not null as is_gone
                from lost as l left join ended as e using (source, dossier_code)"""
        )
        con.execute(
            f"""create or replace table source_gone as
                select b.source, count(*) as before_count, count(*) filter (where l.is_gone) as gone_count
                from {dossiers} as b left join lost_dossier as l using (dossier_key) group by b.source"""
        )
        con.execute(
            f"""create or replace table unit_change as
                select unit_code, sum(before_count)::bigint as before_count, sum(now_count)::bigint as now_count from (
                    select resolving_unit_code as unit_code, count(*) as before_count, 0 as now_count from {dossiers} group by all
                    union all
                    select resolving_unit_code, 0, count(*) from dossier group by all)
                where unit_code is not null group by unit_code"""
        )
    finally:
        con.execute("detach history")
