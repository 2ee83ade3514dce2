-- sentence: Of each unit and period: dossiers received in the system, and those received outside of it, where the unit says how many.
-- grain: unit_code, calendar, period_kind, period_start, period_end
-- incremental: full
-- params: as_of
-- warnings: a unit that keeps a paper book is taken from it and not from its totals; a dossier of the book that the system holds is not outside; a unit that reports its totals had none outside before it began and after it ended
with received as (
    select
        unit_code,
        calendar,
        period_kind,
        period_start,
        period_end,
        received_count
    from dossier_period
    where scope = 'own' and unit_role = 'receiving' and field_code = 'ALL' and rule_id = 'II06_DATE'
),

keeper as (
    select distinct unit_code from known_paper_dossier
),

on_paper as (
    select k.unit_code, k.received_date
    from known_paper_dossier as k
    left join dossier_asof as d on k.dossier_code = d.dossier_code
    where d.dossier_code is null
),

paper as (
    select
        k.unit_code,
        p.calendar,
        p.period_kind,
        p.period_start,
        p.period_end,
        count(b.received_date) as paper_count
    from keeper as k
    cross join period as p
    left join on_paper as b
        on k.unit_code = b.unit_code
        and b.received_date between p.period_start and least(p.period_end, cast($as_of as date))
    group by k.unit_code, p.calendar, p.period_kind, p.period_start, p.period_end
),

outside as (
    select unit_code, calendar, period_kind, period_start, period_end, paper_count as outside_count from paper
    union all
    select s.unit_code, s.calendar, s.period_kind, s.period_start, s.period_end, s.numerator
    from span_period as s
    left join keeper as k on s.unit_code = k.unit_code
    where s.measure = 'outside_dossier' and k.unit_code is null
    union all
    select u.unit_code, p.calendar, p.period_kind, p.period_start, p.period_end, 0
    from unit_register as u
    inner join period as p on u.valid_from > p.period_end or u.valid_to < p.period_start
    inner join (select distinct unit_code from known_outside_dossier where has_evidence) as o on u.unit_code = o.unit_code
    left join keeper as k on u.unit_code = k.unit_code
    where k.unit_code is null
)

select
    coalesce(r.unit_code, o.unit_code) as unit_code,  -- unit
    coalesce(r.calendar, o.calendar) as calendar,  -- official | calendar
    coalesce(r.period_kind, o.period_kind) as period_kind,  -- kind of period
    coalesce(r.period_start, o.period_start) as period_start,  -- first day
    coalesce(r.period_end, o.period_end) as period_end,  -- last day
    coalesce(r.received_count, 0) as system_count,  -- received in the system
    o.outside_count  -- received outside of it; null when not told
from received as r
full outer join outside as o
    on r.unit_code = o.unit_code
    and r.calendar = o.calendar
    and r.period_kind = o.period_kind
    and r.period_start = o.period_start
    and r.period_end = o.period_end
