"""The learned ranking: no look ahead, the same twice, sane, and its arithmetic checked by hand."""

import math
import random

import numpy as np
import pytest

from appui.intelligence.ranking import FEATURES, Gift, backtest, history, learn, rank
from appui.intelligence.ranking.calibration import chances, pooled, reliability
from appui.intelligence.ranking.features import FAMILIES, features, standard
from appui.intelligence.ranking.fitting import Lessons, fit, joined, loss
from appui.intelligence.ranking.model import spread
from appui.intelligence.ranking.past import past
from appui.intelligence.ranking.queries import held_pairs, queries

YEAR = 2015


def world(seed=1, last=2016):
    """Twelve donors that keep to their own sectors and go where they went."""
    draw = random.Random(seed)
    return [
        Gift(f"D{d:02}", f"R{(d + draw.randrange(6)) % 10}", f"S{(d + draw.randrange(3)) % 6}",
             year, float(draw.randrange(1, 1000)))
        for year in range(2004, last + 1)
        for d in range(12)
        for _ in range(6)
    ]  # fmt: skip


def some_lessons(seed=0):
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(30, 4))
    positive = np.zeros(30, dtype=bool)
    positive[[0, 7, 8, 15, 29]] = True
    return Lessons(values, positive, np.asarray([0, 7, 15, 22]))


@pytest.fixture(scope="module")
def taught():
    return learn(history(world()), as_of=YEAR, window=5)


def test_what_comes_later_changes_nothing_before_it(taught):
    known = world()
    other = [g for g in known if g.year < YEAR] + [
        Gift("D00", f"R{i}", "S5", YEAR + i % 2, 1e9) for i in range(10)
    ]
    answers = [
        rank(history(rows), "R3", "S2", as_of=YEAR, method="appui") for rows in (known, other)
    ]

    assert answers[0] == answers[1]
    assert answers[0].method == "appui"
    again = learn(history(other), as_of=YEAR, window=5)
    assert again.weights.tolist() == taught.weights.tolist()
    assert again.chances.weights.tolist() == taught.chances.weights.tolist()


def test_the_order_of_the_rows_and_a_second_run_change_nothing(taught):
    rows = world()
    random.Random(2).shuffle(rows)

    again = learn(history(rows), as_of=YEAR, window=5)

    assert again.weights.tolist() == taught.weights.tolist()
    assert (again.first, again.last, again.queries) == (taught.first, taught.last, taught.queries)


def test_it_learns_where_donors_keep_to_their_habits():
    naive, own = backtest(
        history(world()), years=[2015, 2016], window=3, methods=("popularity", "appui")
    )

    assert own.queries == naive.queries
    assert own.mrr > naive.mrr
    assert own.learned == ((2015, 2005, 2014), (2016, 2005, 2015))
    assert own.reliability.brier < own.reliability.brier_base


def test_a_table_too_short_to_learn_from_is_ranked_by_the_geometric_mean_and_says_so():
    rows = [Gift("A", "X", "1", 2000, 9.0), Gift("B", "X", "2", 2000, 1.0)]
    rows += [Gift("B", "X", "1", 2001, 5.0)]

    naive, own = backtest(history(rows), years=[2001], window=1, methods=("geometric", "appui"))
    ranked = rank(history(rows), "X", "1", as_of=2001, method="appui")

    assert (own.mrr, own.recall_at_10) == (naive.mrr, naive.recall_at_10)
    assert (own.untaught, own.learned, own.reliability) == ((2001,), (), None)
    assert (ranked.method, ranked.learned, ranked.new[0].chance) == ("geometric", None, None)


def test_the_gradient_is_the_slope_of_the_loss():
    lessons, prior, pull = some_lessons(), np.asarray([0.1, 0.0, -0.2, 0.0]), 3.0
    weights = np.asarray([0.5, -0.3, 0.2, 0.1])
    _, gradient = loss(weights, lessons, prior, pull)

    step = 1e-6
    for i, slope in enumerate(gradient):
        ahead, behind = weights.copy(), weights.copy()
        ahead[i] += step
        behind[i] -= step
        rise = loss(ahead, lessons, prior, pull)[0] - loss(behind, lessons, prior, pull)[0]
        assert rise / (2 * step) == pytest.approx(slope, abs=1e-4)


def test_the_loss_is_minus_the_log_chance_of_naming_a_positive():
    lessons = Lessons(np.asarray([[1.0], [0.0], [2.0]]), np.asarray([True, True, False]),
                      np.asarray([0]))  # fmt: skip

    value, _ = loss(np.asarray([1.0]), lessons, np.zeros(1), 0.0)

    assert value == pytest.approx(-math.log((math.e + 1) / (math.e + 1 + math.e**2)))


