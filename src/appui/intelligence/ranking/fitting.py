"""Weights that put a donor which did give first: a choice model fitted by accelerated descent.

The loss of a query is minus the log of the chance of naming one of its positives, each candidate
named with a chance proportional to the exponential of its score (a conditional logit).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from appui.intelligence.ranking.history import Codes, Weights

STEPS: Final = 100
ENOUGH: Final = 1e-6  # a relative gain below which the descent stops
LEAST: Final = 1e-30


@dataclass(frozen=True, slots=True)
class Lessons:
    """Standardised features of the candidates of many queries, one after the other."""

    values: Weights  # candidates × features
    positive: npt.NDArray[np.bool_]
    starts: Codes  # where each query begins

    @property
    def queries(self) -> int:
        return len(self.starts)


def joined(parts: Sequence[Lessons]) -> Lessons:
    """The lessons of several years as one."""
    offsets = np.cumsum([0, *(len(part.values) for part in parts)])
    return Lessons(
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.positive for part in parts]),
        np.concatenate([p.starts + at for p, at in zip(parts, offsets, strict=False)]),
    )


def loss(weights: Weights, lessons: Lessons, prior: Weights, pull: float) -> tuple[float, Weights]:
    """The loss and its gradient; ``pull`` times half the squared distance from the prior added."""
    query = np.repeat(
        np.arange(lessons.queries), np.diff(lessons.starts, append=len(lessons.values))
    )
    score = lessons.values @ weights
    raised = np.exp(score - np.maximum.reduceat(score, lessons.starts)[query])
    chance = raised / np.add.reduceat(raised, lessons.starts)[query]
    hit = chance * lessons.positive
    hits = np.maximum(np.add.reduceat(hit, lessons.starts), LEAST)
    away = weights - prior
    gradient: Weights = (chance - hit / hits[query]) @ lessons.values + pull * away
    return float(-np.log(hits).sum() + pull * (away @ away) / 2), gradient


def fit(lessons: Lessons, prior: Weights, pull: float, least: float = -np.inf) -> Weights:
    """The weights of least loss, none below ``least`` (FISTA with restarts; deterministic)."""
    here = ahead = np.maximum(prior, least)
    momentum, slope, lowest = 1.0, max(lessons.queries / 5, 1.0), np.inf
    for _ in range(STEPS):
        value, gradient = loss(ahead, lessons, prior, pull)
        while True:
            there = np.maximum(ahead - gradient / slope, least)
            step = there - ahead
            reached, _unused = loss(there, lessons, prior, pull)
            bound = value + gradient @ step + slope * (step @ step) / 2
            if reached <= bound + ENOUGH * abs(value):
                break
            slope *= 1.7
        if reached > lowest:
            momentum = 1.0
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = there + (momentum - 1) / following * (there - here)
        done = abs(lowest - reached) < ENOUGH * abs(reached)
        here, momentum, lowest = there, following, reached
        if done:
            break
        slope *= 0.95
    return here
