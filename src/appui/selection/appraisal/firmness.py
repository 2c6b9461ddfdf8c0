"""How firm an order is: among reviewers, against other weights, and when a project leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from appui.selection.appraisal.methods import Array, Method, ranks

STEPS: Final = 200
_NEAR: Final = 1e-6


class Reviewed(NamedTuple):
    """``scores`` is the mean of the reviews given, ``spread`` their standard deviation and
    ``given`` how many there are; a cell nobody reviewed is NaN.

    ``agreement`` is Kendall's W, 0 to 1, over the reviewers who scored anything and the projects
    that all of them scored; None with fewer than two of either.
    """

    scores: Array
    spread: Array
    given: NDArray[np.int64]
    agreement: float | None


class Turn(NamedTuple):
    """The weight of a criterion at which the order first changes; None on a side where it never
    does. The other weights keep their proportions.
    """

    criterion: int
    weight: float
    below: float | None
    above: float | None


class Reversal(NamedTuple):
    """Two projects whose order turns when a third leaves."""

    removed: int
    first: int
    second: int


def reviewed(
    reviews: Array, costs: NDArray[np.bool_] | None = None, weights: Sequence[float] | None = None
) -> Reviewed:
    """Scores of several reviewers in one: an array (reviewers, projects, criteria).

    NaN where a reviewer gave none, or gave it late: it is left out of the mean. In the agreement a
    score counts by the weight of its criterion, the same for all unless told; ``costs`` are the
    criteria of which less is better: they count against a project there.
    """
    there = ~np.isnan(reviews)
    given = there.sum(axis=0)
    counted = np.where(given > 0, given, 1)
    mean = np.where(there, reviews, 0.0).sum(axis=0) / counted
    square = np.where(there, (reviews - mean) ** 2, 0.0).sum(axis=0) / counted
    unknown = given == 0
    signs = np.ones(reviews.shape[2]) if weights is None else np.asarray(weights, dtype=float)
    if costs is not None:
        signs = np.where(costs, -signs, signs)
    return Reviewed(
        np.where(unknown, np.nan, mean),
        np.where(unknown, np.nan, np.sqrt(square)),
        np.asarray(given, dtype=np.int64),
        _agreement(_in_common(reviews, there) @ signs),
    )


def _in_common(reviews: Array, there: NDArray[np.bool_]) -> Array:
    """The reviewers who scored anything, on the projects that all of them scored in full."""
    given = there.any(axis=(1, 2))
    shared = there[given].all(axis=(0, 2))
    return reviews[given][:, shared]


def _agreement(totals: Array) -> float | None:
    """Kendall's W of the orders by total score (reviewers, projects), corrected for ties.

    Source: Kendall and Babington Smith, "The problem of m rankings", 1939.
    """
    judges, projects = totals.shape
    if judges < 2 or projects < 2:
        return None
    totals = totals.round(9)  # ties are ties, whatever the binary fractions of the weights
    placed = np.array([_mean_ranks(row) for row in totals])
    sums = placed.sum(axis=0)
    spread = ((sums - sums.mean()) ** 2).sum()
    ties = sum(float(n**3 - n) for row in placed for n in np.unique(row, return_counts=True)[1])
    most = judges**2 * (projects**3 - projects) - judges * ties
    return float(12 * spread / most) if most > 0 else None


def _mean_ranks(scores: Array) -> Array:
    lower = (scores[None, :] < scores[:, None]).sum(axis=1)
    same = (scores[None, :] == scores[:, None]).sum(axis=1)
    return np.asarray(lower + (same + 1) / 2, dtype=float)


def turns(method: Method, matrix: Array, weights: Array, costs: NDArray[np.bool_]) -> list[Turn]:
    """For each criterion, the nearest weights below and above its own at which ranks change.

    Looked for in STEPS steps to 0 and to 1, then to the millionth: a change that is undone within
    one step is not seen.
    """
    wanted = ranks(method(matrix, weights, costs))

    def same(criterion: int, weight: float) -> bool:
        moved = ranks(method(matrix, _moved(weights, criterion, weight), costs))
        return bool((moved == wanted).all())

    found = []
    for criterion, own in enumerate(weights.tolist()):
        keeps = partial(same, criterion)
        ends = (_first_change(keeps, own, end) for end in (0.0, 1.0))
        found.append(Turn(criterion, own, *ends))
    return found


def _moved(weights: Array, criterion: int, weight: float) -> Array:
    others = np.delete(weights, criterion)
    if others.size and others.sum() <= 0:
        others = np.ones_like(others)
    shared = others * ((1 - weight) / others.sum()) if others.size else others
    return np.insert(shared, criterion, weight)


def _first_change(unchanged: Callable[[float], bool], start: float, end: float) -> float | None:
    """Between start and end, the weight nearest to start where the order is another."""
    kept = start
    for step in range(1, STEPS + 1):
        tried = start + (end - start) * step / STEPS
        if not unchanged(tried):
            while abs(tried - kept) > _NEAR:
                middle = (tried + kept) / 2
                kept, tried = (middle, tried) if unchanged(middle) else (kept, middle)
            return tried
        kept = tried
    return None


def reversals(
    method: Method, matrix: Array, weights: Array, costs: NDArray[np.bool_]
) -> list[Reversal]:
    """Every two projects whose order turns when another is taken out."""
    order = ranks(method(matrix, weights, costs))
    found = []
    for removed in range(len(matrix)) if len(matrix) > 2 else ():
        rest = np.delete(np.arange(len(matrix)), removed)
        left = ranks(method(matrix[rest], weights, costs))
        for at, first in enumerate(rest):
            for beside, second in enumerate(rest):
                if order[first] < order[second] and left[at] > left[beside]:
                    found.append(Reversal(removed, int(first), int(second)))
    return found
