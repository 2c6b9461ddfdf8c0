"""Writes of responses."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.questionnaires import answering, queries, rules, scoring
from appui.questionnaires.models import (
    FormVersion,
    Priority,
    Question,
    Response,
    ResponseStatus,
)
from appui.questionnaires.models.about import about_fields
from appui.registry.models import Organisation
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit, may_write_for

VERBS = (
    gettext_noop("answered"),
    gettext_noop("submitted"),
    gettext_noop("approved"),
    gettext_noop("reopened"),
)


@transaction.atomic
def begin_response(
    form_version: FormVersion,
    *,
    by: Reader,
    about: Model,
    shared_with: Iterable[Organisation] = (),
    **fields: Any,
) -> Response:
    """Begin to fill in a published version about ``about``, which ``by`` must see."""
    require(rules.may_fill_in(form_version, by))
    response = Response(form_version=form_version, **about_fields(about), **fields)
    require(may_edit(response, by))
    return audit.create(response, by=by, shared_with=list(shared_with))


@transaction.atomic
def change_response(
    response: Response, *, by: Reader, version: int | None = None, **fields: Any
) -> Response:
    """Change who answered, when, and who sees it, of a draft."""
    audit.hold(response)
    require(rules.may_answer(response, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    keep_hidden(response, by, fields)
    return audit.update(response, by=by, version=version, **fields)


@transaction.atomic
def save_answers(
    response: Response, answers: Mapping[str, Any], *, by: Reader, version: int | None = None
) -> Response:
    """Keep answers of a draft, complete or not; those left out stay, an empty one is taken away.

    Raises ``Invalid`` with the codes of the questions at fault.
    """
    audit.hold(response)
    require(rules.may_answer(response, by))
    stored = dict(response.answers)
    questions = {question.code: question for question in response.form_version.questions.all()}
    for code, value in answers.items():
        stored[code] = answering.normal(_known(questions, code), value)
    kept = {code: value for code, value in stored.items() if value is not None}
    return audit.update(response, by=by, version=version, verb="answered", answers=kept)


def _known(questions: Mapping[str, Question], code: str) -> Question:
    if code not in questions:
        text = _("This form has no question “%(code)s”.") % {"code": code[:60]}
        raise Invalid(text, {code: text})
    return questions[code]


@transaction.atomic
def submit_response(
    response: Response,
    *,
    by: Reader,
    today: date,
    priorities: Collection[str] | None = None,
    version: int | None = None,
) -> Response:
    """Freeze a response, drop answers to questions not asked, and make the chosen priorities.

    ``priorities`` are codes of weak questions, None for all. Raises ``Invalid`` with the required
    questions that are not answered.
    """
    audit.hold(response)
    require(rules.may_answer(response, by))
    questions = ordered_questions(response)
    _require_complete(questions, response)
    kept = answering.kept(questions, response.answers)
    audit.update(
        response,
        by=by,
        version=version,
        verb="submitted",
        status=ResponseStatus.SUBMITTED,
        submitted_on=today,
        answers=kept,
        score=scoring.overall(questions, kept).value,
    )
    raise_priorities(response, priorities, by=by)
    return response


def ordered_questions(response: Response) -> list[Question]:
    """The questions of the version that was answered, in order; one query."""
    return list(queries.questions().filter(form_version=response.form_version_id))


def _require_complete(questions: list[Question], response: Response) -> None:
    left = answering.missing(questions, response.answers)
    if left:
        text = ngettext(
            "%(count)d required question is not answered.",
            "%(count)d required questions are not answered.",
            len(left),
        ) % {"count": len(left)}
        raise Invalid(text, {question.code: _("An answer is required.") for question in left})


@transaction.atomic
def approve_response(
    response: Response, *, by: Reader, today: date, version: int | None = None
) -> Response:
    """Say, as a manager, that the answers of a submitted response stand."""
    audit.hold(response)
    require(rules.may_approve(response, by))
    return audit.update(
        response,
        by=by,
        version=version,
        verb="approved",
        approved_on=today,
        approved_by=by.name[:200],
    )


@transaction.atomic
def reopen_response(response: Response, *, by: Reader, version: int | None = None) -> Response:
    """Let a submitted response be changed again; its priorities stay, its approval lapses."""
    audit.hold(response)
    require(rules.may_reopen(response, by))
    return audit.update(
        response,
        by=by,
        version=version,
        verb="reopened",
        status=ResponseStatus.DRAFT,
        submitted_on=None,
        approved_on=None,
        approved_by="",
        score=None,
    )


@transaction.atomic
def remove_response(response: Response, *, by: Reader) -> None:
    """Remove a draft; the trail keeps what it said. Refused once it has made a priority."""
    audit.hold(response)
    require(rules.may_answer(response, by))
    audit.delete(response, by=by)


@transaction.atomic
def raise_priorities(
    response: Response, codes: Collection[str] | None = None, *, by: Reader
) -> list[Priority]:
    """Make a priority of each weak answer among ``codes`` (all when None) that has none yet."""
    audit.hold(response)
    require(rules.may_raise(response, by))
    weak = scoring.weak_answers(ordered_questions(response), response.answers)
    unknown = sorted(set(codes or ()) - {item.question.code for item in weak})
    if unknown:
        text = _("No weak answer to: %(codes)s.") % {"codes": ", ".join(unknown)}
        raise Invalid(text, {"priorities": text})
    made = set(response.priorities.values_list("question", flat=True))
    wanted = [item for item in weak if codes is None or item.question.code in codes]
    return [_raise(response, item, by) for item in wanted if item.question.pk not in made]


def _raise(response: Response, weak: scoring.Weak, by: Reader) -> Priority:
    priority = Priority(
        owner=response.owner,
        visibility=response.visibility,
        title=weak.question.priority,
        response=response,
        question=weak.question,
        answer_score=weak.score,
        urgency=weak.urgency,
    )
    return audit.create(priority, by=by, shared_with=list(response.shared_with.all()))
