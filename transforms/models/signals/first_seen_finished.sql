-- sentence: A dossier was in no export until it was finished, though one before it should have shown it.
-- grain: dossier_key, noted_at
-- incremental: dossier
-- warnings: a row that was kept out before is no absence
with export as (
    select
        source,
        exported_at,
        covers_from,
        lag(exported_at) over (partition by source order by exported_at) as previous_exported_at
    from (
        select source, exported_at, min(covers_from) as covers_from
        from known_file
        where kind = 'dossier' and outcome = 'recorded' and exported_at is not null
        group by source, exported_at
    ) as each_export
),

first_run as (
    select
        *,
        row_number() over (partition by dossier_key order by first_exported_at, first_file) as place
    from known_dossier_run
)

select
    'first_seen_finished' as signal_id,  -- this signal
    r.dossier_key as dossier_key,  -- dossier
    r.first_exported_at as noted_at,  -- export that showed it, or the moment itself
    cast(r.received_at as varchar) as before_value,  -- what was told before
    cast(r.finished_at as varchar) as after_value,  -- what was told then
    cast(null as varchar) as lawful_reason  -- supplement | extension | null: none that the export carries
from first_run as r
inner join export as e on r.source = e.source and r.first_exported_at = e.exported_at
inner join signal as s on s.signal_id = 'first_seen_finished'
left join kept_out_dossier as q on r.dossier_key = q.dossier_key
where r.place = 1
    and r.status in ('DONE_WAIT_RETURN', 'RETURNED')
    and cast(r.received_at as date) < cast(cast(e.previous_exported_at as date) - s.threshold as date)
    and coalesce(cast(r.received_at as date) >= e.covers_from, true)
    and cast(r.received_at as date) < cast(r.finished_at as date)
    and q.dossier_key is null
