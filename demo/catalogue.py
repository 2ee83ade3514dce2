"""The catalogue of procedures: its levels by day, what is at the counter and published, and what it does not say."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from demo.district import FIELDS, PROCEDURES, Procedure

# The day from which the catalogue speaks.
BEGINS = date(2015, 1, 1)
HEADER = (
    "procedure_code,procedure_name,field_code,field_name,competent_level,service_level,duration_days,duration_unit,"
    "valid_from,valid_to,is_at_one_stop,is_published,is_excepted,exception_ground"
)
# Planted, by code: the level is not told; it rises to 4 on a day; whether it is published is not told; it is not published;
# it is not at the counter, lawfully; it is not at the counter, and ought to be.
WITHOUT_LEVEL = "1.900123"
RISES = {"1.900506": date(2020, 10, 1)}
PUBLICATION_NOT_TOLD = "1.900106"
NOT_PUBLISHED = "1.900515"
EXCEPTED = {"1.900125": "Số liệu mẫu: căn cứ không có thật"}
NOT_AT_COUNTER = "1.900118"


@dataclass(frozen=True)
class Line:
    """What the catalogue says of a procedure over a span of days; empty is not told."""

    procedure: Procedure
    level: str
    first: date = BEGINS
    last: date | None = None
    is_at_counter: str = "true"
    is_published: str = "true"
    ground: str = ""

    def holds(self, day: date) -> bool:
        """Whether it says so on the day."""
        return self.first <= day and (self.last is None or day <= self.last)

    def cells(self) -> list[object]:
        """The line as its file has it."""
        p = self.procedure
        named = [p.code, p.name, p.field, FIELDS[p.field], p.level, self.level, p.days, "working_day"]
        is_excepted = "true" if self.ground else "false"
        return [*named, self.first, self.last or "", self.is_at_counter, self.is_published, is_excepted, self.ground]


def _lines() -> Iterator[Line]:
    for procedure in PROCEDURES:
        code = procedure.code
        line = Line(
            procedure,
            "" if code == WITHOUT_LEVEL else str(procedure.service_level),
            is_at_counter="false" if code in EXCEPTED or code == NOT_AT_COUNTER else "true",
            is_published={PUBLICATION_NOT_TOLD: "", NOT_PUBLISHED: "false"}.get(code, "true"),
            ground=EXCEPTED.get(code, ""),
        )
        if code in RISES:
            yield replace(line, last=RISES[code] - timedelta(1))
            line = replace(line, level="4", first=RISES[code])
        yield line


CATALOGUE = list(_lines())
