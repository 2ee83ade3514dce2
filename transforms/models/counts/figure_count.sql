-- sentence: Numerators and denominators of every indicator: counted from rows, and for units without rows taken from their totals.
-- grain: indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end
-- incremental: full
-- warnings: a total takes the place of what the rows of its unit say; education and health make up the public services; before any source of documents, a department or commune without a total leaves the denominator above it unknown
with in_total as (
    select t.*, s.unit_code as above_code, s.scope
    from total_used as t
    inner join unit_scope as s on t.unit_code = s.member_unit_code
    where t.is_used
),

-- Surveys are held in some units only, and what registers leave out is counted as such: only documents are issued everywhere.
silent as (
    select distinct
        t.indicator_id, t.rule_id, t.basis_id, t.above_code, t.scope, t.calendar, t.period_kind, t.period_start, t.period_end,
        u.unit_code
    from in_total as t
    inner join figure as f on t.indicator_id = f.indicator_id and t.rule_id = f.rule_id and f.kind = 'document'
    inner join unit_scope as s on t.above_code = s.unit_code and t.scope = s.scope
    inner join unit_register as u
        on s.member_unit_code = u.unit_code
        and u.unit_kind in ('department', 'commune')
        and (u.valid_from is null or u.valid_from <= t.period_end)
        and (u.valid_to is null or u.valid_to >= t.period_start)
    left join coverage as v on f.kind = v.kind and t.period_start >= v.covered_from
    left join in_total as own
        on u.unit_code = own.unit_code
        and own.scope = 'own'
        and t.indicator_id = own.indicator_id
        and t.calendar = own.calendar
        and t.period_kind = own.period_kind
        and t.period_start = own.period_start
    where v.kind is null and own.unit_code is null
),

part as (
    select
        indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end,
        numerator, denominator, excluded_count, not_refreshed_count, unknown_count, without_register_count, unreported_count, no_evidence_count,
        0 as total_count
    from row_figure
    union all
    select
        indicator_id, rule_id, basis_id, above_code, scope, calendar, period_kind, period_start, period_end,
        total_numerator - numerator, total_denominator - denominator, 0, 0, 0, -without_register_count, 0, 0,
        1
    from in_total
    union all
    select
        indicator_id, rule_id, basis_id, above_code, scope, calendar, period_kind, period_start, period_end,
        0, 0, 0, 0, 0, 1, 0, 0,
        0
    from silent
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
