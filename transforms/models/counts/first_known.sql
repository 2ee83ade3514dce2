-- sentence: What was first told of each dossier: the due date, later by the working days of a supplement, and the end; with the outcome they give under form II.06.
-- grain: dossier_key
-- incremental: dossier
-- warnings: first told is first exported; what was changed before the first export is not seen
with told as (
    select
        dossier_key,
        coalesce(original_due_at, due_at) as promised_at,
        finished_at,
        row_number() over (
            partition by dossier_key order by case when due_at is null then 1 else 0 end, first_exported_at, first_file
        ) as due_place,
        row_number() over (
            partition by dossier_key order by case when finished_at is null then 1 else 0 end, first_exported_at, first_file
        ) as end_place
    from known_dossier_run
),

first_told as (
    select
        dossier_key,
        max(case when due_place = 1 then promised_at end) as promised_at,
        max(case when end_place = 1 then finished_at end) as finished_at
    from told
    group by dossier_key
),

held as (
    select
        d.dossier_key,
        coalesce(u.calendar_scope, 'ALL') as calendar_scope,
        cast(f.promised_at as date) as promised_date,
        f.finished_at,
        coalesce(s.suspended_working_days, 0) as suspended_working_days
    from dossier_asof as d
    inner join first_told as f on d.dossier_key = f.dossier_key
    left join unit_calendar as u on d.resolving_unit_code = u.unit_code
    left join suspension as s on d.dossier_key = s.dossier_key
),

dated as (
    select
        h.dossier_key,
        h.finished_at,
        case when h.suspended_working_days = 0 then h.promised_date else coalesce(m.day, h.promised_date) end as due_date
    from held as h
    left join working_day as o
        on h.suspended_working_days > 0
        and h.calendar_scope = o.calendar_scope
        and h.promised_date = o.day
    left join working_day as m
        on o.calendar_scope = m.calendar_scope
        and o.working_day_number + h.suspended_working_days = m.working_day_number
        and m.is_working_day
)

select
    d.dossier_key,  -- dossier
    d.due_date,  -- day it is held to by what was first told; null when no export told any
    d.finished_at,  -- end as first told; null while none was
    o.exit_date,  -- day it left the stock under II06_DATE, as reported
    o.outcome as reported_outcome,  -- what II06_DATE makes of what is told now
    case
        when o.outcome not in ('early', 'on_time', 'late') then o.outcome
        when o.status = 'WITHDRAWN' or d.due_date is null or d.finished_at is null then o.outcome
        when cast(d.finished_at as date) > d.due_date then 'late'
        else o.outcome
    end as first_known_outcome,  -- the same by what was first told: never better than reported
    case
        when o.outcome in ('early', 'on_time', 'late', 'open')
            then greatest(cast(d.due_date + interval 1 day as date) + coalesce(t.limit_days, 0), o.received_date)
    end as overdue_date  -- day from which it is overdue by what was first told if still in the stock; one that waits, after the days that STRICT_ORIG allows
from dated as d
inner join dossier_outcome as o on d.dossier_key = o.dossier_key and o.rule_id = 'II06_DATE'
left join status_treatment as t on o.status = t.status and t.rule_id = 'STRICT_ORIG'
