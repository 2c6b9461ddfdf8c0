"""Needs over the API."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

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
from appui.needs import actions, queries
from appui.needs.models import Need, NeedKind, NeedLine, NeedStatus, WhoPays
from appui.registry.models import Code, Location, Organisation, Visibility

router = Router(tags=["needs"])
Text = dict[str, str]
Quantity = Annotated[
    str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$", examples=["563000000"], max_length=20)
]
UnitCost = Annotated[
    str, Field(pattern=r"^[0-9]{1,13}(\.[0-9]{1,6})?$", examples=["0.2451"], max_length=20)
]


class LineOut(Schema):
    """One part of the cost; amounts in the need's currency."""

    id: int
    version: int
    pillar: str = Field(alias="pillar.code")
    year_from: int
    year_to: int
    quantity: Decimal | None
    unit: str | None = Field(None, alias="unit.code")
    cost_per_unit: Decimal | None
    unit_cost_low: Decimal | None
    unit_cost_high: Decimal | None
    cost: Decimal
    who_pays: str
    source_id: int | None = Field(None, alias="source.pk")


class NeedOut(Schema):
    """A need with its lines."""

    id: int
    version: int
    reference: str
    title: Text
    kind: str
    sector: str = Field(alias="sector.code")
    places: list[str]
    currency: str
    starts_on: date | None
    needed_by: date | None
    status: str
    owner_id: int
    visibility: str
    cost: Decimal
    lines: list[LineOut]

    @staticmethod
    def resolve_places(need: Need) -> list[str]:
        return [place.code for place in need.locations.all()]

    @staticmethod
    def resolve_cost(need: Need) -> Decimal:
        return queries.cost_of(need.lines.all())

    @staticmethod
    def resolve_lines(need: Need) -> list[NeedLine]:
        return list(need.lines.all())


class NeedIn(Schema):
    """A new need; ``sector`` is an OECD DAC purpose code, ``places`` ISO 3166 codes."""

    reference: str = Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    title: Text
    summary: Text = {}
    kind: NeedKind = NeedKind.PROGRAMME
    sector: str = Field(min_length=3, max_length=5, pattern=r"^[0-9]+$")
    places: list[str] = Field(min_length=1, max_length=60)
    currency: CurrencyCode = "USD"
    starts_on: date | None = None
    needed_by: date | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE


class LineIn(Schema):
    """A new line: either ``stated_cost``, or ``quantity`` with ``unit_cost``, or a fixed cost.

    ``unit_cost_low`` and ``unit_cost_high`` are the range around ``unit_cost``, both or neither.
    """

    pillar: str = Field(max_length=60)
    year_from: int = Field(ge=1990, le=2100)
    year_to: int = Field(ge=1990, le=2100)
    quantity: Quantity | None = None
    unit: str | None = Field(None, max_length=60)
    unit_cost: UnitCost | None = None
    unit_cost_low: UnitCost | None = None
    unit_cost_high: UnitCost | None = None
    fixed_cost: Amount = "0"
    stated_cost: Amount | None = None
    who_pays: WhoPays = WhoPays.OPEN


@router.get("/needs", response={200: list[NeedOut], **PROBLEMS})
@paginate(Paged)
def list_needs(request: HttpRequest, status: NeedStatus | None = None) -> QuerySet[Need]:
    """Needs the caller may see."""
    rows = queries.needs_with_lines(reader_of(request))
    return rows.filter(status=status) if status else rows


@router.get("/needs/{pk}", response={200: NeedOut, **PROBLEMS})
def get_need(request: HttpRequest, pk: Id) -> Need:
    """One need."""
    return fetch(queries.needs_with_lines(reader_of(request)), pk)


@router.post("/needs", response={201: NeedOut, **PROBLEMS})
def state_need(request: HttpRequest, body: NeedIn) -> Status[Need]:
    """Record a need, as a draft."""

    def act() -> Need:
        fields = body.model_dump(exclude={"sector", "places", "owner_id"})
        return actions.state_need(
            by=reader_of(request),
            sector=Code.named("Sector", body.sector, "sector"),
            locations=_places(body.places),
            owner=pick(Organisation.objects.filter(is_workspace=True), body.owner_id, "owner_id"),
            **fields,
        )

    return Status(201, write_once(request, body, queries.needs_with_lines(reader_of(request)), act))


@router.post("/needs/{pk}/lines", response={201: LineOut, **PROBLEMS})
def add_line(request: HttpRequest, pk: Id, body: LineIn) -> Status[NeedLine]:
    """Add one part of the cost of a need."""
    need = fetch(queries.needs_with_lines(reader_of(request)), pk)

    def act() -> NeedLine:
        return actions.add_line(
            need,
            by=reader_of(request),
            pillar=Code.named("Pillar", body.pillar, "pillar"),
            year_from=body.year_from,
            year_to=body.year_to,
            quantity=decimal(body.quantity),
            unit=Code.named("Unit", body.unit, "unit") if body.unit else None,
            unit_cost=decimal(body.unit_cost),
            unit_cost_low=decimal(body.unit_cost_low),
            unit_cost_high=decimal(body.unit_cost_high),
            fixed_cost=decimal(body.fixed_cost),
            stated_cost=decimal(body.stated_cost),
            who_pays=body.who_pays,
        )

    return Status(
        201, write_once(request, body, queries.lines(reader_of(request)).filter(need=need), act)
    )


def _places(values: list[str]) -> list[Location]:
    wanted = {value.replace("\x00", "").upper() for value in values}
    found = list(Location.objects.filter(code__in=wanted))
    unknown = sorted(wanted - {place.code for place in found})
    if unknown:
        text = f"Not places known here: {', '.join(unknown)}. Write ISO 3166 codes, for example KH."
        raise Invalid(text, {"places": text})
    return found
