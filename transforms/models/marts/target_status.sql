-- sentence: The plan's targets judged on whole numbers, per unit and period of the plan's year and calendar.
-- grain: target_id, unit_code, calendar, period_kind, period_start, period_end
-- incremental: full
select
    t.target_id,  -- target of the plan
    t.text_vi,  -- its text
    t.text_en,  -- its text in English
    t.indicator_id,  -- indicator it is tested on
    t.rule_id,  -- counting rule
    t.basis_id,  -- what the denominator holds
    t.operator,  -- >= | > | =
    t.bar,  -- the bar, in percent
    v.unit_code,  -- unit, with all below it that the target counts
    v.scope,  -- subtree: all below it; plan_scope: without the kinds of units that the plan leaves out
    v.calendar,  -- official | calendar
    v.period_kind,  -- kind of period
    v.period_start,  -- first day
    v.period_end,  -- last day
    v.numerator,  -- what meets the condition
    v.denominator,  -- what it is measured against
    case
        when v.status <> 'ok' then v.status
        when t.operator = '>=' and v.numerator * 100 >= t.bar * v.denominator then 'met'
        when t.operator = '>' and v.numerator * 100 > t.bar * v.denominator then 'met'
        when t.operator = '=' and v.numerator * 100 = t.bar * v.denominator then 'met'
        else 'not_met'
    end as state,  -- met | not_met | no_activity | missing_data | missing_denominator
    v.is_provisional  -- true while the period is not over
from plan_target as t
inner join indicator_value as v
    on t.indicator_id = v.indicator_id
    and t.rule_id = v.rule_id
    and t.basis_id = v.basis_id
    and t.calendar = v.calendar
    and v.period_start >= t.year_start
    and v.period_end <= t.year_end
    and v.scope = t.scope
