-- sentence: Every claim that a source is wrong about a dossier, beside what the source says, and what became of the claim.
-- grain: unit_code, claim_code
-- incremental: full
-- warnings: a due date that is claimed without an hour lasts until the end of its day; two claims that were decided on one day go by their documents, then by their numbers
with matching as (
    select
        k.unit_code,
        k.claim_code,
        r.dossier_key,
        r.received_at,
        r.due_at,
        r.finished_at,
        r.status,
        count(*) over (partition by k.unit_code, k.claim_code) as match_count,
        row_number() over (partition by k.unit_code, k.claim_code order by r.dossier_key) as match_number
    from known_dossier_run as r
    inner join known_correction as k
        on r.dossier_code = k.dossier_code
        and (r.receiving_unit_code = k.unit_code or r.resolving_unit_code = k.unit_code)
    where r.ended_exported_at is null
),

decided as (
    select
        k.*,
        m.dossier_key,
        m.received_at,
        m.due_at as source_due_at,
        m.finished_at as source_finished_at,
        m.status as source_status,
        case
            when k.decision <> 'accepted' then k.decision
            when not k.has_evidence then 'no_evidence'
            when m.dossier_key is null then 'unknown_dossier'
            when m.match_count > 1 then 'several_dossiers'
            when m.received_at is null and k.corrected_status <> 'REJECTED' then 'no_receipt'
            when cast(k.corrected_at as date) < cast(m.received_at as date) then 'before_receipt'
            else 'applied'
        end as decided_state
    from known_correction as k
    left join matching as m on k.unit_code = m.unit_code and k.claim_code = m.claim_code and m.match_number = 1
),

-- Of two accepted claims on one value the later decision holds.
ranked as (
    select
        *,
        case
            when decided_state = 'applied' and row_number() over (
                partition by dossier_key, claim, decided_state
                order by decided_date desc, evidence_date desc, claim_code desc, unit_code desc
            ) > 1 then 'superseded'
            else decided_state
        end as ranked_state
    from decided
),

-- Status and end hang together: what is closed has an end, and an end says nothing of what is open.
together as (
    select
        *,
        coalesce(
            max(case when ranked_state = 'applied' and claim = 'finished_at' then corrected_at end) over (partition by dossier_key),
            source_finished_at
        ) as ended_at,
        coalesce(
            max(case when ranked_state = 'applied' then corrected_status end) over (partition by dossier_key), source_status
        ) in ('DONE_WAIT_RETURN', 'RETURNED', 'REJECTED', 'WITHDRAWN', 'CANCELLED') as is_closed
    from ranked
)

select
    unit_code,  -- unit that claims
    claim_code,  -- number in its register
    dossier_code,  -- dossier that it is about, as the register writes it
    case when decided_state <> 'several_dossiers' then dossier_key end as dossier_key,  -- source and dossier code; null when not known
    claimed_date,  -- day on which it was claimed
    claim,  -- what is wrong: due_at | finished_at | status
    case claim when 'due_at' then source_due_at when 'finished_at' then source_finished_at end as source_at,  -- date as the source says it
    case
        when claim = 'due_at' and corrected_at = cast(cast(corrected_at as date) as timestamp) then corrected_at + interval 86399 second
        else corrected_at
    end as corrected_at,  -- the right date; null for a status
    case when claim = 'status' then source_status end as source_status,  -- status as the source says it
    corrected_status,  -- the right status; null for a date
    correction_cause,  -- system_fault | wrong_entry | late_entry | supplement | other_agency | force_majeure | other
    decided_date,  -- day of the decision; null while open
    deciding_unit_code,  -- unit that decided; null when not said
    evidence_number,  -- number and sign of the document
    evidence_date,  -- its date
    case
        when ranked_state = 'applied' and claim = 'status' and ended_at is null and corrected_status <> 'PROCESSING' then 'no_end'
        when ranked_state = 'applied' and claim = 'finished_at' and not is_closed then 'still_open'
        else ranked_state
    end as state,  -- applied | refused | open | no_evidence | unknown_dossier | several_dossiers | no_receipt | before_receipt | superseded | no_end | still_open
    received_at,  -- local time of receipt
    ended_at  -- end with the correction of it; null while open
from together
