"""Tables of treasury, one file a noun-family."""

from appui.treasury.models.bank import BankLine, BankStatement, Match, StoredStatement
from appui.treasury.models.earmark import Earmark, Grant
from appui.treasury.models.movement import Movement
from appui.treasury.models.period import Period, PeriodBalance, PeriodState
from appui.treasury.models.sums import MovementKind

__all__ = [
    "BankLine",
    "BankStatement",
    "Earmark",
    "Grant",
    "Match",
    "Movement",
    "MovementKind",
    "Period",
    "PeriodBalance",
    "PeriodState",
    "StoredStatement",
]
