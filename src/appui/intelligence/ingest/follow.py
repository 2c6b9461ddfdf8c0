"""Deriving anew after people decided, without reading any file again."""

from __future__ import annotations

from pathlib import Path

from appui.intelligence.ingest.decisions import Decisions, save_decisions
from appui.intelligence.ingest.derived import derive, is_current
from appui.intelligence.ingest.manifest import load, save
from appui.intelligence.ingest.run import only_writer


def follow(folder: Path, decisions: Decisions) -> bool:
    """Write the decisions into the corpus and let its tables follow; whether any table changed.

    A reader sees the old tables until the new ones are complete. Raises BusyError while files are
    read in: that ingest, or the next, follows the decisions, which are already written. Raises
    CorpusUnreadableError, OSError.
    """
    save_decisions(folder, decisions)
    with only_writer(folder):
        manifest = load(folder)
        if not manifest.live() or is_current(folder, manifest):
            return False
        derive(folder, manifest)
        save(folder, manifest)
    return True
