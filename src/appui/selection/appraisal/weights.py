"""Weights of criteria: given, judged in pairs, or by swings. They are positive and sum to one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
CONSISTENT: Final = 0.1
# Saaty, "The Analytic Hierarchy Process", 1980: mean consistency index of random judgements on
# one to ten criteria; above, the value of ten.
_RANDOM: Final = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
_SCALE: Final = 9.0
_RECIPROCAL: Final = 1e-6


class WeightsError(ValueError):
    """Numbers that give no weights; the message says why."""


class Worst(NamedTuple):
    """The judgement that agrees least with all others, and what they would have it be."""

    first: int
    second: int
    given: float
    implied: float


class Judged(NamedTuple):
    """``ratio`` above CONSISTENT calls for another look, first at ``worst``."""

    weights: Array
    ratio: float
    worst: Worst | None

    @property
    def is_consistent(self) -> bool:
        return self.ratio <= CONSISTENT


def direct(numbers: Sequence[float]) -> Array:
    """Weights in proportion to the numbers; raises WeightsError."""
    given = np.asarray(numbers, dtype=float)
    if not given.size or not np.isfinite(given).all() or (given < 0).any() or given.sum() <= 0:
        raise WeightsError("Weights are zero or more, and not all zero.")
    return np.asarray(given / given.sum(), dtype=float)


def swing(points: Sequence[float]) -> Array:
    """Weights from the worth of each swing from worst to best, the greatest being 100 points.

    Source: von Winterfeldt and Edwards, "Decision Analysis and Behavioral Research", 1986.
    """
    given = np.asarray(points, dtype=float)
    if not given.size or given.max(initial=0) != 100 or (given < 0).any():
        raise WeightsError("The greatest swing has 100 points, and no other more or less than 0.")
    return direct(points)


def pairwise(judgements: Sequence[Sequence[float]]) -> Judged:
    """Weights from how much more one criterion counts than another (AHP), 1/9 to 9.

    The principal eigenvector of the matrix, and the consistency ratio (λ − n) / (n − 1) over that
    of random judgements. Raises WeightsError when the matrix is not reciprocal. Source: Saaty,
    "The Analytic Hierarchy Process", 1980.
    """
    matrix = _checked(np.asarray(judgements, dtype=float))
    many = len(matrix)
    values, vectors = np.linalg.eig(matrix)
    at = int(np.argmax(values.real))
    vector = np.abs(vectors[:, at].real)
    weights = vector / vector.sum()
    index = max(0.0, (float(values[at].real) - many) / (many - 1)) if many > 1 else 0.0
    random = _RANDOM[min(many, len(_RANDOM)) - 1]
    return Judged(weights, index / random if random else 0.0, _worst(matrix, weights))


def _checked(matrix: Array) -> Array:
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise WeightsError("Each criterion is judged against each: the table is square.")
    if not np.isfinite(matrix).all() or (matrix <= 0).any():
        raise WeightsError("Each judgement is a number above zero.")
    if (matrix > _SCALE + _RECIPROCAL).any() or (matrix < 1 / _SCALE - _RECIPROCAL).any():
        raise WeightsError("Judgements go from 1/9 to 9.")
    if np.abs(matrix * matrix.T - 1).max() > 1e-3:
        raise WeightsError("Each judgement is one over its opposite, and 1 on the diagonal.")
    return matrix


def _worst(matrix: Array, weights: Array) -> Worst | None:
    """The pair whose judgement is farthest, as a ratio, from the ratio of the weights."""
    if len(matrix) < 3:
        return None
    implied = weights[:, None] / weights[None, :]
    apart = np.abs(np.log(matrix / implied))
    first, second = (int(at) for at in np.unravel_index(np.argmax(np.triu(apart)), apart.shape))
    if apart[first, second] < _RECIPROCAL:
        return None
    return Worst(first, second, float(matrix[first, second]), float(implied[first, second]))
