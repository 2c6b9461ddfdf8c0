-- Question: which values of a column are present under a filter?
-- Grain: one value, with how many parts it has and the dollars that sort it.
-- Unit: US dollars.
-- Source: flows, one view of them.
select {key} as key, {label} as label, count(*) as parts
from flows
where {where} and {key} is not null
group by all
order by {order}
