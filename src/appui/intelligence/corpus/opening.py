"""Opening the corpus to read: the tables as last completed, and the engine that is asked."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from appui.intelligence.corpus.answers import Answers, Rows
from appui.intelligence.corpus.engines import DUCKDB, chosen_engine, started
from appui.intelligence.ingest.derived import is_derived
from appui.intelligence.ingest.manifest import NAME, CorpusUnreadableError, Manifest, load

OPEN_AT_ONCE: Final = 4
_ANSWERS: Final = Answers()


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of tables, as last completed; asking an empty one gives no rows."""

    folder: Path
    manifest: Manifest
    engine: str = DUCKDB

    @property
    def is_empty(self) -> bool:
        return not self.manifest.derived

    def ask(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> Rows:
        """The rows of a query in DuckDB's SQL, whatever the engine; safe from any thread."""
        if self.is_empty:
            return []
        given = tuple(values.items()) if isinstance(values, Mapping) else tuple(values)
        derived = self.manifest.derived
        return _ANSWERS.kept(
            (self.engine, self.folder, derived, sql, given),
            lambda: started(self.engine, self.folder, derived).rows(sql, values),
        )


def corpus_folder() -> Path:
    """``flows`` under APPUI_HOME (by default ``./var``)."""
    return Path(os.environ.get("APPUI_HOME", "var")) / "flows"


def open_corpus(folder: Path | None = None, engine: str | None = None) -> Corpus:
    """The corpus at ``folder``, asked through ``engine``; by default those of this installation.

    An absent folder is an empty corpus. Raises CorpusUnreadableError for a damaged one, and its
    kind EngineError for an engine that cannot run here.
    """
    place, name = (folder or corpus_folder()).absolute(), chosen_engine(engine)
    manifest_path = place / NAME
    if not manifest_path.exists():
        return Corpus(place, Manifest(), name)
    found = manifest_path.stat()
    return Corpus(place, _manifest(place, found.st_mtime_ns, found.st_size), name)


@lru_cache(maxsize=OPEN_AT_ONCE)
def _manifest(folder: Path, _modified: int, _size: int) -> Manifest:
    manifest = load(folder)
    if manifest.derived and not is_derived(folder, manifest):
        raise CorpusUnreadableError(
            f"The tables in {folder} were derived by another version of Appui, or are incomplete. "
            "Run appui flows ingest again with any of their files: they are derived anew."
        )
    return manifest
