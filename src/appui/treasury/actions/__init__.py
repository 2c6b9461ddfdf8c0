"""Writes of treasury: earmarks, movements, periods, the bank."""

from appui.treasury.actions.bank import accept, take_statement, undo_match
from appui.treasury.actions.earmarks import change_earmark, general_earmark, open_earmark
from appui.treasury.actions.movements import Part, move, receive, record, reverse
from appui.treasury.actions.periods import close_period, reopen_period

__all__ = [
    "Part",
    "accept",
    "change_earmark",
    "close_period",
    "general_earmark",
    "move",
    "open_earmark",
    "receive",
    "record",
    "reopen_period",
    "reverse",
    "take_statement",
    "undo_match",
]
