-- sentence: What happened to dossiers on each day, counted: additive over days, units, fields, channels and levels.
-- grain: rule_id, unit_role, unit_code, field_code, channel, service_level, day
-- incremental: day
-- warnings: the receiving unit is counted under II06_DATE only: receipts do not depend on how lateness is judged
with event as (
    select
        rule_id, group_number, 'resolving' as unit_role, received_date as day, 'received' as event
    from dossier_outcome
    where outcome in ('early', 'on_time', 'late', 'open')
    union all
    select
        rule_id, group_number, 'receiving', received_date, 'received'
    from dossier_outcome
    where outcome in ('early', 'on_time', 'late', 'open') and rule_id = 'II06_DATE'
    union all
    select
        rule_id, group_number, 'resolving', received_date,
        case when outcome in ('early', 'on_time') then 'decided_in_time' else 'decided_late' end
    from dossier_outcome
    where outcome in ('early', 'on_time', 'late', 'open') and is_decided
    union all
    select
        rule_id, group_number, 'resolving', exit_date, outcome
    from dossier_outcome
    where outcome in ('early', 'on_time', 'late')
    union all
    select
        rule_id, group_number, 'resolving', exit_date, 'withdrawn'
    from dossier_outcome
    where outcome in ('early', 'on_time', 'late') and status = 'WITHDRAWN'
    union all
    select
        rule_id, group_number, 'resolving', due_date,
        case when outcome in ('early', 'on_time') then 'due_in_time' else 'due_late' end
    from dossier_outcome
    where due_date is not null
    union all
    select
        rule_id, group_number, 'resolving', overdue_date, 'overdue_begun'
    from dossier_outcome
    where overdue_date is not null and (exit_date is null or overdue_date < exit_date)
    union all
    select
        rule_id, group_number, 'resolving', exit_date, 'overdue_ended'
    from dossier_outcome
    where overdue_date < exit_date
    union all
    select
        rule_id, group_number, 'resolving', waiting_date,
        case when status = 'SUPPLEMENT' then 'waiting_begun' else 'halted' end
    from dossier_outcome
    where waiting_date is not null
    union all
    select
        rule_id, group_number, 'resolving', excluded_date, 'excluded'
    from dossier_outcome
    where excluded_date is not null
    union all
    select
        rule_id, group_number, 'receiving', excluded_date, 'excluded'
    from dossier_outcome
    where excluded_date is not null and rule_id = 'II06_DATE'
    union all
    select
        rule_id, group_number, 'resolving', received_date, 'unknown_begun'
    from dossier_outcome
    where outcome = 'unknown'
    union all
    select
        rule_id, group_number, 'resolving', exit_date, 'unknown_ended'
    from dossier_outcome
    where outcome = 'unknown' and exit_date is not null
    union all
    select
        rule_id, group_number, 'resolving', refreshed_date, 'not_refreshed'
    from dossier_outcome
    where outcome = 'open' and not is_refreshed
),

-- Counted before they are spread over columns, since there are many events and few kinds of them on a day.
counted as (
    select rule_id, group_number, unit_role, day, event, count(*) as events
    from event
    group by rule_id, group_number, unit_role, day, event
)

select
    c.rule_id,  -- counting rule
    c.unit_role,  -- receiving | resolving
    case when c.unit_role = 'resolving' then g.resolving_unit_code else g.receiving_unit_code end as unit_code,  -- unit
    g.field_code,  -- field
    g.channel,  -- channel; null when not said
    g.service_level,  -- level of online service
    c.day,  -- day of the events
    cast(sum(case when c.event = 'received' then c.events else 0 end) as bigint) as received_count,  -- dossiers received
    cast(sum(case when c.event = 'early' then c.events else 0 end) as bigint) as early_count,  -- resolved before the due day
    cast(sum(case when c.event = 'on_time' then c.events else 0 end) as bigint) as on_time_count,  -- resolved in time, not early
    cast(sum(case when c.event = 'late' then c.events else 0 end) as bigint) as late_count,  -- resolved late
    cast(sum(case when c.event = 'withdrawn' then c.events else 0 end) as bigint) as withdrawn_count,  -- of those resolved, withdrawn by the applicant
    cast(sum(case when c.event = 'due_in_time' then c.events else 0 end) as bigint) as due_in_time_count,  -- fell due, and are resolved in time or early
    cast(sum(case when c.event = 'due_late' then c.events else 0 end) as bigint) as due_late_count,  -- fell due, and are late or still open
    cast(sum(case when c.event = 'decided_in_time' then c.events else 0 end) as bigint) as decided_in_time_count,  -- received, and since resolved in time or early
    cast(sum(case when c.event = 'decided_late' then c.events else 0 end) as bigint) as decided_late_count,  -- received, and since resolved late or overdue
    cast(sum(case when c.event = 'overdue_begun' then c.events else 0 end) as bigint) as overdue_begun_count,  -- became overdue in the stock
    cast(sum(case when c.event = 'overdue_ended' then c.events else 0 end) as bigint) as overdue_ended_count,  -- overdue ones that left the stock
    cast(sum(case when c.event = 'waiting_begun' then c.events else 0 end) as bigint) as waiting_begun_count,  -- open ones that wait for papers since this day
    cast(sum(case when c.event = 'halted' then c.events else 0 end) as bigint) as halted_count,  -- open ones that wait for a payment or are paused since this day
    cast(sum(case when c.event = 'excluded' then c.events else 0 end) as bigint) as excluded_count,  -- dossiers that the rule does not count
    cast(sum(case when c.event = 'unknown_begun' then c.events else 0 end) as bigint) as unknown_begun_count,  -- received, and the rule cannot be applied
    cast(sum(case when c.event = 'unknown_ended' then c.events else 0 end) as bigint) as unknown_ended_count,  -- of these, ended
    cast(sum(case when c.event = 'not_refreshed' then c.events else 0 end) as bigint) as not_refreshed_count  -- open ones last spoken for on this day
from counted as c
inner join dossier_group as g on c.group_number = g.group_number
group by
    c.rule_id,
    c.unit_role,
    case when c.unit_role = 'resolving' then g.resolving_unit_code else g.receiving_unit_code end,
    g.field_code,
    g.channel,
    g.service_level,
    c.day
