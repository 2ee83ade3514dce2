"""What reading makes of the columns that tell of a moved due date and of supplements."""

from datetime import datetime

from flows.ingest import ingest_file
from transforms.warehouse import open_warehouse

PROFILE = """
title: Drawn
kind: dossier
delivery: snapshot
format: {delimiter: ","}
exported_at: {file_name: '(?P<exported>\\d{8})', time_format: "%Y%m%d"}
columns:
  dossier_code: [code]
  resolving_unit: [unit]
  received_at: [received]
  due_at: [due]
  finished_at: [finished]
  original_due_at: [first due]
  supplement_count: [asked]
  supplement_requested_at: [requested]
  supplement_completed_at: [completed]
optional: [original_due_at, supplement_count, supplement_requested_at, supplement_completed_at]
dates: ["%Y-%m-%d %H:%M"]
"""
DUE = "2019-07-12 17:00"


def read(home, *lines: str) -> list[tuple]:
    (home.config / "sources" / "drawn.yml").write_text(PROFILE, encoding="utf-8")
    path = home.root / "20190801.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ingest_file(home, path, "drawn", None)
    con = open_warehouse(home.warehouse)
    found = con.execute(
        "select original_due_at, supplement_count, extended_due_at from dossier_run order by dossier_code"
    ).fetchall()
    con.close()
    return found


def at(day: int) -> datetime:
    return datetime(2019, 7, day, 17)


def test_an_empty_cell_says_not_moved_and_no_supplement(home):
    told = read(
        home,
        "code,unit,received,due,finished,first due,asked,requested,completed",
        f"1,X,2019-07-01 08:00,{DUE},,,,,",
        f"2,X,2019-07-01 08:00,{DUE},,2019-07-10 17:00,1,2019-07-02 09:00,2019-07-05 09:00",
        f"3,X,2019-07-01 08:00,{DUE},,,2,2019-07-02 09:00,",
        f"4,X,2019-07-01 08:00,{DUE},,,1,2019-07-05 09:00,2019-07-02 09:00",
        "5,X,2019-07-01 08:00,,,2019-07-10 17:00,,,",
    )
    assert told == [
        (at(12), 0, at(12)),
        (at(10), 1, at(15)),
        (at(12), 2, at(12)),  # still waiting: nothing is added
        (at(12), 1, at(12)),  # completed before it was requested: no time
        (at(10), 0, None),
    ]


def test_a_column_that_is_not_there_says_nothing(home):
    assert read(home, "code,unit,received,due,finished", f"1,X,2019-07-01 08:00,{DUE},") == [(None, None, None)]
