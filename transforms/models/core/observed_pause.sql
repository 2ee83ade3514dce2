-- sentence: Dossiers that exports showed waiting or paused and then otherwise, with the working days between; no rule uses them.
-- grain: dossier_key
-- incremental: dossier
-- warnings: as exact as exports are frequent, and a pause between two exports is not seen; one that lasts is not here
with paused as (
    select distinct dossier_key from status_interval
    where status in ('SUPPLEMENT', 'FINANCIAL', 'PAUSED')
),

stretch as (
    select
        i.dossier_key,
        i.status,
        cast(i.from_at as date) as from_date,
        cast(lead(i.from_at) over (partition by i.dossier_key order by i.shown_at, i.from_at, i.status) as date) as until_date
    from status_interval as i
    inner join paused as p on i.dossier_key = p.dossier_key
)

select
    s.dossier_key,  -- dossier
    cast(sum(greatest(e.working_day_number - b.working_day_number, 0)) as bigint)
        as observed_pause_working_days  -- working days in the statuses that wait for papers or payment, or are paused
from stretch as s
inner join dossier_asof as d on s.dossier_key = d.dossier_key
left join unit_calendar as u on d.resolving_unit_code = u.unit_code
inner join working_day as b
    on coalesce(u.calendar_scope, 'ALL') = b.calendar_scope
    and s.from_date = b.day
inner join working_day as e
    on coalesce(u.calendar_scope, 'ALL') = e.calendar_scope
    and s.until_date = e.day
where s.status in ('SUPPLEMENT', 'FINANCIAL', 'PAUSED')
group by s.dossier_key
