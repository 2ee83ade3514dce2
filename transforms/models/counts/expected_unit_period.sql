-- sentence: Every figure that must stand in the marts: each indicator, rule and basis for each unit and scope in force in each period.
-- grain: indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end
-- incremental: full
with in_force as (
    select distinct
        s.unit_code, s.scope, s.is_plans_own, p.calendar, p.period_kind, p.period_start, p.period_end
    from member_scope as s
    inner join unit_register as u on s.member_unit_code = u.unit_code
    inner join period as p
        on (u.valid_from is null or u.valid_from <= p.period_end)
        and (u.valid_to is null or u.valid_to >= p.period_start)
)

select
    i.indicator_id,  -- indicator
    i.rule_id,  -- counting rule
    i.basis_id,  -- what the denominator holds
    f.unit_code,  -- unit
    f.scope,  -- own | subtree | plan_scope | <level>_level | todays_map
    f.calendar,  -- official | calendar
    f.period_kind,  -- kind of period
    f.period_start,  -- first day
    f.period_end  -- last day
from in_force as f
inner join figure_period as i
    on f.calendar = i.calendar
    and f.period_kind = i.period_kind
    and f.period_start = i.period_start
    and f.period_end = i.period_end
-- Units and procedures are counted anew in each scope; anything else can be added up from the units' own figures.
inner join figure as k
    on i.indicator_id = k.indicator_id
    and i.rule_id = k.rule_id
    and i.basis_id = k.basis_id
    and (not f.is_plans_own or k.counted in ('units', 'procedures'))
