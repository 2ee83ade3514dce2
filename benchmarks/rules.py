"""All rules, bases, calendars and forms beside the one default rule, and the statutory due dates, in one invocation.

Builds the marts of a recorded home in turn with the shipped models and with models that know II06_DATE on the basis of
resolved dossiers only, without the differences and the form that came with the others. Prints the ratio, and what the
recomputed statutory due dates cost per million dossiers.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path
from unittest import mock

import duckdb

from benchmarks.nightly import command, demo_home
from flows.home import Home
from flows.settings import load_config
from transforms import build, registry, runner

USUAL_BASES = ("resolved", "received", "issued")
ONLY_WITH_OTHERS = ("rule_change", "rule_difference", "form_detailed")


def main() -> None:
    """Build both ways in turn and print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dossiers", type=int, default=1_000_000)
    arguments.add_argument("--folder", type=Path, default=None, help="where the demo is made, or lies already")
    arguments.add_argument("--runs", type=int, default=3)
    chosen = arguments.parse_args()
    home = Home(demo_home(chosen.folder, chosen.dossiers))
    subprocess.run([*command(home.root), "run"], check=True, stdout=subprocess.DEVNULL)
    scratch = Path(tempfile.mkdtemp(dir=home.root))
    everything, one = [], []
    for _ in range(chosen.runs):
        everything.append(built(home, scratch, runner.MODELS, registry.figures()))
        one.append(built(home, scratch, one_rule_models(scratch), one_figure()))
    print(
        json.dumps(
            {
                "all_rules_seconds": round(statistics.median(everything), 1),
                "one_rule_seconds": round(statistics.median(one), 1),
                "ratio": round(statistics.median(everything) / statistics.median(one), 2),
                "statutory_due_seconds_per_million": round(statutory_seconds(home, scratch), 2),
            },
            indent=2,
        )
    )
    shutil.rmtree(scratch)


def built(home: Home, scratch: Path, models: Path, figures: list[dict[str, str]]) -> float:
    """Seconds of wall time that building the marts takes."""
    config = load_config(home)
    latest = _latest(home)
    begun = time.perf_counter()
    with (
        mock.patch.object(build, "all_models", lambda: runner.all_models(models)),
        mock.patch.object(build, "figures", lambda: figures),
    ):
        build.build_marts(home.warehouse, scratch / "build.duckdb", config.reference, config.plan, latest, temp=scratch)
    return time.perf_counter() - begun


def one_rule_models(scratch: Path) -> Path:
    """The shipped models, less all that the other rules and bases brought."""
    folder = scratch / "models"
    if not folder.exists():
        shutil.copytree(runner.MODELS, folder)
        for path in folder.rglob("*.sql"):
            if path.stem in ONLY_WITH_OTHERS or (path.parent.name == "rules" and path.stem != "II06_DATE"):
                path.unlink()
        outcome = folder / "counts" / "dossier_outcome.sql"
        sql = outcome.read_text(encoding="utf-8")
        first, rest = sql.split("    union all\n", 1)
        outcome.write_text(first + rest[rest.index("),\n") :], encoding="utf-8")
        counts = folder / "counts" / "indicator_count.sql"
        parts = counts.read_text(encoding="utf-8").split("union all\n")
        counts.write_text("union all\n".join(p for p in parts if "'on_time', rule_id, '" not in p), encoding="utf-8")
    return folder


def one_figure() -> list[dict[str, str]]:
    """The figures of the default rule on the usual basis."""
    return [f for f in registry.figures() if f["rule_id"] in ("II06_DATE", "NONE") and f["basis_id"] in USUAL_BASES]


def statutory_seconds(home: Home, scratch: Path) -> float:
    """Seconds that the model of statutory due dates takes, per million dossiers."""
    built(home, scratch, runner.MODELS, registry.figures())
    con = duckdb.connect(str(scratch / "build.duckdb"))
    model = runner.all_models()["statutory_due"]
    begun = time.perf_counter()
    con.execute(f"create or replace table {model.name} as {model.sql}")
    seconds = time.perf_counter() - begun
    count = con.execute("select count(*) from statutory_due").fetchall()[0][0]
    con.close()
    return seconds / count * 1_000_000


def _latest(home: Home) -> date | None:
    con = duckdb.connect(str(home.warehouse), read_only=True)
    try:
        return build.latest_export_day(con)
    finally:
        con.close()


if __name__ == "__main__":
    main()
