-- sentence: Numerators and denominators of every indicator that are counted from rows.
-- grain: indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end
-- incremental: full
select
    indicator_id,  -- indicator
    rule_id,  -- counting rule
    basis_id,  -- what the denominator holds
    unit_code,  -- unit
    scope,  -- own | subtree | plan_scope | <level>_level | todays_map
    calendar,  -- official | calendar
    period_kind,  -- kind of period
    period_start,  -- first day
    period_end,  -- last day
    numerator,  -- what meets the indicator's condition
    denominator,  -- what it is measured against
    excluded_count,  -- what the rule leaves out
    not_refreshed_count,  -- open dossiers that no export speaks for any more
    unknown_count,  -- dossiers of which the rule cannot judge
    without_register_count,  -- units of which the whole is not known
    cast(0 as bigint) as unreported_count,  -- of the denominator, that of which nothing is said
    cast(0 as bigint) as no_evidence_count  -- of the denominator, that which is said to be done without evidence
from indicator_count
union all
select
    indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end,
    numerator, denominator, excluded_count, 0, 0, without_register_count, unreported_count, no_evidence_count
from register_count
