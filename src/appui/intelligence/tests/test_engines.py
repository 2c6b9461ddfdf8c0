"""The engine that answers: chosen by one setting, and the same answers from DuckDB and Spark."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from appui.intelligence.corpus import (
    Corpus,
    FlowFilter,
    aggregates,
    boundary,
    choices,
    constants,
    count_rows,
    currencies,
    engines,
    flow_rows,
    gifts,
    markers,
    open_corpus,
    pace,
    seen,
    sizes,
    sum_flows,
    year_after,
)
from appui.intelligence.corpus.vintages import vintages
from appui.intelligence.ingest.manifest import CorpusUnreadableError
from appui.intelligence.sql import question
from appui.intelligence.tests.test_links import activity, crs, fts, told

__all__ = ["told"]

EVERYTHING = (
    "iati",
    "tables/fts.csv",
    "tables/published.csv",
    "tables/crs.txt",
    "tables/dac2a.csv",
)
LOCAL = "--master local[2] --driver-memory 1g --conf spark.ui.enabled=false"
LOCAL += " --conf spark.sql.shuffle.partitions=1 --conf spark.ui.showConsoleProgress=false"
FILTERS = {
    "usual": FlowFilter(),
    "all kinds of all reporters": FlowFilter(
        view="all-reporters", flow_types=(), quarantined="included"
    ),
    "new money": FlowFilter(view="new-money"),
    "together": FlowFilter(together=True),
    "by place, sector and year": FlowFilter(
        recipients=("KH", "-"), sectors=("152", "-"), years=(2021, 0)
    ),
    "by marker": FlowFilter(markers=("1:1:1", "1:1:2"), view="all-reporters", flow_types=()),
    "by donor and channel": FlowFilter(
        donors=("Norway",), channels=("-", "Norwegian People's Aid")
    ),
    "of a cell": FlowFilter(exactly=(("year", "2021"), ("recipient", "KH"))),
}
QUESTIONS: dict[str, Callable[[Corpus], object]] = {
    "rows": lambda c: flow_rows(c, FlowFilter(together=True), limit=50),
    "boundary": lambda c: boundary(c, FlowFilter()),
    "count": lambda c: count_rows(c, FlowFilter()),
    "choices": lambda c: choices(c, FlowFilter()),
    "currencies": lambda c: currencies(c, FlowFilter()),
    "constants": lambda c: constants(c, FlowFilter()),
    "sizes": lambda c: sizes(c, FlowFilter()),
    "markers": lambda c: markers(c, FlowFilter()),
    "pace": lambda c: pace(c, FlowFilter(), until=2024),
    "gifts": lambda c: gifts(c, first_year=2000, last_year=2030),
    "seen": lambda c: seen(c, ("Norway", "Norad")),
    "aggregates": lambda c: aggregates(c, donors=("NO",)),
    "vintages": lambda c: [vintages(c, entry.sha256) for entry in c.manifest.live()[-2:]],
    "year after": lambda c: year_after(c, 2026),
    "organisations": lambda c: c.ask(question("organisations")),
    "joined": lambda c: c.ask(question("joined"), ["%nor%"]),
    "held": lambda c: c.ask(question("held")),
}


@pytest.fixture
def spark(monkeypatch) -> Iterator[None]:
    """A real Spark on this machine, started by the first question and stopped after the test."""
    lacking = engines.lacking_for_spark()
    if lacking:
        pytest.skip(lacking)
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra, there as checked above

    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"{LOCAL} pyspark-shell")
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    yield
    engines.started.cache_clear()
    running = SparkSession.getActiveSession()
    if running:
        running.stop()
    gc.collect()  # here, where what Spark leaves open is known, not in a later test


@pytest.mark.slow
@pytest.mark.spark
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # py4j's sockets
def test_spark_answers_every_question_as_duckdb_does_to_the_cent(
    spark, take, told, tmp_path, monkeypatch
):
    take(*EVERYTHING)
    told(
        iati=[activity("500000.00", "500000.00", title="Clearing Battambang of mines")],
        crs=[crs("1.0", number="KHM-21/0007"), crs("0.3333"), crs("2.5", donor="4|France")],
        fts=[fts("91", 1000000, ref="KHM-21/0007"), fts("92", 77.77)],
    )
    here, there = open_corpus(tmp_path / "flows"), open_corpus(tmp_path / "flows", "spark")

    assert _unequal(here, there) == []

    elsewhere = _partitioned(here, tmp_path / "elsewhere")
    monkeypatch.setenv("APPUI_FLOWS_AT", f"file://{elsewhere}")
    engines.started.cache_clear()
    one_year = FlowFilter(years=(2021,), view="all-reporters", quarantined="included")
    assert sum_flows(there, one_year, ("donor",)) == sum_flows(here, one_year, ("donor",))


def _unequal(here: Corpus, there: Corpus) -> list[str]:
    """Questions whose answers differ in anything, even in how many decimals they have."""
    by = ("donor", "year", "sector-group", "currency")
    asked = dict(QUESTIONS)
    for name, wanted in FILTERS.items():
        asked[f"sums, {name}"] = lambda c, wanted=wanted: sum_flows(c, wanted, by)
    assert [name for name, ask in asked.items() if not ask(here)] == []
    return [name for name, ask in asked.items() if repr(ask(here)) != repr(ask(there))]


def _partitioned(corpus: Corpus, place: Path) -> Path:
    """A copy of the tables whose flows are a folder of years, as the guide says to make it."""
    shutil.copytree(corpus.folder, place)
    flows = place / "derived" / corpus.manifest.derived / "flows"
    with duckdb.connect() as connection:
        connection.execute(f"create table flows as from '{flows}/*.parquet'")
        shutil.rmtree(flows)
        connection.execute(f"copy flows to '{flows}' (format parquet, partition_by (year))")
    assert (flows / "year=2021").is_dir()
    return place


def test_the_setting_chooses_and_duckdb_is_the_default(monkeypatch, tmp_path):
    monkeypatch.delenv("APPUI_FLOWS_ENGINE", raising=False)
    assert open_corpus(tmp_path).engine == "duckdb"

    monkeypatch.setenv("APPUI_FLOWS_ENGINE", "sparkle")
    with pytest.raises(CorpusUnreadableError) as refused:
        open_corpus(tmp_path)
    assert str(refused.value) == (
        "There is no engine sparkle: set APPUI_FLOWS_ENGINE to duckdb or spark."
    )


def test_without_its_packages_spark_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("APPUI_FLOWS_ENGINE", "spark")
    monkeypatch.setattr(engines, "find_spec", lambda name: None if name == "pyspark" else name)
    with pytest.raises(CorpusUnreadableError) as refused:
        open_corpus(tmp_path)
    assert str(refused.value) == (
        "The engine spark needs the Python packages pyspark: install requirements-scale.lock "
        "(docs/guides/larger-than-one-machine.md), or set APPUI_FLOWS_ENGINE to duckdb."
    )


def test_without_java_spark_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(engines, "find_spec", lambda name: name)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(CorpusUnreadableError) as refused:
        open_corpus(tmp_path, "spark")
    assert str(refused.value) == (
        "The engine spark needs Java 17 or newer: install it and put it on the PATH or in "
        "JAVA_HOME, or set APPUI_FLOWS_ENGINE to duckdb."
    )
