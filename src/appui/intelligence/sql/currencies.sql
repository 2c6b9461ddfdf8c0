-- Question: how much a year, in dollars and in each currency as published?
-- Grain: one year, kind of flow, source and currency.
-- Unit: amounts in their own currency, as published; usd in US dollars of the value date's month.
-- Source: flows, one view of them. Rows of the new-money view have no amount of their own.
select
    year, flow_type, source, currency,
    coalesce(sum(amount) filter ({money} is not null or usd is null), 0)::decimal(38, 4) as amount,
    coalesce(sum({money}), 0)::decimal(38, 2) as usd,
    count(*) as parts,
    count(*) filter ({money} is null) as unconverted
from flows
where {where}
group by all
order by year desc, flow_type, source, currency
