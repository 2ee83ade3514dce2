-- sentence: Form II.07b, the office's whole row: procedures in competence, at the one-stop counter and with an internal process, by level, at the end of each period.
-- grain: calendar, period_kind, period_start, period_end
-- incremental: full
-- params: as_of
-- warnings: a procedure counts once, however many units handle it; null where the catalogue does not say it of every procedure
with in_force as (
    select
        p.calendar,
        p.period_kind,
        p.period_start,
        p.period_end,
        r.procedure_code,
        r.competent_level,
        r.is_at_one_stop,
        r.has_internal_process
    from period as p
    inner join procedure_register as r
        on (r.valid_from is null or r.valid_from <= least(p.period_end, cast($as_of as date)))
        and (r.valid_to is null or r.valid_to >= least(p.period_end, cast($as_of as date)))
),

counted as (
    select
        calendar,
        period_kind,
        period_start,
        period_end,
        count(distinct procedure_code) as total,
        count(distinct case when competent_level = 'province' then procedure_code end) as province,
        count(distinct case when competent_level = 'district' then procedure_code end) as district,
        count(distinct case when competent_level = 'commune' then procedure_code end) as commune,
        count(case when is_at_one_stop is null then 1 end) as counter_not_told,
        count(distinct case when is_at_one_stop then procedure_code end) as counter_total,
        count(distinct case when is_at_one_stop and competent_level = 'province' then procedure_code end) as counter_province,
        count(distinct case when is_at_one_stop and competent_level = 'district' then procedure_code end) as counter_district,
        count(distinct case when is_at_one_stop and competent_level = 'commune' then procedure_code end) as counter_commune,
        count(case when has_internal_process is null then 1 end) as process_not_told,
        count(distinct case when has_internal_process then procedure_code end) as process_total,
        count(distinct case when has_internal_process and competent_level = 'province' then procedure_code end) as process_province,
        count(distinct case when has_internal_process and competent_level = 'district' then procedure_code end) as process_district,
        count(distinct case when has_internal_process and competent_level = 'commune' then procedure_code end) as process_commune
    from in_force
    group by calendar, period_kind, period_start, period_end
)

select
    calendar,  -- official | calendar
    period_kind,  -- month | quarter | half | nine_months | year | ytd
    period_start,  -- first day of the period
    period_end,  -- last day of the period; the catalogue is taken on this day, or on the as-of day
    total,  -- column 3: procedures in competence
    province,  -- column 4: of the province
    district,  -- column 5: of the district
    commune,  -- column 6: of the commune
    case when counter_not_told = 0 then counter_total end as counter_total,  -- column 7: at the one-stop counter; null when not told
    case when counter_not_told = 0 then counter_province end as counter_province,  -- column 8: of the province
    case when counter_not_told = 0 then counter_district end as counter_district,  -- column 9: of the district
    case when counter_not_told = 0 then counter_commune end as counter_commune,  -- column 10: of the commune
    case when process_not_told = 0 then process_total end as process_total,  -- column 11: with an internal process; null when not told
    case when process_not_told = 0 then process_province end as process_province,  -- column 12: of the province
    case when process_not_told = 0 then process_district end as process_district,  -- column 13: of the district
    case when process_not_told = 0 then process_commune end as process_commune  -- column 14: of the commune
from counted
