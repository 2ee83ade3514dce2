-- sentence: Every figure with its numerator and denominator: one row an indicator, rule, unit, scope and period.
-- grain: indicator_id, rule_id, basis_id, unit_role, unit_code, scope, calendar, period_kind, period_start, period_end
-- incremental: full
-- params: as_of, small_sample
-- warnings: never average rates; sum numerators and denominators of the scope 'own'
with place as (
    select indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end
    from expected_unit_period
    union
    select indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end
    from figure_count
    where numerator <> 0 or denominator <> 0 or excluded_count <> 0 or unknown_count <> 0 or without_register_count <> 0
),

counted as (
    select
        l.indicator_id,
        l.rule_id,
        l.basis_id,
        i.unit_role,
        i.kind,
        i.counted,
        l.unit_code,
        l.scope,
        l.calendar,
        l.period_kind,
        l.period_start,
        l.period_end,
        coalesce(c.numerator, 0) as numerator,
        coalesce(c.denominator, 0) as denominator,
        coalesce(c.excluded_count, 0) as excluded_count,
        coalesce(c.not_refreshed_count, 0) as not_refreshed_count,
        coalesce(c.unreported_count, 0) as unreported_count,
        coalesce(c.no_evidence_count, 0) as no_evidence_count,
        coalesce(c.total_count, 0) as total_count,
        case
            when l.scope = 'todays_map' and l.period_start < b.series_break_date then 'series_break'
            when v.covered_from is null and coalesce(c.without_register_count + c.total_count, 0) = 0 then 'missing_data'
            when l.period_start < v.covered_from and coalesce(c.total_count, 0) = 0 then 'missing_data'
            when coalesce(c.unknown_count, 0) > 0 then 'missing_data'
            when coalesce(c.without_register_count, 0) > 0 then 'missing_denominator'
            when i.silence = 'not_done' and r.reached_date < l.period_start then 'missing_data'
            when coalesce(c.denominator, 0) = 0 then 'no_activity'
            when c.unreported_count = c.denominator then 'missing_data'
            when c.no_evidence_count = c.denominator then 'no_evidence'
            else 'ok'
        end as status,
        case
            when l.scope = 'todays_map' and l.period_start < b.series_break_date then 'predecessor_was_split'
            when v.covered_from is null and coalesce(c.without_register_count + c.total_count, 0) = 0 then 'no_source'
            when l.period_start < v.covered_from and coalesce(c.total_count, 0) = 0 then 'before_coverage'
            when coalesce(c.unknown_count, 0) > 0 then 'not_told: ' || i.needs
            when coalesce(c.without_register_count, 0) > 0 then 'no_register'
            when i.silence = 'not_done' and r.reached_date < l.period_start then 'no_source'
            when c.unreported_count > 0 and c.unreported_count = c.denominator then 'not_reported'
        end as status_reason
    from place as l
    inner join figure as i on l.indicator_id = i.indicator_id and l.rule_id = i.rule_id and l.basis_id = i.basis_id
    inner join unit_register as b on l.unit_code = b.unit_code
    left join coverage as v on i.kind = v.kind
    left join source_reach as r on i.kind = r.kind
    left join figure_count as c
        on l.indicator_id = c.indicator_id
        and l.rule_id = c.rule_id
        and l.basis_id = c.basis_id
        and l.unit_code = c.unit_code
        and l.scope = c.scope
        and l.calendar = c.calendar
        and l.period_kind = c.period_kind
        and l.period_start = c.period_start
        and l.period_end = c.period_end
)

