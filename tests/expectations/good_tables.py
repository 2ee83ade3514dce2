"""Small tables in which every check holds, as SQL; names and codes in them are nasty on purpose."""

NASTY = '<script>alert(1)</script> Nguyễn Thị "Ớt" O\'Brien {x} %s :name'
_QUOTED = NASTY.replace("'", "''")

GOOD_TABLES = f"""
CREATE TABLE dossier_asof AS
SELECT * FROM (VALUES
    ('mc:1', 'mc', '{_QUOTED}', 'online', 'RETURNED', TIMESTAMP '2020-01-02 08:00', TIMESTAMP '2020-01-02 09:00',
     TIMESTAMP '2020-01-09 17:00', TIMESTAMP '2020-01-08 10:00'),
    ('mc:2', 'mc', '2', NULL, 'PROCESSING', NULL, TIMESTAMP '2020-01-03 09:00', TIMESTAMP '2020-01-09 17:00', NULL),
    ('mc:3', 'mc', '3', 'postal', 'REGISTERED', TIMESTAMP '2020-01-03 08:00', NULL, NULL, NULL),
) AS t (dossier_key, source, dossier_code, channel, status, submitted_at, received_at, due_at, finished_at);

CREATE TABLE statutory_due AS
SELECT * FROM (VALUES ('mc:1', 'same'), ('mc:2', 'no_statutory_time'), ('mc:4', 'same')) AS t (dossier_key, finding);

CREATE TABLE calendar_year AS
SELECT * FROM (VALUES ('ALL', 2020, true, 3, 3), ('ALL', 2021, false, 0, 0))
    AS t (calendar_scope, year, is_confirmed, received_count, due_count);

CREATE TABLE form_ii06a AS
SELECT 'H1.2' AS unit_code, 'own' AS scope, 'ALL' AS field_code, 'official' AS calendar, 'month' AS period_kind,
    counts.*
FROM (VALUES
    (DATE '2019-12-15', DATE '2020-01-14', 10, 3::BIGINT, 7, 0, 8, 5, 2, 1, 2, 1, 1, NULL::BIGINT, 0::BIGINT),
    (DATE '2020-01-15', DATE '2020-02-14', 9, 3, 4, 2, 9, 5, 4, 0, 0, 0, 0, 2, NULL),
) AS counts (
    period_start, period_end, received_total, received_online, received_other, carried_over, resolved_total,
    resolved_early, resolved_on_time, resolved_late, open_total, open_in_time, open_overdue, previous_open_total, opening_count
);

CREATE TABLE form_detailed AS
SELECT 'H1.2' AS unit_code, 'own' AS scope, 'ALL' AS field_code, 'official' AS calendar, 'month' AS period_kind, counts.*
FROM (VALUES
    (DATE '2019-12-15', DATE '2020-01-14', 10, 3, 7, 2, 1, 1, 2, 1, 1, 1, 1),
    (DATE '2020-01-15', DATE '2020-02-14', 9, 4, 5, 5, 4, 0, 0, 0, 0, 0, 0),
) AS counts (
    period_start, period_end, received_total, carried_over, received_in_period, resolved_early, resolved_on_time,
    resolved_late, open_in_time, open_overdue, waiting, withdrawn, halted
);

CREATE TABLE form_ii07b AS
SELECT 'official' AS calendar, 'month' AS period_kind, DATE '2019-12-15' AS period_start, DATE '2020-01-14' AS period_end,
    10 AS total, 1 AS province, 6 AS district, 3 AS commune,
    9 AS counter_total, 1 AS counter_province, 5 AS counter_district, 3 AS counter_commune, NULL::INTEGER AS process_total,
    NULL::INTEGER AS process_province, NULL::INTEGER AS process_district, NULL::INTEGER AS process_commune;

CREATE TABLE filed_figure AS
SELECT number AS closing_number, number = 2 AS is_latest, number = 1 AS is_moved, 'on_time' AS indicator_id,
    'II06_DATE' AS rule_id, 'resolved' AS basis_id, 'resolving' AS unit_role, unit_code, scope, calendar, period_kind,
    period_start, period_end
FROM form_ii06a CROSS JOIN (VALUES (1), (2)) AS t (number);

CREATE TABLE form_adjustment AS
SELECT 1 AS closing_number, unit_code, scope, field_code, calendar, period_kind, period_start, period_end,
    3 AS filed_open_total, carried_over - 3 AS adjustment_count, carried_over
FROM form_ii06a
UNION ALL
SELECT 1, unit_code, scope, 'a field of the filed form alone', calendar, period_kind, period_start, period_end, 3, -3, 0
FROM form_ii06a WHERE period_start = DATE '2020-01-15';

CREATE TABLE rule_difference AS SELECT 'TIMESTAMP' AS rule_id, 'hour_of_the_due_day' AS cause;

CREATE TABLE processing_time AS
SELECT unit_code, scope, calendar, period_kind, period_start, period_end, resolved_total AS resolved_count,
    resolved_total AS measured_count, 3 AS median_working_days, 9 AS p90_working_days, 1 AS without_due_date_count,
    2 AS end_equals_due_count, resolved_early + resolved_on_time AS on_time_count, 3 AS same_day_resolved_count,
    2 AS same_day_on_time_count, 0.9::DOUBLE AS rate_without_same_day
FROM form_ii06a;

CREATE TABLE backlog AS
SELECT 'H1.2' AS unit_code, 'own' AS scope, DATE '2020-01-10' AS as_of_date, counts.*
FROM (VALUES (2, 1, 0, 1, 0, 0, 1, 0, 3, 70, 70, 1, 0, 1, 1)) AS counts (
    open_count, open_overdue_count, not_refreshed_count, age_to_5_count, age_6_to_20_count, age_21_to_60_count,
    age_over_60_count, age_unknown_count, median_age_working_days, p90_age_working_days, max_age_working_days,
    paused_count, due_within_1_count, due_within_3_count, due_within_5_count
);

CREATE TABLE indicator_value AS
SELECT 'II06_DATE' AS rule_id, 'resolved' AS basis_id, 'resolving' AS unit_role, 'own' AS scope, 'official' AS calendar,
    'month' AS period_kind, DATE '2019-12-15' AS period_start, DATE '2020-01-14' AS period_end,
    figures.* REPLACE (rate::DOUBLE AS rate, rate_low::DOUBLE AS rate_low, rate_high::DOUBLE AS rate_high),
    CASE WHEN status = 'no_evidence' THEN 1 ELSE 0 END AS no_evidence_count, 0 AS unreported_count,
    CASE WHEN indicator_id = 'edoc_any' THEN 3::BIGINT ELSE 0 END AS excluded_count
FROM (VALUES
    ('on_time', 'H1.2', 7, 8, 0.875, 0.8, 0.9, 'ok'),
    ('online_received', 'H1.2', 1, 2, 0.5, 0.5, 0.5, 'small_sample'),
    ('online_resolved', 'H1.2', 0, 0, NULL, NULL, NULL, 'no_activity'),
    ('edoc_any', 'H1.2', NULL, NULL, NULL, NULL, NULL, 'missing_data'),
    ('edoc_any', 'H1.3', 4, NULL, NULL, NULL, NULL, 'missing_denominator'),
    ('dialogue', 'H1.3', 0, 1, NULL, NULL, NULL, 'no_evidence'),
) AS figures (indicator_id, unit_code, numerator, denominator, rate, rate_low, rate_high, status);

CREATE TABLE expected_unit_period AS
SELECT indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end FROM indicator_value;

CREATE TABLE totals_difference AS
SELECT * FROM (VALUES (NULL, NULL, true), (0, 0, false)) AS t (numerator_difference, denominator_difference, is_used);

CREATE TABLE document_exclusion AS
SELECT unit_code, scope, calendar, period_kind, period_start, period_end, grounds.*
FROM indicator_value
CROSS JOIN (VALUES ('secret', 1), ('large_format', 2), ('recipients_outside', 9)) AS grounds (ground, document_count)
WHERE indicator_id = 'edoc_any';

CREATE TABLE unit_silence (unit_code VARCHAR, unit_name VARCHAR, period_start DATE, period_end DATE);

CREATE TABLE unit_warning (rule_code VARCHAR, unit_code VARCHAR, unit_role VARCHAR, row_count BIGINT);

CREATE TABLE export_file AS
SELECT * FROM (VALUES
    ('mc', 'dossiers', 'a.csv', 100, 80, 10, 10, 0, 'recorded', NULL::VARCHAR),
    ('mc', 'dossiers', '{_QUOTED}', NULL, NULL, NULL, NULL, NULL, 'repeated', NULL),
) AS t (
    source, kind, file_name, row_count, recorded_count, unchanged_count, duplicate_count, quarantined_count, outcome, file_rules
);

CREATE TABLE quarantine_count AS
SELECT * FROM (VALUES ('mc', 'dossiers', 'a.csv', 'SENT_BEFORE_REGISTERED', 'sent_at', 'warning', 2))
    AS t (source, kind, file_name, rule_code, column_name, severity, row_count);

CREATE TABLE unit AS
SELECT * FROM (VALUES ('H1.2', '{_QUOTED}', false), ('H1.3', 'UBND xã Đăk Pơ', false))
    AS t (unit_code, unit_name, is_from_data);

CREATE TABLE target_status AS
SELECT * FROM (VALUES
    ('06', 'H1.2', 'official', 'year', DATE '2019-12-15', DATE '2020-12-14', 'met'),
    ('08', 'H1.2', 'official', 'year', DATE '2019-12-15', DATE '2020-12-14', 'no_evidence'),
) AS t (target_id, unit_code, calendar, period_kind, period_start, period_end, state);

CREATE TABLE target_part AS SELECT *, 1 AS part_number FROM target_status;

CREATE TABLE target_outlook AS SELECT *, 1 AS part_number FROM target_status;

CREATE TABLE target_cause AS SELECT *, 1 AS part_number, 'unit' AS cause_kind, 1 AS place FROM target_status;
"""
