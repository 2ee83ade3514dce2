-- sentence: Answers to surveys per unit and period: how many count, and how many of these are satisfied.
-- grain: indicator_id, unit_code, calendar, period_kind, period_start, period_end
-- incremental: full
-- params: as_of
-- warnings: satisfied are the top two of five options or of three; of education and health only citizens are asked
with answer as (
    select
        'satisfaction_' || survey_field as indicator_id,
        unit_code,
        answered_date,
        case when answer in ('very_satisfied', 'satisfied') then 1 else 0 end as is_satisfied,
        case
            when answer is not null and (survey_field = 'administration' or respondent_kind = 'citizen') then 1 else 0
        end as is_counted
    from known_survey_answer
)

select
    a.indicator_id,  -- indicator
    a.unit_code,  -- unit that was asked about
    p.calendar,  -- official | calendar
    p.period_kind,  -- kind of period
    p.period_start,  -- first day
    p.period_end,  -- last day
    cast(sum(a.is_satisfied * a.is_counted) as bigint) as satisfied_count,  -- satisfied or very satisfied
    cast(sum(a.is_counted) as bigint) as answered_count,  -- answers that count
    cast(sum(1 - a.is_counted) as bigint) as excluded_count  -- blank, or of respondents who are not asked
from answer as a
inner join period as p on a.answered_date between p.period_start and least(p.period_end, cast($as_of as date))
group by a.indicator_id, a.unit_code, p.calendar, p.period_kind, p.period_start, p.period_end
