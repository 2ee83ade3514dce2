"""Which files are refused beside those before them is decided by the order of exports, not of arrival."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.entities import ENTITIES
from transforms.history import forget_export, read_file_path, record_export
from transforms.warehouse import open_warehouse

FIRST_DAY = datetime(2020, 1, 1, 19)
MONTHS = (date(2020, 1, 1), date(2020, 2, 1))

# A file: how many rows it has, which of two months it covers, and whether an operator accepted that it is short.
files = st.lists(
    st.tuples(st.sampled_from([4, 9, 10, 19, 20, 21, 50]), st.sampled_from(MONTHS), st.booleans()), min_size=1, max_size=6
)


def taken_plainly(exports: list[tuple]) -> list[int]:
    """The files that are taken: those that are at least half as long as the last one taken of their month."""
    last, taken = {}, []
    for number, (length, month, is_accepted) in enumerate(exports):
        before = last.get(month, 0)
        if is_accepted or before < 10 or length * 2 >= before:
            last[month] = length
            taken.append(number)
    return taken


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sequence")
    con = open_warehouse(folder / "warehouse.duckdb")
    empty = ", ".join(f"null::{kind} as {name}" for name, kind in ENTITIES["dossier"].content.items())
    for number in range(6):
        path = read_file_path(folder, "s", f"file{number}")
        path.parent.mkdir(exist_ok=True)
        con.execute(f"copy (select {empty} limit 0) to '{path}' (format parquet)")
    yield con, folder
    con.close()


def arrive(con, folder, number: int, export: tuple) -> list[str]:
    length, month, is_accepted = export
    con.execute(
        """insert into landed_file (file_id, source, kind, file_name, origin, stored_as, byte_count, delivery, exported_at,
               landed_at, outcome, row_count, duplicate_count, quarantined_count, covers_from, accepted_rules)
           values ($1, 's', 'dossier', $1, '', '', 0, 'snapshot', $2, now(), 'recorded', $3, $3, 0, $4, $5)""",
        [f"file{number}", FIRST_DAY + timedelta(days=number), length, month, "FILE_SHRUNKEN" if is_accepted else None],
    )
    return record_export(con, f"file{number}", "s", folder).turned


def taken(con) -> list[int]:
    found = con.execute("select file_id from landed_file where outcome = 'recorded' order by exported_at").fetchall()
    return [int(name.removeprefix("file")) for (name,) in found]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(exports=files, data=st.data())
def test_any_order_of_arrival_refuses_the_same_files(store, exports, data):
    con, folder = store
    con.execute("delete from landed_file")
    con.execute("delete from file_finding")
    for number in data.draw(st.permutations(range(len(exports)))):
        arrive(con, folder, number, exports[number])
    assert taken(con) == taken_plainly(exports)
    told = "select count(*) from landed_file where (outcome = 'refused') <> (refused_by is not null and recorded_count is null)"
    assert con.execute(told).fetchall() == [(0,)]


def test_a_file_that_is_taken_out_again_lets_the_next_one_in(store):
    con, folder = store
    con.execute("delete from landed_file")
    assert arrive(con, folder, 0, (50, MONTHS[0], False)) == []
    assert arrive(con, folder, 2, (20, MONTHS[0], False)) == []
    assert taken(con) == [0]
    assert arrive(con, folder, 1, (30, MONTHS[0], False)) == ["file2"]  # twenty are more than half of thirty
    assert forget_export(con, "file0", "s", folder).turned == []
    assert taken(con) == [1, 2]
