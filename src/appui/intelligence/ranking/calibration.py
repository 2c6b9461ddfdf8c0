"""From scores to chances: logistic in the score and in what happens to the pair, and its check."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Final

import numpy as np

from appui.intelligence.ranking.features import gave_here
from appui.intelligence.ranking.history import Weights
from appui.intelligence.ranking.past import Past
from appui.intelligence.ranking.queries import Query

EDGES: Final = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0)
ROUNDS: Final = 30
RIDGE: Final = 1.0
SUREST: Final = 100


@dataclass(frozen=True, slots=True)
class Chances:
    """Weights of the inputs; ``base_rate`` is how often it came in the years learned from.

    No chance is above ``ceiling``, how often it came for the hundred surest of those years.
    """

    WIDTH: ClassVar[int] = 4
    weights: Weights
    base_rate: float
    ceiling: float = 1.0

    def of(self, told: Weights) -> Weights:
        """The chance of a new commitment in the year, for each row of ``inputs``."""
        return np.minimum(_logistic(told @ self.weights), self.ceiling)


@dataclass(frozen=True, slots=True)
class Band:
    """Candidates whose chance was said to lie between two edges."""

    low: float
    high: float
    count: int
    said: float  # mean chance
    came: float  # share that did commit


@dataclass(frozen=True, slots=True)
class Reliability:
    """Brier scores (lower is better) of the chances and of always saying the base rate."""

    count: int
    brier: float
    brier_base: float
    base_rate: float
    bands: tuple[Band, ...]


def inputs(known: Past, query: Query, score: Weights) -> Weights:
    """A row a candidate: one, log chance of being named, log givers and log entries here."""
    top = score - score.max()
    named = top - np.log(np.exp(top).sum())
    cells = gave_here(known, query.recipient, query.sector)
    givers = np.log1p(known.cells.held[cells].sum())
    entries = np.log1p(known.cells.entries[cells].sum())
    rows = len(score)
    return np.column_stack([np.ones(rows), named, np.full(rows, givers), np.full(rows, entries)])


def chances(told: Weights, came: Weights) -> Chances:
    """The logistic regression of what came on what was told, by Newton's method."""
    weights = np.zeros(told.shape[1])
    for _ in range(ROUNDS):
        chance = _logistic(told @ weights)
        gradient = told.T @ (chance - came) + RIDGE * weights
        curve = (told * (chance * (1 - chance))[:, None]).T @ told + RIDGE * np.eye(len(weights))
        weights = weights - np.linalg.solve(curve, gradient)
    if not len(came):
        return Chances(weights, 0.0)
    surest = np.argsort(-(told @ weights), kind="stable")[:SUREST]
    return Chances(weights, float(came.mean()), float(came[surest].mean()))


def reliability(learned: Chances, told: Weights, came: Weights) -> Reliability:
    """The check on one year's candidates."""
    said = learned.of(told)
    base = learned.base_rate
    return Reliability(
        len(came),
        float(((said - came) ** 2).mean()) if len(came) else 0.0,
        float(((base - came) ** 2).mean()) if len(came) else 0.0,
        float(came.mean()) if len(came) else 0.0,
        tuple(_band(said, came, low, high) for low, high in pairwise(EDGES)),
    )


def pooled(parts: list[Reliability]) -> Reliability:
    """The check over several years, each candidate counting once."""
    count = np.asarray([part.count for part in parts], dtype=np.float64)

    def mean(values: list[float]) -> float:
        return float(np.average(values, weights=count)) if count.sum() else 0.0

    return Reliability(
        int(count.sum()),
        mean([part.brier for part in parts]),
        mean([part.brier_base for part in parts]),
        mean([part.base_rate for part in parts]),
        tuple(_pooled_band(list(bands)) for bands in zip(*(p.bands for p in parts), strict=True)),
    )


def _band(said: Weights, came: Weights, low: float, high: float) -> Band:
    within = (said >= low) & ((said < high) | (high == EDGES[-1]))
    count = int(within.sum())
    if not count:
        return Band(low, high, 0, 0.0, 0.0)
    return Band(low, high, count, float(said[within].mean()), float(came[within].mean()))


def _pooled_band(bands: list[Band]) -> Band:
    count = sum(band.count for band in bands)
    said = sum(band.said * band.count for band in bands) / max(count, 1)
    came = sum(band.came * band.count for band in bands) / max(count, 1)
    return Band(bands[0].low, bands[0].high, count, said, came)


def _logistic(values: Weights) -> Weights:
    chance: Weights = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return chance
