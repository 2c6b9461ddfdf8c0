"""Writes of portfolio."""

from appui.portfolio.actions.activities import (
    Part,
    add_identifier,
    add_participation,
    change_activity,
    change_participation,
    describe_activity,
    remove_part,
)
from appui.portfolio.actions.budget import REVISED, add_budget_line, revise_budget_line
from appui.portfolio.actions.codes import (
    MARKERS,
    Marked,
    Shares,
    set_markers,
    set_places,
    set_shares,
)
from appui.portfolio.actions.links import attach_document, point_at, relate

__all__ = [
    "MARKERS",
    "REVISED",
    "Marked",
    "Part",
    "Shares",
    "add_budget_line",
    "add_identifier",
    "add_participation",
    "attach_document",
    "change_activity",
    "change_participation",
    "describe_activity",
    "point_at",
    "relate",
    "remove_part",
    "revise_budget_line",
    "set_markers",
    "set_places",
    "set_shares",
]
