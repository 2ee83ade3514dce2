-- sentence: Answers to surveys, as their registers stood on the as-of day; no respondent can be told from them.
-- grain: survey_code, answer_code
-- incremental: full
-- params: as_of
select
    survey_code,  -- survey
    answer_code,  -- number of the form
    unit_code,  -- unit
    survey_field,  -- education | health | administration
    respondent_kind,  -- citizen | business
    answer,  -- very_satisfied | satisfied | neutral | dissatisfied | very_dissatisfied; null where nothing was answered
    cast(answered_at as date) as answered_date  -- day on which it was filled in
from survey_answer_run
where first_exported_at < cast($as_of as date) + interval 1 day
    and (ended_exported_at is null or ended_exported_at >= cast($as_of as date) + interval 1 day)
qualify row_number() over (partition by survey_code, answer_code order by first_exported_at desc, source desc) = 1
