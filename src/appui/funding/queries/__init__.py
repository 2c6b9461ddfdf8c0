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
from appui.funding.queries.terms import (
    MoneyPart,
    Terms,
    TrancheStanding,
    amendments,
    before_closing,
    conditions,
    left_to_plan,
    parts_of,
    terms_on,
    tranche_standings,
    tranches,
)

__all__ = [
    "GapRow",
    "MoneyPart",
    "NeedGap",
    "Position",
    "TargetPosition",
    "Terms",
    "TrancheStanding",
    "agreements",
    "amendments",
    "at_signature",
    "before_closing",
    "conditions",
    "counts_toward",
    "ledger",
    "left_to_plan",
    "need_gap",
    "need_gaps",
    "open_asks",
    "parts_of",
    "position",
    "proposals",
    "rate_rule",
    "running",
    "target_positions",
    "terms_on",
    "tranche_standings",
    "tranches",
]
