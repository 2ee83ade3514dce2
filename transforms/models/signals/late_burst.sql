-- sentence: Many dossiers of a unit ended in the last hours of the last day of a reporting month.
-- grain: dossier_key, noted_at
-- incremental: dossier
-- warnings: a system that posts its results at night does the same every day
with by_day as (
    select
        d.resolving_unit_code,
        cast(d.finished_at as date) as day,
        count(*) as ended_count
    from known_dossier_run as d
    inner join signal as s on s.signal_id = 'late_burst'
    where d.ended_exported_at is null
        and extract(hour from d.finished_at) >= s.from_hour
        and cast(d.received_at as date) < cast(d.finished_at as date)
    group by d.resolving_unit_code, cast(d.finished_at as date)
),

beside_others as (
    select
        resolving_unit_code,
        day,
        ended_count,
        count(*) over (partition by resolving_unit_code) - 1 as other_days,
        sum(ended_count) over (partition by resolving_unit_code) - ended_count as others_count
    from by_day
),

burst as (
    select b.resolving_unit_code, b.day, b.ended_count, s.from_hour
    from beside_others as b
    inner join signal as s
        on s.signal_id = 'late_burst'
        and b.ended_count >= s.least_count
        and b.ended_count * b.other_days >= s.threshold * b.others_count
    where b.day in (select period_end from period where period_kind = 'month')
)

select
    'late_burst' as signal_id,  -- this signal
    d.dossier_key as dossier_key,  -- dossier
    d.finished_at as noted_at,  -- when it ended
    cast(d.due_at as varchar) as before_value,  -- when it was due
    cast(b.ended_count as varchar) as after_value,  -- how many of the unit ended in those hours
    cast(null as varchar) as lawful_reason  -- none that the export carries
from known_dossier_run as d
inner join burst as b
    on d.resolving_unit_code = b.resolving_unit_code
    and cast(d.finished_at as date) = b.day
where d.ended_exported_at is null
    and extract(hour from d.finished_at) >= b.from_hour
    and cast(d.received_at as date) < cast(d.finished_at as date)
