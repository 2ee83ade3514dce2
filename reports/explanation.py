"""One figure explained: what it is, by which rule, what adds up to it, and the dossiers, units or entries behind it."""

from datetime import date
from typing import Any, NamedTuple

import duckdb

from reports.corrections import corrections_in
from reports.dossier_counts import counts_sql, is_of_dossiers, want_figures
from reports.numbers import period_label, rate
from reports.units import find_unit, members_by_scope, units_of, unknown
from transforms.build import load_rows
from transforms.cards import load_card
from transforms.duck import rows
from transforms.errors import ConfigError, FigureError
from transforms.periods import PeriodName
from transforms.registry import bases, figures, indicator_ids, known_basis, known_rule, rules

COUNTED_AS = {
    "denominator": ("chỉ vào mẫu số", "in the denominator only"),
    "excluded": ("không tính", "left out"),
    "not_told": ("chưa xét được", "cannot be judged"),
    "not_refreshed": ("chưa cập nhật, ngoài tỷ lệ", "not refreshed, outside the rate"),
    "numerator": ("vào tử số và mẫu số", "in numerator and denominator"),
}
"""What a dossier is to a figure, in the order in which people look at them: first what is missing."""
_COUNTED_AS_SQL = """case when numerator = 1 then 'numerator' when denominator = 1 then 'denominator'
                          when excluded = 1 then 'excluded' when not_told = 1 then 'not_told' else 'not_refreshed' end"""
_NOT_HELD = {
    "document": (
        "Bản phát hành không giữ từng văn bản; chỉ nêu được số của từng đơn vị.",
        "The release does not hold single documents; only the counts of each unit can be told.",
    ),
    "survey_answer": (
        "Bản phát hành không giữ từng phiếu khảo sát; chỉ nêu được số của từng đơn vị.",
        "The release does not hold single survey forms; only the counts of each unit can be told.",
    ),
    "via_system": (
        "Hồ sơ ngoài hệ thống chỉ có trong mẫu số và chỉ nêu được bằng số, không có từng hồ sơ.",
        "Dossiers outside of the system are in the denominator only, as a number and not one by one.",
    ),
}
"""What cannot be told of an indicator, by the indicator or what it counts."""


class Asked(NamedTuple):
    """Which figure is meant; an empty rule, basis or calendar is the usual one, and the plan's."""

    unit: str
    indicator: str
    period: PeriodName
    rule: str = ""
    basis: str = ""
    calendar: str = ""
    scope: str = "subtree"


def find_figure(con: duckdb.DuckDBPyConnection, asked: Asked, plans_calendar: str) -> dict[str, Any]:
    """The row of ``indicator_value`` that is meant, with the unit's name; ConfigError says what the release does not know."""
    if asked.indicator not in indicator_ids():
        raise unknown("chỉ tiêu", "indicator", asked.indicator, indicator_ids())
    names = dict(con.execute("select unit_code, unit_name from unit").fetchall())
    code = find_unit(names, asked.unit)
    found = rows(
        con,
        """from indicator_value
           where indicator_id = $indicator and rule_id = $rule and basis_id = $basis and unit_code = $unit and scope = $scope
               and period_kind = $kind and year(period_end) = $year and month(period_end) = $month
               and calendar in ($calendar, case when $asked_calendar = '' then 'calendar' else $calendar end)
           order by calendar = $calendar desc limit 1""",
        {
            "indicator": asked.indicator,
            "rule": known_rule(asked.indicator, asked.rule),
            "basis": known_basis(asked.indicator, asked.basis),
            "unit": code,
            "scope": asked.scope,
            "calendar": asked.calendar or plans_calendar,
            "asked_calendar": asked.calendar,
            **asked.period._asdict(),
        },
    )
    if not found:
        see = 'motcua query "select distinct calendar, period_kind, period_start from indicator_value"'
        raise ConfigError(
            f"Không có số liệu {asked.indicator} của {names[code]} (phạm vi {asked.scope}) trong kỳ đó. "
            f"Chỉ tiêu theo sổ chỉ có theo năm; xem các kỳ: {see}.",
            f"There is no figure {asked.indicator} of {code} (scope {asked.scope}) for that period. "
            f"What registers say is told by year only; see: {see}.",
        )
    return {"unit_name": names[code], **found[0]}


