-- sentence: What was filed of each closed period beside what the sources say of it now: one row a figure of a closing.
-- grain: closing_number, indicator_id, rule_id, basis_id, unit_role, unit_code, scope, calendar, period_kind, period_start, period_end
-- incremental: full
-- warnings: a figure that is there now and was not when the period was closed was not filed, and has no row
with beside as (
    select
        c.closing_number, c.is_latest, c.calendar, c.period_kind, c.period_start, c.period_end,
        f.indicator_id, f.rule_id, f.basis_id, f.unit_role, f.unit_code, f.scope,
        f.numerator as filed_numerator,
        f.denominator as filed_denominator,
        f.rate as filed_rate,
        f.status as filed_status,
        v.numerator,
        v.denominator,
        v.rate,
        v.status
    from filed_value as f
    inner join closing as c on f.closing_number = c.closing_number
    left join indicator_value as v
        on f.indicator_id = v.indicator_id
        and f.rule_id = v.rule_id
        and f.basis_id = v.basis_id
        and f.unit_role = v.unit_role
        and f.unit_code = v.unit_code
        and f.scope = v.scope
        and c.calendar = v.calendar
        and c.period_kind = v.period_kind
        and c.period_start = v.period_start
        and c.period_end = v.period_end
)

select
    closing_number,  -- closing
    is_latest,  -- false once the period was closed again
    indicator_id,  -- indicator
    rule_id,  -- counting rule
    basis_id,  -- what the denominator holds
    unit_role,  -- unit that counts
    unit_code,  -- unit
    scope,  -- own | subtree | plan_scope | …
    calendar,  -- official | calendar | an office's own
    period_kind,  -- month | quarter | half | nine_months | year
    period_start,  -- first day of the period
    period_end,  -- last day of the period
    filed_numerator,  -- numerator as filed
    filed_denominator,  -- denominator as filed
    filed_rate,  -- rate as filed, a fraction 0–1
    filed_status,  -- status as filed
    numerator,  -- numerator as known now
    denominator,  -- denominator as known now
    rate,  -- rate as known now, a fraction 0–1
    status,  -- status now; null where the figure is no longer made
    numerator - filed_numerator as numerator_change,  -- numerator now less that filed; null where either is not told
    denominator - filed_denominator as denominator_change,  -- denominator now less that filed; null where either is not told
    coalesce(numerator, -1) <> coalesce(filed_numerator, -1)
    or coalesce(denominator, -1) <> coalesce(filed_denominator, -1)
    or coalesce(status, '') <> filed_status as is_moved  -- whether the figure is another one now
from beside
