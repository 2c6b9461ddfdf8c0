"""Scores of projects by four methods. A matrix has a row a project, a column a criterion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Method = Callable[[Array, Array, NDArray[np.bool_]], Array]
_TIE: Final = 1e-9


class MatrixError(ValueError):
    """A matrix that cannot be appraised; the message says why."""


def wsm(matrix: Array, weights: Array, costs: NDArray[np.bool_]) -> Array:
    """Weighted sum of scores put between the least (0) and the best (1) of each criterion.

    Source: Fishburn, "Additive utilities with incomplete product sets", 1967. A criterion on which
    all are equal gives everybody 1: it tells nothing of their order.
    """
    _check(matrix, weights, costs)
    low, high = matrix.min(axis=0), matrix.max(axis=0)
    spread = np.where(high > low, high - low, 1.0)
    parts = np.where(costs, high - matrix, matrix - low) / spread
    return np.asarray(np.where(high > low, parts, 1.0) @ weights, dtype=float)


def wsm_between(lowest: float, highest: float) -> Method:
    """``wsm`` with scores put between the ends of their scale instead of the least and best found.

    The score of a project then does not depend on which others are there: no order turns when one
    of them leaves, and the last of them is worth something.
    """

    def method(matrix: Array, weights: Array, costs: NDArray[np.bool_]) -> Array:
        _check(matrix, weights, costs)
        ends = np.array([[lowest], [highest]]) * np.ones(matrix.shape[1])
        return wsm(np.vstack([matrix, ends]), weights, costs)[:-2]

    return method


def ahp(matrix: Array, weights: Array, costs: NDArray[np.bool_]) -> Array:
    """Weighted sum of local priorities: each project's share of a criterion's sum (ratings).

    A cost counts by its inverse. Needs numbers above zero. Source: Saaty, "The Analytic Hierarchy
    Process", 1980, distributive mode; the order of two projects may turn when a third leaves.
    """
    _check(matrix, weights, costs)
    if (matrix <= 0).any():
        raise MatrixError("With this method every score is above zero.")
    good = np.where(costs, 1.0 / matrix, matrix)
    return np.asarray((good / good.sum(axis=0)) @ weights, dtype=float)


def topsis(matrix: Array, weights: Array, costs: NDArray[np.bool_]) -> Array:
    """Nearness to the best of each criterion against the worst: 0 to 1.

    Vector normalisation, Euclidean distance. Source: Hwang and Yoon, "Multiple Attribute Decision
    Making", 1981. Where all are equal, everybody is half-way.
    """
    _check(matrix, weights, costs)
    length = np.sqrt((matrix**2).sum(axis=0))
    scaled = matrix / np.where(length > 0, length, 1.0) * weights
    scaled = np.where(costs, -scaled, scaled)
    best = np.sqrt(((scaled - scaled.max(axis=0)) ** 2).sum(axis=1))
    worst = np.sqrt(((scaled - scaled.min(axis=0)) ** 2).sum(axis=1))
    whole = best + worst
    return np.asarray(np.where(whole > 0, worst / np.where(whole > 0, whole, 1.0), 0.5))


def promethee(
    matrix: Array,
    weights: Array,
    costs: NDArray[np.bool_],
    indifference: Sequence[float] | None = None,
    preference: Sequence[float] | None = None,
) -> Array:
    """Net flow of preferences over all others (PROMETHEE II): −1 to 1, summing to zero.

    Up to ``indifference`` a difference counts for nothing, from ``preference`` on in full, and in
    proportion between; without them any difference counts in full. Source: Brans and Vincke, "A
    preference ranking organisation method", Management Science 31(6), 1985, criteria I and V.
    """
    _check(matrix, weights, costs)
    if len(matrix) < 2:
        return np.zeros(len(matrix))
    good = np.where(costs, -matrix, matrix)
    none = np.zeros(matrix.shape[1])
    low = none if indifference is None else np.asarray(indifference, dtype=float)
    high = none if preference is None else np.asarray(preference, dtype=float)
    if (low < 0).any() or (high < low).any():
        raise MatrixError("Indifference is zero or more, and preference no less than it.")
    flows = np.zeros((len(matrix), len(matrix)))
    for at, weight in enumerate(weights):  # one criterion at a time, so that memory stays small
        apart = good[:, None, at] - good[None, :, at]
        if high[at] > low[at]:
            flows += weight * np.clip((apart - low[at]) / (high[at] - low[at]), 0.0, 1.0)
        else:
            flows += weight * (apart > high[at])
    return np.asarray((flows.sum(axis=1) - flows.sum(axis=0)) / (len(matrix) - 1), dtype=float)


METHODS: Final[dict[str, Method]] = {
    "wsm": wsm,
    "ahp": ahp,
    "topsis": topsis,
    "promethee": promethee,
}


def ranks(scores: Array) -> NDArray[np.int64]:
    """1 for the highest; equal scores share the best of their ranks."""
    higher = scores[None, :] > scores[:, None] + _TIE
    return np.asarray(higher.sum(axis=1) + 1, dtype=np.int64)


def _check(matrix: Array, weights: Array, costs: NDArray[np.bool_]) -> None:
    if matrix.ndim != 2 or not matrix.size:
        raise MatrixError("There is nothing to appraise.")
    if matrix.shape[1] != len(weights) or matrix.shape[1] != len(costs):
        raise MatrixError("Each criterion has one weight and one direction.")
    if not np.isfinite(matrix).all():
        raise MatrixError("Every project has a score on every criterion.")
