"""Where projects stand, over the API."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.design import actions, listings, queries
from appui.design.api.kit import Line
from appui.design.models import Move, Stage
from appui.design.progress import answers_for, lacks, progress_of
from appui.kernel.api import PROBLEMS, Id, Key, Paged, fetch, pick, pick_all, reader_of, write_once
from appui.kernel.errors import Invalid
from appui.portfolio.models import Activity
from appui.questionnaires.models import Consultation

router = Router()


class ProjectStageOut(Schema):
    """A project and where it stands; nulls before it is placed."""

    activity_id: int = Field(alias="pk")
    reference: str
    title: dict[str, str]
    stage_id: int | None
    stage: dict[str, str]
    since: datetime | None

    @staticmethod
    def resolve_stage_id(activity: Activity) -> int | None:
        found = listings.stage_of(activity)
        return found.pk if found else None

    @staticmethod
    def resolve_stage(activity: Activity) -> dict[str, str]:
        found = listings.stage_of(activity)
        return dict(found.name) if found else {}

    @staticmethod
    def resolve_since(activity: Any) -> datetime | None:
        return activity.standing.since if listings.stage_of(activity) else None


class StageMoveOut(Schema):
    """One move, with the names the stages had then and what was let pass."""

    id: int
    from_stage_id: int | None
    to_stage_id: int
    from_name: dict[str, str]
    to_name: dict[str, str]
    reason: str
    lacked: list[dict[str, str]]
    consultation_ids: list[int]
    unheard: str
    at: datetime
    user_name: str

    @staticmethod
    def resolve_consultation_ids(move: Move) -> list[int]:
        return [one.pk for one in move.consultations.all()]


class TickedItemOut(Schema):
    """An item of the next stage's checklist, and who ticked it."""

    item_id: int
    text: dict[str, str]
    is_required: bool
    ticked_by: str | None
    ticked_at: datetime | None


class StageAnswerOut(Schema):
    """A form the next stage asks for; ``state`` is done, none, draft, not_approved or old."""

    asked_form_id: int
    form_id: int
    response_id: int | None
    state: str
    url: str


class MissingOut(Schema):
    """Something that is missing, and the page where it is filled in."""

    text: dict[str, str]
    url: str


class StageProgressOut(Schema):
    """Where a project stands, what the next stage asks, what is missing, how it came here.

    ``version`` is what a move is to send, 0 before the first.
    """

    version: int
    stage_id: int | None
    next_stage_id: int | None
    checklist: list[TickedItemOut]
    forms: list[StageAnswerOut]
    missing: list[MissingOut]
    moves: list[StageMoveOut]


class StageMoveIn(Schema):
    """Where a project moves; a reason to go back, or for a manager to let something pass; the
    consultations it rests on, or why nobody was consulted, where the stage asks it."""

    stage_id: Key
    reason: Line = ""
    consultation_ids: list[Key] = Field([], max_length=100)
    unheard: Line = Field("", max_length=500)
    version: int | None = Field(None, ge=0, le=2**31 - 1)


class TickIn(Schema):
    """An item of a checklist that is done, or not done after all."""

    item_id: Key
    done: bool = True


@router.get("/project-stages", response={200: list[ProjectStageOut], **PROBLEMS})
@paginate(Paged)
def list_project_stages(request: HttpRequest) -> QuerySet[Activity]:
    """Projects of the caller's organisations with their stage."""
    return queries.own_activities(reader_of(request))


@router.get("/activities/{pk}/stage", response={200: StageProgressOut, **PROBLEMS})
def get_project_stage(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """Where a project stands and what its next stage asks."""
    return _progress(request, _activity(request, pk))


@router.post("/activities/{pk}/stage", response={201: StageMoveOut, **PROBLEMS})
def move_project(request: HttpRequest, pk: Id, body: StageMoveIn) -> Status[Move]:
    """Move a project to another stage."""
    reader, activity = reader_of(request), _activity(request, pk)

    def act() -> Move:
        stage: Stage | None = pick(queries.stages(reader), body.stage_id, "stage_id")
        if stage is None:
            raise Invalid("Say which stage.", {"stage_id": "Say which stage."})
        heard = pick_all(
            Consultation.objects.visible_to(reader), body.consultation_ids, "consultation_ids"
        )
        fields = body.model_dump(include={"reason", "unheard", "version"})
        return actions.move(activity, by=reader, stage=stage, consultations=heard, **fields)

    return Status(201, write_once(request, body, queries.moves(activity, reader), act))


@router.post("/activities/{pk}/ticks", response={200: StageProgressOut, **PROBLEMS})
def tick_item(request: HttpRequest, pk: Id, body: TickIn) -> dict[str, Any]:
    """Say that an item is done or not; said twice, it is the same."""
    reader, activity = reader_of(request), _activity(request, pk)
    item = pick(queries.items(reader), body.item_id, "item_id")
    if item is not None:
        (actions.tick if body.done else actions.untick)(activity, item, by=reader)
    return _progress(request, activity)


def _activity(request: HttpRequest, pk: int) -> Activity:
    return fetch(queries.own_activities(reader_of(request)), pk)


def _progress(request: HttpRequest, activity: Activity) -> dict[str, Any]:
    progress = progress_of(activity)
    standing, following = progress.standing, progress.next
    return {
        "version": standing.version if standing else 0,
        "stage_id": standing.stage_id if standing else None,
        "next_stage_id": following.pk if following else None,
        "checklist": [
            {
                "item_id": checked.item.pk,
                "text": checked.item.text,
                "is_required": checked.item.is_required,
                "ticked_by": checked.tick.ticked_by if checked.tick else None,
                "ticked_at": checked.tick.ticked_at if checked.tick else None,
            }
            for checked in (progress.checklist(following) if following else [])
        ],
        "forms": [
            {
                "asked_form_id": answer.asked.pk,
                "form_id": answer.asked.form_id,
                "response_id": answer.response.pk if answer.response else None,
                "state": answer.state,
                "url": answer.url,
            }
            for answer in (answers_for(progress, following) if following else [])
        ],
        "missing": [
            {"text": lack.text, "url": lack.url}
            for lack in (lacks(progress, following) if following else [])
        ],
        "moves": list(queries.moves(activity, reader_of(request))),
    }
