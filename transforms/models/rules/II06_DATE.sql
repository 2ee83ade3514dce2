-- sentence: Form II.06: a resolved dossier is on time when the day it ended is not after the day it was due; no due date counts as on time.
-- grain: dossier_key
-- incremental: dossier
select
    d.dossier_key,  -- dossier
    'II06_DATE' as rule_id,  -- this rule
    case t.treatment
        when 'resolved_on_time' then coalesce(d.finished_at, d.status_from_at)
        when 'resolved_by_dates' then d.finished_at
        when 'excluded' then d.finished_at
    end as end_at,  -- local time when it left the stock; null while open
    d.due_at as effective_due_at,  -- local time it is held to
    case
        when t.treatment in ('open', 'resolved_by_dates', 'resolved_on_time')
            then cast(cast(d.due_at as date) + interval 1 day as date)
    end as overdue_from,  -- first day at whose end it is overdue if still in the stock; null: never
    case
        when t.treatment = 'excluded' then 'excluded'
        when t.treatment in ('open', 'paused_in_time') then 'open'
        when t.treatment = 'resolved_on_time' or d.due_at is null then 'on_time'
        when cast(d.finished_at as date) < cast(d.due_at as date) then 'early'
        when cast(d.finished_at as date) = cast(d.due_at as date) then 'on_time'
        else 'late'
    end as outcome,  -- early | on_time | late | open | excluded
    case when t.treatment = 'excluded' then d.status end as exclusion_reason  -- status for which it does not count
from dossier_asof as d
inner join status_treatment as t on d.status = t.status and t.rule_id = 'II06_DATE'
