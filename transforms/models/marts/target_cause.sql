-- sentence: What keeps a target from its bar: the units below and the procedures with most of what is missing, in order, and why.
-- grain: target_id, part_number, unit_code, calendar, period_kind, period_start, period_end, cause_kind, place
-- incremental: full
-- params: as_of
-- warnings: the ten first of each kind; procedures are told for on_time (late ones), online_resolved (those not online) and shares of procedures (themselves); of what is wholly not told missing_count is null
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
        case when v.status = 'ok' then 'falls_short' else v.status end as reason,
        v.denominator - v.numerator as missing_count,
        v.denominator as counted
    from plan_part as p
    inner join figure as f
        on p.indicator_id = f.indicator_id and p.rule_id = f.rule_id and p.basis_id = f.basis_id and f.counted <> 'procedures'
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
        or v.status = 'missing_denominator'
        or (v.status = 'missing_data' and v.unreported_count > 0)
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
        'falls_short' as reason,
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

-- What the catalogue says of each procedure, as a share of procedures asks it; null where it does not say.
catalogued as (
    select
        c.procedure_code,
        c.competent_level,
        c.calendar,
        c.period_kind,
        c.period_start,
        c.period_end,
        c.is_excepted,
        f.indicator_id,
        case f.indicator_id
            when 'procedures_level4' then case when c.has_level = 1 then c.is_level4 end
            when 'procedures_one_stop' then case when c.has_one_stop = 1 then c.is_at_one_stop end
            when 'procedures_published' then case when c.has_published = 1 then c.is_published end
        end as is_met
    from procedure_period as c
    cross join (select distinct indicator_id from figure where counted = 'procedures') as f
),

by_catalogue as (
    select distinct
        p.target_id,
        p.part_number,
        m.unit_code,
        c.calendar,
        c.period_kind,
        c.period_start,
        c.period_end,
        'procedure' as cause_kind,
        c.procedure_code as cause_code,
        case when c.is_met is null then 'missing_data' else 'falls_short' end as reason,
        cast(1 as bigint) as missing_count,
        cast(1 as bigint) as counted
    from plan_part as p
    inner join member_scope as m on p.scope = m.scope
    inner join unit_register as u
        on m.member_unit_code = u.unit_code
        and u.unit_kind = u.unit_level
    inner join catalogued as c
        on p.indicator_id = c.indicator_id
        and u.unit_level = c.competent_level
        and p.calendar = c.calendar
        and c.period_start >= p.year_start
        and c.period_end <= p.year_end
        and (p.basis_id <> 'without_exceptions' or c.is_excepted = 0)
        and (u.valid_from is null or u.valid_from <= least(c.period_end, cast($as_of as date)))
        and (u.valid_to is null or u.valid_to >= least(c.period_end, cast($as_of as date)))
    where coalesce(c.is_met, 0) = 0
),

placed as (
    select
        c.*,
        row_number() over (
            partition by target_id, part_number, unit_code, calendar, period_kind, period_start, period_end, cause_kind
            -- A unit of which not even the whole is known keeps the share from being known.
            order by case when reason = 'missing_denominator' then 0 else 1 end, missing_count desc, reason, cause_code
        ) as place
    from (
        select * from below
        union all
        select * from by_procedure
        union all
        select * from by_catalogue
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
    reason,  -- falls_short | no_evidence | missing_data: nothing reported or catalogued | missing_denominator
    missing_count,  -- of its denominator, what does not meet the condition
    counted as cause_denominator  -- its denominator
from placed
where place <= 10
