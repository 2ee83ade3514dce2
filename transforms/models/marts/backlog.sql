-- sentence: The dossiers open at the end of the as-of day: how old they are, which are paused, and what falls due next, under the rule II06_DATE.
-- grain: unit_code, scope
-- incremental: full
-- params: as_of
-- warnings: percentiles are by nearest rank and cannot be added up; what is due in a year that calendar.csv does not list is not seen as due soon; a unit without open dossiers has no row
with stock as (
    select
        o.dossier_key,
        d.resolving_unit_code,
        coalesce(u.calendar_scope, 'ALL') as calendar_scope,
        o.received_date,
        cast(d.status_from_at as date) as status_from_date,
        case when o.overdue_date > cast($as_of as date) then cast(o.effective_due_at as date) end as coming_due_date,
        case when o.overdue_date <= cast($as_of as date) then 1 else 0 end as is_overdue,
        case when o.is_refreshed then 0 else 1 end as is_not_refreshed,
        case when t.treatment = 'paused_in_time' then 1 else 0 end as is_paused
    from dossier_outcome as o
    inner join dossier_asof as d on o.dossier_key = d.dossier_key
    inner join status_treatment as t on d.status = t.status and o.rule_id = t.rule_id
    left join unit_calendar as u on d.resolving_unit_code = u.unit_code
    where o.rule_id = 'II06_DATE'
        and o.outcome <> 'excluded'
        and o.received_date <= cast($as_of as date)
        and (o.exit_date is null or o.exit_date > cast($as_of as date))
),

counted as (
    select
        s.*,
        n.working_day_number as today_number,
        n.working_day_number - r.working_day_number as age_days,
        case when s.is_paused = 1 then n.working_day_number - p.working_day_number end as paused_days,
        e.working_day_number - n.working_day_number as days_left
    from stock as s
    left join working_day as n on s.calendar_scope = n.calendar_scope and n.day = cast($as_of as date)
    left join working_day as r on s.calendar_scope = r.calendar_scope and s.received_date = r.day
    left join working_day as p on s.calendar_scope = p.calendar_scope and s.status_from_date = p.day
    left join working_day as e on s.calendar_scope = e.calendar_scope and s.coming_due_date = e.day
),

scoped as (
    select
        s.unit_code,
        s.scope,
        c.*,
        case when c.age_days is not null then 1 else 0 end as is_aged,
        case when c.paused_days is not null then 1 else 0 end as is_pause_aged
    from counted as c
    inner join unit_scope as s on c.resolving_unit_code = s.member_unit_code
    where s.scope <> 'todays_map'
),

ranked as (
    select
        *,
        sum(is_aged) over (partition by unit_code, scope order by age_days, dossier_key) as aged_so_far,
        sum(is_aged) over (partition by unit_code, scope) as aged_in_all,
        sum(is_pause_aged) over (partition by unit_code, scope order by paused_days, dossier_key) as pause_aged_so_far,
        sum(is_pause_aged) over (partition by unit_code, scope) as pause_aged_in_all
    from scoped
)

select
    unit_code,  -- unit that resolves
    scope,  -- own | subtree | plan_scope | <level>_level
    cast($as_of as date) as as_of_date,  -- day at whose end they are open
    count(*) as open_count,  -- open dossiers = column 11 of form II.06a = the four ages and age_unknown_count
    cast(sum(is_overdue) as bigint) as open_overdue_count,  -- of these, overdue = column 13
    cast(sum(is_not_refreshed) as bigint) as not_refreshed_count,  -- of these, left out by newer exports: they may have ended
    count(case when age_days <= 5 then 1 end) as age_to_5_count,  -- received within the last 5 working days, a week
    count(case when age_days between 6 and 20 then 1 end) as age_6_to_20_count,  -- 6 to 20 working days ago, a month
    count(case when age_days between 21 and 60 then 1 end) as age_21_to_60_count,  -- 21 to 60 working days ago, a quarter
    count(case when age_days > 60 then 1 end) as age_over_60_count,  -- longer ago
    count(case when is_aged = 0 then 1 end) as age_unknown_count,  -- receipt or the as-of day is not in the working calendar
    min(case when aged_so_far * 2 >= aged_in_all then age_days end)
        as median_age_working_days,  -- working days since receipt that at least half of them do not exceed
    min(case when aged_so_far * 10 >= aged_in_all * 9 then age_days end)
        as p90_age_working_days,  -- working days since receipt that at least nine in ten do not exceed
    max(age_days) as max_age_working_days,  -- working days since receipt of the oldest
    cast(sum(is_paused) as bigint) as paused_count,  -- open ones whose status stops the clock: supplement, payment, paused
    min(case when pause_aged_so_far * 2 >= pause_aged_in_all then paused_days end)
        as median_paused_working_days,  -- working days in that status that at least half of the paused do not exceed
    min(case when pause_aged_so_far * 10 >= pause_aged_in_all * 9 then paused_days end)
        as p90_paused_working_days,  -- working days in that status that at least nine in ten do not exceed
    max(paused_days) as max_paused_working_days,  -- working days in that status of the longest
    case when count(today_number) = count(*) then count(case when days_left <= 1 then 1 end) end
        as due_within_1_count,  -- in time and due today or within the next working day; null when the calendar does not reach today
    case when count(today_number) = count(*) then count(case when days_left <= 3 then 1 end) end
        as due_within_3_count,  -- due within the next 3 working days, with those above
    case when count(today_number) = count(*) then count(case when days_left <= 5 then 1 end) end
        as due_within_5_count  -- due within the next 5 working days, with those above
from ranked
group by unit_code, scope
