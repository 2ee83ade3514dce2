-- sentence: Outgoing documents as their registers stood on the as-of day.
-- grain: unit_code, document_code, issued_date
-- incremental: day
-- params: as_of
select
    document_code,  -- number and sign (số ký hiệu)
    cast(issued_at as date) as issued_date,  -- day of issue
    issuing_unit_code as unit_code,  -- unit that issued it
    secrecy,  -- open | secret; null counts as open
    exclusion_ground  -- lawful ground for not sending it electronically, as written
from document_run
where first_exported_at < cast($as_of as date) + interval 1 day
    and (ended_exported_at is null or ended_exported_at >= cast($as_of as date) + interval 1 day)
