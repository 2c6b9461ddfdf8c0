"""Tranches, conditions, amendments and terms of agreements over the API."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.evidence.models import Source
from appui.funding import actions, queries
from appui.funding.api.agreements import AgreementOut, agreement_rows
from appui.funding.api.common import visible
from appui.funding.models import (
    Agreement,
    AgreementStatus,
    Amendment,
    AmendmentKind,
    Condition,
    Tranche,
)
from appui.kernel.api import (
    PROBLEMS,
    Amount,
    Id,
    Key,
    Paged,
    decimal,
    fetch,
    pick,
    reader_of,
    write_once,
)
from appui.registry.models import Code

router = Router()
Line = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=5000)]
Number = Annotated[int, Field(ge=1, le=999)]
Seen = Annotated[int | None, Field(ge=1, le=2**31 - 1)]


class TrancheOut(Schema):
    """A payment; ``received`` is what the ledger says came in, in the agreement's currency."""

    id: int
    version: int
    number: int
    amount: Decimal
    due_on: date | None
    condition: str
    met_on: date | None
    evidence_id: int | None = Field(None, alias="evidence.pk")


class TrancheStandingOut(TrancheOut):
    """A payment and what came in; ``state`` is expected, overdue, condition, part or received."""

    evidence_id: int | None = None
    received: Decimal
    left: Decimal
    state: str


class TrancheIn(Schema):
    """A payment to plan."""

    amount: Amount
    due_on: date | None = None
    condition: Line = ""


class TrancheChange(TrancheIn):
    """A payment as it is to be, and the version that the caller saw."""

    version: Seen = None


class MeetIn(Schema):
    """On which day a condition was met, and the source that shows it; no day: it is not met."""

    met_on: date | None
    evidence_id: Key | None = None
    version: Seen = None


class ConditionOut(Schema):
    """A condition of the donor; ``condition_type`` is IATI's 1 policy, 2 performance,
    3 fiduciary."""

    id: int
    version: int
    text: str
    condition_type: str | None = Field(None, alias="condition_type.code")
    met_on: date | None
    evidence_id: int | None = Field(None, alias="evidence.pk")


class ConditionIn(Schema):
    """A condition to note."""

    text: Line = Field(min_length=1)
    condition_type: str | None = Field(None, max_length=10)


class ConditionChange(ConditionIn):
    """A condition as it is to be, and the version that the caller saw."""

    version: Seen = None


class PlannedTrancheIn(Schema):
    """A payment of the new plan; an existing number is changed, another one added."""

    number: Number
    amount: Amount
    due_on: date | None = None
    condition: Line | None = None


class PlannedTrancheOut(Schema):
    """A payment as planned at some time."""

    number: int
    amount: Decimal
    due_on: date | None
    condition: str


class AmendmentOut(Schema):
    """An amendment with what was agreed before and after."""

    id: int
    number: int
    kind: str
    signed_on: date
    reason: str
    amount_before: Decimal
    amount_after: Decimal
    ends_on_before: date | None
    ends_on_after: date | None
    usd_rate: Decimal | None
    usd_rate_date: date | None
    usd_rate_source: str
    tranches_before: list[PlannedTrancheOut]
    tranches_after: list[PlannedTrancheOut]
    source_id: int | None = Field(None, alias="source.pk")


class AmendmentIn(Schema):
    """An amendment; what is left out stays as it is. ``tranches`` is the whole new plan."""

    kind: AmendmentKind
    signed_on: date
    reason: Line = Field(min_length=1)
    amount: Amount | None = None
    ends_on: date | None = None
    tranches: list[PlannedTrancheIn] | None = Field(None, max_length=200)
    source_id: Key | None = None
    version: Seen = None


class TermsOut(Schema):
    """What was agreed on a day; the amount is 0 before the signature."""

    on: date
    is_signed: bool
    amount: Decimal
    currency: str
    ends_on: date | None
    amendments: int
    tranches: list[PlannedTrancheOut]


class AgreementMove(Schema):
    """The state an agreement passes to."""

    status: AgreementStatus
    version: Seen = None


class OpenPoints(Schema):
    """Sentences on what is still open of an agreement."""

    open: list[str]


