-- sentence: The units' own reform plans, as their register stood on the as-of day; of two sources the one exported last.
-- grain: unit_code, year
-- incremental: full
-- params: as_of
select
    unit_code,  -- unit
    year,  -- year that the plan is for
    evidence_number is not null and evidence_at is not null as has_evidence,  -- whether its document has number and date
    evidence_number,  -- number and sign of that document
    cast(evidence_at as date) as evidence_date,  -- its date
    coalesce(reporting_unit_code, unit_code) as reporting_unit_code  -- unit that reported the entry
from unit_plan_run
where first_exported_at < cast($as_of as date) + interval 1 day
    and (ended_exported_at is null or ended_exported_at >= cast($as_of as date) + interval 1 day)
qualify row_number() over (partition by unit_code, year order by first_exported_at desc, source desc) = 1
