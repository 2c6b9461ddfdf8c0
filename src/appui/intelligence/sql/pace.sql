-- Question: how fast does money move from commitment to disbursement?
-- Grain: one number of whole years after the year of an activity's first commitment.
-- Unit: US dollars. ``spent`` is what those activities had disbursed or spent by the end of that
--       year, ``committed`` all that they committed; only activities whose year has passed.
-- Source: flows, one view of them, activities of IATI and CRS that have commitments; a flow of
--       FTS moves from one to the other and has no pace.
with yearly as (
    select
        activity_key, year,
        coalesce(sum({money}) filter (flow_type = 'commitment'), 0) as committed,
        coalesce(sum({money}) filter (flow_type = 'spend'), 0) as spent
    from flows
    where {where} and source not in ('fts', 'appui') and year is not null
        and flow_type in ('commitment', 'spend')
    group by all
),
begun as (
    select
        activity_key, min(year) filter (committed > 0) as first_year, sum(committed) as committed
    from yearly
    group by activity_key
    having sum(committed) > 0
),
steps as (select after from (values (0), (1), (2), (3), (4), (5)) as years (after))
select
    s.after,
    count(distinct b.activity_key) as activities,
    sum(b.committed)::decimal(38, 2) as committed,
    coalesce(sum(y.spent), 0)::decimal(38, 2) as spent
from begun b
join steps s on b.first_year + s.after <= {until}
left join (
    select b.activity_key, s.after, sum(y.spent) as spent
    from yearly y
    join begun b using (activity_key)
    join steps s on y.year <= b.first_year + s.after
    group by all
) y on y.activity_key = b.activity_key and y.after = s.after
group by s.after
order by s.after
