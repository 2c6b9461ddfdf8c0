"""Tables of questionnaires, cut by noun."""

from appui.questionnaires.models.about import About
from appui.questionnaires.models.consultation import Consultation
from appui.questionnaires.models.form import (
    Form,
    FormVersion,
    Purpose,
    Question,
    Section,
    VersionStatus,
)
from appui.questionnaires.models.options import Option, QuestionKind
from appui.questionnaires.models.response import (
    Priority,
    PriorityState,
    Response,
    ResponseStatus,
    Urgency,
)

__all__ = [
    "About",
    "Consultation",
    "Form",
    "FormVersion",
    "Option",
    "Priority",
    "PriorityState",
    "Purpose",
    "Question",
    "QuestionKind",
    "Response",
    "ResponseStatus",
    "Section",
    "Urgency",
    "VersionStatus",
]