class GoneOut(Schema):
    """What was removed."""

    removed: bool = True


@router.post("/agreements/{pk}/move", response={200: AgreementOut, **PROBLEMS})
def move_agreement(request: HttpRequest, pk: Id, body: AgreementMove) -> Agreement:
    """Close, reopen or terminate an agreement; ask for its open points first."""
    rows = agreement_rows(request)
    found = fetch(visible(request, Agreement), pk)

    def act() -> Agreement:
        actions.move_agreement(
            found, by=reader_of(request), today=timezone.localdate(), **body.model_dump()
        )
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.get("/agreements/{pk}/open-points", response={200: OpenPoints, **PROBLEMS})
def list_open_points(request: HttpRequest, pk: Id) -> OpenPoints:
    """What is still to come or to do before an agreement is closed."""
    found = fetch(visible(request, Agreement, "donor"), pk)
    today = timezone.localdate()
    return OpenPoints(open=queries.before_closing(found, reader_of(request), today=today))


@router.get("/agreements/{pk}/terms", response={200: TermsOut, **PROBLEMS})
def get_terms(request: HttpRequest, pk: Id, on: date | None = None) -> TermsOut:
    """What was agreed on a day, today unless told."""
    day = on or timezone.localdate()
    found = queries.terms_on(fetch(visible(request, Agreement), pk), day)
    return TermsOut(
        on=day,
        is_signed=found.is_signed,
        amount=found.amount.amount,
        currency=found.amount.currency,
        ends_on=found.ends_on,
        amendments=found.amendments,
        tranches=[PlannedTrancheOut.model_validate(dict(item)) for item in found.tranches],
    )


@router.get("/agreements/{pk}/tranches", response={200: list[TrancheStandingOut], **PROBLEMS})
def list_tranches(request: HttpRequest, pk: Id) -> list[TrancheStandingOut]:
    """The payments of an agreement and what came in of each."""
    found = fetch(visible(request, Agreement, "donor"), pk)
    rows = queries.tranche_standings(found, reader_of(request), today=timezone.localdate())
    return [
        TrancheStandingOut(
            id=row.tranche.pk,
            version=row.tranche.version,
            number=row.tranche.number,
            amount=row.tranche.amount,
            due_on=row.tranche.due_on,
            condition=row.tranche.condition,
            met_on=row.tranche.met_on,
            evidence_id=row.tranche.evidence.pk if row.tranche.evidence else None,
            received=row.received,
            left=row.left,
            state=row.state,
        )
        for row in rows
    ]


@router.post("/agreements/{pk}/tranches", response={201: TrancheOut, **PROBLEMS})
def add_tranche(request: HttpRequest, pk: Id, body: TrancheIn) -> Status[Tranche]:
    """Plan a payment of a draft."""
    found = fetch(visible(request, Agreement), pk)

    def act() -> Tranche:
        return actions.add_tranche(
            found,
            by=reader_of(request),
            amount=decimal(body.amount),
            due_on=body.due_on,
            condition=body.condition,
        )

    rows = queries.tranches(reader_of(request))
    return Status(201, write_once(request, body, rows, act))


@router.post("/tranches/{pk}", response={200: TrancheOut, **PROBLEMS})
def change_tranche(request: HttpRequest, pk: Id, body: TrancheChange) -> Tranche:
    """Change a payment of a draft."""
    fields = body.model_dump(exclude={"amount"}) | {"amount": decimal(body.amount)}
    row = fetch(queries.tranches(reader_of(request)), pk)
    return actions.change_tranche(row, by=reader_of(request), **fields)


@router.delete("/tranches/{pk}", response={200: GoneOut, **PROBLEMS})
def remove_tranche(request: HttpRequest, pk: Id) -> GoneOut:
    """Take a payment out of a draft."""
    row = fetch(queries.tranches(reader_of(request)), pk)
    actions.remove_tranche(row, by=reader_of(request))
    return GoneOut()


@router.post("/tranches/{pk}/meet", response={200: TrancheOut, **PROBLEMS})
def meet_tranche(request: HttpRequest, pk: Id, body: MeetIn) -> Tranche | Condition:
    """Say that the condition of a payment is met."""
    return _meet(request, fetch(queries.tranches(reader_of(request)), pk), body)


