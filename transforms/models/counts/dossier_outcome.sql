-- sentence: Every dossier under every rule, with the days on which it entered and left the stock, fell due and is decided.
-- grain: dossier_key, rule_id
-- incremental: dossier
-- params: as_of
-- warnings: a dossier that ended before it was received leaves the stock on the day of receipt
with outcome as (
    select dossier_key, rule_id, end_at, effective_due_at, overdue_from, outcome, exclusion_reason from II06_DATE
    union all
    select dossier_key, rule_id, end_at, effective_due_at, overdue_from, outcome, exclusion_reason from TIMESTAMP
    union all
    select dossier_key, rule_id, end_at, effective_due_at, overdue_from, outcome, exclusion_reason from QD766_2_1
    union all
    select dossier_key, rule_id, end_at, effective_due_at, overdue_from, outcome, exclusion_reason from STRICT_ORIG
    union all
    select dossier_key, rule_id, end_at, effective_due_at, overdue_from, outcome, exclusion_reason from OPENCPS_HOUR
),

placed as (
    select
        d.dossier_key,
        g.group_number,
        d.status,
        cast(d.received_at as date) as received_date,
        cast(d.finished_at as date) as finished_date,
        cast(d.status_from_at as date) as status_from_date,
        cast(d.refreshed_at as date) as refreshed_date,
        d.is_refreshed
    from dossier_asof as d
    inner join dossier_group as g
        on d.receiving_unit_code = g.receiving_unit_code
        and d.resolving_unit_code = g.resolving_unit_code
        and d.field_code = g.field_code
        and coalesce(d.channel, '') = coalesce(g.channel, '')
        and d.service_level = g.service_level
),

dated as (
    select
        o.*,
        d.group_number,
        d.status,
        d.received_date,
        d.finished_date,
        d.status_from_date,
        d.refreshed_date,
        d.is_refreshed,
        -- greatest passes over nulls: without an end, or a due date, it would give the day of receipt.
        case
            when o.outcome in ('early', 'on_time', 'late', 'unknown') and o.end_at is not null
                then greatest(cast(o.end_at as date), d.received_date)
        end as exit_date,
        case
            when o.outcome in ('early', 'on_time', 'late', 'open') and o.overdue_from is not null
                then greatest(o.overdue_from, d.received_date)
        end as overdue_date
    from outcome as o
    inner join placed as d on o.dossier_key = d.dossier_key
)

select
    dossier_key,  -- dossier
    rule_id,  -- counting rule
    outcome,  -- early | on_time | late | open | excluded | unknown: the list does not say what the rule needs
    exclusion_reason,  -- why it does not count: its status, or what is missing
    end_at,  -- local time when it ended under this rule
    effective_due_at,  -- local time it is held to
    received_date,  -- day it entered the stock
    exit_date,  -- day it left the stock; null while open
    overdue_date,  -- day from which it is overdue if still in
    case
        when effective_due_at is not null and (outcome in ('early', 'on_time', 'late') or overdue_date is not null)
            then greatest(cast(effective_due_at as date), received_date)
    end as due_date,  -- day on which it counts as due; null where it has none, or the rule never takes it for late
    coalesce(least(exit_date, overdue_date) <= cast($as_of as date), false) as is_decided,  -- true once it has ended or is overdue
    case
        when outcome = 'excluded' then coalesce(finished_date, received_date)
    end as excluded_date,  -- day on which an exclusion is counted
    case
        when outcome = 'open' and status in ('SUPPLEMENT', 'FINANCIAL', 'PAUSED')
            then greatest(status_from_date, received_date)
    end as waiting_date,  -- day from which an open one has waited for papers or payment, or is paused
    greatest(refreshed_date, received_date) as refreshed_date,  -- last day its source spoke for it
    is_refreshed,  -- false when newer exports leave it out
    status,  -- normal form of the status
    group_number  -- its units, field, channel and level: see dossier_group
from dated
