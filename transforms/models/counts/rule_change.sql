-- sentence: What each rule makes of the on-time rate that II06_DATE does not, by day and by the cause in the dossier: differences add up exactly.
-- grain: rule_id, unit_code, day, cause
-- incremental: day
-- warnings: a dossier has one cause a rule, the first that applies; one that a rule ends on another day is in two days
with usual as (
    select dossier_key, outcome, exit_date from dossier_outcome
    where rule_id = 'II06_DATE'
),

paired as (
    select
        o.rule_id,
        o.dossier_key,
        o.group_number,
        case when o.outcome in ('early', 'on_time') then 1 else 0 end as in_time,
        case when o.outcome in ('early', 'on_time', 'late') then 1 else 0 end as resolved,
        case when o.outcome in ('early', 'on_time', 'late') then o.exit_date end as day,
        case when u.outcome in ('early', 'on_time') then 1 else 0 end as usual_in_time,
        case when u.outcome in ('early', 'on_time', 'late') then 1 else 0 end as usual_resolved,
        case when u.outcome in ('early', 'on_time', 'late') then u.exit_date end as usual_day,
        o.outcome,
        o.exclusion_reason
    from dossier_outcome as o
    inner join usual as u on o.dossier_key = u.dossier_key
    where o.rule_id <> 'II06_DATE'
),

differing as (
    select
        p.*,
        d.resolving_unit_code as unit_code,
        case
            when p.outcome = 'unknown' then 'not_told'
            when d.status in ('WITHDRAWN', 'REJECTED', 'CANCELLED', 'SUPPLEMENT', 'FINANCIAL', 'PAUSED') then lower(d.status)
            when d.due_at is null then 'no_due_date'
            when d.supplement_count > 1 and p.rule_id = 'QD766_2_1' then 'several_supplements'
            when d.original_due_at <> d.due_at and p.rule_id = 'STRICT_ORIG' then 'due_date_moved'
            when d.extended_due_at < d.due_at and p.rule_id = 'QD766_2_1' then 'due_date_moved'
            when d.extended_due_at <> d.due_at and p.rule_id in ('QD766_2_1', 'STRICT_ORIG') then 'supplement_time'
            when cast(d.finished_at as date) = cast(d.due_at as date) then 'hour_of_the_due_day'
            else 'other'
        end as cause
    from paired as p
    inner join dossier_asof as d on p.dossier_key = d.dossier_key
    where p.in_time <> p.usual_in_time or p.resolved <> p.usual_resolved
        or coalesce(p.day, p.usual_day) <> coalesce(p.usual_day, p.day)
),

moved as (
    select rule_id, unit_code, day, cause, in_time, resolved, 1 as dossiers
    from differing
    where day is not null
    union all
    select rule_id, unit_code, usual_day, cause, -usual_in_time, -usual_resolved, case when day is null then 1 else 0 end
    from differing
    where usual_day is not null
)

select
    rule_id,  -- counting rule
    unit_code,  -- unit that resolves
    day,  -- day on which the rule, or II06_DATE, counts the dossier as resolved
    cause,  -- withdrawn | rejected | supplement | … (its status) | no_due_date | several_supplements | due_date_moved | supplement_time | hour_of_the_due_day | not_told | other
    cast(sum(dossiers) as bigint) as dossier_count,  -- dossiers, each once
    cast(sum(in_time) as bigint) as numerator_change,  -- numerator under the rule less that under II06_DATE
    cast(sum(resolved) as bigint) as denominator_change  -- denominator likewise
from moved
group by rule_id, unit_code, day, cause
