-- sentence: Receipts, outcomes and overdue beginnings by day, unit, field, channel and level: sum them over any days.
-- grain: rule_id, unit_role, unit_code, field_code, channel, service_level, day
-- incremental: day
-- params: as_of
select
    rule_id,  -- counting rule
    unit_role,  -- receiving | resolving
    unit_code,  -- unit
    field_code,  -- field
    channel,  -- in_person | online | postal | other; null when not said
    service_level,  -- level of online service on the day of receipt
    day,  -- day
    received_count,  -- dossiers received
    early_count,  -- resolved before the due day
    on_time_count,  -- resolved in time, not early
    late_count,  -- resolved late
    withdrawn_count,  -- of those resolved, withdrawn by the applicant
    due_in_time_count,  -- fell due, and are resolved in time or early
    due_late_count,  -- fell due, and are late or still open
    decided_in_time_count,  -- received, and since resolved in time or early
    decided_late_count,  -- received, and since resolved late or overdue
    overdue_begun_count,  -- became overdue while open
    overdue_ended_count,  -- overdue ones resolved or withdrawn
    excluded_count,  -- dossiers that the rule does not count
    unknown_begun_count,  -- received, and the list does not say what the rule needs
    unknown_ended_count  -- of these, ended
from dossier_daily
where day <= cast($as_of as date)
