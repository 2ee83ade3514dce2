-- sentence: Files exported by the as-of day, and those of which the export time could not be told.
-- grain: source, file_id
-- incremental: full
-- params: as_of
select
    source,  -- system
    kind,  -- dossier | document | transmission
    file_id,  -- SHA-256 of the bytes
    file_name,  -- as the office named it
    delivery,  -- snapshot | delta
    exported_at,  -- local time of the export
    exported_at_from,  -- who says so
    covers_from,  -- first day it claims to cover; null without a bound
    covers_to,  -- last day it claims to cover; null without a bound
    covers_by,  -- received (documents: issued): all of those days; resolved: all that ended in them; open: what is still open
    covers_said_by,  -- option | sidecar | title | file_name | profile
    outcome,  -- recorded | refused
    refused_by,  -- file rule that it breaks
    accepted_rules,  -- file rules that an operator let it break, by comma
    row_count,  -- data rows in the file
    recorded_count,  -- rows that said something new
    unchanged_count,  -- rows that said what was known
    duplicate_count,  -- rows repeated within the file
    quarantined_count,  -- rows kept out
    gone_count,  -- known rows that it covers and does not hold
    left_open_count  -- known open dossiers that this list of what is open does not hold
from landed_file
where exported_at < cast($as_of as date) + interval 1 day or exported_at is null
