"""The ranking learned from a table's own past: one weight a feature, and chances that were kept.

The weights are the mean of two fits, one free and one in which nothing may count against a donor:
the first is sharper where there is much history, the second steadier where there is little. Both
are drawn to a prior learned on another table's earlier years (``data/prior.json`` says which).
Features and constants were chosen on AidData 1990-2002, IATI 2015-2018 and OCHA FTS 2000-2001.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np

from appui.intelligence.ranking.calibration import (
    Chances,
    Reliability,
    chances,
    inputs,
    reliability,
)
from appui.intelligence.ranking.features import FEATURES, features, standard
from appui.intelligence.ranking.fitting import Lessons, fit, joined
from appui.intelligence.ranking.history import History, Weights
from appui.intelligence.ranking.past import Past, past
from appui.intelligence.ranking.queries import Query, held_pairs, queries

PULL: Final = 200.0  # in queries: how much of a table's own past outweighs the prior
LESSON_YEARS: Final = 20
LESSONS_A_YEAR: Final = 1500
CHECKED_YEARS: Final = 3
CHECKED_PAIRS: Final = 500
FEWEST_QUERIES: Final = 50
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Prior:
    """``last_year`` is the last the prior has seen: it serves later years only."""

    last_year: int
    free: Weights
    bounded: Weights


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned from the years ``first`` to ``last`` to rank in the year after."""

    first: int
    last: int
    window: int
    queries: int
    weights: Weights
    chances: Chances


class School:
    """A table with the lessons of its years, each worked out once and from earlier rows only."""

    def __init__(self, table: History, say: Say = lambda _text: None) -> None:
        self.table, self.say = table, say
        self._pasts: dict[tuple[int, int], Past] = {}
        self._lessons: dict[tuple[int, int], Lessons | None] = {}

    def past(self, year: int, window: int) -> Past:
        key = (year, window)
        if key not in self._pasts:
            self._pasts = {key: past(self.table, year, window)}
        return self._pasts[key]

    def lessons(self, year: int, window: int) -> Lessons | None:
        """The queries of a year; None when it has none."""
        key = (year, window)
        if key not in self._lessons:
            asked = spread(queries(self.table, year, window), LESSONS_A_YEAR)
            self.say(f"{year}: {len(asked)} new relations to learn from")
            self._lessons[key] = lessons(self.past(year, window), asked) if asked else None
        return self._lessons[key]

    def learn(self, year: int, window: int) -> Model | None:
        """The model for ``year`` from the rows before it; None when they are too few."""
        first = int(self.table.year.min()) if len(self.table.year) else year
        years = range(max(first + 1, year - LESSON_YEARS), year)
        taught = self._taught(years, window, first)
        if sum(part.queries for part in taught) < FEWEST_QUERIES:
            return None
        weights = learned(joined(taught), prior(), year)
        blind = self._blind(self._taught(years[:-CHECKED_YEARS], window, first), year)
        checked = [
            self.checked(weights if blind is None else blind, y, min(window, y - first))
            for y in years[-CHECKED_YEARS:]
        ]
        x, y = (np.concatenate(part) for part in zip(*checked, strict=True))
        count = sum(part.queries for part in taught)
        return Model(years[0], years[-1], window, count, weights, chances(x, y))

    def _taught(self, years: range, window: int, first: int) -> list[Lessons]:
        known = [self.lessons(y, min(window, y - first)) for y in years]
        return [part for part in known if part is not None]

    def _blind(self, taught: list[Lessons], year: int) -> Weights | None:
        """Weights that have not seen the years the chances are learned from.

        The prior's where the years before them hold too little; None where it does not serve.
        """
        if sum(part.queries for part in taught) >= FEWEST_QUERIES:
            return learned(joined(taught), prior(), year)
        known = prior()
        return (known.free + known.bounded) / 2 if year > known.last_year else None

    def checked(self, weights: Weights, year: int, window: int) -> tuple[Weights, Weights]:
        """What the chances are told by, and whether it came, over pairs held in the window."""
        known = self.past(year, window)
        asked = spread(held_pairs(self.table, year, window), CHECKED_PAIRS)
        x = [inputs(known, q, scored(known, weights, q)) for q in asked]
        y = [np.isin(q.candidates, list(q.positives)).astype(np.float64) for q in asked]
        nothing = np.zeros((0, Chances.WIDTH))
        return np.concatenate([nothing, *x]), np.concatenate([np.zeros(0), *y])

    def tested(self, model: Model, year: int, window: int) -> Reliability:
        """How the model's chances did in ``year``."""
        x, y = self.checked(model.weights, year, window)
        return reliability(model.chances, x, y)


def learn(table: History, *, as_of: int, window: int) -> Model | None:
    """The model for one year; None when the table holds too few new relations before it."""
    return School(table).learn(as_of, window)


def lessons(known: Past, asked: list[Query]) -> Lessons:
    """The candidates of the queries, as the model sees them."""
    values = [standard(features(known, q.recipient, q.sector)[q.candidates]) for q in asked]
    positive = [np.isin(q.candidates, list(q.positives)) for q in asked]
    starts = np.cumsum([0, *(len(rows) for rows in values[:-1])])
    return Lessons(np.concatenate(values), np.concatenate(positive), starts)


def learned(taught: Lessons, known: Prior, year: int) -> Weights:
    """The mean of the two fits; without the prior up to the years it saw."""
    nothing = np.zeros(len(FEATURES))
    free, bounded = (known.free, known.bounded) if year > known.last_year else (nothing, nothing)
    mean: Weights = (fit(taught, free, PULL) + fit(taught, bounded, PULL, least=0.0)) / 2
    return mean


def scored(known: Past, weights: Weights, query: Query) -> Weights:
    """A score a candidate of the query."""
    values = standard(features(known, query.recipient, query.sector)[query.candidates])
    score: Weights = values @ weights
    return score


def spread(asked: list[Query], most: int) -> list[Query]:
    """At most so many, evenly spread over the list."""
    if len(asked) <= most:
        return asked
    return [asked[i * len(asked) // most] for i in range(most)]


@lru_cache(maxsize=1)
def prior() -> Prior:
    """The weights shipped with Appui; ``bench/ranking.py`` makes them."""
    held = json.loads((files(__package__) / "data" / "prior.json").read_text(encoding="utf-8"))
    free, bounded = (
        np.asarray([held[kind][name] for name in FEATURES]) for kind in ("free", "bounded")
    )
    return Prior(held["last_year"], free, bounded)
