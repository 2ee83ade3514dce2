-- sentence: QĐ 766, item 2.1, as the portal's formula document reads: to the second, the supplement's time not counted, more than one supplement is late.
-- grain: dossier_key
-- incremental: dossier
-- warnings: a copy of unverified standing is the only text at hand; without a due date the statutory day holds
with ended as (
    select
        d.*,
        t.treatment,
        s.statutory_due_date,
        case t.treatment
            when 'resolved_by_dates' then d.finished_at
            when 'resolved_when_closed' then coalesce(d.finished_at, d.status_from_at)
            when 'resolved_when_requested' then coalesce(d.supplement_requested_at, d.status_from_at)
            when 'excluded' then d.finished_at
        end as end_at
    from dossier_asof as d
    inner join status_treatment as t on d.status = t.status and t.rule_id = 'QD766_2_1'
    left join statutory_due as s on d.dossier_key = s.dossier_key
)

select
    dossier_key,  -- dossier
    'QD766_2_1' as rule_id,  -- this rule
    end_at,  -- local time when it left the stock; null while open
    coalesce(extended_due_at, cast(statutory_due_date as timestamp)) as effective_due_at,  -- local time it is held to
    case
        when treatment = 'excluded' or supplement_count is null then null
        when supplement_count > 1 then cast(received_at as date)
        when due_at is not null then cast(extended_due_at as date)
        else cast(statutory_due_date + interval 1 day as date)
    end as overdue_from,  -- first day at whose end it is overdue if still in the stock; null: never
    case
        when treatment = 'excluded' or received_at is null then 'excluded'
        when supplement_count is null then 'unknown'
        when due_at is null and statutory_due_date is null then 'excluded'
        when treatment = 'open' then 'open'
        when supplement_count > 1 then 'late'
        when due_at is not null and end_at > extended_due_at then 'late'
        when due_at is not null and cast(end_at as date) < cast(extended_due_at as date) then 'early'
        when due_at is null and cast(end_at as date) > statutory_due_date then 'late'
        when due_at is null and cast(end_at as date) < statutory_due_date then 'early'
        else 'on_time'
    end as outcome,  -- early | on_time | late | open | excluded | unknown
    case
        when treatment = 'excluded' then status
        when received_at is null then 'NEVER_RECEIVED'
        when supplement_count is null then 'SUPPLEMENT_NOT_TOLD'
        when due_at is null and statutory_due_date is null then 'NO_DUE_DATE'
    end as exclusion_reason  -- why it does not count: its status, or what is missing
from ended
