-- sentence: Strict: a resolved dossier is on time when the day it ended is not after the day first promised, later only by a supplement's working days.
-- grain: dossier_key
-- incremental: dossier
-- warnings: a recommendation of this project, no official rule; dossiers refused, withdrawn or without a due date are left out
with ended as (
    select
        d.*,
        t.treatment,
        t.limit_days,
        o.original_due_date,
        case when t.treatment in ('resolved_by_dates', 'excluded') then d.finished_at end as end_at
    from dossier_asof as d
    inner join status_treatment as t on d.status = t.status and t.rule_id = 'STRICT_ORIG'
    left join original_due as o on d.dossier_key = o.dossier_key
)

select
    dossier_key,  -- dossier
    'STRICT_ORIG' as rule_id,  -- this rule
    end_at,  -- local time when it left the stock; null while open
    cast(original_due_date as timestamp) as effective_due_at,  -- local day it is held to
    case
        when treatment <> 'excluded' then cast(original_due_date + interval 1 day as date) + coalesce(limit_days, 0)
    end as overdue_from,  -- first day at whose end it is overdue if still in the stock; null: never
    case
        when treatment = 'excluded' or due_at is null then 'excluded'
        when original_due_date is null then 'unknown'
        when treatment in ('open', 'open_with_limit') then 'open'
        when cast(end_at as date) < original_due_date then 'early'
        when cast(end_at as date) = original_due_date then 'on_time'
        else 'late'
    end as outcome,  -- early | on_time | late | open | excluded | unknown
    case
        when treatment = 'excluded' then status
        when due_at is null then 'NO_DUE_DATE'
        when original_due_at is null then 'ORIGINAL_DUE_NOT_TOLD'
        when supplement_count is null then 'SUPPLEMENT_NOT_TOLD'
        when original_due_date is null then 'NO_CALENDAR'
    end as exclusion_reason  -- why it does not count: its status, or what is missing
from ended
