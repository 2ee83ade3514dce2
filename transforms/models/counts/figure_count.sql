-- sentence: Numerators and denominators of every indicator: counted from rows, and for units without rows taken from their totals.
-- grain: indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end
-- incremental: full
-- warnings: a total takes the place of what the rows of its unit say; education and health make up the public services
with part as (
    select
        indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end,
        numerator, denominator, excluded_count, not_refreshed_count, unknown_count, without_register_count, unreported_count, no_evidence_count,
        0 as total_count
    from row_figure
    union all
    select
        t.indicator_id, t.rule_id, t.basis_id, s.unit_code, s.scope, t.calendar, t.period_kind, t.period_start, t.period_end,
        t.total_numerator - t.numerator, t.total_denominator - t.denominator, 0, 0, 0, -t.without_register_count, 0, 0,
        1
    from total_used as t
    inner join unit_scope as s on t.unit_code = s.member_unit_code
    where t.is_used
),

placed as (
    select * from part
    union all
    select
        i.indicator_id, p.rule_id, p.basis_id, p.unit_code, p.scope, p.calendar, p.period_kind, p.period_start, p.period_end,
        p.numerator, p.denominator, p.excluded_count, p.not_refreshed_count, p.unknown_count, p.without_register_count,
        p.unreported_count, p.no_evidence_count, p.total_count
    from part as p
    inner join figure as i on i.indicator_id = 'satisfaction_public_services'
    where p.indicator_id in ('satisfaction_education', 'satisfaction_health')
)

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
    cast(sum(numerator) as bigint) as numerator,  -- what meets the indicator's condition
    cast(sum(denominator) as bigint) as denominator,  -- what it is measured against
    cast(sum(excluded_count) as bigint) as excluded_count,  -- what the rule leaves out
    cast(sum(not_refreshed_count) as bigint) as not_refreshed_count,  -- open dossiers that no export speaks for any more
    cast(sum(unknown_count) as bigint) as unknown_count,  -- dossiers of which the rule cannot judge
    cast(sum(without_register_count) as bigint) as without_register_count,  -- units of which the whole is not known
    cast(sum(unreported_count) as bigint) as unreported_count,  -- of the denominator, that of which nothing is said
    cast(sum(no_evidence_count) as bigint) as no_evidence_count,  -- of the denominator, that which is said to be done without evidence
    cast(sum(total_count) as bigint) as total_count  -- totals in it, a unit and indicator each
from placed
group by indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end
