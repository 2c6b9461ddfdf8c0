-- Question: which amounts are so far from their reporter's others that a person must look first?
-- Grain: one transaction to review; unless a person released it, it is out of totals.
-- Unit: US dollars, at the month of the value date.
-- Source: transactions of activities that are no copies. More than 50 times the 99th percentile of
-- the reporter's other lines (at least ten of them), or beyond fifty thousand million dollars.
-- ``mark`` names the line by what it says, so that a decision holds when the file is read again
-- and no longer holds when the file says another amount.
with sized as (
    select
        m.organisation as reporter, a.source, t.activity_key, t.transaction_no,
        abs(t.usd) as size
    from transactions t
    join activities a using (activity_key)
    join mentions m on m.key = a.reporter_key and m.name = a.reporter_name
    anti join duplicates d on d.activity_key = t.activity_key
    where t.usd is not null
),
ranked as (
    select
        *,
        count(*) over (partition by source, reporter) as lines,
        row_number() over (partition by source, reporter order by size desc) as place
    from sized
),
usual as (
    select source, reporter, any_value(lines) as lines, max(size) as percentile_99
    from ranked where place = greatest(2, lines // 100 + 1)
    group by source, reporter
),
outliers as (
    select
        s.activity_key, s.transaction_no, u.percentile_99,
        case when s.size > 50000000000 then 'beyond-any-real-line' else 'outlier' end as reason
    from sized s
    left join usual u using (source, reporter)
    where s.size > 50000000000
        or (u.lines > 10 and u.percentile_99 > 0 and s.size > 50 * u.percentile_99)
),
marked as (
    select
        o.*, t.usd,
        sha256(concat_ws(
            '|', a.source, a.reporter_key, a.identifier, t.transaction_type, t.reference,
            coalesce(t.value_date, t.transaction_date), t.amount, t.currency
        )) as mark
    from outliers o
    join transactions t using (activity_key, transaction_no)
    join activities a using (activity_key)
)
select
    activity_key, transaction_no, usd, percentile_99, reason, mark,
    coalesce(l.verdict, 'waiting') as verdict
from marked
left join looked_at l using (mark)
order by activity_key, transaction_no
