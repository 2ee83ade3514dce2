-- sentence: Dossiers received, carried over, resolved and open per period: differences of running sums.
-- grain: rule_id, unit_role, unit_code, scope, field_code, calendar, period_kind, period_start, period_end
-- incremental: full
-- params: as_of
select
    e.rule_id,  -- counting rule
    e.unit_role,  -- receiving | resolving
    e.unit_code,  -- unit
    e.scope,  -- own | subtree | plan_scope | <level>_level | todays_map
    e.field_code,  -- field, or ALL
    p.calendar,  -- official | calendar
    p.period_kind,  -- month | quarter | half | nine_months | year | ytd
    p.period_start,  -- first day
    p.period_end,  -- last day
    e.received - b.received as received_count,  -- received in the period
    e.received_online - b.received_online as received_online_count,  -- of these, online
    b.received - b.early - b.on_time - b.late as carried_over_count,  -- in the stock when the period began
    e.early - b.early as early_count,  -- resolved before the due day
    e.on_time - b.on_time as on_time_count,  -- resolved in time, not early
    e.late - b.late as late_count,  -- resolved late
    e.withdrawn - b.withdrawn as withdrawn_count,  -- of those resolved, withdrawn by the applicant
    e.resolved_online - b.resolved_online as resolved_online_count,  -- resolved, of those received online
    e.due_in_time - b.due_in_time as due_in_time_count,  -- fell due, and are resolved in time or early
    e.due_late - b.due_late as due_late_count,  -- fell due, and are late or still open
    e.decided_in_time - b.decided_in_time as decided_in_time_count,  -- received, and since resolved in time or early
    e.decided_late - b.decided_late as decided_late_count,  -- received, and since resolved late or overdue
    e.received - e.early - e.on_time - e.late as open_count,  -- in the stock at the end of the period or on the as-of day
    e.overdue as open_overdue_count,  -- of these, overdue
    e.waiting as waiting_count,  -- of these, waiting for papers
    e.halted as halted_count,  -- of these, waiting for a payment or paused
    e.excluded - b.excluded as excluded_count,  -- not counted by the rule
    e.unknown_begun - b.unknown_ended as unknown_count,  -- in the stock or received, and the rule cannot be applied
    e.not_refreshed as not_refreshed_count  -- open ones that no export speaks for since
from period as p
inner join dossier_running as e on e.day = least(p.period_end, cast($as_of as date))
inner join dossier_running as b
    on b.day = cast(p.period_start - interval 1 day as date)
    and b.rule_id = e.rule_id
    and b.unit_role = e.unit_role
    and b.unit_code = e.unit_code
    and b.scope = e.scope
    and b.field_code = e.field_code
