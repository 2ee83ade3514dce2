-- sentence: Rows whose unit is in doubt, counted per unit: outside its dates, or another one than the dossier's code says.
-- grain: rule_code, unit_code, unit_role, source, agency_code
-- incremental: full
-- warnings: these rows are in every figure; the mart says what to look at
with met as (
    select 'receiving' as unit_role, receiving_unit_code as unit_code, source, cast(received_at as date) as day
    from dossier_asof
    union all
    select 'resolving', resolving_unit_code, source, cast(received_at as date)
    from dossier_asof
    union all
    select 'issuing', unit_code, cast(null as varchar), issued_date
    from document_asof
),

-- What a unit took over was received by another one.
taken_over as (
    select new_code as unit_code, max(effective_date) as last_date
    from succession_register
    group by new_code
),

outside as (
    select m.unit_role, m.unit_code, m.source, m.day
    from met as m
    inner join unit_register as u on m.unit_code = u.unit_code
    left join taken_over as t on m.unit_code = t.unit_code
    where m.day > u.valid_to or (m.day < u.valid_from and coalesce(t.last_date <= m.day, true))
),

coded as (
    select
        d.source,
        a.agency_code,
        d.receiving_unit_code,
        d.resolving_unit_code,
        cast(d.received_at as date) as day,
        a.unit_code as coded_unit_code,
        a.is_guessed
    from dossier_asof as d
    inner join agency_code as a on d.source = a.source and a.agency_code = split_part(d.dossier_code, '-', 1)
),

-- A code may name the office above or below, or the one that was there before.
kin as (
    select unit_code, member_unit_code as other_code from unit_scope where scope = 'subtree'
    union
    select member_unit_code, unit_code from unit_scope where scope = 'subtree'
    union
    select old_code, new_code from succession_register
),

doubt as (
    select 'UNIT_OUTSIDE_DATES' as rule_code, unit_code, unit_role, source, cast(null as varchar) as agency_code, day
    from outside
    union all
    select 'CODE_UNIT_UNKNOWN', receiving_unit_code, 'receiving', source, agency_code, day
    from coded
    where coded_unit_code is null
    union all
    select 'CODE_UNIT_GUESSED', receiving_unit_code, 'receiving', source, agency_code, day
    from coded
    where coded_unit_code is not null and is_guessed
    union all
    select 'CODE_UNIT_MISMATCH', c.receiving_unit_code, 'receiving', c.source, c.agency_code, c.day
    from coded as c
    left join kin as k on c.coded_unit_code = k.unit_code and c.receiving_unit_code = k.other_code
    left join kin as r on c.coded_unit_code = r.unit_code and c.resolving_unit_code = r.other_code
    where c.coded_unit_code is not null and k.unit_code is null and r.unit_code is null
)

select
    rule_code,  -- UNIT_OUTSIDE_DATES | CODE_UNIT_UNKNOWN | CODE_UNIT_GUESSED | CODE_UNIT_MISMATCH
    unit_code,  -- unit that the rows name
    unit_role,  -- receiving | resolving | issuing
    source,  -- system; null for documents
    agency_code,  -- agency part of the dossier codes; null where the code is not in doubt
    min(day) as first_day,  -- first day of receipt or issue
    max(day) as last_day,  -- last day of receipt or issue
    count(*) as row_count  -- dossiers or documents
from doubt
group by rule_code, unit_code, unit_role, source, agency_code
