-- Question: what money flowed, from whom, to where, for what, in which year?
-- Grain: one part (sector, place, year) of one transaction (kind T) or budget (kind B) of an
--        activity that is no copy.
-- Unit: amount in its own currency; usd in US dollars at the month of the value date; new_usd the
--       same less, in proportion, what the activity received from others.
-- Source: the corpus's splits, transactions, budgets and activities. Order: as read.
with kept as (
    select
        activity_key, source, reporter_key, reporter_name, hierarchy, secondary_reporter,
        donor_key
    from activities where activity_key not in (select activity_key from duplicates)
),
reporters as (select distinct source, reporter_key from kept),
labels as (
    select donor_key, first(donor_name order by times desc, donor_name) as donor_name
    from (
        select donor_key, donor_name, sum(times) as times
        from (
            select donor_key, donor_name, count(*) as times from transactions group by all
            union all
            select donor_key, donor_name, count(*) from activities group by all
        )
        group by all
    )
    group by donor_key
),
lines as (
    select
        'T' as kind, t.activity_key, t.transaction_no as row_no, t.flow_type, t.donor_key,
        t.donor_country, t.receiver_name as channel, t.currency, t.conversion, t.new_money, t.usd,
        k.source, k.reporter_key, k.reporter_name, k.hierarchy, k.secondary_reporter,
        (t.activity_key, t.transaction_no) in
            (select (activity_key, transaction_no) from quarantine) as quarantined
    from transactions t join kept k using (activity_key)
    union all
    select
        'B', b.activity_key, b.budget_no, 'budget', k.donor_key,
        null, null, b.currency, b.conversion, null, b.usd,
        k.source, k.reporter_key, k.reporter_name, k.hierarchy, k.secondary_reporter, false
    from budgets b join kept k using (activity_key)
    where not b.superseded
),
levels as (
    select source, reporter_key, flow_type, first(hierarchy order by size desc, hierarchy) as level
    from (
        select source, reporter_key, flow_type, hierarchy, coalesce(sum(abs(usd)), 0) as size
        from lines where not quarantined group by all
    )
    group by all
),
balances as (
    select
        activity_key,
        sum(usd) filter (flow_type = 'spend') as spent,
        sum(usd) filter (flow_type = 'commitment') as committed,
        coalesce(sum(usd) filter (flow_type = 'incoming'), 0) as received,
        coalesce(sum(usd) filter (flow_type = 'incoming-commitment'), 0) as promised
    from lines where not quarantined and source = 'iati' group by activity_key
),
judged as (
    select
        n.*,
        coalesce(l.donor_name, n.donor_key) as donor_name,
        n.hierarchy = coalesce(v.level, n.hierarchy) as at_level,
        case n.source
            when 'fts' then coalesce(n.new_money, true)
            when 'iati' then not n.secondary_reporter
                and (n.donor_key = n.reporter_key or r.reporter_key is null)
            else true
        end as original,
        case n.flow_type when 'spend' then b.spent when 'commitment' then b.committed end as going_out,
        case
            when n.flow_type = 'commitment' and b.promised > 0 then b.promised else b.received
        end as coming_in
    from lines n
    left join labels l using (donor_key)
    left join levels v
        on v.source = n.source and v.reporter_key = n.reporter_key and v.flow_type = n.flow_type
    left join reporters r on r.source = n.source and r.reporter_key = n.donor_key
    left join balances b on b.activity_key = n.activity_key
),
parts as (
    select 'T' as kind, transaction_no as row_no, * exclude (transaction_no)
    from transaction_splits
    union all
    select 'B' as kind, budget_no as row_no, * exclude (budget_no) from budget_splits
)
select
    j.source, p.kind, p.file_no, p.activity_key, p.row_no, p.split_no,
    j.flow_type, p.year, j.reporter_key, j.reporter_name,
    j.donor_key, j.donor_name, j.donor_country, j.channel,
    coalesce(p.country, 'region ' || p.region) as recipient, p.country, p.region,
    p.sector, p.sector_vocabulary, p.amount, j.currency, p.usd, j.conversion,
    j.at_level, j.quarantined, j.original,
    case
        when j.flow_type not in ('spend', 'commitment') or p.usd is null then null
        when j.source = 'fts' then if(coalesce(j.new_money, true), p.usd, null)
        when j.source <> 'iati' or coalesce(j.coming_in, 0) <= 0 then p.usd
        when j.going_out <= j.coming_in then null
        else ((p.usd * 100)::hugeint * ((j.going_out - j.coming_in) * 100)::hugeint
            // (j.going_out * 100)::hugeint)::decimal(20, 0) * 0.01
    end::decimal(18, 2) as new_usd
from parts p
join judged j using (kind, activity_key, row_no)
