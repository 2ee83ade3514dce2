"""The whole nightly run beside a bare DuckDB script that does the same minimum by hand, in one invocation.

The bare script reads every export typed into a table, takes the last row of each dossier, computes three rates per unit
and month and writes the dossiers as Parquet. Prints the ratio, rows per second and peak memory; imports stand apart.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BARE = """
import sys, duckdb
home, target = sys.argv[1:3]
con = duckdb.connect(target + "/bare.duckdb")
def dossiers(folder, delim, columns, formats, select):
    spec = "{" + ", ".join(f"'{c}': 'VARCHAR'" for c in columns) + "}"
    when = lambda c: f"try_strptime({c}, {formats})"
    return f\"\"\"select filename, {select.format(**{c: when(c) for c in ('received', 'due', 'finished')})}
        from read_csv('{home}/data/inbox/{folder}/*.csv', columns = {spec}, header = true, auto_detect = false, delim = '{delim}',
                      quote = '"', filename = true, ignore_errors = true)\"\"\"
igate = ["code", "procedure", "field", "unit", "received", "due", "finished", "days", "place", "owner", "phone", "officer", "status", "limit_", "step", "channel", "note"]
tandan = ["n", "unit", "clerk", "field", "procedure", "code", "status", "address", "sender", "owner", "sent", "received", "due", "finished", "channel"]
select = "code, procedure, field, unit, status, channel, {received} as received_at, {due} as due_at, {finished} as finished_at"
con.execute("create table row as " + dossiers("igate", ",", igate, "'%d/%m/%Y %H:%M:%S'", select))
con.execute("insert into row " + dossiers("tandan", ";", tandan, "'%d/%m/%Y %H:%M'", select))
con.execute("create table dossier as select * from row qualify row_number() over (partition by code order by filename desc, rowid desc) = 1")
con.execute(\"\"\"create table rate as select unit, date_trunc('month', finished_at) as month, count(*) as resolved,
    count(*) filter (where finished_at::date <= due_at::date) as on_time, count(*) filter (where channel in ('Trực tuyến', 'Qua mạng')) as online
    from dossier where finished_at is not null group by all\"\"\")
con.execute("create table received as select unit, date_trunc('month', received_at) as month, count(*) as received from dossier group by all")
con.execute(f"copy (select * from dossier order by code) to '{target}/dossier.parquet' (compression zstd)")
"""
IMPORTS = "import flows.nightly, flows.cli, reports.terminal; flows.cli.end_quietly(); from expectations.gx_duckdb import _great_expectations; _great_expectations()"


def main() -> None:
    """Make the demo, run both and print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dossiers", type=int, default=1_000_000)
    arguments.add_argument("--folder", type=Path, default=None, help="where the demo is made, or lies already")
    chosen = arguments.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="motcua-bench-"))
    home = folder / f"demo-{chosen.dossiers}"
    motcua = [str(Path(sys.executable).with_name("motcua")), "--home", str(home)]
    if not home.exists():
        print(f"demo of {chosen.dossiers:,} dossiers …", flush=True)
        subprocess.run([*motcua, "demo", "--dossiers", str(chosen.dossiers)], check=True, stdout=subprocess.DEVNULL)
    for name in ("warehouse", "raw", "marts", "runs.sqlite"):
        old = home / "data" / name
        shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    rows = sum(int(line.split(",")[-5]) for line in (home / "truth" / "files.csv").read_text(encoding="utf-8").splitlines()[1:])
    bare_folder = Path(tempfile.mkdtemp(dir=folder))
    bare_seconds, bare_memory = timed([sys.executable, "-c", BARE, str(home), str(bare_folder)])
    import_seconds, _ = timed([sys.executable, "-c", IMPORTS])
    run_seconds, run_memory = timed([*motcua, "run"])
    again_seconds, _ = timed([*motcua, "run"])
    figures = {
        "rows_in_files": rows,
        "bare_seconds": round(bare_seconds, 1),
        "run_seconds": round(run_seconds, 1),
        "of_which_imports_seconds": round(import_seconds, 1),
        "ratio": round(run_seconds / bare_seconds, 2),
        "ratio_without_imports": round((run_seconds - import_seconds) / bare_seconds, 2),
        "run_rows_per_second": round(rows / run_seconds),
        "run_peak_mib": round(run_memory / 1024),
        "bare_peak_mib": round(bare_memory / 1024),
        "second_run_seconds": round(again_seconds, 1),
    }
    print(json.dumps(figures, indent=2))


def timed(command: list[str]) -> tuple[float, int]:
    """Seconds of wall time and peak memory (KiB) of a command."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{command[0]} failed")
    assert isinstance(usage, resource.struct_rusage)
    return time.perf_counter() - begun, usage.ru_maxrss


if __name__ == "__main__":
    main()
