-- sentence: Dialogues with citizens, as their register stood on the as-of day.
-- grain: unit_code, held_date
-- incremental: full
-- params: as_of
select
    unit_code,  -- unit
    cast(held_at as date) as held_date,  -- day on which it was held
    is_about_procedures = 'yes' as is_about_procedures,  -- whether it dealt with procedures
    evidence_number is not null and evidence_at is not null as has_evidence,  -- whether its document has number and date
    evidence_number,  -- number and sign of that document
    cast(evidence_at as date) as evidence_date,  -- its date
    coalesce(reporting_unit_code, unit_code) as reporting_unit_code  -- unit that reported the entry
from dialogue_run
where first_exported_at < cast($as_of as date) + interval 1 day
    and (ended_exported_at is null or ended_exported_at >= cast($as_of as date) + interval 1 day)
qualify row_number() over (partition by unit_code, held_at order by first_exported_at desc, source desc) = 1
