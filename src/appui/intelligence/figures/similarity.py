"""Which givers give alike: the overlap of their shares of countries and of sectors.

The overlap of two givers on one dimension is the sum, over its values, of the smaller of their
two shares: 1 when they divide their money alike, 0 when they have nothing in common. Similarity
is the mean of the overlaps on countries and on sectors. Weights for an order, so floats.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from appui.intelligence.ranking import Gift

Shares = Mapping[str, float]
PLACES = 9


@dataclass(frozen=True, slots=True)
class Common:
    """A country or sector both give to, with the share of each, the smaller at most the other."""

    code: str
    own: float
    other: float


@dataclass(frozen=True, slots=True)
class Similar:
    """Another giver; ``countries`` and ``sectors`` are the reason, most in common first."""

    donor: str
    similarity: float
    countries: tuple[Common, ...]
    sectors: tuple[Common, ...]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """How one giver divides its money."""

    usd: float
    countries: Shares
    sectors: Shares


def portfolios(gifts: Iterable[Gift]) -> dict[str, Portfolio]:
    """Shares by giver, in the order first met; a giver without money above zero is left out."""
    amounts: dict[str, tuple[dict[str, float], dict[str, float]]] = {}
    for gift in gifts:
        if gift.usd > 0:
            countries, sectors = amounts.setdefault(gift.donor, ({}, {}))
            countries[gift.recipient] = countries.get(gift.recipient, 0.0) + gift.usd
            sectors[gift.sector] = sectors.get(gift.sector, 0.0) + gift.usd
    return {
        donor: Portfolio(sum(countries.values()), _shares(countries), _shares(sectors))
        for donor, (countries, sectors) in amounts.items()
    }


def similar(
    own: Portfolio,
    others: Mapping[str, Portfolio],
    *,
    without: Iterable[str] = (),
    most: int = 5,
    reasons: int = 2,
) -> list[Similar]:
    """The givers most like ``own`` with their reasons; those with nothing in common are left out.

    Equal similarity is settled by name.
    """
    left_out = set(without)
    found = [
        (_similarity(own, other), donor, other)
        for donor, other in others.items()
        if donor not in left_out
    ]
    best = sorted((item for item in found if item[0] > 0), key=lambda item: (-item[0], item[1]))
    return [
        Similar(
            donor,
            similarity,
            _common(own.countries, other.countries, reasons),
            _common(own.sectors, other.sectors, reasons),
        )
        for similarity, donor, other in best[:most]
    ]


def _shares(amounts: dict[str, float]) -> dict[str, float]:
    whole = sum(amounts.values())
    return {code: amount / whole for code, amount in amounts.items()}


def _similarity(own: Portfolio, other: Portfolio) -> float:
    both = _overlap(own.countries, other.countries) + _overlap(own.sectors, other.sectors)
    return round(both / 2, PLACES)


def _overlap(own: Shares, other: Shares) -> float:
    return sum(min(share, other[code]) for code, share in own.items() if code in other)


def _common(own: Shares, other: Shares, most: int) -> tuple[Common, ...]:
    both = [Common(code, own[code], other[code]) for code in own if code in other]
    both.sort(key=lambda item: (-min(item.own, item.other), item.code))
    return tuple(both[:most])
