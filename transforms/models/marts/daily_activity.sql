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
    overdue_begun_count,  -- became overdue while open
    overdue_ended_count,  -- overdue ones resolved or withdrawn
    excluded_count  -- dossiers that the rule does not count
from dossier_daily
where day <= cast($as_of as date)
