-- sentence: One row a dossier, with its dates and no person; parted by month of receipt.
-- grain: dossier_key
-- incremental: dossier
with control as (
    select dossier_key, statutory_due_date, finding as due_finding
    from statutory_due
)

select
    dossier_key,  -- source and dossier code
    source,  -- system
    dossier_code,  -- code as the system writes it
    procedure_code,  -- procedure
    field_code,  -- field
    service_level,  -- level of online service on the day of receipt
    receiving_unit_code,  -- unit that received it
    resolving_unit_code,  -- unit that resolves it
    channel,  -- in_person | online | postal | other; null when not said
    channel_raw,  -- channel as written
    status,  -- normal form of the status last known
    status_raw,  -- status as written
    status_from_at,  -- local time from which it has that status
    is_status_observed,  -- true when that time is the export that first showed it
    is_refreshed,  -- false when newer exports of its source leave it out: it may have ended since
    submitted_at,  -- local time of submission
    received_at,  -- local time of receipt
    due_at,  -- local time when due, as last known
    original_due_at,  -- local time when first promised; null when the list does not say
    supplement_count,  -- how often papers were asked for; null when the list does not say
    supplement_requested_at,  -- local time of the last request for papers
    supplement_completed_at,  -- local time when they had come; null while waiting
    suspended_working_days,  -- working days that the last supplement took, as the list dates it or tells its days; null when it does not
    observed_pause_working_days,  -- working days seen waiting or paused between exports, now over; no rule uses them
    finished_at,  -- local time when processing ended
    returned_at,  -- local time when the result was handed over
    corrected_columns,  -- what an accepted correction replaced: due_at, finished_at, status, by comma; null: nothing
    source_due_at,  -- due date as the source says it, where it is corrected
    source_finished_at,  -- end as the source says it, where it is corrected
    source_status,  -- status as the source says it, where it is corrected
    correction_document,  -- numbers of the documents by which it is corrected
    statutory_due_date,  -- working day on which its procedure's time ends: a control beside due_at; null when not known
    due_finding,  -- same (due_at within one working day of it) | longer | shorter | why it cannot be compared; null if not received
    coalesce(substring(cast(received_at as varchar), 1, 7), 'not-received') as received_month  -- month of receipt, or not-received
from dossier_asof
left join control using (dossier_key)
left join suspension using (dossier_key)
left join observed_pause using (dossier_key)
