"""One unit and period under each rule, side by side, and what makes the rules differ."""

from pathlib import Path
from typing import Any

from reports.filed import filed_between
from reports.numbers import count, period_label, rate
from reports.units import find_unit
from transforms.duck import connect, rows
from transforms.errors import ConfigError
from transforms.periods import PeriodName
from transforms.registry import bases, is_shown, rules, usual_basis

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


def read_rules(release: Path, unit: str, calendar: str, period: PeriodName, scope: str, basis: str) -> dict[str, Any]:
    """The on-time figure of a unit and period under every rule, with the causes of each difference from II06_DATE.

    ``unit`` is a code or a name, ``scope`` own or subtree. ConfigError when the release knows no such unit or period.
    """
    con = connect(release / "marts.duckdb", read_only=True)
    try:
        names = dict(con.execute("select unit_code, unit_name from unit").fetchall())
        code = find_unit(names, unit)
        place = {"unit": code, "scope": scope, "calendar": calendar, **period._asdict()}
        here = """unit_code = $unit and scope = $scope and calendar = $calendar and period_kind = $kind
                  and year(period_end) = $year and month(period_end) = $month"""
        figures = rows(
            con,
            f"""select rule_id, numerator, denominator, excluded_count, status, status_reason, is_provisional,
                       period_start, period_end
                from indicator_value where indicator_id = 'on_time' and basis_id = $basis and {here}""",
            {**place, "basis": basis},
        )
        differences = rows(
            con,
            f"""select rule_id, cause, dossier_count, numerator_change, denominator_change
                from rule_difference where {here} order by dossier_count desc, cause""",
            place,
        )
        days = [figures[0][name] for name in ("period_start", "period_end")] if figures else []
        filed = [figure for figure in filed_between(con, code, scope, *days) if figure["indicator_id"] == "on_time"] if days else []
    finally:
        con.close()
    if not figures:
        raise ConfigError(
            f'Bản phát hành này không có số liệu của {names[code]} trong kỳ đó. Xem các kỳ: motcua query "from indicator_value".',
            f'This release has no figures of {names[code]} for that period. See: motcua query "from indicator_value".',
        )
    found = {figure["rule_id"]: figure for figure in figures}
    return {
        "unit_code": code,
        "unit_name": names[code],
        "scope": scope,
        "basis_id": basis,
        "basis": (bases()[basis]["title_vi"], bases()[basis]["title_en"]),
        "period": period_label(calendar, period.kind, figures[0]["period_start"], figures[0]["period_end"]),
        "period_start": figures[0]["period_start"],
        "period_end": figures[0]["period_end"],
        "is_provisional": figures[0]["is_provisional"],
        "filed": filed if basis == usual_basis("on_time") else [],
        "rules": [
            {
                **found[rule],
                "title_vi": said["title_vi"],
                "title_en": said["title_en"],
                "is_shown": is_shown(rule),
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
