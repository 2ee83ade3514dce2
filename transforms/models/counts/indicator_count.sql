-- sentence: Numerators and denominators of every indicator per unit and period, where there is anything to count.
-- grain: indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end
-- incremental: full
select
    'on_time' as indicator_id,  -- indicator
    rule_id,  -- counting rule
    'resolved' as basis_id,  -- what the denominator holds
    unit_code,  -- unit
    scope,  -- own | subtree | plan_scope | <level>_level | todays_map
    calendar,  -- official | calendar
    period_kind,  -- kind of period
    period_start,  -- first day
    period_end,  -- last day
    early_count + on_time_count as numerator,  -- what meets the indicator's condition
    early_count + on_time_count + late_count as denominator,  -- what it is measured against
    excluded_count,  -- what the rule leaves out
    not_refreshed_count,  -- open dossiers that no export speaks for any more
    unknown_count,  -- dossiers of which the list does not say what the rule needs
    0 as without_register_count  -- units of which the denominator is not known
from dossier_period
where unit_role = 'resolving' and field_code = 'ALL'
union all
select
    'on_time', rule_id, 'due_in_period', unit_code, scope, calendar, period_kind, period_start, period_end,
    due_in_time_count, due_in_time_count + due_late_count, excluded_count, not_refreshed_count, unknown_count, 0
from dossier_period
where unit_role = 'resolving' and field_code = 'ALL'
union all
select
    'on_time', rule_id, 'received_and_carried', unit_code, scope, calendar, period_kind, period_start, period_end,
    early_count + on_time_count + open_count - open_overdue_count, carried_over_count + received_count, excluded_count, not_refreshed_count, unknown_count, 0
from dossier_period
where unit_role = 'resolving' and field_code = 'ALL'
union all
select
    'on_time', rule_id, 'one_minus_late', unit_code, scope, calendar, period_kind, period_start, period_end,
    carried_over_count + received_count - late_count, carried_over_count + received_count, excluded_count, not_refreshed_count, unknown_count, 0
from dossier_period
where unit_role = 'resolving' and field_code = 'ALL'
union all
select
    'on_time', rule_id, 'cohort', unit_code, scope, calendar, period_kind, period_start, period_end,
    decided_in_time_count, decided_in_time_count + decided_late_count, excluded_count, not_refreshed_count, unknown_count, 0
from dossier_period
where unit_role = 'resolving' and field_code = 'ALL'
union all
select
    'online_resolved', rule_id, 'resolved', unit_code, scope, calendar, period_kind, period_start, period_end,
    resolved_online_count, early_count + on_time_count + late_count, excluded_count, not_refreshed_count, unknown_count, 0
from dossier_period
where unit_role = 'resolving' and field_code = 'ALL' and rule_id = 'II06_DATE'
union all
select
    'online_received', rule_id, 'received', unit_code, scope, calendar, period_kind, period_start, period_end,
    received_online_count, received_count, excluded_count, 0, unknown_count, 0
from dossier_period
where unit_role = 'receiving' and field_code = 'ALL' and rule_id = 'II06_DATE'
union all
select
    'edoc_any', 'NONE', 'issued', unit_code, scope, calendar, period_kind, period_start, period_end,
    electronic_count, counted_count, excluded_count, 0, 0, without_register_count
from document_period
union all
select
    'edoc_only_signed', 'NONE', 'issued', unit_code, scope, calendar, period_kind, period_start, period_end,
    only_signed_count, counted_count, excluded_count, 0, only_signed_unknown_count, without_register_count
from document_period
