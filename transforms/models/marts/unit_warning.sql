-- sentence: What is in doubt about units, counted per unit: rows outside its dates, rows with another unit than the dossier's code says, documents whose recipients are not known, and a share of documents left out that is far above the other units'.
-- grain: rule_code, unit_code, unit_role, source, agency_code
-- incremental: full
-- params: as_of, exclusion_outlier_mads, exclusion_outlier_documents
-- warnings: these rows stand in the figures as they are; the mart says what to look at; a share of documents left out is of those that a unit issued in the last twelve months; it is far above when the lower end of its 95 % interval is above the median of the units by more than so many times their median deviation, and by more than five percentage points
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

-- What goes outside the office only is not left out on a ground.
excluding as (
    select
        unit_code,
        count(*) as document_count,
        count(exclusion_ground) as excluded_count,
        min(case when exclusion_ground is not null then issued_date end) as first_day,
        max(case when exclusion_ground is not null then issued_date end) as last_day
    from document_asof
    where is_registered and not is_outside_only
        and issued_date > cast($as_of as date) - interval 12 month
        and issued_date <= cast($as_of as date)
    group by unit_code
    having count(*) >= $exclusion_outlier_documents
),

excluded_share as (
    select
        unit_code,
        excluded_count,
        first_day,
        last_day,
        cast(excluded_count as double) / nullif(document_count, 0) as share,
        -- The lower end of the 95 % interval (Wilson): what the share is at least, for all that a few documents can show.
        (
            cast(excluded_count as double) + 1.920729410347062
            - 1.959963984540054 * sqrt(
                cast(excluded_count as double) * (document_count - excluded_count) / nullif(document_count, 0) + 0.960364705173531
            )
        ) / nullif(document_count + 3.841458820694124, 0) as least_share
    from excluding
),

middle as (
    select median(cast(share as double)) as median_share from excluded_share
),

spread as (
    select m.median_share, median(cast(abs(s.share - m.median_share) as double)) as deviation
    from excluded_share as s
    cross join middle as m
    group by m.median_share
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
    union all
    select 'RECIPIENT_UNKNOWN', unit_code, 'issuing', cast(null as varchar), cast(null as varchar), issued_date
    from document_asof
    where unknown_recipient_count > 0
)

select
    rule_code,  -- UNIT_OUTSIDE_DATES | CODE_UNIT_UNKNOWN | CODE_UNIT_GUESSED | CODE_UNIT_MISMATCH | RECIPIENT_UNKNOWN | EXCLUSION_OUTLIER
    unit_code,  -- unit that the rows name
    unit_role,  -- receiving | resolving | issuing
    source,  -- system; null for documents
    agency_code,  -- agency part of the dossier codes; null where the code is not in doubt
    min(day) as first_day,  -- first day of receipt or issue
    max(day) as last_day,  -- last day of receipt or issue
    count(*) as row_count  -- dossiers or documents
from doubt
group by rule_code, unit_code, unit_role, source, agency_code
union all
select
    'EXCLUSION_OUTLIER', s.unit_code, 'issuing', cast(null as varchar), cast(null as varchar), s.first_day, s.last_day, s.excluded_count
from excluded_share as s
cross join spread as m
-- Where most units leave nothing out, the deviation is 0 and one document would be too much.
where s.least_share > m.median_share + greatest($exclusion_outlier_mads * m.deviation, 0.05)
