-- sentence: The days at whose end a running sum is needed: the day before each period, and its last day or the as-of day.
-- grain: day
-- incremental: full
-- params: as_of
select cast(period_start - interval 1 day as date) as day  -- day at whose end the stock is taken
from period
union
select least(period_end, cast($as_of as date)) from period
