"""The plan in the terminal: one line a target at any usual width, and notes below for those that need them."""

from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from flows.home import CHECKOUT
from reports.plan_table import show_plan
from reports.targets import STATES
from transforms.plans import load_plan

PLAN = load_plan(CHECKOUT / "config" / "plans" / "2020-district.yml").model_dump()
YEAR = {"period_start": date(2020, 1, 1), "period_end": date(2020, 12, 31)}
OFFICIAL = {"period_start": date(2019, 12, 15), "period_end": date(2020, 12, 14)}


def judged(target: dict, state: str, notes: list[tuple[str, str]] = ()) -> dict:
    """A target of the plan as the scorecard has it, with as long a figure as a district has."""
    told = (
        {"text": "94,996%", "fraction": "46.034/48.686"} if state in ("met", "not_met") else {"text": STATES[state], "fraction": ""}
    )
    named = {name: target[name] for name in ("name_vi", "name_en", "text_vi", "text_en", "scope", "is_aim")}
    bar = f"≥ {target['bar']}%"
    return named | told | YEAR | {"target_id": target["id"], "unit_name": "UBND", "bar": bar, "state": state, "notes": list(notes)}


def shown(width: int, targets: list[dict]) -> list[str]:
    console = Console(file=StringIO(), width=width)
    show_plan(console, {"targets": targets} | OFFICIAL, PLAN)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 140])
def test_every_target_of_the_shipped_plan_is_one_whole_line_of_the_table(width):
    states = [*STATES, *STATES][: len(PLAN["targets"])]
    lines = shown(width, [judged(target, state) for target, state in zip(PLAN["targets"], states, strict=True)])
    begin = next(n for n, line in enumerate(lines) if line.startswith("Mục tiêu"))
    for line, target, state in zip(lines[begin + 1 :], PLAN["targets"], states, strict=False):
        assert line.startswith(f"{target['id']}  {target['name_vi'][:20]}")
        assert STATES[state] in line and line.rstrip().endswith(f"≥ {target['bar']}%")


def test_a_plan_is_summed_up_and_a_met_target_needs_no_notes():
    met, missed, silent = PLAN["targets"][2:5]
    lines = shown(140, [judged(met, "met"), judged(missed, "not_met", [("thiếu 3", "short of 3")]), judged(silent, "missing_data")])
    assert "1 đạt, 1 chưa đạt, 1 chưa kết luận / 1 met, 1 missed, 1 undecided" in lines
    text = "\n".join(lines)
    assert met["text_vi"] not in text and silent["text_vi"] in text
    assert (
        f"{missed['id']} {missed['text_vi']} / {missed['name_en']}\n  tính trên cơ quan và đơn vị / of agencies and units" in text
    )
    assert "  thiếu 3 / short of 3" in text


def test_targets_of_another_year_than_the_one_reported_are_told():
    lines = shown(140, [judged(PLAN["targets"][0], "met"), judged(PLAN["targets"][5], "met") | OFFICIAL])
    assert f"Tính 01/01/2020–31/12/2020 / judged for these days: {PLAN['targets'][0]['id']}" in [line.rstrip() for line in lines]
