"""The figures of the plan's targets as the page shows them: text, fraction, state, and whatever makes them doubtful."""

from fractions import Fraction
from typing import Any

import duckdb

from reports.numbers import COMPARISONS, count, in_english, period_label, period_label_en, rate_of
from reports.targets import OPERATORS, figure_texts
from reports.words import REASONS, STATE_WORDS, Said
from transforms.duck import rows
from transforms.registry import figures as registered
from transforms.registry import rules

FAR_POINTS = 5
"""A rate this many percentage points away from its bar is shown in the stronger shade."""

_KEYS = "unit_code, indicator_id, rule_id, basis_id, scope, calendar, period_kind, period_start, period_end"


def target_figures(con: duckdb.DuckDBPyConnection, year: int, period_kind: str) -> list[dict[str, Any]]:
    """The figure of every target and unit in the periods of this kind of the plan's year, ready to be shown.

    Beside what ``shown`` gives, a row says its target, unit, period, indicator, rule and basis.
    """
    found = rows(
        con,
        f"""select t.*, v.unit_role, v.not_refreshed_count, v.rate_low, v.rate_high, v.excluded_count, v.status_reason
            from target_status as t left join indicator_value as v using ({_KEYS})
            where t.period_kind = $kind and year(t.period_end) = $year
            order by t.target_id, t.unit_code, t.period_start""",
        {"kind": period_kind, "year": year},
    )
    return [row | shown(row) for row in found]


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """How a figure is shown: its ``text`` and ``fraction``, its ``value`` in per cent or None, its ``state`` in words, its doubts.

    ``row`` has numerator, denominator, a state or status, the bar, and what may make it doubtful.
    """
    state = row.get("state") or row["status"]
    mark, *said = STATE_WORDS.get(state, ("", "", ""))
    has_rate = bool(row["denominator"])
    texts = figure_texts({"operator": None, **row}, state) if has_rate else {"text": mark, "fraction": ""}
    return {
        "text": texts["text"],
        "fraction": texts["fraction"],
        "value": 100 * row["numerator"] / row["denominator"] if has_rate else None,
        "state": state,
        "mark": mark,
        "said": tuple(said),
        "tone": _tone(row, state),
        "flags": _flags(row, has_rate=has_rate),
        "bar_text": f"{OPERATORS[row['operator']]} {row['bar']}%" if row.get("operator") else "",
        "reason": _reason(row),
    }


def meets(numerator: int, denominator: int, operator: str, bar: int) -> bool:
    """Whether a figure reaches its bar, tested on whole numbers."""
    return COMPARISONS[operator](100 * numerator, bar * denominator)


def monthly(con: duckdb.DuckDBPyConnection, year: int, months: int = 24) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """By target and unit, the latest months of the figure that the plan's year is judged on, against the bar in force."""
    found = rows(
        con,
        """select t.target_id, t.operator, t.bar, v.*
           from target_status as t
           join indicator_value as v using (unit_code, indicator_id, rule_id, basis_id, scope, calendar)
           where t.period_kind = 'year' and year(t.period_end) = $year and v.period_kind = 'month'
             and v.status <> 'missing_data'
           qualify dense_rank() over (partition by calendar order by v.period_start desc) <= $months
           order by t.target_id, t.unit_code, v.period_start""",
        {"year": year, "months": months},
    )
    by_place: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in found:
        state = row["status"]
        if row["denominator"]:
            state = "met" if meets(row["numerator"], row["denominator"], row["operator"], row["bar"]) else "not_met"
        by_place.setdefault((row["target_id"], row["unit_code"]), []).append(row | shown({**row, "state": state}))
    return {place: series for place, series in by_place.items() if any(row["denominator"] for row in series)}


def period_said(row: dict[str, Any]) -> Said:
    """The name of a row's period."""
    days = (row["calendar"], row["period_kind"], row["period_start"], row["period_end"])
    return period_label(*days), period_label_en(*days)


def rule_said(rule: str) -> Said:
    """The title of a counting rule; nothing for a figure that no rule makes."""
    return (rules()[rule]["title_vi"], rules()[rule]["title_en"]) if rule in rules() else ("", "")


def indicator_said(indicator: str) -> Said:
    """The title of an indicator."""
    row = next(row for row in registered() if row["indicator_id"] == indicator)
    return row["title_vi"], row["title_en"]


def counted(number: int) -> Said:
    """A count in both languages."""
    return count(number), in_english(count(number))


def _tone(row: dict[str, Any], state: str) -> str:
    """The shade: met or not_met, ``far`` when well away from the bar; the state itself for all that is neither."""
    if state not in ("met", "not_met") or not row["denominator"]:
        return state
    distance = Fraction(100 * row["numerator"], row["denominator"]) - row["bar"]
    return f"{state} far" if state == "not_met" and abs(distance) >= FAR_POINTS else state


def _flags(row: dict[str, Any], *, has_rate: bool) -> list[tuple[str, str, Said]]:
    """(class, sign, what it says) of whatever a reader must know of the figure."""
    flags = []
    if row.get("is_provisional"):
        flags.append(
            ("provisional", "°", ("tạm tính: kỳ chưa hết hoặc chưa đủ tệp kết xuất", "provisional: more exports are to come"))
        )
    if row.get("is_small_sample") and has_rate:
        flags.append(("small", "~", ("mẫu nhỏ, một đơn vị đếm làm tỷ lệ đổi nhiều", "small sample: one moves it by much")))
    if left := row.get("not_refreshed_count"):
        (vi, en), (low, high) = counted(left), (row.get(bound) for bound in ("rate_low", "rate_high"))
        vi, en = f"{vi} hồ sơ chưa cập nhật", f"{en} dossiers are not refreshed"
        if low is not None and high is not None:
            low, high = rate_of(low), rate_of(high)
            vi, en = f"{vi}, tỷ lệ trong khoảng {low}–{high}", f"{en}, the rate is within {in_english(low)}–{in_english(high)}"
        flags.append(("stale", "◌", (vi, en)))
    return flags


def _reason(row: dict[str, Any]) -> Said | None:
    reason, _, columns = (row.get("status_reason") or "").partition(": ")
    if reason not in REASONS:
        return None
    vi, en = REASONS[reason]
    return (f"{vi} {columns}".rstrip(), f"{en} {columns}".rstrip())
