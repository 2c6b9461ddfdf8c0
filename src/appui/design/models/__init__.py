"""Tables of design."""

from appui.design.models.graph import Link, Node, NodeKind, Theory
from appui.design.models.kit import KitQuerySet
from appui.design.models.papers import Comment, Paper, PaperSection, PaperVersion
from appui.design.models.stages import (
    AnswerAsked,
    AskedForm,
    ChecklistItem,
    Moment,
    Move,
    Stage,
    Standing,
    Tick,
)
from appui.design.models.templates import Template, TemplateSection

__all__ = [
    "AnswerAsked",
    "AskedForm",
    "ChecklistItem",
    "Comment",
    "KitQuerySet",
    "Link",
    "Moment",
    "Move",
    "Node",
    "NodeKind",
    "Paper",
    "PaperSection",
    "PaperVersion",
    "Stage",
    "Standing",
    "Template",
    "TemplateSection",
    "Theory",
    "Tick",
]
