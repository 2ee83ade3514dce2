-- sentence: Resolved dossiers counted by the working days that they took, per unit and month of each calendar.
-- grain: unit_code, calendar, month_start, working_days
-- incremental: day
-- params: as_of
-- warnings: pauses are not subtracted; working_days is null where the working calendar does not reach
with resolved as (
    select
        g.resolving_unit_code as unit_code,
        o.exit_date,
        e.working_day_number - r.working_day_number as working_days,
        case when o.outcome <> 'late' then 1 else 0 end as is_in_time,
        case when o.effective_due_at is null then 1 else 0 end as is_without_due,
        -- A due date without a time stands at midnight, where an end would be there by chance.
        case
            when o.end_at = o.effective_due_at and o.end_at <> cast(cast(o.end_at as date) as timestamp) then 1 else 0
        end as is_end_due,
        case when s.duration_days = 0 then 1 else 0 end as is_same_day
    from dossier_outcome as o
    inner join dossier_group as g on o.group_number = g.group_number
    left join statutory_due as s on o.dossier_key = s.dossier_key
    left join working_day as r on s.calendar_scope = r.calendar_scope and o.received_date = r.day
    left join working_day as e on s.calendar_scope = e.calendar_scope and o.exit_date = e.day
    where o.rule_id = 'II06_DATE'
        and o.outcome in ('early', 'on_time', 'late')
        and o.exit_date <= cast($as_of as date)
),

by_day as (
    select
        unit_code,
        exit_date,
        working_days,
        count(*) as resolved,
        sum(is_in_time) as in_time,
        sum(is_without_due) as without_due,
        sum(is_end_due) as end_due,
        sum(is_same_day) as same_day,
        sum(is_same_day * is_in_time) as same_day_in_time
    from resolved
    group by unit_code, exit_date, working_days
)

select
    d.unit_code,  -- unit that resolved them
    p.calendar,  -- official | calendar | an office's own
    p.period_start as month_start,  -- first day of the month in which they were resolved
    d.working_days,  -- working days from receipt to the end of processing; null where the calendar does not reach
    cast(sum(d.resolved) as bigint) as resolved_count,  -- dossiers resolved
    cast(sum(d.in_time) as bigint) as on_time_count,  -- of these, early or on time
    cast(sum(d.without_due) as bigint) as without_due_date_count,  -- without a due date, which counts as on time
    cast(sum(d.end_due) as bigint) as end_equals_due_count,  -- ended at the very second when they were due
    cast(sum(d.same_day) as bigint) as same_day_count,  -- of procedures to be resolved on the day: a catalogued time of 0 days
    cast(sum(d.same_day_in_time) as bigint) as same_day_on_time_count  -- of these, early or on time
from by_day as d
inner join period as p on p.period_kind = 'month' and d.exit_date between p.period_start and p.period_end
group by d.unit_code, p.calendar, p.period_start, d.working_days
