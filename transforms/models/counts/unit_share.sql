-- sentence: Of each unit in force at the end of a year, or on the as-of day: whether the registers say, with evidence, that it did what is asked.
-- grain: indicator_id, unit_code, calendar, period_kind, period_start, period_end
-- incremental: full
-- params: as_of
-- warnings: what holds of a unit without an entry is the indicator's silence: missing_data, not_done or no_activity
with place as (
    select
        p.indicator_id,
        p.rule_id,
        p.basis_id,
        f.validity,
        f.silence,
        u.unit_code,
        p.calendar,
        p.period_kind,
        p.period_start,
        p.period_end,
        least(p.period_end, cast($as_of as date)) as last_day
    from figure_period as p
    inner join figure as f on p.indicator_id = f.indicator_id and f.counted = 'units'
    inner join unit_register as u
        on (u.valid_from is null or u.valid_from <= least(p.period_end, cast($as_of as date)))
        and (u.valid_to is null or u.valid_to >= least(p.period_end, cast($as_of as date)))
),

told as (
    select
        l.indicator_id,
        l.unit_code,
        l.calendar,
        l.period_kind,
        l.period_start,
        l.period_end,
        count(*) as entries,
        count(case when e.is_done and coalesce(e.done_date <= l.last_day, true) then 1 end) as done,
        count(case when e.is_done and coalesce(e.done_date <= l.last_day, true) and e.has_evidence then 1 end) as proven
    from place as l
    inner join register_entry as e
        on l.indicator_id = e.indicator_id
        and l.unit_code = e.unit_code
        and e.counts_from <= l.last_day
        and e.counts_to >= l.period_start
    group by l.indicator_id, l.unit_code, l.calendar, l.period_kind, l.period_start, l.period_end
),

judged as (
    select
        l.*,
        coalesce(t.entries, 0) as entries,
        -- Of tasks all must be done; of anything else one entry is enough.
        coalesce(case when l.validity = 'due' then t.done = t.entries else t.done > 0 end, false) as is_done,
        coalesce(case when l.validity = 'due' then t.proven = t.entries else t.proven > 0 end, false) as is_proven
    from place as l
    left join told as t
        on l.indicator_id = t.indicator_id
        and l.unit_code = t.unit_code
        and l.calendar = t.calendar
        and l.period_kind = t.period_kind
        and l.period_start = t.period_start
        and l.period_end = t.period_end
)

select
    indicator_id,  -- indicator
    rule_id,  -- counting rule
    basis_id,  -- what the denominator holds
    unit_code,  -- unit
    calendar,  -- calendar
    period_kind,  -- year | ytd
    period_start,  -- first day
    period_end,  -- last day
    case when is_proven then 1 else 0 end as numerator,  -- 1 when it is done and proven
    case when entries = 0 and silence = 'no_activity' then 0 else 1 end as denominator,  -- 1 when it is asked of the unit
    case when entries = 0 and silence = 'missing_data' then 1 else 0 end as unreported,  -- 1 when nothing is reported of the unit
    case when is_done and not is_proven then 1 else 0 end as no_evidence  -- 1 when it is done by what is said, without evidence
from judged
