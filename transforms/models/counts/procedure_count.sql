-- sentence: Procedures in the competence of the units of each scope at the end of each period: how many, and what the catalogue says of them.
-- grain: unit_code, scope, calendar, period_kind, period_start, period_end
-- incremental: full
-- params: as_of
-- warnings: a procedure belongs to the body of its level (district, commune), not to its departments; it counts once in a scope, however many communes have it
with level_in_scope as (
    select distinct
        s.unit_code,
        s.scope,
        u.unit_level,
        p.calendar,
        p.period_kind,
        p.period_start,
        p.period_end
    from member_scope as s
    inner join unit_register as u on s.member_unit_code = u.unit_code and u.unit_kind = u.unit_level
    inner join period as p
        on (u.valid_from is null or u.valid_from <= least(p.period_end, cast($as_of as date)))
        and (u.valid_to is null or u.valid_to >= least(p.period_end, cast($as_of as date)))
)

select
    s.unit_code,  -- unit
    s.scope,  -- own | subtree | plan_scope | <level>_level | todays_map | a scope of the plan's own
    s.calendar,  -- official | calendar
    s.period_kind,  -- kind of period
    s.period_start,  -- first day
    s.period_end,  -- last day; the catalogue is taken on this day, or on the as-of day
    count(*) as procedure_count,  -- procedures in competence
    cast(sum(c.is_level4) as bigint) as level4_count,  -- at level 4 (fully online)
    cast(sum(1 - c.has_level) as bigint) as level_not_told_count,  -- of which no level is catalogued
    cast(sum(c.is_at_one_stop) as bigint) as one_stop_count,  -- received at the one-stop counter
    cast(sum(1 - c.has_one_stop) as bigint) as one_stop_not_told_count,  -- of which that is not catalogued
    cast(sum(c.is_published) as bigint) as published_count,  -- published
    cast(sum(1 - c.has_published) as bigint) as published_not_told_count,  -- of which that is not catalogued
    cast(sum(c.is_excepted) as bigint) as excepted_count,  -- excepted on a lawful ground
    cast(sum(case when c.is_excepted = 0 then c.is_at_one_stop else 0 end) as bigint) as one_stop_unexcepted_count,  -- at the counter, and not excepted
    cast(sum(case when c.is_excepted = 0 then 1 - c.has_one_stop else 0 end) as bigint) as one_stop_unexcepted_not_told_count,  -- of those not excepted, not catalogued
    cast(sum(case when c.is_excepted = 0 then c.is_published else 0 end) as bigint) as published_unexcepted_count,  -- published, and not excepted
    cast(sum(case when c.is_excepted = 0 then 1 - c.has_published else 0 end) as bigint) as published_unexcepted_not_told_count  -- of those not excepted, not catalogued
from level_in_scope as s
inner join procedure_period as c
    on s.unit_level = c.competent_level
    and s.calendar = c.calendar
    and s.period_kind = c.period_kind
    and s.period_start = c.period_start
    and s.period_end = c.period_end
group by s.unit_code, s.scope, s.calendar, s.period_kind, s.period_start, s.period_end
