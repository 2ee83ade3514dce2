"""The checks as Great Expectations makes them on real DuckDB tables, and the verdict on them."""

import json

import duckdb
import pytest
from good_tables import GOOD_TABLES, NASTY

from expectations.gx_duckdb import validate
from expectations.suites import CHECKS, Expectation
from expectations.verdict import judge

# What breaks a check and no other of its table: the check, the statement, the number of rows it should report.
FAULTS = [
    ("DOSSIER_KEY_PRESENT", "UPDATE dossier_asof SET dossier_key = NULL WHERE dossier_key <> 'mc:1'", 2),
    ("DOSSIER_KEY_UNIQUE", "INSERT INTO dossier_asof FROM dossier_asof WHERE dossier_key = 'mc:1'", 2),
    ("DOSSIER_STATUS_KNOWN", "UPDATE dossier_asof SET status = 'Đã trả' WHERE dossier_key = 'mc:1'", 1),
    ("DOSSIER_CHANNEL_KNOWN", "UPDATE dossier_asof SET channel = '<b>' WHERE dossier_key = 'mc:1'", 1),
    ("DOSSIER_RECEIVED_AT_PRESENT", "UPDATE dossier_asof SET received_at = NULL", 2),
    ("DOSSIER_FINISHED_AFTER_RECEIVED", "UPDATE dossier_asof SET finished_at = TIMESTAMP '2020-01-02 08:59'", 2),
    ("DOSSIER_DUE_AFTER_RECEIVED", "UPDATE dossier_asof SET due_at = TIMESTAMP '2020-01-03'", 1),
    ("STATUTORY_DUE_KEY_UNIQUE", "UPDATE statutory_due SET dossier_key = 'mc:1' WHERE dossier_key = 'mc:2'", 2),
    ("DUE_CONTROL_DIFFERENCE", "UPDATE statutory_due SET finding = 'longer' WHERE finding = 'same'", 2),
    ("DUE_CONTROL_DIFFERENCE", "UPDATE statutory_due SET finding = 'shorter' WHERE dossier_key = 'mc:1'", 1),
    ("CALENDAR_YEAR_CONFIRMED", "UPDATE calendar_year SET due_count = 1 WHERE year = 2021", 1),
    ("CALENDAR_YEAR_CONFIRMED", "UPDATE calendar_year SET is_confirmed = false", 1),
    ("FORM_06A_KEY_PRESENT", "UPDATE form_ii06a SET unit_code = NULL", 2),
    ("FORM_06A_KEY_UNIQUE", "INSERT INTO form_ii06a FROM form_ii06a", 4),
    ("FORM_06A_NOT_NEGATIVE", "UPDATE form_ii06a SET open_in_time = open_total + 1, open_overdue = -1", 2),
    ("FORM_06A_RECEIVED", "UPDATE form_ii06a SET received_online = received_online + 1", 2),
    ("FORM_06A_RESOLVED", "UPDATE form_ii06a SET resolved_late = 7", 2),
    ("FORM_06A_OPEN", "UPDATE form_ii06a SET open_overdue = 7", 2),
    (
        "FORM_06A_BALANCE",
        "UPDATE form_ii06a SET resolved_total = resolved_total + 1, resolved_late = resolved_late + 1",
        2,
    ),
    ("FORM_06A_CARRIED_OVER", "UPDATE form_ii06a SET previous_open_total = 3", 2),
    ("FORM_06A_OPENING", "UPDATE form_ii06a SET opening_count = 3", 2),
    ("FORM_DETAILED_KEY_UNIQUE", "INSERT INTO form_detailed FROM form_detailed", 4),
    ("FORM_DETAILED_NOT_NEGATIVE", "UPDATE form_detailed SET halted = halted - 2, waiting = waiting + 2", 2),
    ("FORM_DETAILED_RECEIVED", "UPDATE form_detailed SET carried_over = carried_over + 1", 2),
    ("FORM_DETAILED_BALANCE", "UPDATE form_detailed SET waiting = waiting + 1", 2),
    ("FORM_07B_SUMS", "UPDATE form_ii07b SET counter_district = counter_district + 1", 1),
    ("FORM_07B_SUMS", "UPDATE form_ii07b SET total = 12", 1),
    ("FORM_07B_WITHIN_ALL", "UPDATE form_ii07b SET counter_total = 11, counter_district = 7", 1),
    ("RULE_DIFFERENCE_EXPLAINED", "UPDATE rule_difference SET cause = 'other'", 1),
    ("PROCESSING_TIME_KEY_PRESENT", "INSERT INTO processing_time SELECT * REPLACE (NULL AS scope) FROM processing_time", 2),
    ("PROCESSING_TIME_KEY_UNIQUE", "INSERT INTO processing_time FROM processing_time WHERE resolved_count = 8", 2),
    *(
        ("PROCESSING_TIME_RANGE", f"UPDATE processing_time SET {wrong}", 2)
        for wrong in (
            "measured_count = 10",
            "without_due_date_count = 10",
            "same_day_on_time_count = 4",
            "p90_working_days = 2",
            "median_working_days = -1",
            "rate_without_same_day = 1.1",
        )
    ),
    ("PROCESSING_TIME_FORM", "UPDATE processing_time SET resolved_count = resolved_count + 1", 2),
    ("PROCESSING_TIME_FORM", "DELETE FROM processing_time WHERE resolved_count = 8", 1),
    ("BACKLOG_KEY_PRESENT", "UPDATE backlog SET as_of_date = NULL", 1),
    ("BACKLOG_KEY_UNIQUE", "INSERT INTO backlog FROM backlog", 2),
    ("BACKLOG_AGES", "UPDATE backlog SET age_unknown_count = 1", 1),
    *(
        ("BACKLOG_RANGE", f"UPDATE backlog SET {wrong}", 1)
        for wrong in ("paused_count = 3", "due_within_3_count = 2", "due_within_1_count = 2", "max_age_working_days = 69")
    ),
    ("BACKLOG_FORM", "UPDATE backlog SET open_overdue_count = 0", 1),
    ("BACKLOG_FORM", "UPDATE backlog SET scope = 'subtree'", 1),
    ("INDICATOR_KEY_PRESENT", "UPDATE indicator_value SET rule_id = NULL WHERE indicator_id = 'edoc_any'", 2),
    ("INDICATOR_KEY_PRESENT", "UPDATE indicator_value SET status = NULL WHERE indicator_id = 'on_time'", 1),
    ("INDICATOR_KEY_UNIQUE", "INSERT INTO indicator_value FROM indicator_value WHERE indicator_id = 'on_time'", 2),
    ("INDICATOR_ID_KNOWN", "UPDATE indicator_value SET indicator_id = 'ontime' WHERE indicator_id = 'on_time'", 1),
    ("INDICATOR_STATUS_KNOWN", "UPDATE indicator_value SET status = 'tốt' WHERE status = 'ok'", 1),
    ("INDICATOR_NUMERATOR_NOT_NEGATIVE", "UPDATE indicator_value SET numerator = -1 WHERE status = 'ok'", 1),
    ("INDICATOR_NUMERATOR_WITHIN_DENOMINATOR", "UPDATE indicator_value SET numerator = 9 WHERE status = 'ok'", 1),
    ("INDICATOR_PARTS_WITHIN_DENOMINATOR", "UPDATE indicator_value SET unreported_count = 1 WHERE status = 'no_evidence'", 1),
    ("INDICATOR_DENOMINATOR_ABSENT", "UPDATE indicator_value SET denominator = 4 WHERE status LIKE 'missing%'", 2),
    ("INDICATOR_RATE_PRESENT", "UPDATE indicator_value SET rate = NULL", 2),
    ("INDICATOR_RATE_ABSENT", "UPDATE indicator_value SET rate = 1 WHERE rate IS NULL", 4),
    ("INDICATOR_RATE_RANGE", "UPDATE indicator_value SET rate = 1.001, rate_high = 1.001 WHERE status = 'ok'", 1),
    ("INDICATOR_RATE_LOW", "UPDATE indicator_value SET rate_low = 0.88 WHERE status = 'ok'", 1),
    ("INDICATOR_RATE_HIGH", "UPDATE indicator_value SET rate_high = 0.87 WHERE status = 'ok'", 1),
    ("INDICATOR_COVERAGE", "DELETE FROM indicator_value WHERE unit_code = 'H1.2'", 4),
    ("FILED_FIGURE_UNIQUE", "INSERT INTO filed_figure FROM filed_figure WHERE NOT is_latest", 4),
    ("FILED_FIGURE_MOVED", "UPDATE filed_figure SET is_moved = true WHERE period_start = DATE '2020-01-15'", 1),
    ("FORM_ADJUSTMENT_CARRIED_OVER", "UPDATE form_adjustment SET carried_over = carried_over + 1", 3),
    ("TOTALS_AS_ROWS", "UPDATE totals_difference SET denominator_difference = 1", 1),
    ("UNIT_SILENCE", f"INSERT INTO unit_silence SELECT 'H1', $${NASTY}$$, NULL, NULL FROM range(3)", 3),
    *(
        (rule, f"INSERT INTO unit_warning VALUES ('{rule}', 'H1', 'receiving', 3), ('{rule}', 'H2', 'receiving', 2)", 5)
        for rule in (
            *("UNIT_OUTSIDE_DATES", "CODE_UNIT_UNKNOWN", "CODE_UNIT_GUESSED", "CODE_UNIT_MISMATCH"),
            *("RECIPIENT_UNKNOWN", "EXCLUSION_OUTLIER"),
        )
    ),
    ("DOCUMENT_EXCLUSION_KEY_UNIQUE", "UPDATE document_exclusion SET ground = 'secret' WHERE ground = 'large_format'", 4),
    ("DOCUMENT_EXCLUSION_SUM", "UPDATE document_exclusion SET document_count = 3 WHERE ground = 'secret'", 2),
    ("DOCUMENT_EXCLUSION_SUM", "UPDATE document_exclusion SET ground = 'other' WHERE ground = 'recipients_outside'", 2),
    ("EXPORT_FILE_OUTCOME_KNOWN", "UPDATE export_file SET outcome = '?' WHERE outcome = 'repeated'", 1),
    ("EXPORT_FILE_BALANCE", "UPDATE export_file SET recorded_count = recorded_count - 1", 1),
    ("EXPORT_FILE_BALANCE", "UPDATE export_file SET unchanged_count = NULL", 1),
    ("EXPORT_FILE_REFUSED", "UPDATE export_file SET outcome = 'refused' WHERE outcome = 'repeated'", 1),
    ("EXPORT_FILE_DOUBTFUL", "UPDATE export_file SET file_rules = 'FILE_RESAVED' WHERE outcome = 'recorded'", 1),
    ("QUARANTINE_EMPTY", "UPDATE export_file SET quarantined_count = 5, duplicate_count = 5 WHERE outcome = 'recorded'", 5),
    ("UNIT_CODE_PRESENT", "UPDATE unit SET unit_code = NULL", 2),
    ("UNIT_CODE_UNIQUE", "UPDATE unit SET unit_code = 'H1'", 2),
    ("UNIT_FROM_REGISTER", "UPDATE unit SET is_from_data = true", 2),
    ("TARGET_KEY_PRESENT", "UPDATE target_status SET state = NULL WHERE target_id = '06'", 1),
    ("TARGET_KEY_UNIQUE", "UPDATE target_status SET target_id = '06'", 2),
    ("TARGET_PART_UNIQUE", "UPDATE target_part SET target_id = '06'", 2),
    ("TARGET_OUTLOOK_UNIQUE", "UPDATE target_outlook SET target_id = '06'", 2),
    ("TARGET_CAUSE_UNIQUE", "UPDATE target_cause SET target_id = '06'", 2),
    ("TARGET_STATE_KNOWN", "UPDATE target_status SET state = 'gần đạt' WHERE target_id = '06'", 1),
]

