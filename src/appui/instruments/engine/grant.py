"""A grant: the payer gives the programme what it needs, and bears what comes of it.

Formula: paidₜ = needₜ × (1 + f), f what the channel that hands it on takes. It is the yardstick of
all others. Source: OECD, "Converged Statistical Reporting Directives for the CRS", on grants:
transfers for which no legal debt is incurred by the recipient.
"""

from __future__ import annotations

from decimal import Decimal

from appui.instruments.engine.cash import Cash, Figure, Party, paid_out
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
from appui.instruments.engine.rates import ZERO
from appui.kernel.money import cents

PARAMETERS = (
    Parameter("fee", Kind.SHARE, ZERO),
    Parameter("payments", Kind.BY_YEAR, optional=True),
)


def cash(programme: Programme, values: Values, delivered: Decimal) -> Cash:
    """The payer pays when cash is needed, or in the years of ``payments`` and then no more than is
    needed; the fee comes on top."""
    paid = values.years("payments") or dict(programme.need)
    received, _held = paid_out(paid, programme.need, {*paid, *programme.need})
    if not values.years("payments"):
        received = dict(programme.need)
    fees = {year: cents(amount * values.number("fee")) for year, amount in received.items()}
    parties = {
        Party.PAYER: minus(added(received, fees)),
        Party.PROGRAMME: received,
    }
    return Cash(parties, {"fees": fees})


def bearers(_values: Values) -> Bearers:
    """The payer has paid whatever comes of it; a fixed sum leaves dearer work to the programme."""
    return {
        Risk.PERFORMANCE: (Party.PAYER,),
        Risk.PRICE: (Party.PROGRAMME,),
        Risk.CURRENCY: (Party.PROGRAMME,),
        Risk.LIQUIDITY: (Party.PAYER,),
        Risk.DEFAULT: (Party.PROGRAMME,),
    }


def judge(programme: Programme, values: Values, plan: Weighed) -> Judgement:
    """It is the yardstick; late or short payments and a channel's fee make it worse."""
    fee = values.number("fee")
    worse = [
        Condition(
            "grant_fee",
            (
                Figure("cost", "amount", plan.against_grant),
                Figure("fee", "percent", fee),
            ),
            fee > 0,
        )
    ]
    if values.years("payments"):
        lost = Figure("lost", "amount", plan.benefit_lost)
        late = plan.cash.of(Party.PROGRAMME) != dict(programme.need)
        worse.append(Condition("grant_late", (lost,), late))
    return Judgement(BreakEven("fee", "percent", ZERO, fee, "above"), tuple(worse))


GRANT = Instrument("grant", PARAMETERS, cash, bearers, judge)
