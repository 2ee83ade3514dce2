"""Reading one large export beside the bare libraries: CSV beside DuckDB's own typed read, xlsx beside python-calamine.

The files are an export of the demo, repeated under other codes to the size wanted. Prints processor seconds, of the
fastest of a few turns, and their ratios; a reading ends with the canonical rows in Parquet, the bare CSV read with a table.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from benchmarks.nightly import demo_home
from expectations.row_rules import rules_for
from flows.home import Home
from flows.settings import load_config
from transforms.duck import connect, quoted
from transforms.intake.read import column_roles, read_rows
from transforms.profiles import Profile
from transforms.reference import Names

_DOSSIERS = 30_000
_SOURCE = "igate"
_CODE = "Số hồ sơ"
_TIMES = (
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Ngày kết thúc xử lý",
    "Ngày hẹn trả ban đầu",
    "Ngày yêu cầu bổ sung",
    "Ngày hoàn thành bổ sung",
)
_EXPORTED_AT = datetime(2021, 12, 31)
_FORMAT = "%d/%m/%Y %H:%M:%S"


def main() -> None:
    """Make the files, read each in every way and print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--sheet-rows", type=int, default=50_000)
    arguments.add_argument("--folder", type=Path, default=None, help="where the demo is made, or lies already")
    arguments.add_argument("--turns", type=int, default=3)
    chosen = arguments.parse_args()
    home = Home(demo_home(chosen.folder, _DOSSIERS))
    config = load_config(home)
    profile, names = config.profiles[_SOURCE], config.reference.names()
    with tempfile.TemporaryDirectory(dir=home.root) as folder:
        scratch = Path(folder)
        csv, xlsx = scratch / "export.csv", scratch / "export.xlsx"
        write_csv(home, chosen.rows, csv)
        write_xlsx(csv, chosen.sheet_rows, xlsx)
        ways = {
            "csv_reading": lambda: read(csv, profile, names, scratch),
            "csv_bare": lambda: read_typed(csv),
            "xlsx_reading": lambda: read(xlsx, profile, names, scratch),
            "xlsx_bare": lambda: read_cells(xlsx),
        }
        turns = [{name: seconds(way) for name, way in ways.items()} for _ in range(chosen.turns)]
    fastest = {name: min(turn[name] for turn in turns) for name in ways}
    figures = {f"{name}_seconds": round(took, 2) for name, took in fastest.items()}
    figures |= {f"{kind}_ratio": round(fastest[f"{kind}_reading"] / fastest[f"{kind}_bare"], 2) for kind in ("csv", "xlsx")}
    print(json.dumps({"csv_rows": chosen.rows, "xlsx_rows": chosen.sheet_rows, **figures}, indent=2))


def write_csv(home: Home, row_count: int, target: Path) -> None:
    """The last export of the demo, repeated: its dossiers that are returned, each time under other codes of the same day."""
    last = max((home.root / "data" / "inbox" / _SOURCE).glob("*.csv"))
    with duckdb.connect() as con:
        con.execute(f"""
            copy (select e.* exclude (day, number) replace (e.day || printf('%06d', n.copy * 10000 + e.number) as "{_CODE}")
                  from (select *, regexp_extract("{_CODE}", '^(.*-)\\d+$', 1) as day,
                               cast(regexp_extract("{_CODE}", '(\\d+)$', 1) as integer) as number
                        from read_csv({quoted(str(last))}, header = true, all_varchar = true)
                        where "Trạng thái hồ sơ" = 'Đã trả kết quả') as e,
                       (select unnest(range(100)) as copy) as n
                  order by n.copy limit {row_count})
            to {quoted(str(target))} (header, delimiter ',')""")


def write_xlsx(csv: Path, row_count: int, target: Path) -> None:
    """The first rows of a CSV file as texts of a workbook."""
    with duckdb.connect() as con, Workbook(target, {"constant_memory": True}) as book:
        found = con.sql(f"from read_csv({quoted(str(csv))}, header = true, all_varchar = true) limit {row_count}")
        sheet = book.add_worksheet()
        for at, cells in enumerate([found.columns, *found.fetchall()]):
            sheet.write_row(at, 0, ["" if cell is None else cell for cell in cells])


def read(file: Path, profile: Profile, names: Names, scratch: Path) -> None:
    """Read the file as the nightly run does."""
    rules = rules_for(profile.kind, column_roles(profile))
    with connect(temp=scratch) as con:
        read_rows(con, file, file.name, profile, names, rules, _EXPORTED_AT, scratch / "rows.parquet", scratch)


def read_typed(csv: Path) -> None:
    """Read the file into a table as DuckDB does by itself, all texts as they are and all times typed."""
    with duckdb.connect() as con:
        headers = con.sql(f"from read_csv({quoted(str(csv))}, header = true, all_varchar = true) limit 0").columns
        types = ", ".join(f"{quoted(header)}: '{'TIMESTAMP' if header in _TIMES else 'VARCHAR'}'" for header in headers)
        con.execute(f"""create table dossier as from read_csv({quoted(str(csv))}, header = true, auto_detect = false, delim = ',',
                        quote = '"', columns = {{{types}}}, timestampformat = {quoted(_FORMAT)})""")


def read_cells(xlsx: Path) -> None:
    """Read every cell of the workbook's sheet."""
    with CalamineWorkbook.from_path(xlsx) as book:
        for _ in book.get_sheet_by_index(0).iter_rows():
            pass


def seconds(way: Callable[[], None]) -> float:
    """The processor seconds that it takes, of all threads."""
    begun = time.process_time()
    way()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
