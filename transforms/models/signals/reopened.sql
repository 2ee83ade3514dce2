-- sentence: A dossier was told as finished, then as open, then as finished again.
-- grain: dossier_key, noted_at
-- incremental: dossier
-- warnings: a status told in one export only may be a slip
with closed as (
    select
        c.*,
        lead(c.status) over (partition by c.dossier_key order by c.shown_at) as next_status,
        lead(c.finished_at) over (partition by c.dossier_key order by c.shown_at) as next_finished_at,
        lead(c.shown_at) over (partition by c.dossier_key order by c.shown_at) as next_shown_at
    from dossier_change as c
    where c.status <> c.old_status
)

select
    'reopened' as signal_id,  -- this signal
    c.dossier_key as dossier_key,  -- dossier
    c.next_shown_at as noted_at,  -- export that showed it, or the moment itself
    cast(c.old_finished_at as varchar) as before_value,  -- what was told before
    cast(c.next_finished_at as varchar) as after_value,  -- what was told then
    case when c.status = 'SUPPLEMENT' then 'supplement' end as lawful_reason  -- supplement | extension | null: none that the export carries
from closed as c
where c.old_status in ('DONE_WAIT_RETURN', 'RETURNED')
    and c.status not in ('DONE_WAIT_RETURN', 'RETURNED', 'WITHDRAWN', 'REJECTED', 'CANCELLED')
    and c.next_status in ('DONE_WAIT_RETURN', 'RETURNED')
