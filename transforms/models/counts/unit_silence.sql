-- sentence: Units that handle dossiers by their kind and had none at all in the last ended month.
-- grain: unit_code
-- incremental: full
-- params: as_of
with last_month as (
    select period_start, period_end
    from period
    where calendar = 'calendar' and period_kind = 'month' and period_end <= cast($as_of as date)
    order by period_end desc
    limit 1
),

active as (
    select distinct d.unit_code
    from dossier_daily as d
    inner join last_month as m on d.day between m.period_start and m.period_end
)

select
    u.unit_code,  -- unit
    u.unit_name,  -- its name
    m.period_start,  -- first day of the month
    m.period_end  -- last day of the month
from unit_register as u
cross join last_month as m
where u.unit_kind in ('department', 'commune', 'vertical_agency')
    and (u.valid_from is null or u.valid_from <= m.period_end)
    and (u.valid_to is null or u.valid_to >= m.period_start)
    and u.unit_code not in (select unit_code from active)
