-- sentence: Which unit followed which, from what day, on what basis; many to many, and never a share of a count.
-- grain: old_code, new_code, effective_date
-- incremental: full
-- warnings: a code may be given to a new unit again: old_code is meant before effective_date, new_code from that day on
select
    old_code,  -- unit before that day; null: what had no code of its own
    new_code,  -- unit from that day on
    effective_date,  -- first day of the new unit
    basis,  -- what the link rests on, as written
    extent,  -- whole | part, as written; null: not said
    is_whole,  -- true where all of the old unit went into this one
    min(case when is_whole then 1 else 0 end) over (partition by new_code, effective_date) = 1
        as is_new_whole  -- true where the new unit is made of whole old ones only
from succession_register
