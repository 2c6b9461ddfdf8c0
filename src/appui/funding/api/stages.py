"""The stages of asks over the API."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from appui.funding import actions, queries
from appui.funding.api.common import Text
from appui.funding.models import PipelineStage, Stage
from appui.funding.queries import StageLine
from appui.funding.queries.pipeline import own_line
from appui.kernel.api import PROBLEMS, Id, Key, fetch, pick, reader_of, write_once
from appui.registry.models import Organisation
from appui.registry.queries import workspaces

router = Router()


class AskStageOut(Schema):
    """A stage of asks; ``id`` and ``version`` are null for a usual one. ``probability`` is in
    percent, ``stale_after`` in days."""

    id: int | None
    version: int | None
    code: str
    name: str
    category: str
    probability: int
    stale_after: int | None
    is_retired: bool


class AskStageIn(Schema):
    """A stage to add; without a code it gets one of its name."""

    owner_id: Key
    name: Text
    category: Stage
    probability: int = Field(ge=0, le=100)
    stale_after: int | None = Field(None, ge=1, le=3650)
    code: str = Field("", max_length=40, pattern=r"^[-a-zA-Z0-9_]*$")


class AskStageChange(Schema):
    """What changes of a stage; what is left out stays. ``version`` is the one the caller saw."""

    name: Text | None = None
    probability: int | None = Field(None, ge=0, le=100)
    stale_after: int | None = Field(None, ge=1, le=3650)
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class AskStageOwner(Schema):
    """Whose stages."""

    owner_id: Key


class AskStageShift(Schema):
    """One place up (-1) or down (1)."""

    step: int = Field(ge=-1, le=1)


class AskStageRetire(Schema):
    """Where the asks of the stage pass to."""

    into_id: Key | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class AskStageVersion(Schema):
    """The version the caller saw."""

    version: int | None = Field(None, ge=1, le=2**31 - 1)


def _out(line: StageLine) -> dict[str, Any]:
    return {
        "id": line.row.pk if line.row else None,
        "version": line.row.version if line.row else None,
        "code": line.code,
        "name": line.name,
        "category": line.category.value,
        "probability": int(line.probability * 100),
        "stale_after": line.stale_after,
        "is_retired": line.is_retired,
    }


def workspace(request: HttpRequest, pk: int | None) -> Organisation:
    """The organisation of that key, else the one the caller works in; raises ``Missing``."""
    reader = reader_of(request)
    return fetch(workspaces(reader), pk or reader.workspace_id or 0)


def _stage(request: HttpRequest, pk: int) -> PipelineStage:
    rows = PipelineStage.objects.visible_to(reader_of(request)).select_related("owner")
    return fetch(rows, pk)


@router.get("/ask-stages", response={200: list[AskStageOut], **PROBLEMS})
def list_ask_stages(request: HttpRequest, organisation_id: int | None = None) -> Any:
    """The stages of an organisation in its order: its own, else the usual ones."""
    return [_out(line) for line in queries.stages_of(workspace(request, organisation_id).pk)]


@router.post("/ask-stages", response={201: AskStageOut, **PROBLEMS})
def add_ask_stage(request: HttpRequest, body: AskStageIn) -> Status[Any]:
    """Add a stage; an organisation with the usual ones gets its own copy of them first."""
    rows = PipelineStage.objects.visible_to(reader_of(request))
    made = write_once(
        request,
        body,
        rows,
        lambda: actions.add_stage(
            workspace(request, body.owner_id),
            by=reader_of(request),
            **body.model_dump(exclude={"owner_id"}),
        ),
    )
    return Status(201, _out(own_line(made)))


@router.post("/ask-stages/adopt", response={201: list[AskStageOut], **PROBLEMS})
def adopt_ask_stages(request: HttpRequest, body: AskStageOwner) -> Status[Any]:
    """Make the usual stages the organisation's own."""
    rows = PipelineStage.objects.visible_to(reader_of(request))
    first = write_once(
        request,
        body,
        rows,
        lambda: actions.adopt_stages(workspace(request, body.owner_id), by=reader_of(request)),
    )
    return Status(201, [_out(line) for line in queries.stages_of(first.owner_id)])


@router.patch("/ask-stages/{pk}", response={200: AskStageOut, **PROBLEMS})
def change_ask_stage(request: HttpRequest, pk: Id, body: AskStageChange) -> Any:
    """Rename a stage, or change its usual chance and days."""
    found = _stage(request, pk)

    def act() -> PipelineStage:
        fields = body.model_dump(exclude_unset=True)
        for name in ("name", "probability"):
            if name in fields and fields[name] is None:
                del fields[name]
        return actions.change_stage(found, by=reader_of(request), **fields)

    return _out(own_line(_once(request, body, act)))


@router.post("/ask-stages/{pk}/shift", response={200: AskStageOut, **PROBLEMS})
def shift_ask_stage(request: HttpRequest, pk: Id, body: AskStageShift) -> Any:
    """Put a stage one place up or down."""
    found = _stage(request, pk)
    return _out(
        own_line(
            _once(
                request,
                body,
                lambda: actions.shift_stage(found, by=reader_of(request), step=body.step),
            )
        )
    )


@router.post("/ask-stages/{pk}/retire", response={200: AskStageOut, **PROBLEMS})
def retire_ask_stage(request: HttpRequest, pk: Id, body: AskStageRetire) -> Any:
    """Offer a stage no more; its asks pass to another."""
    found = _stage(request, pk)

    def act() -> PipelineStage:
        own = PipelineStage.objects.visible_to(reader_of(request)).filter(owner=found.owner_id)
        into = pick(own, body.into_id, "into_id")
        return actions.retire_stage(
            found,
            by=reader_of(request),
            today=timezone.localdate(),
            into=into,
            version=body.version,
        )

    return _out(own_line(_once(request, body, act)))


@router.post("/ask-stages/{pk}/restore", response={200: AskStageOut, **PROBLEMS})
def restore_ask_stage(request: HttpRequest, pk: Id, body: AskStageVersion) -> Any:
    """Offer a retired stage again."""
    found = _stage(request, pk)

    def act() -> PipelineStage:
        return actions.restore_stage(found, by=reader_of(request), version=body.version)

    return _out(own_line(_once(request, body, act)))


@router.delete("/ask-stages/{pk}", response={204: None, **PROBLEMS})
def remove_ask_stage(request: HttpRequest, pk: Id) -> Status[None]:
    """Delete a stage where no ask ever stood."""
    actions.remove_stage(_stage(request, pk), by=reader_of(request))
    return Status(204, None)


def _once(request: HttpRequest, body: Schema, act: Any) -> PipelineStage:
    rows = PipelineStage.objects.visible_to(reader_of(request))
    return write_once(request, body, rows, act)
