-- sentence: Whether an on-time target can still be met at the end of a period with the dossiers now open, and since when not.
-- grain: target_id, part_number, unit_code, calendar, period_kind, period_start, period_end
-- incremental: full
-- params: as_of
-- warnings: every open dossier is taken to be resolved in the period, the overdue ones late; those still to be received are left out
with part as (
    select target_id, part_number, rule_id, scope, calendar, year_start, year_end, operator, bar
    from plan_part
    where indicator_id = 'on_time' and basis_id = 'resolved'
),

event as (
    select
        p.target_id,
        p.part_number,
        m.unit_code,
        d.day,
        sum(d.early_count + d.on_time_count) as in_time,
        sum(d.late_count) as late,
        sum(d.received_count - d.early_count - d.on_time_count - d.late_count) as opened,
        sum(d.overdue_begun_count - d.overdue_ended_count) as overdue
    from part as p
    inner join member_scope as m on p.scope = m.scope
    inner join dossier_daily as d
        on m.member_unit_code = d.unit_code
        and p.rule_id = d.rule_id
        and d.unit_role = 'resolving'
        and d.day <= cast($as_of as date)
    group by p.target_id, p.part_number, m.unit_code, d.day
),

judged_period as (
    select p.target_id, p.part_number, p.operator, p.bar, q.calendar, q.period_kind, q.period_start, q.period_end
    from part as p
    inner join period as q
        on p.calendar = q.calendar
        and q.period_start >= p.year_start
        and q.period_end <= p.year_end
        and q.period_kind <> 'ytd'
),

-- The stock at the end of each day that brought anything, and of the day before each period.
with_starts as (
    select target_id, part_number, unit_code, day, in_time, late, opened, overdue from event
    union all
    select q.target_id, q.part_number, u.unit_code, cast(q.period_start - interval 1 day as date), 0, 0, 0, 0
    from judged_period as q
    inner join (select distinct target_id, part_number, unit_code from event) as u
        on q.target_id = u.target_id and q.part_number = u.part_number
),

running as (
    select
        target_id,
        part_number,
        unit_code,
        day,
        sum(sum(in_time)) over so_far as in_time,
        sum(sum(late)) over so_far as late,
        sum(sum(opened)) over so_far as open_count,
        sum(sum(overdue)) over so_far as overdue_count
    from with_starts
    group by target_id, part_number, unit_code, day
    window so_far as (partition by target_id, part_number, unit_code order by day)
),

within as (
    select
        q.target_id,
        q.part_number,
        q.operator,
        q.bar,
        r.unit_code,
        q.calendar,
        q.period_kind,
        q.period_start,
        q.period_end,
        r.day,
        r.in_time - b.in_time + r.late - b.late + r.open_count as counted,
        r.late - b.late + r.overdue_count as late_so_far,
        r.open_count,
        r.overdue_count,
        row_number() over (
            partition by q.target_id, q.part_number, r.unit_code, q.period_kind, q.period_start, q.period_end
            order by r.day desc
        ) as days_left
    from judged_period as q
    inner join running as b
        on q.target_id = b.target_id
        and q.part_number = b.part_number
        and b.day = cast(q.period_start - interval 1 day as date)
    inner join running as r
        on b.target_id = r.target_id
        and b.part_number = r.part_number
        and b.unit_code = r.unit_code
        and r.day between b.day and q.period_end
),

-- All that is resolved in the period or open at its end, in time but for what was late by each day: a hundred times what is above the bar.
judged as (
    select
        w.*,
        (e.counted - w.late_so_far) * 100 - w.bar * e.counted as spare_hundredfold
    from within as w
    inner join within as e
        on w.target_id = e.target_id
        and w.part_number = e.part_number
        and w.unit_code = e.unit_code
        and w.period_kind = e.period_kind
        and w.period_start = e.period_start
        and w.period_end = e.period_end
        and e.days_left = 1
),

reached as (
    select
        *,
        (operator = '>' and spare_hundredfold > 0) or (operator <> '>' and spare_hundredfold >= 0) or counted = 0 as is_reachable
    from judged
),

lost as (
    select
        target_id, part_number, unit_code, calendar, period_kind, period_start, period_end,
        max(case when is_reachable then day end) as last_reachable_date
    from reached
    group by target_id, part_number, unit_code, calendar, period_kind, period_start, period_end
),

since as (
    select
        j.target_id, j.part_number, j.unit_code, j.calendar, j.period_kind, j.period_start, j.period_end,
        min(j.day) as unreachable_since
    from reached as j
    inner join lost as l using (target_id, part_number, unit_code, calendar, period_kind, period_start, period_end)
    where l.last_reachable_date is null or j.day > l.last_reachable_date
    group by j.target_id, j.part_number, j.unit_code, j.calendar, j.period_kind, j.period_start, j.period_end
)

select
    j.target_id,  -- target of the plan
    j.part_number,  -- its part
    j.unit_code,  -- unit, with those of the scope below it
    j.calendar,  -- calendar of the period
    j.period_kind,  -- kind of period
    j.period_start,  -- first day
    j.period_end,  -- last day
    cast(j.open_count as bigint) as open_count,  -- dossiers open on the as-of day, or when the period ended
    cast(j.open_count - j.overdue_count as bigint) as open_in_time_count,  -- of these, not overdue
    j.is_reachable,  -- true while the bar can be reached with them
    case
        when j.is_reachable and j.operator = '>' then cast(greatest(j.spare_hundredfold - 1, 0) // 100 as bigint)
        when j.is_reachable then cast(j.spare_hundredfold // 100 as bigint)
    end as spare_count,  -- so many of those not overdue may still become late
    -- greatest passes over nulls.
    case when not j.is_reachable then greatest(s.unreachable_since, j.period_start) end as unreachable_since,  -- day since which so many were late that it could not be reached, even with all else in time; null while it can
    j.period_end <= cast($as_of as date) as is_over  -- true when the period has ended: nothing more can be done for it
from reached as j
left join since as s using (target_id, part_number, unit_code, calendar, period_kind, period_start, period_end)
where j.days_left = 1
