-- sentence: The end was told again as an earlier day.
-- grain: dossier_key, noted_at
-- incremental: dossier
select
    'end_moved_back' as signal_id,  -- this signal
    c.dossier_key as dossier_key,  -- dossier
    c.shown_at as noted_at,  -- export that showed it, or the moment itself
    cast(c.old_finished_at as varchar) as before_value,  -- what was told before
    cast(c.finished_at as varchar) as after_value,  -- what was told then
    cast(null as varchar) as lawful_reason  -- supplement | extension | null: none that the export carries
from dossier_change as c
inner join signal as s on s.signal_id = 'end_moved_back'
where cast(c.finished_at as date) <= cast(cast(c.old_finished_at as date) - s.threshold as date)
    and cast(c.received_at as date) < cast(c.old_finished_at as date)
