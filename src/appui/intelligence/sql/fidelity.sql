-- Question: of each fact the files hold, how many do the tables hold?
-- Grain: one fact: an element, one of its attributes or its text. Order: what lacks most first.
-- Unit: times. A fact counts for one activity at most as often as the XML of that activity has it.
-- Source: in_xml (key, fact, n), counted in the files; typed (key, fact, n), in the columns that
--       held.csv names; the tables narratives and elements. A first text is in a column and, when
--       it names its language or is one of several, in narratives too: it counts once.
with said as (
    select
        activity_key as key, regexp_replace(element, '(^description)-.*|\[[0-9]+\]', '\1') as path,
        ordinal, text, own_language
    from narratives
),
twice as (
    select key, path || '/narrative' as fact, count(distinct ordinal) as n
    from said where text <> '' group by all
),
columns as (
    select
        t.key, t.fact, greatest(t.n - coalesce(w.n, 0), 0) as n
    from typed t left join twice w using (key, fact)
),
as_they_stand as (
    select
        activity_key as key, regexp_replace(path, '(^description)-[^/]*|\[[0-9]+\]', '\1') as path, whole, text,
        map_keys(attributes) as names
    from elements
),
held as (
    select key, fact, n from columns
    union all
    select key, fact || '/text()', n from columns where fact like '%/narrative'
    union all
    select key, path, count(distinct ordinal)
    from said where path in ('title', 'description') group by all
    union all
    select key, 'description/@type', count(distinct ordinal) from
        (select activity_key as key, ordinal from narratives where element like 'description-%')
    group by all
    union all
    select key, path || '/narrative', 1 from said
    union all
    select key, path || '/narrative/text()', 1 from said where text <> ''
    union all
    select key, path || '/narrative/@xml:lang', 1 from said where own_language
    union all
    select key, path, count(*) from
        (select key, path, ordinal from said group by all having max(text) = '')
    group by all
    union all
    select key, path, 1 from as_they_stand
    union all
    select key, path || '/text()', 1 from as_they_stand where text is not null
    union all
    select
        key,
        path || '/@' || replace(unnest(names), '{http://www.w3.org/XML/1998/namespace}', 'xml:'), 1
    from as_they_stand
),
summed as (select key, fact, sum(n) as n from held group by all)
select
    x.fact, sum(x.n)::bigint as in_xml, sum(least(x.n, coalesce(s.n, 0)))::bigint as in_tables
from in_xml x left join summed s using (key, fact)
group by x.fact
order by sum(x.n) - sum(least(x.n, coalesce(s.n, 0))) desc, x.fact
