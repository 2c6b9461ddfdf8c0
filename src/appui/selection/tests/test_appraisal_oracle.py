"""Appraisal beside pymcdm, an independent library: the same scores, ranks and weights.

It runs where the extra ``oracle`` is installed: pymcdm brings pandas, which pyarrow loads wherever
it finds it, and which has no place in what people run.
"""

import warnings

import numpy as np
import pytest

from appui.selection.appraisal.methods import promethee, ranks, topsis, wsm
from appui.selection.appraisal.weights import direct, pairwise

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pymcdm = pytest.importorskip(
        "pymcdm", reason="pymcdm is not installed: pip install -r requirements-oracle.lock"
    )
    from pymcdm.methods import PROMETHEE_II, TOPSIS, WSM
    from pymcdm.normalizations import minmax_normalization, vector_normalization
    from pymcdm.weights.subjective import AHP


def their_ranks(scores):
    return ranks(np.asarray(scores, dtype=float))


def types(costs):
    return np.where(costs, -1, 1)


def random_set(seed):
    draw = np.random.default_rng(seed)
    projects, criteria = int(draw.integers(3, 15)), int(draw.integers(2, 8))
    matrix = draw.integers(1, 100, (projects, criteria)).astype(float)
    return matrix, direct(draw.integers(1, 20, criteria)), draw.random(criteria) < 0.3


@pytest.mark.parametrize("seed", range(50))
def test_ranks_are_those_of_pymcdm(seed):
    matrix, weights, costs = random_set(seed)
    low, high = matrix.std(axis=0) / 4, matrix.std(axis=0)
    pairs = [
        (wsm(matrix, weights, costs), WSM(minmax_normalization)),
        (topsis(matrix, weights, costs), TOPSIS(vector_normalization)),
        (promethee(matrix, weights, costs), PROMETHEE_II("usual")),
        (promethee(matrix, weights, costs, low, high), PROMETHEE_II("vshape_2", p=high, q=low)),
    ]
    for ours, theirs in pairs:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of dominated projects
            scores = theirs(matrix, weights, types(costs))
        assert ours == pytest.approx(scores, abs=1e-9), theirs
        assert (ranks(ours) == their_ranks(scores)).all()


@pytest.mark.parametrize("seed", range(50))
def test_weights_judged_in_pairs_are_those_of_pymcdm(seed):
    draw = np.random.default_rng(seed)
    many = int(draw.integers(3, 8))
    matrix = np.ones((many, many))
    for first in range(many):
        for second in range(first + 1, many):
            judged = float(draw.integers(1, 10)) ** draw.choice([-1, 1])
            matrix[first, second], matrix[second, first] = judged, 1 / judged
    ours, theirs = pairwise(matrix), AHP(matrix=matrix)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert ours.weights == pytest.approx(theirs(), abs=0.03)  # theirs from a mean of columns
        assert ours.is_consistent == (ours.ratio <= 0.1)
        assert ours.ratio == pytest.approx(theirs.get_cr(), abs=0.05)
