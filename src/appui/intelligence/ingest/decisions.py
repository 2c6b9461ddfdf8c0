"""What people decided about the corpus, in one JSON file beside its manifest.

The tables hold what was published; this file holds what a person said of it: that two names are
one organisation or are not, that an amount far from the others is real or is not. It is written
from the database by the pages and commands and only read here, so that a corpus can be derived
anew, or carried elsewhere with its decisions, without a database.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from appui.intelligence.ingest.manifest import CorpusUnreadableError
from appui.intelligence.ingest.matching import Decided, Registered

NAME: Final = "decisions.json"
Verdict = Literal["released", "kept-out"]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a person said of the amount with that mark in the quarantine."""

    mark: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Decisions:
    """All that stands now; what was undone is not in it."""

    pairs: tuple[Decided, ...] = ()
    register: tuple[Registered, ...] = ()
    amounts: tuple[Looked, ...] = ()

    @property
    def digest(self) -> str:
        """Names the content: the same decisions have the same one."""
        return hashlib.sha256(_text(self).encode()).hexdigest()[:16]


NOTHING_DECIDED: Final = Decisions()


def load_decisions(folder: Path) -> Decisions:
    """The decisions of the corpus, none without a file. Raises CorpusUnreadableError."""
    path = folder / NAME
    if not path.exists():
        return NOTHING_DECIDED
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Decisions(
            tuple(Decided(**pair) for pair in content["pairs"]),
            tuple(
                Registered(
                    item["key"], tuple(item["names"]), tuple(item["references"]), item["country"]
                )
                for item in content["register"]
            ),
            tuple(Looked(**amount) for amount in content["amounts"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusUnreadableError(
            f"The decisions in {path} are damaged ({error}). They are also in the database: move "
            "the file away and run appui organisations apply."
        ) from error


def save_decisions(folder: Path, decisions: Decisions) -> None:
    """Write beside, make durable, then replace."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f"{NAME}.new"
    with beside.open("w", encoding="utf-8") as stream:
        stream.write(_text(decisions))
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(folder / NAME)


def _text(decisions: Decisions) -> str:
    return json.dumps(asdict(decisions), ensure_ascii=False, indent=1, sort_keys=True)
