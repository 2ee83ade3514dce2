-- sentence: Every entry of a register about a unit, with the days of which it speaks, whether it says that the thing is done, and its evidence.
-- grain: indicator_id, unit_code, entry_code, counts_from, counts_to
-- incremental: full
-- params: lowest_par_rank
-- warnings: entry_code is null in registers without a code of their own
with entry as (
    select
        'plan_issued' as indicator_id,
        unit_code,
        cast(null as varchar) as entry_code,
        year,
        cast(null as date) as from_date,
        cast(null as date) as to_date,
        true as is_done,
        evidence_date as done_date,
        has_evidence, evidence_number, evidence_date, reporting_unit_code
    from known_unit_plan
    union all
    select
        'plan_completed',
        unit_code,
        task_code,
        cast(null as int),
        due_date,
        due_date,
        is_done,
        done_date,
        has_evidence, evidence_number, evidence_date, reporting_unit_code
    from known_assigned_task
    union all
    select
        'head_in_charge',
        unit_code,
        cast(null as varchar),
        cast(null as int),
        from_date,
        to_date,
        true,
        cast(null as date),
        has_evidence, evidence_number, evidence_date, reporting_unit_code
    from known_head_in_charge
    union all
    select
        'inspected',
        unit_code,
        cast(null as varchar),
        cast(null as int),
        inspected_date,
        inspected_date,
        true,
        cast(null as date),
        has_evidence, evidence_number, evidence_date, reporting_unit_code
    from known_inspection
    union all
    select
        'initiative',
        unit_code,
        initiative_code,
        year,
        cast(null as date),
        cast(null as date),
        is_recognised,
        cast(null as date),
        has_evidence, evidence_number, evidence_date, reporting_unit_code
    from known_initiative
    union all
    select
        'par_index',
        unit_code,
        cast(null as varchar),
        year,
        cast(null as date),
        cast(null as date),
        is_self_scored and submitted_date is not null and submitted_date <= coalesce(deadline_date, submitted_date)
        and case rating when 'excellent' then 1 when 'good' then 2 when 'fair' then 3 when 'average' then 4 else 5 end <= $lowest_par_rank,
        cast(null as date),
        has_evidence, evidence_number, evidence_date, reporting_unit_code
    from known_par_index
    union all
    select
        'job_positions',
        unit_code,
        cast(null as varchar),
        cast(null as int),
        from_date,
        to_date,
        is_matching,
        cast(null as date),
        has_evidence, evidence_number, evidence_date, reporting_unit_code
    from known_job_position
    union all
    select
        'dialogue',
        unit_code,
        cast(null as varchar),
        cast(null as int),
        held_date,
        held_date,
        is_about_procedures,
        cast(null as date),
        has_evidence, evidence_number, evidence_date, reporting_unit_code
    from known_dialogue
)

select
    e.indicator_id,  -- indicator that the entry serves
    e.unit_code,  -- unit that it is about
    e.entry_code,  -- task or initiative; null where the register has no codes
    case
        when f.validity in ('for', 'about') then cast(cast(e.year as varchar) || '-01-01' as date) else e.from_date
    end as counts_from,  -- first day of which it speaks
    case
        when f.validity in ('for', 'about') then cast(cast(e.year as varchar) || '-12-31' as date)
        else coalesce(e.to_date, cast('9999-12-31' as date))
    end as counts_to,  -- last day of which it speaks
    e.is_done,  -- whether it says that the thing is done
    e.done_date,  -- day from which it is; null: on every day of which it speaks
    e.has_evidence,  -- whether its document has number and date
    e.evidence_number,  -- number and sign of that document
    e.evidence_date,  -- its date
    e.reporting_unit_code  -- unit that reported it
from entry as e
inner join figure as f on e.indicator_id = f.indicator_id
