-- Question: what does a donor's own organisation file say it will give, to whom and when?
-- Grain: one budget, whole (its lines are parts of it). Order: year, what is largest first.
-- Unit: amount in its own currency; usd at the month of the value date, null where there is no rate.
-- Source: organisation_budgets of the newest file of each organisation, of those published under a
--       name or reference of the donor (called).
with newest as (
    from iati_organisations
    qualify row_number() over (
        partition by upper(identifier) order by last_updated desc nulls last, file_no desc
    ) = 1
),
own as (
    select n.organisation_key
    from newest n
    where exists (
        from called c
        where c.key in ({keys})
            and upper(c.text) in (upper(n.identifier), upper(n.reporter_ref), upper(n.name))
    )
)
select
    year(b.period_start)::integer as year, b.kind, b.country, b.region, b.recipient_name,
    b.status, b.amount, b.currency, b.usd
from organisation_budgets b
join own o on o.organisation_key = b.organisation_key
where b.line_no = 0 and b.kind <> 'total-expenditure' and year(b.period_end) >= {year}
order by year, b.usd desc nulls last, b.country, b.region, b.recipient_name, b.kind
