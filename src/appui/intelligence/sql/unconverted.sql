-- Question: which amounts of a total have no dollars, by currency?
-- Grain: one currency; none where the file states no currency.
-- Unit: the currency itself, never added to another; counts of whole lines.
-- Source: flows under the same filter as the total, nothing quarantined.
select
    currency, sum(amount)::decimal(38, 4) as amount,
    count(distinct (kind, activity_key, row_no)) as lines
from flows
where {where} and usd is null
group by currency
order by lines desc, currency
