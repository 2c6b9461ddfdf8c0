"""Spark as the engine, reached through ibis; the questions are translated to its SQL by sqlglot.

Spark's own files (spark-defaults.conf in SPARK_CONF_DIR) say where it runs and with how much
memory; without them it runs in this process, on all cores.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Final

import ibis
import sqlglot
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from sqlglot import ErrorLevel, exp

from appui.intelligence.corpus.answers import Rows
from appui.intelligence.corpus.engines import EngineError
from appui.intelligence.ingest.derived import FOLDER, TABLES_DERIVED
from appui.intelligence.ingest.manifest import load
from appui.intelligence.ingest.rows import TABLES

PLACE: Final = "APPUI_FLOWS_AT"


class SparkEngine:
    """The tables of one version of the corpus as views of one session, each made when asked for."""

    def __init__(self, folder: Path, derived: str) -> None:
        self._session = _session().newSession()
        self._ibis = ibis.pyspark.connect(self._session)
        self._opening = Lock()
        manifest = load(folder)
        place = os.environ.get(PLACE) or f"file://{folder}"
        parts = [f"{place}/parts/{part}" for part in manifest.parts()]
        self._files_of = {table: [f"{part}/{table}.parquet" for part in parts] for table in TABLES}
        for table in TABLES_DERIVED:
            is_folder = (folder / FOLDER / derived / table).is_dir()
            name = table if is_folder else f"{table}.parquet"
            self._files_of[table] = [f"{place}/{FOLDER}/{derived}/{name}"]
        held = [(entry.file_no, entry.path, entry.sha256) for entry in manifest.live()]
        self._live = self._session.createDataFrame(held, "file_no int, path string, sha256 string")
        self._live.createOrReplaceTempView("files")

    def rows(self, sql: str, values: Sequence[object] | Mapping[str, object]) -> Rows:
        tree = sqlglot.parse_one(sql, read="duckdb")
        with self._opening:
            for table in tree.find_all(exp.Table):
                self._open(table.name)
        given = dict(values) if isinstance(values, Mapping) else list(values)
        # Not through ibis's own tables: those pass by pandas, where whole numbers become floats.
        found = self._ibis.raw_sql(translated(tree), args=given or None).collect()
        return [tuple(row) for row in found]

    def _open(self, table: str) -> None:
        """A view over the table's files, without the rows of files that were replaced."""
        files = self._files_of.pop(table, [])
        if files:
            read = self._session.read.parquet(*files)
            if table not in TABLES_DERIVED:
                read = read.join(self._live, "file_no", "left_semi")
            read.createOrReplaceTempView(table)


def translated(tree: exp.Expr) -> str:
    """The question in Spark's SQL; raises UnsupportedError for what Spark has no words for."""
    text: str = tree.transform(_exact).sql("spark", unsupported_level=ErrorLevel.RAISE)
    return text


def _exact(node: exp.Expr) -> exp.Expr:
    """Quantiles that occur: sqlglot makes them approximate, and Spark's own pass by floats."""
    if not isinstance(node, exp.PercentileDisc):
        return node
    value, share = node.this.sql("spark"), node.expression.sql("spark")
    place = f"CAST(CEIL(COUNT({value}) * {share}) AS INT)"
    return sqlglot.parse_one(
        f"ELEMENT_AT(SORT_ARRAY(COLLECT_LIST({value})), {place})", read="spark"
    )


def _session() -> SparkSession:
    """The session of this process, started when there is none yet: ten seconds or more."""
    try:
        return SparkSession.builder.appName("appui").getOrCreate()
    except PySparkException as error:
        raise EngineError(f"Spark does not start: {error}") from error
