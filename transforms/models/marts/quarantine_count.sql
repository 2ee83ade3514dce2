-- sentence: Rows kept out, and rows taken with a warning, per file and rule.
-- grain: source, file_id, rule_code, column_name, severity
-- incremental: full
select
    f.source,  -- system
    f.kind,  -- dossier | document | transmission
    f.file_id,  -- SHA-256 of the bytes
    f.file_name,  -- as the office named it
    q.rule_code,  -- row rule
    q.column_name,  -- column at fault; empty for a whole row
    'quarantine' as severity,  -- quarantine: kept out; warning: taken and counted
    cast(count(*) as bigint) as row_count  -- rows
from quarantine as q
inner join known_file as f on q.source = f.source and q.file_id = f.file_id
where f.outcome = 'recorded'
group by f.source, f.kind, f.file_id, f.file_name, q.rule_code, q.column_name
union all
select f.source, f.kind, f.file_id, f.file_name, w.rule_code, w.column_name, 'warning', w.row_count
from row_warning as w
inner join known_file as f on w.source = f.source and w.file_id = f.file_id
where f.outcome = 'recorded'
