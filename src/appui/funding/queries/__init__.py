"""Reads of funding."""

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
from appui.funding.queries.targets import TargetPosition, counts_toward, target_positions

__all__ = [
    "GapRow",
    "NeedGap",
    "Position",
    "TargetPosition",
    "agreements",
    "at_signature",
    "counts_toward",
    "ledger",
    "need_gap",
    "need_gaps",
    "open_asks",
    "position",
    "proposals",
    "rate_rule",
    "running",
    "target_positions",
]
