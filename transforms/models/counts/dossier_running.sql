-- sentence: Running sums of the daily counts at the end of each boundary day, per unit with its subtree, and per field with their total.
-- grain: rule_id, unit_role, unit_code, scope, field_code, day
-- incremental: full
with scoped as (
    select
        d.rule_id,
        d.unit_role,
        s.unit_code,
        s.scope,
        coalesce(d.field_code, 'ALL') as field_code,
        d.day,
        sum(d.received_count) as received,
        sum(case when d.channel = 'online' then d.received_count else 0 end) as received_online,
        sum(d.early_count) as early,
        sum(d.on_time_count) as on_time,
        sum(d.late_count) as late,
        sum(case when d.channel = 'online' then d.early_count + d.on_time_count + d.late_count else 0 end) as resolved_online,
        sum(d.overdue_begun_count - d.overdue_ended_count) as overdue,
        sum(d.excluded_count) as excluded,
        sum(d.not_refreshed_count) as not_refreshed
    from dossier_daily as d
    inner join unit_scope as s on d.unit_code = s.member_unit_code
    group by grouping sets (
        (d.rule_id, d.unit_role, s.unit_code, s.scope, d.day, d.field_code),
        (d.rule_id, d.unit_role, s.unit_code, s.scope, d.day)
    )
),

groups as (
    select distinct rule_id, unit_role, unit_code, scope, field_code from scoped
),

with_boundaries as (
    select *, 0 as is_boundary from scoped
    union all
    select
        g.rule_id, g.unit_role, g.unit_code, g.scope, g.field_code, b.day,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 1
    from groups as g
    cross join period_boundary as b
),

by_day as (
    select
        rule_id, unit_role, unit_code, scope, field_code, day,
        sum(received) as received,
        sum(received_online) as received_online,
        sum(early) as early,
        sum(on_time) as on_time,
        sum(late) as late,
        sum(resolved_online) as resolved_online,
        sum(overdue) as overdue,
        sum(excluded) as excluded,
        sum(not_refreshed) as not_refreshed,
        max(is_boundary) as is_boundary
    from with_boundaries
    group by rule_id, unit_role, unit_code, scope, field_code, day
),

running as (
    select
        rule_id, unit_role, unit_code, scope, field_code, day, is_boundary,
        sum(received) over so_far as received,
        sum(received_online) over so_far as received_online,
        sum(early) over so_far as early,
        sum(on_time) over so_far as on_time,
        sum(late) over so_far as late,
        sum(resolved_online) over so_far as resolved_online,
        sum(overdue) over so_far as overdue,
        sum(excluded) over so_far as excluded,
        sum(not_refreshed) over so_far as not_refreshed
    from by_day
    window so_far as (partition by rule_id, unit_role, unit_code, scope, field_code order by day)
)

select
    rule_id,  -- counting rule
    unit_role,  -- receiving | resolving
    unit_code,  -- unit
    scope,  -- own | subtree | plan_scope | todays_map
    field_code,  -- field, or ALL
    day,  -- day at whose end the sums are taken
    cast(received as bigint) as received,  -- received so far
    cast(received_online as bigint) as received_online,  -- of these, online
    cast(early as bigint) as early,  -- resolved before the due day so far
    cast(on_time as bigint) as on_time,  -- resolved in time, not early, so far
    cast(late as bigint) as late,  -- resolved late so far
    cast(resolved_online as bigint) as resolved_online,  -- resolved so far, of those received online
    cast(overdue as bigint) as overdue,  -- overdue in the stock at the end of the day
    cast(excluded as bigint) as excluded,  -- not counted by the rule so far
    cast(not_refreshed as bigint) as not_refreshed  -- open ones that no later export speaks for
from running
where is_boundary = 1
