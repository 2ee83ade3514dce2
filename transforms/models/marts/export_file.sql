-- sentence: The exports behind the figures: what each held and what became of its rows.
-- grain: source, file_id
-- incremental: full
select
    source,  -- system
    kind,  -- dossier | document | transmission
    file_id,  -- SHA-256 of the bytes
    file_name,  -- as the office named it
    delivery,  -- snapshot | delta
    exported_at,  -- local time of the export
    exported_at_from,  -- option | sidecar | file_name | column | declared
    covers_from,  -- first day it claims to cover; null without a bound
    covers_to,  -- last day it claims to cover; null without a bound
    outcome,  -- recorded | refused
    row_count,  -- data rows = recorded + unchanged + duplicate + quarantined
    recorded_count,  -- rows that said something new
    unchanged_count,  -- rows that said what was known
    duplicate_count,  -- rows repeated within the file
    quarantined_count,  -- rows kept out
    gone_count  -- known rows that it covers and does not hold
from known_file
