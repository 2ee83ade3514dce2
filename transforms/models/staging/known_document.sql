-- sentence: Outgoing documents as their registers stood on the as-of day.
-- grain: unit_code, document_code, issued_date
-- incremental: day
-- params: as_of
select
    document_code,  -- number and sign (số ký hiệu)
    cast(issued_at as date) as issued_date,  -- day of issue
    issuing_unit_code as unit_code,  -- unit that issued it
    secrecy,  -- open | secret; null counts as open
    has_exclusion_ground  -- a lawful ground for not sending it electronically is given; what it says is not read
from document_run
where first_exported_at < cast($as_of as date) + interval 1 day
    and (ended_exported_at is null or ended_exported_at >= cast($as_of as date) + interval 1 day)
