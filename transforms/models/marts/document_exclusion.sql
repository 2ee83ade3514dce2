-- sentence: Registered documents that stand in no denominator, by what leaves them out: a class of secrecy, a ground, or recipients outside the office only.
-- grain: unit_code, scope, calendar, period_kind, period_start, period_end, ground
-- incremental: full
-- params: as_of
-- warnings: a ground is what the register writes, by its word; whether it is lawful is for the office to say
with by_day as (
    select
        unit_code,
        issued_date as day,
        case when is_outside_only then 'recipients_outside' else exclusion_ground end as ground,
        count(*) as left_out
    from document_asof
    where is_outside_only or exclusion_ground is not null
    group by 1, 2, 3
)

select
    s.unit_code,  -- unit
    s.scope,  -- own | subtree | plan_scope | <level>_level | todays_map
    p.calendar,  -- official | calendar
    p.period_kind,  -- month | quarter | half | nine_months | year | ytd
    p.period_start,  -- first day
    p.period_end,  -- last day
    d.ground,  -- secret | top_secret | absolute_secret | paper_original | large_format | not_connected | other | recipients_outside
    cast(sum(d.left_out) as bigint) as document_count  -- documents left out on it
from by_day as d
inner join period as p on d.day between p.period_start and least(p.period_end, cast($as_of as date))
inner join unit_scope as s on d.unit_code = s.member_unit_code
group by s.unit_code, s.scope, p.calendar, p.period_kind, p.period_start, p.period_end, d.ground
