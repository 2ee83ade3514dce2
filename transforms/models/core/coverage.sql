-- sentence: From which day on the data of each kind are whole: the latest first day among the sources of that kind.
-- grain: kind
-- incremental: full
-- warnings: the catalogue of procedures says by its own dates from when on each entry holds
with begun as (
    select
        kind,
        source,
        -- A list of what is open says nothing of the days before it.
        case when covers_by = 'open' then cast(exported_at as date) else covers_from end as begins_on
    from known_file
    where outcome = 'recorded'
),

by_source as (
    select
        kind,
        source,
        case when count(*) = count(begins_on) then min(begins_on) end as covered_from
    from begun
    group by kind, source
)

select
    kind,  -- dossier | document | transmission | procedure | a register kept by hand
    coalesce(max(covered_from), cast('0001-01-01' as date)) as covered_from,  -- first day of whole data
    count(*) as source_count  -- sources of this kind
from by_source
group by kind
union all
select distinct 'procedure', cast('0001-01-01' as date), cast(1 as bigint) from procedure_register
