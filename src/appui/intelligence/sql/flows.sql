-- Question: what money flowed, from whom, to where, for what, in which year?
-- Grain: one part (sector, place, year) of one transaction (kind T) or budget (kind B) of an
--        activity that is no copy.
-- Unit: amount in its own currency; usd in US dollars at the month of the value date; new_usd the
--       same less, in proportion, what the activity received from others.
-- Source: the splits and lines of one part of the corpus (here), so that memory does not grow with
--         the corpus; reporters and levels of all parts. Order: as read. Donors and
--         reporters are the organisations that stand for them; the keys published stay beside.
with balances as (
    select
        activity_key,
        sum(usd) filter (flow_type = 'spend') as spent,
        sum(usd) filter (flow_type = 'commitment') as committed,
        coalesce(sum(usd) filter (flow_type = 'incoming'), 0) as received,
        coalesce(sum(usd) filter (flow_type = 'incoming-commitment'), 0) as promised
    from lines_here where not quarantined and source = 'iati'
    group by activity_key
    having received > 0 or promised > 0
),
judged as (
    select
        n.kind, n.activity_key, n.row_no, n.source, n.flow_type, n.reporter, n.donor,
        n.quarantined, n.new_money, n.currency, n.conversion, n.donor_country, n.channel,
        coalesce(n.hierarchy = v.level, true) as at_level,
        case n.source
            when 'fts' then coalesce(n.new_money, true)
            when 'iati' then not n.secondary_reporter
                and (n.donor_organisation = n.reporter_organisation or w.organisation is null)
            else true
        end as original,
        case n.flow_type when 'spend' then b.spent when 'commitment' then b.committed end
            as going_out,
        case n.flow_type when 'spend' then b.received when 'commitment' then b.promised end
            as coming_in
    from lines_here n
    left join levels v
        on v.source = n.source and v.reporter_organisation = n.reporter_organisation
        and v.flow_type = n.flow_type
    left join reporters w
        on w.source = n.source and w.organisation = n.donor_organisation
    left join balances b on b.activity_key = n.activity_key
),
names as (
    select m.no, m.key as key_published, o.key, o.name, nullif(o.country, 'EU') as country
    from mentions m join organisations o on o.no = m.organisation
),
parts as (
    select
        p.file_no, p.activity_key, p.transaction_no as row_no, p.split_no, p.year, p.country,
        p.region, p.sector, p.sector_vocabulary, p.amount, p.usd,
        j.* exclude (activity_key, row_no)
    from transaction_splits_here p
    join judged j
        on j.kind = 'T' and j.activity_key = p.activity_key and j.row_no = p.transaction_no
    union all
    select
        p.file_no, p.activity_key, p.budget_no, p.split_no, p.year, p.country,
        p.region, p.sector, p.sector_vocabulary, p.amount, p.usd,
        j.* exclude (activity_key, row_no)
    from budget_splits_here p
    join judged j
        on j.kind = 'B' and j.activity_key = p.activity_key and j.row_no = p.budget_no
)
select
    p.source, p.kind, p.file_no, p.activity_key, p.row_no, p.split_no,
    p.flow_type, p.year,
    r.key as reporter_key, r.name as reporter_name, r.key_published as reporter_key_published,
    d.key as donor_key, d.name as donor_name, d.key_published as donor_key_published,
    coalesce(p.donor_country, d.country) as donor_country, p.channel,
    coalesce(p.country, 'region ' || p.region) as recipient, p.country, p.region,
    p.sector, p.sector_vocabulary, p.amount, p.currency, p.usd, p.conversion,
    p.at_level, p.quarantined, p.original,
    case
        when p.flow_type not in ('spend', 'commitment') or p.usd is null then null
        when p.source = 'fts' then if(coalesce(p.new_money, true), p.usd, null)
        when p.source <> 'iati' or coalesce(p.coming_in, 0) <= 0 then p.usd
        when p.going_out <= p.coming_in then null
        else ((p.usd * 100)::hugeint * ((p.going_out - p.coming_in) * 100)::hugeint
            // (p.going_out * 100)::hugeint)::decimal(20, 0) * 0.01
    end::decimal(18, 2) as new_usd
from parts p
join names r on r.no = p.reporter
join names d on d.no = p.donor
