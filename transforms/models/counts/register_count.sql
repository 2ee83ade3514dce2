-- sentence: Numerators and denominators of the indicators that come from registers and from the catalogue, per unit and period.
-- grain: indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end
-- incremental: full
select
    u.indicator_id,  -- indicator
    u.rule_id,  -- counting rule
    u.basis_id,  -- what the denominator holds
    s.unit_code,  -- unit
    s.scope,  -- own | subtree | plan_scope | <level>_level | todays_map | a scope of the plan's own
    u.calendar,  -- official | calendar
    u.period_kind,  -- kind of period
    u.period_start,  -- first day
    u.period_end,  -- last day
    cast(sum(u.numerator) as bigint) as numerator,  -- what meets the indicator's condition
    cast(sum(u.denominator) as bigint) as denominator,  -- what it is measured against
    cast(0 as bigint) as excluded_count,  -- what is left out of both
    cast(sum(u.unreported) as bigint) as unreported_count,  -- of the denominator, that of which nothing is said
    cast(sum(u.no_evidence) as bigint) as no_evidence_count,  -- of the denominator, that which is said to be done without evidence
    cast(0 as bigint) as without_register_count  -- units of which the whole is not known
from unit_share as u
inner join member_scope as s on u.unit_code = s.member_unit_code
group by u.indicator_id, u.rule_id, u.basis_id, s.unit_code, s.scope, u.calendar, u.period_kind, u.period_start, u.period_end
union all
select
    'procedures_level4', 'NONE', 'in_competence', unit_code, scope, calendar, period_kind, period_start, period_end,
    level4_count, procedure_count, 0, level_not_told_count, 0, 0
from procedure_count
union all
select
    'procedures_one_stop', 'NONE', 'in_competence', unit_code, scope, calendar, period_kind, period_start, period_end,
    one_stop_count, procedure_count, 0, one_stop_not_told_count, 0, 0
from procedure_count
union all
select
    'procedures_one_stop', 'NONE', 'without_exceptions', unit_code, scope, calendar, period_kind, period_start, period_end,
    one_stop_unexcepted_count, procedure_count - excepted_count, excepted_count, one_stop_unexcepted_not_told_count, 0, 0
from procedure_count
union all
select
    'procedures_published', 'NONE', 'in_competence', unit_code, scope, calendar, period_kind, period_start, period_end,
    published_count, procedure_count, 0, published_not_told_count, 0, 0
from procedure_count
union all
select
    'procedures_published', 'NONE', 'without_exceptions', unit_code, scope, calendar, period_kind, period_start, period_end,
    published_unexcepted_count, procedure_count - excepted_count, excepted_count, published_unexcepted_not_told_count, 0, 0
from procedure_count
union all
select
    'via_system', 'NONE', 'received_anyhow', s.unit_code, s.scope, v.calendar, v.period_kind, v.period_start, v.period_end,
    sum(v.system_count), sum(case when v.outside_count is not null then v.system_count + v.outside_count else 0 end), 0, 0, 0,
    sum(case when v.outside_count is null and v.system_count > 0 then 1 else 0 end)
from via_system_period as v
inner join unit_scope as s on v.unit_code = s.member_unit_code
group by s.unit_code, s.scope, v.calendar, v.period_kind, v.period_start, v.period_end
union all
select
    v.indicator_id, 'NONE', 'answered', s.unit_code, s.scope, v.calendar, v.period_kind, v.period_start, v.period_end,
    sum(v.satisfied_count), sum(v.answered_count), sum(v.excluded_count), 0, 0, 0
from survey_period as v
inner join unit_scope as s on v.unit_code = s.member_unit_code
group by v.indicator_id, s.unit_code, s.scope, v.calendar, v.period_kind, v.period_start, v.period_end
