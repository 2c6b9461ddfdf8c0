-- Question: which flows can another source tell of as well?
-- Grain: one bundle: what one activity gave in one way (commitment, spend) in one year to one
--        recipient. The year is that of the transaction's date where there is one, so that FTS
--        flows used over several years stay whole.
-- Unit: US dollars of the year; amount in the currency when it is one for the whole bundle.
-- Source: flows of original donors in IATI, CRS and FTS with their transactions and activities;
--         tables typed in from reports are sums already, and left out. Only where two sources
--         tell of the same giver, recipient, year and way. In an order that does not depend on
--         which file was read first.
with told as (
    select
        f.source, f.activity_key, f.flow_type,
        coalesce(year(t.transaction_date), f.year)::smallint as year_told, f.recipient,
        coalesce(f.donor_country, f.donor_key) as giver,
        f.donor_key, f.usd, f.amount, f.currency, t.receiver_name
    from flows f
    join transactions t on t.activity_key = f.activity_key and t.transaction_no = f.row_no
    where f.kind = 'T' and f.source in ('iati', 'crs', 'fts')
        and f.flow_type in ('commitment', 'spend')
        and f.at_level and f.original and not f.quarantined
        and f.usd is not null and f.recipient is not null
        and coalesce(year(t.transaction_date), f.year) is not null
),
shared as (
    select flow_type, year_told, recipient, giver
    from told group by all having count(distinct source) > 1
),
bundled as (
    select
        source, case source when 'iati' then 1 when 'crs' then 2 else 3 end as precedence,
        activity_key, flow_type, year_told, recipient, giver, min(donor_key) as donor_key,
        sum(usd)::decimal(18, 2) as usd,
        if(min(currency) = max(currency), sum(amount), null)::decimal(38, 4) as amount,
        min(currency) as currency, min(lower(trim(receiver_name))) as receiver
    from told
    semi join shared using (flow_type, year_told, recipient, giver)
    group by all
    having sum(usd) >= 1000
)
select b.*
from bundled b
join activities a on a.activity_key = b.activity_key
order by
    b.source, a.identifier, b.flow_type, b.year_told, b.recipient, b.giver, b.activity_key
