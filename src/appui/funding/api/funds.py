"""Windows, calls and own funds over the API."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.pagination import paginate

from appui.funding import actions
from appui.funding.api.common import Text, organisation, owner, visible
from appui.funding.models import Fund, FundKind
from appui.kernel.api import (
    PROBLEMS,
    Amount,
    CurrencyCode,
    Id,
    Key,
    Paged,
    decimal,
    fetch,
    reader_of,
    write_once,
)
from appui.registry.models import Visibility

router = Router()


class FundOut(Schema):
    """A window, call or own fund."""

    id: int
    version: int
    organisation_id: int
    title: Text
    kind: str
    opens_on: date | None
    deadline: date | None
    minimum: Decimal | None
    maximum: Decimal | None
    currency: str
    owner_id: int
    visibility: str


class FundIn(Schema):
    """A new window."""

    organisation_id: Key
    title: Text
    kind: FundKind = FundKind.WINDOW
    opens_on: date | None = None
    deadline: date | None = None
    minimum: Amount | None = None
    maximum: Amount | None = None
    currency: CurrencyCode = "USD"
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE


@router.get("/funds", response={200: list[FundOut], **PROBLEMS})
@paginate(Paged)
def list_funds(request: HttpRequest) -> QuerySet[Fund]:
    """Windows, calls and own funds the caller may see."""
    return visible(request, Fund)


@router.get("/funds/{pk}", response={200: FundOut, **PROBLEMS})
def get_fund(request: HttpRequest, pk: Id) -> Fund:
    """One window."""
    return fetch(visible(request, Fund), pk)


@router.post("/funds", response={201: FundOut, **PROBLEMS})
def open_fund(request: HttpRequest, body: FundIn) -> Status[Fund]:
    """Record a window."""

    def act() -> Fund:
        return actions.open_fund(
            by=reader_of(request),
            organisation=organisation(body.organisation_id, "organisation_id"),
            owner=owner(body.owner_id),
            minimum=decimal(body.minimum),
            maximum=decimal(body.maximum),
            **body.model_dump(exclude={"organisation_id", "owner_id", "minimum", "maximum"}),
        )

    return Status(201, write_once(request, body, visible(request, Fund), act))
