-- sentence: Running sums of the daily counts at the end of each boundary day, per unit and scope, and per field with their total.
-- grain: rule_id, unit_role, unit_code, scope, field_code, day
-- incremental: full
-- warnings: fields are told apart under II06_DATE only, the rule of the forms
with next_boundary as (
    select e.day, min(b.day) as boundary_day
    from (select distinct day from dossier_daily) as e
    inner join period_boundary as b on e.day <= b.day
    group by e.day
),

-- A day counts at the first boundary that is not before it; what comes after the last one only tells that there is something.
daily as (
    select
        d.*,
        n.boundary_day,
        case when d.rule_id = 'II06_DATE' and d.unit_role = 'resolving' then d.field_code end as form_field
    from dossier_daily as d
    left join next_boundary as n on d.day = n.day
),

-- Days, channels and levels are summed before the scopes multiply the rows.
narrow as (
    select
        d.rule_id,
        d.unit_role,
        d.unit_code,
        d.form_field,
        d.boundary_day as day,
        sum(d.received_count) as received,
        sum(case when d.channel = 'online' then d.received_count else 0 end) as received_online,
        sum(d.early_count) as early,
        sum(d.on_time_count) as on_time,
        sum(d.late_count) as late,
        sum(d.withdrawn_count) as withdrawn,
        sum(case when d.channel = 'online' then d.early_count + d.on_time_count + d.late_count else 0 end) as resolved_online,
        sum(d.due_in_time_count) as due_in_time,
        sum(d.due_late_count) as due_late,
        sum(d.decided_in_time_count) as decided_in_time,
        sum(d.decided_late_count) as decided_late,
        sum(d.overdue_begun_count - d.overdue_ended_count) as overdue,
        sum(d.waiting_begun_count) as waiting,
        sum(d.halted_count) as halted,
        sum(d.excluded_count) as excluded,
        sum(d.unknown_begun_count) as unknown_begun,
        sum(d.unknown_ended_count) as unknown_ended,
        sum(d.not_refreshed_count) as not_refreshed
    from daily as d
    group by d.rule_id, d.unit_role, d.unit_code, d.form_field, d.boundary_day
),

scoped as (
    select
        n.rule_id,
        n.unit_role,
        s.unit_code,
        s.scope,
        n.form_field as field_code,
        n.day,
        sum(n.received) as received,
        sum(n.received_online) as received_online,
        sum(n.early) as early,
        sum(n.on_time) as on_time,
        sum(n.late) as late,
        sum(n.withdrawn) as withdrawn,
        sum(n.resolved_online) as resolved_online,
        sum(n.due_in_time) as due_in_time,
        sum(n.due_late) as due_late,
        sum(n.decided_in_time) as decided_in_time,
        sum(n.decided_late) as decided_late,
        sum(n.overdue) as overdue,
        sum(n.waiting) as waiting,
        sum(n.halted) as halted,
        sum(n.excluded) as excluded,
        sum(n.unknown_begun) as unknown_begun,
        sum(n.unknown_ended) as unknown_ended,
        sum(n.not_refreshed) as not_refreshed
    from narrow as n
    inner join unit_scope as s on n.unit_code = s.member_unit_code
    where n.form_field is not null
    group by n.rule_id, n.unit_role, s.unit_code, s.scope, n.form_field, n.day
    union all
    select
        n.rule_id,
        n.unit_role,
        s.unit_code,
        s.scope,
        'ALL',
        n.day,
        sum(n.received),
        sum(n.received_online),
        sum(n.early),
        sum(n.on_time),
        sum(n.late),
        sum(n.withdrawn),
        sum(n.resolved_online),
        sum(n.due_in_time),
        sum(n.due_late),
        sum(n.decided_in_time),
        sum(n.decided_late),
        sum(n.overdue),
        sum(n.waiting),
        sum(n.halted),
        sum(n.excluded),
        sum(n.unknown_begun),
        sum(n.unknown_ended),
        sum(n.not_refreshed)
    from narrow as n
    inner join unit_scope as s on n.unit_code = s.member_unit_code
    group by n.rule_id, n.unit_role, s.unit_code, s.scope, n.day
),

