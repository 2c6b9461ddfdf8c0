"""Targets over the API."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Router, Schema, Status
from ninja.pagination import paginate

from appui.funding import actions, queries
from appui.funding.api.common import Text, owner, sent, source, visible, with_source
from appui.funding.history import Step
from appui.funding.models import Target
from appui.funding.queries.targets import NAMES, Name
from appui.funding.views.targets import boundary, target_history
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
from appui.registry.ownership import Keys, OwnershipChange, organisations

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
    source_id: int | None = Field(None, alias="source.pk")
    owner_id: int
    visibility: str


class TargetIn(Schema):
    """A new target."""

    title: Text
    amount: Amount
    currency: CurrencyCode = "USD"
    starts_on: date | None = None
    ends_on: date | None = None
    source_id: Key | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class TargetChange(OwnershipChange):
    """What changes of a target; what is left out stays. Another currency takes the rate of
    today."""

    title: Text | None = None
    amount: Amount | None = None
    currency: CurrencyCode | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    source_id: Key | None = None


class TargetApartOut(Schema):
    """An agreement whose commitment lines in the ledger tell another sum than it does."""

    agreement_id: int
    signed: bool
    amount: Decimal
    currency: str
    in_ledger: Decimal


class TargetStandingOut(Schema):
    """Where a target stands, in its currency; each figure is the sum of its rows,
    rounded once.

    ``pipeline`` is what is asked, each ask times its chance; ``missing`` is the target less what
    is committed. ``left_out`` lines are in no figure: their agreement says the same, or they are
    between two others.
    """

    target_id: int
    currency: str
    amount: Decimal
    pledged: Decimal
    committed: Decimal
    received: Decimal
    spent: Decimal
    pipeline: Decimal
    asked: Decimal
    missing: Decimal
    unconverted: int
    left_out: int
    apart: list[TargetApartOut]
    boundary: str


class TargetRowOut(Schema):
    """One row of a figure; ``counted`` is None when no rate was known, and is then in no sum."""

    key: str
    kind: str
    label: str
    other: str
    day: date | None
    amount: Decimal = Field(alias="original.amount")
    currency: str = Field(alias="original.currency")
    rate: str
    chance: Decimal
    counted: Decimal | None


class TargetSpanOut(Schema):
    """One step of the history: the sums of the step, and of all until its end."""

    start: date
    label: str
    sums: dict[str, Decimal]
    until: dict[str, Decimal]


@router.get("/targets", response={200: list[TargetOut], **PROBLEMS})
@paginate(Paged)
def list_targets(request: HttpRequest) -> QuerySet[Target]:
    """Targets the caller may see."""
    return _targets(request)


@router.get("/targets/{pk}", response={200: TargetOut, **PROBLEMS})
def get_target(request: HttpRequest, pk: Id) -> Target:
    """One target."""
    return fetch(_targets(request), pk)


@router.post("/targets", response={201: TargetOut, **PROBLEMS})
def set_target(request: HttpRequest, body: TargetIn) -> Status[Target]:
    """Set an amount to mobilise."""

    def act() -> Target:
        return actions.set_target(
            by=reader_of(request),
            owner=owner(body.owner_id),
            amount=decimal(body.amount),
            source=source(request, body.source_id),
            shared_with=organisations(body.shared_with_ids, "shared_with_ids"),
            **body.model_dump(exclude={"owner_id", "amount", "source_id", "shared_with_ids"}),
        )

    return Status(201, write_once(request, body, _targets(request), act))


@router.patch("/targets/{pk}", response={200: TargetOut, **PROBLEMS})
def change_target(request: HttpRequest, pk: Id, body: TargetChange) -> Target:
    """Change a target; the trail keeps what it was."""
    rows = _targets(request)
    found = fetch(visible(request, Target), pk)

    def act() -> Target:
        fields = sent(body, "title", "amount", "currency")
        if "amount" in fields:
            fields["amount"] = decimal(body.amount)
        if "source_id" in fields:
            fields["source"] = source(request, fields.pop("source_id"))
        actions.change_target(found, by=reader_of(request), **fields)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.get("/targets/{pk}/standing", response={200: TargetStandingOut, **PROBLEMS})
def get_standing(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """What is pledged, committed, received, spent and asked toward a target, from one ledger."""
    return standing_of(_book(request, pk), request)


@router.get("/targets/{pk}/rows/{name}", response={200: list[TargetRowOut], **PROBLEMS})
def list_rows(
    request: HttpRequest,
    pk: Id,
    name: Annotated[Name, Path()],
    limit: Annotated[int, Field(ge=1, le=500)] = 100,
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0,
) -> list[queries.BehindRow]:
    """Exactly the rows that make one figure of a target."""
    book = _book(request, pk)
    counted = queries.CountedRows(book, name)[offset : offset + limit]
    return queries.behind(counted, name, book, reader_of(request))


@router.get("/targets/{pk}/history", response={200: list[TargetSpanOut], **PROBLEMS})
def list_history(request: HttpRequest, pk: Id, by: Step = Step.QUARTER) -> list[Any]:
    """What was pledged, committed, received and spent by month, quarter or year."""
    return target_history(_book(request, pk, ["month"], with_asks=False), by)


def _targets(request: HttpRequest) -> QuerySet[Target]:
    return with_source(request, visible(request, Target))


def _book(
    request: HttpRequest, pk: int, by: Collection[queries.By] = (), with_asks: bool = True
) -> queries.TargetBook:
    found = fetch(visible(request, Target, "owner"), pk)
    (book,) = queries.target_books(
        [found], reader_of(request), today=timezone.localdate(), by=by, with_asks=with_asks
    )
    return book


def standing_of(book: queries.TargetBook, request: HttpRequest) -> dict[str, Any]:
    """A target's figures as the API tells them."""
    position = book.position
    return {
        "target_id": position.target.pk,
        "currency": position.target.currency,
        "amount": position.target.amount,
        **{name: position.figure(name) for name in NAMES},
        "asked": position.asked,
        "missing": position.missing,
        "unconverted": position.unconverted,
        "left_out": book.left_out,
        "apart": [
            {
                "agreement_id": item.agreement,
                "signed": item.signed,
                "amount": item.amount,
                "currency": item.currency,
                "in_ledger": item.in_ledger,
            }
            for item in book.apart
        ],
        "boundary": boundary(position.target, reader_of(request)),
    }
