"""Plans: the targets of a year, as data."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from transforms.labels import nearest
from transforms.reference import UNIT_KINDS
from transforms.registry import figures, indicator_ids, usual_basis
from transforms.yaml_config import StrictModel, load_yaml


class Target(StrictModel):
    """One target: an indicator against a bar in percent, for a unit with all below it or within the plan's scope only."""

    id: str
    text_vi: str
    text_en: str
    indicator: str
    rule: str
    basis: str | None = None
    operator: Literal[">=", ">", "="]
    bar: int = Field(ge=0, le=100)
    scope: Literal["subtree", "plan_scope"] = "subtree"

    @field_validator("indicator")
    @classmethod
    def _is_an_indicator(cls, name: str) -> str:
        if name not in indicator_ids():
            raise ValueError(f"{name} is no indicator; did you mean {', '.join(nearest(name, indicator_ids()))}?")
        return name

    @model_validator(mode="after")
    def _is_a_figure(self) -> "Target":
        known = [(f["rule_id"], f["basis_id"]) for f in figures() if f["indicator_id"] == self.indicator]
        if (self.rule, self.basis or usual_basis(self.indicator)) not in known:
            listed = "; ".join(sorted({f"rule {rule}" for rule, _ in known}) + sorted({f"basis {basis}" for _, basis in known}))
            raise ValueError(f"{self.indicator} is not computed by the rule {self.rule} on that basis; known are {listed}")
        return self


class Plan(StrictModel):
    """A plan year: its calendar, its reporting year, the kinds of units outside its scope, and its targets.

    The calendar is official, calendar or one of the office's own; load_config knows which there are.
    """

    title_vi: str
    title_en: str
    calendar: str
    year_start: date
    year_end: date
    outside_scope: list[str] = ["vertical_agency"]
    targets: list[Target]

    @field_validator("outside_scope")
    @classmethod
    def _are_kinds(cls, kinds: list[str]) -> list[str]:
        for kind in kinds:
            if kind not in UNIT_KINDS:
                raise ValueError(f"{kind} is no kind of unit; did you mean {', '.join(nearest(kind, UNIT_KINDS) or UNIT_KINDS)}?")
        return kinds


def load_plan(path: Path) -> Plan:
    """Read one plan; ConfigError names file, line and mistake."""
    return load_yaml(path, Plan)
