"""DuckDB as the engine: one shared connection a version of the corpus, a cursor a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import gettempdir
from typing import Final
from uuid import uuid4

import duckdb

from appui.intelligence.corpus.answers import Rows
from appui.intelligence.ingest.derived import FOLDER, TABLES_DERIVED, open_tables, quoted, view
from appui.intelligence.ingest.manifest import load

MOST_IN_MEMORY: Final = 500_000  # rows, of some 150 bytes each


class DuckEngine:
    """The tables of one version of the corpus as views, in this process."""

    def __init__(self, folder: Path, derived: str) -> None:
        self._connection = _connection(folder, derived)

    def rows(self, sql: str, values: Sequence[object] | Mapping[str, object]) -> Rows:
        with self._connection.cursor() as cursor:
            found: Rows = cursor.execute(sql, values).fetchall()
            return found


def _connection(folder: Path, derived: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    # By default every process spills into .tmp where it stands: two would overwrite each other's.
    spill = Path(gettempdir()) / f"appui-flows-{uuid4().hex}"
    connection.execute(
        f"set memory_limit = '500MB'; set TimeZone = 'UTC'; "
        f"set temp_directory = '{quoted(spill.as_posix())}'"
    )
    manifest = load(folder)
    open_tables(connection, folder, manifest)
    for table in TABLES_DERIVED:
        view(connection, table, [folder / FOLDER / derived])
    _hold_in_memory(connection)
    connection.execute("create table files (file_no integer, path varchar, sha256 varchar)")
    held = [(entry.file_no, entry.path, entry.sha256) for entry in manifest.live()]
    connection.executemany("insert into files values (?, ?, ?)", held)
    return connection


def _hold_in_memory(connection: duckdb.DuckDBPyConnection) -> None:
    """The flows as a table in memory while they are few: every question reads them, and reading
    them from Parquet takes most of a small question's time."""
    counted = connection.execute("select count(*) from flows").fetchone()
    if counted and counted[0] <= MOST_IN_MEMORY:
        connection.execute("create table held as select * from flows")
        connection.execute("create or replace view flows as select * from held")
