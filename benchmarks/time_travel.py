"""A past day beside the present, in one invocation: what `--as-of` costs, in times a full build of the present.

Records a demo, builds the present and a day in the middle of it in turn, checks and publication with them, and prints both
times, their ratio and, once, what it takes to make the night of the first release again from its own inputs.
"""

import argparse
import json
import statistics
import subprocess
import time
from datetime import date
from pathlib import Path

from benchmarks.nightly import command, demo_home
from flows.home import Home
from flows.lock import writing
from flows.nightly import build_release, check_release, plan_release, publish_release
from flows.publish import remove_release
from flows.reproduce import reproduce


def main() -> None:
    """Build both in turn and print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dossiers", type=int, default=1_000_000)
    arguments.add_argument("--folder", type=Path, default=None, help="where the demo is made, or lies already")
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--as-of", type=date.fromisoformat, default=date(2020, 9, 30))
    chosen = arguments.parse_args()
    home = Home(demo_home(chosen.folder, chosen.dossiers))
    subprocess.run([*command(home.root), "run"], check=True, stdout=subprocess.DEVNULL)
    present, past = [], []
    for _ in range(chosen.runs):
        present.append(made(home, None))
        past.append(made(home, chosen.as_of))
    begun = time.perf_counter()
    again = reproduce(home, (home.marts / "current").resolve().name)
    print(
        json.dumps(
            {
                "present_seconds": round(statistics.median(present), 1),
                "past_seconds": round(statistics.median(past), 1),
                "ratio": round(statistics.median(past) / statistics.median(present), 2),
                "reproduced_seconds": round(time.perf_counter() - begun, 1),
                "reproduced_is_the_same": again.is_same,
            },
            indent=2,
        )
    )


def made(home: Home, as_of: date | None) -> float:
    """Seconds that a release as of a day, or of the present, takes from the plan to the publication; it is removed again."""
    with writing(home, "benchmark"):
        begun = time.perf_counter()
        plan = plan_release(home, as_of)
        build = build_release(home, plan)
        release = publish_release(home, build, plan, check_release(home, build, plan))
        seconds = time.perf_counter() - begun
        if not plan.is_latest:
            remove_release(release)
    return seconds


if __name__ == "__main__":
    main()
