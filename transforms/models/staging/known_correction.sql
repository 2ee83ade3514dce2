-- sentence: Claims that what a source says of a dossier is wrong, as their register stood on the as-of day.
-- grain: unit_code, claim_code
-- incremental: full
-- params: as_of
select
    unit_code,  -- unit that received or resolves the dossier
    claim_code,  -- number in the register
    dossier_code,  -- dossier that it is about
    cast(claimed_at as date) as claimed_date,  -- day on which it was claimed
    claim,  -- what is wrong: due_at | finished_at | status
    case when claim <> 'status' then corrected_at end as corrected_at,  -- the right due date or end; null for a status
    case when claim = 'status' then corrected_status end as corrected_status,  -- the right status; null for a date
    correction_cause,  -- system_fault | wrong_entry | late_entry | supplement | other_agency | force_majeure | other
    case when decided_at < cast($as_of as date) + interval 1 day then decision else 'open' end as decision,  -- accepted | refused | open
    cast(decided_at as date) as decided_date,  -- day of the decision; null while open
    deciding_unit_code,  -- unit that decided; null when not said
    evidence_number is not null and evidence_at is not null as has_evidence,  -- whether its document has number and date
    evidence_number,  -- number and sign of that document
    cast(evidence_at as date) as evidence_date  -- its date
from correction_run
where first_exported_at < cast($as_of as date) + interval 1 day
    and (ended_exported_at is null or ended_exported_at >= cast($as_of as date) + interval 1 day)
qualify row_number() over (partition by unit_code, claim_code order by first_exported_at desc, source desc) = 1
