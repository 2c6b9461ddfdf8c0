"""Responses and priorities over the API."""

from typing import Annotated, Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.timezone import localdate
from ninja import Query, Router, Status
from ninja.pagination import paginate

from appui.kernel.access import Reader
from appui.kernel.api import PROBLEMS, Id, Paged, fetch, pick, reader_of, write_once
from appui.kernel.errors import Invalid
from appui.questionnaires import queries, scoring
from appui.questionnaires.actions import priorities as planning
from appui.questionnaires.actions import responses as actions
from appui.questionnaires.api.schemas import (
    ABOUT,
    AnswersIn,
    PriorityFacts,
    PriorityMoveIn,
    PriorityOut,
    ResponseChange,
    ResponseIn,
    ResponseOut,
    ResponseScoresOut,
    ResponseSubmitIn,
)
from appui.questionnaires.models import (
    Priority,
    PriorityState,
    Response,
    ResponseStatus,
    Urgency,
)
from appui.registry.models import Organisation
from appui.registry.ownership import changes, organisations

router = Router(tags=["questionnaires"])


def subject(reference: str, reader: Reader) -> Model:
    """The record named so; raises ``Invalid`` when the caller may not see it."""
    found = queries.subject(reference, reader)
    if found is None:
        text = f"There is no record {reference} that you may see."
        raise Invalid(text, {"about": text})
    return found


@router.get("/responses", response={200: list[ResponseOut], **PROBLEMS})
@paginate(Paged)
def list_responses(
    request: HttpRequest,
    form_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    about: Annotated[str | None, Query(pattern=ABOUT)] = None,
    status: ResponseStatus | None = None,
) -> QuerySet[Response]:
    """Responses the caller may see; ``about`` is a reference such as registry.location:12."""
    rows = queries.responses(reader_of(request))
    if about is not None:
        model, _colon, key = about.partition(":")
        rows = rows.filter(about_model=model, about_id=int(key))
    if form_id is not None:
        rows = rows.filter(form_version__form=form_id)
    return rows.filter(status=status) if status else rows


@router.get("/responses/{pk}", response={200: ResponseOut, **PROBLEMS})
def get_response(request: HttpRequest, pk: Id) -> Response:
    """One response."""
    return fetch(queries.responses(reader_of(request)), pk)


@router.post("/responses", response={201: ResponseOut, **PROBLEMS})
def begin_response(request: HttpRequest, body: ResponseIn) -> Status[Response]:
    """Begin a response, as a draft, with what is answered so far."""
    reader = reader_of(request)

    def act() -> Response:
        facts = body.model_dump(include={"made_on", "answered_by", "note", "visibility"})
        version = pick(queries.published(reader), body.form_version_id, "form_version_id")
        response = actions.begin_response(
            version,  # type: ignore[arg-type]  # pick gives None for None only
            by=reader,
            about=subject(body.about, reader),
            owner=pick(Organisation.objects.filter(is_workspace=True), body.owner_id, "owner_id"),
            shared_with=organisations(body.shared_with_ids, "shared_with_ids"),
            **facts,
        )
        return actions.save_answers(response, body.answers, by=reader)

    return Status(201, write_once(request, body, queries.responses(reader), act))


@router.post("/responses/{pk}", response={200: ResponseOut, **PROBLEMS})
def change_response(request: HttpRequest, pk: Id, body: ResponseChange) -> Response:
    """Change when and by whom a draft is answered, and who sees it."""
    response = fetch(queries.responses(reader_of(request)), pk)
    return actions.change_response(response, by=reader_of(request), **changes(body))


@router.post("/responses/{pk}/answers", response={200: ResponseOut, **PROBLEMS})
def save_answers(request: HttpRequest, pk: Id, body: AnswersIn) -> Response:
    """Keep answers of a draft, complete or not."""
    response = fetch(queries.responses(reader_of(request)), pk)
    return actions.save_answers(response, body.answers, by=reader_of(request), version=body.version)


