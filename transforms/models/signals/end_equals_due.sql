-- sentence: A dossier ended at the very second that it was due.
-- grain: dossier_key, noted_at
-- incremental: dossier
-- warnings: where a system knows minutes only, one in some thousands does by chance
select
    'end_equals_due' as signal_id,  -- this signal
    d.dossier_key as dossier_key,  -- dossier
    d.finished_at as noted_at,  -- export that showed it, or the moment itself
    cast(d.due_at as varchar) as before_value,  -- what was told before
    cast(d.finished_at as varchar) as after_value,  -- what was told then
    cast(null as varchar) as lawful_reason  -- supplement | extension | null: none that the export carries
from known_dossier_run as d
where d.ended_exported_at is null
    and d.finished_at = d.due_at
    and cast(d.received_at as date) < cast(d.due_at as date)
