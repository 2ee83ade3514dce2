-- sentence: The exports behind the figures: what each held and what became of its rows.
-- grain: source, file_id
-- incremental: full
with broken as (
    select source, file_id, string_agg(rule_code, ',' order by rule_code) as file_rules
    from (select distinct source, file_id, rule_code from file_finding) as f
    group by source, file_id
)

select
    k.source,  -- system
    kind,  -- dossier | document | transmission
    k.file_id,  -- SHA-256 of the bytes
    file_name,  -- as the office named it
    delivery,  -- snapshot | delta
    exported_at,  -- local time of the export
    exported_at_from,  -- option | sidecar | file_name | column | declared
    covers_from,  -- first day it claims to cover; null without a bound
    covers_to,  -- last day it claims to cover; null without a bound
    covers_by,  -- received (documents: issued): all of those days; resolved: all that ended in them; open: what is still open
    covers_said_by,  -- option | sidecar | title | file_name | profile
    outcome,  -- recorded | refused
    refused_by,  -- file rule for which it is refused
    accepted_rules,  -- file rules that an operator let it break, by comma
    case when outcome = 'recorded' then b.file_rules end as file_rules,  -- file rules that it breaks without being refused, by comma
    row_count,  -- data rows = recorded + unchanged + duplicate + quarantined
    recorded_count,  -- rows that said something new
    unchanged_count,  -- rows that said what was known
    duplicate_count,  -- rows repeated within the file
    quarantined_count,  -- rows kept out
    gone_count,  -- known rows that it covers and does not hold
    left_open_count  -- known open dossiers that this list of what is open does not hold
from known_file as k
left join broken as b on k.source = b.source and k.file_id = b.file_id
