-- sentence: The units' PAR index, as its register stood on the as-of day.
-- grain: unit_code, year
-- incremental: full
-- params: as_of
select
    unit_code,  -- unit
    year,  -- year that it is about
    is_self_scored = 'yes' as is_self_scored,  -- whether the unit scored itself
    cast(submitted_at as date) as submitted_date,  -- day on which its scores were submitted
    cast(deadline_at as date) as deadline_date,  -- last day to do so; null where none was set
    rating,  -- excellent | good | fair | average | weak
    evidence_number is not null and evidence_at is not null as has_evidence,  -- whether its document has number and date
    evidence_number,  -- number and sign of that document
    cast(evidence_at as date) as evidence_date,  -- its date
    coalesce(reporting_unit_code, unit_code) as reporting_unit_code  -- unit that reported the entry
from par_index_run
where first_exported_at < cast($as_of as date) + interval 1 day
    and (ended_exported_at is null or ended_exported_at >= cast($as_of as date) + interval 1 day)
qualify row_number() over (partition by unit_code, year order by first_exported_at desc, source desc) = 1
