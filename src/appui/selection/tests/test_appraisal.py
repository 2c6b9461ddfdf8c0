"""Appraisal: the same ranks as pymcdm, weights one can trust, and how firm the order is."""

import numpy as np
import pytest

from appui.selection.appraisal.firmness import reversals, reviewed, turns
from appui.selection.appraisal.methods import (
    METHODS,
    MatrixError,
    ahp,
    ranks,
    topsis,
    wsm,
    wsm_between,
)
from appui.selection.appraisal.weights import WeightsError, direct, pairwise, swing

SAATY = [[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]]
NO_COSTS = np.array([False, False])


def test_judgements_that_agree_have_no_worst_and_those_that_do_not_name_it():
    agreed = pairwise([[1, 2, 6], [1 / 2, 1, 3], [1 / 6, 1 / 3, 1]])
    assert agreed.weights == pytest.approx([0.6, 0.3, 0.1])
    assert (round(agreed.ratio, 9), agreed.worst) == (0, None)

    saaty = pairwise(SAATY)
    assert saaty.weights == pytest.approx([0.637, 0.258, 0.105], abs=0.001)
    assert saaty.ratio == pytest.approx(0.033, abs=0.001)

    turned = pairwise([[1, 3, 1 / 5], [1 / 3, 1, 3], [5, 1 / 3, 1]])
    assert not turned.is_consistent
    assert (turned.worst.first, turned.worst.second) in {(0, 1), (0, 2), (1, 2)}
    assert turned.worst.given != pytest.approx(turned.worst.implied)


@pytest.mark.parametrize(
    "judgements",
    [[[1, 2]], [[1, 2], [2, 1]], [[1, 10], [0.1, 1]], [[1, 0], [0, 1]], [[2, 1], [1, 2]]],
)
def test_judgements_that_are_no_judgements_are_refused(judgements):
    with pytest.raises(WeightsError):
        pairwise(judgements)


def test_weights_given_or_by_swings_sum_to_one():
    assert direct([1, 3]) == pytest.approx([0.25, 0.75])
    assert swing([100, 60, 40]) == pytest.approx([0.5, 0.3, 0.2])
    for numbers in ([], [0, 0], [-1, 2], [float("nan")]):
        with pytest.raises(WeightsError):
            direct(numbers)
    with pytest.raises(WeightsError):
        swing([80, 20])


def test_a_cost_counts_against_and_equal_scores_share_a_rank():
    matrix = np.array([[10.0, 5.0], [10.0, 9.0], [20.0, 9.0]])
    costs = np.array([True, False])

    assert ranks(wsm(matrix, direct([1, 1]), costs)).tolist() == [2, 1, 2]
    for method in METHODS.values():
        assert ranks(method(matrix, direct([1, 1]), costs))[1] == 1


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_matrix_with_a_hole_or_of_another_size_is_refused(method):
    hole = np.array([[1.0, np.nan], [2.0, 3.0]])
    for matrix, weights in ((hole, [1, 1]), (np.ones((2, 3)), [1, 1]), (np.ones((0, 2)), [1, 1])):
        with pytest.raises(MatrixError):
            method(matrix, direct(weights), NO_COSTS)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_one_project_or_equal_projects_have_the_first_rank(method):
    assert ranks(method(np.array([[3.0, 4.0]]), direct([1, 1]), NO_COSTS)).tolist() == [1]
    assert ranks(method(np.full((3, 2), 5.0), direct([1, 1]), NO_COSTS)).tolist() == [1, 1, 1]


def test_agreement_counts_a_score_by_the_weight_of_its_criterion():
    # The first reviewer sees A before B on what counts, the second B before A; what has no weight
    # would make them agree.
    scores = np.array([[[5, 0], [1, 0]], [[1, 9], [5, 0]]], dtype=float)

    assert reviewed(scores, weights=(1.0, 0.0)).agreement == pytest.approx(0)
    assert reviewed(scores).agreement == pytest.approx(1)
    assert reviewed(scores, np.array([True, False]), (1.0, 0.0)).agreement == pytest.approx(0)


