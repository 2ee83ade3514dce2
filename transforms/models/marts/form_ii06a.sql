-- sentence: Form II.06a (situation and results of handling procedures) per unit and field, for every period, under the rule II06_DATE.
-- grain: unit_code, scope, field_code, calendar, period_kind, period_start, period_end
-- incremental: full
-- warnings: columns are numbered as in layout II06A_2020 of form_layout, where 1 and 2 are the row's number and heading; channel "other" is in column 5; units are those of then, not of today's map
with form as (
    select
        unit_code, scope, field_code, calendar, period_kind, period_start, period_end,
        received_online_count as received_online,
        received_count - received_online_count as received_other,
        carried_over_count as carried_over,
        early_count as resolved_early,
        on_time_count as resolved_on_time,
        late_count as resolved_late,
        open_count - open_overdue_count as open_in_time,
        open_overdue_count as open_overdue
    from dossier_period
    where rule_id = 'II06_DATE' and unit_role = 'resolving' and scope <> 'todays_map'
),

totalled as (
    select
        *,
        received_online + received_other + carried_over as received_total,
        resolved_early + resolved_on_time + resolved_late as resolved_total,
        open_in_time + open_overdue as open_total
    from form
    where received_online + received_other + carried_over + resolved_early + resolved_on_time + resolved_late
        + open_in_time + open_overdue > 0
        or field_code = 'ALL'
),

covered as (
    select t.*
    from totalled as t
    inner join coverage as v on v.kind = 'dossier' and t.period_start >= v.covered_from
)

select
    c.unit_code,  -- unit that resolves
    c.scope,  -- own | subtree | plan_scope | <level>_level
    c.field_code,  -- field (lĩnh vực), or ALL
    c.calendar,  -- official | calendar | an office's own
    c.period_kind,  -- month | quarter | half | nine_months | year | ytd
    c.period_start,  -- first day of the period
    c.period_end,  -- last day of the period
    c.received_total,  -- column 3: received, with those carried over
    c.received_online,  -- column 4: received online in the period
    c.received_other,  -- column 5: received at the counter, by post or otherwise in the period
    c.carried_over,  -- column 6: carried over from the period before
    c.resolved_total,  -- column 7: resolved
    c.resolved_early,  -- column 8: before the due day
    c.resolved_on_time,  -- column 9: on the due day, without a due day, or withdrawn
    c.resolved_late,  -- column 10: after the due day
    c.open_total,  -- column 11: still open
    c.open_in_time,  -- column 12: in time, with those waiting for papers, payment or paused
    c.open_overdue,  -- column 13: overdue
    b.open_total as previous_open_total,  -- column 11 of the period just before; null where there is none
    o.open_count as opening_count  -- what the office says it carried over, of the unit with all below it; null where it says nothing
from covered as c
left join covered as b
    on c.unit_code = b.unit_code
    and c.scope = b.scope
    and c.field_code = b.field_code
    and c.calendar = b.calendar
    and c.period_kind = b.period_kind
    and b.period_end = cast(c.period_start - interval 1 day as date)
left join opening_balance as o
    on c.unit_code = o.unit_code
    and c.period_start = o.opening_date
    and c.scope = 'subtree'
    and c.field_code = 'ALL'
