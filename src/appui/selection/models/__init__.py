"""Tables of selection, by noun."""

from appui.selection.models.appraisal import Appraisal, Candidate, Review, Reviewer, Score
from appui.selection.models.criteria import (
    Axis,
    CriteriaSet,
    Criterion,
    Judgement,
    Weighing,
)
from appui.selection.models.run import PortfolioRun
from appui.selection.models.scenario import (
    Balance,
    Envelope,
    EnvelopeYear,
    Method,
    Rule,
    RuleKind,
    Scenario,
)

__all__ = [
    "Appraisal",
    "Axis",
    "Balance",
    "Candidate",
    "CriteriaSet",
    "Criterion",
    "Envelope",
    "EnvelopeYear",
    "Judgement",
    "Method",
    "PortfolioRun",
    "Review",
    "Reviewer",
    "Rule",
    "RuleKind",
    "Scenario",
    "Score",
    "Weighing",
]
