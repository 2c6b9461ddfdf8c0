"""Likely donors: four naive methods, a back-test of any of them, and reasons as numbers.

Pure: arrays in, frozen dataclasses out. Equal scores go by name, so a ranking re-runs the same.
"""

from appui.intelligence.ranking.backtest import Outcome, backtest
from appui.intelligence.ranking.history import (
    Gift,
    History,
    HistoryUnreadableError,
    history,
    read_history,
)
from appui.intelligence.ranking.methods import METHODS, Method
from appui.intelligence.ranking.reasons import Gave, RankedDonor, Ranking, rank

__all__ = [
    "METHODS",
    "Gave",
    "Gift",
    "History",
    "HistoryUnreadableError",
    "Method",
    "Outcome",
    "RankedDonor",
    "Ranking",
    "backtest",
    "history",
    "rank",
    "read_history",
]
