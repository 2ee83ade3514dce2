-- sentence: What happened to dossiers on each day, counted: additive over days, units, fields, channels and levels.
-- grain: rule_id, unit_role, unit_code, field_code, channel, service_level, day
-- incremental: day
-- warnings: the receiving unit is counted under II06_DATE only: receipts do not depend on how lateness is judged
with event as (
    select
        rule_id, 'resolving' as unit_role, resolving_unit_code as unit_code, field_code, channel, service_level,
        received_date as day, 'received' as event
    from dossier_outcome
    where outcome in ('early', 'on_time', 'late', 'open')
    union all
    select
        rule_id, 'receiving', receiving_unit_code, field_code, channel, service_level, received_date, 'received'
    from dossier_outcome
    where outcome in ('early', 'on_time', 'late', 'open') and rule_id = 'II06_DATE'
    union all
    select
        rule_id, 'resolving', resolving_unit_code, field_code, channel, service_level, received_date,
        case when outcome in ('early', 'on_time') then 'decided_in_time' else 'decided_late' end
    from dossier_outcome
    where outcome in ('early', 'on_time', 'late', 'open') and is_decided
    union all
    select
        rule_id, 'resolving', resolving_unit_code, field_code, channel, service_level, exit_date, outcome
    from dossier_outcome
    where outcome in ('early', 'on_time', 'late')
    union all
    select
        rule_id, 'resolving', resolving_unit_code, field_code, channel, service_level, exit_date, 'withdrawn'
    from dossier_outcome
    where outcome in ('early', 'on_time', 'late') and status = 'WITHDRAWN'
    union all
    select
        rule_id, 'resolving', resolving_unit_code, field_code, channel, service_level, due_date,
        case when outcome in ('early', 'on_time') then 'due_in_time' else 'due_late' end
    from dossier_outcome
    where due_date is not null
    union all
    select
        rule_id, 'resolving', resolving_unit_code, field_code, channel, service_level, overdue_date, 'overdue_begun'
    from dossier_outcome
    where overdue_date is not null and (exit_date is null or overdue_date < exit_date)
    union all
    select
        rule_id, 'resolving', resolving_unit_code, field_code, channel, service_level, exit_date, 'overdue_ended'
    from dossier_outcome
    where overdue_date < exit_date
    union all
    select
        rule_id, 'resolving', resolving_unit_code, field_code, channel, service_level, waiting_date,
        case when status = 'SUPPLEMENT' then 'waiting_begun' else 'halted' end
    from dossier_outcome
    where waiting_date is not null
    union all
    select
        rule_id, 'resolving', resolving_unit_code, field_code, channel, service_level, excluded_date, 'excluded'
    from dossier_outcome
    where excluded_date is not null
    union all
    select
        rule_id, 'receiving', receiving_unit_code, field_code, channel, service_level, excluded_date, 'excluded'
    from dossier_outcome
    where excluded_date is not null and rule_id = 'II06_DATE'
    union all
    select
        rule_id, 'resolving', resolving_unit_code, field_code, channel, service_level, received_date, 'unknown_begun'
    from dossier_outcome
    where outcome = 'unknown'
    union all
    select
        rule_id, 'resolving', resolving_unit_code, field_code, channel, service_level, exit_date, 'unknown_ended'
    from dossier_outcome
    where outcome = 'unknown' and exit_date is not null
    union all
    select
        rule_id, 'resolving', resolving_unit_code, field_code, channel, service_level, refreshed_date, 'not_refreshed'
    from dossier_outcome
    where outcome = 'open' and not is_refreshed
)

select
    rule_id,  -- counting rule
    unit_role,  -- receiving | resolving
    unit_code,  -- unit
    field_code,  -- field
    channel,  -- channel; null when not said
    service_level,  -- level of online service
    day,  -- day of the events
    count(case when event = 'received' then 1 end) as received_count,  -- dossiers received
    count(case when event = 'early' then 1 end) as early_count,  -- resolved before the due day
    count(case when event = 'on_time' then 1 end) as on_time_count,  -- resolved in time, not early
    count(case when event = 'late' then 1 end) as late_count,  -- resolved late
    count(case when event = 'withdrawn' then 1 end) as withdrawn_count,  -- of those resolved, withdrawn by the applicant
    count(case when event = 'due_in_time' then 1 end) as due_in_time_count,  -- fell due, and are resolved in time or early
    count(case when event = 'due_late' then 1 end) as due_late_count,  -- fell due, and are late or still open
    count(case when event = 'decided_in_time' then 1 end) as decided_in_time_count,  -- received, and since resolved in time or early
    count(case when event = 'decided_late' then 1 end) as decided_late_count,  -- received, and since resolved late or overdue
    count(case when event = 'overdue_begun' then 1 end) as overdue_begun_count,  -- became overdue in the stock
    count(case when event = 'overdue_ended' then 1 end) as overdue_ended_count,  -- overdue ones that left the stock
    count(case when event = 'waiting_begun' then 1 end) as waiting_begun_count,  -- open ones that wait for papers since this day
    count(case when event = 'halted' then 1 end) as halted_count,  -- open ones that wait for a payment or are paused since this day
    count(case when event = 'excluded' then 1 end) as excluded_count,  -- dossiers that the rule does not count
    count(case when event = 'unknown_begun' then 1 end) as unknown_begun_count,  -- received, and the rule cannot be applied
    count(case when event = 'unknown_ended' then 1 end) as unknown_ended_count,  -- of these, ended
    count(case when event = 'not_refreshed' then 1 end) as not_refreshed_count  -- open ones last spoken for on this day
from event
group by rule_id, unit_role, unit_code, field_code, channel, service_level, day