def explain_figure(
    con: duckdb.DuckDBPyConnection, asked: Asked, plan: dict[str, Any], as_of: date, most: int | None = None
) -> dict[str, Any]:
    """A figure of a release with all that the release knows of how it came about.

    ``con`` holds its marts; ``plan`` is what its manifest says of the plan. ``sums`` counts the dossiers by what they are to the
    figure, ``dossiers`` lists them with the ``sum_number`` of theirs, at most ``most`` of each; ``units`` are the figures of the
    units in it, ``entries`` and ``procedures`` what registers and catalogue say, ``totals`` what units reported as a total,
    ``cannot_tell`` what the release does not hold. ConfigError as find_figure; FigureError when the dossiers do not add up to
    the figure.
    """
    figure = find_figure(con, asked, plan["calendar"])
    members = members_by_scope(con, plan["outside_scope"])
    units = units_of(members, figure["unit_code"], figure["scope"])
    sums, dossiers = _dossiers_behind(con, figure, members, as_of, most)
    totals = _totals(con, figure, units) if figure["is_from_totals"] else []
    _check_sums(figure, sums, totals)
    row = next(f for f in figures() if f["indicator_id"] == figure["indicator_id"])
    has_rate = figure["status"] == "ok"
    return {
        **figure,
        "title_vi": row["title_vi"],
        "title_en": row["title_en"],
        "basis": bases()[figure["basis_id"]],
        "rule": rules().get(figure["rule_id"]),
        "period": period_label(figure["calendar"], figure["period_kind"], figure["period_start"], figure["period_end"]),
        "rate_text": rate(figure["numerator"], figure["denominator"]) if has_rate else None,
        "card": _card(figure["indicator_id"]),
        "rule_card": _card(figure["rule_id"]) if figure["rule_id"] in rules() else None,
        "sums": sums,
        "dossiers": dossiers,
        "units": _units(con, figure, units) if len(units) > 1 else [],
        "entries": _entries(con, figure, units, as_of) if row["counted"] == "units" else [],
        "procedures": _procedures(con, figure, units, as_of) if row["counted"] == "procedures" else [],
        "totals": totals,
        "cannot_tell": [_NOT_HELD[key] for key in (figure["indicator_id"], row["kind"]) if key in _NOT_HELD],
    }


def _card(name: str) -> dict[str, Any]:
    return load_card(name).model_dump(include={"question", "numerator", "denominator", "exclusions"})


