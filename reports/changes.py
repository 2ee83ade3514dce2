"""Why figures differ between two releases: every dossier that counts otherwise has one cause, and the causes add up."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import duckdb

from reports.corrections import corrections_in
from reports.dossier_counts import counts_sql, is_of_dossiers, want_figures
from reports.units import Members, members_by_scope
from transforms.duck import rows
from transforms.errors import FigureError

CAUSES = {
    "out_of_quarantine": ("hàng trước đây bị cách ly", "its row was in quarantine"),
    "new_dossier": ("hồ sơ mới xuất hiện", "new dossier"),
    "gone": ("không còn trong tệp kết xuất", "gone from the export"),
    "unit_moved": ("chuyển sang đơn vị khác", "moved to another unit"),
    "time_passed": ("thời gian trôi qua", "time has passed"),
    "correction_accepted": ("đính chính được chấp thuận hoặc rút lại", "correction accepted or taken back"),
    "finished_since": ("đã giải quyết xong", "finished since"),
    "due_date_moved": ("ngày hẹn trả thay đổi", "due date moved"),
    "end_date_moved": ("ngày kết thúc thay đổi", "end date moved"),
    "status_rewritten": ("trạng thái ghi lại", "status rewritten"),
    "otherwise_rewritten": ("dữ liệu khác của hồ sơ ghi lại", "other data of the dossier rewritten"),
    "configuration_or_code": ("cấu hình hoặc chương trình thay đổi", "configuration or code changed"),
    "reported_total": ("số tổng do đơn vị báo thay đổi", "a total that a unit reported changed"),
    "not_by_dossier": ("không tách được theo hồ sơ", "cannot be split into dossiers"),
}
"""In the order in which the first that applies to a dossier is its cause; of the last two, what no dossier explains."""

GRAIN = (
    "indicator_id",
    "rule_id",
    "basis_id",
    "unit_role",
    "unit_code",
    "scope",
    "calendar",
    "period_kind",
    "period_start",
    "period_end",
)
_KNOWN = ("ok", "no_activity")


class Known(NamedTuple):
    """A release beside another one: the schema that holds its marts, its day, what its plan leaves out, the hashes of its files."""

    schema: str
    as_of: date
    outside_scope: Sequence[str]
    files: Mapping[str, str]


def changes_of(
    con: duckdb.DuckDBPyConnection, before: Known, now: Known, figures: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Why each figure differs between two releases: rows of ``figure_number`` (its place in ``figures``), ``cause``,
    ``dossier_count``, ``numerator_change`` and ``denominator_change``.

    ``figures`` are rows with the grain of ``indicator_value``. The changes add up to the difference wherever both releases have
    the figure; FigureError if not. The dossiers of each stand in the temporary table ``changed_dossier`` until the next call.
    """
    members = {known.schema: members_by_scope(con, known.outside_scope, f"{known.schema}.unit") for known in (before, now)}
    _note_counts(con, before, now, figures, members)
    _note_causes(con, before, now)
    causes = rows(
        con,
        """select figure_number, cause, count(*) as dossier_count, sum(numerator_change)::bigint as numerator_change,
                  sum(denominator_change)::bigint as denominator_change
           from changed_dossier group by all""",
    )
    for number, figure in enumerate(figures):
        of_it = [c for c in causes if c["figure_number"] == number]
        if rest := _rest(con, before, now, figure, of_it):
            same = next((c for c in of_it if c["cause"] == rest["cause"]), None)
            if same is None:
                causes.append({"figure_number": number, **rest})
            else:
                same |= {part: same[part] + rest[part] for part in ("numerator_change", "denominator_change")}
    order = list(CAUSES)
    return sorted(causes, key=lambda c: (c["figure_number"], order.index(c["cause"])))


def _note_counts(
    con: duckdb.DuckDBPyConnection, before: Known, now: Known, figures: Sequence[Mapping[str, Any]], members: dict[str, Members]
) -> None:
    """Make ``changed_count``: the dossiers that the two releases count differently in a figure, and by how much."""
    want_figures(con, figures, members[before.schema], f"{before.schema}.totals_difference")
    con.execute("create or replace temp table wanted_before as from wanted_member")
    want_figures(con, figures, members[now.schema], f"{now.schema}.totals_difference")
    unlike = _where_months_differ(con, before, now)
    counts = {
        known.schema: f"""select figure_number, dossier_key, numerator, denominator
                from ({counts_sql(con, known.as_of, f"{known.schema}.outcome", asked)}) where denominator = 1 and {unlike}"""
        for known, asked in ((before, "wanted_before"), (now, "wanted_member"))
    }
    con.execute(
        f"""create or replace temp table changed_count as
            with was as ({counts[before.schema]}), now as ({counts[now.schema]})
            select figure_number, dossier_key,
                coalesce(now.numerator, 0) - coalesce(was.numerator, 0) as numerator_change,
                coalesce(now.denominator, 0) - coalesce(was.denominator, 0) as denominator_change
            from was full join now using (figure_number, dossier_key)
            where numerator_change <> 0 or denominator_change <> 0"""
    )


