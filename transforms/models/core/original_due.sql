-- sentence: The day first promised, later by the working days of a supplement: what the strict rule holds a dossier to.
-- grain: dossier_key
-- incremental: dossier
-- warnings: a dossier whose list does not speak of its original due date, or of supplements, is not here
with promised as (
    select
        d.dossier_key,
        coalesce(u.calendar_scope, 'ALL') as calendar_scope,
        cast(d.original_due_at as date) as promised_date,
        coalesce(s.suspended_working_days, 0) as suspended_working_days
    from dossier_asof as d
    left join unit_calendar as u on d.resolving_unit_code = u.unit_code
    left join suspension as s on d.dossier_key = s.dossier_key
    where d.original_due_at is not null and d.supplement_count is not null
)

select
    p.dossier_key,  -- dossier
    case when p.suspended_working_days = 0 then p.promised_date else m.day end as original_due_date  -- day that it is held to
from promised as p
left join working_day as o
    on p.suspended_working_days > 0
    and p.calendar_scope = o.calendar_scope
    and p.promised_date = o.day
left join working_day as m
    on o.calendar_scope = m.calendar_scope
    and o.working_day_number + p.suspended_working_days = m.working_day_number
    and m.is_working_day
