-- sentence: A dossier past due was moved to a status that form II.06 never takes for late.
-- grain: dossier_key, noted_at
-- incremental: dossier
-- warnings: papers asked for past the due date are told as a supplement; whether that was lawful the export does not tell
select
    'status_excused' as signal_id,  -- this signal
    c.dossier_key as dossier_key,  -- dossier
    c.shown_at as noted_at,  -- export that showed it, or the moment itself
    cast(c.old_status as varchar) as before_value,  -- what was told before
    cast(c.status as varchar) as after_value,  -- what was told then
    case when c.status = 'SUPPLEMENT' then 'supplement' end as lawful_reason  -- supplement | extension | null: none that the export carries
from dossier_change as c
inner join status_treatment as o on c.old_status = o.status and o.rule_id = 'II06_DATE' and o.treatment = 'open'
inner join status_treatment as n
    on c.status = n.status
    and n.rule_id = 'II06_DATE'
    and n.treatment in ('paused_in_time', 'resolved_on_time')
where c.old_due_at < c.last_shown_at
    and coalesce(c.finished_at >= c.old_due_at, true)
    and cast(c.received_at as date) < cast(c.old_due_at as date)
