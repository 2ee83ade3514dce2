-- sentence: The entries of registers behind the shares of units: of which days each speaks, whether it says that the thing is done, and its document.
-- grain: indicator_id, unit_code, entry_code, counts_from
-- incremental: full
-- warnings: an entry without has_evidence counts for nothing; of tasks, all that are due must be done
select
    indicator_id,  -- indicator that the entry serves
    unit_code,  -- unit that it is about
    entry_code,  -- task or initiative; null where the register has no codes
    counts_from,  -- first day of which it speaks
    counts_to,  -- last day of which it speaks; 9999-12-31 without an end
    is_done,  -- whether it says that the thing is done
    done_date,  -- day from which it is; null: on every day of which it speaks
    has_evidence,  -- whether its document has number and date
    evidence_number,  -- number and sign of that document
    evidence_date,  -- its date
    reporting_unit_code  -- unit that reported it
from register_entry
