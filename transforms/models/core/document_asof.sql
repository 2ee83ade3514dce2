-- sentence: One row a document, from the register and from the log: whether it counts, and whether it really went electronically.
-- grain: unit_code, document_code, issued_date
-- incremental: day
-- warnings: a document that is only in the log has no place in a denominator, since the log never holds what went on paper
with last_event as (
    select
        unit_code,
        document_code,
        issued_date,
        recipient_name_hash,
        event_code
    from known_transmission
    qualify row_number() over (
        partition by unit_code, document_code, issued_date, recipient_name_hash order by event_at desc, event_code desc
    ) = 1
),

sent as (
    select
        unit_code,
        document_code,
        issued_date,
        -- 02 refused, 13 recall asked, 14 and 15 recall agreed; 16 is a recall refused, so the document stayed.
        max(case when event_code in ('01', '03', '04', '05', '06', '16') then 1 else 0 end) as has_arrived
    from last_event
    group by unit_code, document_code, issued_date
)

select
    coalesce(d.unit_code, s.unit_code) as unit_code,  -- unit that issued it
    coalesce(d.document_code, s.document_code) as document_code,  -- number and sign
    coalesce(d.issued_date, s.issued_date) as issued_date,  -- day of issue
    d.document_code is not null as is_registered,  -- true when the register of outgoing documents holds it
    coalesce(d.secrecy = 'secret', false) or coalesce(d.has_exclusion_ground, false) as is_excluded,  -- secret, or a ground is given
    coalesce(s.has_arrived, 0) = 1 as is_electronic  -- at least one recipient has it electronically
from known_document as d
full outer join sent as s
    on d.unit_code = s.unit_code
    and d.document_code = s.document_code
    and d.issued_date = s.issued_date
