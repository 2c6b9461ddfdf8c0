-- Question: how large is one line, usually and at most?
-- Grain: one kind of flow and source.
-- Unit: US dollars of a whole transaction or budget, of what the filter keeps of it; only lines
--       above zero. Quartiles are values that occur.
-- Source: flows, one view of them.
with sized as (
    select flow_type, source, kind, activity_key, row_no, sum({money}) as usd
    from flows
    where {where}
    group by all
    having sum({money}) > 0
)
select
    flow_type, source, count(*) as lines,
    quantile_disc(usd, 0.25)::decimal(38, 2) as low,
    quantile_disc(usd, 0.5)::decimal(38, 2) as middle,
    quantile_disc(usd, 0.75)::decimal(38, 2) as high,
    max(usd)::decimal(38, 2) as largest
from sized
group by all
order by lines desc, flow_type, source
