"""Exchanges with donors over the API."""

from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.funding import actions
from appui.funding.api.common import organisation, owner, visible
from appui.funding.models import Interaction, Proposal
from appui.kernel.api import PROBLEMS, Id, Key, Paged, fetch, pick, reader_of, write_once
from appui.registry.models import Code, Visibility
from appui.registry.queries import colleagues

router = Router()


class InteractionOut(Schema):
    """An exchange with a donor."""

    id: int
    version: int
    organisation_id: int
    took_place_on: date
    kind: str = Field(alias="kind.code")
    summary: str
    proposal_id: int | None
    follow_up: str
    follow_up_on: date | None
    responsible_id: int | None
    followed_up: bool
    owner_id: int


class InteractionChange(Schema):
    """What changes of an exchange; what is left out stays. ``version`` is the one the caller
    saw."""

    summary: str | None = Field(None, min_length=1, max_length=300)
    follow_up: str | None = Field(None, max_length=300)
    follow_up_on: date | None = None
    responsible_id: Key | None = None
    followed_up: bool | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class InteractionIn(Schema):
    """A new exchange."""

    organisation_id: Key
    proposal_id: Key | None = None
    responsible_id: Key | None = None
    took_place_on: date
    kind: str = Field(max_length=60)
    summary: str = Field(min_length=1, max_length=300)
    follow_up: str = Field("", max_length=300)
    follow_up_on: date | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE


@router.get("/interactions", response={200: list[InteractionOut], **PROBLEMS})
@paginate(Paged)
def list_interactions(request: HttpRequest) -> QuerySet[Interaction]:
    """Exchanges the caller may see."""
    return visible(request, Interaction, "kind")


@router.post("/interactions", response={201: InteractionOut, **PROBLEMS})
def note_interaction(request: HttpRequest, body: InteractionIn) -> Status[Interaction]:
    """Note an exchange."""

    def act() -> Interaction:
        return actions.note_interaction(
            by=reader_of(request),
            organisation=organisation(body.organisation_id, "organisation_id"),
            kind=Code.named("InteractionKind", body.kind, "kind"),
            owner=owner(body.owner_id),
            proposal=pick(visible(request, Proposal), body.proposal_id, "proposal_id"),
            responsible=pick(colleagues(reader_of(request)), body.responsible_id, "responsible_id"),
            **body.model_dump(
                exclude={"organisation_id", "owner_id", "kind", "proposal_id", "responsible_id"}
            ),
        )

    return Status(201, write_once(request, body, visible(request, Interaction, "kind"), act))


@router.get("/interactions/{pk}", response={200: InteractionOut, **PROBLEMS})
def get_interaction(request: HttpRequest, pk: Id) -> Interaction:
    """One exchange."""
    return fetch(visible(request, Interaction, "kind"), pk)


@router.patch("/interactions/{pk}", response={200: InteractionOut, **PROBLEMS})
def change_interaction(request: HttpRequest, pk: Id, body: InteractionChange) -> Interaction:
    """Change an exchange, or say that what follows from it is done."""
    rows = visible(request, Interaction, "kind")
    found = fetch(rows, pk)

    def act() -> Interaction:
        fields = body.model_dump(exclude_unset=True, exclude={"responsible_id"})
        for name in ("summary", "follow_up", "followed_up"):
            if fields.get(name, "") is None:
                del fields[name]
        if "responsible_id" in body.model_fields_set:
            people = colleagues(reader_of(request))
            fields["responsible"] = pick(people, body.responsible_id, "responsible_id")
        return actions.change_interaction(found, by=reader_of(request), **fields)

    return write_once(request, body, rows, act)
