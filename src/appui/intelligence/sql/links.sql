-- Question: which bundles of two sources may be the same money, how surely, and why?
-- Grain: one pair of bundles of two sources; a bundle may be in several, the best come first.
-- Unit: points of 100; 60 are needed. The same donor (or country of the donor), recipient, year
--       and way are needed, and dollars within 5 in 100, or 25 where a reference is shared.
-- Source: the bundles of one year and what their activities say. Weighed on sight of the best
--         pairs of 40,000 flows: those taken had 60 to 100 points, the best of the doubtful 50.
with said as (
    select activity_key, reference as text from transactions
    where reference is not null and activity_key in (select activity_key from of_year)
    union all
    select activity_key, identifier from identifiers
    where activity_key in (select activity_key from of_year)
    union all
    select
        activity_key,
        unnest([identifier, substr(identifier, 1 + if(
            starts_with(identifier, reporter_ref || '-'), length(reporter_ref), 0
        )::integer)])
    from activities
    where source = 'iati' and activity_key in (select activity_key from of_year)
),
refs as (
    select distinct activity_key, regexp_replace(upper(text), '[^A-Z0-9]', '', 'g') as ref
    from said
    where length(ref) >= 7 and regexp_matches(ref, '[0-9]{3}')
),
referred as (select b.*, r.ref from of_year b join refs r on r.activity_key = b.activity_key),
found as (
    select left_bundle, right_bundle, bool_or(same_reference) as same_reference
    from (
        select l.bundle as left_bundle, r.bundle as right_bundle, true as same_reference
        from referred l
        join referred r
            on r.ref = l.ref and r.flow_type = l.flow_type and r.year_told = l.year_told
            and r.recipient = l.recipient and r.giver = l.giver
        where l.precedence < r.precedence and r.usd between l.usd * 0.75 and l.usd / 0.75
        union all
        select l.bundle, r.bundle, false
        from of_year l
        join of_year r
            on r.flow_type = l.flow_type and r.year_told = l.year_told
            and r.recipient = l.recipient and r.giver = l.giver
        where l.precedence < r.precedence and r.usd between l.usd * 0.95 and l.usd / 0.95
    )
    group by all
),
concerned as (
    select distinct activity_key from of_year
    where bundle in (select left_bundle from found)
        or bundle in (select right_bundle from found)
),
sectors as (
    select activity_key, list(distinct sector) as sectors, list(distinct left(sector, 3)) as groups
    from flows
    where sector is not null and activity_key in (select activity_key from concerned)
    group by activity_key
),
titles as (
    select
        activity_key,
        list_distinct(list_filter(
            string_split_regex(lower(title), '[^\p{L}\p{N}]+'), lambda word: length(word) >= 4
        )) as words
    from activities
    where title is not null and activity_key in (select activity_key from concerned)
),
pairs as (
    select
        f.*, l.source as left_source, r.source as right_source,
        abs(l.usd - r.usd) / greatest(l.usd, r.usd) as apart,
        l.donor_key = r.donor_key as same_donor,
        l.receiver = r.receiver as same_receiver,
        l.currency = r.currency and l.amount = r.amount as same_amount,
        l.amount % 1000 = 0 as round_amount,
        l.amount % 100000 = 0 and r.amount % 100000 = 0 as very_round,
        list_has_any(ls.sectors, rs.sectors) as same_sector,
        list_has_any(ls.groups, rs.groups) as same_group,
        len(list_intersect(lt.words, rt.words)) >= greatest(
            3, 0.75 * least(len(lt.words), len(rt.words))
        ) as same_title
    from found f
    join of_year l on l.bundle = f.left_bundle
    join of_year r on r.bundle = f.right_bundle
    left join sectors ls on ls.activity_key = l.activity_key
    left join sectors rs on rs.activity_key = r.activity_key
    left join titles lt on lt.activity_key = l.activity_key
    left join titles rt on rt.activity_key = r.activity_key
),
judged as (
    select
        *,
        if(same_reference, 50, 0)
        + case when apart <= 0.001 then 30 when apart <= 0.01 then 25 when apart <= 0.05 then 15
            else 0 end
        + if(same_donor, 20, 10)
        + case when same_sector then 15 when same_group then 10
            when same_group is null then 0 else -20 end
        + if(same_receiver, 15, 0)
        + if(same_title, 15, 0)
        + if(same_amount, if(round_amount, 10, 25), 0)
        - if(very_round, 10, 0) as points
    from pairs
)
select
    left_bundle, right_bundle, left_source, right_source, least(points, 100)::tinyint as points,
    list_filter([
        if(same_reference, 'reference', null),
        if(same_amount, 'same-amount', if(apart <= 0.05, 'close-amount', null)),
        if(same_donor, 'donor', 'donor-country'),
        case when same_sector then 'sector' when same_group then 'sector-group' end,
        if(same_receiver, 'receiver', null),
        if(same_title, 'title', null)
    ], lambda reason: reason is not null) as reasons
from judged
where points >= 60
order by points desc, apart, left_bundle, right_bundle
