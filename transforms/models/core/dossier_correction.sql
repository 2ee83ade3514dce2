-- sentence: What accepted corrections put in place of what the sources say, one row a dossier that has any.
-- grain: dossier_key
-- incremental: full
-- warnings: a dossier that is gone from the exports is not here
select
    dossier_key,  -- dossier
    max(case when claim = 'due_at' then corrected_at end) as due_at,  -- the right due date; null where it is not corrected
    max(case when claim = 'finished_at' then corrected_at end) as finished_at,  -- the right end; null where it is not corrected
    max(corrected_status) as status,  -- the right status; null where it is not corrected
    max(
        case when corrected_status = 'PROCESSING' then received_at when claim <> 'due_at' then ended_at end
    ) as status_from_at,  -- local time from which it has its status; null where neither status nor end is corrected
    concat_ws(
        ', ',
        max(case when claim = 'due_at' then 'due_at' end),
        max(case when claim = 'finished_at' then 'finished_at' end),
        max(case when claim = 'status' then 'status' end)
    ) as corrected_columns,  -- what is corrected, by comma: due_at, finished_at, status
    string_agg(distinct evidence_number, ', ' order by evidence_number) as correction_document  -- numbers of the documents, by comma
from correction_claim
where state = 'applied'
group by dossier_key
