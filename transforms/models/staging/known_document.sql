-- sentence: Outgoing documents as their registers stood on the as-of day.
-- grain: unit_code, document_code, issued_date
-- incremental: day
-- params: as_of
-- warnings: a document that several registers hold is taken from the one that was exported last
select
    document_code,  -- number and sign (số ký hiệu)
    cast(issued_at as date) as issued_date,  -- day of issue
    issuing_unit_code as unit_code,  -- unit that issued it
    secrecy,  -- open | secret | top_secret | absolute_secret; null counts as open
    exclusion_ground,  -- paper_original | large_format | not_connected | other; null when it may go over the network
    recipients,  -- recipients that are units, by code, or kinds of units, as @kind; null when there are none or the register does not tell
    coalesce(recipients_outside_count, 0) as outside_recipient_count,  -- recipients outside the office
    coalesce(recipients_unknown_count, 0) as unknown_recipient_count,  -- recipients of which nobody knows who they are
    is_paper_sent = 'yes' as is_paper_sent,  -- a paper copy was sent as well; null when the register does not tell
    is_signed = 'yes' as is_signed  -- signed digitally by the agency; null when the register does not tell
from document_run
where first_exported_at < cast($as_of as date) + interval 1 day
    and (ended_exported_at is null or ended_exported_at >= cast($as_of as date) + interval 1 day)
qualify row_number() over (partition by issuing_unit_code, document_code, cast(issued_at as date) order by first_exported_at desc, source desc, issued_at desc) = 1
