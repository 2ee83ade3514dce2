-- sentence: From which to which day figures can be told, by the kind of what is counted: what all of its sources cover.
-- grain: kind
-- incremental: full
select
    c.kind,  -- dossier | document
    c.covered_from,  -- first day of whole data; earlier periods are missing_data
    r.reached_date  -- earliest of the sources' latest exports: figures up to the day before are no longer provisional
from coverage as c
inner join source_reach as r on c.kind = r.kind
