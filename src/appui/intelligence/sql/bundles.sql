-- Question: which flows can another source tell of as well?
-- Grain: one bundle: what one activity gave in one way (commitment, spend) in one year to one
--        recipient. The year is that of the transaction's date where there is one, so that FTS
--        flows used over several years stay whole.
-- Unit: US dollars of the year; amount in the currency when it is one for the whole bundle.
-- Source: flows of original donors in IATI, CRS and FTS with their transactions and activities;
--         tables typed in from reports are sums already, and left out.
with told as (
    select
        f.source, f.activity_key, f.flow_type,
        coalesce(year(t.transaction_date), f.year)::smallint as year_told, f.recipient,
        coalesce(f.donor_country, f.donor_key) as giver,
        f.row_no, f.donor_key, f.usd, f.amount, f.currency, f.sector, t.reference,
        lower(trim(t.receiver_name)) as receiver
    from flows f
    join transactions t on t.activity_key = f.activity_key and t.transaction_no = f.row_no
    where f.kind = 'T' and f.source in ('iati', 'crs', 'fts')
        and f.flow_type in ('commitment', 'spend')
        and f.at_level and f.original and not f.quarantined
        and f.usd is not null and f.recipient is not null
        and coalesce(year(t.transaction_date), f.year) is not null
),
bundled as (
    select
        source, activity_key, flow_type, year_told, recipient, giver,
        min(donor_key) as donor_key, sum(usd)::decimal(18, 2) as usd,
        if(count(distinct currency) = 1, sum(amount), null)::decimal(38, 4) as amount,
        min(currency) as currency,
        list_sort(list(distinct sector) filter (sector is not null)) as sectors,
        list_sort(list(distinct left(sector, 3)) filter (sector is not null)) as groups,
        min(receiver) as receiver,
        list(distinct reference) filter (reference is not null) as own_references,
        list_sort(list(distinct row_no)) as row_numbers
    from told
    group by all
    having sum(usd) >= 1000
),
others as (
    select activity_key, list(identifier) as identifiers from identifiers group by activity_key
)
select
    row_number() over (
        order by b.source, a.identifier, b.flow_type, b.year_told, b.recipient, b.giver,
            b.activity_key
    )::integer as bundle,
    case b.source when 'iati' then 1 when 'crs' then 2 else 3 end as precedence,
    b.* exclude (own_references),
    list_distinct(list_filter(
        string_split_regex(lower(coalesce(a.title, '')), '[^\p{L}\p{N}]+'),
        lambda word: length(word) >= 4
    )) as words,
    list_sort(list_distinct(list_filter(
        list_transform(
            list_concat(
                b.own_references, o.identifiers, if(b.source = 'iati', [a.identifier], [])
            ),
            lambda said: regexp_replace(upper(said), '[^A-Z0-9]', '', 'g')
        ),
        lambda folded: length(folded) >= 7 and regexp_matches(folded, '[0-9]{3}')
    ))) as refs
from bundled b
join activities a on a.activity_key = b.activity_key
left join others o on o.activity_key = b.activity_key
