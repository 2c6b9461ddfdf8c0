"""Downloaded bodies kept in the corpus, each with what lets the server say "unchanged"."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

FOLDER: Final = "downloads"
STARTED: Final = "run.started"
PART: Final = ".part"
_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Kept:
    """The body last given by ``url``; ``etag`` and ``last_modified`` as the server wrote them."""

    url: str
    given_by: str  # where redirects led
    body: str  # a file name in the folder
    sha256: str
    size: int
    etag: str
    last_modified: str
    fetched_at: str

    def conditions(self) -> dict[str, str]:
        """The headers that ask for the body only when it changed."""
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in said.items() if value}


class Body:
    """A body being received: written beside, hashed on the way."""

    def __init__(self, folder: Path, url: str) -> None:
        self.path = folder / f"{key(url)}{PART}"
        self._file = self.path.open("wb")
        self._digest = hashlib.sha256()
        self.size = 0
        self.head = b""

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)
        self.head = self.head or data[:4]

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def close(self) -> None:
        """Make the content durable, so that its name never outlives it."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def discard(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


def key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:32]


def find(folder: Path, url: str) -> Kept | None:
    """What is kept of an address; None when nothing is, or not as it was written."""
    kept = _read(folder / f"{key(url)}.json")
    if kept is None or kept.url != url:
        return None
    body = folder / kept.body
    return kept if body.is_file() and body.stat().st_size == kept.size else None


def keep(folder: Path, body: Body, kept: Kept) -> Kept:
    """Name the body, then say so in one step: a reader finds the older body or this one."""
    body.close()
    body.path.replace(folder / kept.body)
    older = _read(folder / f"{key(kept.url)}.json")
    write(folder, kept)
    if older and older.body != kept.body:
        (folder / older.body).unlink(missing_ok=True)
    return kept


def write(folder: Path, kept: Kept) -> None:
    beside = folder / f"{key(kept.url)}.json{PART}"
    with beside.open("w", encoding="utf-8") as stream:
        json.dump(asdict(kept), stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(folder / f"{key(kept.url)}.json")


def body_name(url: str, body: Body) -> str:
    ending = ".zip" if body.head == _ZIP else ".body"
    return f"{key(url)}-{body.sha256[:16]}{ending}"


def begin(folder: Path) -> str:
    """Begin a run; gives the moment since which bodies need not be asked for again.

    That is now, or the beginning of an earlier run that did not come to its end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    mark = folder / STARTED
    if not mark.exists():
        mark.write_text(now(), encoding="ascii")
    return mark.read_text(encoding="ascii") or now()


def finish(folder: Path) -> None:
    """The run came to its end: the next one asks again what changed."""
    (folder / STARTED).unlink(missing_ok=True)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _sweep(folder: Path) -> None:
    """Remove what a killed run left: halves, and bodies that nothing names."""
    held = [kept for path in folder.glob("*.json") if (kept := _read(path))]
    named = {kept.body for kept in held}
    for path in folder.iterdir():
        is_body = path.suffix in (".body", ".zip") and path.name not in named
        if path.suffix == PART or is_body:
            path.unlink(missing_ok=True)


def _read(path: Path) -> Kept | None:
    try:
        return Kept(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
