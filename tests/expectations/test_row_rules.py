"""What a row rule does with a row, and what an office may make of it."""

from datetime import date, datetime

import pytest

from expectations.row_rules import ROW_RULES, rule_of, rules_for
from flows.ingest import ingest_file, try_file
from flows.nightly import record_landed_files
from flows.settings import load_config
from tests.intake.files import HEADER, as_csv, row, write
from transforms.duck import connect
from transforms.errors import ConfigError
from transforms.warehouse import open_warehouse

SHOWN = {
    "status": "'PROCESSING'",
    "channel": "'in_person'",
    "procedure_code": "'p'",
    "finished_at": "null::timestamp",
    "due_at": "null::timestamp",
    "returned_at": "null::timestamp",
}


@pytest.mark.parametrize(
    ("rule", "cells", "is_broken"),
    [
        ("RETURNED_BEFORE_FINISHED", {"returned_at": "2020-01-02 08:00", "finished_at": "2020-01-03 08:00"}, True),
        ("RETURNED_BEFORE_FINISHED", {"returned_at": "2020-01-03 08:00", "finished_at": "2020-01-03 08:00"}, False),
        ("RETURNED_BUT_NOT_SO", {"returned_at": "2020-01-03 08:00", "status": "DONE_WAIT_RETURN"}, True),
        ("RETURNED_BUT_NOT_SO", {"returned_at": "2020-01-03 08:00", "status": "RETURNED"}, False),
        ("FINISHED_AT_DUE_SECOND", {"finished_at": "2020-01-03 17:00", "due_at": "2020-01-03 17:00"}, True),
        ("FINISHED_AT_DUE_SECOND", {"finished_at": "2020-01-03", "due_at": "2020-01-03"}, False),
        ("FINISHED_AT_DUE_SECOND", {"finished_at": "2020-01-03 17:00:01", "due_at": "2020-01-03 17:00"}, False),
        ("ONLINE_BELOW_LEVEL_3", {"channel": "online", "procedure_code": "low"}, True),
        ("ONLINE_BELOW_LEVEL_3", {"channel": "online", "procedure_code": "high"}, False),
        ("ONLINE_BELOW_LEVEL_3", {"channel": "in_person", "procedure_code": "low"}, False),
    ],
)
def test_a_rule_is_broken_by_what_it_says(rule, cells, is_broken):
    kinds = {name: "timestamp" if name.endswith("_at") else "varchar" for name in cells}
    shown = SHOWN | {name: f"'{value}'::{kinds[name]}" for name, value in cells.items()}
    select = ", ".join(f"{value} as {name}" for name, value in shown.items())
    broken_when = rule_of(rule).broken_when
    given = {"below_level_3": ["low"]} if "$below_level_3" in broken_when else None
    with connect() as con:
        assert con.execute(f"select coalesce({broken_when}, false) from (select {select})", given).fetchall() == [(is_broken,)]


def test_the_six_classes_of_the_field_are_all_judged():
    """Online at level 2; no receipt; resolved without an end; received, or ended, after today; ended before received."""
    assert {
        "ONLINE_BELOW_LEVEL_3",
        "RECEIVED_MISSING",
        "FINISHED_MISSING",
        "RECEIVED_AFTER_EXPORT",
        "FINISHED_AFTER_EXPORT",
        "FINISHED_BEFORE_RECEIVED",
    } <= {rule.code for rule in ROW_RULES}


def setting(home, text: str) -> None:
    (home.config / "settings.yml").write_text(f"units_from_data: true\nrow_rules:\n  - {text}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{rule: DUE_MISSIN, severity: quarantine}", "DUE_MISSING"),
        ("{rule: DUE_MISSING, severity: severe}", "severity"),
        ("{rule: DUE_MISSING, column: channel, severity: quarantine}", "does not speak of channel"),
        ("{rule: CODE_MISSING, severity: warning, reason: x, until: 2020-06-30}", "cannot be loosened at all"),
        ("{rule: WORD_UNKNOWN, severity: warning, reason: x, until: 2020-06-30}", "only over column: channel"),
        ("{rule: WORD_UNKNOWN, column: status, severity: warning, reason: x, until: 2020-06-30}", "only over column: channel"),
        ("{rule: WORD_UNKNOWN, column: channel, severity: warning, until: 2020-06-30}", "needs a reason"),
        ("{rule: WORD_UNKNOWN, column: channel, severity: warning, reason: x}", "needs a reason"),
    ],
)
def test_a_severity_that_makes_no_sense_is_named_with_its_line(home, text, said):
    setting(home, text)
    with pytest.raises(ConfigError, match=rf"settings.yml, line 3: .*{said}"):
        load_config(home)


def test_an_office_tightens_as_it_likes(home, tmp_path):
    setting(home, "{rule: DUE_MISSING, severity: quarantine}")
    file = write(tmp_path, as_csv([HEADER, row(1), row(2, **{"Ngày hẹn trả": ""})]).encode())
    found = try_file(home, file, "tandan")
    assert found["quarantined_by_rule"]["DUE_MISSING:due_at"]["rows"] == 1


def test_loosening_holds_for_exports_until_a_day(home, tmp_path):
    setting(home, "{rule: WORD_UNKNOWN, column: channel, severity: warning, reason: đang bổ sung, until: 2020-01-16}")
    table = as_csv([HEADER, row(1), row(2, **{"Hình thức nộp hồ sơ": "Zalo"})]).encode()
    on_time = try_file(home, write(tmp_path, table), "tandan")
    later = try_file(home, write(tmp_path, table, "hoso_thaydoi_20200117_0800.csv"), "tandan")
    assert (on_time["quarantined_count"], on_time["warnings"].get("WORD_UNKNOWN:channel")) == (0, 1)
    assert (later["quarantined_count"], later["warnings"].get("WORD_UNKNOWN:channel")) == (1, None)


def test_a_changed_severity_reads_again_the_files_that_it_concerns(home, tmp_path):
    ingest_file(home, write(tmp_path, as_csv([HEADER, row(1), row(2, **{"Ngày hẹn trả": ""})]).encode()), "tandan", None)
    clean = write(tmp_path, as_csv([HEADER, row(3)]).encode(), "hoso_thaydoi_20200117_1900.csv")
    ingest_file(home, clean, "tandan", datetime(2020, 1, 17))
    assert record_landed_files(home) == []
    setting(home, "{rule: DUE_MISSING, severity: quarantine}")
    assert [(o.row_count, o.quarantined_count, o.is_late) for o in record_landed_files(home)] == [(2, 1, False)]
    con = open_warehouse(home.warehouse)
    assert con.execute("select dossier_code from dossier_run order by all").fetchall() == [
        ("000.00.21.H99-200102-0001",),
        ("000.00.21.H99-200102-0003",),
    ]
    con.close()
    assert record_landed_files(home) == []
    (home.config / "settings.yml").unlink()
    assert [(o.row_count, o.quarantined_count) for o in record_landed_files(home)] == [(2, 0)]


def test_the_last_word_of_an_office_holds():
    from expectations.row_rules import OfficeSeverity

    changes = [
        OfficeSeverity(rule="WORD_UNKNOWN", column="channel", severity="warning", reason="x", until=date(2020, 1, 1)),
        OfficeSeverity(rule="WORD_UNKNOWN", severity="quarantine"),
    ]
    rule = next(r for r in rules_for("dossier", {"channel": "word"}, changes) if r.code == "WORD_UNKNOWN")
    assert rule.severity_on(date(2019, 12, 1)) == "quarantine"
