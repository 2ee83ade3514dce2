"""How far the exports of each kind have come: as far as those of the source that is furthest behind."""

from datetime import date, datetime

import duckdb

from transforms.build import load_rows
from transforms.runner import all_models, run_models


def reach(*files: tuple) -> dict[str, tuple]:
    with duckdb.connect() as con:
        con.execute("create table known_file (kind varchar, source varchar, exported_at timestamp, outcome varchar)")
        load_rows(con, "known_file", files)
        run_models(con, [all_models()["source_reach"]], date(2020, 12, 31))
        found = con.execute("select kind, reached_date, source_count from source_reach order by kind").fetchall()
    return {kind: rest for kind, *rest in found}


def export(kind: str, source: str, day: int, outcome: str = "recorded") -> tuple:
    return kind, source, datetime(2020, 12, day, 18, 30), outcome


def test_the_source_furthest_behind_decides_by_its_latest_export():
    files = [export("dossier", "a", day) for day in (1, 8, 15)] + [export("dossier", "b", day) for day in (12, 5)]
    assert reach(*files) == {"dossier": [date(2020, 12, 12), 2]}


def test_documents_wait_for_their_register_and_for_the_log():
    files = [export("document", "so", 20), export("transmission", "log", 14), export("dossier", "a", 31)]
    assert reach(*files) == {"document": [date(2020, 12, 14), 2], "dossier": [date(2020, 12, 31), 1]}


def test_a_source_may_be_of_two_kinds_and_a_refused_file_has_not_come():
    files = [export("document", "s", 20), export("transmission", "s", 9), export("transmission", "s", 21, "refused")]
    assert reach(*files) == {"document": [date(2020, 12, 9), 2]}