@router.get("/agreements/{pk}/conditions", response={200: list[ConditionOut], **PROBLEMS})
@paginate(Paged)
def list_conditions(request: HttpRequest, pk: Id) -> QuerySet[Condition]:
    """The conditions that the donor sets."""
    found = fetch(visible(request, Agreement), pk)
    return queries.conditions(reader_of(request)).filter(agreement=found)


@router.post("/agreements/{pk}/conditions", response={201: ConditionOut, **PROBLEMS})
def add_condition(request: HttpRequest, pk: Id, body: ConditionIn) -> Status[Condition]:
    """Note a condition of a draft."""
    found = fetch(visible(request, Agreement), pk)

    def act() -> Condition:
        return actions.add_condition(found, by=reader_of(request), **_condition_fields(body))

    rows = queries.conditions(reader_of(request))
    return Status(201, write_once(request, body, rows, act))


@router.post("/conditions/{pk}", response={200: ConditionOut, **PROBLEMS})
def change_condition(request: HttpRequest, pk: Id, body: ConditionChange) -> Condition:
    """Change a condition of a draft."""
    row = fetch(queries.conditions(reader_of(request)), pk)
    fields = _condition_fields(body)
    return actions.change_condition(row, by=reader_of(request), version=body.version, **fields)


@router.delete("/conditions/{pk}", response={200: GoneOut, **PROBLEMS})
def remove_condition(request: HttpRequest, pk: Id) -> GoneOut:
    """Take a condition out of a draft."""
    row = fetch(queries.conditions(reader_of(request)), pk)
    actions.remove_condition(row, by=reader_of(request))
    return GoneOut()


@router.post("/conditions/{pk}/meet", response={200: ConditionOut, **PROBLEMS})
def meet_condition(request: HttpRequest, pk: Id, body: MeetIn) -> Tranche | Condition:
    """Say that a condition is met."""
    return _meet(request, fetch(queries.conditions(reader_of(request)), pk), body)


@router.get("/agreements/{pk}/amendments", response={200: list[AmendmentOut], **PROBLEMS})
@paginate(Paged)
def list_amendments(request: HttpRequest, pk: Id) -> QuerySet[Amendment]:
    """The amendments of an agreement, in their order."""
    found = fetch(visible(request, Agreement), pk)
    return queries.amendments(reader_of(request)).filter(agreement=found)


@router.post("/agreements/{pk}/amendments", response={201: AmendmentOut, **PROBLEMS})
def amend_agreement(request: HttpRequest, pk: Id, body: AmendmentIn) -> Status[Amendment]:
    """Change a signed agreement."""
    found = fetch(visible(request, Agreement), pk)
    planned = [
        actions.PlannedTranche(
            item.number, decimal(item.amount) or Decimal(0), item.due_on, item.condition
        )
        for item in body.tranches or []
    ]

    def act() -> Amendment:
        return actions.amend_agreement(
            found,
            by=reader_of(request),
            today=timezone.localdate(),
            amount=decimal(body.amount),
            tranches=planned if body.tranches is not None else None,
            source=_source(request, body.source_id, "source_id"),
            **body.model_dump(include={"kind", "signed_on", "reason", "ends_on", "version"}),
        )

    rows = queries.amendments(reader_of(request))
    return Status(201, write_once(request, body, rows, act))


def _meet(request: HttpRequest, row: Tranche | Condition, body: MeetIn) -> Tranche | Condition:
    return actions.meet_condition(
        row,
        by=reader_of(request),
        today=timezone.localdate(),
        met_on=body.met_on,
        evidence=_source(request, body.evidence_id, "evidence_id"),
        version=body.version,
    )


def _condition_fields(body: ConditionIn) -> dict[str, object]:
    code = body.condition_type
    kind = Code.named("ConditionType", code, "condition_type") if code else None
    return {"text": body.text, "condition_type": kind}


def _source(request: HttpRequest, pk: int | None, field: str) -> Source | None:
    return pick(Source.objects.visible_to(reader_of(request)), pk, field)
