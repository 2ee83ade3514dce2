-- sentence: What the catalogue says of each procedure at the end of each period.
-- grain: procedure_code, competent_level, calendar, period_kind, period_start, period_end
-- incremental: full
-- params: as_of
select
    r.procedure_code,  -- procedure
    r.competent_level,  -- level that resolves it
    p.calendar,  -- official | calendar
    p.period_kind,  -- kind of period
    p.period_start,  -- first day
    p.period_end,  -- last day; the catalogue is taken on this day, or on the as-of day
    max(case when r.service_level is not null then 1 else 0 end) as has_level,  -- 1 when a level of service is catalogued
    max(case when r.service_level in ('4', 'full') then 1 else 0 end) as is_level4,  -- 1 when it is level 4 (fully online)
    max(case when r.is_at_one_stop is not null then 1 else 0 end) as has_one_stop,  -- 1 when it is catalogued whether it is at the counter
    max(case when r.is_at_one_stop then 1 else 0 end) as is_at_one_stop,  -- 1 when it is received at the one-stop counter
    max(case when r.is_published is not null then 1 else 0 end) as has_published,  -- 1 when it is catalogued whether it is published
    max(case when r.is_published then 1 else 0 end) as is_published,  -- 1 when it is published
    max(case when r.is_excepted then 1 else 0 end) as is_excepted  -- 1 when it is excepted on a lawful ground
from period as p
inner join procedure_register as r
    on (r.valid_from is null or r.valid_from <= least(p.period_end, cast($as_of as date)))
    and (r.valid_to is null or r.valid_to >= least(p.period_end, cast($as_of as date)))
group by r.procedure_code, r.competent_level, p.calendar, p.period_kind, p.period_start, p.period_end
