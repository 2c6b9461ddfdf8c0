"""What answers a question: DuckDB in this process, or Spark through ibis; one setting chooses.

Every question is one text in DuckDB's SQL. An engine that speaks another dialect translates it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol

from appui.intelligence.corpus.answers import Rows
from appui.intelligence.corpus.duck import DuckEngine
from appui.intelligence.ingest.manifest import CorpusUnreadableError

SETTING: Final = "APPUI_FLOWS_ENGINE"
DUCKDB: Final = "duckdb"
SPARK: Final = "spark"
ENGINES: Final = (DUCKDB, SPARK)
STARTED_AT_ONCE: Final = 4
_PACKAGES: Final = ("ibis", "pandas", "pyarrow_hotfix", "pyspark", "sqlglot")


class Engine(Protocol):
    """One version of the corpus, ready to be asked from any thread."""

    def rows(self, sql: str, values: Sequence[object] | Mapping[str, object]) -> Rows:
        """The answer to a question in DuckDB's SQL, decimals and days as Python has them."""
        ...


class EngineError(CorpusUnreadableError):
    """An engine that does not exist or cannot run here; the message says what to do."""


def chosen_engine(name: str | None = None) -> str:
    """``name``, else what the setting says. Raises EngineError when it cannot run here."""
    wanted = name or os.environ.get(SETTING) or DUCKDB
    if wanted not in ENGINES:
        raise EngineError(f"There is no engine {wanted}: set {SETTING} to {' or '.join(ENGINES)}.")
    lacking = lacking_for_spark() if wanted == SPARK else ""
    if lacking:
        raise EngineError(lacking)
    return wanted


def lacking_for_spark() -> str:
    """One sentence on what Spark needs and this machine has not; empty when nothing lacks."""
    packages = [name for name in _PACKAGES if find_spec(name) is None]
    if packages:
        return (
            f"The engine spark needs the Python packages {', '.join(packages)}: install "
            "requirements-scale.lock (docs/guides/larger-than-one-machine.md), or set "
            f"{SETTING} to {DUCKDB}."
        )
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        return (
            "The engine spark needs Java 17 or newer: install it and put it on the PATH or in "
            f"JAVA_HOME, or set {SETTING} to {DUCKDB}."
        )
    return ""


@lru_cache(maxsize=STARTED_AT_ONCE)
def started(name: str, folder: Path, derived: str) -> Engine:
    """The engine over one version of the corpus. Raises EngineError where it does not start."""
    if name == DUCKDB:
        return DuckEngine(folder, derived)
    from appui.intelligence.corpus.spark import SparkEngine  # noqa: PLC0415 - an extra, and slow

    return SparkEngine(folder, derived)
