-- sentence: Every figure that must stand in the marts: each indicator and rule for each unit in force in each period.
-- grain: indicator_id, rule_id, unit_code, scope, calendar, period_kind, period_start, period_end
-- incremental: full
select
    i.indicator_id,  -- indicator
    i.rule_id,  -- counting rule
    u.unit_code,  -- unit
    s.scope,  -- own | subtree | plan_scope
    p.calendar,  -- official | calendar
    p.period_kind,  -- kind of period
    p.period_start,  -- first day
    p.period_end  -- last day
from indicator as i
cross join unit_register as u
inner join (select distinct unit_code, scope from unit_scope) as s on u.unit_code = s.unit_code
inner join period as p
    on (u.valid_from is null or u.valid_from <= p.period_end)
    and (u.valid_to is null or u.valid_to >= p.period_start)
