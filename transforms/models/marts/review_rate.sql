-- sentence: The on-time rate as reported, by what was first told of due dates and ends, and the conservative one that counts what is overdue in the stock too.
-- grain: unit_code, scope, calendar, period_kind, period_start, period_end
-- incremental: full
-- params: as_of
-- audience: internal
-- warnings: internal: no form, letter or public page may read it; first told is first exported
with in_period as (
    select
        s.unit_code,
        s.scope,
        p.calendar,
        p.period_kind,
        p.period_start,
        p.period_end,
        sum(case when d.day >= p.period_start then d.resolved_count else 0 end) as resolved,
        sum(case when d.day >= p.period_start then d.first_known_in_time_count else 0 end) as first_known_in_time,
        sum(d.overdue_change) as overdue
    from review_daily as d
    inner join unit_scope as s on d.unit_code = s.member_unit_code
    inner join period as p on d.day <= least(p.period_end, cast($as_of as date))
    group by s.unit_code, s.scope, p.calendar, p.period_kind, p.period_start, p.period_end
)

select
    v.unit_code,  -- unit that resolves
    v.scope,  -- own | subtree | plan_scope | <level>_level | todays_map
    v.calendar,  -- official | calendar
    v.period_kind,  -- month | quarter | half | nine_months | year | ytd
    v.period_start,  -- first day of the period
    v.period_end,  -- last day of the period
    v.numerator,  -- resolved in time as reported, under II06_DATE
    v.denominator,  -- resolved
    cast(i.first_known_in_time as bigint) as first_known_numerator,  -- resolved in time by what was first told, later by a supplement's working days
    cast(i.overdue as bigint) as open_overdue_count,  -- open at the end of the period and overdue by what was first told
    v.rate,  -- as reported
    cast(i.first_known_in_time as double) / nullif(v.denominator, 0) as first_known_rate,  -- by what was first told
    cast(i.first_known_in_time as double) / nullif(v.denominator + i.overdue, 0) as conservative_rate  -- the same with what is open and overdue in the denominator
from indicator_value as v
inner join in_period as i
    on v.unit_code = i.unit_code
    and v.scope = i.scope
    and v.calendar = i.calendar
    and v.period_kind = i.period_kind
    and v.period_start = i.period_start
    and v.period_end = i.period_end
where v.indicator_id = 'on_time' and v.rule_id = 'II06_DATE' and v.basis_id = 'resolved' and v.status = 'ok'
