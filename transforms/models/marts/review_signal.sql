-- sentence: Dossiers that were edited, or entered, in a way that asks for a second look: which signal, when, what was told before and then, and what it does to the rate.
-- grain: signal_id, dossier_key, noted_at
-- incremental: full
-- audience: internal
-- warnings: internal: no form, letter or public page may read it; a signal is a question and no finding of fault; a row with a lawful_reason asks for nothing
with signalled as (
    select signal_id, dossier_key, noted_at, before_value, after_value, lawful_reason from due_moved_after_due
    union all
    select signal_id, dossier_key, noted_at, before_value, after_value, lawful_reason from end_equals_due
    union all
    select signal_id, dossier_key, noted_at, before_value, after_value, lawful_reason from end_moved_back
    union all
    select signal_id, dossier_key, noted_at, before_value, after_value, lawful_reason from reopened
    union all
    select signal_id, dossier_key, noted_at, before_value, after_value, lawful_reason from status_excused
    union all
    select signal_id, dossier_key, noted_at, before_value, after_value, lawful_reason from long_pause
    union all
    select signal_id, dossier_key, noted_at, before_value, after_value, lawful_reason from gone_while_overdue
    union all
    select signal_id, dossier_key, noted_at, before_value, after_value, lawful_reason from first_seen_finished
    union all
    select signal_id, dossier_key, noted_at, before_value, after_value, lawful_reason from late_burst
    union all
    select signal_id, dossier_key, noted_at, before_value, after_value, lawful_reason from same_minute_online
),

-- What is gone has no row as of the day; its last one still tells its unit.
last_told as (
    select
        r.dossier_key,
        max(r.source) as source,
        max(r.dossier_code) as dossier_code,
        max_by(r.resolving_unit_code, r.first_exported_at) as resolving_unit_code
    from known_dossier_run as r
    where r.dossier_key in (select dossier_key from signalled)
    group by r.dossier_key
)

select
    s.signal_id,  -- signal: see docs/signals
    s.dossier_key,  -- dossier
    l.dossier_code,  -- its code
    l.source,  -- system
    coalesce(d.resolving_unit_code, l.resolving_unit_code) as unit_code,  -- unit that resolves it
    s.noted_at,  -- local time of the export that first showed it, or of the act itself
    s.before_value,  -- what was told before, or what it is laid beside
    s.after_value,  -- what was told then
    coalesce(
        s.lawful_reason, case when contains(d.corrected_columns, g.looks_at) then 'correction' end
    ) as lawful_reason,  -- supplement | extension, where the export carries it; correction: an accepted one of what the signal looks at; null: to be looked at
    k.exit_date,  -- day on which the dossier counts as resolved; null while open or gone
    k.reported_outcome,  -- what form II.06 makes of it; null when it is gone
    k.first_known_outcome,  -- the same by what was first told
    coalesce(k.reported_outcome in ('early', 'on_time') and k.first_known_outcome = 'late', false) as changes_rate  -- whether it is in time as reported and late by what was first told
from signalled as s
inner join last_told as l on s.dossier_key = l.dossier_key
inner join signal as g on s.signal_id = g.signal_id
left join dossier_asof as d on s.dossier_key = d.dossier_key
left join first_known as k on s.dossier_key = k.dossier_key
