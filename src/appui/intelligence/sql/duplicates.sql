-- Question: which activities are copies, and which copy of each is counted?
-- Grain: one activity that is left out of every answer.
-- Unit: none.
-- Source: activities; the newest last-updated-datetime wins, then the newest file, then the last read.
select
    activity_key,
    first_value(activity_key) over copies as kept_key,
    source,
    reporter_key,
    identifier,
    last_updated,
    file_no
from activities
window copies as (
    partition by source, reporter_key, identifier
    order by last_updated desc nulls last, generated desc nulls last, activity_key desc
)
qualify row_number() over copies > 1
order by activity_key
