"""Windows, calls and own funds over the API."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.evidence.models import Source
from appui.funding import actions
from appui.funding.api.common import Text, organisation, visible, with_source
from appui.funding.models import Fund, FundKind, RequiredDocument, RequiredDocumentKind
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
from appui.registry.models import Code, Location, Visibility
from appui.registry.ownership import Keys, ownership

router = Router()
CodeValue = Annotated[str, Field(max_length=12, pattern=r"^[^\x00]*$")]
Percent = Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,2})?$", examples=["20"])]
Version = Annotated[int | None, Field(None, ge=0, le=2**31 - 1)]


class FundDocumentOut(Schema):
    """A paper that a window asks for."""

    id: int
    version: int
    kind: str
    title: Text
    is_mandatory: bool
    url: str


class FundDocumentIn(Schema):
    """A paper that a window asks for; ``url`` is the address of its template."""

    kind: RequiredDocumentKind = RequiredDocumentKind.OTHER
    title: Text
    is_mandatory: bool = True
    url: str = Field("", max_length=500)


class FundDocumentChange(FundDocumentIn):
    """A paper as it is to be; ``version`` is that which the caller saw."""

    version: Version


class FundDocumentRemoved(Schema):
    """The paper is no longer asked for."""

    removed: bool = True


class FundOut(Schema):
    """A window, call or own fund; ``verification`` is fresh, old (not checked for 180 days) or
    never."""

    id: int
    version: int
    organisation_id: int
    title: Text
    kind: str
    opens_on: date | None
    deadline: date | None
    minimum: Decimal | None
    maximum: Decimal | None
    envelope: Decimal | None
    currency: str
    cost_share: Decimal | None
    earmarking: str | None = Field(None, alias="earmarking.code")
    earmarking_note: str
    places: list[str]
    sectors: list[str]
    languages: list[str]
    documents: list[FundDocumentOut]
    conditions: str
    url: str
    verified_on: date | None
    verification: str
    source_id: int | None = Field(None, alias="source.pk")
    owner_id: int
    visibility: str

    @staticmethod
    def resolve_places(fund: Fund) -> list[str]:
        return [place.code for place in fund.locations.all()]

    @staticmethod
    def resolve_sectors(fund: Fund) -> list[str]:
        return [code.code for code in fund.sectors.all()]

    @staticmethod
    def resolve_languages(fund: Fund) -> list[str]:
        return [code.code for code in fund.languages.all()]

    @staticmethod
    def resolve_verification(fund: Fund) -> str:
        return fund.verification(timezone.localdate())


class FundTerms(Schema):
    """What a window pays for; places are ISO 3166 codes, sectors OECD DAC purpose codes."""

    kind: FundKind = FundKind.WINDOW
    opens_on: date | None = None
    deadline: date | None = None
    minimum: Amount | None = None
    maximum: Amount | None = None
    envelope: Amount | None = None
    currency: CurrencyCode = "USD"
    cost_share: Percent | None = None
    earmarking: CodeValue | None = None
    earmarking_note: str = Field("", max_length=300)
    places: list[CodeValue] = Field([], max_length=300)
    sectors: list[CodeValue] = Field([], max_length=300)
    languages: list[CodeValue] = Field([], max_length=30)
    conditions: str = Field("", max_length=20_000)
    url: str = Field("", max_length=500)
    verified_on: date | None = None
    source_id: Key | None = None
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys | None = None


class FundIn(FundTerms):
    """A new window."""

    organisation_id: Key
    title: Text
    owner_id: Key


class FundChange(FundTerms):
    """What is to change: only the fields sent; ``version`` is that which the caller saw."""

    organisation_id: Key | None = None
    title: Text | None = None
    owner_id: Key | None = None
    version: Version


@router.get("/funds", response={200: list[FundOut], **PROBLEMS})
@paginate(Paged)
def list_funds(request: HttpRequest) -> QuerySet[Fund]:
    """Windows, calls and own funds the caller may see."""
    return fund_rows(request)


@router.get("/funds/{pk}", response={200: FundOut, **PROBLEMS})
def get_fund(request: HttpRequest, pk: Id) -> Fund:
    """One window."""
    return fetch(fund_rows(request), pk)


@router.post("/funds", response={201: FundOut, **PROBLEMS})
def open_fund(request: HttpRequest, body: FundIn) -> Status[Fund]:
    """Record a window."""

    def act() -> Fund:
        return actions.open_fund(
            by=reader_of(request),
            organisation=organisation(body.organisation_id, "organisation_id"),
            title=body.title,
            **ownership(body),
            **_terms(request, body, body.model_dump()),
        )

    return Status(201, write_once(request, body, fund_rows(request), act))


@router.post("/funds/{pk}", response={200: FundOut, **PROBLEMS})
def change_fund(request: HttpRequest, pk: Id, body: FundChange) -> Fund:
    """Change what is known of a window."""
    found = fetch(fund_rows(request), pk)

    def act() -> Fund:
        sent = body.model_dump(exclude_unset=True, exclude={"version"})
        fields = _terms(request, body, sent)
        if sent.get("title"):
            fields["title"] = sent["title"]
        if body.organisation_id is not None:
            fields["organisation"] = organisation(body.organisation_id, "organisation_id")
        fields |= ownership(body)
        return actions.change_fund(found, by=reader_of(request), version=body.version, **fields)

    return write_once(request, body, fund_rows(request), act)


@router.post("/funds/{pk}/documents", response={201: FundDocumentOut, **PROBLEMS})
def add_required_document(
    request: HttpRequest, pk: Id, body: FundDocumentIn
) -> Status[RequiredDocument]:
    """Add a paper that the window asks for."""
    found = fetch(fund_rows(request), pk)

    def act() -> RequiredDocument:
        return actions.add_required_document(found, by=reader_of(request), **body.model_dump())

    return Status(201, write_once(request, body, _documents(request), act))


@router.post("/fund-documents/{pk}", response={200: FundDocumentOut, **PROBLEMS})
def change_required_document(
    request: HttpRequest, pk: Id, body: FundDocumentChange
) -> RequiredDocument:
    """Change what is known of a required paper."""
    found = fetch(_documents(request), pk)

    def act() -> RequiredDocument:
        return actions.change_required_document(found, by=reader_of(request), **body.model_dump())

    return write_once(request, body, _documents(request), act)


@router.delete("/fund-documents/{pk}", response={200: FundDocumentRemoved, **PROBLEMS})
def remove_required_document(request: HttpRequest, pk: Id) -> dict[str, bool]:
    """Take away a paper that is no longer asked for."""
    actions.remove_required_document(fetch(_documents(request), pk), by=reader_of(request))
    return {"removed": True}


def fund_rows(request: HttpRequest) -> QuerySet[Fund]:
    """Windows the caller may see, as they are answered."""
    rows = with_source(request, visible(request, Fund, "earmarking"))
    return rows.prefetch_related("locations", "sectors", "languages", "documents")


def _documents(request: HttpRequest) -> QuerySet[RequiredDocument]:
    visible_funds = visible(request, Fund)
    rows = RequiredDocument.objects.filter(fund__in=visible_funds)
    return rows.select_related("fund")


def _terms(request: HttpRequest, body: FundTerms, sent: dict[str, Any]) -> dict[str, Any]:
    """The fields of ``body`` that were sent, as an action takes them; raises ``Invalid``."""
    plain = "kind opens_on deadline currency earmarking_note conditions url verified_on visibility"
    fields = {name: sent[name] for name in plain.split() if name in sent}
    for name in ("minimum", "maximum", "envelope", "cost_share"):
        if name in sent:
            fields[name] = decimal(getattr(body, name))
    if "earmarking" in sent:
        value = body.earmarking
        named = Code.named("EarmarkingCategory", value, "earmarking") if value else None
        fields["earmarking"] = named
    if "places" in sent:
        fields["locations"] = [_place(value) for value in body.places]
    if "sectors" in sent:
        fields["sectors"] = [Code.named("Sector", value, "sectors") for value in body.sectors]
    if "languages" in sent:
        fields["languages"] = [Code.named("Language", v, "languages") for v in body.languages]
    if "source_id" in sent:
        fields["source"] = pick(visible(request, Source), body.source_id, "source_id")
    return fields


def _place(value: str) -> Location:
    found = Location.objects.filter(code=value.upper()).first()
    if found is None:
        text = f"“{value}” is not a place known here. Write ISO 3166 codes, for example KH."
        raise Invalid(text, {"places": text})
    return found
