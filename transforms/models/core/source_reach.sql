-- sentence: Up to which day the exports of each kind of indicator have come: the earliest among its sources' latest exports.
-- grain: kind
-- incremental: full
-- warnings: a source that has ended holds all of its kind back; the last day itself is not whole, since its export is of that day
with by_source as (
    select
        -- Documents are counted from their register and the transmission log together.
        case when kind = 'transmission' then 'document' else kind end as kind,
        kind as file_kind,
        source,
        max(cast(exported_at as date)) as exported_date
    from known_file
    where outcome = 'recorded'
    group by 1, 2, 3
)

select
    kind,  -- dossier | document
    min(exported_date) as reached_date,  -- a period that ended before this day has the exports of all its sources
    count(*) as source_count  -- sources of this kind
from by_source
group by kind
