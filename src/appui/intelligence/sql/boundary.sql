-- Question: what of a total waits for a person to look?
-- Grain: one row.
-- Unit: US dollars; counts of whole lines.
-- Source: flows, the same filter as the total but with the quarantined in.
select
    count(distinct (kind, activity_key, row_no)) filter (quarantined) as quarantined_lines,
    coalesce(sum({money}) filter (quarantined), 0)::decimal(38, 2) as quarantined_usd
from flows
where {where}
