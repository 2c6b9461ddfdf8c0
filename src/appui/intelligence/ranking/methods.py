"""Naive scores of every donor for a recipient and a sector, from a window of history.

With p the donor's share of all money, a its share of the money to the recipient and b of the
money to the sector: popularity p; country a + p/10^6; sector b + p/10^6; geometric
sqrt((a + p/10^4)(b + p/10^4)).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from appui.intelligence.ranking.history import Codes, History, Weights

Naive = Literal["popularity", "country", "sector", "geometric"]
Method = Literal[Naive, "appui"]
NAIVE: Final[tuple[Naive, ...]] = get_args(Naive)
METHODS: Final[tuple[Method, ...]] = ("appui", *NAIVE)
SLIGHT: Final = 1e-6
SMOOTH: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of money by donor, over one window; a row a recipient or sector, a column a donor."""

    overall: Weights
    to_recipient: Weights
    to_sector: Weights
    candidates: Codes  # donors with any row in the window, in alphabetical order


def shares(window: History) -> Shares:
    """Shares in the window; nothing given to a recipient or sector is a share of nought."""
    donors = len(window.names)
    overall = _sum(window.donor, window.usd, donors)
    return Shares(
        _share(overall),
        _share(_totals(window.recipient, window, len(window.recipients))),
        _share(_totals(window.sector, window, len(window.sectors))),
        np.unique(window.donor),
    )


def scores(method: Naive, found: Shares, recipient: int, sector: int) -> Weights:
    """A score a donor; ``recipient`` or ``sector`` is -1 when the history does not have it."""
    return _SCORES[method](
        found.overall, _row(found.to_recipient, recipient), _row(found.to_sector, sector)
    )


_SCORES: Final[dict[Naive, Callable[[Weights, Weights, Weights], Weights]]] = {
    "popularity": lambda p, a, b: p,
    "country": lambda p, a, b: a + SLIGHT * p,
    "sector": lambda p, a, b: b + SLIGHT * p,
    "geometric": lambda p, a, b: np.sqrt(
        np.maximum(a + SMOOTH * p, 0) * np.maximum(b + SMOOTH * p, 0)
    ),
}


def _totals(groups: Codes, window: History, size: int) -> Weights:
    """Money by group and donor."""
    donors = len(window.names)
    return _sum(groups * donors + window.donor, window.usd, size * donors).reshape(size, donors)


def _sum(groups: Codes, weights: Weights, size: int) -> Weights:
    return np.bincount(groups, weights=weights, minlength=size).astype(np.float64)


def _share(totals: Weights) -> Weights:
    whole = totals.sum(axis=-1, keepdims=True)
    shares: Weights = np.divide(totals, whole, out=np.zeros_like(totals), where=whole != 0)
    return shares


def _row(table: Weights, place: int) -> Weights:
    row: Weights = table[place] if place >= 0 else np.zeros(table.shape[1])
    return row
