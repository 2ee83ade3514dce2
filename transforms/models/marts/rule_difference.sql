-- sentence: Why a rule's on-time rate differs from that of II06_DATE, on the basis of resolved dossiers: changes by cause that add up to the difference.
-- grain: rule_id, unit_code, scope, calendar, period_kind, period_start, period_end, cause
-- incremental: full
-- params: as_of
select
    c.rule_id,  -- counting rule that is laid beside II06_DATE
    s.unit_code,  -- unit that resolves
    s.scope,  -- own | subtree | plan_scope | <level>_level | todays_map
    p.calendar,  -- official | calendar
    p.period_kind,  -- month | quarter | half | nine_months | year | ytd
    p.period_start,  -- first day of the period
    p.period_end,  -- last day of the period
    c.cause,  -- withdrawn | rejected | supplement | … (its status) | no_due_date | several_supplements | due_date_moved | supplement_time | hour_of_the_due_day | not_told | other
    cast(sum(c.dossier_count) as bigint) as dossier_count,  -- dossiers that the two rules count differently
    cast(sum(c.numerator_change) as bigint) as numerator_change,  -- numerator under the rule less that under II06_DATE
    cast(sum(c.denominator_change) as bigint) as denominator_change  -- denominator likewise
from rule_change as c
inner join unit_scope as s on c.unit_code = s.member_unit_code
inner join period as p on c.day between p.period_start and least(p.period_end, cast($as_of as date))
group by c.rule_id, s.unit_code, s.scope, p.calendar, p.period_kind, p.period_start, p.period_end, c.cause
