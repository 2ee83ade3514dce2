-- sentence: Every figure that a target of the plan is judged on, per unit and period of the plan's year, against the bar in force.
-- grain: target_id, part_number, unit_code, calendar, period_kind, period_start, period_end
-- incremental: full
-- params: as_of
-- warnings: the figure of a scope of the plan's own is the sum over its units, and missing where one of them has none; shares of units and of procedures are counted anew in it; where what is not reported or not proven decides, the state says so and not that the bar is missed
with figure_in_scope as (
    select
        p.target_id,
        p.part_number,
        v.unit_code,
        v.period_kind,
        v.period_start,
        v.period_end,
        v.numerator,
        v.denominator,
        v.unreported_count,
        v.no_evidence_count,
        v.is_from_totals,
        v.status,
        v.is_small_sample,
        v.is_provisional
    from plan_part as p
    inner join indicator_value as v
        on p.indicator_id = v.indicator_id
        and p.rule_id = v.rule_id
        and p.basis_id = v.basis_id
        and p.calendar = v.calendar
        and v.period_start >= p.year_start
        and v.period_end <= p.year_end
        and v.scope = p.scope
    union all
    select
        p.target_id,
        p.part_number,
        s.unit_code,
        v.period_kind,
        v.period_start,
        v.period_end,
        cast(sum(v.numerator) as bigint),
        cast(sum(v.denominator) as bigint),
        cast(sum(v.unreported_count) as bigint),
        cast(sum(v.no_evidence_count) as bigint),
        cast(max(case when v.is_from_totals then 1 else 0 end) = 1 as boolean),
        case
            when count(case when v.status = 'missing_denominator' then 1 end) > 0 then 'missing_denominator'
            when count(case when v.status not in ('ok', 'no_activity') then 1 end) > 0 then 'missing_data'
            when sum(v.denominator) = 0 then 'no_activity'
            else 'ok'
        end,
        cast(min(case when v.is_small_sample then 1 else 0 end) = 1 as boolean),
        cast(max(case when v.is_provisional then 1 else 0 end) = 1 as boolean)
    from plan_part as p
    inner join figure as f
        on p.indicator_id = f.indicator_id
        and p.rule_id = f.rule_id
        and p.basis_id = f.basis_id
        and f.counted not in ('units', 'procedures')
    inner join target_scope as s on p.scope = s.scope
    inner join indicator_value as v
        on p.indicator_id = v.indicator_id
        and p.rule_id = v.rule_id
        and p.basis_id = v.basis_id
        and p.calendar = v.calendar
        and v.period_start >= p.year_start
        and v.period_end <= p.year_end
        and v.scope = 'own'
        and v.unit_code = s.member_unit_code
    group by p.target_id, p.part_number, s.unit_code, v.period_kind, v.period_start, v.period_end
),

dated as (
    select *, least(period_end, cast($as_of as date)) as judged_date
    from figure_in_scope
),

-- The last milestone that has come by the day of judgement sets the bar; without one it is the target's own.
milestone as (
    select target_id, from_date, bar, lead(from_date) over (partition by target_id order by from_date) as next_from
    from plan_milestone
),

held as (
    select
        p.*,
        d.unit_code,
        d.period_kind,
        d.period_start,
        d.period_end,
        d.numerator,
        d.denominator,
        d.unreported_count,
        d.no_evidence_count,
        d.is_from_totals,
        d.status,
        d.is_small_sample,
        d.is_provisional,
        d.judged_date < p.first_milestone_date as is_early,
        coalesce(m.bar, p.bar) as bar_in_force
    from dated as d
    inner join plan_part as p on d.target_id = p.target_id and d.part_number = p.part_number
    left join milestone as m
        on d.target_id = m.target_id
        and d.judged_date >= m.from_date
        and (m.next_from is null or d.judged_date < m.next_from)
),

-- Whole numbers only: how large the numerator must be for the bar to be reached, with the denominator as it is.
needed as (
    select
        h.*,
        case
            when h.operator = '>' then h.bar_in_force * h.denominator // 100 + 1
            else (h.bar_in_force * h.denominator + 99) // 100
        end as needed_count
    from held as h
)

select
    target_id,  -- target of the plan
    part_number,  -- its part, as the plan lists them
    title_vi,  -- what the part speaks of, where a target has several
    title_en,  -- the same in English
    is_judged,  -- false: shown beside the others, and decides nothing
    indicator_id,  -- indicator it is tested on
    rule_id,  -- counting rule
    basis_id,  -- what the denominator holds
    operator,  -- >= | > | =
    bar_in_force as bar,  -- the bar in force on the day of judgement, in percent
    unit_code,  -- unit, with those of the scope below it
    scope,  -- subtree | plan_scope | <level>_level | a scope of the plan's own
    calendar,  -- calendar of the periods
    period_kind,  -- kind of period
    period_start,  -- first day
    period_end,  -- last day
    numerator,  -- what meets the condition
    denominator,  -- what it is measured against
    case
        when status = 'ok' and numerator >= needed_count then 'met'
        when is_early and status <> 'no_activity' then 'not_yet_due'
        -- What is not proven or not reported may yet be done: only where even all of it would not do is the bar missed.
        when status = 'ok' and numerator + no_evidence_count >= needed_count then 'no_evidence'
        when status = 'ok' and numerator + no_evidence_count + unreported_count >= needed_count then 'missing_data'
        when status = 'ok' then 'not_met'
        else status
    end as state,  -- met | not_met | not_yet_due | no_activity | missing_data | missing_denominator | no_evidence
    case when status = 'ok' then greatest(needed_count - numerator, 0) end as short_count,  -- so many more in the numerator would reach the bar
    unreported_count,  -- of the denominator, units that reported nothing and procedures of which the catalogue does not say it
    no_evidence_count,  -- of the denominator, units that did it by what they say, without number and date of a document
    is_from_totals,  -- true where the figure of a unit in it is a total that the unit reported, not counted from rows
    is_small_sample,  -- true when one dossier, or one answer, moves the share by much
    is_provisional  -- true while the period is not over
from needed
