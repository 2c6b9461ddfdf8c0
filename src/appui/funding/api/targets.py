"""Targets over the API."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.pagination import paginate

from appui.funding import actions
from appui.funding.api.common import Text, owner, visible
from appui.funding.models import Target
from appui.kernel.api import (
    PROBLEMS,
    Amount,
    CurrencyCode,
    Key,
    Paged,
    decimal,
    reader_of,
    write_once,
)
from appui.registry.models import Visibility

router = Router()


class TargetOut(Schema):
    """An amount to mobilise."""

    id: int
    version: int
    title: Text
    amount: Decimal
    currency: str
    starts_on: date | None
    ends_on: date | None
    owner_id: int
    visibility: str


class TargetIn(Schema):
    """A new target."""

    title: Text
    amount: Amount
    currency: CurrencyCode = "USD"
    starts_on: date | None = None
    ends_on: date | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE


@router.get("/targets", response={200: list[TargetOut], **PROBLEMS})
@paginate(Paged)
def list_targets(request: HttpRequest) -> QuerySet[Target]:
    """Targets the caller may see."""
    return visible(request, Target)


@router.post("/targets", response={201: TargetOut, **PROBLEMS})
def set_target(request: HttpRequest, body: TargetIn) -> Status[Target]:
    """Set an amount to mobilise."""

    def act() -> Target:
        return actions.set_target(
            by=reader_of(request),
            owner=owner(body.owner_id),
            amount=decimal(body.amount),
            **body.model_dump(exclude={"owner_id", "amount"}),
        )

    return Status(201, write_once(request, body, visible(request, Target), act))
