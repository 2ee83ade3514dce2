"""The plan's targets for the units at the top of the tree: figure, bar, state, how far it is, what is in the way, what changed."""

from pathlib import Path
from typing import Any

import duckdb

from reports.numbers import count, in_english, rate, rate_against_bar, rate_of
from reports.numbers import date as written_date
from reports.words import STATE_WORDS, Said
from transforms.duck import connect, rows
from transforms.registry import counted_by

STATES = {state: f"{mark} {vi}" for state, (mark, vi, _) in STATE_WORDS.items()}
OPERATORS = {">=": "≥", ">": ">", "=": "="}
_NAMED = 3
_IN_DOUBT = ("not_met", "missing_data", "missing_denominator", "no_evidence")
"""States of a target that something is in the way of."""
_ONE_BY_ONE = {"units": ("unit", "đơn vị", "units"), "procedures": ("procedure", "thủ tục", "procedures")}
"""What a share is of that is counted one by one, as a kind of cause and in words."""


def read_targets(
    con: duckdb.DuckDBPyConnection,
    year: int,
    before: Path | None = None,
    *,
    kind: str = "year",
    month: int = 12,
    unit: str = "",
    of_all_units: bool = False,
) -> list[dict[str, Any]]:
    """Each target of the plan's year: figures as texts beside their numbers, and ``notes``, sentences in both languages.

    They are those of the units at the top, of one ``unit`` by its code, or of all. Another period of the year is meant by its
    ``kind`` and the ``month`` it ends in. ``before`` is the release that stood before; a target that says something else now
    says what it said then.
    """
    when = (year, kind, month)
    judged = _judged(con, unit, of_all_units, *when)
    earlier = _earlier(before, *when) if before else {}
    parts, outlooks, causes = target_parts(con, *when), target_outlooks(con, *when), target_causes(con, *when)
    return [
        {
            "target_id": row["target_id"],
            "name_vi": row["name_vi"],
            "name_en": row["name_en"],
            "text_vi": row["text_vi"],
            "text_en": row["text_en"],
            "is_aim": row["is_aim"],
            "unit_code": row["unit_code"],
            "unit_name": row["unit_name"],
            "numerator": row["numerator"],
            "denominator": row["denominator"],
            "short_count": row["short_count"],
            "scope": row["scope"],
            "period_start": row["period_start"],
            "period_end": row["period_end"],
            "state_said": STATE_WORDS[row["state"]][1:],
            "bar": f"{OPERATORS[row['operator']]} {row['bar']}%",
            **figure_texts(row, row["state"]),
            "notes": [
                *_from_totals(row),
                *_of_a_sample(row),
                *_in_parts(parts.get(place, [])),
                *_how_far(row, outlooks.get((*place, row["part_number"]))),
                *in_the_way(row, causes.get((*place, row["part_number"]), [])),
                *_changed(row, earlier.get(place)),
            ],
        }
        for row in judged
        for place in [(row["target_id"], row["unit_code"])]
    ]


def figure_texts(row: dict[str, Any], state: str | None) -> dict[str, Any]:
    """A figure as text and fraction, with its state; against its bar it is never rounded to the other side."""
    numerator, denominator = row["numerator"], row["denominator"]
    if not denominator:
        return {"text": STATES[row.get("status") or state], "fraction": "", "state": state or row["status"]}
    text = (
        rate_against_bar(numerator, denominator, row["operator"], row["bar"]) if row["operator"] else rate(numerator, denominator)
    )
    return {"text": text, "fraction": f"{count(numerator)}/{count(denominator)}", "state": state or ""}


_THE_PERIOD = "period_kind = $kind and year(period_end) = $year and month(period_end) = $month"


def _judged(
    con: duckdb.DuckDBPyConnection, unit: str, of_all_units: bool, year: int, kind: str, month: int
) -> list[dict[str, Any]]:
    return rows(
        con,
        f"""select t.*, u.unit_name, v.wilson_low, v.wilson_high
            from target_status as t
            join unit as u using (unit_code)
            left join indicator_value as v
                using (indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end)
            where {_THE_PERIOD} and case when $unit = '' then $of_all_units or u.parent_code is null else t.unit_code = $unit end
            order by t.target_id, t.unit_code""",
        {"unit": unit, "of_all_units": of_all_units} | _when(year, kind, month),
    )


