-- sentence: Approved schemes of job positions, as their register stood on the as-of day.
-- grain: unit_code, from_date
-- incremental: full
-- params: as_of
select
    unit_code,  -- unit
    cast(from_at as date) as from_date,  -- first day in force
    cast(to_at as date) as to_date,  -- last day in force; null while it lasts
    is_matching = 'yes' as is_matching,  -- whether the real structure is that of the scheme
    evidence_number is not null and evidence_at is not null as has_evidence,  -- whether its document has number and date
    evidence_number,  -- number and sign of that document
    cast(evidence_at as date) as evidence_date,  -- its date
    coalesce(reporting_unit_code, unit_code) as reporting_unit_code  -- unit that reported the entry
from job_position_run
where first_exported_at < cast($as_of as date) + interval 1 day
    and (ended_exported_at is null or ended_exported_at >= cast($as_of as date) + interval 1 day)
qualify row_number() over (partition by unit_code, from_at order by first_exported_at desc, source desc) = 1
