-- sentence: Totals that units report themselves beside what is counted from their own rows, and which of the two stands in the figures.
-- grain: indicator_id, unit_code, calendar, period_kind, period_start, period_end
-- incremental: full
select
    indicator_id,  -- indicator
    unit_code,  -- unit
    calendar,  -- official | calendar
    period_kind,  -- kind of period
    period_start,  -- first day
    period_end,  -- last day
    total_numerator,  -- how many meet it by the unit's own total
    total_denominator,  -- of how many
    case when not is_used then numerator end as numerator,  -- how many meet it by its rows; null when there are none
    case when not is_used then denominator end as denominator,  -- of how many
    case when not is_used then total_numerator - numerator end as numerator_difference,  -- by how much the total is above the rows
    case when not is_used then total_denominator - denominator end as denominator_difference,  -- by how much the total is above the rows
    is_used  -- true when the total stands in the figures, since there are no rows
from total_used
