"""A portal's or vendor's summary laid beside ours: each line the same, or different for a cause as far as the data tell."""

import csv
from pathlib import Path
from typing import Any

import duckdb

from reports.units import find_unit
from transforms.duck import rows
from transforms.errors import ConfigError
from transforms.labels import word_key
from transforms.periods import PeriodName, named_period

HEADINGS = {
    "unit": ("Đơn vị", "unit"),
    "period": ("Kỳ", "period"),
    "in_time": ("Đúng hạn và trước hạn", "Đúng hạn", "in_time"),
    "resolved": ("Đã giải quyết", "resolved"),
}
"""The columns of a summary, under any of these names: the on-time figure of a unit with all below it in a period."""
CLASSES = {
    "same": ("khớp", "the same"),
    "rule": ("cách tính khác", "another rule or basis"),
    "calendar": ("lịch kỳ khác", "another calendar"),
    "judged_otherwise": ("cùng số hồ sơ, xét hạn khác", "as many dossiers, held to other dates or statuses"),
    "missing_dossiers": ("bên kia ít hồ sơ hơn", "fewer dossiers there"),
    "extra_dossiers": ("bên kia nhiều hồ sơ hơn", "more dossiers there"),
    "no_figure": ("bên này chưa có số liệu", "no figure here"),
}


def reconcile(con: duckdb.DuckDBPyConnection, file: Path, calendar: str) -> list[dict[str, Any]]:
    """Each line of a summary with our on-time figure under II06_DATE beside it, its class and what explains it.

    ``con`` holds a release's marts. A line that equals what another rule, basis or calendar gives for the same unit and period is
    explained by that, since equal numbers can be chance, as a possible cause. ConfigError names the line that cannot be read.
    """
    names = dict(con.execute("select unit_code, unit_name from unit").fetchall())
    return [_beside_ours(con, line, calendar, names) for line in _read(file, names)]


def _read(file: Path, names: dict[str, str]) -> list[dict[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"Không đọc được {file}: {error}. Cần tệp CSV mã UTF-8.", f"{file}: {error}. A CSV file in UTF-8."
        ) from error
    lines = list(csv.reader(text.splitlines(), delimiter=";" if ";" in text.partition("\n")[0] else ","))
    head = [word_key(cell) for cell in lines[0]] if lines else []
    known = {
        column: next((head.index(key) for key in map(word_key, headings) if key in head), None)
        for column, headings in HEADINGS.items()
    }
    if missing := [HEADINGS[column][0] for column, at in known.items() if at is None]:
        raise ConfigError(f"{file}: thiếu cột {', '.join(missing)}.", f"{file}: the columns {', '.join(missing)} are missing.")
    return [_line(file, number, cells, known, names) for number, cells in enumerate(lines[1:], 2) if any(cells)]


def _line(file: Path, number: int, cells: list[str], known: dict[str, int], names: dict[str, str]) -> dict[str, Any]:
    try:
        said = {column: cells[at].strip() for column, at in known.items()}
        counts = {column: int(said[column].replace(".", "")) for column in ("in_time", "resolved")}
    except (IndexError, ValueError) as error:
        raise ConfigError(
            f"{file}, dòng {number}: cần đủ cột và số nguyên ở Đúng hạn, Đã giải quyết.",
            f"{file}, line {number}: every column is needed, with whole numbers of in_time and resolved.",
        ) from error
    return {"line": number, "unit_code": find_unit(names, said["unit"]), "period": named_period(said["period"]), **counts}


def _beside_ours(con: duckdb.DuckDBPyConnection, line: dict[str, Any], calendar: str, names: dict[str, str]) -> dict[str, Any]:
    figures = _figures(con, line["unit_code"], line["period"])
    usual = ("II06_DATE", "resolved")
    ours = next((f for f in figures if (f["rule_id"], f["basis_id"]) == usual and f["calendar"] == calendar), None)
    has_figure = ours is not None and ours["numerator"] is not None and ours["denominator"] is not None
    found, because = _class_of(line, ours, figures) if has_figure else ("no_figure", None)
    return {
        **{name: line[name] for name in ("line", "unit_code", "in_time", "resolved")},
        "unit_name": names[line["unit_code"]],
        "period": "-".join(str(part) for part in (line["period"].year, line["period"].kind, line["period"].month)),
        "ours_in_time": ours["numerator"] if has_figure else None,
        "ours_resolved": ours["denominator"] if has_figure else None,
        "class": found,
        "because": because,
    }


def _figures(con: duckdb.DuckDBPyConnection, unit: str, period: PeriodName) -> list[dict[str, Any]]:
    return rows(
        con,
        """select rule_id, basis_id, calendar, numerator, denominator from indicator_value
           where indicator_id = 'on_time' and scope = 'subtree' and unit_code = $unit and period_kind = $kind
               and year(period_end) = $year and month(period_end) = $month
           order by basis_id <> 'resolved', rule_id, basis_id, calendar""",
        {"unit": unit, **period._asdict()},
    )


def _class_of(line: dict[str, Any], ours: dict[str, Any], figures: list[dict[str, Any]]) -> tuple[str, str | None]:
    theirs = (line["in_time"], line["resolved"])
    if theirs == (ours["numerator"], ours["denominator"]):
        return "same", None
    alike = [f for f in figures if (f["numerator"], f["denominator"]) == theirs]
    for place in ("rule", "calendar"):
        same_calendar = place == "rule"
        for figure in alike:
            if (figure["calendar"] == ours["calendar"]) == same_calendar:
                return place, ", ".join(figure[name] for name in ("rule_id", "basis_id", "calendar"))
    more = line["resolved"] - ours["denominator"]
    if more == 0:
        return "judged_otherwise", f"{line['in_time'] - ours['numerator']:+}"
    return ("extra_dossiers" if more > 0 else "missing_dossiers"), f"{more:+}"
