-- Question: which transactions and budgets are counted at all, whose are they, who says so?
-- Grain: one transaction (kind T) or budget that nothing supersedes (kind B) of an activity that
--        is no copy.
-- Unit: US dollars. Donor and reporter are mentions by number, so that the rows stay narrow.
-- Source: activities, transactions, budgets. Between the tables on disk and flows; not kept.
with kept as (
    select
        a.activity_key, a.source, a.hierarchy, a.secondary_reporter,
        r.no as reporter, r.organisation as reporter_organisation,
        d.no as donor, d.organisation as donor_organisation
    from activities a
    anti join duplicates x on x.activity_key = a.activity_key
    join mentions r on r.key = a.reporter_key and r.name = a.reporter_name
    join mentions d on d.key = a.donor_key and d.name = a.donor_name
)
select
    'T' as kind, t.activity_key, t.transaction_no as row_no, t.flow_type, k.source, k.hierarchy,
    k.secondary_reporter, k.reporter, k.reporter_organisation,
    m.no as donor, m.organisation as donor_organisation, t.new_money, t.usd,
    t.currency, t.conversion, t.donor_country, t.receiver_name as channel,
    q.activity_key is not null as quarantined
from transactions t
join kept k on k.activity_key = t.activity_key
join mentions m on m.key = t.donor_key and m.name = t.donor_name
left join (from quarantine where verdict <> 'released') q
    on q.activity_key = t.activity_key and q.transaction_no = t.transaction_no
union all
select
    'B', b.activity_key, b.budget_no, 'budget', k.source, k.hierarchy,
    k.secondary_reporter, k.reporter, k.reporter_organisation,
    k.donor, k.donor_organisation, null, b.usd, b.currency, b.conversion, null, null, false
from budgets b
join kept k on k.activity_key = b.activity_key
where not b.superseded
