-- sentence: As OpenCPS counts: on time unless released after the moment it was due; no due date counts as on time; withdrawn and denied are left out.
-- grain: dossier_key
-- incremental: dossier
with ended as (
    select
        d.*,
        t.treatment,
        case when t.treatment in ('resolved_by_dates', 'excluded') then d.finished_at end as end_at
    from dossier_asof as d
    inner join status_treatment as t on d.status = t.status and t.rule_id = 'OPENCPS_HOUR'
)

select
    dossier_key,  -- dossier
    'OPENCPS_HOUR' as rule_id,  -- this rule
    end_at,  -- local time when it left the stock; null while open
    due_at as effective_due_at,  -- local time it is held to
    case
        when treatment in ('open', 'resolved_by_dates') then cast(due_at as date)
    end as overdue_from,  -- first day at whose end it is overdue if still in the stock; null: never
    case
        when treatment = 'excluded' then 'excluded'
        when treatment in ('open', 'paused_in_time') then 'open'
        when due_at is null then 'on_time'
        when end_at > due_at then 'late'
        when cast(end_at as date) < cast(due_at as date) then 'early'
        else 'on_time'
    end as outcome,  -- early | on_time | late | open | excluded
    case when treatment = 'excluded' then status end as exclusion_reason  -- status for which it does not count
from ended
