"""What documents speak of: a unit, a period of the plan's year, and the release that knows them."""

from datetime import date
from typing import Any, NamedTuple

import duckdb

from reports.numbers import date as written_date
from reports.numbers import period_label
from reports.page.units import read_register
from reports.units import find_unit
from transforms.errors import ConfigError
from transforms.periods import Period, PeriodName, named_period, period_of


class Subject(NamedTuple):
    """A unit with all below it, and a period by its name and by its days in the plan's calendar."""

    unit: dict[str, Any]
    name: PeriodName
    period: Period
    plan: dict[str, Any]
    as_of: date
    release_id: str
    register: dict[str, dict[str, Any]]

    def when(self) -> tuple[int, str, int]:
        """The period as the functions about targets take it."""
        return self.name.year, self.name.kind, self.name.month

    def in_calendar(self, name: PeriodName) -> Period:
        """Another period of the plan's calendar."""
        return period_of(self.plan["calendar"], self.period.period_start.day, name)

    def units(self) -> list[dict[str, Any]]:
        """The unit and those below it, in the order of the register."""
        return [unit for unit in self.register.values() if self.unit in self.line_above(unit)]

    def line_above(self, unit: dict[str, Any]) -> list[dict[str, Any]]:
        """A unit, the one above it, and so on to the top."""
        line = [unit]
        while (above := self.register.get(line[-1]["parent_code"])) and above not in line:
            line.append(above)
        return line


def read_subject(con: duckdb.DuckDBPyConnection, manifest: dict[str, Any], period: str, unit: str) -> Subject:
    """The unit (else the one at the top) and the period (else the plan's year) that are asked for.

    ConfigError for an unknown unit or period and for a period that the plan does not speak of or that has not begun.
    """
    plan, as_of = manifest["plan"], date.fromisoformat(manifest["as_of"])
    register = read_register(con)
    name = named_period(period or str(plan["year"]))
    if name.year != plan["year"]:
        raise ConfigError(
            f"Bản phát hành này tính theo kế hoạch năm {plan['year']}, không có kỳ {period}.",
            f"This release is of the plan of {plan['year']}; the period {period} is not in it.",
        )
    first_day = con.execute(
        "select min(day(period_start)) from indicator_value where calendar = $1 and period_kind = 'month'", [plan["calendar"]]
    ).fetchall()[0][0]
    asked = first_day and period_of(plan["calendar"], first_day, name)
    if not register or not asked or asked.period_start > as_of:
        raise ConfigError(
            f"Bản phát hành này tính đến hết ngày {written_date(as_of)}, chưa có số liệu của kỳ {period or plan['year']}.",
            f"This release is as of {as_of} and has no figures of {period or plan['year']} yet.",
        )
    names = {code: row["unit_name"] for code, row in register.items()}
    code = find_unit(names, unit) if unit else next((c for c, row in register.items() if not row["parent_code"]), min(register))
    return Subject(register[code], name, asked, plan, as_of, manifest["id"], register)


def period_said(period: Period) -> dict[str, str]:
    """A period as templates speak of it: ``name`` (Quý III/2020), ``in_text`` (quý III/2020), ``first`` and ``last`` day."""
    name = period_label(period.calendar, period.period_kind, period.period_start, period.period_end)
    return {
        "name": name,
        "in_text": name[:1].lower() + name[1:],
        "first": written_date(period.period_start),
        "last": written_date(period.period_end),
    }


def always(subject: Subject) -> dict[str, Any]:
    """What every template may use: the unit, the period, the plan, the day and the release."""
    return {
        "unit": {"name": subject.unit["unit_name"], "code": subject.unit["unit_code"], "kind": subject.unit["unit_kind"]},
        "period": period_said(subject.period) | {"kind": subject.name.kind},
        "plan": {"title": subject.plan["title_vi"], "year": subject.plan["year"]},
        "as_of": written_date(subject.as_of),
        "release": subject.release_id,
    }
