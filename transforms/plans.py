"""Plans: the targets of a year, as data."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from transforms.labels import nearest
from transforms.periods import year_of
from transforms.reference import UNIT_KINDS, UNIT_LEVELS
from transforms.registry import figures, indicator_ids, usual_basis, usual_rule
from transforms.yaml_config import StrictModel, load_yaml

LEVEL_SCOPES = tuple(f"{level}_level" for level in UNIT_LEVELS if level != "unknown")
STANDARD_SCOPES = ("subtree", "plan_scope", *LEVEL_SCOPES)


class Scope(StrictModel):
    """The units that a target speaks of: those of some kinds, in the words that are printed beside the share."""

    title_vi: str
    title_en: str
    kinds: list[str] = Field(min_length=1)

    @field_validator("kinds")
    @classmethod
    def _are_kinds_of_the_office(cls, kinds: list[str], info: ValidationInfo) -> list[str]:
        _must_be_kinds(kinds)
        there = (info.context or {}).get("unit_kinds")
        if there and not set(kinds) & there:
            raise ValueError(f"no unit in units.csv is of these kinds; there are {', '.join(sorted(there))}")
        return kinds


class Part(StrictModel):
    """One figure that a target is judged on: an indicator, for the units of a scope.

    A part that is not ``is_judged`` is shown beside the others and decides nothing.
    """

    indicator: str
    rule: str = ""
    basis: str = ""
    scope: str = ""
    title_vi: str = ""
    title_en: str = ""
    is_judged: bool = True

    @field_validator("indicator")
    @classmethod
    def _is_an_indicator(cls, name: str) -> str:
        if name not in indicator_ids():
            raise ValueError(f"{name} is no indicator; did you mean {', '.join(nearest(name, indicator_ids()))}?")
        return name

    @model_validator(mode="after")
    def _is_a_figure(self) -> "Part":
        known = [(f["rule_id"], f["basis_id"]) for f in figures() if f["indicator_id"] == self.indicator]
        if self.figure[1:] not in known:
            listed = "; ".join(sorted({f"rule {rule}" for rule, _ in known}) + sorted({f"basis {basis}" for _, basis in known}))
            raise ValueError(f"{self.indicator} is not computed by the rule {self.rule} on that basis; known are {listed}")
        return self

    @property
    def figure(self) -> tuple[str, str, str]:
        """Indicator, rule and basis; the usual ones where none is named."""
        return self.indicator, self.rule or usual_rule(self.indicator), self.basis or usual_basis(self.indicator)


class Milestone(StrictModel):
    """From this day on the target is judged, against this bar."""

    from_date: date = Field(alias="from")
    bar: int = Field(ge=0, le=100)


class Target(StrictModel):
    """One target: every part that is judged must reach the bar, in percent, for the units of the scope.

    ``name_vi`` and ``name_en`` are what a table calls it: a few words, its text where there are none.
    Before the first of its ``milestones`` it is not yet due; a target without any is judged on every day. ``calendar`` is
    the plan's own unless it is named. An aim (``is_aim``: "phấn đấu") is judged and shown as one.
    """

    id: str
    name_vi: str = ""
    name_en: str = ""
    text_vi: str
    text_en: str
    operator: Literal[">=", ">", "="]
    bar: int = Field(ge=0, le=100)
    scope: str = "subtree"
    calendar: str = ""
    is_aim: bool = False
    milestones: list[Milestone] = []
    parts: list[Part] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_judged(self) -> "Target":
        if not any(part.is_judged for part in self.parts):
            raise ValueError("no part is judged; set is_judged of one to true")
        if self.operator == "=" and self.bar != 100:
            raise ValueError("only all of them (100) can be asked for exactly; write >= or >")
        days = [milestone.from_date for milestone in self.milestones]
        if days != sorted(set(days)):
            raise ValueError("the milestones are not in order of their days")
        return self


class Plan(StrictModel):
    """A plan year: its scopes of units, and its targets.

    A target is judged in the periods of ``year`` of the plan's calendar (official, calendar or one of the office's own),
    or of the calendar that it names. ``outside_scope`` are the kinds of units that ``plan_scope`` leaves out.
    """

    title_vi: str
    title_en: str
    year: int
    calendar: str
    outside_scope: list[str] = ["vertical_agency"]
    scopes: dict[str, Scope] = {}
    targets: list[Target]

    @field_validator("outside_scope")
    @classmethod
    def _are_kinds(cls, kinds: list[str]) -> list[str]:
        return _must_be_kinds(kinds)

    @field_validator("scopes")
    @classmethod
    def _have_names_of_their_own(cls, scopes: dict[str, Scope]) -> dict[str, Scope]:
        for name in scopes:
            if name in ("own", "todays_map", *STANDARD_SCOPES):
                raise ValueError(f"{name} is a scope already; give your own another name")
        return scopes

    @field_validator("targets")
    @classmethod
    def _fit_together(cls, targets: list[Target], info: ValidationInfo) -> list[Target]:
        ids = [target.id for target in targets]
        if repeated := [i for i in ids if ids.count(i) > 1]:
            raise ValueError(f"the target {repeated[0]} stands twice")
        known = [*info.data.get("scopes", {}), *STANDARD_SCOPES]
        for target in targets:
            for scope in (target.scope, *(part.scope for part in target.parts)):
                if scope and scope not in known:
                    near = ", ".join(nearest(scope, known) or known)
                    raise ValueError(f"{target.id}: there is no scope {scope}; did you mean {near}?")
        return targets

    @cached_property
    def calendars(self) -> set[str]:
        """Every calendar by which a target is judged."""
        return {self.calendar, *(target.calendar for target in self.targets if target.calendar)}


def _must_be_kinds(kinds: list[str]) -> list[str]:
    for kind in kinds:
        if kind not in UNIT_KINDS:
            raise ValueError(f"{kind} is no kind of unit; did you mean {', '.join(nearest(kind, UNIT_KINDS) or UNIT_KINDS)}?")
    return kinds


def load_plan(path: Path, unit_kinds: Collection[str] = ()) -> Plan:
    """Read one plan; ConfigError names file, line and mistake. ``unit_kinds`` are those of the register, where there is one."""
    return load_yaml(path, Plan, {"unit_kinds": set(unit_kinds)})


def plan_tables(
    plan: Plan, units: list[dict[str, str]], scopes: Iterable[tuple[str, str, str]], first_days: Mapping[str, int]
) -> dict[str, list[tuple]]:
    """The rows of ``plan_target``, ``plan_part``, ``plan_milestone`` and ``target_scope``, as the models read them.

    ``scopes`` are the (unit, scope, member) of ``unit_scopes``; a scope of the plan has those below a unit that are of its kinds.
    """
    kind_of = {unit["unit_code"]: unit["unit_kind"] for unit in units}
    tables: dict[str, list[tuple]] = {
        "plan_target": [
            (t.id, t.name_vi or t.text_vi, t.name_en or t.text_en, t.text_vi, t.text_en, t.is_aim) for t in plan.targets
        ],
        "plan_part": [],
        "plan_milestone": [(t.id, milestone.from_date, milestone.bar) for t in plan.targets for milestone in t.milestones],
        "target_scope": [
            (above, name, member)
            for above, scope, member in scopes
            if scope == "subtree"
            for name, own in plan.scopes.items()
            if kind_of[member] in own.kinds
        ],
    }
    for target in plan.targets:
        calendar = target.calendar or plan.calendar
        year = year_of(calendar, plan.year, first_days)
        first_milestone = target.milestones[0].from_date if target.milestones else None
        for number, part in enumerate(target.parts, 1):
            tables["plan_part"].append(
                (
                    *(target.id, number, *part.figure, part.title_vi, part.title_en, part.is_judged),
                    *(part.scope or target.scope, calendar, year.period_start, year.period_end),
                    *(target.operator, target.bar, first_milestone),
                )
            )
    return tables
