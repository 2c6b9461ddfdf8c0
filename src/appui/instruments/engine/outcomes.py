"""Outcomes contract and impact bond: who does the work, or an investor, advances the money; the
payer pays for outcomes that came about.

Formulas: payₜ = Σₖ min(outcomeₖ, capₖ) × priceₖ, the cap counting over the whole contract; the
advancing party's flow is payₜ − needₜ, its return the internal rate of that flow. The success at
which the payer pays as much as for a grant is g* with PV(pay(g*)) + fees = PV(need).

Source: Social Finance and The HALO Trust, "Innovative finance for mine action", 2021, with the
development impact bond of Cambodia ("Mine Fields to Rice Fields", 2023: a government pays for
outcomes, foundations advance the money); Social Finance, "Technical guide: developing social impact
bonds", 2011.
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
)
from appui.instruments.engine.parameters import Kind, Parameter, Values
from appui.instruments.engine.programme import Programme, added, minus
from appui.instruments.engine.rates import ONE, ZERO, present_value, zero_between
from appui.kernel.money import cents

PARAMETERS = (
    Parameter("prices", Kind.BY_OUTCOME),
    Parameter("caps", Kind.BY_OUTCOME, optional=True),
    Parameter("advanced_by", Kind.CHOICE, "investor", choices=("investor", "operator")),
    Parameter("lag", Kind.YEARS, ONE),
    Parameter("structuring", Kind.AMOUNT, ZERO),
    Parameter("evaluation", Kind.AMOUNT, ZERO),
)


def owed(programme: Programme, values: Values, delivered: Decimal) -> dict[int, Decimal]:
    """What the payer owes by year when ``delivered`` of the planned outcomes come, unrounded."""
    prices, caps = values.names("prices"), values.names("caps")
    lag = int(values.number("lag"))
    due: dict[int, Decimal] = {}
    for item in programme.planned:
        left = caps.get(item.key)
        for year in sorted(item.units):
            units = item.units[year] * delivered
            counted = units if left is None else min(units, left)
            left = None if left is None else left - counted
            due[year + lag] = due.get(year + lag, ZERO) + counted * prices.get(item.key, ZERO)
    return due


def cash(programme: Programme, values: Values, delivered: Decimal) -> Cash:
    """The payer also pays for setting up, in the first year, and for checking what it pays for."""
    pay = added({y: cents(n) for y, n in owed(programme, values, delivered).items()})
    due = {year + int(values.number("lag")) for item in programme.planned for year in item.units}
    fees = added(
        {programme.first_year: values.number("structuring")},
        dict.fromkeys(due, values.number("evaluation")),
    )
    need = dict(programme.need)
    parties = {
        Party.PAYER: minus(added(pay, fees)),
        _advances(values): added(pay, minus(need)),
        Party.PROGRAMME: need,
    }
    total = sum(pay.values(), ZERO)
    premium = total / programme.total - ONE if programme.total else None
    figures = (Figure("outcome_pay", "amount", total), Figure("premium", "percent", premium))
    return Cash(parties, {"fees": fees}, figures=figures)


def _advances(values: Values) -> Party:
    return Party(values.text("advanced_by") or Party.INVESTOR)


def bearers(values: Values) -> Bearers:
    """Who advances the money loses it when outcomes do not come."""
    advances = (_advances(values),)
    return dict.fromkeys(Risk, advances)


def judge(programme: Programme, values: Values, plan: Weighed) -> Judgement:
    """Where the payer pays as much as for a grant, and what the advance earns."""
    base, rate = programme.first_year, programme.discount
    need = present_value(programme.need, rate, base)
    fees = present_value(plan.cash.leaks["fees"], rate, base)

    def dearer(success: Decimal) -> Decimal:
        return present_value(owed(programme, values, success), rate, base) + fees - need

    success = zero_between(dearer, ZERO, ONE)
    why = "" if success is not None else ("cheaper" if dearer(ONE) < 0 else "dearer")
    even = BreakEven("success", "percent", success, ONE, "above", why)
    earned = plan.advance_rate
    worse = (
        Condition(
            "outcomes_succeed",
            (
                Figure("success", "percent", success),
                Figure("cost", "amount", plan.payer_against_grant),
            ),
            plan.payer_against_grant > 0,
        ),
        Condition(
            "outcomes_unpaid",
            (Figure("rate", "percent", earned),),
            present_value(plan.cash.of(_advances(values)), rate, base) < 0,
        ),
        Condition("outcomes_evidence", (Figure("fees", "amount", fees),)),
    )
    return Judgement(even, worse)


OUTCOMES = Instrument(
    "outcomes", PARAMETERS, cash, bearers, judge, advances=_advances, needs_outcomes=True
)
