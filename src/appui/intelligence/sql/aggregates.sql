-- Question: what do published tables of sums say, and what do the flows themselves make?
-- Grain: one line of a table: donor, recipient, year, measure and prices.
-- Unit: US dollars, in the prices the table names. flows_usd are disbursements of the CRS in
--       dollars of the year, beside and never added: mostly they differ by prices and coverage.
-- Source: aggregates, files, and flows of the same donor country, recipient and year.
with chosen as (
    select * from aggregates where {where}
),
told as (
    select donor_country, recipient, year, sum(usd) as usd
    from flows
    where source = 'crs' and flow_type = 'spend' and at_level and original and not quarantined
    group by all
)
select
    c.donor, c.recipient, c.year, c.measure, c.prices, c.usd,
    t.usd::decimal(38, 2) as flows_usd, f.path as file, c.line
from chosen c
join files f on f.file_no = c.file_no
left join told t
    on t.donor_country = c.donor_country and t.year = c.year
    and t.recipient = coalesce(c.country, 'region ' || c.region)
order by c.year desc, abs(c.usd) desc, c.donor, c.recipient, c.measure, c.prices, c.line
limit {limit}
