-- sentence: The unit register of the release.
-- grain: unit_code
-- incremental: full
select
    unit_code,  -- code
    unit_name,  -- name
    unit_level,  -- province | district | commune | unknown
    unit_kind,  -- district | department | commune | public_service_unit | vertical_agency | one_stop_counter | unknown
    parent_code,  -- unit above it
    valid_from,  -- first day in force; null without a bound
    valid_to,  -- last day in force; null without a bound
    is_from_data,  -- true when the home has no register and the unit was taken from the data
    series_break_date  -- before this day figures on today's map cannot be told: units were divided; null: no break
from unit_register
