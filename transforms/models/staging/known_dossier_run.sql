-- sentence: What each source had said of each dossier by the as-of day, as runs over its exports.
-- grain: source, dossier_key, first_exported_at, first_file
-- incremental: dossier
-- params: as_of
select
    source,  -- system that said it
    source || ':' || dossier_code as dossier_key,  -- source and normalised dossier code
    dossier_code,  -- code as the system writes it
    procedure_code,  -- procedure, resolved through the catalogue
    procedure_name,  -- procedure as the list writes it
    field_name,  -- field (lĩnh vực) as the list writes it
    receiving_unit_code,  -- unit that received the dossier
    resolving_unit_code,  -- unit that resolves it
    channel,  -- normal form of the channel; null when the list leaves it empty
    channel_raw,  -- channel as written
    status,  -- normal form of the status
    status_raw,  -- status as written
    submitted_at,  -- local time of submission
    received_at,  -- local time of receipt
    due_at,  -- local time when the result is due
    finished_at,  -- local time when processing ended (ngày kết thúc xử lý)
    returned_at,  -- local time when the result was handed over
    original_due_at,  -- local time when first promised; null when the list does not say
    supplement_count,  -- how often papers were asked for; null when the list does not say
    supplement_days,  -- days that supplements took, as the list counts them; null when it does not say
    supplement_requested_at,  -- local time of the last request for papers
    supplement_completed_at,  -- local time when they had come; null while waiting
    extended_due_at,  -- the due date given besides a new one, later by what the last supplement took; null when supplements are not told
    first_exported_at,  -- export that first showed this content
    first_file,  -- its file
    case
        when ended_exported_at < cast($as_of as date) + interval 1 day then ended_exported_at
    end as ended_exported_at  -- export that ended it; null while it stands
from dossier_run
where first_exported_at < cast($as_of as date) + interval 1 day
