"""What was filed of a closed period beside what is known now: đã báo cáo | hiện tại | lý do."""

from datetime import date
from typing import Any

import duckdb

from reports.changes import CAUSES, GRAIN
from reports.numbers import count, period_label, rate
from reports.numbers import date as written_date
from reports.targets import STATES
from transforms.duck import rows
from transforms.registry import figures, usual_basis, usual_rule

MOVED_SHOWN = 8
"""So many figures that moved are shown of a closing, those of units at the top first; the mart filed_figure has them all."""


def read_closings(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Each closed period, as last filed, with its usual figures that have moved since, those of units at the top first.

    Of a unit with all below it; empty where nothing is closed.
    """
    if not _is_told(con):
        return []
    closings = rows(con, "select * from closing where is_latest order by period_start, period_end, calendar")
    moved = _filed(con, "f.is_moved and f.scope = 'subtree'", {})
    return [
        {
            "document": closing["document"],
            "closed_date": closing["closed_date"],
            "release_id": closing["release_id"],
            "calendar": closing["calendar"],
            "period": _period(closing),
            "moved": [figure for figure in moved if figure["closing_number"] == closing["closing_number"]],
        }
        for closing in closings
    ]


def filed_between(con: duckdb.DuckDBPyConnection, unit: str, scope: str, first: date, last: date) -> list[dict[str, Any]]:
    """The usual figures of a unit that were filed for exactly these days, beside those of now, whether they moved or not."""
    return _filed(
        con,
        "f.unit_code = $unit and f.scope = $scope and f.period_start = $first and f.period_end = $last",
        {"unit": unit, "scope": scope, "first": first, "last": last},
    )


def why_moved(figure: dict[str, Any]) -> tuple[str, str]:
    """Why a figure is another one now than when it was filed, in Vietnamese and English.

    By its ``causes``, rows of `reports.changes.changes_of`, where somebody laid the two releases beside each other; else by how
    much each of its counts moved.
    """
    if figure["causes"]:
        named = [(cause, *CAUSES[cause["cause"]]) for cause in figure["causes"]]
        return (
            "; ".join(f"{count(cause['dossier_count'])} {vi} ({_by(cause)})" for cause, vi, _ in named),
            "; ".join(f"{cause['dossier_count']:,} {en}" for cause, _, en in named),
        )
    if figure["status"] != figure["filed_status"]:
        then, now = (STATES.get(status, "không còn số liệu") for status in (figure["filed_status"], figure["status"]))
        return f"khi chốt: {then}; nay: {now}", f"then {figure['filed_status']}, now {figure['status'] or 'no figure'}"
    above, below = figure["numerator_change"], figure["denominator_change"]
    return _by(figure), f"numerator {_signed(above, 'not known')}, denominator {_signed(below, 'not known')}"


def _by(change: dict[str, Any]) -> str:
    return f"tử số {_signed(change['numerator_change'])}, mẫu số {_signed(change['denominator_change'])}"


def _is_told(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the release knows of closings at all; one of an older program does not."""
    found = con.execute("select count(*) from information_schema.tables where table_name = 'filed_figure'").fetchall()
    return found[0][0] > 0


def _filed(con: duckdb.DuckDBPyConnection, condition: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    if not _is_told(con):
        return []
    titles = {figure["indicator_id"]: figure["title_vi"] for figure in figures()}
    found = rows(
        con,
        f"""select f.*, u.unit_name, c.document, c.release_id
            from filed_figure as f join closing as c using (closing_number) join unit as u using (unit_code)
            where f.is_latest and {condition}
            order by f.closing_number, u.parent_code is not null, u.unit_code, f.indicator_id""",
        params,
    )
    usual = [row for row in found if (row["rule_id"], row["basis_id"]) == _usual(row["indicator_id"])]
    shown = [
        {
            **{name: row[name] for name in _TOLD},
            "figure": {name: row[name] for name in GRAIN},
            "period": _period(row),
            "title_vi": titles[row["indicator_id"]],
            "filed": _text(row["filed_numerator"], row["filed_denominator"], row["filed_status"]),
            "now": _text(row["numerator"], row["denominator"], row["status"]),
            "causes": [],
        }
        for row in usual
    ]
    return [figure | {"why": why_moved(figure) if figure["is_moved"] else None} for figure in shown]


_TOLD = (
    *("closing_number", "document", "release_id", "unit_code", "unit_name", "indicator_id", "is_moved"),
    *("status", "filed_status", "numerator_change", "denominator_change"),
)


def _usual(indicator: str) -> tuple[str, str]:
    return usual_rule(indicator), usual_basis(indicator)


def _period(row: dict[str, Any]) -> str:
    return period_label(row["calendar"], row["period_kind"], row["period_start"], row["period_end"])


def _text(numerator: int | None, denominator: int | None, status: str | None) -> str:
    if not denominator:
        return STATES.get(status, "không còn số liệu")
    return f"{rate(numerator, denominator)} ({count(numerator)}/{count(denominator)})"


def _signed(change: int | None, unknown: str = "không rõ") -> str:
    return unknown if change is None else f"{'+' if change > 0 else '−' if change < 0 else ''}{count(abs(change))}"


def filed_line(closing: dict[str, Any]) -> str:
    """A closing in words: which period, with which document, and how many of its figures have moved."""
    moved = len(closing["moved"])
    state = f"{count(moved)} số liệu đã khác / figures moved since" if moved else "số liệu không đổi / figures unchanged"
    return f"Đã chốt / closed: {closing['period']}, {closing['document']} ({written_date(closing['closed_date'])}): {state}"
