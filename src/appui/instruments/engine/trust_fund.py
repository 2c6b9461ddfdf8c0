"""Trust fund: several pay into one account, which pays the programme and earns interest.

Formulas: balanceₜ = balanceₜ₋₁ × (1 + i) + contributionsₜ × (1 − f) − paidₜ. Earmarked money may
pay only the share of each year's need that its earmarks cover; the rest of it stays in the account.
The fee at which it equals separate grants is where fees and idle money cost as much as the reports
and audits it spares.

Source: United Nations Multi-Partner Trust Fund Office, "MPTF Office operational handbook"
(administration fee on contributions); United Nations Voluntary Trust Fund for Assistance in Mine
Action; Cambodia's Clearing for Results, pooled since 2006.
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
from appui.instruments.engine.rates import ONE, ZERO, zero_between
from appui.kernel.money import cents

PARAMETERS = (
    Parameter("contributions", Kind.BY_YEAR, optional=True),
    Parameter("fee", Kind.SHARE, ZERO),
    Parameter("interest", Kind.RATE, ZERO),
    Parameter("earmarked", Kind.SHARE, ZERO),
    Parameter("covers", Kind.SHARE, ONE),
    Parameter("spared", Kind.AMOUNT, ZERO),
)
HIGHEST_FEE = Decimal("0.99")


def cash(programme: Programme, values: Values, delivered: Decimal) -> Cash:
    """Two pots, earmarked and free, each with its interest; what is lacking is paid later."""
    given = values.years("contributions") or dict(programme.need)
    years = range(min(*given, *programme.need), max(*given, *programme.need) + 1)
    fees: dict[int, Decimal] = {}
    earned: dict[int, Decimal] = {}
    received: dict[int, Decimal] = {}
    gained: dict[int, Decimal] = {}
    tied = free = late_tied = late = ZERO
    for year in years:
        before = tied + free
        own, other = (
            cents(tied * values.number("interest")),
            cents(free * values.number("interest")),
        )
        came = given.get(year, ZERO)
        fees[year] = cents(came * values.number("fee"))
        net = came - fees[year]
        marked = cents(net * values.number("earmarked"))
        tied, free = tied + own + marked, free + other + net - marked
        need = programme.need.get(year, ZERO)
        open_to_tied = cents(need * values.number("covers")) + late_tied
        from_tied = min(tied, open_to_tied, need + late)
        from_free = min(free, need + late - from_tied)
        tied, free = tied - from_tied, free - from_free
        late += need - from_tied - from_free
        late_tied = min(open_to_tied - from_tied, late)
        earned[year], received[year] = own + other, from_tied + from_free
        gained[year] = tied + free - before
    parties = {
        Party.PAYER: minus(added(given)),
        Party.FUND: added(gained),
        Party.PROGRAMME: added(received),
    }
    leaks = {"fees": added(fees), "interest": minus(added(earned))}
    figures = (
        Figure("fees", "amount", sum(fees.values(), ZERO)),
        Figure("earned", "amount", sum(earned.values(), ZERO)),
        Figure("idle", "amount", tied + free),
    )
    spared = dict.fromkeys(programme.need, values.number("spared"))
    return Cash(parties, leaks, spared=spared, figures=figures)


def bearers(_values: Values) -> Bearers:
    """The payers have paid early, and for whatever comes of it."""
    return {
        Risk.PERFORMANCE: (Party.PAYER,),
        Risk.PRICE: (Party.PROGRAMME,),
        Risk.CURRENCY: (Party.FUND,),
        Risk.LIQUIDITY: (Party.PAYER,),
        Risk.DEFAULT: (Party.PROGRAMME,),
    }


def judge(programme: Programme, values: Values, plan: Weighed) -> Judgement:
    """The fee at which the fund costs as much as separate grants with their reports."""

    def dearer(fee: Decimal) -> Decimal:
        found = weighed(TRUST_FUND, programme, values.changed("fee", fee), ONE)
        return found.against_grant

    even = zero_between(dearer, ZERO, HIGHEST_FEE)
    why = "" if even is not None else ("cheaper" if dearer(ZERO) < 0 else "dearer")
    fee = values.number("fee")
    idle = next(item.value for item in plan.cash.figures if item.code == "idle")
    got = sum(plan.cash.of(Party.PROGRAMME).values(), ZERO)
    worse = (
        Condition(
            "trust_fee",
            (Figure("fee", "percent", even), Figure("cost", "amount", plan.against_grant)),
            plan.against_grant > 0,
        ),
        Condition("trust_idle", (Figure("idle", "amount", idle),), bool(idle)),
        Condition(
            "trust_short",
            (
                Figure("missing", "amount", programme.total - got),
                Figure("lost", "amount", plan.benefit_lost),
            ),
            got < programme.total or plan.benefit_lost > 0,
        ),
    )
    return Judgement(BreakEven("fee", "percent", even, fee, "above", why), worse)


TRUST_FUND = Instrument("trust_fund", PARAMETERS, cash, bearers, judge)
