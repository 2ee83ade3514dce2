"""The history against a plain-Python model of it: whatever the order of arrival, the same files give the same history."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.entities import ENTITIES
from transforms.history import read_file_path, record_export
from transforms.warehouse import open_warehouse

KEYS = ("a", "b", "c")
FIRST_DAY = datetime(2020, 1, 1, 19)

# A file: for each key absent, quarantined, or one of two contents; and whether it is a snapshot or a delta.
contents = st.sampled_from([None, "quarantined", "PROCESSING", "RETURNED"])
files = st.lists(st.tuples(st.booleans(), st.tuples(*[contents] * len(KEYS))), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("history") / "warehouse.duckdb"
    open_warehouse(path).close()
    return path


def told_plainly(exports: list[tuple[bool, tuple]]) -> list[tuple]:
    """Runs (key, status, first, ended) by walking through the exports in order, key by key."""
    runs = []
    for place, key in enumerate(KEYS):
        standing = None
        for number, (is_snapshot, rows) in enumerate(exports):
            said = rows[place]
            if said == "quarantined" or (said is None and not is_snapshot):
                continue
            if standing and said == standing[0] and is_snapshot:
                continue
            if standing:
                runs.append((key, *standing, number))
                standing = None
            if said is not None:
                standing = (said, number)
        if standing:
            runs.append((key, *standing, None))
    return sorted(runs, key=repr)


def record(template: Path, folder: Path, exports: list[tuple[bool, tuple]], order: list[int]) -> list[tuple]:
    """The runs that the warehouse holds after the exports have arrived in this order."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(template, folder / "warehouse.duckdb")
    con = open_warehouse(folder / "warehouse.duckdb")
    for number in order:
        is_snapshot, rows = exports[number]
        land_and_record(con, folder, f"file{number}", FIRST_DAY + timedelta(days=number), is_snapshot, rows)
    found = con.execute("select dossier_code, status, first_file, ended_file from dossier_run").fetchall()
    totals = con.execute(
        "select count(*) from landed_file where row_count <> recorded_count + unchanged_count + duplicate_count + quarantined_count"
    ).fetchall()
    con.close()
    assert totals == [(0,)]
    number_of = {f"file{number}": number for number in range(len(exports))} | {None: None}
    return sorted(((k, s, number_of[f], number_of[e]) for k, s, f, e in found), key=repr)


def land_and_record(con, folder: Path, file_id: str, exported_at: datetime, is_snapshot: bool, rows: tuple) -> None:
    good = [(key, said) for key, said in zip(KEYS, rows, strict=True) if said not in (None, "quarantined")]
    quarantined = [key for key, said in zip(KEYS, rows, strict=True) if said == "quarantined"]
    columns = {name: [None] * len(good) for name in ENTITIES["dossier"].content}
    columns |= {"dossier_code": [key for key, _ in good], "status": [said for _, said in good]}
    path = read_file_path(folder, "s", file_id)
    path.parent.mkdir(exist_ok=True)
    types = {"TIMESTAMP": pa.timestamp("us"), "VARCHAR": pa.string(), "INTEGER": pa.int32()}
    schema = {n: types[t] for n, t in ENTITIES["dossier"].content.items()}
    pyarrow.parquet.write_table(pa.table({n: pa.array(v, schema[n]) for n, v in columns.items()}), path)
    con.execute("begin")
    con.execute(
        """insert into landed_file (file_id, source, kind, file_name, origin, stored_as, byte_count, delivery, exported_at,
               landed_at, outcome, row_count, duplicate_count, quarantined_count)
           values ($1, 's', 'dossier', $1, '', '', 0, $2, $3, now(), 'recorded', $4, 0, $5)""",
        [file_id, "snapshot" if is_snapshot else "delta", exported_at, len(good) + len(quarantined), len(quarantined)],
    )
    for line, key in enumerate(quarantined):
        con.execute(
            "insert into quarantine values ('s', $1, $2, 'WORD_UNKNOWN', 'status', md5($3), 'reading')", [file_id, line, key]
        )
    record_export(con, file_id, "s", folder)
    con.execute("commit")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(exports=files, data=st.data())
def test_any_order_of_arrival_tells_the_plain_history(template, tmp_path, exports, data):
    order = data.draw(st.permutations(range(len(exports))))
    assert record(template, tmp_path / "shuffled", exports, order) == told_plainly(exports)


def test_a_late_file_splits_a_run(template, tmp_path):
    exports = [(True, ("PROCESSING", None, None)), (True, ("RETURNED", None, None)), (True, ("PROCESSING", None, None))]
    expected = [("a", "PROCESSING", 0, 1), ("a", "PROCESSING", 2, None), ("a", "RETURNED", 1, 2)]
    assert record(template, tmp_path / "late", exports, [0, 2, 1]) == expected


def test_gone_and_back_again(template, tmp_path):
    exports = [
        (True, ("PROCESSING", "PROCESSING", None)),
        (True, (None, "PROCESSING", None)),
        (True, ("PROCESSING",) * 2 + (None,)),
    ]
    expected = [("a", "PROCESSING", 0, 1), ("a", "PROCESSING", 2, None), ("b", "PROCESSING", 0, None)]
    assert record(template, tmp_path / "gone", exports, [0, 1, 2]) == expected


def test_a_quarantined_row_counts_as_present(template, tmp_path):
    exports = [(True, ("PROCESSING", None, None)), (True, ("quarantined", None, None)), (True, ("PROCESSING", None, None))]
    assert record(template, tmp_path / "present", exports, [0, 1, 2]) == [("a", "PROCESSING", 0, None)]
