-- sentence: What form II.06 counts on each day as resolved beside what was first told, and what is overdue by that: additive over days and units.
-- grain: unit_code, day
-- incremental: day
with event as (
    select
        dossier_key,
        exit_date as day,
        1 as resolved,
        case when reported_outcome in ('early', 'on_time') then 1 else 0 end as in_time,
        case when first_known_outcome in ('early', 'on_time') then 1 else 0 end as first_known_in_time,
        case when overdue_date < exit_date then -1 else 0 end as overdue
    from first_known
    where reported_outcome in ('early', 'on_time', 'late') and exit_date is not null
    union all
    select dossier_key, overdue_date, 0, 0, 0, 1
    from first_known
    where overdue_date is not null and (exit_date is null or overdue_date < exit_date)
)

select
    d.resolving_unit_code as unit_code,  -- unit that resolves
    e.day,  -- day
    cast(sum(e.resolved) as bigint) as resolved_count,  -- resolved
    cast(sum(e.in_time) as bigint) as in_time_count,  -- of these, in time as reported
    cast(sum(e.first_known_in_time) as bigint) as first_known_in_time_count,  -- of these, in time by what was first told
    cast(sum(e.overdue) as bigint) as overdue_change  -- overdue in the stock by what was first told: begun less ended
from event as e
inner join dossier_asof as d on e.dossier_key = d.dossier_key
group by d.resolving_unit_code, e.day
