"""The whole plan in the terminal: a line a target, and below it what is to be said of those that need it."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reports.numbers import date
from reports.targets import STATES

STYLES = {"met": "green", "not_met": "red"}
"""The colour of a state; any other is yellow."""


def show_plan(console: Console, scorecard: dict[str, Any], plan: dict[str, Any]) -> None:
    """Every target of each unit at the top: state, figure and bar in a table, then how far it is and what is in the way."""
    for unit, targets in groupby(scorecard["targets"], key=lambda target: target["unit_name"]):
        judged = list(targets)
        console.print()
        console.print(Text.assemble((f"{plan['title_vi']}: {unit}\n", "bold"), _in_short(judged)))
        console.print(_table(judged))
        for line in [*_other_years(judged, scorecard), *_notes(judged, plan)]:
            console.print(line)


def _in_short(targets: list[dict[str, Any]]) -> str:
    states = Counter(target["state"] for target in targets)
    met, missed = states.pop("met", 0), states.pop("not_met", 0)
    return f"{met} đạt, {missed} chưa đạt, {states.total()} chưa kết luận / {met} met, {missed} missed, {states.total()} undecided"


def _table(targets: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for heading in ("Mục tiêu", "", "Kết quả"):
        table.add_column(heading, no_wrap=True)
    for heading in ("Tỷ lệ", "Số lượng"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Mức", no_wrap=True)
    for target in targets:
        table.add_row(
            target["target_id"],
            Text(target["name_vi"] + (" (phấn đấu)" if target["is_aim"] else ""), overflow="ellipsis"),
            Text(STATES[target["state"]], style=STYLES.get(target["state"], "yellow")),
            target["text"] if target["fraction"] else "",
            target["fraction"],
            target["bar"],
        )
    return table


def _other_years(targets: list[dict[str, Any]], scorecard: dict[str, Any]) -> Iterator[RenderableType]:
    """Which targets are judged for another year than the one above the table of units."""
    spans: dict[tuple, list[str]] = {}
    for target in targets:
        spans.setdefault((target["period_start"], target["period_end"]), []).append(target["target_id"])
    for (start, end), ids in spans.items():
        if (start, end) != (scorecard["period_start"], scorecard["period_end"]):
            yield Text(f"Tính {date(start)}–{date(end)} / judged for these days: {', '.join(ids)}", style="dim")


def _notes(targets: list[dict[str, Any]], plan: dict[str, Any]) -> Iterator[RenderableType]:
    for target in targets:
        if target["state"] == "met" and not target["notes"]:
            continue
        yield Text.assemble((f"{target['target_id']} {target['text_vi']}", "bold"), (f" / {target['name_en']}", "dim"))
        scope = plan["scopes"].get(target["scope"])
        of = [(f"tính trên {scope['title_vi']}", f"of {scope['title_en']}")] if scope else []
        for vi, en in [*of, *target["notes"]]:
            yield Padding(Text.assemble(vi, (f" / {en}", "dim")), (0, 0, 0, 2))
