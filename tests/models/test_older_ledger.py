"""A ledger of an older program gets the columns that it lacks, and keeps what it knew of coverage."""

from datetime import date

from transforms.duck import connect
from transforms.warehouse import _LATER_COLUMNS, _LEDGER, open_warehouse


def test_what_an_older_ledger_knows_of_coverage_still_counts(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    with connect(path) as con:
        con.execute(_LEDGER)
        con.execute(
            """insert into landed_file (file_id, source, kind, file_name, origin, stored_as, byte_count, delivery, landed_at,
                   outcome, covers_from)
               values ('f', 's', 'dossier', 'f', '', '', 0, 'snapshot', now(), 'recorded', '2020-01-01')"""
        )
    for _ in range(2):
        con = open_warehouse(path)
        found = con.execute("select said_covers_from, said_covers_to, said_by, covers_by from landed_file").fetchall()
        columns = {
            name for (name,) in con.execute("select column_name from duckdb_columns() where table_name = 'landed_file'").fetchall()
        }
        con.close()
        assert found == [(date(2020, 1, 1), None, "sidecar", "received")]
        assert _LATER_COLUMNS.keys() <= columns
