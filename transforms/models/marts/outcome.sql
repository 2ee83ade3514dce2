-- sentence: What each rule makes of each dossier, with the days on which it counts: the rows behind every figure of dossiers.
-- grain: rule_id, resolving_unit_code, dossier_key
-- incremental: dossier
-- warnings: a dossier has one unit as of a day, which is in the grain so that one rule of one unit lies together; days may be later than the as-of day; what else is known of a dossier, such as the hour it ended, stands in dossier
select
    o.rule_id,  -- counting rule
    g.resolving_unit_code,  -- unit that resolves it
    o.dossier_key,  -- dossier
    g.receiving_unit_code,  -- unit that received it
    g.channel,  -- in_person | online | postal | other; null when not said
    o.outcome,  -- early | on_time | late | open | excluded | unknown: the list does not say what the rule needs
    o.exclusion_reason,  -- why it does not count: its status, or what is missing
    o.effective_due_at,  -- local time it is held to
    o.received_date,  -- day it entered the stock
    o.exit_date,  -- day it left the stock; null while open
    o.overdue_date,  -- day from which it is overdue if still in; null: never
    o.due_date,  -- day on which it counts as due; null where it has none, or the rule never takes it for late
    o.excluded_date,  -- day on which an exclusion is counted
    case when o.outcome = 'open' and not o.is_refreshed then o.refreshed_date end as not_refreshed_date,  -- of an open one that newer exports leave out, the last day its source spoke for it
    coalesce(substring(cast(o.received_date as varchar), 1, 7), 'not-received') as received_month  -- month of receipt, or not-received, as in dossier
from dossier_outcome as o
inner join dossier_group as g on o.group_number = g.group_number
