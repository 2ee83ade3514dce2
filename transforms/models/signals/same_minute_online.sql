-- sentence: Many dossiers that came online were entered at one unit in the same minute.
-- grain: dossier_key, noted_at
-- incremental: dossier
-- warnings: dates without a time are left out
with online as (
    select
        dossier_key,
        receiving_unit_code,
        coalesce(submitted_at, received_at) as entered_at
    from dossier_asof
    where channel = 'online'
),

entered as (
    select
        dossier_key,
        entered_at,
        count(*) over (
            partition by
                receiving_unit_code, cast(entered_at as date), extract(hour from entered_at), extract(minute from entered_at)
        ) as entered_count
    from online
    where extract(hour from entered_at) > 0 or extract(minute from entered_at) > 0
)

select
    'same_minute_online' as signal_id,  -- this signal
    e.dossier_key as dossier_key,  -- dossier
    e.entered_at as noted_at,  -- when it was entered
    cast(null as varchar) as before_value,  -- nothing
    cast(e.entered_count as varchar) as after_value,  -- how many in that minute
    cast(null as varchar) as lawful_reason  -- none that the export carries
from entered as e
inner join signal as s on s.signal_id = 'same_minute_online' and e.entered_count >= s.least_count