BY_ID = {check.id: check for check in CHECKS}


@pytest.fixture
def con():
    with duckdb.connect() as con:
        con.execute(GOOD_TABLES)
        yield con


def judge_tables(con, *tables):
    """Judge by the checks of some tables only, to be quick; the verdict, and the results that did not pass."""
    verdict = judge(con, [check for check in CHECKS if check.table in tables])
    return verdict, [result for result in verdict.results if result.state != "passed"]


def test_every_check_passes_on_good_tables_in_the_order_of_the_list(con):
    verdict = judge(con)
    assert [result.check_id for result in verdict.results] == [check.id for check in CHECKS]
    assert {result.state for result in verdict.results} == {"passed"}
    assert {result.failed_count for result in verdict.results} == {0}
    assert not verdict.blocks


def test_tables_without_rows_pass(con):
    for table in {check.table for check in CHECKS}:
        con.execute(f"DELETE FROM {table}")
    assert {result.state for result in judge(con).results} == {"passed"}


def test_every_check_has_a_fault():
    # Much in quarantine cannot be without any, so that check has a test of its own.
    assert {check_id for check_id, _, _ in FAULTS} | {"EXPORT_FILE_MUCH_QUARANTINED"} == set(BY_ID)


@pytest.mark.parametrize(("check_id", "fault", "count"), FAULTS, ids=[f"{i}-{fault[0]}" for i, fault in enumerate(FAULTS)])
def test_a_fault_fails_its_check_alone(con, check_id, fault, count):
    con.execute(fault)
    verdict, [result] = judge_tables(con, BY_ID[check_id].table)
    assert (result.check_id, result.state, result.failed_count) == (check_id, "failed", count)
    assert result.observed == f"{count} rows"
    assert verdict.blocks == (BY_ID[check_id].severity == "release")


