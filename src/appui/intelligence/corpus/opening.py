"""Opening the corpus to read: one shared connection a version of it, a cursor a question."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import duckdb

from appui.intelligence.corpus.answers import Answers
from appui.intelligence.ingest.derived import FOLDER, TABLES_DERIVED, is_derived, open_tables, view
from appui.intelligence.ingest.manifest import NAME, CorpusUnreadableError, Manifest, load

OPEN_AT_ONCE: Final = 4
MOST_IN_MEMORY: Final = 500_000  # rows, of some 150 bytes each
_ANSWERS: Final = Answers()


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of tables, as last completed; asking an empty one gives no rows."""

    folder: Path
    manifest: Manifest

    @property
    def is_empty(self) -> bool:
        return not self.manifest.derived

    def ask(
        self, sql: str, values: Sequence[object] | Mapping[str, object] = ()
    ) -> list[tuple[object, ...]]:
        """The rows of a query; safe from any thread."""
        if self.is_empty:
            return []
        given = tuple(values.items()) if isinstance(values, Mapping) else tuple(values)
        key = (self.folder, self.manifest.derived, sql, given)
        return _ANSWERS.kept(key, lambda: self._ask(sql, values))

    def _ask(
        self, sql: str, values: Sequence[object] | Mapping[str, object]
    ) -> list[tuple[object, ...]]:
        with _connection(self.folder, self.manifest.derived).cursor() as cursor:
            rows: list[tuple[object, ...]] = cursor.execute(sql, values).fetchall()
            return rows


def corpus_folder() -> Path:
    """``flows`` under APPUI_HOME (by default ``./var``)."""
    return Path(os.environ.get("APPUI_HOME", "var")) / "flows"


def open_corpus(folder: Path | None = None) -> Corpus:
    """The corpus at ``folder`` (by default the one of this installation).

    An absent folder is an empty corpus. Raises CorpusUnreadableError for a damaged one.
    """
    place = (folder or corpus_folder()).absolute()
    manifest_path = place / NAME
    if not manifest_path.exists():
        return Corpus(place, Manifest())
    found = manifest_path.stat()
    return Corpus(place, _manifest(place, found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=OPEN_AT_ONCE)
def _manifest(folder: Path, _modified: int, _size: int) -> Manifest:
    manifest = load(folder)
    if manifest.derived and not is_derived(folder, manifest):
        raise CorpusUnreadableError(
            f"The tables in {folder} were derived by another version of Appui, or are incomplete. "
            "Run appui flows ingest again with any of their files: they are derived anew."
        )
    return manifest


@lru_cache(maxsize=OPEN_AT_ONCE)
def _connection(folder: Path, derived: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute("set memory_limit = '500MB'; set TimeZone = 'UTC'")
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
