-- Question: of a reporter's parent and child activities, which tell of most money?
-- Grain: one source, reporter and flow type. Source: lines. Between lines and flows; not kept.
select
    source, reporter_organisation, flow_type,
    first(hierarchy order by size desc, hierarchy) as level
from (
    select
        source, reporter_organisation, flow_type, hierarchy,
        coalesce(sum(abs(usd)), 0) as size
    from lines where not quarantined group by all
)
group by all
