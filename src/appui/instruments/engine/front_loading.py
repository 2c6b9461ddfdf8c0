"""Front-loading: money is borrowed now against what donors pledged for later years.

Formulas: what can be borrowed is PV = Σ Pₜ / (1 + r)ᵗ over the pledges counted; the debt grows by r
and never exceeds the present value of the pledges left. The gain over waiting for the pledges is
the benefit of earlier release − interest − fees, all at the payer's discount rate; the break-even
rate r* is where it is zero.

Source: International Finance Facility for Immunisation (bonds on pledges of donors, with a gearing
limit); Social Finance and The HALO Trust, "Innovative finance for mine action", 2021.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

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
from appui.instruments.engine.rates import ONE, ZERO, Years, present_value, zero_between
from appui.kernel.money import CENT, cents

PARAMETERS = (
    Parameter("pledges", Kind.BY_YEAR),
    Parameter("rate", Kind.RATE),
    Parameter("fee", Kind.SHARE, ZERO),
    Parameter("haircut", Kind.SHARE, ZERO),
)
HIGHEST_FEE = Decimal("0.99")  # of what is raised; a hundred per cent would leave nothing


@dataclass(slots=True)
class _Facility:
    """The books of the borrower."""

    called: dict[int, Decimal] = field(default_factory=dict)
    received: dict[int, Decimal] = field(default_factory=dict)
    lent: dict[int, Decimal] = field(default_factory=dict)
    repaid: dict[int, Decimal] = field(default_factory=dict)
    fees: dict[int, Decimal] = field(default_factory=dict)
    interest: Decimal = ZERO


def borrow(need: Years, pledges: Years, rate: Decimal, fee: Decimal, haircut: Decimal) -> _Facility:
    """Year by year: pledges first keep the debt within what later pledges carry, then pay for what
    is needed, then repay; what is still lacking is borrowed, fees included.

    A pledge not called stays with the donor and can be called later. A ``haircut`` of one borrows
    nothing: that is waiting.
    """
    books = _Facility()
    debt = late = uncalled = ZERO
    fee = min(fee, HIGHEST_FEE)
    for year in range(min(*need, *pledges), max(*need, *pledges) + 1):
        due = cents(debt * rate)
        debt, books.interest = debt + due, books.interest + due
        there = pledges.get(year, ZERO) + uncalled
        wanted = need.get(year, ZERO) + late
        room = _room(pledges, year, rate, haircut)
        first = min(there, max(ZERO, debt - room))
        direct = min(there - first, wanted)
        repaid = first + min(there - first - direct, debt - first)
        debt -= repaid
        lent = _drawn(wanted - direct, max(ZERO, room - debt), fee)
        charged = min(lent, cents(lent * fee))
        debt += lent
        late = wanted - direct - (lent - charged)
        uncalled = there - direct - repaid
        books.called[year] = direct + repaid
        books.received[year] = direct + lent - charged
        books.lent[year], books.repaid[year], books.fees[year] = lent, repaid, charged
    return books


def _room(pledges: Years, year: int, rate: Decimal, haircut: Decimal) -> Decimal:
    """What the pledges after ``year`` carry; a cent a year is kept for the rounding of interest."""
    later = {when: amount for when, amount in pledges.items() if when > year}
    worth = present_value(later, rate, year) * (ONE - haircut)
    kept = CENT * len(later) if rate else ZERO
    return max(ZERO, worth.quantize(CENT, ROUND_DOWN) - kept)


def _drawn(lacking: Decimal, room: Decimal, fee: Decimal) -> Decimal:
    """What is borrowed so that ``lacking`` is left after the fee, within ``room``."""
    return min(cents(lacking / (ONE - fee)), room)


def _books(
    programme: Programme, values: Values, rate: Decimal | None = None, *, waiting: bool = False
) -> _Facility:
    return borrow(
        programme.need,
        values.years("pledges"),
        values.number("rate") if rate is None else rate,
        values.number("fee"),
        ONE if waiting else values.number("haircut"),
    )


def cash(programme: Programme, values: Values, delivered: Decimal) -> Cash:
    """Donors pay pledges, the lender lends and is repaid, whatever is delivered."""
    books = _books(programme, values)
    parties = {
        Party.PAYER: minus(added(books.called)),
        Party.INVESTOR: added(books.repaid, minus(books.lent)),
        Party.PROGRAMME: added(books.received),
    }
    base = programme.first_year
    pledges = values.years("pledges")
    figures = (
        Figure("pledged", "amount", sum(pledges.values(), ZERO)),
        Figure("pledges_worth", "amount", present_value(pledges, values.number("rate"), base)),
        Figure("borrowed", "amount", sum(books.lent.values(), ZERO)),
        Figure("interest", "amount", books.interest),
        Figure("fees", "amount", sum(books.fees.values(), ZERO)),
    )
    return Cash(parties, {"fees": added(books.fees)}, figures=figures)


def gain(
    programme: Programme, values: Values, rate: Decimal | None = None
) -> Mapping[str, Decimal]:
    """What borrowing brings against waiting for the pledges: ``benefit`` of earlier release, extra
    ``cost`` to donors (interest and fees), and their difference, as present values.

    ``rate`` is another rate of the loan than the one given.
    """
    early = _books(programme, values, rate)
    late = _books(programme, values, waiting=True)
    base, discount = programme.first_year, programme.discount
    years = range(base, max([*early.called, programme.last_year]) + 1)

    def worth(books: _Facility) -> Decimal:
        return present_value(programme.benefits(books.received, years), discount, base)

    benefit = worth(early) - worth(late)
    cost = present_value(early.called, discount, base) - present_value(late.called, discount, base)
    return {"benefit": benefit, "cost": cost, "gain": benefit - cost}


def bearers(_values: Values) -> Bearers:
    """Pledges are due whatever is delivered; the lender waits, and loses when donors do not pay."""
    return {
        Risk.PERFORMANCE: (Party.PAYER,),
        Risk.PRICE: (Party.PROGRAMME,),
        Risk.CURRENCY: (Party.PAYER, Party.INVESTOR),
        Risk.LIQUIDITY: (Party.INVESTOR,),
        Risk.DEFAULT: (Party.INVESTOR,),
    }


def judge(programme: Programme, values: Values, plan: Weighed) -> Judgement:
    """The break-even rate against waiting, and what it costs beyond a grant paid when needed."""
    found = gain(programme, values)
    even = zero_between(lambda rate: gain(programme, values, rate)["gain"], ZERO, ONE)
    why = "" if even is not None else ("cheaper" if found["gain"] > 0 else "dearer")
    rate = values.number("rate")
    pledged, lacking = values.years("pledges"), _lacking(programme, plan)
    needed = Figure("need", "amount", programme.total)
    worse = (
        Condition(
            "front_loading_rate",
            (Figure("rate", "percent", even), Figure("gain", "amount", found["gain"])),
            found["gain"] < 0,
        ),
        Condition(
            "front_loading_in_time",
            (Figure("cost", "amount", plan.against_grant),),
            plan.against_grant > 0,
        ),
        Condition(
            "front_loading_short",
            (Figure("pledged", "amount", sum(pledged.values(), ZERO)), needed),
            lacking > 0,
        ),
        Condition("front_loading_default"),
    )
    figures = (
        Figure("early_benefit", "amount", found["benefit"]),
        Figure("early_cost", "amount", found["cost"]),
        Figure("early_gain", "amount", found["gain"]),
    )
    return Judgement(BreakEven("rate", "percent", even, rate, "above", why), worse, figures)


def _lacking(programme: Programme, plan: Weighed) -> Decimal:
    return programme.total - sum(plan.cash.of(Party.PROGRAMME).values(), ZERO)


FRONT_LOADING = Instrument(
    "front_loading", PARAMETERS, cash, bearers, judge, advances=lambda _values: Party.INVESTOR
)
