"""Tables of strategies, by noun."""

from appui.strategies.models.mandate import (
    Deliverable,
    ExpertRequest,
    Form,
    Mandate,
    RequestState,
)
from appui.strategies.models.plan import Plan, PlanItem, Trace
from appui.strategies.models.strategy import (
    ABOVE,
    OPEN_WORK,
    ItemKind,
    Progress,
    ProgressState,
    Standing,
    Strategy,
    StrategyItem,
)
from appui.strategies.models.swot import OFFERED, Strength, SwotKind
from appui.strategies.models.work import Work

__all__ = [
    "ABOVE",
    "OFFERED",
    "OPEN_WORK",
    "Deliverable",
    "ExpertRequest",
    "Form",
    "ItemKind",
    "Mandate",
    "Plan",
    "PlanItem",
    "Progress",
    "ProgressState",
    "RequestState",
    "Standing",
    "Strategy",
    "StrategyItem",
    "Strength",
    "SwotKind",
    "Trace",
    "Work",
]
