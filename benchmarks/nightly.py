"""The whole nightly run beside a bare DuckDB script that does the same minimum by hand, in one invocation.

The bare script reads every export typed into a table, takes the last row of each dossier, computes the three rates (on
time, online, electronic documents) per unit and month and writes the dossiers as Parquet. Prints the ratio of wall and
of processor time, rows per second and peak memory; imports stand apart.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

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
igate = ["code", "procedure", "field", "unit", "received", "due", "finished", "days", "place", "owner", "phone", "officer", "status", "limit_", "step", "first_due", "supplements", "asked", "came", "channel", "note"]
tandan = ["n", "unit", "clerk", "field", "procedure", "code", "status", "address", "sender", "owner", "sent", "received", "due", "finished", "supplements", "asked", "came", "channel"]
select = "code, procedure, field, unit, status, channel, {received} as received_at, {due} as due_at, {finished} as finished_at"
con.execute("create table row as " + dossiers("igate", ",", igate, "'%d/%m/%Y %H:%M:%S'", select))
con.execute("insert into row " + dossiers("tandan", ";", tandan, "'%d/%m/%Y %H:%M'", select))
con.execute("create table dossier as select * from row qualify row_number() over (partition by code order by filename desc, rowid desc) = 1")
con.execute(\"\"\"create table rate as select unit, date_trunc('month', finished_at) as month, count(*) as resolved,
    count(*) filter (where finished_at::date <= due_at::date) as on_time, count(*) filter (where channel in ('Trực tuyến', 'Qua mạng')) as online
    from dossier where finished_at is not null group by all\"\"\")
con.execute("create table received as select unit, date_trunc('month', received_at) as month, count(*) as received from dossier group by all")
def documents(folder, delim, columns, select):
    spec = "{" + ", ".join(f"'{c}': 'VARCHAR'" for c in columns) + "}"
    return f\"\"\"select {select} from read_csv('{home}/data/inbox/{folder}/*.csv', columns = {spec}, header = true, auto_detect = false,
        delim = '{delim}', quote = '"', ignore_errors = true)\"\"\"
register = ["n", "code", "day", "unit", "subject", "signer", "recipients", "secrecy", "ground", "copies", "sent", "note"]
log = ["id", "code", "day", "unit", "recipient", "event", "word", "moment"]
con.execute("create table document as " + documents("vanban_di", ",", register,
    "code, unit, try_strptime(day, '%d/%m/%Y')::date as day, secrecy, ground"))
con.execute("create table event as " + documents("vanban_log", ";", log,
    "code, unit, recipient, event, try_strptime(day, '%Y/%m/%d')::date as day, try_strptime(moment, '%Y/%m/%d %H:%M:%S') as event_at"))
con.execute(\"\"\"create table sent as select code, unit, day, bool_or(event in ('01', '03', '04', '05', '06', '16')) as arrived
    from (from event qualify row_number() over (partition by code, unit, day, recipient order by event_at desc, event desc) = 1) group by all\"\"\")
con.execute(\"\"\"create table edoc as select unit, date_trunc('month', day) as month, count(*) as counted, count(*) filter (where arrived) as electronic
    from document left join sent using (code, unit, day) where ground is null and coalesce(secrecy, '') not in ('Mật', 'Tối mật') group by all\"\"\")
con.execute(f"copy (select * from dossier order by code) to '{target}/dossier.parquet' (compression zstd)")
"""
IMPORTS = (
    "import flows.nightly, flows.cli, reports.terminal; flows.cli.end_quietly(); from expectations.gx_duckdb import load; load()"
)


def main() -> None:
    """Make the demo, run both and print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dossiers", type=int, default=1_000_000)
    arguments.add_argument("--folder", type=Path, default=None, help="where the demo is made, or lies already")
    chosen = arguments.parse_args()
    home = demo_home(chosen.folder, chosen.dossiers)
    motcua = command(home)
    for name in ("warehouse", "raw", "marts", "runs.sqlite"):
        old = home / "data" / name
        shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    rows = sum(int(line.split(",")[-5]) for line in (home / "truth" / "files.csv").read_text(encoding="utf-8").splitlines()[1:])
    bare_folder = Path(tempfile.mkdtemp(dir=home.parent))
    bare = timed([sys.executable, "-c", BARE, str(home), str(bare_folder)])
    imports = timed([sys.executable, "-c", IMPORTS])
    run = timed([*motcua, "run"])
    again = timed([*motcua, "run"])
    figures = {
        "rows_in_files": rows,
        "bare_seconds": round(bare.wall, 1),
        "run_seconds": round(run.wall, 1),
        "of_which_imports_seconds": round(imports.wall, 1),
        "ratio": round(run.wall / bare.wall, 2),
        "ratio_without_imports": round((run.wall - imports.wall) / bare.wall, 2),
        "ratio_of_processor_time": round(run.processor / bare.processor, 2),
        "run_rows_per_second": round(rows / run.wall),
        "run_peak_mib": round(run.peak_kib / 1024),
        "bare_peak_mib": round(bare.peak_kib / 1024),
        "second_run_seconds": round(again.wall, 1),
    }
    print(json.dumps(figures, indent=2))


def demo_home(folder: Path | None, dossiers: int) -> Path:
    """The home of a demo of this size, made where it is not there yet."""
    home = (folder or Path(tempfile.mkdtemp(prefix="motcua-bench-"))) / f"demo-{dossiers}"
    if not home.exists():
        print(f"demo of {dossiers:,} dossiers …", flush=True)
        subprocess.run([*command(home), "demo", "--dossiers", str(dossiers)], check=True, stdout=subprocess.DEVNULL)
    return home


def command(home: Path) -> list[str]:
    """The command `motcua` of this environment, for a home."""
    return [str(Path(sys.executable).with_name("motcua")), "--home", str(home)]


class Cost(NamedTuple):
    """What a command took: seconds of wall and of processor time, and its peak memory."""

    wall: float
    processor: float
    peak_kib: int


def timed(command: list[str]) -> Cost:
    """Run a command to its end and say what it took; what it started itself is not counted."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{command[0]} failed")
    return Cost(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


if __name__ == "__main__":
    main()