def _where_months_differ(con: duckdb.DuckDBPyConnection, before: Known, now: Known) -> str:
    """A condition that leaves out months of which both releases have the same file, where time alone changes nothing either."""
    alike = [
        name.removeprefix("outcome/").removesuffix(".parquet")
        for name, sha in now.files.items()
        if name.startswith("outcome/") and before.files.get(name) == sha
    ]
    moves = con.execute(
        f"""select exists (from wanted_figure where period_end > date '{min(before.as_of, now.as_of)}' or basis_id = 'cohort')
                or exists (from wanted_before except from wanted_member) or exists (from wanted_member except from wanted_before)"""
    ).fetchall()[0][0]
    if moves or not alike:
        return "true"
    return f"received_month not in ({', '.join(repr(month) for month in alike)})"


_FACTS = {
    "due_date_moved": ("due_at", "original_due_at"),
    "end_date_moved": ("finished_at",),
    "status_rewritten": ("status",),
    "otherwise_rewritten": (
        *("received_at", "channel", "receiving_unit_code", "resolving_unit_code", "field_code", "service_level", "status_from_at"),
        *("supplement_count", "supplement_requested_at", "supplement_completed_at", "suspended_working_days", "is_refreshed"),
    ),
}
"""What of a dossier is another than before, by the cause that it is."""
_MATTERS_TO = {"due_date_moved": "('on_time')", "end_date_moved": "('on_time', 'online_resolved')"}
"""The indicators that look at it; without an entry, all of them."""
_CORRECTED = {"due_at": "due_date_moved", "finished_at": "end_date_moved", "status": "status_rewritten"}
"""What may be corrected, by the cause that it would be if the source had told it otherwise."""


def _note_causes(con: duckdb.DuckDBPyConnection, before: Known, now: Known) -> None:
    """Make ``changed_dossier``: what changed_count holds, with the cause of each."""
    facts = dict.fromkeys(fact for of_cause in _FACTS.values() for fact in of_cause)
    values = ", ".join(f"case when contains(corrected_columns, '{c}') then {c} end as corrected_{c}" for c in _CORRECTED)
    for known in (before, now):
        con.execute(
            f"""create or replace temp table {known.schema}_dossier as
                select *, {values}
                from (
                    select dossier_key, source, dossier_code, {", ".join(facts)}, {corrections_in(con, f"{known.schema}.dossier")}
                    from {known.schema}.dossier where dossier_key in (select dossier_key from changed_count))"""
        )
        con.execute(
            f"""create or replace temp table {known.schema}_outcome as
                select o.* from {known.schema}.outcome as o where dossier_key in (select dossier_key from changed_count)
                    and rule_id in (select outcome_rule from wanted_figure)"""
        )
    # What the release before would count today: time alone may bring it to what is counted now.
    con.execute(
        f"""create or replace temp table by_time as
            select figure_number, dossier_key, numerator, denominator
            from ({counts_sql(con, now.as_of, f"{before.schema}_outcome", "wanted_before")}) where denominator = 1"""
    )
    con.execute(
        f"""create or replace temp table still_counted as
            select figure_number, dossier_key, numerator, denominator
            from ({counts_sql(con, now.as_of, f"{now.schema}_outcome", "wanted_member")}) where denominator = 1"""
    )
    rewritten = " ".join(f"when {_differs(cause, facts)} then '{cause}'" for cause, facts in _FACTS.items())
    corrected = " or ".join(_differs(cause, [f"corrected_{column}"]) for column, cause in _CORRECTED.items())
    con.execute(
        f"""create or replace temp table changed_dossier as
            select c.figure_number, c.dossier_key, c.numerator_change, c.denominator_change,
                case
                    when b.dossier_key is null and (n.source, md5(substring(n.dossier_key, length(n.source) + 2))) in (
                        select (source, code_hash) from {before.schema}.quarantined_dossier
                    ) then 'out_of_quarantine'
                    when b.dossier_key is null then 'new_dossier'
                    when n.dossier_key is null then 'gone'
                    when (mb.figure_number is null) <> (mn.figure_number is null) and {_unit("b")} <> {_unit("n")} then 'unit_moved'
                    when (mb.figure_number is null) <> (mn.figure_number is null) and f.indicator_id = 'via_system'
                        then 'reported_total'
                    when t.numerator is not distinct from s.numerator and t.denominator is not distinct from s.denominator
                        then 'time_passed'
                    when {corrected} then 'correction_accepted'
                    when bo.exit_date is null and no.exit_date is not null and f.indicator_id in ('on_time', 'online_resolved')
                        then 'finished_since'
                    {rewritten}
                    else 'configuration_or_code'
                end as cause
            from changed_count as c
            join wanted_figure as f using (figure_number)
            left join {before.schema}_dossier as b using (dossier_key)
            left join {now.schema}_dossier as n using (dossier_key)
            left join {before.schema}_outcome as bo on bo.dossier_key = c.dossier_key and bo.rule_id = f.outcome_rule
            left join {now.schema}_outcome as no on no.dossier_key = c.dossier_key and no.rule_id = f.outcome_rule
            left join wanted_before as mb on mb.figure_number = c.figure_number and mb.member_unit_code = {_unit("b")}
            left join wanted_member as mn on mn.figure_number = c.figure_number and mn.member_unit_code = {_unit("n")}
            left join by_time as t on t.dossier_key = c.dossier_key and t.figure_number = c.figure_number
            left join still_counted as s on s.dossier_key = c.dossier_key and s.figure_number = c.figure_number"""
    )


