-- sentence: Open dossiers that a list of what is open did not hold, and that no export had shown again by the as-of day.
-- grain: dossier_key
-- incremental: dossier
-- params: as_of
select
    source || ':' || dossier_code as dossier_key,  -- source and normalised dossier code
    max(first_exported_at) as absent_since  -- the list that did not hold it
from dossier_absence
where first_exported_at < cast($as_of as date) + interval 1 day
    and (ended_exported_at is null or ended_exported_at >= cast($as_of as date) + interval 1 day)
group by source, dossier_code
