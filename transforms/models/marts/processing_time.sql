-- sentence: How long the dossiers resolved in a period took, and what stands around their on-time rate, under the rule II06_DATE.
-- grain: unit_code, scope, calendar, period_kind, period_start, period_end
-- incremental: full
-- warnings: percentiles are by nearest rank (the smallest number of days within which at least so many are done) and cannot be added up; pauses are not subtracted; a unit that resolved nothing has no row
with scoped as (
    select
        s.unit_code,
        s.scope,
        t.calendar,
        t.month_start,
        t.working_days,
        sum(t.resolved_count) as resolved,
        sum(t.on_time_count) as on_time,
        sum(t.without_due_date_count) as without_due_date,
        sum(t.end_equals_due_count) as end_equals_due,
        sum(t.same_day_count) as same_day,
        sum(t.same_day_on_time_count) as same_day_on_time
    from resolution_time as t
    inner join unit_scope as s on t.unit_code = s.member_unit_code
    where s.scope <> 'todays_map'
    group by s.unit_code, s.scope, t.calendar, t.month_start, t.working_days
),

by_length as (
    select
        t.unit_code,
        t.scope,
        p.calendar,
        p.period_kind,
        p.period_start,
        p.period_end,
        t.working_days,
        sum(t.resolved) as resolved,
        sum(case when t.working_days is not null then t.resolved else 0 end) as measured,
        sum(t.on_time) as on_time,
        sum(t.without_due_date) as without_due_date,
        sum(t.end_equals_due) as end_equals_due,
        sum(t.same_day) as same_day,
        sum(t.same_day_on_time) as same_day_on_time
    from scoped as t
    inner join period as p
        on t.calendar = p.calendar
        and t.month_start between p.period_start and p.period_end
        and p.period_kind <> 'ytd'
    inner join coverage as v on v.kind = 'dossier' and p.period_start >= v.covered_from
    group by t.unit_code, t.scope, p.calendar, p.period_kind, p.period_start, p.period_end, t.working_days
),

ranked as (
    select
        *,
        sum(measured) over (
            partition by unit_code, scope, calendar, period_kind, period_start, period_end order by working_days
        ) as measured_so_far,
        sum(measured) over (
            partition by unit_code, scope, calendar, period_kind, period_start, period_end
        ) as measured_in_all
    from by_length
)

select
    unit_code,  -- unit that resolved them
    scope,  -- own | subtree | plan_scope | <level>_level
    calendar,  -- official | calendar | an office's own
    period_kind,  -- month | quarter | half | nine_months | year: up to the as-of day while it lasts, so that there is no ytd
    period_start,  -- first day of the period
    period_end,  -- last day of the period
    cast(sum(resolved) as bigint) as resolved_count,  -- dossiers resolved = column 7 of form II.06a
    cast(sum(measured) as bigint) as measured_count,  -- of these, with receipt and end in the working calendar
    min(case when measured_so_far * 2 >= measured_in_all then working_days end)
        as median_working_days,  -- working days from receipt within which at least half of the measured were resolved
    min(case when measured_so_far * 10 >= measured_in_all * 9 then working_days end)
        as p90_working_days,  -- working days within which at least nine in ten were
    cast(sum(without_due_date) as bigint) as without_due_date_count,  -- resolved without a due date, which counts as on time
    cast(sum(end_equals_due) as bigint) as end_equals_due_count,  -- ended at the very second when due: a date that may have been reset
    cast(sum(on_time) as bigint) as on_time_count,  -- resolved early or on time
    cast(sum(same_day) as bigint) as same_day_resolved_count,  -- of procedures to be resolved on the day (catalogued time of 0 days)
    cast(sum(same_day_on_time) as bigint) as same_day_on_time_count,  -- of these, early or on time
    cast(sum(on_time) - sum(same_day_on_time) as double) / nullif(sum(resolved) - sum(same_day), 0)
        as rate_without_same_day  -- on-time rate of the other procedures, fraction 0–1; null when there are none
from ranked
group by unit_code, scope, calendar, period_kind, period_start, period_end
