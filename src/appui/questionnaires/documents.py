"""A form as data: what files and the API hold, and what a new version is copied from."""

from decimal import Decimal
from typing import Annotated, Any

from ninja import Field, Schema

from appui.questionnaires.models import FormVersion, Purpose, QuestionKind
from appui.questionnaires.models.options import options_of
from appui.questionnaires.queries import outline

Text = dict[str, str]
MOST_SECTIONS = 100
MOST_QUESTIONS = 300  # in one section
Code = Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]{1,40}$")]
Figure = Annotated[str, Field(pattern=r"^-?[0-9]{1,4}(\.[0-9]{1,2})?$", examples=["2.5"])]


class OptionPart(Schema):
    """One answer that can be chosen; without a score it counts in no mean."""

    code: Code
    label: Text = {}
    score: Figure | None = None


class ConditionPart(Schema):
    """The question is asked only if that earlier question has that answer."""

    question: Code
    answer: Code


class QuestionPart(Schema):
    """One question; ``weak_at`` and ``priority`` are given together or not at all."""

    code: Code
    kind: QuestionKind
    text: Text
    help: Text = {}
    required: bool = False
    options: list[OptionPart] = Field([], max_length=60)
    weight: Figure = "1"
    weak_at: Figure | None = None
    priority: Text = {}
    only_if: ConditionPart | None = None


class SectionPart(Schema):
    """Questions that belong together."""

    code: Code
    title: Text
    help: Text = {}
    questions: list[QuestionPart] = Field([], max_length=MOST_QUESTIONS)


class FormContent(Schema):
    """What one version of a form asks."""

    sections: list[SectionPart] = Field(max_length=MOST_SECTIONS)


class FormDocument(FormContent):
    """A form with what it asks, as one office gives it to another."""

    title: Text
    summary: Text = {}
    purpose: Purpose = Purpose.NEEDS


def document_of(version: FormVersion) -> FormDocument:
    """The form with what this version asks; two queries."""
    form = version.form
    return FormDocument(
        title=version.shown_title,
        summary=version.shown_summary,
        purpose=Purpose(form.purpose),
        sections=content_of(version).sections,
    )


def content_of(version: FormVersion) -> FormContent:
    """What this version asks, to be written elsewhere; two queries."""
    return FormContent(
        sections=[
            SectionPart(
                code=part.section.code,
                title=part.section.title,
                help=part.section.help,
                questions=[_question(item.question) for item in part.items],
            )
            for part in outline(version)
        ]
    )


def _question(question: Any) -> QuestionPart:
    condition = None
    if question.only_if is not None:
        condition = ConditionPart(question=question.only_if.code, answer=question.only_if_answer)
    return QuestionPart(
        code=question.code,
        kind=QuestionKind(question.kind),
        text=question.text,
        help=question.help,
        required=question.required,
        options=[OptionPart(**option.stored()) for option in options_of(question.options)],
        weight=figure(question.weight),
        weak_at=None if question.weak_at is None else figure(question.weak_at),
        priority=question.priority,
        only_if=condition,
    )


def figure(value: Decimal) -> str:
    """A score or weight as text without needless zeros."""
    return f"{value.normalize():f}"
