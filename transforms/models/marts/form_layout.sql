-- sentence: The printed forms, column by column, each layout for its days: which mart column stands under which heading.
-- grain: layout_id, column_number
-- incremental: full
-- warnings: the layout of a period is the one of its mart whose days hold the period's last day; no instrument was at hand, see evidence_vi
select
    l.layout_id,  -- layout
    l.mart_name,  -- mart whose rows it shows
    l.form_name,  -- name of the form
    l.instrument,  -- instrument believed to issue it; null: none
    l.valid_from,  -- first day on which a period may end that it is used for; null without a bound
    l.valid_to,  -- last such day; null without a bound
    l.title_vi,  -- title, in Vietnamese
    l.title_en,  -- title
    c.column_number,  -- number of the column
    c.group_vi,  -- headings above it, from the top, parted by " / "; null: none
    c.group_en,  -- the same in English
    c.heading_vi,  -- heading, in Vietnamese
    c.heading_en,  -- heading
    c.shows,  -- columns of the mart, added up where there are several; null: none
    c.sum_of,  -- numbers of the columns that it is the sum of; null: no sum
    c.mark,  -- seen: in templates of software, not in the instrument | unverified
    l.evidence_vi,  -- what the layout rests on, in Vietnamese
    l.evidence_en  -- what the layout rests on
from form_layout_register as l
inner join form_column_register as c on l.layout_id = c.layout_id
