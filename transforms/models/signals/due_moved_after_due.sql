-- sentence: A due date was put off when it had passed already.
-- grain: dossier_key, noted_at
-- incremental: dossier
-- warnings: an extension is one of which the export tells both dates; whether an apology was sent it does not tell; what was moved before the next export is not seen
select
    'due_moved_after_due' as signal_id,  -- this signal
    c.dossier_key as dossier_key,  -- dossier
    c.shown_at as noted_at,  -- export that showed it, or the moment itself
    cast(c.old_due_at as varchar) as before_value,  -- what was told before
    cast(c.due_at as varchar) as after_value,  -- what was told then
    case
        when c.has_supplement then 'supplement'
        when c.original_due_at is not null then 'extension'
    end as lawful_reason  -- supplement | extension | null: none that the export carries
from dossier_change as c
where c.due_at > c.old_due_at
    and c.old_due_at < c.last_shown_at
    and c.old_finished_at is null
    and cast(c.received_at as date) < cast(c.old_due_at as date)
