-- sentence: The dossiers of which an export had a row that is kept out, each by a hash of its code, so that one that comes out can be told from a new one.
-- grain: source, code_hash
-- incremental: full
-- warnings: a dossier stays here once a later export says it rightly; rows without a readable code are not here
select distinct
    q.source,  -- system
    q.key_hash as code_hash  -- md5 of the dossier's code as the export writes it
from quarantine as q
inner join known_file as f on q.source = f.source and q.file_id = f.file_id
where f.kind = 'dossier' and f.outcome = 'recorded' and q.key_hash is not null
