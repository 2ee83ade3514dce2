-- sentence: How the form II.06a that follows a closed period begins: what was filed as open, what was adjusted since, what is carried over now.
-- grain: closing_number, unit_code, scope, field_code, calendar, period_kind, period_start, period_end
-- incremental: full
with following as (
    select
        c.closing_number, c.is_latest, c.calendar,
        n.unit_code, n.scope, n.field_code, n.period_kind, n.period_start, n.period_end, n.carried_over
    from closing as c
    inner join form_ii06a as n
        on c.calendar = n.calendar and n.period_start = cast(c.period_end + interval 1 day as date)
),

term as (
    select
        closing_number, is_latest, unit_code, scope, field_code, calendar, period_kind, period_start, period_end,
        cast(0 as bigint) as filed_open_total,
        carried_over
    from following
    union all
    select
        n.closing_number, n.is_latest, n.unit_code, n.scope, f.field_code, n.calendar, n.period_kind, n.period_start, n.period_end,
        f.open_total,
        cast(0 as bigint)
    from following as n
    inner join filed_form as f on n.closing_number = f.closing_number and n.unit_code = f.unit_code and n.scope = f.scope
    where n.field_code = 'ALL'
)

select
    closing_number,  -- closing of the period before
    is_latest,  -- false once that period was closed again
    unit_code,  -- unit that resolves
    scope,  -- own | subtree | plan_scope | <level>_level
    field_code,  -- field (lĩnh vực), or ALL
    calendar,  -- official | calendar | an office's own
    period_kind,  -- kind of the period that follows
    period_start,  -- its first day
    period_end,  -- its last day
    cast(sum(filed_open_total) as bigint) as filed_open_total,  -- column 11 of the closed period as filed
    cast(sum(carried_over) - sum(filed_open_total) as bigint) as adjustment_count,  -- dossiers that were added to it (or taken off it) since
    cast(sum(carried_over) as bigint) as carried_over  -- column 6 of the period that follows: the sum of the two
from term
group by closing_number, is_latest, unit_code, scope, field_code, calendar, period_kind, period_start, period_end
