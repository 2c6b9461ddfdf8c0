"""Exchanges with donors over the API."""

from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.funding import actions
from appui.funding.api.common import organisation, owner, sent, visible
from appui.funding.models import Interaction, Proposal
from appui.kernel.api import PROBLEMS, Id, Key, Paged, fetch, pick, reader_of, write_once
from appui.registry.models import Code, Person, Visibility
from appui.registry.ownership import Keys, OwnershipChange, organisations
from appui.registry.queries import colleagues

router = Router()
# What of a body is not a field as it stands.
NAMED = {"organisation_id", "person_id", "proposal_id", "responsible_id", "kind"}
# What an exchange is never without.
NEEDED = (
    "organisation_id",
    "kind",
    "took_place_on",
    "summary",
    "note",
    "follow_up",
    "followed_up",
)


class InteractionOut(Schema):
    """An exchange with a donor."""

    id: int
    version: int
    organisation_id: int
    took_place_on: date
    kind: str = Field(alias="kind.code")
    summary: str
    note: str
    person_id: int | None = Field(None, alias="person.pk")
    proposal_id: int | None
    follow_up: str
    follow_up_on: date | None
    responsible_id: int | None
    followed_up: bool
    owner_id: int
    visibility: str


class InteractionChange(OwnershipChange):
    """What changes of an exchange; what is left out stays."""

    organisation_id: Key | None = None
    person_id: Key | None = None
    proposal_id: Key | None = None
    kind: str | None = Field(None, max_length=60)
    took_place_on: date | None = None
    note: str | None = Field(None, max_length=20_000)
    summary: str | None = Field(None, min_length=1, max_length=300)
    follow_up: str | None = Field(None, max_length=300)
    follow_up_on: date | None = None
    responsible_id: Key | None = None
    followed_up: bool | None = None


class InteractionIn(Schema):
    """A new exchange."""

    organisation_id: Key
    person_id: Key | None = None
    proposal_id: Key | None = None
    responsible_id: Key | None = None
    took_place_on: date
    kind: str = Field(max_length=60)
    summary: str = Field(min_length=1, max_length=300)
    note: str = Field("", max_length=20_000)
    follow_up: str = Field("", max_length=300)
    follow_up_on: date | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


@router.get("/interactions", response={200: list[InteractionOut], **PROBLEMS})
@paginate(Paged)
def list_interactions(request: HttpRequest) -> QuerySet[Interaction]:
    """Exchanges the caller may see."""
    return exchange_rows(request)


@router.post("/interactions", response={201: InteractionOut, **PROBLEMS})
def note_interaction(request: HttpRequest, body: InteractionIn) -> Status[Interaction]:
    """Note an exchange."""

    def act() -> Interaction:
        return actions.note_interaction(
            by=reader_of(request),
            organisation=organisation(body.organisation_id, "organisation_id"),
            kind=Code.named("InteractionKind", body.kind, "kind"),
            owner=owner(body.owner_id),
            shared_with=organisations(body.shared_with_ids, "shared_with_ids"),
            **_related(request, body.model_dump()),
            **body.model_dump(exclude=NAMED | {"owner_id", "shared_with_ids"}),
        )

    return Status(201, write_once(request, body, exchange_rows(request), act))


@router.get("/interactions/{pk}", response={200: InteractionOut, **PROBLEMS})
def get_interaction(request: HttpRequest, pk: Id) -> Interaction:
    """One exchange."""
    return fetch(exchange_rows(request), pk)


@router.patch("/interactions/{pk}", response={200: InteractionOut, **PROBLEMS})
def change_interaction(request: HttpRequest, pk: Id, body: InteractionChange) -> Interaction:
    """Change an exchange, or say that what follows from it is done."""
    rows = exchange_rows(request)
    found = fetch(visible(request, Interaction, "kind"), pk)

    def act() -> Interaction:
        told = sent(body, *NEEDED)
        fields = {name: value for name, value in told.items() if name not in NAMED}
        if "organisation_id" in told:
            fields["organisation"] = organisation(body.organisation_id, "organisation_id")
        if "kind" in told:
            fields["kind"] = Code.named("InteractionKind", told["kind"], "kind")
        fields |= _related(request, told)
        actions.change_interaction(found, by=reader_of(request), **fields)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


def exchange_rows(request: HttpRequest) -> QuerySet[Interaction]:
    """Exchanges the caller may see, as they are answered."""
    rows = visible(request, Interaction, "kind")
    return rows.prefetch_related(Prefetch("person", visible(request, Person)))


def _related(request: HttpRequest, told: dict[str, Any]) -> dict[str, Any]:
    readers: dict[str, QuerySet[Any]] = {
        "person_id": visible(request, Person),
        "proposal_id": visible(request, Proposal),
        "responsible_id": colleagues(reader_of(request)),
    }
    return {
        name.removesuffix("_id"): pick(rows, told[name], name)
        for name, rows in readers.items()
        if name in told
    }
