-- Question: who gave how much to whom, for what, in which year, for ranking?
-- Grain: one donor, recipient, sector (of the digits asked for) and year.
-- Unit: US dollars. What one source reports as committed and as spent is the same money: the larger
--       counts. FTS moves a flow from committed to paid, so there the two add. Several sources
--       tell of the same money again: the largest counts.
-- Source: flows of the original-donors view, countries only, nothing quarantined.
with typed as (
    select
        donor_name as donor, country as recipient, left(sector, {digits}) as sector, year, source,
        coalesce(sum(usd) filter (flow_type = 'commitment'), 0) as committed,
        coalesce(sum(usd) filter (flow_type = 'spend'), 0) as spent
    from flows
    where {where} and country is not null and sector is not null and year is not null
        and flow_type in ('commitment', 'spend')
    group by all
)
select
    donor, recipient, sector, year,
    max(if(source = 'fts', committed + spent, greatest(committed, spent)))::double as usd
from typed
group by all
order by all
