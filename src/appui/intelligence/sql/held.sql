-- Question: which amounts wait for a person or were judged by one, and what do their lines say?
-- Grain: one transaction of the quarantine.
-- Unit: US dollars at the month of the value date, and the amount in its own currency.
-- Source: quarantine with its transactions, activities, organisations and files.
select
    q.mark, q.verdict, q.reason, q.usd, q.percentile_99 as usual, t.amount, t.currency,
    t.flow_type, coalesce(t.value_date, t.transaction_date) as day,
    r.name as reporter, d.name as donor, a.identifier, a.title, a.source, f.path as file, t.line
from quarantine q
join transactions t using (activity_key, transaction_no)
join activities a on a.activity_key = q.activity_key
join mentions m on m.key = a.reporter_key and m.name = a.reporter_name
join organisations r on r.no = m.organisation
join mentions n on n.key = t.donor_key and n.name = t.donor_name
join organisations d on d.no = n.organisation
join files f on f.file_no = a.file_no
order by abs(q.usd) desc, q.mark
