"""The nights of the demo one after the other, then each reproduced from the final warehouse: the same tables, byte for byte."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from flows.home import Home
from flows.nightly import nightly
from flows.publish import current_release
from flows.reproduce import reproduce
from tests.conftest import make_demo

pytestmark = pytest.mark.system


def arrivals_by_quarter(home: Home) -> list[list[Path]]:
    """The files of the demo in the order in which they come, a night for each quarter of them; late ones come late."""
    nights: dict[str, list[Path]] = defaultdict(list)
    with (home.root / "truth" / "arrivals.csv").open(encoding="utf-8", newline="") as file:
        for arrival in csv.DictReader(file):
            year, month, _ = arrival["night"].split("-")
            nights[f"{year}-{(int(month) - 1) // 3}"].append(home.data / "inbox" / arrival["source"] / arrival["file"])
    return [files for _, files in sorted(nights.items())]


def test_every_night_is_reproduced_from_the_final_warehouse(tmp_path):
    home = make_demo(tmp_path / "demo", 100)
    quarters = arrivals_by_quarter(home)
    waiting = {path: path.with_name(f".{path.name}.waiting") for files in quarters for path in files}
    for path, aside in waiting.items():
        path.rename(aside)
    made = []
    for files in quarters:
        for path in files:
            waiting[path].rename(path)
        made.append(nightly(home).release_id)
    current = current_release(home)
    assert len(set(made)) == len(quarters) > 4
    assert [release_id for release_id in made if not reproduce(home, release_id).is_same] == []
    assert current_release(home) == current
