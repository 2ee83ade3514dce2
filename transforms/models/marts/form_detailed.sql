-- sentence: The detailed table that every centre prints (14 columns), under II06_DATE: it keeps waiting for papers and withdrawn apart.
-- grain: unit_code, scope, field_code, calendar, period_kind, period_start, period_end
-- incremental: full
-- warnings: waiting and halted are the dossiers that wait on the as-of day, from the day since which they do
with counted as (
    select
        *,
        early_count + on_time_count + late_count as resolved_count
    from dossier_period
    where rule_id = 'II06_DATE' and unit_role = 'resolving'
)

select
    c.unit_code,  -- unit that resolves
    c.scope,  -- own | subtree | plan_scope | <level>_level
    c.field_code,  -- field (lĩnh vực), or ALL
    c.calendar,  -- official | calendar
    c.period_kind,  -- month | quarter | half | nine_months | year | ytd
    c.period_start,  -- first day of the period
    c.period_end,  -- last day of the period
    c.carried_over_count + c.received_count as received_total,  -- tiếp nhận, tổng số: received, with those carried over
    c.carried_over_count as carried_over,  -- kỳ trước: carried over from the period before
    c.received_count as received_in_period,  -- trong kỳ: received in the period
    c.early_count as resolved_early,  -- đã xử lý trước hạn: before the due day
    c.on_time_count - c.withdrawn_count as resolved_on_time,  -- đã xử lý đúng hạn: on the due day, or without one
    c.late_count as resolved_late,  -- đã xử lý quá hạn: after the due day
    case
        when c.resolved_count - c.withdrawn_count > 0
            then cast(c.early_count + c.on_time_count - c.withdrawn_count as double) / nullif(c.resolved_count - c.withdrawn_count, 0)
    end as in_time_rate,  -- tỷ lệ trước hạn và đúng hạn: fraction 0–1 of those resolved, the withdrawn left out
    c.open_count - c.open_overdue_count - c.waiting_count - c.halted_count as open_in_time,  -- đang xử lý trong hạn: in time, nobody waited for
    c.open_overdue_count as open_overdue,  -- đang xử lý quá hạn: overdue
    c.waiting_count as waiting,  -- chờ bổ sung: waiting for papers
    c.withdrawn_count as withdrawn,  -- trả lại, xin rút: withdrawn in the period
    c.halted_count as halted  -- hồ sơ khác: waiting for a payment, or paused
from counted as c
inner join coverage as v on v.kind = 'dossier' and c.period_start >= v.covered_from
where c.scope <> 'todays_map'
    and (c.field_code = 'ALL' or c.carried_over_count + c.received_count + c.resolved_count + c.open_count > 0)
