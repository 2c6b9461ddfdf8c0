"""Reads of funding."""

from appui.funding.queries.behind import BehindRow, behind, counted_rows
from appui.funding.queries.entries import Entries, Entry, Figure, entries
from appui.funding.queries.gap import GapRow, NeedGap, Position, need_gap, need_gaps, position
from appui.funding.queries.records import (
    agreements,
    at_signature,
    ledger,
    open_asks,
    proposals,
    rate_rule,
    running,
)
from appui.funding.queries.targets import (
    TargetBook,
    TargetPosition,
    target_books,
    target_positions,
)

__all__ = [
    "BehindRow",
    "Entries",
    "Entry",
    "Figure",
    "GapRow",
    "NeedGap",
    "Position",
    "TargetBook",
    "TargetPosition",
    "agreements",
    "at_signature",
    "behind",
    "counted_rows",
    "entries",
    "ledger",
    "need_gap",
    "need_gaps",
    "open_asks",
    "position",
    "proposals",
    "rate_rule",
    "running",
    "target_books",
    "target_positions",
]
