-- Question: which transactions and budgets do their split rows not sum to exactly?
-- Grain: one transaction or budget whose parts differ from the whole, in amount or dollars.
-- Unit: ten-thousandths of the original currency, cents of a US dollar.
-- Source: the part being loaded, before it joins the corpus.
with parts as (
    select activity_key, transaction_no, sum(amount) as amount, sum(usd) as usd
    from transaction_splits group by all
),
budget_parts as (
    select activity_key, budget_no, sum(amount) as amount, sum(usd) as usd
    from budget_splits group by all
)
select 'transaction' as kind, w.activity_key, w.transaction_no as number
from transactions w left join parts p using (activity_key, transaction_no)
where w.amount is distinct from p.amount or w.usd is distinct from p.usd
union all
select 'budget', w.activity_key, w.budget_no
from budgets w left join budget_parts p using (activity_key, budget_no)
where w.amount is distinct from p.amount or w.usd is distinct from p.usd
order by all
