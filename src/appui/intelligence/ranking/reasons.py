"""Ranked donors for one recipient and sector, each with its reasons as numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from appui.intelligence.ranking.history import History, Weights
from appui.intelligence.ranking.methods import Method, scores, shares

CENTS: Final = 2


@dataclass(frozen=True, slots=True)
class Gave:
    """Dollars in the window, in how many places or years, and when last."""

    usd: float
    count: int
    last_year: int | None


@dataclass(frozen=True, slots=True)
class RankedDonor:
    """``gave_here.count`` is years, ``gave_sector.count`` recipients.

    Sizes are dollars a year to one recipient and sector; ``size_fit`` is 1 when the asked
    amount lies within the quartiles and falls with the distance, None when none was asked.
    """

    donor: str
    rank: int
    score: float
    incumbent: bool  # gave to this very recipient and sector in the window
    gave_here: Gave
    gave_sector: Gave
    gave_both: Gave
    typical_size: tuple[float, float, float] | None
    size_fit: float | None
    last_year: int | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """``already`` give to this recipient and sector; ``new`` would be new to it; best first."""

    recipient: str
    sector: str
    first_year: int
    last_year: int
    method: Method
    already: tuple[RankedDonor, ...]
    new: tuple[RankedDonor, ...]


def rank(
    history: History,
    recipient: str,
    sector: str,
    *,
    as_of: int,
    window: int = 5,
    amount: float | None = None,
    method: Method = "geometric",
) -> Ranking:
    """Rank by the years as_of - window to as_of - 1; equal scores go by name.

    Every donor of the window is ranked; only those that gave to the recipient, the sector or
    at large have a score above nought.
    """
    past = history.between(as_of - window, as_of - 1)
    here = _place(past.recipients, recipient)
    this = _place(past.sectors, sector)
    found = shares(past)
    score = scores(method, found, here, this)
    order = found.candidates[np.argsort(-score[found.candidates], kind="stable")]
    judged = [_judged(past, d, here, this, float(score[d]), amount) for d in order.tolist()]
    return Ranking(
        recipient=recipient,
        sector=sector,
        first_year=as_of - window,
        last_year=as_of - 1,
        method=method,
        already=_numbered([donor for donor in judged if donor.incumbent]),
        new=_numbered([donor for donor in judged if not donor.incumbent]),
    )


def _numbered(donors: list[RankedDonor]) -> tuple[RankedDonor, ...]:
    return tuple(replace(donor, rank=place) for place, donor in enumerate(donors, 1))


def _judged(
    past: History, donor: int, here: int, this: int, score: float, amount: float | None
) -> RankedDonor:
    own = past.rows_of(past.donor == donor)
    to_recipient, to_sector = own.recipient == here, own.sector == this
    both = own.rows_of(to_recipient & to_sector)
    sizes = _sizes(own)
    quartiles = _quartiles(sizes)
    return RankedDonor(
        donor=past.names[donor],
        rank=0,
        score=score,
        incumbent=bool((both.usd > 0).any()),
        gave_here=_gave(own.rows_of(to_recipient), "year"),
        gave_sector=_gave(own.rows_of(to_sector), "recipient"),
        gave_both=_gave(both, "year"),
        typical_size=quartiles,
        size_fit=_fit(amount, quartiles),
        last_year=int(own.year[own.usd > 0].max()) if (own.usd > 0).any() else None,
    )


def _gave(rows: History, counted: str) -> Gave:
    given = rows.rows_of(rows.usd > 0)
    last = int(given.year.max()) if len(given.year) else None
    count = len(np.unique(getattr(given, counted)))
    return Gave(round(float(rows.usd.sum()), CENTS), count, last)


def _sizes(own: History) -> Weights:
    """What the donor gave in a year to one recipient and sector, where more than nought."""
    keys = (own.recipient * (len(own.sectors) + 1) + own.sector) * 10_000 + own.year
    _, group = np.unique(keys, return_inverse=True)
    totals: Weights = np.zeros(0)
    if len(group):
        totals = np.bincount(group, weights=own.usd).astype(np.float64)
    return totals[totals > 0]


def _quartiles(sizes: Weights) -> tuple[float, float, float] | None:
    if not len(sizes):
        return None
    low, middle, high = np.quantile(sizes, (0.25, 0.5, 0.75))
    return round(float(low), CENTS), round(float(middle), CENTS), round(float(high), CENTS)


def _fit(amount: float | None, quartiles: tuple[float, float, float] | None) -> float | None:
    """1 within the quartiles; outside, the ratio to the nearer one."""
    if amount is None or amount <= 0 or quartiles is None:
        return None
    low, _, high = quartiles
    if amount < low:
        return round(amount / low, 4)
    return 1.0 if amount <= high else round(high / amount, 4)


def _place(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else -1
