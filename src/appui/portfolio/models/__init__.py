"""Tables of portfolio."""

from appui.portfolio.models.activity import (
    IATI_IDENTIFIER,
    PERCENTAGE,
    Activity,
    ActivityClassification,
    ActivityIdentifier,
    ActivityKind,
    ActivityPlace,
    Participation,
)
from appui.portfolio.models.budget import BudgetLine
from appui.portfolio.models.links import (
    CHILD,
    CO_FUNDED,
    PARENT,
    SIBLING,
    THIRD_PARTY,
    ActivityDocument,
    RelatedActivity,
    StatusChange,
)

__all__ = [
    "CHILD",
    "CO_FUNDED",
    "IATI_IDENTIFIER",
    "PARENT",
    "PERCENTAGE",
    "SIBLING",
    "THIRD_PARTY",
    "Activity",
    "ActivityClassification",
    "ActivityDocument",
    "ActivityIdentifier",
    "ActivityKind",
    "ActivityPlace",
    "BudgetLine",
    "Participation",
    "RelatedActivity",
    "StatusChange",
]
