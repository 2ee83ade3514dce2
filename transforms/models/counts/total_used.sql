-- sentence: Totals that units report, beside what is counted from their own rows: used where there are no rows.
-- grain: indicator_id, unit_code, calendar, period_kind, period_start, period_end
-- incremental: full
select
    t.measure as indicator_id,  -- indicator
    f.rule_id,  -- counting rule
    f.basis_id,  -- what the denominator holds
    t.unit_code,  -- unit
    t.calendar,  -- official | calendar
    t.period_kind,  -- kind of period
    t.period_start,  -- first day
    t.period_end,  -- last day
    t.numerator as total_numerator,  -- how many meet it by the total
    t.denominator as total_denominator,  -- of how many
    coalesce(r.numerator, 0) as numerator,  -- how many meet it by the unit's rows
    coalesce(r.denominator, 0) as denominator,  -- of how many
    coalesce(r.without_register_count, 0) as without_register_count,  -- 1 when its rows do not say of how many
    coalesce(r.denominator = 0 or r.without_register_count > 0, true) as is_used  -- true when the total stands in the figures
from span_period as t
inner join figure as f on t.measure = f.indicator_id
left join row_figure as r
    on t.measure = r.indicator_id
    and f.rule_id = r.rule_id
    and f.basis_id = r.basis_id
    and t.unit_code = r.unit_code
    and r.scope = 'own'
    and t.calendar = r.calendar
    and t.period_kind = r.period_kind
    and t.period_start = r.period_start
    and t.period_end = r.period_end
