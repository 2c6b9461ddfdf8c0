"""The registry over the API."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.kernel.access import Role
from appui.kernel.api import (
    PROBLEMS,
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
from appui.registry import actions
from appui.registry.models import (
    Code,
    CodeList,
    ExchangeRate,
    Location,
    Membership,
    Organisation,
    Person,
    Visibility,
)

router = Router(tags=["registry"])
Text = dict[str, str]


class CodeOut(Schema):
    """One code of a list."""

    id: int
    codelist: str = Field(alias="codelist.slug")
    code: str
    label: Text


class CodeListOut(Schema):
    """One code list."""

    slug: str
    name: Text
    source: str
    source_date: str


class LocationOut(Schema):
    """One place."""

    id: int
    code: str
    kind: str
    name: Text
    latitude: Decimal | None
    longitude: Decimal | None


class OrganisationOut(Schema):
    """One organisation; ``merged_into`` is the key of the one that stands for it."""

    id: int
    version: int
    name: Text
    acronym: str
    organisation_type: str | None = Field(None, alias="organisation_type.code")
    country: str | None = Field(None, alias="country.code")
    website: str
    is_donor: bool
    merged_into_id: int | None = None


class OrganisationIn(Schema):
    """A new organisation; ``organisation_type`` and ``country`` are keys of code and place."""

    name: Text
    acronym: str = Field("", max_length=30)
    organisation_type_id: Key | None = None
    country_id: Key | None = None
    website: str = Field("", max_length=200)
    is_donor: bool = False


class PersonOut(Schema):
    """A contact."""

    id: int
    version: int
    name: str
    job_title: str
    organisation_id: int | None
    email: str
    phone: str
    owner_id: int
    visibility: str


class PersonIn(Schema):
    """A new contact."""

    name: str = Field(min_length=1, max_length=200)
    job_title: str = Field("", max_length=200)
    organisation_id: Key | None = None
    email: str = Field("", max_length=254)
    phone: str = Field("", max_length=50)
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE


class RateOut(Schema):
    """US dollars for one unit of ``currency`` in the month that starts on ``month``."""

    id: int
    currency: str
    month: date
    usd_per_unit: Decimal
    source: str


class RateIn(Schema):
    """A published rate."""

    currency: CurrencyCode
    month: date
    usd_per_unit: str = Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,12})?$", max_length=22)
    source: str = Field(min_length=1, max_length=200)


@router.get("/code-lists", response=list[CodeListOut])
def list_codelists(request: HttpRequest) -> QuerySet[CodeList]:
    """The code lists in use."""
    return CodeList.objects.all()


@router.get("/codes", response={200: list[CodeOut], **PROBLEMS})
@paginate(Paged)
def list_codes(request: HttpRequest, codelist: str = "Sector") -> QuerySet[Code]:
    """Codes of one list."""
    return Code.objects.of(codelist.replace("\x00", "")).select_related("codelist")


@router.get("/locations", response={200: list[LocationOut], **PROBLEMS})
@paginate(Paged)
def list_locations(request: HttpRequest, country: str = "") -> QuerySet[Location]:
    """Places; ``country`` (ISO 3166-1 alpha-2) gives its provinces."""
    rows = Location.objects.all()
    return rows.filter(parent__code=country.upper().replace("\x00", "")) if country else rows


def _organisations() -> QuerySet[Organisation]:
    return Organisation.objects.select_related("organisation_type", "country")


@router.get("/organisations", response={200: list[OrganisationOut], **PROBLEMS})
@paginate(Paged)
def list_organisations(request: HttpRequest) -> QuerySet[Organisation]:
    """The register without merged organisations."""
    return _organisations().filter(merged_into=None)


@router.get("/organisations/{pk}", response={200: OrganisationOut, **PROBLEMS})
def get_organisation(request: HttpRequest, pk: Id) -> Organisation:
    """One organisation."""
    return fetch(_organisations(), pk)


@router.post("/organisations", response={201: OrganisationOut, **PROBLEMS})
def add_organisation(request: HttpRequest, body: OrganisationIn) -> Status[Organisation]:
    """Put an organisation in the register."""

    def act() -> Organisation:
        return actions.add_organisation(
            by=reader_of(request),
            name=body.name,
            acronym=body.acronym,
            organisation_type=pick(
                Code.objects.of("OrganisationType"),
                body.organisation_type_id,
                "organisation_type_id",
            ),
            country=pick(Location.objects.filter(kind="country"), body.country_id, "country_id"),
            website=body.website,
            is_donor=body.is_donor,
        )

    return Status(201, write_once(request, body, _organisations(), act))


def _people(request: HttpRequest) -> QuerySet[Person]:
    rows: QuerySet[Person] = Person.objects.visible_to(reader_of(request))
    return rows


@router.get("/people", response={200: list[PersonOut], **PROBLEMS})
@paginate(Paged)
def list_people(request: HttpRequest) -> QuerySet[Person]:
    """Contacts the caller may see."""
    return _people(request)


@router.get("/people/{pk}", response={200: PersonOut, **PROBLEMS})
def get_person(request: HttpRequest, pk: Id) -> Person:
    """One contact."""
    return fetch(_people(request), pk)


@router.post("/people", response={201: PersonOut, **PROBLEMS})
def add_person(request: HttpRequest, body: PersonIn) -> Status[Person]:
    """Record a contact."""

    def act() -> Person:
        return actions.add_person(
            by=reader_of(request),
            name=body.name,
            job_title=body.job_title,
            organisation=pick(
                Organisation.objects.standing(), body.organisation_id, "organisation_id"
            ),
            email=body.email,
            phone=body.phone,
            owner=pick(Organisation.objects.filter(is_workspace=True), body.owner_id, "owner_id"),
            visibility=body.visibility,
        )

    return Status(201, write_once(request, body, _people(request), act))


@router.get("/exchange-rates", response={200: list[RateOut], **PROBLEMS})
@paginate(Paged)
def list_rates(request: HttpRequest, currency: str = "") -> QuerySet[ExchangeRate]:
    """Exchange rates, newest first."""
    rows = ExchangeRate.objects.all()
    return rows.filter(currency=currency.upper().replace("\x00", "")) if currency else rows


@router.post("/exchange-rates", response={201: RateOut, **PROBLEMS})
def add_rate(request: HttpRequest, body: RateIn) -> Status[ExchangeRate]:
    """Record a published rate."""

    def act() -> ExchangeRate:
        return actions.set_rate(
            by=reader_of(request),
            currency=body.currency,
            month=body.month,
            usd_per_unit=decimal(body.usd_per_unit) or Decimal(0),
            source=body.source,
        )

    return Status(201, write_once(request, body, ExchangeRate.objects.all(), act))


class MembershipOut(Schema):
    """A user's role in an organisation."""

    id: int
    name: str = Field(alias="user.display_name")
    email: str = Field(alias="user.email")
    organisation_id: int
    role: str


@router.get("/memberships", response={200: list[MembershipOut], **PROBLEMS})
@paginate(Paged)
def list_memberships(request: HttpRequest) -> QuerySet[Membership]:
    """Who works with which role in the organisations that the caller administers."""
    rows = Membership.objects.select_related("user").order_by("pk")
    reader = reader_of(request)
    if reader.is_superuser:
        return rows
    return rows.filter(organisation__in=list(reader.organisation_ids(Role.ADMINISTRATOR)))
