-- Question: under which keys and names is a donor known, from which year to which?
-- Grain: one donor key.
-- Unit: years; rows.
-- Source: flows of every view and kind.
select
    donor_key, donor_name, any_value(donor_country) as donor_country,
    min(year) as first_year, max(year) as last_year, count(*) as parts
from flows
where {where}
group by donor_key, donor_name
order by parts desc, donor_key
