-- sentence: One row a document and recipient of the log: whether the recipient has it, after all events in the order of time.
-- grain: unit_code, document_code, issued_date, recipient
-- incremental: day
-- warnings: where it arrives and is refused or given back at the same moment, the recipient does not have it; 13 alone is a request, and changes nothing
with recall as (
    select
        unit_code,
        document_code,
        issued_date,
        recipient,
        event_code,
        event_at,
        lag(event_code) over (
            partition by unit_code, document_code, issued_date, recipient order by event_at, event_code
        ) as previous_code
    from known_transmission
    where event_code in ('13', '15', '16')
),

event as (
    select
        unit_code,
        document_code,
        issued_date,
        recipient,
        -- 16: it is asked for and not given back, so that the recipient has it.
        case when event_code in ('01', '03', '04', '05', '06', '16') then event_at end as arrived_at,
        case when event_code = '02' then event_at end as lost_at
    from known_transmission
    union all
    select unit_code, document_code, issued_date, recipient, cast(null as timestamp), event_at
    from recall
    -- 15 may also agree to an update, by which nothing is lost: only after 13 the document goes back.
    where event_code = '15' and previous_code = '13'
)

select
    unit_code,  -- unit that sent it
    document_code,  -- number and sign
    issued_date,  -- day of issue
    recipient,  -- unit that it was sent to, or a hash of the name
    coalesce(max(arrived_at) > max(lost_at), max(arrived_at) is not null) as has_it  -- true when the recipient has it electronically
from event
group by unit_code, document_code, issued_date, recipient
