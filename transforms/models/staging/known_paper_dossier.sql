-- sentence: Dossiers of the paper books, as they stood on the as-of day.
-- grain: unit_code, dossier_code
-- incremental: full
-- params: as_of
select
    unit_code,  -- unit
    dossier_code,  -- number in the book
    cast(received_at as date) as received_date  -- day of receipt
from paper_dossier_run
where first_exported_at < cast($as_of as date) + interval 1 day
    and (ended_exported_at is null or ended_exported_at >= cast($as_of as date) + interval 1 day)
qualify row_number() over (partition by unit_code, dossier_code order by first_exported_at desc, source desc) = 1
