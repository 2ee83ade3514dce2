-- sentence: One row a document, from the register and from the log: whether it counts, and whether it really went electronically.
-- grain: unit_code, document_code, issued_date
-- incremental: day
-- params: needs_all_recipients
-- warnings: a document that is only in the log has no place in a denominator, since the log never holds what went on paper; paper copies and signatures are what the register says, never the log
with sent as (
    select
        unit_code,
        document_code,
        issued_date,
        count(case when has_it then 1 end) as arrived_count
    from transmission_asof
    group by unit_code, document_code, issued_date
),

addressed as (
    select
        unit_code,
        document_code,
        issued_date,
        count(*) as recipient_count,
        count(case when has_it then 1 end) as reached_count
    from document_recipient
    group by unit_code, document_code, issued_date
),

document as (
    select
        coalesce(d.unit_code, s.unit_code) as unit_code,
        coalesce(d.document_code, s.document_code) as document_code,
        coalesce(d.issued_date, s.issued_date) as issued_date,
        d.document_code is not null as is_registered,
        coalesce(a.recipient_count, 0) as recipient_count,
        coalesce(d.unknown_recipient_count, 0) as unknown_recipient_count,
        a.recipient_count is null and d.outside_recipient_count > 0 and d.unknown_recipient_count = 0 as is_outside_only,
        case when d.secrecy <> 'open' then d.secrecy else d.exclusion_ground end as ground,
        case
            when a.recipient_count is null then coalesce(s.arrived_count, 0) > 0
            when $needs_all_recipients = 1 then a.reached_count = a.recipient_count
            else a.reached_count > 0
        end as is_electronic,
        d.is_paper_sent,
        d.is_signed
    from known_document as d
    full outer join sent as s
        on d.unit_code = s.unit_code
        and d.document_code = s.document_code
        and d.issued_date = s.issued_date
    left join addressed as a
        on d.unit_code = a.unit_code
        and d.document_code = a.document_code
        and d.issued_date = a.issued_date
)

select
    unit_code,  -- unit that issued it
    document_code,  -- number and sign
    issued_date,  -- day of issue
    is_registered,  -- true when the register of outgoing documents holds it
    recipient_count,  -- units within the office that it is addressed to; 0 when nobody knows
    unknown_recipient_count,  -- recipients of which nobody knows who they are
    coalesce(is_outside_only, false) as is_outside_only,  -- true when all of its recipients are outside the office
    case when not coalesce(is_outside_only, false) then ground end as exclusion_ground,  -- class of secrecy or ground on which it is left out; null when it counts or goes outside only
    is_registered and not coalesce(is_outside_only, false) and ground is null as is_counted,  -- true when it stands in the denominator
    is_electronic,  -- true when its recipients within the office have it electronically (all, or one of them, as set); where they are not known, when anybody has it
    is_electronic and not is_paper_sent and is_signed as is_only_signed  -- true when it went electronically only, signed by the agency; null when the register does not tell
from document
