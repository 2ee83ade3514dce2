-- sentence: Outgoing documents per unit and period: those that count, those left out and why, those that went electronically.
-- grain: unit_code, scope, calendar, period_kind, period_start, period_end
-- incremental: full
-- params: as_of
with by_day as (
    select
        unit_code,
        issued_date as day,
        count(case when is_counted then 1 end) as counted,
        count(case when is_counted and is_electronic then 1 end) as electronic,
        count(case when is_counted and is_only_signed then 1 end) as only_signed,
        count(case when is_counted and is_only_signed is null then 1 end) as only_signed_unknown,
        count(case when exclusion_ground is not null then 1 end) as excluded,
        count(case when is_registered then 1 end) as registered,
        count(case when not is_registered then 1 end) as logged_only,
        count(case when not is_registered and is_electronic then 1 end) as logged_only_electronic
    from document_asof
    group by unit_code, issued_date
),

by_unit as (
    select
        d.unit_code,
        p.calendar,
        p.period_kind,
        p.period_start,
        p.period_end,
        sum(d.counted) as counted,
        sum(d.electronic) as electronic,
        sum(d.only_signed) as only_signed,
        sum(d.only_signed_unknown) as only_signed_unknown,
        sum(d.excluded) as excluded,
        sum(d.logged_only_electronic) as logged_only_electronic,
        case when sum(d.registered) = 0 and sum(d.logged_only) > 0 then 1 else 0 end as is_without_register
    from by_day as d
    inner join period as p on d.day between p.period_start and least(p.period_end, cast($as_of as date))
    group by d.unit_code, p.calendar, p.period_kind, p.period_start, p.period_end
)

select
    s.unit_code,  -- unit
    s.scope,  -- own | subtree | plan_scope | <level>_level | todays_map
    u.calendar,  -- official | calendar
    u.period_kind,  -- month | quarter | half | nine_months | year | ytd
    u.period_start,  -- first day
    u.period_end,  -- last day
    cast(sum(u.counted) as bigint) as counted_count,  -- registered documents that count
    cast(sum(case when u.is_without_register = 1 then u.logged_only_electronic else u.electronic end) as bigint)
        as electronic_count,  -- of these, gone electronically; for a unit without register, those in the log
    cast(sum(u.only_signed) as bigint) as only_signed_count,  -- of those that count, gone electronically only, signed by the agency
    cast(sum(u.only_signed_unknown) as bigint) as only_signed_unknown_count,  -- of these, those of which the register does not tell it
    cast(sum(u.excluded) as bigint) as excluded_count,  -- secret, or kept from the network on a ground
    cast(sum(u.is_without_register) as bigint) as without_register_count  -- units of which only the log is there
from by_unit as u
inner join unit_scope as s on u.unit_code = s.member_unit_code
group by s.unit_code, s.scope, u.calendar, u.period_kind, u.period_start, u.period_end
