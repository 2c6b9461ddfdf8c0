-- Question: how much, by the given keys?
-- Grain: one group of keys, always apart by flow type, and by source unless told together.
-- Unit: US dollars at the month of the value date (in the new-money view, less what was received).
-- Source: flows, one view of them.
select
    {keys} flow_type, {source} as source,
    coalesce(sum({money}), 0)::decimal(38, 2) as usd,
    count(*) as parts,
    count(distinct (kind, activity_key, row_no)) as lines,
    count(*) filter ({money} is null) as unconverted
from flows
where {where}
group by all
order by usd desc, {order} flow_type, source
