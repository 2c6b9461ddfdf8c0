"""Reads of funding."""

from appui.funding.queries.forecast import (
    ForecastRow,
    OwnerForecast,
    owner_forecast,
    quarter_called,
    quarter_name,
)
from appui.funding.queries.gap import GapRow, NeedGap, Position, need_gap, need_gaps, position
from appui.funding.queries.overlaps import (
    warnings_of,
    warnings_of_activity,
    warnings_of_fund,
    warnings_of_need,
)
from appui.funding.queries.pipeline import (
    StageLine,
    asks,
    asks_at,
    documents_of,
    line_at,
    line_of,
    moves_of,
    others_like,
    possible_moves,
    stages_of,
    usual_stage,
)
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
from appui.funding.queries.track import DonorRecord, Track, track

__all__ = [
    "DonorRecord",
    "ForecastRow",
    "GapRow",
    "NeedGap",
    "OwnerForecast",
    "Position",
    "StageLine",
    "TargetPosition",
    "Track",
    "agreements",
    "asks",
    "asks_at",
    "at_signature",
    "counts_toward",
    "documents_of",
    "ledger",
    "line_at",
    "line_of",
    "moves_of",
    "need_gap",
    "need_gaps",
    "open_asks",
    "others_like",
    "owner_forecast",
    "position",
    "possible_moves",
    "proposals",
    "quarter_called",
    "quarter_name",
    "rate_rule",
    "running",
    "stages_of",
    "target_positions",
    "track",
    "usual_stage",
    "warnings_of",
    "warnings_of_activity",
    "warnings_of_fund",
    "warnings_of_need",
]