def _earlier(release: Path, year: int, kind: str, month: int) -> dict[tuple, dict[str, Any]]:
    con = connect(release / "marts.duckdb", read_only=True)
    try:
        found = rows(
            con,
            f"select target_id, unit_code, state, numerator, denominator, operator, bar from target_status where {_THE_PERIOD}",
            _when(year, kind, month),
        )
    finally:
        con.close()
    return {(row["target_id"], row["unit_code"]): row for row in found}


def target_parts(
    con: duckdb.DuckDBPyConnection, year: int, kind: str = "year", month: int = 12
) -> dict[tuple, list[dict[str, Any]]]:
    """The parts of each target in a period of the plan's year, by target and unit."""
    found = rows(
        con,
        f"select * from target_part where {_THE_PERIOD} order by target_id, unit_code, part_number",
        _when(year, kind, month),
    )
    return _by_place(found, "target_id", "unit_code")


def target_outlooks(con: duckdb.DuckDBPyConnection, year: int, kind: str = "year", month: int = 12) -> dict[tuple, dict[str, Any]]:
    """Whether each on-time target can still be met in a period of the plan's year, by target, unit and part."""
    found = rows(con, f"select * from target_outlook where {_THE_PERIOD}", _when(year, kind, month))
    return {(row["target_id"], row["unit_code"], row["part_number"]): row for row in found}


def target_causes(
    con: duckdb.DuckDBPyConnection, year: int, kind: str = "year", month: int = 12
) -> dict[tuple, list[dict[str, Any]]]:
    """What keeps each target from its bar in a period of the plan's year, by target, unit and part; units stand first."""
    found = rows(
        con,
        f"""select c.*, coalesce(u.unit_name, p.procedure_name, c.cause_code) as cause_name
            from target_cause as c
            left join unit as u on c.cause_kind = 'unit' and c.cause_code = u.unit_code
            left join (select procedure_code, max(procedure_name) as procedure_name from procedure group by all) as p
                on c.cause_kind = 'procedure' and c.cause_code = p.procedure_code
            where {_THE_PERIOD} order by c.cause_kind desc, c.place""",
        _when(year, kind, month),
    )
    return _by_place(found, "target_id", "unit_code", "part_number")


def _when(year: int, kind: str, month: int) -> dict[str, int | str]:
    return {"year": year, "kind": kind, "month": month}


def _by_place(found: list[dict[str, Any]], *place: str) -> dict[tuple, list[dict[str, Any]]]:
    grouped: dict[tuple, list[dict[str, Any]]] = {}
    for row in found:
        grouped.setdefault(tuple(row[name] for name in place), []).append(row)
    return grouped


def _in_parts(parts: list[dict[str, Any]]) -> list[Said]:
    """Each part's figure, where a target has several."""
    if len(parts) < 2:
        return []

    def said(part: dict[str, Any]) -> str:
        figure = figure_texts(part, part["state"])
        mark = STATES[part["state"]].partition(" ")[0]
        told = f"{mark} {figure['text']} ({figure['fraction']})" if figure["fraction"] else figure["text"]
        return f"{part['title_vi']} {told}" if part["is_judged"] else f"({part['title_vi']} {told})"

    return [("; ".join(map(said, parts)), ", ".join(part["title_en"] for part in parts))]


def _from_totals(row: dict[str, Any]) -> list[Said]:
    if not row["is_from_totals"]:
        return []
    return [("có số tổng do đơn vị tự báo cáo", "totals that units report themselves are in it")]


def _of_a_sample(row: dict[str, Any]) -> list[Said]:
    """Of a survey, how many answered, and how far those who were not asked may be from them."""
    if counted_by(row["indicator_id"]) != "answers" or row["wilson_low"] is None:
        return []
    low, high, asked = rate_of(row["wilson_low"]), rate_of(row["wilson_high"]), count(row["denominator"])
    return [
        (
            f"{asked} người trả lời{', mẫu nhỏ' if row['is_small_sample'] else ''}; khoảng tin cậy 95%: {low}–{high}",
            f"{asked} answered{', a small sample' if row['is_small_sample'] else ''}; 95% confidence interval",
        )
    ]


def is_settled(row: dict[str, Any], outlook: dict[str, Any]) -> bool:
    """Whether there is no more outlook: the period is over, and the bar was reached or would have been."""
    return outlook["is_over"] and (outlook["is_reachable"] or row["state"] == "met")


def _how_far(row: dict[str, Any], outlook: dict[str, Any] | None) -> list[Said]:
    """How far it is to the bar, or, while the period runs, what can still be afforded."""
    found = []
    if row["state"] == "not_yet_due":
        return [(f"đang thực hiện {_fraction(row)}", f"under way: {_fraction(row)}")]
    if row["state"] in _IN_DOUBT and row["short_count"]:
        found.append((f"thiếu {count(row['short_count'])}", f"short of {row['short_count']:,}"))
    return [*found, *outlook_said(row, outlook)]


