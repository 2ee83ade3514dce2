-- sentence: Totals that units report themselves, of spans of days, as their register stood on the as-of day.
-- grain: indicator_id, unit_code, from_date, to_date
-- incremental: full
-- params: as_of
select
    indicator as indicator_id,  -- indicator that the total is of
    unit_code,  -- unit
    cast(from_at as date) as from_date,  -- first day of the span
    cast(to_at as date) as to_date,  -- last day of the span
    numerator,  -- how many meet it
    denominator,  -- of how many
    evidence_number is not null and evidence_at is not null as has_evidence,  -- whether its document has number and date
    evidence_number,  -- number and sign of that document
    cast(evidence_at as date) as evidence_date,  -- its date
    coalesce(reporting_unit_code, unit_code) as reporting_unit_code  -- unit that reported the entry
from total_run
where first_exported_at < cast($as_of as date) + interval 1 day
    and (ended_exported_at is null or ended_exported_at >= cast($as_of as date) + interval 1 day)
qualify row_number() over (partition by indicator, unit_code, from_at, to_at order by first_exported_at desc, source desc) = 1
