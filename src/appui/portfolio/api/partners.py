"""Who takes part in activities, over the API."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.kernel.api import PROBLEMS, Id, Key, Paged, fetch, pick, reader_of, write_once
from appui.portfolio import actions, queries
from appui.portfolio.api.activities import Line, ParticipationOut, ShortCode
from appui.portfolio.api.links import SeenActivity, remove_part
from appui.portfolio.models import Activity, Participation
from appui.registry.models import Code, Organisation

router = Router()


class ParticipationIn(Schema):
    """An organisation that takes part; ``role`` is of IATI's OrganisationRole, 1 to 4."""

    organisation_id: Key
    role: ShortCode
    note: Line = Field("", max_length=300)
    version: SeenActivity = None


class ParticipationChange(Schema):
    """What changes of a participation; what is left out or null stays. ``version`` is that of the
    participation which the caller saw."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)
    organisation_id: Key | None = None
    role: ShortCode | None = None
    note: Line | None = Field(None, max_length=300)


@router.get("/activities/{pk}/participations", response={200: list[ParticipationOut], **PROBLEMS})
@paginate(Paged)
def list_participations(request: HttpRequest, pk: Id) -> QuerySet[Participation]:
    """The organisations that take part in an activity."""
    reader = reader_of(request)
    activity = fetch(Activity.objects.visible_to(reader), pk)
    return _rows(request).filter(activity=activity)


@router.post("/activities/{pk}/participations", response={201: ParticipationOut, **PROBLEMS})
def add_participation(request: HttpRequest, pk: Id, body: ParticipationIn) -> Status[Participation]:
    """Let an organisation take part in one of the IATI roles."""
    reader = reader_of(request)
    activity = fetch(Activity.objects.visible_to(reader), pk)

    def act() -> Participation:
        return actions.add_participation(
            activity, by=reader, version=body.version, note=body.note, **_pointers(body)
        )

    return Status(201, write_once(request, body, _rows(request), act))


@router.patch("/participations/{pk}", response={200: ParticipationOut, **PROBLEMS})
def change_participation(request: HttpRequest, pk: Id, body: ParticipationChange) -> Participation:
    """Change the organisation, its role or the note; 409 when a colleague changed it since
    ``version``."""
    rows = _rows(request)
    part = fetch(rows, pk)

    def act() -> Participation:
        fields = body.model_dump(include={"version", "note"}, exclude_none=True)
        actions.change_participation(part, by=reader_of(request), **fields, **_pointers(body))
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.delete("/participations/{pk}", response={204: None, **PROBLEMS})
def remove_participation(request: HttpRequest, pk: Id) -> Status[None]:
    """Take an organisation out of an activity."""
    return remove_part(request, Participation, pk)


def _rows(request: HttpRequest) -> QuerySet[Participation]:
    rows = queries.parts(Participation, reader_of(request))
    return rows.select_related("organisation", "role")


def _pointers(body: ParticipationIn | ParticipationChange) -> dict[str, Any]:
    """The organisation and the role that a body names; raises ``Invalid``."""
    found: dict[str, Any] = {}
    if body.organisation_id is not None:
        standing = Organisation.objects.standing()
        found["organisation"] = pick(standing, body.organisation_id, "organisation_id")
    if body.role is not None:
        found["role"] = Code.named("OrganisationRole", body.role, "role")
    return found
