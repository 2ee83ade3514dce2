"""Plans: the targets of a year, as data."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from transforms.labels import nearest
from transforms.registry import indicator_ids
from transforms.yaml_config import StrictModel, load_yaml


class Target(StrictModel):
    """One target: an indicator against a bar in percent."""

    id: str
    text_vi: str
    text_en: str
    indicator: str
    rule: str
    operator: Literal[">=", ">", "="]
    bar: int = Field(ge=0, le=100)

    @field_validator("indicator")
    @classmethod
    def _is_an_indicator(cls, name: str) -> str:
        if name not in indicator_ids():
            raise ValueError(f"{name} is no indicator; did you mean {', '.join(nearest(name, indicator_ids()))}?")
        return name


class Plan(StrictModel):
    """A plan year: its calendar, its reporting year and its targets."""

    title_vi: str
    title_en: str
    calendar: Literal["official", "calendar"]
    year_start: date
    year_end: date
    targets: list[Target]


def load_plan(path: Path) -> Plan:
    """Read one plan; ConfigError names file, line and mistake."""
    return load_yaml(path, Plan)
