-- sentence: Events of the transmission log known on the as-of day.
-- grain: unit_code, document_code, issued_date, recipient_name_hash, event_code, event_at
-- incremental: day
-- params: as_of
select distinct
    document_code,  -- number and sign of the document
    cast(issued_at as date) as issued_date,  -- day of issue
    issuing_unit_code as unit_code,  -- unit that sent it
    recipient_name_hash,  -- tells the recipients of a document apart
    event_code,  -- edXML status code
    event_at  -- local time of the event
from transmission_run
where first_exported_at < cast($as_of as date) + interval 1 day
