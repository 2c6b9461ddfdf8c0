"""Agreements over the API."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.funding import actions
from appui.funding.api.common import organisation, owner, sent, source, visible, with_source
from appui.funding.models import Agreement, AgreementKind, Allocation, Proposal
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
from appui.kernel.errors import Invalid
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.registry.models import Code, Location, Visibility
from appui.registry.ownership import Keys, OwnershipChange, organisations

router = Router()
# What of a body is not a field as it stands.
NAMED = ("donor_id", "proposal_id", "amount", "earmarking", "source_id")
# What an agreement is never without.
NEEDED = (
    "reference",
    "title",
    "kind",
    "donor_id",
    "amount",
    "currency",
    "earmark",
    "conditions",
)


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
    starts_on: date | None
    ends_on: date | None
    earmarking: str | None = Field(None, alias="earmarking.code")
    earmark: str
    conditions: str
    source_id: int | None = Field(None, alias="source.pk")
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
    earmarking: str | None = Field(None, max_length=10)
    earmark: str = Field("", max_length=5000)
    conditions: str = Field("", max_length=20_000)
    source_id: Key | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class AgreementChange(OwnershipChange):
    """What changes of a draft; what is left out stays."""

    reference: str | None = Field(None, min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    title: str | None = Field(None, min_length=1, max_length=300)
    kind: AgreementKind | None = None
    donor_id: Key | None = None
    proposal_id: Key | None = None
    amount: Amount | None = None
    currency: CurrencyCode | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    earmarking: str | None = Field(None, max_length=10)
    earmark: str | None = Field(None, max_length=5000)
    conditions: str | None = Field(None, max_length=20_000)
    source_id: Key | None = None


class SignIn(Schema):
    """When it was signed."""

    signed_on: date
    version: int | None = Field(None, ge=1, le=2**31 - 1)


@router.get("/agreements", response={200: list[AgreementOut], **PROBLEMS})
@paginate(Paged)
def list_agreements(request: HttpRequest) -> QuerySet[Agreement]:
    """Agreements the caller may see."""
    return agreement_rows(request)


@router.get("/agreements/{pk}", response={200: AgreementOut, **PROBLEMS})
def get_agreement(request: HttpRequest, pk: Id) -> Agreement:
    """One agreement."""
    return fetch(agreement_rows(request), pk)


@router.post("/agreements", response={201: AgreementOut, **PROBLEMS})
def draft_agreement(request: HttpRequest, body: AgreementIn) -> Status[Agreement]:
    """Write a draft."""

    def act() -> Agreement:
        return actions.draft_agreement(
            by=reader_of(request),
            donor=organisation(body.donor_id, "donor_id"),
            proposal=pick(visible(request, Proposal), body.proposal_id, "proposal_id"),
            owner=owner(body.owner_id),
            amount=decimal(body.amount),
            earmarking=_earmarking(body.earmarking),
            source=source(request, body.source_id),
            shared_with=organisations(body.shared_with_ids, "shared_with_ids"),
            **body.model_dump(exclude={*NAMED, "owner_id", "shared_with_ids"}),
        )

    return Status(201, write_once(request, body, agreement_rows(request), act))


@router.patch("/agreements/{pk}", response={200: AgreementOut, **PROBLEMS})
def change_agreement(request: HttpRequest, pk: Id, body: AgreementChange) -> Agreement:
    """Change a draft; what is signed changes by an amendment."""
    rows = agreement_rows(request)
    found = fetch(visible(request, Agreement), pk)

    def act() -> Agreement:
        fields = sent(body, *NEEDED)
        if "amount" in fields:
            fields["amount"] = decimal(body.amount)
        if "earmarking" in fields:
            fields["earmarking"] = _earmarking(body.earmarking)
        if fields.pop("donor_id", None) is not None:
            fields["donor"] = organisation(body.donor_id, "donor_id")
        if "proposal_id" in fields:
            key = fields.pop("proposal_id")
            fields["proposal"] = pick(visible(request, Proposal), key, "proposal_id")
        if "source_id" in fields:
            fields["source"] = source(request, fields.pop("source_id"))
        actions.change_agreement(found, by=reader_of(request), **fields)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.post("/agreements/{pk}/sign", response={200: AgreementOut, **PROBLEMS})
def sign_agreement(request: HttpRequest, pk: Id, body: SignIn) -> Agreement:
    """Make a draft count."""
    rows = agreement_rows(request)
    found = fetch(visible(request, Agreement), pk)

    def act() -> Agreement:
        actions.sign_agreement(
            found, by=reader_of(request), today=timezone.localdate(), **body.model_dump()
        )
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


def agreement_rows(request: HttpRequest) -> QuerySet[Agreement]:
    """Agreements the caller may see, as they are answered."""
    return with_source(request, visible(request, Agreement, "earmarking"))


def _earmarking(code: str | None) -> Code | None:
    return Code.named("EarmarkingCategory", code, "earmarking") if code else None


class AllocationOut(Schema):
    """A part of an agreement given to a need or an activity, in the agreement's currency."""

    id: int
    need_id: int | None
    activity_id: int | None
    pillar: str | None = Field(None, alias="pillar.code")
    place: str | None = Field(None, alias="location.code")
    year: int | None
    amount: Decimal
    is_earmark: bool


class AllocationIn(Schema):
    """A new allocation; leave empty what the agreement does not say."""

    need_id: Key | None = None
    activity_id: Key | None = None
    pillar: str | None = Field(None, max_length=60)
    place: str | None = Field(None, max_length=10)
    year: int | None = Field(None, ge=1990, le=2100)
    amount: Amount
    is_earmark: bool = False


def _allocations(agreement: Agreement) -> QuerySet[Allocation]:
    return agreement.allocations.select_related("pillar", "location")


@router.get("/agreements/{pk}/allocations", response={200: list[AllocationOut], **PROBLEMS})
@paginate(Paged)
def list_allocations(request: HttpRequest, pk: Id) -> QuerySet[Allocation]:
    """What the money of an agreement is for."""
    return _allocations(fetch(visible(request, Agreement), pk))


@router.post("/agreements/{pk}/allocations", response={201: AllocationOut, **PROBLEMS})
def allocate(request: HttpRequest, pk: Id, body: AllocationIn) -> Status[Allocation]:
    """Give a part of an agreement to a need or an activity."""
    agreement = fetch(visible(request, Agreement), pk)

    def act() -> Allocation:
        return actions.allocate(
            agreement,
            by=reader_of(request),
            amount=decimal(body.amount) or Decimal(0),
            need=pick(visible(request, Need), body.need_id, "need_id"),
            activity=pick(visible(request, Activity), body.activity_id, "activity_id"),
            pillar=Code.named("Pillar", body.pillar, "pillar") if body.pillar else None,
            location=_country(body.place),
            year=body.year,
            is_earmark=body.is_earmark,
        )

    return Status(201, write_once(request, body, _allocations(agreement), act))


@router.delete("/allocations/{pk}", response={204: None, **PROBLEMS})
def withdraw_allocation(request: HttpRequest, pk: Id) -> Status[None]:
    """Free a part of an agreement again."""
    rows = Allocation.objects.filter(agreement__in=visible(request, Agreement))
    actions.withdraw_allocation(fetch(rows.select_related("agreement"), pk), by=reader_of(request))
    return Status(204, None)


def _country(code: str | None) -> Location | None:
    if not code:
        return None
    found = Location.objects.filter(kind="country", code=code.replace("\x00", "")).first()
    if found is None:
        text = f"There is no country “{code}”: write an ISO 3166 code, for example KH."
        raise Invalid(text, {"place": text})
    return found
