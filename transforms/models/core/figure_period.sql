-- sentence: The periods of each indicator: all of them, or, for what a register says of a year, the calendar year and what of it is over.
-- grain: indicator_id, rule_id, basis_id, calendar, period_kind, period_start, period_end
-- incremental: full
select
    f.indicator_id,  -- indicator
    f.rule_id,  -- counting rule
    f.basis_id,  -- what the denominator holds
    p.calendar,  -- official | calendar
    p.period_kind,  -- kind of period
    p.period_start,  -- first day
    p.period_end  -- last day
from figure as f
inner join period as p on f.periods = 'all' or (p.calendar = 'calendar' and p.period_kind in ('year', 'ytd'))
