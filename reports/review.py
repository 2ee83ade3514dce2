"""The review list: per unit, what was edited after the deadline and what it does to the rate. Internal, and in neutral words."""

from collections import Counter
from typing import Any

import duckdb

from reports.numbers import period_label, rate
from reports.periods import key_of, named
from reports.units import Members, find_unit, units_of
from transforms.duck import rows
from transforms.periods import PeriodName
from transforms.registry import signals


def read_review(
    con: duckdb.DuckDBPyConnection, members: Members, unit: str, calendar: str, period: PeriodName, most: int
) -> dict[str, Any]:
    """A unit with all below it in a period: its rates, how many dossiers each signal found, the units in it, and the dossiers.

    ``rates`` holds the row of ``review_rate`` with its rates as texts, None where there is no figure; ``units`` the same of each
    unit by itself that has any signal; ``dossiers`` at most ``most`` of each signal, those without a lawful reason first. A dossier
    belongs to the period in which it was resolved, or else in which the signal was noted. ConfigError for an unknown unit or
    period.
    """
    names = dict(con.execute("select unit_code, unit_name from unit").fetchall())
    code = find_unit(names, unit)
    days, units = key_of(named(con, calendar, period)), units_of(members, code, "subtree")
    listed = rows(
        con,
        """select s.*, coalesce(exit_date, cast(noted_at as date)) as day from review_signal as s
           where list_contains($units, unit_code) and day between $first and $last
           order by lawful_reason nulls first, changes_rate desc, signal_id, dossier_code, noted_at""",
        {"units": units, "first": days["period_start"], "last": days["period_end"]},
    )
    rates = {(r["unit_code"], r["scope"]): r for r in _rates(con, days)}
    each = {place: [s for s in listed if s["unit_code"] == place] for place in units}
    shown: Counter[str] = Counter()
    return {
        "unit_code": code,
        "unit_name": names[code],
        **days,
        "period": period_label(calendar, days["period_kind"], days["period_start"], days["period_end"]),
        "rates": rates.get((code, "subtree")),
        "signals": _counted(listed),
        "units": [
            {"unit_code": place, "unit_name": names[place], "rates": rates.get((place, "own")), "signals": _counted(of_it)}
            for place, of_it in each.items()
            if of_it
        ],
        "dossiers": [s for s in listed if shown.update([s["signal_id"]]) or shown[s["signal_id"]] <= most],
    }


def _rates(con: duckdb.DuckDBPyConnection, days: dict[str, Any]) -> list[dict[str, Any]]:
    found = rows(
        con,
        """select unit_code, scope, numerator, denominator, first_known_numerator, open_overdue_count from review_rate
           where scope in ('own', 'subtree') and calendar = $calendar and period_kind = $period_kind
               and period_start = $period_start and period_end = $period_end""",
        days,
    )
    return [
        row
        | {
            "text": rate(row["numerator"], row["denominator"]),
            "first_known_text": rate(row["first_known_numerator"], row["denominator"]),
            "conservative_text": rate(row["first_known_numerator"], row["denominator"] + row["open_overdue_count"]),
        }
        for row in found
    ]


def _counted(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many dossiers each signal found: to be looked at, how many of these change the rate, and those with a lawful reason."""

    def dossiers(signal: str, *, lawful: bool, changing: bool = False) -> int:
        return len(
            {
                s["dossier_key"]
                for s in listed
                if s["signal_id"] == signal and bool(s["lawful_reason"]) == lawful and (s["changes_rate"] or not changing)
            }
        )

    counted = [
        {
            "signal_id": name,
            "title_vi": said["title_vi"],
            "title_en": said["title_en"],
            "dossier_count": dossiers(name, lawful=False),
            "changing_count": dossiers(name, lawful=False, changing=True),
            "lawful_count": dossiers(name, lawful=True),
        }
        for name, said in signals().items()
    ]
    return [row for row in counted if row["dossier_count"] + row["lawful_count"]]
