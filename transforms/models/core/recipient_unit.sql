-- sentence: The units that each list of recipients names, by themselves or by their kind.
-- grain: recipients, unit_code, from_date, to_date
-- incremental: full
-- warnings: a kind stands for the units in force on the day of issue; a unit that is named is meant on any day
select
    m.recipients,  -- list of recipients, as documents have it
    u.unit_code,  -- unit
    cast(null as date) as from_date,  -- first day of issue on which it is meant; null without a bound
    cast(null as date) as to_date  -- last day of issue on which it is meant; null without a bound
from recipient_member as m
inner join unit_register as u on m.member = u.unit_code
union all
select m.recipients, u.unit_code, u.valid_from, u.valid_to
from recipient_member as m
inner join unit_register as u on m.member = '@' || u.unit_kind
