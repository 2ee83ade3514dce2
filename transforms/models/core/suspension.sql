-- sentence: Dossiers that waited for papers, with the working days that their last supplement took.
-- grain: dossier_key
-- incremental: dossier
-- warnings: only the last supplement is dated in the lists; what is observed between exports only stands in status_interval
select
    d.dossier_key,  -- dossier
    greatest(c.working_day_number - r.working_day_number, 0) as suspended_working_days  -- working days from the request to the papers
from dossier_asof as d
left join unit_calendar as u on d.resolving_unit_code = u.unit_code
inner join working_day as r
    on coalesce(u.calendar_scope, 'ALL') = r.calendar_scope
    and cast(d.supplement_requested_at as date) = r.day
inner join working_day as c
    on coalesce(u.calendar_scope, 'ALL') = c.calendar_scope
    and cast(d.supplement_completed_at as date) = c.day
where d.supplement_requested_at is not null and d.supplement_completed_at is not null
