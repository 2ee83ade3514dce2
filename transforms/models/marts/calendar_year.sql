-- sentence: The years of each working calendar, and those that dossiers name without being in it: are they confirmed, how much hangs on them?
-- grain: calendar_scope, year
-- incremental: full
with listed as (
    select
        calendar_scope,
        extract(year from day) as year,
        is_confirmed,
        count(case when is_working_day then 1 end) as working_day_count
    from working_day
    group by 1, 2, 3
),

used as (
    select calendar_scope, year, count(received_date) as received_count, count(due_date) as due_count
    from (
        select calendar_scope, extract(year from received_date) as year, received_date, null as due_date
        from statutory_due
        union all
        select calendar_scope, extract(year from official_due_date), null, official_due_date
        from statutory_due
        where official_due_date is not null
    ) as named
    group by 1, 2
)

select
    coalesce(l.calendar_scope, u.calendar_scope) as calendar_scope,  -- unit whose calendar it is, or ALL
    coalesce(l.year, u.year) as year,  -- calendar year
    coalesce(l.is_confirmed, false) as is_confirmed,  -- true when the year is listed and every row of it confirmed
    l.working_day_count,  -- working days; null when calendar.csv does not reach this year
    coalesce(u.received_count, 0) as received_count,  -- dossiers received in it
    coalesce(u.due_count, 0) as due_count  -- dossiers officially due in it
from listed as l
full outer join used as u on l.calendar_scope = u.calendar_scope and l.year = u.year