groups as (
    select distinct rule_id, unit_role, unit_code, scope, field_code from scoped
),

with_boundaries as (
    select * from scoped where day is not null
    union all
    select
        g.rule_id, g.unit_role, g.unit_code, g.scope, g.field_code, b.day,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    from groups as g
    cross join period_boundary as b
),

by_boundary as (
    select
        rule_id, unit_role, unit_code, scope, field_code, day,
        sum(received) as received,
        sum(received_online) as received_online,
        sum(early) as early,
        sum(on_time) as on_time,
        sum(late) as late,
        sum(withdrawn) as withdrawn,
        sum(resolved_online) as resolved_online,
        sum(due_in_time) as due_in_time,
        sum(due_late) as due_late,
        sum(decided_in_time) as decided_in_time,
        sum(decided_late) as decided_late,
        sum(overdue) as overdue,
        sum(waiting) as waiting,
        sum(halted) as halted,
        sum(excluded) as excluded,
        sum(unknown_begun) as unknown_begun,
        sum(unknown_ended) as unknown_ended,
        sum(not_refreshed) as not_refreshed
    from with_boundaries
    group by rule_id, unit_role, unit_code, scope, field_code, day
),

running as (
    select
        rule_id, unit_role, unit_code, scope, field_code, day,
        sum(received) over so_far as received,
        sum(received_online) over so_far as received_online,
        sum(early) over so_far as early,
        sum(on_time) over so_far as on_time,
        sum(late) over so_far as late,
        sum(withdrawn) over so_far as withdrawn,
        sum(resolved_online) over so_far as resolved_online,
        sum(due_in_time) over so_far as due_in_time,
        sum(due_late) over so_far as due_late,
        sum(decided_in_time) over so_far as decided_in_time,
        sum(decided_late) over so_far as decided_late,
        sum(overdue) over so_far as overdue,
        sum(waiting) over so_far as waiting,
        sum(halted) over so_far as halted,
        sum(excluded) over so_far as excluded,
        sum(unknown_begun) over so_far as unknown_begun,
        sum(unknown_ended) over so_far as unknown_ended,
        sum(not_refreshed) over so_far as not_refreshed
    from by_boundary
    window so_far as (partition by rule_id, unit_role, unit_code, scope, field_code order by day)
)

select
    rule_id,  -- counting rule
    unit_role,  -- receiving | resolving
    unit_code,  -- unit
    scope,  -- own | subtree | plan_scope | <level>_level | todays_map
    field_code,  -- field, or ALL
    day,  -- day at whose end the sums are taken
    cast(received as bigint) as received,  -- received so far
    cast(received_online as bigint) as received_online,  -- of these, online
    cast(early as bigint) as early,  -- resolved before the due day so far
    cast(on_time as bigint) as on_time,  -- resolved in time, not early, so far
    cast(late as bigint) as late,  -- resolved late so far
    cast(withdrawn as bigint) as withdrawn,  -- withdrawn so far
    cast(resolved_online as bigint) as resolved_online,  -- resolved so far, of those received online
    cast(due_in_time as bigint) as due_in_time,  -- fallen due so far, of those resolved in time or early
    cast(due_late as bigint) as due_late,  -- fallen due so far, of those late or still open
    cast(decided_in_time as bigint) as decided_in_time,  -- received so far, of those resolved in time or early
    cast(decided_late as bigint) as decided_late,  -- received so far, of those resolved late or overdue
    cast(overdue as bigint) as overdue,  -- overdue in the stock at the end of the day
    cast(waiting as bigint) as waiting,  -- waiting for papers at the end of the day
    cast(halted as bigint) as halted,  -- waiting for a payment, or paused
    cast(excluded as bigint) as excluded,  -- not counted by the rule so far
    cast(unknown_begun as bigint) as unknown_begun,  -- received so far, the rule cannot be applied
    cast(unknown_ended as bigint) as unknown_ended,  -- of these, ended so far
    cast(not_refreshed as bigint) as not_refreshed  -- open ones that no later export speaks for
from running
