"""The honest test of a ranking: new relations only, each year from the years before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from appui.intelligence.ranking.history import Codes, History
from appui.intelligence.ranking.methods import Method, Shares, scores, shares

CUT: Final = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """``mrr`` is the mean of one over the rank of the best true donor; recall is at ten."""

    method: Method
    queries: int
    mrr: float
    recall_at_10: float


@dataclass(frozen=True, slots=True)
class _Query:
    recipient: int
    sector: int
    candidates: Codes  # without incumbents, in alphabetical order
    positives: frozenset[int]


def backtest(
    table: History, *, years: Sequence[int], window: int, methods: Sequence[Method]
) -> list[Outcome]:
    """One outcome a method, over the queries of all the years; no query gives zeros.

    A query is a recipient and sector of a test year to which some donor of the window gave
    that gave them nothing in the window; those that did are taken out of the ranking.
    """
    ranks: dict[Method, list[tuple[float, float]]] = {method: [] for method in methods}
    for year in years:
        past = table.between(year - window, year - 1)
        found = shares(past)
        for query in _queries(past, table.between(year, year), found):
            for method in methods:
                ranks[method].append(_judge(method, found, query))
    return [_outcome(method, judged) for method, judged in ranks.items()]


def _queries(past: History, present: History, found: Shares) -> Iterator[_Query]:
    """Queries in the order of recipient then sector."""
    incumbents = _donors_by_pair(past.rows_of(past.usd > 0))
    known = set(found.candidates.tolist())
    for pair, givers in sorted(_donors_by_pair(present).items()):
        before = incumbents.get(pair, set())
        positives = (givers & known) - before
        if positives:
            left = [donor for donor in found.candidates.tolist() if donor not in before]
            yield _Query(*pair, np.asarray(left, dtype=np.int64), frozenset(positives))


def _donors_by_pair(rows: History) -> dict[tuple[int, int], set[int]]:
    pairs: dict[tuple[int, int], set[int]] = {}
    columns = (rows.recipient.tolist(), rows.sector.tolist(), rows.donor.tolist())
    for recipient, sector, donor in zip(*columns, strict=True):
        pairs.setdefault((recipient, sector), set()).add(donor)
    return pairs


def _judge(method: Method, found: Shares, query: _Query) -> tuple[float, float]:
    """Reciprocal rank of the best positive, and recall in the first ten."""
    score = scores(method, found, query.recipient, query.sector)[query.candidates]
    order = query.candidates[np.argsort(-score, kind="stable")]
    places = [place for place, donor in enumerate(order.tolist(), 1) if donor in query.positives]
    within = sum(place <= CUT for place in places)
    return 1 / places[0], within / min(CUT, len(query.positives))


def _outcome(method: Method, judged: list[tuple[float, float]]) -> Outcome:
    if not judged:
        return Outcome(method, 0, 0.0, 0.0)
    mean = np.asarray(judged).mean(axis=0)
    return Outcome(method, len(judged), float(mean[0]), float(mean[1]))
