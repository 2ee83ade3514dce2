-- sentence: Every time an export told a dossier's status, due date or end otherwise than the one before: what was told, what then, and when.
-- grain: dossier_key, shown_at
-- incremental: dossier
-- warnings: what changed and changed back between two exports is not seen
with export as (
    select
        source,
        exported_at,
        lag(exported_at) over (partition by source order by exported_at) as previous_exported_at
    from (
        select distinct source, exported_at
        from known_file
        where kind = 'dossier' and outcome = 'recorded' and exported_at is not null
    ) as each_export
),

told as (
    select
        dossier_key,
        source,
        receiving_unit_code,
        status,
        received_at,
        due_at,
        finished_at,
        original_due_at,
        supplement_count,
        first_exported_at,
        first_file,
        lag(first_exported_at) over in_order as old_first_exported_at,
        lag(ended_exported_at) over in_order as old_ended_exported_at,
        lag(status) over in_order as old_status,
        lag(due_at) over in_order as old_due_at,
        lag(finished_at) over in_order as old_finished_at,
        lag(supplement_count) over in_order as old_supplement_count
    from known_dossier_run
    window in_order as (partition by dossier_key order by first_exported_at, first_file)
)

select
    t.dossier_key,  -- dossier
    t.first_exported_at as shown_at,  -- export that first told it so
    greatest(t.old_first_exported_at, e.previous_exported_at) as last_shown_at,  -- last export that still told it as before
    t.received_at,  -- local time of receipt, as told then
    t.old_status,  -- status told before
    t.status,  -- status told then
    t.old_due_at,  -- due date told before
    t.due_at,  -- due date told then
    t.old_finished_at,  -- end told before
    t.finished_at,  -- end told then
    t.original_due_at,  -- day first promised, where the list tells it
    coalesce(t.supplement_count > coalesce(t.old_supplement_count, 0), false) or t.old_status = 'SUPPLEMENT' as has_supplement  -- whether papers were asked for or waited for in between
from told as t
left join export as e on t.source = e.source and t.old_ended_exported_at = e.exported_at
where t.old_status is not null
    and (
        t.status <> t.old_status
        or coalesce(t.due_at <> t.old_due_at, t.due_at is not null or t.old_due_at is not null)
        or coalesce(t.finished_at <> t.old_finished_at, t.finished_at is not null or t.old_finished_at is not null)
    )
