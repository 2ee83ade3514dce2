-- sentence: Official due dates beside those that procedure and working calendar give, counted by unit and period of receipt.
-- grain: unit_code, scope, calendar, period_kind, period_start, period_end
-- incremental: full
-- warnings: a difference asks for a look and proves nothing: a lawful suspension lengthens the time too
with by_day as (
    select
        resolving_unit_code,
        received_date,
        count(*) as received,
        count(case when finding = 'same' then 1 end) as same,
        count(case when finding = 'longer' then 1 end) as longer,
        count(case when finding = 'shorter' then 1 end) as shorter,
        count(case when finding = 'no_official_due' then 1 end) as no_official_due,
        count(case when finding = 'no_statutory_time' then 1 end) as no_statutory_time,
        count(case when finding = 'calendar_not_confirmed' then 1 end) as calendar_not_confirmed
    from statutory_due
    group by resolving_unit_code, received_date
)

select
    s.unit_code,  -- unit that resolves
    s.scope,  -- own | subtree
    p.calendar,  -- official | calendar | an office's own
    p.period_kind,  -- month | quarter | half | nine_months | year | ytd
    p.period_start,  -- first day of the period
    p.period_end,  -- last day of the period
    cast(sum(d.received) as bigint) as received_count,  -- dossiers received = the six counts that follow
    cast(sum(d.same) as bigint) as same_count,  -- official due date within one working day of the statutory one
    cast(sum(d.longer) as bigint) as longer_count,  -- officially due later than that
    cast(sum(d.shorter) as bigint) as shorter_count,  -- officially due earlier than that
    cast(sum(d.no_official_due) as bigint) as no_official_due_count,  -- the source says no due date
    cast(sum(d.no_statutory_time) as bigint) as no_statutory_time_count,  -- no time in the catalogue on the day of receipt
    cast(sum(d.calendar_not_confirmed) as bigint) as calendar_not_confirmed_count  -- a year without a confirmed calendar
from by_day as d
inner join unit_scope as s on d.resolving_unit_code = s.member_unit_code
inner join period as p on d.received_date between p.period_start and p.period_end
group by s.unit_code, s.scope, p.calendar, p.period_kind, p.period_start, p.period_end