def test_a_file_with_much_in_quarantine_fails_both_of_its_checks(con):
    con.execute("UPDATE export_file SET quarantined_count = 6, duplicate_count = 4 WHERE outcome = 'recorded'")
    verdict, results = judge_tables(con, "export_file")
    assert {result.check_id: result.failed_count for result in results} == {
        "EXPORT_FILE_MUCH_QUARANTINED": 1,
        "QUARANTINE_EMPTY": 6,
    }
    assert not verdict.blocks


def test_warnings_alone_do_not_block(con):
    con.execute("UPDATE unit SET is_from_data = true")
    con.execute("UPDATE export_file SET quarantined_count = 5, duplicate_count = 5 WHERE outcome = 'recorded'")
    verdict, results = judge_tables(con, "unit", "export_file")
    assert [result.check_id for result in results] == ["QUARANTINE_EMPTY", "UNIT_FROM_REGISTER"]
    assert not verdict.blocks


def test_values_stay_out_of_the_verdict(con):
    con.execute(
        f"""
        UPDATE dossier_asof SET channel = $${NASTY}$$, status = $${NASTY}$$, dossier_key = $${NASTY}$$;
        UPDATE unit SET unit_code = $${NASTY}$$;
        INSERT INTO unit_silence VALUES ('H1', $${NASTY}$$, NULL, NULL)
        """
    )
    verdict, results = judge_tables(con, "dossier_asof", "unit", "unit_silence")
    assert {result.check_id for result in results} == {
        "DOSSIER_KEY_UNIQUE",
        "DOSSIER_STATUS_KNOWN",
        "DOSSIER_CHANNEL_KNOWN",
        "UNIT_SILENCE",
        "UNIT_CODE_UNIQUE",
    }
    text = json.dumps(verdict.as_json(), ensure_ascii=False)
    assert not any(word in text for word in ("<script>", "Nguyễn", "Brien"))


