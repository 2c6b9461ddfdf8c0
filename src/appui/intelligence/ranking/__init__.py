"""Likely donors: a method learned from the past, four naive ones, and the back-test of each.

Pure: arrays in, frozen dataclasses out. Equal scores go by name, so a ranking re-runs the same.
"""

from appui.intelligence.ranking.backtest import Outcome, backtest
from appui.intelligence.ranking.calibration import Chances
from appui.intelligence.ranking.features import FEATURES
from appui.intelligence.ranking.history import (
    Gift,
    History,
    HistoryUnreadableError,
    history,
    read_history,
)
from appui.intelligence.ranking.methods import METHODS, NAIVE, Method
from appui.intelligence.ranking.model import Model, learn
from appui.intelligence.ranking.reasons import (
    Elsewhere,
    Gave,
    RankedDonor,
    Ranking,
    Taught,
    rank,
    rank_taught,
    teach,
)

__all__ = [
    "FEATURES",
    "METHODS",
    "NAIVE",
    "Chances",
    "Elsewhere",
    "Gave",
    "Gift",
    "History",
    "HistoryUnreadableError",
    "Method",
    "Model",
    "Outcome",
    "RankedDonor",
    "Ranking",
    "Taught",
    "backtest",
    "history",
    "learn",
    "rank",
    "rank_taught",
    "read_history",
    "teach",
]
