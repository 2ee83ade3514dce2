-- sentence: The periods that the office has closed (chốt số liệu): with which document, on which release's figures.
-- grain: closing_number
-- incremental: full
select
    closing_number,  -- number in the ledger of closings
    calendar,  -- official | calendar | an office's own
    period_kind,  -- month | quarter | half | nine_months | year
    period_start,  -- first day of the period
    period_end,  -- last day of the period
    document,  -- number and sign of the report that the figures were filed with
    release_id,  -- release whose figures were filed
    release_date,  -- day as of which that release is
    closed_date,  -- day on which it was closed
    reason,  -- why it was closed while provisional, or again; null when it needed none
    row_number() over (
        partition by calendar, period_kind, period_start, period_end order by closing_number desc
    ) = 1 as is_latest  -- false once the period was closed again
from closing_register
