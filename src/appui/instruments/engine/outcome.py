"""What an instrument comes to for one programme: its cost, its risks, where it equals a grant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from appui.instruments.engine.cash import Cash, Figure, Party
from appui.instruments.engine.parameters import Parameter, Values
from appui.instruments.engine.programme import Programme, minus
from appui.instruments.engine.rates import ONE, ZERO, internal_rate, present_value


class Risk(StrEnum):
    """What can go wrong."""

    PERFORMANCE = "performance"  # fewer outcomes than planned
    PRICE = "price"  # the work costs more
    CURRENCY = "currency"  # the money loses its value
    LIQUIDITY = "liquidity"  # cash is needed before it comes
    DEFAULT = "default"  # who promised does not pay


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The value of ``parameter`` at which the instrument equals a grant; None where no value does,
    ``why`` then says so. It is worse than a grant on the side ``worse`` ("above" or "below")."""

    parameter: str
    kind: str
    value: Decimal | None
    now: Decimal | None
    worse: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One way to be worse than a grant; ``holds`` says whether it is so with the values given, None
    where that depends on what nobody knows yet."""

    code: str
    numbers: tuple[Figure, ...] = ()
    holds: bool | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Where an instrument equals a grant, and when it is worse than one."""

    break_even: BreakEven | None = None
    worse: tuple[Condition, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighed:
    """The worth of one set of flows, in the programme's first year."""

    cash: Cash
    payer: Decimal  # what the payer pays
    state: Decimal  # what the State pays, below zero when it gains
    received: Decimal
    like_grant: Decimal  # what grants that bring the same money in the same years would cost
    benefit: Decimal
    benefit_in_time: Decimal
    rate: Decimal | None  # yearly cost of money that someone advances
    advance_rate: Decimal | None  # what the one who advances it earns

    @property
    def public(self) -> Decimal:
        """What payer and State pay together."""
        return self.payer + self.state

    @property
    def against_grant(self) -> Decimal:
        """What payer and State pay beyond a grant that brings the same money at the same time."""
        return self.public - self.like_grant

    @property
    def payer_against_grant(self) -> Decimal:
        """The same for the payer alone."""
        return self.payer - self.like_grant

    @property
    def benefit_lost(self) -> Decimal:
        """What people lose because work is late or not done."""
        return self.benefit_in_time - self.benefit

    @property
    def all_in(self) -> Decimal:
        """The cost beyond a grant with what is lost by late work, below zero when it is better."""
        return self.against_grant + self.benefit_lost


Simulate = Callable[[Programme, Values, Decimal], Cash]
Judge = Callable[[Programme, Values, Weighed], Judgement]
Bearers = Mapping[Risk, tuple[Party, ...]]


@dataclass(frozen=True, slots=True)
class Instrument:
    """One way to pay: what it asks for, how its money flows, who bears what, how it is judged.

    ``cash`` takes the share of the planned outcomes that is delivered. ``advances`` is who puts in
    money before others pay, if anyone.
    """

    key: str
    parameters: tuple[Parameter, ...]
    cash: Simulate
    bearers: Callable[[Values], Bearers]
    judge: Judge
    advances: Callable[[Values], Party | None] = lambda _values: None
    needs_outcomes: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an instrument comes to; ``under`` is the same when the programme falls short."""

    instrument: str
    plan: Weighed
    under: Weighed
    years: tuple[int, ...]
    missing: Decimal  # cash needed that never comes
    waits: Decimal  # the most cash that is late at one time
    expected: Decimal  # payer and State, over both cases
    paid_for_nothing: Decimal  # by payer and State, for outcomes that do not come
    advance_lost: Decimal  # by whoever put money in, when the programme falls short
    bearers: Bearers
    break_even: BreakEven | None
    worse: tuple[Condition, ...]
    figures: tuple[Figure, ...] = field(default=())


def weigh(instrument: Instrument, programme: Programme, values: Values) -> Outcome:
    """Simulate one instrument, with the outcomes planned and with fewer."""
    left = ONE - programme.size
    plan = weighed(instrument, programme, values, ONE)
    under = weighed(instrument, programme, values, left)
    judged = instrument.judge(programme, values, plan)
    years = {*plan.cash.years, *under.cash.years, *programme.need}
    received = plan.cash.of(Party.PROGRAMME)
    advance = instrument.advances(values)
    return Outcome(
        instrument=instrument.key,
        plan=plan,
        under=under,
        years=tuple(range(min(years), max(years) + 1)),
        missing=max(ZERO, programme.total - sum(received.values(), ZERO)),
        waits=_longest_wait(programme, received),
        expected=(ONE - programme.chance) * plan.public + programme.chance * under.public,
        paid_for_nothing=under.public - left * plan.public,
        advance_lost=_worth(programme, plan, advance) - _worth(programme, under, advance),
        bearers=instrument.bearers(values),
        break_even=judged.break_even,
        worse=judged.worse,
        figures=(*plan.cash.figures, *judged.figures),
    )


def weighed(
    instrument: Instrument, programme: Programme, values: Values, delivered: Decimal
) -> Weighed:
    """The worth of the flows when ``delivered`` of the planned outcomes come."""
    cash = instrument.cash(programme, values, delivered)
    base, rate = programme.first_year, programme.discount
    received = cash.of(Party.PROGRAMME)
    got = present_value(received, rate, base)
    years = range(base, max([programme.last_year, *cash.years]) + 1)
    in_time = programme.benefits(programme.need, years)
    advance = instrument.advances(values)
    return Weighed(
        cash=cash,
        payer=-present_value(cash.of(Party.PAYER), rate, base),
        state=-present_value(cash.of(Party.STATE), rate, base),
        received=got,
        like_grant=got
        - present_value(cash.anyway, rate, base)
        + present_value(cash.spared, rate, base),
        benefit=delivered * present_value(programme.benefits(received, years), rate, base),
        benefit_in_time=delivered * present_value(in_time, rate, base),
        rate=_cost_of_money(cash) if advance else None,
        advance_rate=internal_rate(cash.of(advance)) if advance else None,
    )


def _cost_of_money(cash: Cash) -> Decimal | None:
    """The rate at which what all others pay is worth what the programme receives."""
    received = cash.of(Party.PROGRAMME)
    payers = (Party.PAYER, Party.STATE, Party.PARTNER)
    flows = dict(received)
    for payer in payers:
        for year, amount in cash.of(payer).items():
            flows[year] = flows.get(year, ZERO) + amount
    return internal_rate(minus(flows))


def _worth(programme: Programme, weighed: Weighed, party: Party | None) -> Decimal:
    if party is None:
        return ZERO
    return present_value(weighed.cash.of(party), programme.discount, programme.first_year)


def _longest_wait(programme: Programme, received: Mapping[int, Decimal]) -> Decimal:
    """The most that the programme lacks at the end of a year, of what it needed until then."""
    lacks = most = ZERO
    for year in range(programme.first_year, programme.last_year + 1):
        lacks += programme.need.get(year, ZERO) - received.get(year, ZERO)
        most = max(most, lacks)
    return most