@router.post("/responses/{pk}/submit", response={200: ResponseOut, **PROBLEMS})
def submit_response(request: HttpRequest, pk: Id, body: ResponseSubmitIn) -> Response:
    """Freeze the answers and make priorities of the chosen weak ones."""
    response = fetch(queries.responses(reader_of(request)), pk)
    return actions.submit_response(
        response,
        by=reader_of(request),
        today=localdate(),
        priorities=body.priorities,
        version=body.version,
    )


@router.post("/responses/{pk}/priorities", response={200: list[PriorityOut], **PROBLEMS})
def raise_priorities(request: HttpRequest, pk: Id, body: ResponseSubmitIn) -> list[Priority]:
    """Make priorities of weak answers that have none yet; answers the new ones."""
    response = fetch(queries.responses(reader_of(request)), pk)
    return actions.raise_priorities(response, body.priorities, by=reader_of(request))


@router.post("/responses/{pk}/approve", response={200: ResponseOut, **PROBLEMS})
def approve_response(request: HttpRequest, pk: Id) -> Response:
    """Say, as a manager, that the answers stand."""
    response = fetch(queries.responses(reader_of(request)), pk)
    return actions.approve_response(response, by=reader_of(request), today=localdate())


@router.post("/responses/{pk}/reopen", response={200: ResponseOut, **PROBLEMS})
def reopen_response(request: HttpRequest, pk: Id) -> Response:
    """Let a submitted response be changed again."""
    response = fetch(queries.responses(reader_of(request)), pk)
    return actions.reopen_response(response, by=reader_of(request))


@router.delete("/responses/{pk}", response={204: None, **PROBLEMS})
def remove_response(request: HttpRequest, pk: Id) -> Status[None]:
    """Remove a draft."""
    response = fetch(queries.responses(reader_of(request)), pk)
    actions.remove_response(response, by=reader_of(request))
    return Status(204, None)


@router.get("/responses/{pk}/scores", response={200: ResponseScoresOut, **PROBLEMS})
def get_scores(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """The score of a response, whole and by section, and the codes of its weak answers."""
    response = fetch(queries.responses(reader_of(request)), pk)
    questions = actions.ordered_questions(response)
    weak = scoring.weak_answers(questions, response.answers)
    return {
        "overall": scoring.overall(questions, response.answers),
        "sections": [
            {"section": item.section.code, **_plain(item.score)}
            for item in scoring.by_section(questions, response.answers)
        ],
        "weak": [item.question.code for item in weak],
    }


def _plain(score: scoring.Score) -> dict[str, Any]:
    names = ("value", "counted", "unanswered", "unknown")
    return {name: getattr(score, name) for name in names}


@router.get("/priorities", response={200: list[PriorityOut], **PROBLEMS})
@paginate(Paged)
def list_priorities(
    request: HttpRequest, state: PriorityState | None = None, urgency: Urgency | None = None
) -> QuerySet[Priority]:
    """Priorities the caller may see."""
    rows = queries.priorities(reader_of(request))
    rows = rows.filter(state=state) if state else rows
    return rows.filter(urgency=urgency) if urgency else rows


@router.get("/priorities/{pk}", response={200: PriorityOut, **PROBLEMS})
def get_priority(request: HttpRequest, pk: Id) -> Priority:
    """One priority."""
    return fetch(queries.priorities(reader_of(request)), pk)


@router.post("/priorities/{pk}", response={200: PriorityOut, **PROBLEMS})
def change_priority(request: HttpRequest, pk: Id, body: PriorityFacts) -> Priority:
    """Change its title, its urgency and who sees it."""
    priority = fetch(queries.priorities(reader_of(request)), pk)
    return planning.change_priority(priority, by=reader_of(request), **changes(body))


@router.post("/priorities/{pk}/move", response={200: PriorityOut, **PROBLEMS})
def move_priority(request: HttpRequest, pk: Id, body: PriorityMoveIn) -> Priority:
    """Plan, do, drop or reopen a priority."""
    priority = fetch(queries.priorities(reader_of(request)), pk)
    by, version = reader_of(request), body.version
    if body.state == PriorityState.PLANNED:
        label, url = body.plan_label, body.plan_url
        return planning.mark_planned(priority, by=by, label=label, url=url, version=version)
    return planning.move_priority(
        priority, by=by, state=body.state, reason=body.reason, version=version
    )
