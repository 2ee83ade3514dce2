"""How a corrected dossier is told: both values and the document, also beside a release that knew no corrections."""

from datetime import datetime

import duckdb

from reports.corrections import CORRECTIONS, correction_words, corrections_in
from transforms.duck import rows

CORRECTED = {
    "due_at": datetime(2020, 8, 12, 23, 59, 59),
    "finished_at": datetime(2020, 8, 10),
    "status": "RETURNED",
    "corrected_columns": "due_at, finished_at, status",
    "source_due_at": datetime(2020, 8, 7, 17),
    "source_finished_at": None,
    "source_status": "PROCESSING",
    "correction_document": "45/UBND-VP",
}


def test_both_values_are_told_with_the_document():
    assert correction_words(CORRECTED) == (
        "đính chính theo 45/UBND-VP: hạn 07/08/2020 → 12/08/2020, kết thúc – → 10/08/2020, trạng thái đang xử lý → đã trả kết quả",
        "corrected by 45/UBND-VP: due 07/08/2020 → 12/08/2020, ended – → 10/08/2020, status in progress → handed over",
    )
    assert correction_words(CORRECTED | {"corrected_columns": None}) is None


def test_a_release_of_an_older_program_has_no_corrections():
    with duckdb.connect() as con:
        con.execute("create table older as select 1 as dossier_code")
        con.execute("create table newer as select 1 as dossier_code, 'x' as source_status")
        nothing = dict.fromkeys(CORRECTIONS)
        assert rows(con, f"select {corrections_in(con, 'older')} from older") == [nothing]
        assert rows(con, f"select {corrections_in(con, 'newer')} from newer") == [nothing | {"source_status": "x"}]
