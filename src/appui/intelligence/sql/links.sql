-- Question: which bundles of two sources may be the same money, how surely, and why?
-- Grain: one pair of bundles of two sources; a bundle may be in several, the best come first.
-- Unit: points of 100; 60 are needed. The same donor (or country of the donor), recipient, year
--       and way are needed, and dollars within 5 in 100, or 25 where a reference is shared.
-- Source: bundles. Chosen on sight of 40,000 flows: the pairs taken had 60 to 100 points, the best
--         of those that were other money 45.
with pairs as (
    select
        l.bundle as left_bundle, r.bundle as right_bundle,
        l.source as left_source, r.source as right_source,
        abs(l.usd - r.usd) / greatest(l.usd, r.usd) as apart,
        l.donor_key = r.donor_key as same_donor,
        len(list_filter(
            l.refs,
            lambda x: len(list_filter(r.refs, lambda y: ends_with(x, y) or ends_with(y, x))) > 0
        )) > 0 as same_reference,
        list_has_any(l.sectors, r.sectors) as same_sector,
        list_has_any(l.groups, r.groups) as same_group,
        l.receiver = r.receiver as same_receiver,
        len(list_intersect(l.words, r.words)) >= greatest(
            3, 0.75 * least(len(l.words), len(r.words))
        ) as same_title,
        l.currency = r.currency and l.amount = r.amount as same_amount,
        l.amount % 1000 = 0 as round_amount,
        l.amount % 100000 = 0 and r.amount % 100000 = 0 as very_round
    from bundles l
    join bundles r
        on r.flow_type = l.flow_type and r.year_told = l.year_told
        and r.recipient = l.recipient and r.giver = l.giver
    where l.precedence < r.precedence and r.usd between l.usd * 0.75 and l.usd / 0.75
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
    where apart <= 0.05 or same_reference
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
