-- sentence: What units report as totals of spans of days, for each period that their spans make up without gap or overlap.
-- grain: measure, unit_code, calendar, period_kind, period_start, period_end
-- incremental: full
-- params: as_of
-- warnings: a span as long as the period comes before shorter ones; of a period not yet over the spans reach as far as they do; a total without evidence is not used; of period and span only the days on which the unit is in force count
with said as (
    select
        'outside_dossier' as measure,
        unit_code,
        from_date,
        to_date,
        outside_count as numerator,
        outside_count as denominator
    from known_outside_dossier
    where has_evidence
    union all
    select indicator_id, unit_code, from_date, to_date, numerator, denominator
    from known_total
    where has_evidence
),

-- A unit that begins or ends within a period speaks of all of it that concerns the unit. Greatest and least pass over nulls.
span as (
    select
        s.measure,
        s.unit_code,
        greatest(s.from_date, u.valid_from) as from_date,
        least(s.to_date, u.valid_to) as to_date,
        s.numerator,
        s.denominator,
        u.valid_from,
        u.valid_to
    from said as s
    inner join unit_register as u on s.unit_code = u.unit_code
),

inside as (
    select
        s.measure,
        s.unit_code,
        s.from_date,
        s.to_date,
        s.numerator,
        s.denominator,
        p.calendar,
        p.period_kind,
        p.period_start,
        p.period_end,
        greatest(p.period_start, s.valid_from) as first_day,
        least(p.period_end, s.valid_to) as last_day,
        case
            when s.from_date = greatest(p.period_start, s.valid_from) and s.to_date = least(p.period_end, s.valid_to) then 1
            else 0
        end as is_whole
    from span as s
    inner join period as p
        on s.from_date <= s.to_date
        and s.from_date >= p.period_start
        and s.to_date <= least(p.period_end, cast($as_of as date))
),

chosen as (
    select
        *,
        max(is_whole) over (partition by measure, unit_code, calendar, period_kind, period_start, period_end) as has_whole
    from inside
    qualify is_whole = has_whole
),

linked as (
    select
        *,
        case
            when from_date = coalesce(
                cast(
                    lag(to_date) over (
                        partition by measure, unit_code, calendar, period_kind, period_start, period_end order by from_date, to_date
                    ) + interval 1 day as date
                ),
                first_day
            ) then 0
            else 1
        end as is_apart
    from chosen
)

select
    measure,  -- outside_dossier, or the indicator that the totals are of
    unit_code,  -- unit that the totals are of
    calendar,  -- official | calendar
    period_kind,  -- kind of period
    period_start,  -- first day
    period_end,  -- last day
    cast(sum(numerator) as bigint) as numerator,  -- how many meet it
    cast(sum(denominator) as bigint) as denominator  -- of how many
from linked
group by measure, unit_code, calendar, period_kind, period_start, period_end
having max(is_apart) = 0 and (max(to_date) = max(last_day) or max(last_day) > cast($as_of as date))
