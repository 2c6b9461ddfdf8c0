"""What the corpus holds, in one JSON file replaced in a single step."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from appui.intelligence.ingest.tables import TABLES_VERSION

NAME: Final = "manifest.json"


class CorpusUnreadableError(Exception):
    """The manifest is damaged or of another version; the message says what to do."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file once read; ``part`` is empty when nothing of it was kept."""

    file_no: int
    path: str
    sha256: str
    size: int
    format: str
    version: str
    status: str
    rates: str
    part: str
    activities: int
    transactions: int
    issues: tuple[dict[str, object], ...] = ()  # of refused files; others keep theirs in a table


@dataclass(slots=True)
class Manifest:
    """``files`` are live: a newer version of a path has replaced the older entry."""

    next_file_no: int = 1
    files: list[FileEntry] = field(default_factory=list)
    derived: str = ""
    decided: str = ""  # digest of the decisions that the derived tables follow
    duplicates: int = 0
    quarantined: int = 0

    def parts(self) -> list[str]:
        return sorted({entry.part for entry in self.files if entry.part})

    def live(self) -> list[FileEntry]:
        return [entry for entry in self.files if entry.part]

    def at_path(self, path: str) -> FileEntry | None:
        return next((entry for entry in self.files if entry.path == path), None)

    def with_content(self, sha256: str, rates: str) -> FileEntry | None:
        wanted = (sha256, rates)
        return next((e for e in self.live() if (e.sha256, e.rates) == wanted), None)

    def put(self, entry: FileEntry) -> None:
        self.files = [e for e in self.files if e.path != entry.path]
        self.files.append(entry)


def load(folder: Path) -> Manifest:
    """The manifest of the corpus, empty when there is none yet."""
    path = folder / NAME
    if not path.exists():
        return Manifest()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = content.pop("tables_version")
        entries = [_entry(entry) for entry in content.pop("files")]
        manifest = Manifest(files=entries, **content)
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusUnreadableError(
            f"The manifest {path} is damaged ({error}); move the folder away and ingest again."
        ) from error
    if version != TABLES_VERSION:
        raise CorpusUnreadableError(
            f"The corpus {folder} was written by another version of Appui; "
            "move the folder away and ingest again."
        )
    return manifest


def save(folder: Path, manifest: Manifest) -> None:
    """Write beside, make durable, then replace: a reader sees the old or the new, never a part."""
    content = {"tables_version": TABLES_VERSION} | asdict(manifest)
    beside = folder / f"{NAME}.new"
    with beside.open("w", encoding="utf-8") as stream:
        stream.write(json.dumps(content, ensure_ascii=False, sort_keys=True))
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(folder / NAME)


def _entry(entry: dict[str, Any]) -> FileEntry:  # as json gives it; a wrong field is a TypeError
    return FileEntry(**entry | {"issues": tuple(entry.get("issues", ()))})
