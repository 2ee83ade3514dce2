-- sentence: Every dossier under every rule, with the days on which it entered and left the stock.
-- grain: dossier_key, rule_id
-- incremental: dossier
-- warnings: a dossier that ended before it was received leaves the stock on the day of receipt
with outcome as (
    select dossier_key, rule_id, end_at, effective_due_at, overdue_from, outcome, exclusion_reason from II06_DATE
    union all
    select dossier_key, rule_id, end_at, effective_due_at, overdue_from, outcome, exclusion_reason from TIMESTAMP
)

select
    o.dossier_key,  -- dossier
    o.rule_id,  -- counting rule
    o.outcome,  -- early | on_time | late | open | excluded
    o.exclusion_reason,  -- status for which it does not count
    o.end_at,  -- local time when it ended under this rule
    o.effective_due_at,  -- local time it is held to
    cast(d.received_at as date) as received_date,  -- day it entered the stock
    case
        when o.outcome in ('early', 'on_time', 'late')
            then greatest(cast(o.end_at as date), cast(d.received_at as date))
    end as exit_date,  -- day it left the stock; null while open
    case
        when o.overdue_from is not null then greatest(o.overdue_from, cast(d.received_at as date))
    end as overdue_date,  -- day from which it is overdue if still in
    coalesce(cast(o.end_at as date), cast(d.received_at as date)) as excluded_date,  -- day on which an exclusion is counted
    greatest(cast(d.refreshed_at as date), cast(d.received_at as date)) as refreshed_date,  -- last day its source spoke for it
    d.is_refreshed,  -- false when newer exports leave it out
    d.receiving_unit_code,  -- unit that received it
    d.resolving_unit_code,  -- unit that resolves it
    d.field_code,  -- field
    d.channel,  -- channel; null when not said
    d.service_level  -- level of online service on the day of receipt
from outcome as o
inner join dossier_asof as d on o.dossier_key = d.dossier_key
