-- sentence: From when to when each dossier had each status: the declared day where the export has one, else the first export that showed it.
-- grain: dossier_key, from_at
-- incremental: dossier
with said as (
    select
        dossier_key,
        status,
        received_at,
        finished_at,
        supplement_requested_at,
        first_exported_at,
        first_file,
        lag(status) over (partition by dossier_key order by first_exported_at, first_file) as previous_status
    from known_dossier_run
),

begun as (
    select
        dossier_key,
        status,
        case
            when status in ('DONE_WAIT_RETURN', 'RETURNED', 'WITHDRAWN', 'REJECTED', 'CANCELLED') then finished_at
            when status = 'SUPPLEMENT' then supplement_requested_at
            when previous_status is null and status in ('RECEIVED', 'PROCESSING') then received_at
        end as declared_at,
        first_exported_at,
        first_file
    from said
    where previous_status is null or previous_status <> status
)

select
    dossier_key,  -- dossier
    status,  -- normal form of the status
    coalesce(declared_at, first_exported_at) as from_at,  -- local time from which it had the status
    declared_at is null as is_observed,  -- true when only the export that first showed it dates it
    first_exported_at as shown_at,  -- export that first showed it
    lead(first_exported_at) over (
        partition by dossier_key order by first_exported_at, first_file
    ) as replaced_at  -- export that first showed another status; null for the present one
from begun