def _differs(cause: str, facts: Iterable[str]) -> str:
    """The condition that one of the facts is another than before, and that the figure looks at it."""
    matters = f" and f.indicator_id in {_MATTERS_TO[cause]}" if cause in _MATTERS_TO else ""
    return f"(({' or '.join(f'b.{fact} is distinct from n.{fact}' for fact in facts)}){matters})"


def _unit(dossier: str) -> str:
    return f"case f.unit_role when 'receiving' then {dossier}.receiving_unit_code else {dossier}.resolving_unit_code end"


def _rest(
    con: duckdb.DuckDBPyConnection, before: Known, now: Known, figure: Mapping[str, Any], causes: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """What no dossier of the two releases explains; FigureError where dossiers should explain it all."""
    was, is_now = (figure_in(con, known, figure) for known in (before, now))
    if was is None or is_now is None or not {was["status"], is_now["status"]} <= {*_KNOWN}:
        return None
    left = {
        f"{part}_change": is_now[part] - was[part] - sum(c[f"{part}_change"] for c in causes)
        for part in ("numerator", "denominator")
    }
    if not any(left.values()):
        return None
    if not is_of_dossiers(figure["indicator_id"], figure["basis_id"]):
        return {"cause": "not_by_dossier", "dossier_count": 0, **left}
    if not (was["is_from_totals"] or is_now["is_from_totals"] or figure["indicator_id"] == "via_system"):
        raise FigureError(
            f"Chênh lệch của {figure['indicator_id']}, {figure['unit_code']} không được các hồ sơ giải thích hết ({left}). "
            "Một trong hai bản phát hành có thể đã bị sửa; hãy báo cho người phát triển.",
            f"The dossiers do not explain all of the difference of {figure['indicator_id']}, {figure['unit_code']} ({left}). "
            "One of the two releases may have been altered: report it.",
        )
    return {"cause": "reported_total", "dossier_count": 0, **left}


def changed_dossiers(con: duckdb.DuckDBPyConnection, before: Known, now: Known, most: int) -> list[dict[str, Any]]:
    """The dossiers behind what changes_of said last, at most ``most`` of each figure and cause: codes, and dates before and now."""
    facts = ("status", "due_at", "finished_at", "resolving_unit_code")
    return rows(
        con,
        f"""select c.figure_number, c.cause, coalesce(n.dossier_code, b.dossier_code) as dossier_code, c.numerator_change,
                   c.denominator_change, {", ".join(f"b.{f} as {f}_before, n.{f} as {f}_now" for f in facts)}
            from changed_dossier as c
            left join {before.schema}_dossier as b using (dossier_key) left join {now.schema}_dossier as n using (dossier_key)
            qualify row_number() over (partition by c.figure_number, c.cause order by c.dossier_key) <= {most}
            order by c.figure_number, c.cause, c.dossier_key""",
    )


def figure_in(con: duckdb.DuckDBPyConnection, known: Known, figure: Mapping[str, Any]) -> dict[str, Any] | None:
    """The row of a figure in one of the releases; None where it has none."""
    where = " and ".join(f"{name} = ${name}" for name in GRAIN)
    found = rows(con, f"from {known.schema}.indicator_value where {where}", {name: figure[name] for name in GRAIN})
    return found[0] if found else None
