"""What is to be paid for: the cash a programme needs by year, and what it gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from appui.instruments.engine.rates import ONE, ZERO, Years


@dataclass(frozen=True, slots=True)
class Planned:
    """What is delivered by year, in units, when the money comes in time.

    ``value`` is what one unit brings to people in each year from that of its delivery, in the
    programme's currency; 0 when nobody has put a value on it.
    """

    key: str
    unit: str
    units: Years
    value: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All units."""
        return sum(self.units.values(), ZERO)


@dataclass(frozen=True, slots=True)
class Programme:
    """``need`` is cash by year; ``chance`` the probability that it falls short of its outcomes,
    and then by ``size`` of them, both ratios of one. ``discount`` is the payer's yearly rate."""

    currency: str
    need: Years
    planned: tuple[Planned, ...] = ()
    discount: Decimal = ZERO
    chance: Decimal = ZERO
    size: Decimal = ZERO

    @property
    def first_year(self) -> int:
        """The year to which all is discounted."""
        return min(self.need)

    @property
    def last_year(self) -> int:
        """The last year in which cash is needed."""
        return max(self.need)

    @property
    def total(self) -> Decimal:
        """All the cash."""
        return sum(self.need.values(), ZERO)

    def benefits(self, received: Years, years: Iterable[int]) -> dict[int, Decimal]:
        """What people gain by year when the programme gets ``received``.

        Of what the plan has delivered by a year, the share is there that the money received so far
        bears to the money needed so far: work not paid in time is delivered late.
        """
        got = needed = ZERO
        done = {item.key: ZERO for item in self.planned}
        found = {}
        for year in sorted(years):
            got += received.get(year, ZERO)
            needed += self.need.get(year, ZERO)
            share = min(ONE, got / needed) if needed else ONE
            for item in self.planned:
                done[item.key] += item.units.get(year, ZERO)
            worth = sum((done[item.key] * item.value for item in self.planned), ZERO)
            found[year] = share * worth
        return found


def added(*series: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """The sum of several series by year; years without money are left out."""
    years = sorted({year for one in series for year in one})
    sums = {year: sum((one.get(year, ZERO) for one in series), ZERO) for year in years}
    return {year: amount for year, amount in sums.items() if amount}


def minus(series: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """``series`` with the other sign."""
    return {year: -amount for year, amount in series.items()}
