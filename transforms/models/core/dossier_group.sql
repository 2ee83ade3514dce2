-- sentence: The combinations of units, field, channel and level that dossiers have, numbered, so that outcomes are counted by one number.
-- grain: group_number
-- incremental: full
with combination as (
    select distinct receiving_unit_code, resolving_unit_code, field_code, channel, service_level
    from dossier_asof
)

select
    row_number() over (
        order by receiving_unit_code, resolving_unit_code, field_code, channel, service_level
    ) as group_number,  -- number of the combination
    receiving_unit_code,  -- unit that received
    resolving_unit_code,  -- unit that resolves
    field_code,  -- field
    channel,  -- channel; null when not said
    service_level  -- level of online service on the day of receipt
from combination
