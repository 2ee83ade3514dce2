-- sentence: The plan's targets judged on whole numbers, per unit and period of the plan's year.
-- grain: target_id, unit_code, calendar, period_kind, period_start, period_end
-- incremental: full
-- warnings: a target of several parts shows the figure of the part that decides: the first that fails, else the weakest
with ranked as (
    select
        *,
        case state
            when 'not_met' then 1
            when 'missing_denominator' then 2
            when 'missing_data' then 3
            when 'series_break' then 4
            when 'no_evidence' then 5
            when 'not_yet_due' then 6
            when 'met' then 7
            else 8
        end as weight
    from target_part
    where is_judged
),

placed as (
    select
        *,
        row_number() over (
            partition by target_id, unit_code, calendar, period_kind, period_start, period_end
            order by weight, cast(numerator as double) / nullif(denominator, 0), part_number
        ) as place,
        count(*) over (partition by target_id, unit_code, calendar, period_kind, period_start, period_end) as part_count
    from ranked
)

select
    p.target_id,  -- target of the plan
    t.name_vi,  -- its name in a few words
    t.name_en,  -- the same in English
    t.text_vi,  -- its text
    t.text_en,  -- its text in English
    t.is_aim,  -- true for an aim ("phấn đấu"): judged like the others, and called what it is
    p.part_number,  -- the part that decides
    p.part_count,  -- how many parts are judged for this unit
    p.title_vi,  -- what the deciding part speaks of, where there are several
    p.title_en,  -- the same in English
    p.indicator_id,  -- indicator of the deciding part
    p.rule_id,  -- its counting rule
    p.basis_id,  -- what its denominator holds
    p.operator,  -- >= | > | =
    p.bar,  -- the bar in force, in percent
    p.unit_code,  -- unit, with those of the scope below it
    p.scope,  -- which units count: subtree | plan_scope | <level>_level | a scope of the plan's own
    p.calendar,  -- calendar of the periods
    p.period_kind,  -- kind of period
    p.period_start,  -- first day
    p.period_end,  -- last day
    p.numerator,  -- what meets the condition
    p.denominator,  -- what it is measured against
    p.state,  -- met | not_met | not_yet_due | no_activity | missing_data | missing_denominator | no_evidence | series_break
    p.short_count,  -- so many more in the numerator would reach the bar
    p.unreported_count,  -- of the denominator, units that reported nothing and procedures of which the catalogue does not say it
    p.no_evidence_count,  -- of the denominator, units that did it by what they say, without number and date of a document
    p.is_from_totals,  -- true where the figure of a unit in it is a total that the unit reported, not counted from rows
    p.is_small_sample,  -- true when one dossier, or one answer, moves the share by much
    p.is_provisional  -- true while the period is not over
from placed as p
inner join plan_target as t on p.target_id = t.target_id
where p.place = 1
