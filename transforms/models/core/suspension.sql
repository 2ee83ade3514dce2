-- sentence: Dossiers that waited for papers, with the working days that their last supplement took.
-- grain: dossier_key
-- incremental: dossier
-- warnings: only the last supplement is dated in the lists; where one of its dates is missing the days told, calendar days, reach from the other, or from receipt, for one supplement only; what is observed between exports only stands in status_interval
with told as (
    select
        dossier_key,
        resolving_unit_code,
        cast(received_at as date) as received_date,
        cast(supplement_requested_at as date) as requested_date,
        cast(supplement_completed_at as date) as completed_date,
        case
            when supplement_requested_at is not null and supplement_completed_at is not null then null
            -- Of several, one at most is lawful, and of their days none can be told to be its own; a wait that lasts has no length yet.
            when supplement_count > 1 or status = 'SUPPLEMENT' then null
            when supplement_days > 0 then supplement_days
        end as days_told
    from dossier_asof
),

waited as (
    select
        dossier_key,
        resolving_unit_code,
        coalesce(requested_date, completed_date - days_told, received_date) as requested_date,
        coalesce(completed_date, coalesce(requested_date, received_date) + days_told) as completed_date
    from told
    where (requested_date is not null and completed_date is not null) or days_told is not null
)

select
    w.dossier_key,  -- dossier
    greatest(c.working_day_number - r.working_day_number, 0) as suspended_working_days  -- working days from the request to the papers
from waited as w
left join unit_calendar as u on w.resolving_unit_code = u.unit_code
inner join working_day as r
    on coalesce(u.calendar_scope, 'ALL') = r.calendar_scope
    and w.requested_date = r.day
inner join working_day as c
    on coalesce(u.calendar_scope, 'ALL') = c.calendar_scope
    and w.completed_date = c.day
