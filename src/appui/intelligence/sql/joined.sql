-- Question: which names and keys stand under another, and why?
-- Grain: one name and key as published.
-- Unit: lines; US dollars, signs left out.
-- Source: mentions and organisations of the derived tables.
select
    m.key, m.name, m.own_key, m.basis, m.lines, m.usd,
    o.key as standing_key, o.name as standing_name
from mentions m join organisations o on o.no = m.organisation
where m.own_key <> o.key and (m.name || ' ' || m.key || ' ' || o.name) ilike ?
order by m.usd desc, m.key, m.name
