-- Question: which activities are copies, and which copy of each is counted?
-- Grain: one activity that is left out of every answer.
-- Unit: none.
-- Source: activities; the newest last-updated-datetime wins, then the newest file, then the last
-- read. A reporter under two references or names is one reporter.
with named as (
    select
        a.activity_key, a.source, m.organisation as reporter, a.reporter_key, a.identifier,
        a.last_updated, a.generated, a.file_no
    from activities a
    join mentions m on m.key = a.reporter_key and m.name = a.reporter_name
),
repeated as (
    select source, reporter, identifier from named group by all having count(*) > 1
)
select
    activity_key,
    first_value(activity_key) over copies as kept_key,
    source,
    reporter_key,
    identifier,
    last_updated,
    file_no
from named
semi join repeated using (source, reporter, identifier)
window copies as (
    partition by source, reporter, identifier
    order by last_updated desc nulls last, generated desc nulls last, activity_key desc
)
qualify row_number() over copies > 1
order by activity_key