select
    f.indicator_id,  -- on_time | online_received | edoc_any | inspected | …; docs/indicators has them all
    f.rule_id,  -- counting rule that made the figure
    f.basis_id,  -- what the denominator holds: resolved | due_in_period | received_and_carried | one_minus_late | cohort | received | issued | units_in_force | …
    f.unit_role,  -- unit that counts: receiving | resolving | issuing | assessed
    f.unit_code,  -- unit
    u.unit_level,  -- district | commune | unknown
    u.unit_kind,  -- district | department | commune | one_stop_counter | vertical_agency | …
    f.scope,  -- own | subtree: with all below | plan_scope: without kinds outside the plan | <level>_level: those of one level | todays_map: with predecessors | a scope of the plan's own, for shares of units and of procedures
    f.calendar,  -- official: 15/12–14/12 and its parts; calendar: calendar months
    f.period_kind,  -- month | quarter | half | nine_months | year | ytd
    f.period_start,  -- first day of the period
    f.period_end,  -- last day of the period
    case when f.status not in ('missing_data', 'series_break') then f.numerator end as numerator,  -- what meets the condition
    case when f.status in ('ok', 'no_activity', 'no_evidence') then f.denominator end as denominator,  -- what it is measured against
    f.excluded_count,  -- what the rule leaves out of both
    f.not_refreshed_count,  -- open dossiers that no export speaks for any more
    f.unreported_count,  -- of the denominator, units that reported nothing and procedures of which the catalogue does not say it
    f.total_count > 0 as is_from_totals,  -- true where the figure of a unit in it is a total that the unit reported, not counted from rows
    f.no_evidence_count,  -- of the denominator, units that did it by what they say, without number and date of a document
    case when f.status = 'ok' then cast(f.numerator as double) / nullif(f.denominator, 0) end as rate,  -- fraction 0–1
    case
        when f.status = 'ok' then cast(f.numerator as double) / nullif(f.denominator + f.not_refreshed_count, 0)
    end as rate_low,  -- if none of the not refreshed had met the condition
    case
        when f.status = 'ok'
            then cast(f.numerator + f.not_refreshed_count + f.unreported_count + f.no_evidence_count as double)
                / nullif(f.denominator + f.not_refreshed_count, 0)
    end as rate_high,  -- if all of them had, and all that is not reported or not proven
    -- Wilson's interval of 95 %: z = 1.959963984540054, z² = 3.841458820694124. Its ends are exact where the rate is 0 or 1.
    -- Units and procedures are all counted: no chance, no interval.
    case
        when f.counted in ('units', 'procedures') then null
        when f.status = 'ok' and f.numerator = 0 then cast(0 as double)
        when f.status = 'ok'
            then (
                cast(f.numerator as double) + 1.920729410347062
                - 1.959963984540054 * sqrt(
                    cast(f.numerator as double) * (f.denominator - f.numerator) / nullif(f.denominator, 0) + 0.960364705173531
                )
            ) / nullif(f.denominator + 3.841458820694124, 0)
    end as wilson_low,  -- lower end of Wilson's interval of 95 % around the rate; null for shares of units and of procedures
    case
        when f.counted in ('units', 'procedures') then null
        when f.status = 'ok' and f.numerator = f.denominator then cast(1 as double)
        when f.status = 'ok'
            then (
                cast(f.numerator as double) + 1.920729410347062
                + 1.959963984540054 * sqrt(
                    cast(f.numerator as double) * (f.denominator - f.numerator) / nullif(f.denominator, 0) + 0.960364705173531
                )
            ) / nullif(f.denominator + 3.841458820694124, 0)
    end as wilson_high,  -- upper end of it
    f.status = 'ok' and f.counted not in ('units', 'procedures') and f.denominator < $small_sample as is_small_sample,  -- true when one dossier moves the rate by much: fewer than the setting small_sample
    f.status,  -- ok | no_activity | missing_data | missing_denominator | no_evidence | series_break
    f.status_reason,  -- why there is no figure: no_source | before_coverage | not_told: columns | no_register | not_reported | predecessor_was_split
    cast($as_of as date) as as_of_date,  -- day as of which the sources are taken
    f.period_end > cast($as_of as date) or coalesce(f.period_end >= r.reached_date, f.kind <> 'procedure' and f.total_count = 0) as is_provisional  -- true until the period is over and the exports of all its sources have come
from counted as f
inner join unit_register as u on f.unit_code = u.unit_code
left join source_reach as r on f.kind = r.kind
