"""Debt swap: a creditor lets go of debt service; the State pays part of it into the programme.

Formulas: cancelledₜ = oldₜ − newₜ; freed = Σ (old − new service) − fees; what the programme gets is
conversion × cancelled × (1 − fee). The creditor gives up what would have been paid, a share q of
the cancelled service; a grant of that worth would bring as much when conversion × (1 − fee) = q, so
the break-even conversion is q ÷ (1 − fee).

Source: the precedent of a health fund, 36 million euros cancelled for a programme of 15.5 million
(43 %), United Nations, Financing for Sustainable Development, on debt instruments; for the worth of
the debt: P. Krugman, "Market-based debt-reduction schemes", NBER working paper 2587, 1988.
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
from appui.instruments.engine.rates import ONE, ZERO, present_value
from appui.kernel.money import cents

PARAMETERS = (
    Parameter("old_service", Kind.BY_YEAR),
    Parameter("new_service", Kind.BY_YEAR, optional=True),
    Parameter("conversion", Kind.SHARE),
    Parameter("fee", Kind.SHARE, ZERO),
    Parameter("repayment", Kind.SHARE, ONE),
)


def cancelled(values: Values) -> dict[int, Decimal]:
    """Debt service that is no longer owed, by year; below zero where the new service is higher."""
    return added(values.years("old_service"), minus(values.years("new_service")))


def cash(programme: Programme, values: Values, delivered: Decimal) -> Cash:
    """Measured against no swap: the creditor loses what would have been paid, the State saves it
    and pays the converted part in."""
    let_go = cancelled(values)
    likely = {year: cents(x * values.number("repayment")) for year, x in let_go.items()}
    paid_in = {
        year: max(ZERO, cents(x * values.number("conversion"))) for year, x in let_go.items()
    }
    fees = {year: cents(x * values.number("fee")) for year, x in paid_in.items()}
    net = added(paid_in, minus(fees))
    received, held = paid_out(net, programme.need, {*net, *programme.need})
    parties = {
        Party.PAYER: minus(likely),
        Party.STATE: added(likely, minus(paid_in)),
        Party.FUND: held,
        Party.PROGRAMME: received,
    }
    face, charged = sum(let_go.values(), ZERO), sum(fees.values(), ZERO)
    into = sum(net.values(), ZERO)
    figures = (
        Figure("cancelled", "amount", face),
        Figure("freed", "amount", face - charged),
        Figure("converted", "amount", into),
        Figure("converted_share", "percent", into / face if face else None),
    )
    return Cash(parties, {"fees": fees}, figures=figures)


def bearers(_values: Values) -> Bearers:
    """The State carries the payments in; the programme waits when they do not come."""
    return {
        Risk.PERFORMANCE: (Party.STATE,),
        Risk.PRICE: (Party.PROGRAMME,),
        Risk.CURRENCY: (Party.STATE,),
        Risk.LIQUIDITY: (Party.STATE,),
        Risk.DEFAULT: (Party.PROGRAMME,),
    }


def judge(programme: Programme, values: Values, plan: Weighed) -> Judgement:
    """The conversion at which the creditor gives up as much as the programme gets."""
    base, rate = programme.first_year, programme.discount
    worth = present_value(cancelled(values), rate, base)
    fee, conversion = values.number("fee"), values.number("conversion")
    paid = values.number("repayment")
    even = paid / (ONE - fee) if fee < 1 else None
    usable = even is not None and even <= 1
    got = sum(plan.cash.of(Party.PROGRAMME).values(), ZERO)
    whole = sum(cancelled(values).values(), ZERO) * (ONE - fee)
    needed = programme.total / whole if whole > 0 else None
    worse = (
        Condition(
            "swap_conversion",
            (
                Figure("conversion", "percent", even),
                Figure("cost", "amount", plan.payer_against_grant),
            ),
            even is None or conversion < even,
        ),
        Condition(
            "swap_state",
            (
                Figure("repayment", "percent", paid),
                Figure("saved", "amount", worth * (paid - conversion)),
            ),
            conversion > paid,
        ),
        Condition(
            "swap_short",
            (Figure("conversion", "percent", needed), Figure("need", "amount", programme.total)),
            got < programme.total,
        ),
    )
    why = "" if usable else "dearer"
    break_even = BreakEven(
        "conversion", "percent", even if usable else None, conversion, "below", why
    )
    return Judgement(break_even, worse)


DEBT_SWAP = Instrument("debt_swap", PARAMETERS, cash, bearers, judge)
