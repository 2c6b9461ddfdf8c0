"""The real files, where they are: the floors of the ranking, and sums over a real corpus."""

import os
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from appui.intelligence.corpus import FlowFilter, aggregates, count_rows, flow_rows, sum_flows
from appui.intelligence.ranking import NAIVE, backtest, read_history

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
        methods=NAIVE,
    )

    assert [o.queries for o in found] == [queries] * 4
    measured = [value for o in found for value in (o.mrr, o.recall_at_10)]
    assert measured == pytest.approx(floors, abs=0.002)


REACHED = {"aiddata": 0.575, "iati": 0.38, "fts": 0.53}


@pytest.mark.parametrize("case", FLOORS)
def test_what_is_learned_finds_new_donors_better_than_the_naive_methods(case):
    name, first, last, window = case

    naive, own = backtest(
        read_history(Path(FOLDER or "") / "backtest" / f"{name}.parquet"),
        years=range(first, last + 1),
        window=window,
        methods=("geometric", "appui"),
    )

    assert own.queries == naive.queries
    assert own.mrr >= REACHED[name]
    assert own.reliability.brier < own.reliability.brier_base


def test_a_real_corpus_sums_to_its_rows(take, opened):
    report = take(Path(FOLDER or "") / "iati" / "fixtures", Path(FOLDER or "") / "iati" / "aims")
    wanted = FlowFilter(view="all-reporters")

    sums, rows = sum_flows(opened(), wanted), flow_rows(opened(), wanted, limit=10**7)

    assert report.count("read", "partial") > 60
    assert len(rows) == count_rows(opened(), wanted)
    assert sum(s.usd for s in sums) == sum((r.usd or Decimal(0) for r in rows), Decimal(0))


def test_the_crs_sums_to_its_parquet_to_the_cent(take, ask):
    """Independently: straight from the Parquet, each amount rounded to whole cents."""
    path = Path(FOLDER or "") / "flows" / "crs_2021_mdb_raw.parquet"
    columns = ("commitment", "disbursement", "received", "interest", "disbursement_defl")
    sums = ", ".join(
        f"sum(round(usd_{name}::decimal(30, 12) * 1000000, 2))::decimal(30, 2)" for name in columns
    )
    published = duckdb.sql(f"select {sums} from '{path}' where year is not null").fetchone()

    report = take(path).files[0]

    kinds = dict(ask("select flow_type, sum(usd) from transactions group by all"))
    constant = ask("select sum(usd) from constant_amounts")[0]
    read = [kinds[name] for name in ("commitment", "spend", "repayment", "interest")]
    assert (*read, *constant) == published
    assert dict(report.issue_counts) == {"row-unusable": 1}  # the last line is empty
    assert ask("select place_basis, count(*) from activities group by all") == [("single", 15_813)]


def test_every_cell_of_the_crs_and_of_fts_is_kept(take, ask):
    for name in ("crs_2021_mdb_raw", "fts_flows"):
        path = Path(FOLDER or "") / "flows" / f"{name}.parquet"
        columns = [row[0] for row in duckdb.sql(f"describe select * from '{path}'").fetchall()]
        filled = " + ".join(f"count(nullif(\"{column}\"::varchar, ''))" for column in columns)
        cells = duckdb.sql(f"select {filled} from '{path}'").fetchone()

        take(path)

        kept = ask(
            "select sum(len(json_keys(cells))) from source_lines"
            f" join activities using (activity_key) where source = '{name[:3]}'"
        )
        assert kept == [cells]


def test_fts_sums_to_its_parquet(take, ask):
    path = Path(FOLDER or "") / "flows" / "fts_flows.parquet"
    published = duckdb.sql(f"select status, sum(amountUSD) from '{path}' group by all").fetchall()

    take(path)

    names = {"paid": "spend"}
    assert dict(ask("select flow_type, sum(usd) from transactions group by all")) == {
        names.get(status, status): usd for status, usd in published
    }


def test_a_year_of_dac2a_is_its_crs_in_other_prices(take, opened):
    """Sweden 2021, country by country: one ratio, that of the prices."""
    folder = Path(FOLDER or "") / "flows"
    take(folder / "crs_2021_mdb_raw.parquet", folder / "dac2a_oecd_mint488.parquet")

    lines = aggregates(
        opened(),
        donors=("SE",),
        years=(2021,),
        measures=("Memo: ODA Total, Gross disbursements",),
        limit=12,
    )

    ratios = [line.flows_usd / line.usd for line in lines if line.flows_usd]
    assert len(ratios) == 12
    assert max(ratios) - min(ratios) < Decimal("0.001")
