"""Public-private partnership on land: operators bid below a start price for each unit, do the work
with their own money, and are paid by the State and by those who use the land.

Formulas: paidₜ = Σₖ outcomeₖ × (1 − rejected) × bidₖ; the State pays its share, users the rest; the
State may take back a part of the yearly benefit (land value capture). Saving of the auction = 1 −
Σ bid ÷ Σ start. The bid at which payer and State pay as much as for a grant is b* = bid × (PV(work)
+ PV(taken back)) ÷ PV(paid by the State).

Source: Ukraine's compensation of demining of farm land, auctions on Prozorro, 2024–2025 (80, later
100 % paid by the State; 2 to 6 bidders; 18 % below the start price; 200 of 240 applications
rejected); Lincoln Institute of Land Policy, "Land value capture: tools to finance our urban
future", 2018.
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
from appui.instruments.engine.rates import ONE, ZERO, present_value
from appui.kernel.money import cents

PARAMETERS = (
    Parameter("start_prices", Kind.BY_OUTCOME, optional=True),
    Parameter("bid_prices", Kind.BY_OUTCOME),
    Parameter("state_share", Kind.SHARE, ONE),
    Parameter("rejected", Kind.SHARE, ZERO),
    Parameter("lag", Kind.YEARS, ZERO),
    Parameter("captured", Kind.SHARE, ZERO),
    Parameter("capture_years", Kind.YEARS, ZERO),
)


def _accepted(programme: Programme, values: Values) -> dict[int, Decimal]:
    """The cash need of the work whose application is accepted."""
    share = ONE - values.number("rejected")
    return added({year: cents(amount * share) for year, amount in programme.need.items()})


def _paid(programme: Programme, values: Values, delivered: Decimal) -> dict[int, Decimal]:
    bids, lag = values.names("bid_prices"), int(values.number("lag"))
    share = delivered * (ONE - values.number("rejected"))
    each = [
        {year + lag: cents(units * share * bids.get(item.key, ZERO))}
        for item in programme.planned
        for year, units in item.units.items()
    ]
    return added(*each)


def _taken_back(programme: Programme, values: Values, delivered: Decimal) -> dict[int, Decimal]:
    """The part of the yearly benefit that the State takes, for so many years from the first."""
    years = int(values.number("capture_years"))
    span = range(programme.first_year, programme.first_year + years)
    gains = programme.benefits(_accepted(programme, values), span)
    return added(
        {y: cents(gain * delivered * values.number("captured")) for y, gain in gains.items()}
    )


def cash(programme: Programme, values: Values, delivered: Decimal) -> Cash:
    """The operator pays for the work and is paid for what it delivers."""
    work, paid = _accepted(programme, values), _paid(programme, values, delivered)
    taken = _taken_back(programme, values, delivered)
    state = {year: cents(amount * values.number("state_share")) for year, amount in paid.items()}
    users = added(paid, minus(state))
    parties = {
        Party.STATE: added(taken, minus(state)),
        Party.PARTNER: minus(added(users, taken)),
        Party.OPERATOR: added(paid, minus(work)),
        Party.PROGRAMME: work,
    }
    figures = (
        Figure("paid", "amount", sum(paid.values(), ZERO)),
        Figure("auction_saving", "percent", _saving(programme, values)),
        Figure("captured", "amount", sum(taken.values(), ZERO)),
    )
    return Cash(parties, figures=figures)


def _saving(programme: Programme, values: Values) -> Decimal | None:
    starts, bids = values.names("start_prices"), values.names("bid_prices")
    start = sum((item.total * starts.get(item.key, ZERO) for item in programme.planned), ZERO)
    bid = sum((item.total * bids.get(item.key, ZERO) for item in programme.planned), ZERO)
    return ONE - bid / start if start else None


def bearers(_values: Values) -> Bearers:
    """The operator is paid for what it delivers, at the price it bid."""
    return {
        Risk.PERFORMANCE: (Party.OPERATOR,),
        Risk.PRICE: (Party.OPERATOR,),
        Risk.CURRENCY: (Party.OPERATOR,),
        Risk.LIQUIDITY: (Party.OPERATOR,),
        Risk.DEFAULT: (Party.OPERATOR,),
    }


def judge(programme: Programme, values: Values, plan: Weighed) -> Judgement:
    """The bid at which payer and State pay as much as for a grant."""
    base, rate = programme.first_year, programme.discount
    taken = present_value(_taken_back(programme, values, ONE), rate, base)
    paid = plan.state + taken
    factor = (plan.received + taken) / paid if paid > 0 else None
    prices = values.names("bid_prices")
    price = next(iter(prices.values())) if len(prices) == 1 else None
    even = None if factor is None else factor * price if price is not None else factor
    rejected = values.number("rejected")
    waits = -min((flow for flow in plan.cash.of(Party.OPERATOR).values()), default=ZERO)
    missing = programme.total - sum(plan.cash.of(Party.PROGRAMME).values(), ZERO)
    kind = "price" if price is not None else "ratio"
    worse = (
        Condition(
            "partnership_bid" if price is not None else "partnership_bids",
            (Figure("bid", kind, even), Figure("cost", "amount", plan.against_grant)),
            plan.against_grant > 0,
        ),
        Condition(
            "partnership_rejected",
            (Figure("rejected", "percent", rejected), Figure("missing", "amount", missing)),
            rejected > 0,
        ),
        Condition(
            "partnership_operator",
            (Figure("advance", "amount", waits),),
            present_value(plan.cash.of(Party.OPERATOR), rate, base) < 0,
        ),
    )
    why = "" if even is not None else "cheaper"
    now = price if price is not None else ONE
    return Judgement(BreakEven("bid_prices", kind, even, now, "above", why), worse)


PARTNERSHIP = Instrument(
    "partnership",
    PARAMETERS,
    cash,
    bearers,
    judge,
    advances=lambda _values: Party.OPERATOR,
    needs_outcomes=True,
)
