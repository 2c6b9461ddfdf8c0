"""The honest test of a ranking: new relations only, each year from the years before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from appui.intelligence.ranking.calibration import Reliability, pooled
from appui.intelligence.ranking.history import History, Weights
from appui.intelligence.ranking.methods import Method, Shares, scores, shares
from appui.intelligence.ranking.model import Model, Say, School, scored
from appui.intelligence.ranking.queries import Query, queries

CUT: Final = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """``mrr`` is the mean of one over the rank of the best true donor; recall is at ten.

    ``learned`` says from which years, for each test year, and is empty for the naive methods;
    ``untaught`` are test years without enough earlier years, ranked by the geometric mean.
    """

    method: Method
    queries: int
    mrr: float
    recall_at_10: float
    learned: tuple[tuple[int, int, int], ...] = ()  # test year, first and last year learned from
    untaught: tuple[int, ...] = ()
    reliability: Reliability | None = None


def backtest(
    table: History,
    *,
    years: Sequence[int],
    window: int,
    methods: Sequence[Method],
    say: Say = lambda _text: None,
) -> list[Outcome]:
    """One outcome a method, over the queries of all the years; no query gives zeros.

    A query is a recipient and sector of a test year to which some donor of the window gave
    that gave them nothing in the window; those that did are taken out of the ranking.
    """
    return [_outcome(table, years, window, method, say) for method in methods]


def _outcome(
    table: History, years: Sequence[int], window: int, method: Method, say: Say
) -> Outcome:
    school = School(table, say)
    judged, learned, untaught, checks = [], [], [], []
    for year in years:
        asked = queries(table, year, window)
        found = shares(table.between(year - window, year - 1))
        model = school.learn(year, window) if method == "appui" and asked else None
        if model is not None:
            learned.append((year, model.first, model.last))
            checks.append(school.tested(model, year, window))
            say(f"{year}: ranked by what {model.queries} queries of {model.first}-{model.last} say")
        elif method == "appui" and asked:
            untaught.append(year)
        judged += [
            _judge(_score(method, school, model, found, query, year), query) for query in asked
        ]
    mrr, recall = np.asarray(judged).mean(axis=0).tolist() if judged else (0.0, 0.0)
    reliability = pooled(checks) if checks else None
    return Outcome(method, len(judged), mrr, recall, tuple(learned), tuple(untaught), reliability)


def _score(
    method: Method, school: School, model: Model | None, found: Shares, query: Query, year: int
) -> Weights:
    """A score a candidate of the query."""
    if model is not None:
        return scored(school.past(year, model.window), model.weights, query)
    naive = "geometric" if method == "appui" else method
    return scores(naive, found, query.recipient, query.sector)[query.candidates]


def _judge(score: Weights, query: Query) -> tuple[float, float]:
    """Reciprocal rank of the best positive, and recall in the first ten."""
    order = query.candidates[np.argsort(-score, kind="stable")]
    places = [place for place, donor in enumerate(order.tolist(), 1) if donor in query.positives]
    within = sum(place <= CUT for place in places)
    return 1 / places[0], within / min(CUT, len(query.positives))