def outlook_said(row: dict[str, Any], outlook: dict[str, Any] | None) -> list[Said]:
    """Whether the bar can still be reached with the dossiers now open, or since when not; nothing where that is settled."""
    if outlook is None or is_settled(row, outlook):
        return []
    if not outlook["is_reachable"]:
        since = written_date(outlook["unreachable_since"])
        return [(f"không còn đạt được từ {since}", f"out of reach since {since}")]
    spare, still_open = count(min(outlook["spare_count"], outlook["open_in_time_count"])), count(outlook["open_in_time_count"])
    return [
        (
            f"còn đạt được: tối đa {spare} trong {still_open} hồ sơ đang giải quyết được trễ",
            f"within reach: at most {in_english(spare)} of the {in_english(still_open)} dossiers not yet due may be late",
        )
    ]


def in_the_way(row: dict[str, Any], causes: list[dict[str, Any]]) -> list[Said]:
    """The units, and the procedures, with most of what is missing."""
    if row["state"] not in _IN_DOUBT:
        return []
    counted = counted_by(row["indicator_id"])
    if counted in _ONE_BY_ONE:
        return _one_by_one(row, causes, *_ONE_BY_ONE[counted])
    units = [cause for cause in causes if cause["cause_kind"] == "unit"]
    silent = [cause["cause_name"] for cause in units if cause["reason"] == "missing_denominator"]
    if silent:
        return [(f"không rõ mẫu số của: {_named(silent, 'đơn vị')}", "denominator not known")]
    found = []
    if units:
        listed = "; ".join(f"{cause['cause_name']} {_fraction(cause)}" for cause in units[:_NAMED])
        found.append((f"vướng ở: {listed}", "in the way"))
    if row["denominator"] is None:
        return found
    for cause in (c for c in causes if c["cause_kind"] == "procedure" and c["place"] == 1):
        share = f"{count(cause['missing_count'])}/{count(row['denominator'] - row['numerator'])}"
        found.append(
            (
                f"{share} hồ sơ chưa đạt thuộc thủ tục «{cause['cause_name']}»",
                "of what is missing, by procedure",
            )
        )
    return found


def _one_by_one(row: dict[str, Any], causes: list[dict[str, Any]], kind: str, things_vi: str, things_en: str) -> list[Said]:
    """The units, or procedures, that the share is of and that do not meet it, by what is the matter with each."""
    if row["denominator"] is None:
        return []
    untold, unproven = row["unreported_count"], row["no_evidence_count"]
    why = (
        ("falls_short", row["denominator"] - row["numerator"] - untold - unproven, "chưa đạt", "that fall short"),
        ("missing_data", untold, "chưa có số liệu", "not reported"),
        ("no_evidence", unproven, "thiếu minh chứng", "without evidence"),
    )
    named = {reason: [c["cause_name"] for c in causes if (c["cause_kind"], c["reason"]) == (kind, reason)] for reason, *_ in why}
    return [
        (f"{count(size)} {things_vi} {vi}: {_named(named[reason], things_vi, size)}", f"{things_en} {en}: {count(size)}")
        for reason, size, vi, en in why
        if size and named[reason]
    ]


def _named(names: list[str], things_vi: str, size: int | None = None) -> str:
    """The first of some names, and how many more of these things there are."""
    more = (size or len(names)) - min(len(names), _NAMED)
    return "; ".join(names[:_NAMED]) + (f" và {count(more)} {things_vi} khác" if more else "")


def _changed(row: dict[str, Any], earlier: dict[str, Any] | None) -> list[Said]:
    if earlier is None or (earlier["state"], _fraction(earlier)) == (row["state"], _fraction(row)):
        return []
    figure = figure_texts(earlier, earlier["state"])
    said = f"{figure['text']} ({figure['fraction']}) {STATES[earlier['state']]}" if figure["fraction"] else figure["text"]
    return [(f"bản trước: {said}", "release before")]


def _fraction(row: dict[str, Any]) -> str:
    """Numerator and denominator of a figure, or of what a cause says."""
    denominator = row.get("cause_denominator", row.get("denominator"))
    numerator = denominator - row["missing_count"] if "missing_count" in row else row["numerator"]
    return f"{count(numerator)}/{count(denominator)}" if denominator else ""
