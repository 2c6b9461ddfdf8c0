-- Question: what does one published table say, and which edition counts for each line?
-- Grain: one line of the table.
-- Unit: amounts in their own currency; counted_amount is what the edition that counts says.
-- Source: transactions of the file with these contents; duplicates tell which copy is kept.
with lines as (
    select t.activity_key, t.line, t.donor_name as donor, t.amount, t.currency, t.usd
    from transactions t
    join files f using (file_no)
    where f.sha256 = ?
),
places as (
    select activity_key, any_value(country) as recipient, any_value(sector) as sector,
        any_value(year) as year
    from transaction_splits
    where activity_key in (select activity_key from lines)
    group by activity_key
)
select
    l.line, l.donor, p.recipient, p.sector, p.year, l.amount, l.currency, l.usd,
    k.last_updated::date as counted_edition, c.amount as counted_amount,
    c.currency as counted_currency
from lines l
join places p using (activity_key)
left join duplicates d using (activity_key)
left join activities k on k.activity_key = d.kept_key
left join transactions c on c.activity_key = d.kept_key
order by l.line
