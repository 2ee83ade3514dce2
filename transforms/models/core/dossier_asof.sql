-- sentence: One row a dossier, as its source stood on the as-of day, with what accepted corrections put in its place; what is gone from the exports is not here.
-- grain: dossier_key
-- incremental: dossier
-- warnings: a dossier that no recent export covers, or that a list of what is open left out, is kept as last seen; is_refreshed says so
with standing as (
    select * from known_dossier_run
    where ended_exported_at is null
),

present_status as (
    select dossier_key, from_at, is_observed
    from status_interval
    where replaced_at is null
),

-- A delta speaks for every dossier of its source (what it leaves out did not change), a snapshot for those it covers.
latest_export as (
    select
        source,
        case when delivery = 'snapshot' then covers_from end as covers_from,
        case when delivery = 'snapshot' then covers_to end as covers_to,
        case when delivery = 'snapshot' then covers_by else 'received' end as covers_by,
        max(exported_at) as exported_at
    from known_file
    where kind = 'dossier' and outcome = 'recorded'
    group by 1, 2, 3, 4
),

source_coverage as (
    select
        source,
        covers_from,
        covers_to,
        covers_by,
        exported_at,
        max(exported_at) over (partition by source) as latest_exported_at
    from latest_export
),

-- What a dossier is in a list for, by each way of cutting one.
listed as (
    select dossier_key, source, 'received' as covers_by, cast(received_at as date) as covered_date from standing
    union all
    select dossier_key, source, 'resolved', cast(finished_at as date) from standing
    where status in ('DONE_WAIT_RETURN', 'RETURNED')
    union all
    select dossier_key, source, 'open', cast(received_at as date) from standing
    where status not in ('DONE_WAIT_RETURN', 'RETURNED', 'REJECTED', 'WITHDRAWN', 'CANCELLED')
),

refreshed as (
    select
        s.dossier_key,
        max(c.exported_at) as refreshed_at,
        max(c.latest_exported_at) as latest_exported_at
    from listed as s
    inner join source_coverage as c
        on s.source = c.source
        and s.covers_by = c.covers_by
        and (c.covers_from is null or s.covered_date >= c.covers_from)
        and (c.covers_to is null or s.covered_date <= c.covers_to)
    where not exists (select 1 from known_absence as a where a.dossier_key = s.dossier_key)
    group by s.dossier_key
),

procedure_field as (
    select procedure_code, max(field_code) as field_code
    from procedure_register
    group by procedure_code
)

select
    s.dossier_key,  -- source and normalised dossier code
    s.source,  -- system
    s.dossier_code,  -- code as the system writes it
    s.procedure_code,  -- procedure
    coalesce(f.field_code, s.field_name, 'UNKNOWN') as field_code,  -- field of the procedure, else as the list writes it
    coalesce(l.service_level, 'UNKNOWN') as service_level,  -- level of online service as catalogued on the day of receipt
    s.receiving_unit_code,  -- unit that received it
    s.resolving_unit_code,  -- unit that resolves it
    s.channel,  -- in_person | online | postal | other; null when not said
    s.channel_raw,  -- channel as written
    coalesce(x.status, s.status) as status,  -- normal form of the status
    s.status_raw,  -- status as written
    s.submitted_at,  -- local time of submission
    s.received_at,  -- local time of receipt
    coalesce(x.due_at, s.due_at) as due_at,  -- local time when due, as last known
    coalesce(x.finished_at, s.finished_at) as finished_at,  -- local time when processing ended
    s.returned_at,  -- local time when the result was handed over
    s.original_due_at,  -- local time when first promised; null when the list does not say
    s.supplement_count,  -- how often papers were asked for; null when the list does not say
    s.supplement_days,  -- days that supplements took, as the list counts them; null when it does not say
    s.supplement_requested_at,  -- local time of the last request for papers
    s.supplement_completed_at,  -- local time when they had come; null while waiting
    coalesce(x.due_at, s.extended_due_at) as extended_due_at,  -- the due date given besides a new one, later by what the last supplement took, or as corrected; null when supplements are not told
    coalesce(x.status_from_at, i.from_at) as status_from_at,  -- local time from which it has its status
    case when x.status_from_at is null then i.is_observed else false end as is_status_observed,  -- true when that time is the export that first showed it
    x.corrected_columns,  -- what an accepted correction replaced: due_at, finished_at, status, by comma; null: nothing
    case when x.due_at is not null then s.due_at end as source_due_at,  -- due date as the source says it, where it is corrected
    case when x.finished_at is not null then s.finished_at end as source_finished_at,  -- end as the source says it, where it is corrected
    case when x.status is not null then s.status end as source_status,  -- status as the source says it, where it is corrected
    x.correction_document,  -- numbers of the documents by which it is corrected
    coalesce(r.refreshed_at, s.first_exported_at) as refreshed_at,  -- last export that spoke for it
    coalesce(r.refreshed_at = r.latest_exported_at, false) as is_refreshed  -- false when newer exports leave it out
from standing as s
left join present_status as i on s.dossier_key = i.dossier_key
left join refreshed as r on s.dossier_key = r.dossier_key
left join dossier_correction as x on s.dossier_key = x.dossier_key
left join procedure_field as f on s.procedure_code = f.procedure_code
left join procedure_register as l
    on s.procedure_code = l.procedure_code
    and (l.valid_from is null or cast(s.received_at as date) >= l.valid_from)
    and (l.valid_to is null or cast(s.received_at as date) <= l.valid_to)
