-- Question: how much a year, in the constant prices that the source itself publishes?
-- Grain: one year, kind of flow, source and base of prices.
-- Unit: US dollars in the prices said, whole transactions; never added to dollars of the year.
-- Source: constant amounts of the transactions behind the flows of the filter.
with chosen as (
    select distinct activity_key, row_no, year, flow_type, source
    from flows
    where {where} and kind = 'T'
)
select
    c.year, c.flow_type, c.source, a.prices,
    sum(a.usd)::decimal(38, 2) as usd,
    count(*) as lines
from chosen c
join constant_amounts a on a.activity_key = c.activity_key and a.transaction_no = c.row_no
group by all
order by c.year desc, c.flow_type, c.source, a.prices
