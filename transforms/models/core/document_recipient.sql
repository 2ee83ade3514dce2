-- sentence: The units within the office that each document is addressed to by its register, and whether they have it electronically.
-- grain: unit_code, document_code, issued_date, recipient_unit_code
-- incremental: day
-- warnings: the unit that issued it is none of its recipients
with addressed as (
    select distinct
        d.unit_code, d.document_code, d.issued_date, r.unit_code as recipient_unit_code
    from known_document as d
    inner join recipient_unit as r
        on d.recipients = r.recipients
        and (r.from_date is null or r.from_date <= d.issued_date)
        and (r.to_date is null or r.to_date >= d.issued_date)
    where r.unit_code <> d.unit_code
)

select
    a.unit_code,  -- unit that issued it
    a.document_code,  -- number and sign
    a.issued_date,  -- day of issue
    a.recipient_unit_code,  -- unit that it is addressed to
    coalesce(t.has_it, false) as has_it  -- true when that unit has it electronically
from addressed as a
left join transmission_asof as t
    on a.unit_code = t.unit_code
    and a.document_code = t.document_code
    and a.issued_date = t.issued_date
    and a.recipient_unit_code = t.recipient
