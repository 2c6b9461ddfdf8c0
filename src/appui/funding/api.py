"""Funding over the API."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.funding import actions, queries
from appui.funding.models import (
    Agreement,
    AgreementKind,
    Fund,
    FundKind,
    Interaction,
    Proposal,
    Stage,
    Target,
    Transaction,
)
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
from appui.needs.queries import needs_with_lines
from appui.portfolio.models import Activity
from appui.registry.models import Code, Organisation, Visibility

router = Router(tags=["funding"])
Text = dict[str, str]


class GapRowOut(Schema):
    """One record behind a figure; ``counted`` is None when no rate is known."""

    kind: str
    key: str
    label: str
    amount: Decimal = Field(alias="original.amount")
    currency: str = Field(alias="original.currency")
    counted: Decimal | None = Field(None, alias="counted.money.amount")
    probability: Decimal


class GapOut(Schema):
    """The gap of one need in its own currency."""

    need_id: int
    currency: str
    need: Decimal
    secured: Decimal
    asked: Decimal
    weighted: Decimal
    missing: Decimal
    boundary: str
    rate_rule: str
    rows: list[GapRowOut]


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


class AgreementOut(Schema):
    """An agreement; only signed and closed ones count."""

    id: int
    version: int
    reference: str
    title: str
    kind: str
    donor_id: int
    proposal_id: int | None
    amount: Decimal
    currency: str
    status: str
    signed_on: date | None
    usd_rate: Decimal | None
    usd_rate_date: date | None
    usd_rate_source: str
    owner_id: int
    visibility: str


class AgreementIn(Schema):
    """A new draft."""

    reference: str = Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    title: str = Field(min_length=1, max_length=300)
    kind: AgreementKind = AgreementKind.GRANT
    donor_id: Key
    proposal_id: Key | None = None
    amount: Amount
    currency: CurrencyCode = "USD"
    starts_on: date | None = None
    ends_on: date | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE


class SignIn(Schema):
    """When it was signed."""

    signed_on: date
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class TransactionOut(Schema):
    """A line of the ledger; ``usd_value`` was fixed when it was written."""

    id: int
    transaction_type: str = Field(alias="transaction_type.code")
    date: date
    value_date: date
    value: Decimal
    currency: str
    usd_value: Decimal | None
    usd_rate: Decimal | None
    usd_rate_date: date | None
    usd_rate_source: str
    provider_id: int | None
    receiver_id: int | None
    activity_id: int | None
    agreement_id: int | None
    fund_id: int | None
    reverses_id: int | None
    owner_id: int


class TransactionIn(Schema):
    """A new line; ``transaction_type`` is an IATI code, 1 to 13."""

    transaction_type: str = Field(max_length=10)
    date: date
    value_date: date
    value: Amount
    currency: CurrencyCode
    provider_id: Key | None = None
    receiver_id: Key | None = None
    activity_id: Key | None = None
    agreement_id: Key | None = None
    fund_id: Key | None = None
    description: str = Field("", max_length=300)
    owner_id: Key


class ReverseIn(Schema):
    """Why a line is reversed."""

    reason: str = Field(min_length=1, max_length=300)


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


@router.get("/needs/{pk}/gap", response={200: GapOut, **PROBLEMS})
def get_gap(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """What is needed, secured, asked and missing, with every row behind it."""
    need = fetch(needs_with_lines(reader_of(request)), pk)
    gap = queries.need_gap(need, reader_of(request), today=timezone.localdate())
    figures = {
        name: getattr(gap.total, name)
        for name in ("need", "secured", "asked", "weighted", "missing")
    }
    return {
        "need_id": need.pk,
        "currency": gap.currency,
        **figures,
        "boundary": gap.boundary,
        "rate_rule": gap.rate_rule,
        "rows": [GapRowOut.model_validate(row) for row in gap.rows],
    }


def _visible(request: HttpRequest, model: Any, *joins: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.visible_to(reader_of(request))
    return rows.select_related(*joins) if joins else rows


def _owner(pk: int) -> Organisation | None:
    return pick(Organisation.objects.filter(is_workspace=True), pk, "owner_id")


def _organisation(pk: int | None, field: str) -> Organisation | None:
    return pick(Organisation.objects.standing(), pk, field)


@router.get("/funds", response={200: list[FundOut], **PROBLEMS})
@paginate(Paged)
def list_funds(request: HttpRequest) -> QuerySet[Fund]:
    """Windows, calls and own funds the caller may see."""
    return _visible(request, Fund)


@router.get("/funds/{pk}", response={200: FundOut, **PROBLEMS})
def get_fund(request: HttpRequest, pk: Id) -> Fund:
    """One window."""
    found: Fund = fetch(_visible(request, Fund), pk)
    return found


@router.post("/funds", response={201: FundOut, **PROBLEMS})
def open_fund(request: HttpRequest, body: FundIn) -> Status[Fund]:
    """Record a window."""

    def act() -> Fund:
        return actions.open_fund(
            by=reader_of(request),
            organisation=_organisation(body.organisation_id, "organisation_id"),
            owner=_owner(body.owner_id),
            minimum=decimal(body.minimum),
            maximum=decimal(body.maximum),
            **body.model_dump(exclude={"organisation_id", "owner_id", "minimum", "maximum"}),
        )

    return Status(201, write_once(request, body, _visible(request, Fund), act))


@router.get("/proposals", response={200: list[ProposalOut], **PROBLEMS})
@paginate(Paged)
def list_proposals(request: HttpRequest, stage: Stage | None = None) -> QuerySet[Proposal]:
    """Asks the caller may see."""
    rows = _visible(request, Proposal)
    return rows.filter(stage=stage) if stage else rows


@router.get("/proposals/{pk}", response={200: ProposalOut, **PROBLEMS})
def get_proposal(request: HttpRequest, pk: Id) -> Proposal:
    """One ask."""
    found: Proposal = fetch(_visible(request, Proposal), pk)
    return found


@router.post("/proposals", response={201: ProposalOut, **PROBLEMS})
def make_proposal(request: HttpRequest, body: ProposalIn) -> Status[Proposal]:
    """Record an ask."""

    def act() -> Proposal:
        relations = {"need_id", "activity_id", "donor_id", "owner_id", "amount"}
        return actions.make_proposal(
            by=reader_of(request),
            need=pick(_visible(request, Need), body.need_id, "need_id"),
            activity=pick(_visible(request, Activity), body.activity_id, "activity_id"),
            donor=_organisation(body.donor_id, "donor_id"),
            owner=_owner(body.owner_id),
            amount=decimal(body.amount),
            **body.model_dump(exclude=relations),
        )

    return Status(201, write_once(request, body, _visible(request, Proposal), act))


@router.post("/proposals/{pk}/move", response={200: ProposalOut, **PROBLEMS})
def move_proposal(request: HttpRequest, pk: Id, body: MoveIn) -> Proposal:
    """Pass an ask to another stage."""
    rows = _visible(request, Proposal)
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
    return _visible(request, Interaction, "kind")


@router.post("/interactions", response={201: InteractionOut, **PROBLEMS})
def note_interaction(request: HttpRequest, body: InteractionIn) -> Status[Interaction]:
    """Note an exchange."""

    def act() -> Interaction:
        return actions.note_interaction(
            by=reader_of(request),
            organisation=_organisation(body.organisation_id, "organisation_id"),
            kind=Code.named("InteractionKind", body.kind, "kind"),
            owner=_owner(body.owner_id),
            **body.model_dump(exclude={"organisation_id", "owner_id", "kind"}),
        )

    return Status(201, write_once(request, body, _visible(request, Interaction, "kind"), act))


@router.get("/agreements", response={200: list[AgreementOut], **PROBLEMS})
@paginate(Paged)
def list_agreements(request: HttpRequest) -> QuerySet[Agreement]:
    """Agreements the caller may see."""
    return _visible(request, Agreement)


@router.get("/agreements/{pk}", response={200: AgreementOut, **PROBLEMS})
def get_agreement(request: HttpRequest, pk: Id) -> Agreement:
    """One agreement."""
    found: Agreement = fetch(_visible(request, Agreement), pk)
    return found


@router.post("/agreements", response={201: AgreementOut, **PROBLEMS})
def draft_agreement(request: HttpRequest, body: AgreementIn) -> Status[Agreement]:
    """Write a draft."""

    def act() -> Agreement:
        return actions.draft_agreement(
            by=reader_of(request),
            donor=_organisation(body.donor_id, "donor_id"),
            proposal=pick(_visible(request, Proposal), body.proposal_id, "proposal_id"),
            owner=_owner(body.owner_id),
            amount=decimal(body.amount),
            **body.model_dump(exclude={"donor_id", "proposal_id", "owner_id", "amount"}),
        )

    return Status(201, write_once(request, body, _visible(request, Agreement), act))


@router.post("/agreements/{pk}/sign", response={200: AgreementOut, **PROBLEMS})
def sign_agreement(request: HttpRequest, pk: Id, body: SignIn) -> Agreement:
    """Make a draft count."""
    rows = _visible(request, Agreement)
    found = fetch(rows, pk)
    return write_once(
        request,
        body,
        rows,
        lambda: actions.sign_agreement(
            found, by=reader_of(request), today=timezone.localdate(), **body.model_dump()
        ),
    )


@router.get("/transactions", response={200: list[TransactionOut], **PROBLEMS})
@paginate(Paged)
def list_transactions(request: HttpRequest) -> QuerySet[Transaction]:
    """Lines of the ledger the caller may see."""
    return _visible(request, Transaction, "transaction_type")


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
            provider=_organisation(body.provider_id, "provider_id"),
            receiver=_organisation(body.receiver_id, "receiver_id"),
            activity=pick(_visible(request, Activity), body.activity_id, "activity_id"),
            agreement=pick(_visible(request, Agreement), body.agreement_id, "agreement_id"),
            fund=pick(_visible(request, Fund), body.fund_id, "fund_id"),
            description=body.description,
            owner=_owner(body.owner_id),
        )

    rows = _visible(request, Transaction, "transaction_type")
    return Status(201, write_once(request, body, rows, act))


@router.post("/transactions/{pk}/reverse", response={201: TransactionOut, **PROBLEMS})
def reverse_transaction(request: HttpRequest, pk: Id, body: ReverseIn) -> Status[Transaction]:
    """Cancel a line with an equal and opposite one."""
    rows = _visible(request, Transaction, "transaction_type")
    found = fetch(rows, pk)

    def act() -> Transaction:
        return actions.reverse_transaction(
            found, by=reader_of(request), today=timezone.localdate(), reason=body.reason
        )

    return Status(201, write_once(request, body, rows, act))


@router.get("/targets", response={200: list[TargetOut], **PROBLEMS})
@paginate(Paged)
def list_targets(request: HttpRequest) -> QuerySet[Target]:
    """Targets the caller may see."""
    return _visible(request, Target)


@router.post("/targets", response={201: TargetOut, **PROBLEMS})
def set_target(request: HttpRequest, body: TargetIn) -> Status[Target]:
    """Set an amount to mobilise."""

    def act() -> Target:
        return actions.set_target(
            by=reader_of(request),
            owner=_owner(body.owner_id),
            amount=decimal(body.amount),
            **body.model_dump(exclude={"owner_id", "amount"}),
        )

    return Status(201, write_once(request, body, _visible(request, Target), act))
