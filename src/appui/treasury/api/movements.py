"""Movements of funds over the API."""

import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.funding.models import Agreement
from appui.funding.queries import tranches
from appui.kernel.api import (
    PROBLEMS,
    Amount,
    CurrencyCode,
    Id,
    Key,
    Paged,
    fetch,
    pick,
    reader_of,
    write_once,
)
from appui.kernel.errors import Invalid
from appui.treasury import actions, queries
from appui.treasury.actions import Part
from appui.treasury.api.common import earmark_of, organisation, own_fund, project
from appui.treasury.models import Movement, MovementKind

router = Router()


class MovementOut(Schema):
    """A movement, in the currency of its earmark; negative when it reverses."""

    id: int
    earmark_id: int
    kind: str
    date: datetime.date
    value_date: datetime.date
    amount: Decimal
    currency: str = Field(alias="earmark.currency")
    original: Decimal
    original_currency: str
    rate: Decimal | None
    rate_date: datetime.date | None
    rate_source: str
    activity_id: int | None
    organisation_id: int | None
    agreement_id: int | None
    reference: str
    description: str
    transaction_id: int | None
    reverses_id: int | None
    moved_from_id: int | None


class MovementIn(Schema):
    """Any movement but receipts and moves between earmarks."""

    earmark_id: Key
    kind: MovementKind
    amount: Amount
    date: datetime.date
    value_date: datetime.date | None = None
    activity_id: Key | None = None
    organisation_id: Key | None = None
    reference: str = Field("", max_length=80)
    description: str = Field("", max_length=300)


class ReceiptPartIn(Schema):
    """What of a receipt is for which earmark; null for what has no purpose."""

    earmark_id: Key | None = None
    amount: Amount


class ReceiptIn(Schema):
    """One sum that came in; the parts make it to the cent. Without parts it is unearmarked."""

    amount: Amount
    currency: CurrencyCode
    date: datetime.date
    value_date: datetime.date | None = None
    parts: list[ReceiptPartIn] = Field([], max_length=100)
    organisation_id: Key | None = None
    agreement_id: Key | None = None
    tranche_id: Key | None = None
    reference: str = Field("", max_length=80)
    description: str = Field("", max_length=300)


class EarmarkMoveIn(Schema):
    """Money of one earmark that becomes another's."""

    earmark_id: Key
    to_id: Key
    amount: Amount
    date: datetime.date
    description: str = Field("", max_length=300)


class MovementReversal(Schema):
    """Why a movement is reversed."""

    reason: str = Field(min_length=1, max_length=300)


@router.get("/own-funds/{pk}/movements", response={200: list[MovementOut], **PROBLEMS})
@paginate(Paged)
def list_movements(
    request: HttpRequest,
    pk: Id,
    kind: MovementKind | None = None,
    earmark_id: Key | None = None,
) -> QuerySet[Movement]:
    """Movements of a fund, newest first."""
    rows = queries.movements_of(own_fund(request, pk)).order_by("-date", "-pk")
    rows = rows.filter(kind=kind) if kind else rows
    return rows.filter(earmark=earmark_id) if earmark_id else rows


@router.post("/own-funds/{pk}/receipts", response={201: MovementOut, **PROBLEMS})
def receive(request: HttpRequest, pk: Id, body: ReceiptIn) -> Status[Movement]:
    """Record a receipt, one movement a part; answers the first of them."""
    fund, reader = own_fund(request, pk), reader_of(request)

    def act() -> Movement:
        parts = [
            Part(earmark_of(request, fund, part.earmark_id, "parts"), Decimal(part.amount))
            for part in body.parts
        ]
        return actions.receive(
            fund,
            by=reader,
            today=timezone.localdate(),
            amount=Decimal(body.amount),
            parts=parts,
            organisation=organisation(body.organisation_id, "organisation_id"),
            agreement=pick(Agreement.objects.visible_to(reader), body.agreement_id, "agreement_id"),
            tranche=pick(tranches(reader), body.tranche_id, "tranche_id"),
            **body.model_dump(
                include={"currency", "date", "value_date", "reference", "description"}
            ),
        )[0]

    return Status(201, write_once(request, body, queries.movements(reader), act))


@router.post("/own-funds/{pk}/movements", response={201: MovementOut, **PROBLEMS})
def record_movement(request: HttpRequest, pk: Id, body: MovementIn) -> Status[Movement]:
    """Record an allocation, a payment, a refund, interest, a fee or a release."""
    fund, reader = own_fund(request, pk), reader_of(request)

    def act() -> Movement:
        earmark = earmark_of(request, fund, body.earmark_id, "earmark_id")
        if earmark is None:
            raise Invalid("Say which earmark.", {"earmark_id": "Needed."})
        return actions.record(
            earmark,
            by=reader,
            today=timezone.localdate(),
            kind=body.kind,
            amount=Decimal(body.amount),
            activity=project(request, body.activity_id, "activity_id"),
            organisation=organisation(body.organisation_id, "organisation_id"),
            **body.model_dump(include={"date", "value_date", "reference", "description"}),
        )

    return Status(201, write_once(request, body, queries.movements(reader), act))


@router.post("/own-funds/{pk}/moves", response={201: MovementOut, **PROBLEMS})
def move_between_earmarks(request: HttpRequest, pk: Id, body: EarmarkMoveIn) -> Status[Movement]:
    """Move money from one earmark to another; answers the side that it leaves."""
    fund, reader = own_fund(request, pk), reader_of(request)

    def act() -> Movement:
        earmark = earmark_of(request, fund, body.earmark_id, "earmark_id")
        to = earmark_of(request, fund, body.to_id, "to_id")
        if earmark is None or to is None:
            raise Invalid("Say which earmarks.", {"earmark_id": "Needed."})
        return actions.move(
            earmark,
            by=reader,
            today=timezone.localdate(),
            to=to,
            amount=Decimal(body.amount),
            date=body.date,
            description=body.description,
        )

    return Status(201, write_once(request, body, queries.movements(reader), act))


@router.get("/movements/{pk}", response={200: MovementOut, **PROBLEMS})
def get_movement(request: HttpRequest, pk: Id) -> Movement:
    """One movement."""
    return fetch(queries.movements(reader_of(request)), pk)


@router.post("/movements/{pk}/reverse", response={201: MovementOut, **PROBLEMS})
def reverse_movement(request: HttpRequest, pk: Id, body: MovementReversal) -> Status[Movement]:
    """Cancel a movement with an equal and opposite one."""
    reader = reader_of(request)
    found = fetch(queries.movements(reader), pk)

    def act() -> Movement:
        return actions.reverse(found, by=reader, today=timezone.localdate(), reason=body.reason)

    return Status(201, write_once(request, body, queries.movements(reader), act))
