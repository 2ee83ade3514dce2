-- sentence: Claims that what a source says of a dossier is wrong (sổ giải trình, đính chính): both values, and what became of each claim.
-- grain: unit_code, claim_code
-- incremental: full
-- warnings: only claims that are applied change what counts; the others say why not
select
    unit_code,  -- unit that claims
    claim_code,  -- number in its register
    dossier_code,  -- dossier that it is about, as the register writes it
    dossier_key,  -- source and dossier code; null when not known
    claimed_date,  -- day on which it was claimed
    claim,  -- what is wrong: due_at | finished_at | status
    source_at,  -- date as the source says it; null for a status
    corrected_at,  -- the right date; null for a status
    source_status,  -- status as the source says it; null for a date
    corrected_status,  -- the right status; null for a date
    correction_cause,  -- system_fault | wrong_entry | late_entry | supplement | other_agency | force_majeure | other
    decided_date,  -- day of the decision; null while open
    deciding_unit_code,  -- unit that decided; null when not said
    evidence_number,  -- number and sign of the document
    evidence_date,  -- its date
    state  -- applied | refused | open | no_evidence | unknown_dossier | several_dossiers | no_receipt: a status of what was never received | before_receipt: a date before the receipt | superseded: a later decision holds | no_end: closed without an end | still_open: an end of what is open
from correction_claim
