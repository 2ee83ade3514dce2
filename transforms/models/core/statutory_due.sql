-- sentence: The due date that procedure, receipt and working calendar give: a control beside the official one, which stays as it is.
-- grain: dossier_key
-- incremental: dossier
-- warnings: only the last supplement is subtracted, where the list dates it or tells its days
with received as (
    select
        d.dossier_key,
        d.resolving_unit_code,
        coalesce(u.calendar_scope, 'ALL') as calendar_scope,
        cast(d.received_at as date) as received_date,
        cast(d.due_at as date) as official_due_date,
        p.duration_days,
        coalesce(w.suspended_working_days, 0) as suspended_working_days,
        case when p.duration_unit = 'working_day' then p.duration_days else 0 end as working_days,
        case when p.duration_unit = 'day' then p.duration_days else 0 end as calendar_days
    from dossier_asof as d
    left join unit_calendar as u on d.resolving_unit_code = u.unit_code
    left join suspension as w on d.dossier_key = w.dossier_key
    left join procedure_register as p
        on d.procedure_code = p.procedure_code
        and (p.valid_from is null or cast(d.received_at as date) >= p.valid_from)
        and (p.valid_to is null or cast(d.received_at as date) <= p.valid_to)
    where d.received_at is not null
),

-- The day of receipt is not counted. Working days are added to its number, which on a day off (a counter open on a Saturday)
-- is that of the last working day before it. Calendar days, and no days at all, end on a day that may be off: then the next
-- working day holds. So practice reads articles 147 and 148 of the Civil Code of 2015; their text has not been checked.
counted as (
    select
        r.*,
        case
            when r.working_days > 0 then s.working_day_number + r.working_days
            when r.duration_days is not null then e.next_working_day_number
        end + r.suspended_working_days as due_number,
        s.is_confirmed
    from received as r
    left join working_day as s on r.calendar_scope = s.calendar_scope and r.received_date = s.day
    left join working_day as e
        on r.calendar_scope = e.calendar_scope
        and s.day_number + r.calendar_days = e.day_number
),

compared as (
    select
        c.*,
        t.day as statutory_due_date,
        -- An official due date on a day off holds until the next working day too.
        o.next_working_day_number - c.due_number as difference_working_days,
        coalesce(c.is_confirmed and t.is_confirmed and o.is_confirmed, false) as is_calendar_confirmed
    from counted as c
    left join working_day as t
        on c.calendar_scope = t.calendar_scope
        and c.due_number = t.working_day_number
        and t.is_working_day
    left join working_day as o on c.calendar_scope = o.calendar_scope and c.official_due_date = o.day
)

select
    dossier_key,  -- dossier that was received
    resolving_unit_code,  -- unit that resolves it
    calendar_scope,  -- working calendar of that unit
    received_date,  -- day of receipt
    official_due_date,  -- day on which its source says that it is due; null when it says none
    duration_days,  -- statutory time as catalogued on the day of receipt; null when there is none
    statutory_due_date,  -- working day on which it is due by that time; null without a time or beyond the calendar
    difference_working_days,  -- working days by which the official due date is later (negative: earlier)
    case
        when duration_days is null then 'no_statutory_time'
        when official_due_date is null then 'no_official_due'
        when not is_calendar_confirmed then 'calendar_not_confirmed'
        when difference_working_days > 1 then 'longer'
        when difference_working_days < -1 then 'shorter'
        else 'same'
    end as finding  -- same (within one working day) | longer | shorter | no_official_due | no_statutory_time | calendar_not_confirmed
from compared
