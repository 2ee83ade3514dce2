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
  new_due_at: [new due]
  supplement_count: [asked]
  supplement_days: [days]
  supplement_requested_at: [requested]
  supplement_completed_at: [completed]
optional: [original_due_at, new_due_at, supplement_count, supplement_days, supplement_requested_at, supplement_completed_at]
dates: ["%Y-%m-%d %H:%M"]
"""
DUE = "2019-07-12 17:00"


def read(home, *lines: str, due_too: bool = False) -> list[tuple]:
    (home.config / "sources" / "drawn.yml").write_text(PROFILE, encoding="utf-8")
    path = home.root / "20190801.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ingest_file(home, path, "drawn", None)
    con = open_warehouse(home.warehouse)
    columns = "original_due_at, supplement_count, extended_due_at" + ", due_at" * due_too
    found = con.execute(f"select {columns} from dossier_run order by dossier_code").fetchall()
    con.close()
    return found


def quarantined(home) -> list[tuple]:
    con = open_warehouse(home.warehouse)
    found = con.execute("select line, rule_code from quarantine order by all").fetchall()
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


def test_the_days_that_a_list_counts_serve_where_a_date_is_missing(home):
    told = read(
        home,
        "code,unit,received,due,finished,asked,days,requested,completed",
        f"1,X,2019-07-01 08:00,{DUE},,1,3,,",
        f"2,X,2019-07-01 08:00,{DUE},,1,3,2019-07-02 09:00,",
        f"3,X,2019-07-01 08:00,{DUE},,1,9,2019-07-02 09:00,2019-07-05 09:00",
        f"4,X,2019-07-01 08:00,{DUE},,2,3,,",
        f"5,X,2019-07-01 08:00,{DUE},,1,,,",
        f"6,X,2019-07-01 08:00,{DUE},,1,32,,",
        f"7,X,2019-07-01 08:00,{DUE},,1,2147483647,,",
        f"8,X,2019-07-01 08:00,{DUE},,1,-1,,",
    )
    # The third has both dates, which come before the days; of the fourth's two supplements neither is told apart.
    assert told == [(None, 1, at(15)), (None, 1, at(15)), (None, 1, at(15)), (None, 2, at(12)), (None, 1, at(12))]
    assert quarantined(home) == [(7, "SUPPLEMENT_DAYS_TOO_MANY"), (8, "SUPPLEMENT_DAYS_TOO_MANY"), (9, "NUMBER_UNREADABLE")]


def test_beside_a_new_due_date_the_other_is_the_one_first_promised(home):
    told = read(
        home,
        "code,unit,received,due,finished,new due,asked,requested,completed",
        f"1,X,2019-07-01 08:00,{DUE},,2019-07-20 17:00,0,,",
        f"2,X,2019-07-01 08:00,{DUE},,2019-07-20 17:00,1,2019-07-02 09:00,2019-07-05 09:00",
        f"3,X,2019-07-01 08:00,{DUE},,,0,,",
        "4,X,2019-07-01 08:00,,,2019-07-20 17:00,0,,",
        due_too=True,
    )
    assert told == [
        (at(12), 0, at(12), at(20)),
        (at(12), 1, at(15), at(20)),  # the supplement's time is added to the date before, never to both
        (at(12), 0, at(12), at(12)),
        (None, 0, at(20), at(20)),
    ]


def test_of_two_old_due_dates_the_one_named_so_is_the_first(home):
    """As the national portal's messages have them: the due date, the one before and the new one of a supplement."""
    header = "code,unit,received,due,finished,first due,new due"
    told = read(home, header, f"1,X,2019-07-01 08:00,{DUE},,2019-07-10 17:00,2019-07-20 17:00", due_too=True)
    assert told == [(at(10), None, None, at(20))]


def test_a_number_is_whole_or_in_quarantine(home):
    header = "code,unit,received,due,finished,asked"
    cells = ("2", " 2 ", "2.0", '"2,00"', "1.5", '"1,5"', "1.000", "-1", "1e1", "2 lần")
    told = read(home, header, *(f"{n},X,2019-07-01 08:00,{DUE},,{cell}" for n, cell in enumerate(cells)))
    assert [supplements for _, supplements, *_ in told] == [2, 2, 2, 2]
    assert quarantined(home) == [(line, "NUMBER_UNREADABLE") for line in range(6, 12)]
