"""The history against a plain-Python model of it: whatever the order of arrival, the same files give the same history."""

import shutil
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.entities import ENTITIES
from transforms.history import forget_export, read_file_path, record_export, retell
from transforms.warehouse import open_warehouse

KEYS = ("a", "b", "c")
FIRST_DAY = datetime(2020, 1, 1, 19)
RECEIVED = {"a": date(2020, 1, 1), "b": date(2020, 1, 2), "c": date(2020, 1, 3)}
TYPES = {"TIMESTAMP": pa.timestamp("us"), "VARCHAR": pa.string(), "INTEGER": pa.int32()}
SCHEMA = {name: TYPES[kind] for name, kind in ENTITIES["dossier"].content.items()}
FINISHED = {"RETURNED": date(2020, 1, 2), "DONE_WAIT_RETURN": date(2020, 1, 4)}
OPEN = ("PROCESSING", "PAUSED")

# A file: for each key absent, quarantined, or one of some contents; and whether it is a delta, or a snapshot cut by what.
contents = st.sampled_from([None, "quarantined", "PROCESSING", "RETURNED"])
files = st.lists(st.tuples(st.booleans(), st.tuples(*[contents] * len(KEYS))), min_size=1, max_size=6)
days = st.none() | st.sampled_from([date(2020, 1, 1), date(2020, 1, 2), date(2020, 1, 3)])
cuts = st.just("delta") | st.tuples(st.sampled_from(["received", "resolved", "open"]), days, days)
all_contents = st.sampled_from([None, None, "quarantined", "PROCESSING", "PAUSED", "WITHDRAWN", *FINISHED])
cut_files = st.lists(st.tuples(cuts, st.tuples(*[all_contents] * len(KEYS))), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("history") / "warehouse.duckdb"
    open_warehouse(path).close()
    return path


def told_plainly(exports: list[tuple]) -> list[tuple]:
    """Runs (key, status, first, ended) by walking through the exports in order, key by key."""
    return runs_and_absences(exports)[0]


def runs_and_absences(exports: list[tuple]) -> tuple[list[tuple], list[tuple]]:
    """The runs, and for each open dossier (key, first, ended) of its being left out of lists of what is open."""
    runs, absences = [], []
    for place, key in enumerate(KEYS):
        standing = absent = None
        for number, (written, rows) in enumerate(exports):
            said, cut = rows[place], cut_of(written)
            if absent is not None and said is not None:
                absences.append((key, absent, number))
                absent = None
            if said == "quarantined":
                continue
            if said is None:
                if standing and cut != "delta" and claims(cut, key, standing[0]):
                    if cut[0] == "open":
                        absent = number if absent is None else absent
                    else:
                        runs.append((key, *standing, number))
                        standing = None
                continue
            if standing and said == standing[0] and cut != "delta":
                continue
            if standing:
                runs.append((key, *standing, number))
            standing = (said, number)
        if standing:
            runs.append((key, *standing, None))
        if absent is not None:
            absences.append((key, absent, None))
    return sorted(runs, key=repr), sorted(absences, key=repr)


def cut_of(cut) -> str | tuple:
    return {True: ("received", None, None), False: "delta"}.get(cut, cut)


def claims(cut: tuple, key: str, status: str) -> bool:
    """Whether a snapshot that is cut so says that it holds this dossier, as last known."""
    by, first, last = cut
    match by:
        case "resolved":
            if status not in FINISHED:
                return False
            day = FINISHED[status]
        case "open":
            if status not in OPEN:
                return False
            day = RECEIVED[key]
        case _:
            day = RECEIVED[key]
    return (first is None or day >= first) and (last is None or day <= last)


def record(template: Path, folder: Path, exports: list[tuple], order: list[int]) -> list[tuple]:
    """The runs that the warehouse holds after the exports have arrived in this order."""
    return record_all(template, folder, exports, order)[0]


def record_all(template: Path, folder: Path, exports: list[tuple], order: list[int]) -> tuple[list[tuple], list[tuple]]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(template, folder / "warehouse.duckdb")
    con = open_warehouse(folder / "warehouse.duckdb")
    for number in order:
        cut, rows = exports[number]
        land_and_record(con, folder, f"file{number}", FIRST_DAY + timedelta(days=number), cut_of(cut), rows)
    found = con.execute("select dossier_code, status, first_file, ended_file from dossier_run").fetchall()
    absent = con.execute("select dossier_code, first_file, ended_file from dossier_absence").fetchall()
    totals = con.execute(
        "select count(*) from landed_file where row_count <> recorded_count + unchanged_count + duplicate_count + quarantined_count"
    ).fetchall()
    con.close()
    assert totals == [(0,)]
    number_of = {f"file{number}": number for number in range(len(exports))} | {None: None}
    runs = sorted(((k, s, number_of[f], number_of[e]) for k, s, f, e in found), key=repr)
    return runs, sorted(((k, number_of[f], number_of[e]) for k, f, e in absent), key=repr)


def land_and_record(con, folder: Path, file_id: str, exported_at: datetime, cut: str | tuple, rows: tuple) -> None:
    good = [(key, said) for key, said in zip(KEYS, rows, strict=True) if said not in (None, "quarantined")]
    quarantined = [key for key, said in zip(KEYS, rows, strict=True) if said == "quarantined"]
    columns = {name: [None] * len(good) for name in ENTITIES["dossier"].content}
    columns |= {
        "dossier_code": [key for key, _ in good],
        "status": [said for _, said in good],
        "received_at": [datetime.combine(RECEIVED[key], time(8)) for key, _ in good],
        "finished_at": [datetime.combine(FINISHED[said], time(8)) if said in FINISHED else None for _, said in good],
    }
    path = read_file_path(folder, "s", file_id)
    path.parent.mkdir(exist_ok=True)
    pyarrow.parquet.write_table(pa.table({n: pa.array(v, SCHEMA[n]) for n, v in columns.items()}), path)
    delivery, (by, first, last) = ("delta", ("received", None, None)) if cut == "delta" else ("snapshot", cut)
    con.execute("begin")
    con.execute(
        """insert into landed_file (file_id, source, kind, file_name, origin, stored_as, byte_count, delivery, exported_at,
               landed_at, outcome, row_count, duplicate_count, quarantined_count, covers_by, covers_from, covers_to)
           values ($1, 's', 'dossier', $1, '', '', 0, $2, $3, now(), 'recorded', $4, 0, $5, $6, $7, $8)""",
        [file_id, delivery, exported_at, len(good) + len(quarantined), len(quarantined), by, first, last],
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


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(exports=cut_files, data=st.data())
def test_what_a_file_is_cut_by_decides_what_its_silence_means(template, tmp_path, exports, data):
    order = data.draw(st.permutations(range(len(exports))))
    assert record_all(template, tmp_path / "cut", exports, order) == runs_and_absences(exports)


def test_a_dossier_that_leaves_the_open_ones_stands_as_last_seen_and_is_absent(template, tmp_path):
    is_open = ("open", None, None)
    exports = [
        (is_open, ("PROCESSING", "PROCESSING", None)),
        (is_open, (None, "PROCESSING", None)),
        (is_open, ("PROCESSING", None, None)),
    ]
    runs = [("a", "PROCESSING", 0, None), ("b", "PROCESSING", 0, None)]
    assert record_all(template, tmp_path / "open", exports, [2, 0, 1]) == (runs, [("a", 1, 2), ("b", 2, None)])


def test_a_finished_dossier_that_a_list_of_the_finished_leaves_out_is_gone(template, tmp_path):
    whole, january_2 = ("received", None, None), ("resolved", date(2020, 1, 2), date(2020, 1, 2))
    exports = [(whole, ("RETURNED", "DONE_WAIT_RETURN", "PROCESSING")), (january_2, (None, None, None))]
    runs = [("a", "RETURNED", 0, 1), ("b", "DONE_WAIT_RETURN", 0, None), ("c", "PROCESSING", 0, None)]
    assert record_all(template, tmp_path / "resolved", exports, [0, 1]) == (runs, [])


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


PROCEDURES = ("P1", "P2")
told_contents = (
    st.none() | st.just("quarantined") | st.tuples(st.sampled_from(["PROCESSING", "RETURNED"]), st.sampled_from(PROCEDURES))
)
told_rows = st.tuples(*[told_contents] * len(KEYS))
told_files = st.lists(
    st.tuples(st.sampled_from("st"), st.integers(0, 3), st.sampled_from(["delta", ("received", None, None)]), told_rows),
    min_size=1,
    max_size=6,
)
"""Files of two sources: the day of export, which several may share, how each is delivered, and what it says of each key."""


def told_with_procedures(exports: list[tuple]) -> list[tuple]:
    """Runs (key, content, first, ended) and the number of rows that contradict what stood, key by key.

    A row that gives a standing code another procedure is kept out, and counts as present.
    """
    runs, contradicted = [], 0
    for place, key in enumerate(KEYS):
        standing = None
        for number, (delivery, said) in exports:
            content = said[place]
            if content == "quarantined":
                continue
            if content is None:
                if standing and delivery != "delta":
                    runs.append((key, *standing, number))
                    standing = None
            elif standing and content[1] != standing[0][1]:
                contradicted += 1
            elif not standing or content != standing[0] or delivery == "delta":
                if standing:
                    runs.append((key, *standing, number))
                standing = (content, number)
        if standing:
            runs.append((key, *standing, None))
    return [*sorted(runs, key=repr), contradicted]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=told_files, data=st.data())
def test_whatever_comes_late_is_read_again_or_is_refused_in_the_end_the_plain_history_is_told(template, tmp_path, files, data):
    """Two sources, exports of the same moment, files that say something else when read again, and files that are refused then."""
    steps = [("read", number) for number in data.draw(st.permutations(range(len(files))))]
    steps += data.draw(st.lists(st.tuples(st.sampled_from(["read", "refuse"]), st.sampled_from(range(len(files)))), max_size=3))
    con, folder = opened_anew(template, tmp_path / "steps")
    stands: dict[int, tuple] = {}
    for step, number in steps:
        source, day, delivery, said = files[number]
        if step == "refuse":
            con.execute("begin")
            forget_export(con, f"file{number}", source, folder)
            con.execute("commit")
            stands.pop(number, None)
        else:
            said = data.draw(told_rows) if number in stands else said
            read_and_record(con, folder, number, source, FIRST_DAY + timedelta(days=day), delivery, said)
            stands[number] = (source, day, delivery, said)
    in_order = sorted(stands.items(), key=lambda file: (file[1][1], f"file{file[0]}"))
    expected = {
        source: told_with_procedures([(number, (cut, said)) for number, (owner, _, cut, said) in in_order if owner == source])
        for source in "st"
    }
    assert {source: told_of(con, source) for source in "st"} == expected
    for source in "st":
        con.execute("begin")
        retell(con, source, folder)
        con.execute("commit")
    assert {source: told_of(con, source) for source in "st"} == expected
    con.close()


def opened_anew(template: Path, folder: Path):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(template, folder / "warehouse.duckdb")
    return open_warehouse(folder / "warehouse.duckdb"), folder


def told_of(con, source: str) -> list[tuple]:
    found = con.execute(
        "select dossier_code, status, procedure_code, first_file, ended_file from dossier_run where source = $1", [source]
    ).fetchall()
    number_of = {f"file{number}": number for number in range(6)} | {None: None}
    runs = sorted(
        ((key, (status, code), number_of[first], number_of[ended]) for key, status, code, first, ended in found), key=repr
    )
    counts = con.execute(
        """select coalesce(sum((select count(*) from quarantine as q where q.file_id = f.file_id and q.found_in = 'history')), 0),
                  count(*) filter (where row_count <> recorded_count + unchanged_count + duplicate_count + quarantined_count)
           from landed_file as f where source = $1 and outcome = 'recorded'""",
        [source],
    ).fetchall()[0]
    assert counts[1] == 0
    return [*runs, int(counts[0])]


def read_and_record(con, folder: Path, number: int, source: str, exported_at: datetime, cut: str | tuple, said: tuple) -> None:
    file_id = f"file{number}"
    good = [(key, *content) for key, content in zip(KEYS, said, strict=True) if content not in (None, "quarantined")]
    kept_out = [key for key, content in zip(KEYS, said, strict=True) if content == "quarantined"]
    columns = {name: [None] * len(good) for name in ENTITIES["dossier"].content} | {
        "dossier_code": [key for key, *_ in good],
        "status": [status for _, status, _ in good],
        "procedure_code": [code for *_, code in good],
        "received_at": [datetime.combine(RECEIVED[key], time(8)) for key, *_ in good],
    }
    path = read_file_path(folder, source, file_id)
    path.parent.mkdir(exist_ok=True)
    pyarrow.parquet.write_table(pa.table({n: pa.array(v, SCHEMA[n]) for n, v in columns.items()}), path)
    con.execute("begin")
    con.execute("delete from quarantine where source = $1 and file_id = $2 and found_in = 'reading'", [source, file_id])
    con.execute(
        """insert into landed_file (file_id, source, kind, file_name, origin, stored_as, byte_count, delivery, exported_at,
               landed_at, outcome) values ($1, $2, 'dossier', $1, '', '', 0, $3, $4, now(), 'landed') on conflict do nothing""",
        [file_id, source, "delta" if cut == "delta" else "snapshot", exported_at],
    )
    con.execute(
        """update landed_file set outcome = 'recorded', row_count = $3, duplicate_count = 0, quarantined_count = $4
           where source = $1 and file_id = $2""",
        [source, file_id, len(good) + len(kept_out), len(kept_out)],
    )
    for line, key in enumerate(kept_out):
        con.execute(
            "insert into quarantine values ($1, $2, $3, 'WORD_UNKNOWN', 'status', md5($4), 'reading')", [source, file_id, line, key]
        )
    record_export(con, file_id, source, folder)
    con.execute("commit")
