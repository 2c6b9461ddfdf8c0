"""The ledger over the API."""

import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.funding import actions, queries
from appui.funding.api.common import organisation, owner, source, visible, with_source
from appui.funding.models import Agreement, Fund, Transaction
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
from appui.portfolio.models import Activity
from appui.registry.models import Code, Visibility
from appui.registry.ownership import Keys, organisations

router = Router()


class TransactionOut(Schema):
    """A line of the ledger; ``usd_value`` was fixed when it was written."""

    id: int
    transaction_type: str = Field(alias="transaction_type.code")
    date: datetime.date
    value_date: datetime.date
    value: Decimal
    currency: str
    usd_value: Decimal | None
    usd_rate: Decimal | None
    usd_rate_date: datetime.date | None
    usd_rate_source: str
    provider_id: int | None
    receiver_id: int | None
    provider_activity_id: int | None
    receiver_activity_id: int | None
    activity_id: int | None
    agreement_id: int | None
    tranche_id: int | None
    fund_id: int | None
    source_id: int | None = Field(None, alias="source.pk")
    description: str
    reverses_id: int | None
    owner_id: int
    visibility: str


class TransactionIn(Schema):
    """A new line; ``transaction_type`` is an IATI code, 1 to 13."""

    transaction_type: str = Field(max_length=10)
    date: datetime.date
    value_date: datetime.date
    value: Amount
    currency: CurrencyCode
    provider_id: Key | None = None
    receiver_id: Key | None = None
    provider_activity_id: Key | None = None
    receiver_activity_id: Key | None = None
    activity_id: Key | None = None
    agreement_id: Key | None = None
    tranche_id: Key | None = None
    fund_id: Key | None = None
    source_id: Key | None = None
    description: str = Field("", max_length=300)
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class ReverseIn(Schema):
    """Why a line is reversed."""

    reason: str = Field(min_length=1, max_length=300)


@router.get("/transactions", response={200: list[TransactionOut], **PROBLEMS})
@paginate(Paged)
def list_transactions(request: HttpRequest) -> QuerySet[Transaction]:
    """Lines of the ledger the caller may see."""
    return _lines(request)


@router.get("/transactions/{pk}", response={200: TransactionOut, **PROBLEMS})
def get_transaction(request: HttpRequest, pk: Id) -> Transaction:
    """One line of the ledger."""
    return fetch(_lines(request), pk)


@router.post("/transactions", response={201: TransactionOut, **PROBLEMS})
def record_transaction(request: HttpRequest, body: TransactionIn) -> Status[Transaction]:
    """Add a line to the ledger."""

    def act() -> Transaction:
        return actions.record_transaction(
            by=reader_of(request),
            today=timezone.localdate(),
            transaction_type=Code.named(
                "TransactionType", body.transaction_type, "transaction_type"
            ),
            date=body.date,
            value_date=body.value_date,
            value=decimal(body.value),
            currency=body.currency,
            provider=organisation(body.provider_id, "provider_id"),
            receiver=organisation(body.receiver_id, "receiver_id"),
            provider_activity=pick(
                visible(request, Activity), body.provider_activity_id, "provider_activity_id"
            ),
            receiver_activity=pick(
                visible(request, Activity), body.receiver_activity_id, "receiver_activity_id"
            ),
            activity=pick(visible(request, Activity), body.activity_id, "activity_id"),
            agreement=pick(visible(request, Agreement), body.agreement_id, "agreement_id"),
            tranche=pick(queries.tranches(reader_of(request)), body.tranche_id, "tranche_id"),
            fund=pick(visible(request, Fund), body.fund_id, "fund_id"),
            source=source(request, body.source_id),
            description=body.description,
            owner=owner(body.owner_id),
            visibility=body.visibility,
            shared_with=organisations(body.shared_with_ids, "shared_with_ids"),
        )

    return Status(201, write_once(request, body, _lines(request), act))


@router.post("/transactions/{pk}/reverse", response={201: TransactionOut, **PROBLEMS})
def reverse_transaction(request: HttpRequest, pk: Id, body: ReverseIn) -> Status[Transaction]:
    """Cancel a line with an equal and opposite one."""
    rows = _lines(request)
    found = fetch(visible(request, Transaction, "transaction_type"), pk)

    def act() -> Transaction:
        made = actions.reverse_transaction(
            found, by=reader_of(request), today=timezone.localdate(), reason=body.reason
        )
        return fetch(rows, made.pk)

    return Status(201, write_once(request, body, rows, act))


def _lines(request: HttpRequest) -> QuerySet[Transaction]:
    return with_source(request, visible(request, Transaction, "transaction_type"))
