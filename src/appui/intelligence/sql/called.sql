-- Question: which organisation is meant by a key or name, as it stands or as it was published?
-- Grain: one text and one organisation; several only where none of them bears it as its own.
-- Unit: none.
-- Source: organisations and mentions. The key that stands is meant first, then the name that
-- stands, then a published key, then a published name.
with texts as (
    select key as text, key, 1 as place from organisations
    union all
    select name, key, 2 from organisations
    union all
    select m.key, o.key, 3 from mentions m join organisations o on o.no = m.organisation
    union all
    select m.name, o.key, 4 from mentions m join organisations o on o.no = m.organisation
)
select distinct text, key
from texts
qualify rank() over (partition by text order by place) = 1
order by text, key
