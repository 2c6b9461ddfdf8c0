"""The ranking of likely donors over the corpus: learned once a version of it, kept beside it."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from appui.intelligence.corpus import Corpus, gifts, open_corpus
from appui.intelligence.ranking import FEATURES, Chances, History, Model, Taught, history, learn
from appui.intelligence.ranking import teach as ready

WINDOW: Final = 5
YEARS_READ: Final = 30
VERSION: Final = 2  # of what is kept
ROWS_AT_ONCE: Final = 3000  # that may be learned from while a page waits
READY: Final = 6


def likely(
    corpus: Corpus, *, digits: int, as_of: int, window: int = WINDOW, patient: bool = False
) -> Taught:
    """The corpus ready to be ranked for a year, sectors cut to ``digits``.

    Its model is the one kept for this version of the corpus; else it is learned and kept when the
    caller is ``patient`` or the corpus small, else there is none until ``appui donors learn`` ran.
    """
    kept = _place(corpus, digits, as_of, window)
    may_learn = patient or kept.is_file()
    return _ready(corpus.folder, corpus.manifest.derived, kept, (digits, as_of, window), may_learn)


@lru_cache(maxsize=READY)
def _ready(
    folder: Path, _derived: str, kept: Path, asked: tuple[int, int, int], may_learn: bool
) -> Taught:
    digits, as_of, window = asked
    first, last = as_of - YEARS_READ, as_of - 1
    table = history(gifts(open_corpus(folder), first_year=first, last_year=last, digits=digits))
    model = _read(kept)
    if model is None and (may_learn or len(table.year) <= ROWS_AT_ONCE):
        model = _learned(table, as_of, window, kept)
    return ready(table, as_of=as_of, window=window, model=model)


def _learned(table: History, as_of: int, window: int, kept: Path) -> Model | None:
    model = learn(table, as_of=as_of, window=window)
    if model is not None:
        _keep(kept, model)
    return model


def _place(corpus: Corpus, digits: int, as_of: int, window: int) -> Path:
    name = f"{corpus.manifest.derived}-{digits}-{as_of}-{window}-{VERSION}.json"
    return corpus.folder / "ranking" / name


def _keep(place: Path, model: Model) -> None:
    """Written whole or not at all; a folder that cannot be written only costs time."""
    held = {
        "first": model.first,
        "last": model.last,
        "window": model.window,
        "queries": model.queries,
        "weights": dict(zip(FEATURES, model.weights.tolist(), strict=True)),
        "chances": model.chances.weights.tolist(),
        "base_rate": model.chances.base_rate,
        "ceiling": model.chances.ceiling,
    }
    part = place.with_suffix(f".{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(held, indent=1), encoding="utf-8")
        part.replace(place)
    except OSError:
        part.unlink(missing_ok=True)


def _read(place: Path) -> Model | None:
    """The model kept; None when there is none or it cannot be read."""
    try:
        held = json.loads(place.read_text(encoding="utf-8"))
        weights = np.asarray([held["weights"][name] for name in FEATURES], dtype=np.float64)
        told = np.asarray(held["chances"], dtype=np.float64)
        chances = Chances(told, held["base_rate"], held["ceiling"])
        years = held["first"], held["last"], held["window"], held["queries"]
    except (OSError, ValueError, KeyError):
        return None
    return Model(*years, weights, chances)
