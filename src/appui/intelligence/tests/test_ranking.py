"""The ranking and its back-test, against a recomputation in plain Python."""

import math
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appui.intelligence.ranking import (
    NAIVE,
    Gift,
    HistoryUnreadableError,
    backtest,
    history,
    rank,
)
from appui.intelligence.ranking.history import read_history

from .conftest import DATA

gift = st.builds(
    Gift,
    st.sampled_from("ABCDEFG"),
    st.sampled_from("XYZ"),
    st.sampled_from("12"),
    st.integers(2000, 2004),
    st.integers(1, 100).map(float),
)


def plain_backtest(gifts, year, window, method):
    """The description of the test, word by word, without arrays."""
    past = [g for g in gifts if year - window <= g.year < year]
    whole = sum(g.usd for g in past)
    ranks, recalls = [], []
    for pair in sorted({(g.recipient, g.sector) for g in gifts if g.year == year}):
        money = {n: defaultdict(float) for n in ("p", "a", "b")}
        for g in past:
            money["p"][g.donor] += g.usd / whole
            money["a"][g.donor] += g.usd * (g.recipient == pair[0])
            money["b"][g.donor] += g.usd * (g.sector == pair[1])
        here, this = sum(money["a"].values()) or 1, sum(money["b"].values()) or 1
        incumbents = {g.donor for g in past if (g.recipient, g.sector) == pair}
        candidates = sorted({g.donor for g in past} - incumbents)
        now = {g.donor for g in gifts if g.year == year and (g.recipient, g.sector) == pair}
        positives = now & set(candidates)
        if not positives:
            continue

        def score(d, money=money, here=here, this=this):
            p, a, b = money["p"][d], money["a"][d] / here, money["b"][d] / this
            return {
                "popularity": p,
                "country": a + 1e-6 * p,
                "sector": b + 1e-6 * p,
                "geometric": math.sqrt((a + 1e-4 * p) * (b + 1e-4 * p)),
            }[method]

        order = sorted(candidates, key=lambda d: (-round(score(d), 12), d))
        places = [order.index(d) + 1 for d in positives]
        ranks.append(1 / min(places))
        recalls.append(sum(p <= 10 for p in places) / min(10, len(positives)))
    return len(ranks), ranks, recalls


@settings(max_examples=60, deadline=None)
@given(st.lists(gift, min_size=1, max_size=40), st.sampled_from(NAIVE))
def test_the_backtest_counts_the_same_queries_as_its_description(gifts, method):
    outcome = backtest(history(gifts), years=[2004], window=4, methods=[method])[0]

    queries, ranks, recalls = plain_backtest(gifts, 2004, 4, method)
    assert outcome.queries == queries
    assert outcome.mrr == pytest.approx(sum(ranks) / queries if queries else 0)
    assert outcome.recall_at_10 == pytest.approx(sum(recalls) / queries if queries else 0)


def test_the_backtest_of_a_small_table_by_hand():
    gifts = [
        Gift("A", "X", "1", 2000, 90.0),
        Gift("B", "X", "2", 2000, 9.0),
        Gift("C", "Y", "1", 2000, 1.0),
        Gift("C", "X", "1", 2001, 5.0),
    ]

    found = backtest(history(gifts), years=[2001], window=1, methods=NAIVE)

    assert [(o.method, o.queries, o.mrr, o.recall_at_10) for o in found] == [
        ("popularity", 1, 0.5, 1.0),
        ("country", 1, 0.5, 1.0),
        ("sector", 1, 1.0, 1.0),
        ("geometric", 1, 0.5, 1.0),
    ]


def test_a_ranking_gives_its_reasons_as_numbers():
    gifts = [
        Gift("Old friend", "KH", "15250", 2018, 100.0),
        Gift("Old friend", "KH", "15250", 2020, 300.0),
        Gift("Neighbour", "KH", "11220", 2019, 50.0),
        Gift("Neighbour", "LA", "15250", 2020, 150.0),
        Gift("Too early", "KH", "15250", 2010, 999.0),
    ]

    found = rank(history(gifts), "KH", "15250", as_of=2021, amount=75.0)

    assert [d.donor for d in found.already] == ["Old friend"]
    friend, neighbour = found.already[0], found.new[0]
    assert (friend.gave_both.usd, friend.gave_both.count, friend.gave_both.last_year) == (
        400,
        2,
        2020,
    )
    assert (neighbour.donor, neighbour.rank, neighbour.last_year) == ("Neighbour", 1, 2020)
    assert (neighbour.gave_here.usd, neighbour.gave_sector.usd) == (50.0, 150.0)
    assert neighbour.typical_size == (75.0, 100.0, 125.0)
    assert (neighbour.size_fit, friend.size_fit) == (1.0, 0.5)


def test_equal_scores_go_by_name_whatever_the_order_of_the_rows():
    gifts = [Gift(name, "KH", "15250", 2020, 10.0) for name in ("C", "A", "B")]

    orders = [
        [d.donor for d in rank(history(rows), "LA", "11220", as_of=2021).new]
        for rows in (gifts, gifts[::-1])
    ]

    assert orders == [["A", "B", "C"], ["A", "B", "C"]]


def test_an_empty_history_ranks_nobody():
    found = rank(history([]), "KH", "15250", as_of=2021)

    assert (found.already, found.new) == ((), ())


def test_a_table_without_a_column_is_refused_by_its_name():
    wanted = "lacks the column donor, recipient, sector, year, usd"
    with pytest.raises(HistoryUnreadableError, match=wanted):
        read_history(DATA / "tables/fts.csv")
