-- Question: which amounts are so far from their reporter's others that a person must look first?
-- Grain: one transaction waiting for review; it stays in the corpus, out of totals by default.
-- Unit: US dollars, at the month of the value date.
-- Source: transactions of activities that are no copies. More than 50 times the 99th percentile of
-- the reporter's other lines (at least ten of them), or beyond fifty thousand million dollars.
with sized as (
    select
        a.source, a.reporter_key, t.activity_key, t.transaction_no, t.usd, abs(t.usd) as size,
        count(*) over reporter as lines,
        row_number() over (
            partition by a.source, a.reporter_key
            order by abs(t.usd) desc, t.activity_key, t.transaction_no
        ) as place
    from transactions t
    join activities a using (activity_key)
    where t.usd is not null and t.activity_key not in (select activity_key from duplicates)
    window reporter as (partition by a.source, a.reporter_key)
),
usual as (
    select source, reporter_key, any_value(lines) as lines, max(size) as percentile_99
    from sized where place = greatest(2, lines // 100 + 1)
    group by source, reporter_key
)
select
    s.activity_key, s.transaction_no, s.usd, u.percentile_99,
    case when s.size > 50000000000 then 'beyond-any-real-line' else 'outlier' end as reason
from sized s
left join usual u using (source, reporter_key)
where s.size > 50000000000
    or (s.lines > 10 and u.percentile_99 > 0 and s.size > 50 * u.percentile_99)
order by s.activity_key, s.transaction_no
