-- Question: under which keys and names do donors and reporters appear, and with how much money?
-- Grain: one key and name as published.
-- Unit: lines (transactions given, activities reported or funded); US dollars, signs left out.
-- Source: transactions and activities, copies among them: a name is a name.
select
    key, name, sum(lines)::bigint as lines, coalesce(sum(usd), 0)::decimal(38, 2) as usd,
    list_sort(list(distinct source)) as sources
from (
    select
        donor_key as key, donor_name as name, count(*) as lines, sum(abs(usd)) as usd,
        any_value(source) as source
    from transactions
    join (select file_no, any_value(source) as source from activities group by file_no)
        using (file_no)
    group by donor_key, donor_name, file_no
    union all
    select reporter_key, reporter_name, count(*), 0, source
    from activities group by reporter_key, reporter_name, source
    union all
    select donor_key, donor_name, count(*), 0, source
    from activities group by donor_key, donor_name, source
)
group by key, name
order by key, name
