-- sentence: The procedure catalogue of the release.
-- grain: procedure_code, valid_from
-- incremental: full
select
    procedure_code,  -- code
    procedure_name,  -- name
    field_code,  -- field
    field_name,  -- name of the field
    competent_level,  -- level that resolves it
    service_level,  -- level of online service, as catalogued: 4 or full is fully online
    is_at_one_stop,  -- whether it is received at the one-stop counter; null when not told
    is_published,  -- whether it is published; null when not told
    is_excepted,  -- whether it is excepted from both
    exception_ground,  -- lawful ground of that
    duration_days,  -- statutory time
    duration_unit,  -- working_day | day
    valid_from,  -- first day of this entry
    valid_to  -- last day of this entry; null without a bound
from procedure_register
