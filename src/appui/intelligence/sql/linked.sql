-- Question: which rows are told of by another source too, which source counts, and where?
-- Grain: one transaction's money to one recipient, and one flow of another source that tells of it.
-- Unit: US dollars; score in parts of one. The row counts unless a flow of a source that goes
--       before does: IATI before CRS, CRS before FTS.
-- Source: links taken (one to one) with their bundles, transactions and activities.
with sides as (
    select link, left_bundle as mine, right_bundle as other, score, reasons from links
    union all
    select link, right_bundle, left_bundle, score, reasons from links
)
select distinct
    m.activity_key, f.row_no, m.recipient, s.link, s.score, s.reasons,
    m.precedence < o.precedence as counts,
    o.source as other_source, o.activity_key as other_key, a.identifier as other_identifier,
    o.usd as other_usd
from sides s
join bundles m on m.bundle = s.mine
join bundles o on o.bundle = s.other
join activities a on a.activity_key = o.activity_key
join flows f
    on f.kind = 'T' and f.activity_key = m.activity_key and f.flow_type = m.flow_type
    and f.recipient = m.recipient and not f.quarantined
join transactions t on t.activity_key = f.activity_key and t.transaction_no = f.row_no
where coalesce(year(t.transaction_date), f.year) = m.year_told
order by m.activity_key, f.row_no, m.recipient, s.link