def _dossiers_behind(
    con: duckdb.DuckDBPyConnection, figure: dict[str, Any], members: dict, as_of: date, most: int | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The sums by what dossiers are to the figure, and the dossiers; nothing where it is of something else."""
    if not is_of_dossiers(figure["indicator_id"], figure["basis_id"]):
        return [], []
    want_figures(con, [figure], members)
    # The keys listed are found while counting, so that a large mart is read once.
    some = (
        f"min({{key: dossier_key, month: received_month}}, {most})" if most else "list({key: dossier_key, month: received_month})"
    )
    sums = rows(
        con,
        f"""select {_COUNTED_AS_SQL} as counted_as, outcome, exclusion_reason,
                   outcome in ('early', 'on_time', 'late', 'open') and open_at_end = 1 as is_open, count(*) as dossier_count,
                   cast(sum(not_refreshed) as bigint) as not_refreshed_count, {some} as listed
            from ({counts_sql(con, as_of)}) group by all order by all""",
    )
    order = list(COUNTED_AS)
    sums.sort(key=lambda s: (order.index(s["counted_as"]), s["is_open"], s["outcome"], s["exclusion_reason"] or ""))
    keys = [(n, one["key"], one["month"]) for n, s in enumerate(sums) for one in s.pop("listed")]
    con.execute("create or replace temp table listed (sum_number integer, dossier_key varchar, received_month varchar)")
    load_rows(con, "listed", keys)
    months = ", ".join(f"'{month}'" for month in sorted({month for _, _, month in keys})) or "''"
    rule = con.execute("select outcome_rule from wanted_figure").fetchall()[0][0]
    dossiers = rows(
        con,
        f"""select l.sum_number, d.dossier_code, d.source, d.procedure_code, d.resolving_unit_code as unit_code, d.channel,
                   d.status, o.outcome, o.exclusion_reason, d.received_at, d.due_at, o.effective_due_at, d.finished_at, o.exit_date,
                   o.overdue_date, d.dossier_key, {corrections_in(con, "dossier")}
            from listed as l
            join dossier as d on d.dossier_key = l.dossier_key and d.received_month = l.received_month
            join outcome as o on o.dossier_key = l.dossier_key and o.received_month = l.received_month
            where o.rule_id = '{rule}' and o.received_month in ({months}) and d.received_month in ({months})
            order by l.sum_number, d.dossier_key""",
    )
    for dossier in dossiers:
        dossier |= {name: sums[dossier["sum_number"]][name] for name in ("counted_as", "is_open")}
    return sums, dossiers


def _check_sums(figure: dict[str, Any], sums: list[dict[str, Any]], totals: list[dict[str, Any]]) -> None:
    """FigureError when a figure of dossiers is not what they, and the totals in it, add up to."""
    if figure["status"] not in ("ok", "no_activity") or not is_of_dossiers(figure["indicator_id"], figure["basis_id"]):
        return
    numerator = _sum_of(sums, "numerator")
    denominator = numerator + _sum_of(sums, "denominator")
    added_up = (numerator + sum(t["numerator"] for t in totals), denominator + sum(t["denominator"] for t in totals))
    said = (figure["numerator"], figure["denominator"])
    is_open_ended = figure["indicator_id"] == "via_system"  # what is outside of the system is told as a number only
    if added_up[0] != said[0] or (added_up[1] > said[1] if is_open_ended else added_up[1] != said[1]):
        raise FigureError(
            f"Số liệu ghi {said[0]}/{said[1]} nhưng các hồ sơ cộng lại là {added_up[0]}/{added_up[1]}. "
            "Bản phát hành này có thể đã bị sửa; hãy chạy lại `motcua run` và báo cho người phát triển.",
            f"The figure is {said[0]}/{said[1]}, its dossiers add up to {added_up[0]}/{added_up[1]}. "
            "This release may have been altered: run `motcua run` again and report it.",
        )


def _sum_of(sums: list[dict[str, Any]], counted_as: str) -> int:
    return sum(s["dossier_count"] for s in sums if s["counted_as"] == counted_as)


_SAME_PERIOD = (
    """calendar = $calendar and period_kind = $period_kind and period_start = $period_start and period_end = $period_end"""
)


def _same_period(figure: dict[str, Any]) -> dict[str, Any]:
    return {name: figure[name] for name in ("calendar", "period_kind", "period_start", "period_end")}


def _units(con: duckdb.DuckDBPyConnection, figure: dict[str, Any], units: list[str]) -> list[dict[str, Any]]:
    """The figure of each unit by itself where there is anything to say of it."""
    return rows(
        con,
        f"""select v.unit_code, u.unit_name, v.numerator, v.denominator, v.excluded_count, v.unreported_count, v.no_evidence_count,
                   v.is_from_totals, v.status, v.status_reason
            from indicator_value as v join unit as u using (unit_code)
            where v.indicator_id = $indicator_id and v.rule_id = $rule_id and v.basis_id = $basis_id and v.scope = 'own'
                and list_contains($units, v.unit_code) and {_SAME_PERIOD}
                and (v.status <> 'no_activity' or v.excluded_count > 0)
            order by v.unit_code""",
        {**_same_period(figure), **{n: figure[n] for n in ("indicator_id", "rule_id", "basis_id")}, "units": units},
    )


def _totals(con: duckdb.DuckDBPyConnection, figure: dict[str, Any], units: list[str]) -> list[dict[str, Any]]:
    """The totals that stand in the figure in place of rows."""
    return rows(
        con,
        f"""select unit_code, total_numerator as numerator, total_denominator as denominator
            from totals_difference
            where indicator_id = $indicator_id and is_used and list_contains($units, unit_code) and {_SAME_PERIOD}
            order by unit_code""",
        {**_same_period(figure), "indicator_id": figure["indicator_id"], "units": units},
    )


def _entries(con: duckdb.DuckDBPyConnection, figure: dict[str, Any], units: list[str], as_of: date) -> list[dict[str, Any]]:
    """What registers say of the units in the period."""
    return rows(
        con,
        """from evidence where indicator_id = $indicator and list_contains($units, unit_code)
               and counts_from <= $last and counts_to >= $first order by unit_code, counts_from, entry_code""",
        {
            "indicator": figure["indicator_id"],
            "units": units,
            "first": figure["period_start"],
            "last": min(figure["period_end"], as_of),
        },
    )


_MEETS = {
    "procedures_level4": "case when service_level is not null then service_level in ('4', 'full') end",
    "procedures_one_stop": "is_at_one_stop",
    "procedures_published": "is_published",
}


def _procedures(con: duckdb.DuckDBPyConnection, figure: dict[str, Any], units: list[str], as_of: date) -> list[dict[str, Any]]:
    """The procedures in competence on the last day, those that do not meet it first; null where the catalogue does not say."""
    return rows(
        con,
        f"""select procedure_code, procedure_name, competent_level, {_MEETS[figure["indicator_id"]]} as is_met, is_excepted,
                   exception_ground
            from procedure
            where coalesce(valid_from <= $last, true) and coalesce(valid_to >= $last, true)
                and competent_level in (
                    select unit_level from unit where unit_kind = unit_level and list_contains($units, unit_code)
                    and coalesce(valid_from <= $last, true) and coalesce(valid_to >= $last, true))
            order by is_met nulls first, procedure_code""",
        {"last": min(figure["period_end"], as_of), "units": units},
    )
