"""How long `explain` and `changed` take on a large home, as commands: for the district as a whole and for one commune.

The demo is run as of today and as of 30 September 2020, so that there are two releases to compare.
"""

import argparse
import json
from pathlib import Path

from benchmarks.nightly import command, demo_home, timed

EARLIER = "2020-09-30"
PLACES = {"district": "H99.12", "commune": "H99.12.21"}


def main() -> None:
    """Make the releases where they are not there yet, and print the seconds of each command."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dossiers", type=int, default=1_000_000)
    arguments.add_argument("--folder", type=Path, default=None, help="where the demo is made, or lies already")
    chosen = arguments.parse_args()
    home = demo_home(chosen.folder, chosen.dossiers)
    motcua = command(home)
    releases = home / "data" / "marts" / "releases"
    if not any(releases.glob(f"{EARLIER}-*")):
        timed([*motcua, "run"])
        timed([*motcua, "run", "--as-of", EARLIER])
    (earlier,) = (path.name for path in releases.glob(f"{EARLIER}-*"))
    figures: dict[str, float] = {"help_seconds": timed([*motcua, "--help"]).wall}
    for name, unit in PLACES.items():
        asked = ["--unit", unit, "--indicator", "on_time", "--period", "2020"]
        figures[f"explain_{name}_seconds"] = timed([*motcua, "explain", *asked]).wall
        figures[f"changed_{name}_seconds"] = timed([*motcua, "changed", *asked, "--since", earlier]).wall
    print(json.dumps({name: round(seconds, 2) for name, seconds in figures.items()}, indent=2))


if __name__ == "__main__":
    main()
