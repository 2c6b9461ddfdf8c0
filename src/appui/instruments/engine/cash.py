"""Who pays what to whom, by year, under one instrument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from appui.instruments.engine.programme import added
from appui.instruments.engine.rates import ZERO, Years


class Party(StrEnum):
    """Who pays or receives."""

    PAYER = "payer"  # the donor, the creditor of a swap, the payer of outcomes
    STATE = "state"
    INVESTOR = "investor"  # who lends or puts money in before outcomes
    OPERATOR = "operator"  # who does the work, with money of its own at first
    PARTNER = "partner"  # others who give, or who use the land
    FUND = "fund"  # money that waits in an account
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number worth showing beside the flows; ``kind`` is amount, percent, ratio, number, price or
    year."""

    code: str
    kind: str
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Served:
    """What one priority of a waterfall gets: from gifts earmarked for it, then from free money;
    ``beyond`` is earmarked for it and more than it needs."""

    name: str
    need: Decimal
    earmarked: Decimal
    free: Decimal
    beyond: Decimal

    @property
    def missing(self) -> Decimal:
        """What is still lacking."""
        return self.need - self.earmarked - self.free


@dataclass(frozen=True, slots=True)
class Cash:
    """Flows by party and year, in cents; above zero is money received.

    ``leaks`` is what leaves to nobody of them (fees), below zero what comes from outside (interest
    of a bank): parties and leaks sum to zero in each year. ``anyway`` is money that would have
    come without the instrument.
    """

    parties: Mapping[Party, Years]
    leaks: Mapping[str, Years] = field(default_factory=dict)
    anyway: Years = field(default_factory=dict)
    spared: Years = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    served: tuple[Served, ...] = ()

    def of(self, party: Party) -> Years:
        """The flows of one party; none when it takes no part."""
        return self.parties.get(party, {})

    @property
    def years(self) -> list[int]:
        """Every year in which money moves."""
        series = [*self.parties.values(), *self.leaks.values()]
        return sorted({year for one in series for year in one})

    def imbalance(self) -> dict[int, Decimal]:
        """The years whose flows do not sum to zero; empty when all is accounted for."""
        return added(*self.parties.values(), *self.leaks.values())


def paid_out(
    available: Years, need: Years, years: Iterable[int]
) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """What a programme draws from an account, and what the account gains, by year.

    Each year it draws what it needs and what it lacked before, as far as the money goes.
    """
    held = late = ZERO
    received, gained = {}, {}
    for year in sorted(years):
        came = available.get(year, ZERO)
        wanted = need.get(year, ZERO) + late
        paid = min(wanted, held + came)
        late, held = wanted - paid, held + came - paid
        received[year], gained[year] = paid, came - paid
    return _moving(received), _moving(gained)


def _moving(series: Years) -> dict[int, Decimal]:
    return {year: amount for year, amount in series.items() if amount}
