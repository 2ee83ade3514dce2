-- sentence: A dossier past due is in no export any more, though they cover it.
-- grain: dossier_key, noted_at
-- incremental: dossier
-- warnings: such a dossier is in no figure and not in the mart dossier
with latest as (
    select
        *,
        row_number() over (partition by dossier_key order by first_exported_at desc, first_file desc) as place
    from known_dossier_run
)

select
    'gone_while_overdue' as signal_id,  -- this signal
    r.dossier_key as dossier_key,  -- dossier
    r.ended_exported_at as noted_at,  -- export that showed it, or the moment itself
    cast(r.due_at as varchar) as before_value,  -- what was told before
    cast(null as varchar) as after_value,  -- what was told then
    cast(null as varchar) as lawful_reason  -- supplement | extension | null: none that the export carries
from latest as r
inner join status_treatment as t on r.status = t.status and t.rule_id = 'II06_DATE' and t.treatment in ('open', 'paused_in_time')
where r.place = 1
    and r.ended_exported_at is not null
    and cast(r.due_at as date) < cast(r.ended_exported_at as date)
