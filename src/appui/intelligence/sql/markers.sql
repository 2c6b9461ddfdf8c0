-- Question: which policy markers do the activities bear, and how strongly?
-- Grain: one marker (vocabulary and code) and significance.
-- Unit: activities; US dollars of the kind of flow and source asked for, whole activities.
-- Source: flows, one view of them, with the markers of their activities.
with counted as (
    select activity_key, coalesce(sum({money}), 0) as usd, count(*) as parts
    from flows
    where {where}
    group by activity_key
),
marked as (
    select distinct activity_key, vocabulary, code, coalesce(significance, 0) as significance
    from markers
    where activity_key in (select activity_key from counted)
)
select
    m.vocabulary, m.code, m.significance,
    count(*) as activities,
    sum(c.usd)::decimal(38, 2) as usd,
    sum(c.parts) as parts
from marked m join counted c using (activity_key)
group by all
order by m.vocabulary, m.code, m.significance desc