def test_the_fit_reaches_the_bottom_and_keeps_its_bound():
    lessons, prior = some_lessons(), np.zeros(4)

    free, bounded = fit(lessons, prior, 1.0), fit(lessons, prior, 1.0, least=0.0)

    assert np.abs(loss(free, lessons, prior, 1.0)[1]).max() < 0.01
    assert bounded.min() >= 0
    assert loss(bounded, lessons, prior, 1.0)[0] >= loss(free, lessons, prior, 1.0)[0]


def test_lessons_of_two_years_are_the_sum_of_both():
    first, second = some_lessons(1), some_lessons(2)
    weights, prior = np.asarray([0.5, -0.3, 0.2, 0.1]), np.zeros(4)

    both = loss(weights, joined([first, second]), prior, 0.0)[0]

    apart = loss(weights, first, prior, 0.0)[0] + loss(weights, second, prior, 0.0)[0]
    assert both == pytest.approx(apart)


def test_features_of_a_small_world_by_hand():
    rows = [
        Gift("A", "KH", "1", 2018, 90.0),
        Gift("A", "LA", "2", 2019, 10.0),
        Gift("B", "LA", "2", 2012, 50.0),
        Gift("B", "KH", "2", 2019, 100.0),
    ]
    table = history(rows)
    found = dict(zip(FEATURES, features(past(table, 2020, 5), 1, 1).T, strict=True))

    assert found["active"].tolist() == [1, 1]
    assert np.exp(found["country_share"]).tolist() == pytest.approx([1.0001, 0.0001])
    assert np.exp(found["sector_share"]).tolist() == pytest.approx(
        [10 / 110 + 1e-4, 100 / 110 + 1e-4]
    )
    assert found["returned"].tolist() == pytest.approx([0, math.log1p(0.9**7)])
    assert np.expm1(found["entered_lately"]).tolist() == pytest.approx([1, 1])
    assert np.expm1(found["recipients"]).tolist() == pytest.approx([2, 1])
    assert found["sector_spread"].tolist() == [1, 1]


def test_nothing_is_known_of_a_place_the_past_does_not_have():
    known = past(history(world()), YEAR, 5)

    nowhere = features(known, -1, -1)

    assert np.isfinite(nowhere).all()
    found = dict(zip(FEATURES, standard(nowhere).T, strict=True))
    assert not found["country_share"].any()
    assert not found["neighbours"].any()


def test_every_feature_belongs_to_one_family():
    assert sorted(name for names in FAMILIES.values() for name in names) == sorted(FEATURES)


def test_the_reasons_of_a_donor_add_up_to_no_more_than_its_score_allows():
    found = rank(history(world()), "R3", "S2", as_of=YEAR, method="appui")

    scores = [donor.score for donor in found.new]
    chances_said = [donor.chance for donor in found.new]
    assert scores == sorted(scores, reverse=True)
    assert chances_said == sorted(chances_said, reverse=True)
    assert all(0 < chance < 1 for chance in chances_said)
    for donor in found.new:
        parts = [part for _family, part in donor.because]
        assert parts == sorted(parts, reverse=True)
        assert sum(parts) >= donor.score - 0.001
        assert all(part > 0 for part in parts)


def test_pairs_held_include_those_to_which_nobody_new_came():
    rows = [Gift("A", "X", "1", 2000, 1.0), Gift("B", "X", "2", 2000, 1.0)]
    rows += [Gift("B", "X", "1", 2001, 1.0)]
    table = history(rows)

    asked, held = queries(table, 2001, 1), held_pairs(table, 2001, 1)

    assert [(q.sector, sorted(q.positives)) for q in asked] == [(0, [1])]
    assert [(q.sector, sorted(q.positives)) for q in held] == [(0, [1]), (1, [])]


def test_chances_learned_on_what_came_are_right_on_average():
    draw = np.random.default_rng(3)
    told = np.column_stack([np.ones(4000), draw.normal(size=(4000, 3))])
    truth = 1 / (1 + np.exp(-(told @ np.asarray([-2.0, 1.0, 0.5, 0.0]))))
    came = (draw.random(4000) < truth).astype(float)

    learned = chances(told, came)
    check = pooled([reliability(learned, told, came)] * 2)

    assert learned.weights.tolist() == pytest.approx([-2.0, 1.0, 0.5, 0.0], abs=0.2)
    assert (check.count, check.base_rate) == (8000, pytest.approx(came.mean()))
    assert check.brier < check.brier_base
    assert sum(band.count for band in check.bands) == 8000
    for band in check.bands:
        if band.count > 500:
            assert band.said == pytest.approx(band.came, abs=0.05)


def test_lessons_are_spread_evenly_when_too_many():
    assert spread(list("abcdef"), 3) == ["a", "c", "e"]
    assert spread(list("ab"), 3) == ["a", "b"]