def test_a_missing_table_and_a_missing_column_are_broken_by_name(con):
    con.execute("DROP TABLE unit_silence; ALTER TABLE export_file DROP recorded_count; ALTER TABLE unit DROP unit_code")
    verdict, results = judge_tables(con, "unit_silence", "export_file", "unit")
    broken = {result.check_id: result for result in results}
    assert set(broken) == {"UNIT_SILENCE", "EXPORT_FILE_BALANCE", "UNIT_CODE_PRESENT", "UNIT_CODE_UNIQUE"}
    assert {(result.state, result.failed_count) for result in results} == {("broken", None)}
    assert "unit_silence" in broken["UNIT_SILENCE"].observed
    assert "recorded_count" in broken["EXPORT_FILE_BALANCE"].observed
    assert "unit_code" in broken["UNIT_CODE_UNIQUE"].observed
    assert verdict.blocks


def test_a_broken_warning_blocks_too(con):
    con.execute("DROP TABLE unit_silence")
    verdict, [result] = judge_tables(con, "unit_silence")
    assert (result.severity, result.state, verdict.blocks) == ("warning", "broken", True)


def test_the_grid_is_broken_by_name_without_the_mart(con):
    con.execute("DROP TABLE indicator_value")
    _, [result] = judge_tables(con, "expected_unit_period")
    assert result.state == "broken"
    assert "indicator_value" in result.observed


