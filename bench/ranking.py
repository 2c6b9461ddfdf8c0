"""How well new donors are found, against the naive methods; and the prior of the ranking, made.

    python bench/ranking.py             with the folder of real data in APPUI_DATA
    python bench/ranking.py prior TABLE --until 2001

The first prints, for each table, the naive best and Appui's on the same queries. The second writes
``ranking/data/prior.json`` from one table's years up to the one given, seen at three depths: with
all earlier years and windows of five, and as if the table held but one or two years.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from appui.intelligence.ranking import backtest, read_history
from appui.intelligence.ranking.features import FEATURES
from appui.intelligence.ranking.fitting import Lessons, fit, joined
from appui.intelligence.ranking.history import History
from appui.intelligence.ranking.model import lessons
from appui.intelligence.ranking.past import past
from appui.intelligence.ranking.queries import queries

TABLES = (("aiddata", range(2003, 2010), 5), ("iati", range(2019, 2021), 5), ("fts", (2002,), 2))
PRIOR = Path(__file__).resolve().parents[1] / "src/appui/intelligence/ranking/data/prior.json"
DEPTH, SETTLED, PULL = 5, 8, 80.0


def compare(folder: Path) -> None:
    for name, years, window in TABLES:
        start = time.process_time()
        table = read_history(folder / "backtest" / f"{name}.parquet")
        naive, own = backtest(table, years=years, window=window, methods=("geometric", "appui"))
        seconds = time.process_time() - start
        print(
            f"{name} {years[0]}-{years[-1]}, window {window}: {own.queries} queries, "
            f"MRR {naive.mrr:.4f} naive, {own.mrr:.4f} Appui ({own.mrr / naive.mrr:.2f}x); "
            f"recall@10 {naive.recall_at_10:.4f}, {own.recall_at_10:.4f}; {seconds:.0f} CPU s",
            flush=True,
        )


def make_prior(path: Path, until: int) -> None:
    table = read_history(path)
    first = int(table.year.min())
    parts = [_year(table, year, DEPTH) for year in range(first + SETTLED, until + 1)]
    for year in range(first + SETTLED + 1, until + 1):
        parts.append(_year(table.between(year - 2, year - 1), year - 1, 1))
        parts.append(_year(table.between(year - 2, year), year, 2))
    taught = joined([part for part in parts if part is not None])
    nothing = np.zeros(len(FEATURES))
    held = {
        "about": f"Learned by bench/ranking.py from {path.stem}, {first + SETTLED} to {until}, "
        f"{taught.queries} queries: windows of {DEPTH}, 2 and 1 years.",
        "last_year": until,
        "free": _named(fit(taught, nothing, PULL)),
        "bounded": _named(fit(taught, nothing, PULL, least=0.0)),
    }
    PRIOR.parent.mkdir(exist_ok=True)
    PRIOR.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")
    print(held["about"])


def _year(table: History, year: int, window: int) -> Lessons | None:
    asked = queries(table, year, window)
    return lessons(past(table, year, window), asked) if asked else None


def _named(weights: np.ndarray) -> dict[str, float]:
    return {name: round(float(w), 6) for name, w in zip(FEATURES, weights, strict=True)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("compare", "prior"), default="compare")
    parser.add_argument("table", nargs="?", type=Path)
    parser.add_argument("--until", type=int, default=2001)
    asked = parser.parse_args()
    if asked.what == "prior":
        make_prior(asked.table, asked.until)
        return
    folder = os.environ.get("APPUI_DATA")
    if not folder:
        sys.exit("Set APPUI_DATA to the folder of real data.")
    compare(Path(folder))


if __name__ == "__main__":
    main()
