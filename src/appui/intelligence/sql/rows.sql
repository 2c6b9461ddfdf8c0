-- Question: which rows make a sum?
-- Grain: one part (sector, place, year) of one transaction or budget.
-- Unit: amounts in their own currency; usd in US dollars, of the view asked for.
-- Source: flows with their transactions, budgets, activities, files, constant prices and the
--         flows of other sources that tell of the same money.
with chosen as (
    select * from flows where {where}
    order by abs({money}) desc nulls last, activity_key, kind, row_no, split_no
    limit {limit} offset {offset}
),
lines as (
    select
        'T' as kind, activity_key, transaction_no as row_no, line, transaction_date as day,
        value_date, amount, rate, rate_month, rate_source, donor_basis, receiver_name,
        description, page
    from transactions where activity_key in (select activity_key from chosen)
    union all
    select
        'B', activity_key, budget_no, line, period_start, value_date, amount, rate, rate_month,
        rate_source, null, null, null, null
    from budgets where activity_key in (select activity_key from chosen)
),
told as (
    select
        'T' as kind, activity_key, row_no, recipient,
        string_agg(other_source || ' ' || other_identifier, '; ' order by link) as linked_to,
        max(score) as link_score,
        array_to_string(list_sort(list_distinct(flatten(list(reasons)))), '; ') as link_reasons,
        bool_and(counts) as counts
    from linked where activity_key in (select activity_key from chosen)
    group by all
),
constants as (
    select 'T' as kind, activity_key, transaction_no as row_no, usd as constant_usd, prices
    from constant_amounts where activity_key in (select activity_key from chosen)
),
titles as (
    select activity_key, identifier, title, url, donor_basis, last_updated
    from activities where activity_key in (select activity_key from chosen)
)
select
    c.kind || '.' || c.activity_key || '.' || c.row_no || '.' || c.split_no as key,
    c.source, f.path as file, f.sha256, l.line, t.identifier, t.title, t.url,
    c.reporter_name as reporter, c.donor_key, c.donor_name as donor,
    coalesce(l.donor_basis, t.donor_basis) as donor_basis,
    l.receiver_name as receiver, c.recipient, c.sector, c.sector_vocabulary, c.flow_type, c.year,
    l.day, l.value_date, c.amount, c.currency, {money} as usd, l.amount as whole_amount,
    c.conversion, l.rate, l.rate_month, l.rate_source, c.quarantined, l.page,
    l.description as note, k.constant_usd, k.prices,
    o.linked_to, o.link_score, o.link_reasons, coalesce(o.counts, true) as counts
from chosen c
join lines l using (kind, activity_key, row_no)
join titles t using (activity_key)
join files f on f.file_no = c.file_no
left join constants k using (kind, activity_key, row_no)
left join told o using (kind, activity_key, row_no, recipient)
order by abs({money}) desc nulls last, c.activity_key, c.kind, c.row_no, c.split_no
