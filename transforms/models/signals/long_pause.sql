-- sentence: A dossier waited or was paused for longer than the threshold, without a break.
-- grain: dossier_key, noted_at
-- incremental: dossier
-- warnings: a wait for papers is a supplement however long it lasts
select
    'long_pause' as signal_id,  -- this signal
    i.dossier_key as dossier_key,  -- dossier
    i.shown_at as noted_at,  -- export that showed it, or the moment itself
    cast(i.status as varchar) as before_value,  -- what was told before
    cast(coalesce(i.replaced_at, d.refreshed_at) as varchar) as after_value,  -- what was told then
    case when i.status = 'SUPPLEMENT' then 'supplement' end as lawful_reason  -- supplement | extension | null: none that the export carries
from status_interval as i
inner join dossier_asof as d on i.dossier_key = d.dossier_key
inner join signal as s on s.signal_id = 'long_pause'
where i.status in ('SUPPLEMENT', 'FINANCIAL', 'PAUSED')
    and cast(coalesce(i.replaced_at, d.refreshed_at) as date) > cast(cast(i.from_at as date) + s.threshold as date)
