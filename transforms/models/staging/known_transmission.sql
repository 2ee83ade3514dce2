-- sentence: Events of the transmission log known on the as-of day.
-- grain: unit_code, document_code, issued_date, recipient, event_code, event_at
-- incremental: day
-- params: as_of
select distinct
    document_code,  -- number and sign of the document
    cast(issued_at as date) as issued_date,  -- day of issue
    issuing_unit_code as unit_code,  -- unit that sent it
    coalesce(recipient_unit_code, recipient_name_hash) as recipient,  -- unit that received it; a hash where the name is of no unit
    event_code,  -- edXML status code: 01–06, 13, 15 (also written 14), 16; none for a code that says nothing of the arrival
    event_at  -- local time of the event
from transmission_run
where first_exported_at < cast($as_of as date) + interval 1 day
