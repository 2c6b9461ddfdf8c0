"""The real files, where they are: the floors of the ranking, and sums over a real corpus."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from appui.intelligence.corpus import FlowFilter, count_rows, flow_rows, sum_flows
from appui.intelligence.ranking import METHODS, backtest, read_history

FOLDER = os.environ.get("APPUI_DATA")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER, reason="APPUI_DATA names no folder of real data"),
]
FLOORS = {
    ("aiddata", 2003, 2009, 5): (5877, [0.494, 0.927, 0.521, 0.961, 0.473, 0.928, 0.528, 0.961]),
    ("iati", 2019, 2020, 5): (1918, [0.266, 0.460, 0.301, 0.462, 0.328, 0.572, 0.348, 0.553]),
    ("fts", 2002, 2002, 2): (425, [0.418, 0.622, 0.434, 0.686, 0.407, 0.706, 0.467, 0.776]),
}


@pytest.mark.parametrize("case", FLOORS)
def test_the_naive_methods_reach_their_published_floors(case):
    name, first, last, window = case
    queries, floors = FLOORS[case]

    found = backtest(
        read_history(Path(FOLDER or "") / "backtest" / f"{name}.parquet"),
        years=range(first, last + 1),
        window=window,
        methods=METHODS,
    )

    assert [o.queries for o in found] == [queries] * 4
    measured = [value for o in found for value in (o.mrr, o.recall_at_10)]
    assert measured == pytest.approx(floors, abs=0.002)


def test_a_real_corpus_sums_to_its_rows(take, opened):
    report = take(Path(FOLDER or "") / "iati" / "fixtures", Path(FOLDER or "") / "iati" / "aims")
    wanted = FlowFilter(view="all-reporters")

    sums, rows = sum_flows(opened(), wanted), flow_rows(opened(), wanted, limit=10**7)

    assert report.count("read", "partial") > 60
    assert len(rows) == count_rows(opened(), wanted)
    assert sum(s.usd for s in sums) == sum((r.usd or Decimal(0) for r in rows), Decimal(0))
