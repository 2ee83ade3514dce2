-- sentence: Tasks that the district's plan assigns to units, as their register stood on the as-of day.
-- grain: unit_code, task_code, due_date
-- incremental: full
-- params: as_of
select
    unit_code,  -- unit
    task_code,  -- number in the district's plan
    cast(due_at as date) as due_date,  -- day by which it must be done
    cast(done_at as date) as done_date,  -- day on which it was done; null until then
    done_at is not null and coalesce(done_count, assigned_count, 1) >= coalesce(assigned_count, 1) as is_done,  -- whether all of its pieces are done
    evidence_number is not null and evidence_at is not null as has_evidence,  -- whether its document has number and date
    evidence_number,  -- number and sign of that document
    cast(evidence_at as date) as evidence_date,  -- its date
    coalesce(reporting_unit_code, unit_code) as reporting_unit_code  -- unit that reported the entry
from assigned_task_run
where first_exported_at < cast($as_of as date) + interval 1 day
    and (ended_exported_at is null or ended_exported_at >= cast($as_of as date) + interval 1 day)
qualify row_number() over (partition by unit_code, task_code, due_at order by first_exported_at desc, source desc) = 1
