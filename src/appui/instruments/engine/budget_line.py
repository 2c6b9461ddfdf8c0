"""Domestic budget line: the State votes money each year, others add their part.

Formulas: votedₜ = share × needₜ; spentₜ = execution × (votedₜ + carriedₜ); carriedₜ₊₁ = carry ×
(what was not spent); a budget in national currency that loses d a year buys spentₜ ÷ (1 + d)^(t −
t₀). Others give (1 − share) × needₜ, in step with what the State spends when they say so.

Source: PEFA, "Framework for assessing public financial management", 2016, indicators PI-1 and PI-2
(budget reliability: execution against the vote); Cambodia's national mine action budget of about 30
million US dollars a year (authority, 2023).
"""

from __future__ import annotations

from decimal import Decimal

from appui.instruments.engine.cash import Cash, Figure, Party
from appui.instruments.engine.outcome import (
    Bearers,
    BreakEven,
    Condition,
    Instrument,
    Judgement,
    Risk,
    Weighed,
    weighed,
)
from appui.instruments.engine.parameters import Kind, Parameter, Values
from appui.instruments.engine.programme import Programme, added, minus
from appui.instruments.engine.rates import ONE, ZERO, present_value, zero_between
from appui.kernel.money import cents

PARAMETERS = (
    Parameter("share", Kind.SHARE, ONE),
    Parameter("execution", Kind.SHARE, ONE),
    Parameter("carry", Kind.SHARE, ZERO),
    Parameter("depreciation", Kind.RATE, ZERO),
    Parameter("cofinancing", Kind.CHOICE, "fixed", choices=("fixed", "in_step")),
)
YEARS_AFTER = 3  # what is carried over can still be spent so long after the last vote


def cash(programme: Programme, values: Values, delivered: Decimal) -> Cash:
    """What the vote buys, and what others add to it."""
    share, execution = values.number("share"), values.number("execution")
    last = programme.last_year + (YEARS_AFTER if values.number("carry") else 0)
    state: dict[int, Decimal] = {}
    others: dict[int, Decimal] = {}
    carried = voted_so_far = spent_so_far = ZERO
    for year in range(programme.first_year, last + 1):
        need = programme.need.get(year, ZERO)
        voted = cents(share * need)
        spent = cents(execution * (voted + carried))
        carried = cents(values.number("carry") * (voted + carried - spent))
        loss = (ONE + values.number("depreciation")) ** (year - programme.first_year)
        state[year] = cents(spent / loss)
        voted_so_far, spent_so_far = voted_so_far + voted, spent_so_far + spent
        others[year] = need - voted
        if values.text("cofinancing") == "in_step" and voted_so_far:
            promised = sum((n for y, n in programme.need.items() if y <= year), ZERO) - voted_so_far
            so_far = cents(promised * spent_so_far / voted_so_far)
            others[year] = so_far - sum((n for y, n in others.items() if y < year), ZERO)
    received = added(state, others)
    parties = {
        Party.PAYER: minus(added(others)),
        Party.STATE: minus(added(state)),
        Party.PROGRAMME: received,
    }
    figures = (
        Figure("voted", "amount", voted_so_far),
        Figure("unspent", "amount", voted_so_far - spent_so_far),
        Figure("bought", "amount", sum(state.values(), ZERO)),
    )
    return Cash(parties, figures=figures)


def bearers(_values: Values) -> Bearers:
    """The State has paid whatever comes of it; the programme waits for what is not released."""
    return {
        Risk.PERFORMANCE: (Party.STATE,),
        Risk.PRICE: (Party.STATE,),
        Risk.CURRENCY: (Party.PROGRAMME,),
        Risk.LIQUIDITY: (Party.PROGRAMME,),
        Risk.DEFAULT: (Party.PROGRAMME,),
    }


def judge(programme: Programme, values: Values, plan: Weighed) -> Judgement:
    """The execution below which late and undone work costs people more than the payer saves."""
    base, rate = programme.first_year, programme.discount
    need = present_value(programme.need, rate, base)

    def better(execution: Decimal) -> Decimal:
        found = weighed(BUDGET_LINE, programme, values.changed("execution", execution), ONE)
        return need - found.payer - found.benefit_lost

    even = zero_between(better, ZERO, ONE)
    why = "" if even is not None else ("cheaper" if better(ONE) > 0 else "dearer")
    now = values.number("execution")
    got = sum(plan.cash.of(Party.PROGRAMME).values(), ZERO)
    worse = (
        Condition(
            "budget_execution",
            (
                Figure("execution", "percent", even),
                Figure("saved", "amount", need - plan.payer),
                Figure("lost", "amount", plan.benefit_lost),
            ),
            need - plan.payer < plan.benefit_lost,
        ),
        Condition(
            "budget_unspent",
            (Figure("missing", "amount", programme.total - got),),
            got < programme.total,
        ),
        Condition(
            "budget_currency",
            (Figure("depreciation", "percent", values.number("depreciation")),),
            values.number("depreciation") > 0,
        ),
        Condition("budget_space", (Figure("state", "amount", plan.state),)),
    )
    return Judgement(BreakEven("execution", "percent", even, now, "below", why), worse)


BUDGET_LINE = Instrument("budget_line", PARAMETERS, cash, bearers, judge)
