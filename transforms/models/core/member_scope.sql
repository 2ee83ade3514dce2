-- sentence: Which units belong to each unit and scope: the standard scopes, and those of the plan's own.
-- grain: unit_code, scope, member_unit_code
-- incremental: full
select
    unit_code,  -- unit above
    scope,  -- own | subtree | plan_scope | <level>_level | todays_map | a scope of the plan's own
    member_unit_code,  -- unit that belongs to it
    false as is_plans_own  -- true for a scope of the plan's own
from unit_scope
union all
select unit_code, scope, member_unit_code, true
from target_scope
