"""One unit and period under each rule, side by side, and what makes the rules differ."""

from pathlib import Path
from typing import Any

from reports.numbers import count, period_label, rate
from transforms.duck import connect, rows
from transforms.errors import ConfigError
from transforms.labels import nearest, word_key
from transforms.periods import Period
from transforms.registry import bases, rules

CAUSES = {
    "no_due_date": ("không có ngày hẹn trả", "without a due date"),
    "hour_of_the_due_day": ("xong trong ngày hẹn nhưng sau giờ hẹn", "finished on the due day after the hour"),
    "supplement": ("đang chờ bổ sung giấy tờ", "waiting for papers"),
    "financial": ("đang chờ nghĩa vụ tài chính", "waiting for a payment"),
    "paused": ("tạm dừng", "paused"),
    "withdrawn": ("rút hồ sơ", "withdrawn"),
    "rejected": ("không được tiếp nhận", "refused"),
    "cancelled": ("đã hủy", "cancelled"),
    "several_supplements": ("yêu cầu bổ sung hơn một lần", "asked for papers more than once"),
    "supplement_time": ("có thời gian chờ bổ sung", "with time spent waiting for papers"),
    "due_date_moved": ("ngày hẹn trả đã dời", "due date moved"),
    "not_told": ("tệp kết xuất không cho biết", "not told by the export"),
    "other": ("khác", "other"),
}
"""What a dossier has that makes a rule count it differently from II06_DATE."""


def read_rules(release: Path, unit: str, period: Period, scope: str, basis: str) -> dict[str, Any]:
    """The on-time figure of a unit and period under every rule, with the causes of each difference from II06_DATE.

    ``unit`` is a code or a name, ``scope`` own or subtree. ConfigError when the release knows no such unit or period.
    """
    con = connect(release / "marts.duckdb", read_only=True)
    try:
        code, name = _unit(con, unit)
        place = {
            "unit": code,
            "scope": scope,
            "calendar": period.calendar,
            "kind": period.period_kind,
            "start": period.period_start,
        }
        here = "unit_code = $unit and scope = $scope and calendar = $calendar and period_kind = $kind and period_start = $start"
        figures = rows(
            con,
            f"""select rule_id, numerator, denominator, excluded_count, status, status_reason, is_provisional
                from indicator_value where indicator_id = 'on_time' and basis_id = $basis and {here}""",
            {**place, "basis": basis},
        )
        differences = rows(
            con,
            f"""select rule_id, cause, dossier_count, numerator_change, denominator_change
                from rule_difference where {here} order by dossier_count desc, cause""",
            place,
        )
    finally:
        con.close()
    if not figures:
        raise ConfigError(
            f'Bản phát hành này không có số liệu của {name} trong kỳ đó. Xem các kỳ: motcua query "from indicator_value".',
            f'This release has no figures of {name} for that period. See: motcua query "from indicator_value".',
        )
    found = {figure["rule_id"]: figure for figure in figures}
    return {
        "unit_code": code,
        "unit_name": name,
        "scope": scope,
        "basis_id": basis,
        "basis": (bases()[basis]["title_vi"], bases()[basis]["title_en"]),
        "period": period_label(period.calendar, period.period_kind, period.period_start, period.period_end),
        "period_start": period.period_start,
        "period_end": period.period_end,
        "is_provisional": figures[0]["is_provisional"],
        "rules": [
            {
                **found[rule],
                "title_vi": said["title_vi"],
                "title_en": said["title_en"],
                "is_shown": said["is_shown"] == "true",
                "rate": rate(found[rule]["numerator"], found[rule]["denominator"]) if found[rule]["denominator"] else None,
                # Only what is resolved is laid beside the form's rate dossier by dossier.
                "differences": [d for d in differences if d["rule_id"] == rule] if basis == "resolved" else [],
            }
            for rule, said in rules().items()
        ],
    }


def because(differences: list[dict[str, Any]]) -> tuple[str, str]:
    """What makes a rule differ, as a sentence part in Vietnamese and in English: «12 không có ngày hẹn trả, 7 …»."""
    parts = [(count(d["dossier_count"]), *CAUSES[d["cause"]]) for d in differences]
    return ", ".join(f"{n} {vi}" for n, vi, _ in parts), ", ".join(f"{n} {en}" for n, _, en in parts)


def _unit(con: Any, unit: str) -> tuple[str, str]:
    units = dict(con.execute("select unit_code, unit_name from unit").fetchall())
    if unit in units:
        return unit, units[unit]
    codes = [code for code, name in units.items() if word_key(name) == word_key(unit)]
    if len(codes) == 1:
        return codes[0], units[codes[0]]
    near = ", ".join(nearest(unit, units.values())) or "—"
    raise ConfigError(
        f'Không có (hoặc có nhiều) đơn vị «{unit}». Có phải: {near}? Mã đơn vị: motcua query "from unit".',
        f'There is no unit “{unit}”, or more than one. Did you mean {near}? Codes: motcua query "from unit".',
    )