def test_broken_arithmetic_is_told_apart_from_wrong_figures(con):
    con.execute("UPDATE form_ii06a SET received_online = 9223372036854775807")
    _, [result] = judge_tables(con, "form_ii06a")
    assert (result.check_id, result.state) == ("FORM_06A_RECEIVED", "broken")
    assert "9223372036854775807" not in result.observed


def test_a_crash_over_a_value_does_not_tell_the_value(con, caplog):
    as_number = "SELECT 1 FROM {batch} WHERE CAST(unit_name AS INTEGER) > 0"
    crashing = Expectation("UnexpectedRowsExpectation", {"unexpected_rows_query": as_number})
    outcome = validate(con, {"unit": {"CRASHING": crashing}})["CRASHING"]
    assert not outcome.success
    assert outcome.crash
    for text in (outcome.crash, caplog.text):
        assert not any(word in text for word in ("<script>", "Nguyễn", "Đăk"))


def test_counts_equal_those_of_hand_written_sql(con):
    con.execute(
        """
        INSERT INTO dossier_asof BY NAME
        SELECT 'k' || i % 1900 AS dossier_key, CASE WHEN i % 7 = 0 THEN 'x' ELSE 'RECEIVED' END AS status,
            TIMESTAMP '2020-01-01' + to_days(i % 11) AS received_at,
            CASE WHEN i % 5 > 0 THEN TIMESTAMP '2020-01-01' + to_days(i % 13) END AS finished_at
        FROM range(2000) AS numbers (i)
        """
    )
    verdict, _ = judge_tables(con, "dossier_asof")
    counts = {result.check_id: result.failed_count for result in verdict.results}
    by_hand = {
        "DOSSIER_KEY_UNIQUE": "dossier_key IN (SELECT dossier_key FROM dossier_asof GROUP BY ALL HAVING count(*) > 1)",
        "DOSSIER_STATUS_KNOWN": "status = 'x'",
        "DOSSIER_FINISHED_AFTER_RECEIVED": "finished_at < received_at",
    }
    for check_id, condition in by_hand.items():
        [expected] = con.execute(f"SELECT count(*) FROM dossier_asof WHERE {condition}").fetchone()
        assert counts[check_id] == expected > 100


def test_the_callers_schema_and_transactions_are_left_alone(con):
    con.execute("ATTACH ':memory:' AS marts; USE marts; CREATE TABLE only_here AS SELECT 1 AS n; BEGIN")
    con.execute("CREATE TEMP TABLE mine AS SELECT 2 AS n")
    one = Expectation("ExpectColumnValuesToBeInSet", {"column": "n", "value_set": [1]})
    assert validate(con, {"only_here": {"ONE": one}})["ONE"].success
    assert con.execute("SELECT * FROM mine").fetchall() == [(2,)]
    con.execute("ROLLBACK")


def test_a_read_only_file_can_be_judged(tmp_path):
    path = tmp_path / "home.duckdb"
    with duckdb.connect(path) as con:
        con.execute(GOOD_TABLES)
    with duckdb.connect(path, read_only=True) as con:
        assert judge_tables(con, "unit") == (judge_tables(con, "unit")[0], [])
    with duckdb.connect(path) as con:  # no connection stays behind that would keep the file read-only
        con.execute("DROP TABLE unit")


def test_each_check_says_what_it_is_once_and_in_both_languages():
    assert len(BY_ID) == len(CHECKS)
    for check in CHECKS:
        assert check.vi.endswith(".") and check.en.endswith(".") and check.reason.endswith(".")
        assert check.vi != check.en
