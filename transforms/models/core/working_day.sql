-- sentence: Every day of the calendar's years, numbered so that the n-th working day after a day is found by a join.
-- grain: calendar_scope, day
-- incremental: full
-- warnings: numbers of different calendars cannot be compared
with calendar as (
    select 'ALL' as calendar_scope
    union
    select calendar_scope from unit_calendar
),

marked as (
    select
        c.calendar_scope,
        d.day,
        extract(year from d.day) as year,
        case when coalesce(e.is_working_day, not d.is_weekend) then 1 else 0 end as worked,
        case when e.is_national then 1 else 0 end as national,
        case when not e.is_confirmed then 1 else 0 end as unconfirmed
    from calendar as c
    cross join calendar_day as d
    left join calendar_exception as e on c.calendar_scope = e.calendar_scope and d.day = e.day
),

counted as (
    select
        *,
        row_number() over (partition by calendar_scope order by day) as day_number,
        cast(sum(worked) over (partition by calendar_scope order by day) as bigint) as working_day_number,
        sum(national) over (partition by calendar_scope, year) as national_count,
        sum(unconfirmed) over (partition by calendar_scope, year) as unconfirmed_count
    from marked
)

select
    calendar_scope,  -- unit whose calendar it is, for itself and all below that have none of their own; ALL: everywhere
    day,  -- day
    worked = 1 as is_working_day,  -- true when offices are open
    day_number,  -- days from the first of the calendar up to this one
    working_day_number,  -- working days up to this day, itself included
    working_day_number + 1 - worked as next_working_day_number,  -- number of the first working day that is not before this day
    national_count > 0 and unconfirmed_count = 0 as is_confirmed  -- true when its year is listed and every row of it confirmed
from counted