def test_a_late_reviewer_is_left_out_of_the_mean_and_disagreement_is_seen():
    first = [[8, 6], [4, 2]]
    second = [[6, 6], [5, 2]]
    late = [[np.nan, np.nan], [1, 9]]
    found = reviewed(np.array([first, second, late], dtype=float))

    assert found.scores.tolist() == [[7, 6], [pytest.approx(10 / 3), pytest.approx(13 / 3)]]
    assert found.given.tolist() == [[2, 2], [3, 3]]
    assert found.spread[0].tolist() == [1, 0]
    assert found.agreement is None  # the third scored one project alone


def test_agreement_goes_from_all_the_same_to_none():
    def agreement(*orders):
        return reviewed(np.array(orders, dtype=float)[:, :, None]).agreement

    assert agreement([3, 2, 1], [9, 5, 2]) == pytest.approx(1)
    assert agreement([3, 2, 1], [1, 2, 3]) == pytest.approx(0)
    assert agreement([3, 2, 1]) is None
    # The third project is scored by one alone, the third reviewer scored nothing.
    nan = float("nan")
    assert agreement([3, 2, 9], [3, 2, nan], [nan, nan, nan]) == pytest.approx(1)
    assert agreement([3, 2, 9], [nan, nan, 1]) is None
    # Siegel and Castellan, 1988: three judges of six objects, W = 0.16
    assert agreement([1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]) == pytest.approx(
        0.162, abs=0.001
    )


def test_nobody_reviewed_a_cell_and_it_is_no_zero():
    found = reviewed(np.array([[[np.nan, 4.0]]]))

    assert np.isnan(found.scores[0, 0])
    assert found.given.tolist() == [[0, 1]]


def test_the_weight_at_which_the_order_turns_is_found():
    # Two projects, each best on one criterion: they change places where the weights are equal.
    matrix = np.array([[10.0, 0.0], [0.0, 10.0]])
    first, second = turns(wsm, matrix, direct([7, 3]), NO_COSTS)

    assert (first.below, first.above) == (pytest.approx(0.5, abs=1e-5), None)
    assert (second.below, second.above) == (None, pytest.approx(0.5, abs=1e-5))


def test_an_order_that_holds_whatever_the_weights_never_turns():
    matrix = np.array([[10.0, 10.0], [0.0, 0.0]])

    for turn in turns(topsis, matrix, direct([1, 3]), NO_COSTS):
        assert (turn.below, turn.above) == (None, None)


def test_a_project_that_leaves_may_turn_the_order_of_two_others():
    # Belton and Gear, 1983: the last project is a copy of the second; without it the first falls.
    matrix = np.array([[1.0, 9.0, 8.0], [9.0, 1.0, 9.0], [1.0, 1.0, 1.0], [9.0, 1.0, 9.0]])
    weights, costs = direct([1, 1, 1]), np.zeros(3, dtype=bool)
    found = reversals(ahp, matrix, weights, costs)

    assert {(turn.removed, turn.first, turn.second) for turn in found} == {(1, 0, 3), (3, 0, 1)}
    for turn in found:
        rest = np.delete(np.arange(4), turn.removed).tolist()
        before, after = ranks(ahp(matrix, weights, costs)), ranks(ahp(matrix[rest], weights, costs))
        assert before[turn.first] < before[turn.second]
        assert after[rest.index(turn.first)] > after[rest.index(turn.second)]


def test_two_projects_have_no_third_to_lose():
    assert reversals(topsis, np.array([[1.0, 2.0], [2.0, 1.0]]), direct([1, 1]), NO_COSTS) == []


def test_a_sum_on_a_scale_does_not_depend_on_who_else_is_there():
    matrix = np.array([[5.0, 2.0], [3.0, 4.0], [1.0, 1.0]])
    weights, costs = np.array([0.75, 0.25]), np.array([False, True])
    found = wsm_between(1, 5)(matrix, weights, costs)

    # 0.75 · 4/4 + 0.25 · 3/4; 0.75 · 2/4 + 0.25 · 1/4; 0 + 0.25
    assert found.tolist() == [0.9375, 0.4375, 0.25]
    assert wsm_between(1, 5)(matrix[1:], weights, costs).tolist() == [0.4375, 0.25]
