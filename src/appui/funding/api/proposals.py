"""Asks and exchanges with donors over the API."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.funding import actions
from appui.funding.api.common import organisation, owner, visible
from appui.funding.models import Interaction, Proposal, Stage
from appui.kernel.api import (
    PROBLEMS,
    Amount,
    CurrencyCode,
    Id,
    Key,
    Paged,
    decimal,
    fetch,
    pick,
    reader_of,
    write_once,
)
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.registry.models import Code, Visibility

router = Router()


class ProposalOut(Schema):
    """An ask."""

    id: int
    version: int
    reference: str
    title: str
    need_id: int | None
    activity_id: int | None
    donor_id: int
    amount: Decimal
    currency: str
    stage: str
    probability: int | None
    next_action: str
    next_action_on: date | None
    owner_id: int
    visibility: str


class ProposalIn(Schema):
    """A new ask."""

    reference: str = Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    title: str = Field(min_length=1, max_length=300)
    need_id: Key | None = None
    activity_id: Key | None = None
    donor_id: Key
    amount: Amount
    currency: CurrencyCode = "USD"
    probability: int | None = Field(None, ge=0, le=100)
    next_action: str = Field("", max_length=300)
    next_action_on: date | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE


class MoveIn(Schema):
    """Where an ask passes to; ``version`` is the one the caller saw."""

    stage: Stage
    outcome_reason: str = Field("", max_length=2000)
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class InteractionOut(Schema):
    """An exchange with a donor."""

    id: int
    version: int
    organisation_id: int
    took_place_on: date
    kind: str = Field(alias="kind.code")
    summary: str
    follow_up: str
    follow_up_on: date | None
    followed_up: bool
    owner_id: int


class InteractionIn(Schema):
    """A new exchange."""

    organisation_id: Key
    took_place_on: date
    kind: str = Field(max_length=60)
    summary: str = Field(min_length=1, max_length=300)
    follow_up: str = Field("", max_length=300)
    follow_up_on: date | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE


@router.get("/proposals", response={200: list[ProposalOut], **PROBLEMS})
@paginate(Paged)
def list_proposals(request: HttpRequest, stage: Stage | None = None) -> QuerySet[Proposal]:
    """Asks the caller may see."""
    rows = visible(request, Proposal)
    return rows.filter(stage=stage) if stage else rows


@router.get("/proposals/{pk}", response={200: ProposalOut, **PROBLEMS})
def get_proposal(request: HttpRequest, pk: Id) -> Proposal:
    """One ask."""
    return fetch(visible(request, Proposal), pk)


@router.post("/proposals", response={201: ProposalOut, **PROBLEMS})
def make_proposal(request: HttpRequest, body: ProposalIn) -> Status[Proposal]:
    """Record an ask."""

    def act() -> Proposal:
        relations = {"need_id", "activity_id", "donor_id", "owner_id", "amount"}
        return actions.make_proposal(
            by=reader_of(request),
            need=pick(visible(request, Need), body.need_id, "need_id"),
            activity=pick(visible(request, Activity), body.activity_id, "activity_id"),
            donor=organisation(body.donor_id, "donor_id"),
            owner=owner(body.owner_id),
            amount=decimal(body.amount),
            **body.model_dump(exclude=relations),
        )

    return Status(201, write_once(request, body, visible(request, Proposal), act))


@router.post("/proposals/{pk}/move", response={200: ProposalOut, **PROBLEMS})
def move_proposal(request: HttpRequest, pk: Id, body: MoveIn) -> Proposal:
    """Pass an ask to another stage."""
    rows = visible(request, Proposal)
    found = fetch(rows, pk)
    return write_once(
        request,
        body,
        rows,
        lambda: actions.move_proposal(
            found, by=reader_of(request), today=timezone.localdate(), **body.model_dump()
        ),
    )


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
            **body.model_dump(exclude={"organisation_id", "owner_id", "kind"}),
        )

    return Status(201, write_once(request, body, visible(request, Interaction, "kind"), act))
