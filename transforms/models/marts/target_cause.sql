-- sentence: What keeps a target from its bar: the units below and the procedures with most of what is missing, in order.
-- grain: target_id, part_number, unit_code, calendar, period_kind, period_start, period_end, cause_kind, place
-- incremental: full
-- params: as_of
-- warnings: the ten first of each kind; procedures are told for on_time (late ones) and online_resolved (those not online)
with below as (
    select
        p.target_id,
        p.part_number,
        m.unit_code,
        v.calendar,
        v.period_kind,
        v.period_start,
        v.period_end,
        'unit' as cause_kind,
        v.unit_code as cause_code,
        v.denominator - v.numerator as missing_count,
        v.denominator as counted
    from plan_part as p
    inner join member_scope as m on p.scope = m.scope and m.unit_code <> m.member_unit_code
    inner join indicator_value as v
        on m.member_unit_code = v.unit_code
        and v.scope = 'own'
        and p.indicator_id = v.indicator_id
        and p.rule_id = v.rule_id
        and p.basis_id = v.basis_id
        and p.calendar = v.calendar
        and v.period_start >= p.year_start
        and v.period_end <= p.year_end
    where v.numerator < v.denominator
),

missed as (
    select
        'on_time' as indicator_id,
        o.rule_id,
        d.resolving_unit_code as unit_code,
        d.procedure_code,
        o.exit_date as day,
        count(case when o.outcome = 'late' then 1 end) as missing_count,
        count(*) as counted
    from dossier_outcome as o
    inner join dossier_asof as d on o.dossier_key = d.dossier_key
    where o.outcome in ('early', 'on_time', 'late')
    group by o.rule_id, d.resolving_unit_code, d.procedure_code, o.exit_date
    union all
    select
        'online_resolved',
        o.rule_id,
        d.resolving_unit_code,
        d.procedure_code,
        o.exit_date,
        count(case when coalesce(d.channel, '') <> 'online' then 1 end),
        count(*)
    from dossier_outcome as o
    inner join dossier_asof as d on o.dossier_key = d.dossier_key
    where o.outcome in ('early', 'on_time', 'late') and o.rule_id = 'II06_DATE'
    group by o.rule_id, d.resolving_unit_code, d.procedure_code, o.exit_date
),

by_procedure as (
    select
        p.target_id,
        p.part_number,
        m.unit_code,
        q.calendar,
        q.period_kind,
        q.period_start,
        q.period_end,
        'procedure' as cause_kind,
        o.procedure_code as cause_code,
        cast(sum(o.missing_count) as bigint) as missing_count,
        cast(sum(o.counted) as bigint) as counted
    from plan_part as p
    inner join member_scope as m on p.scope = m.scope
    inner join missed as o
        on m.member_unit_code = o.unit_code and p.indicator_id = o.indicator_id and p.rule_id = o.rule_id and p.basis_id = 'resolved'
    inner join period as q
        on p.calendar = q.calendar
        and q.period_start >= p.year_start
        and q.period_end <= p.year_end
        and o.day between q.period_start and least(q.period_end, cast($as_of as date))
    where o.procedure_code is not null
    group by
        p.target_id, p.part_number, m.unit_code, q.calendar, q.period_kind, q.period_start, q.period_end, o.procedure_code
    having sum(o.missing_count) > 0
),

placed as (
    select
        c.*,
        row_number() over (
            partition by target_id, part_number, unit_code, calendar, period_kind, period_start, period_end, cause_kind
            order by missing_count desc, cause_code
        ) as place
    from (
        select * from below
        union all
        select * from by_procedure
    ) as c
)

select
    target_id,  -- target of the plan
    part_number,  -- its part
    unit_code,  -- unit whose figure it is, with those of the scope below it
    calendar,  -- calendar of the period
    period_kind,  -- kind of period
    period_start,  -- first day
    period_end,  -- last day
    cause_kind,  -- unit | procedure
    place,  -- 1 for the one with most of what is missing
    cause_code,  -- code of the unit or procedure
    missing_count,  -- of its denominator, what does not meet the condition
    counted as cause_denominator  -- its denominator
from placed
where place <= 10
