"""Needs over the API."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.evidence.models import Source
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
from appui.registry.models import Code, Location, Visibility
from appui.registry.ownership import Keys, OwnershipChange, ownership, sent

router = Router(tags=["needs"])
Text = dict[str, str]
Quantity = Annotated[
    str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$", examples=["563000000"], max_length=20)
]
UnitCost = Annotated[
    str, Field(pattern=r"^[0-9]{1,13}(\.[0-9]{1,6})?$", examples=["0.2451"], max_length=20)
]

People = Annotated[int, Field(ge=0, le=2**63 - 1)]
Seen = Annotated[int | None, Field(ge=0, le=2**31 - 1)]
AMOUNTS = frozenset(
    ("quantity", "unit_cost", "unit_cost_low", "unit_cost_high", "fixed_cost", "stated_cost")
)


class LineOut(Schema):
    """One part of the cost; amounts in the need's currency."""

    id: int
    version: int
    pillar: str = Field(alias="pillar.code")
    detail: Text
    year_from: int
    year_to: int
    place: str | None = Field(None, alias="location.code")
    quantity: Decimal | None
    unit: str | None = Field(None, alias="unit.code")
    unit_cost: Decimal | None
    cost_per_unit: Decimal | None
    unit_cost_low: Decimal | None
    unit_cost_high: Decimal | None
    unit_cost_basis: str
    fixed_cost: Decimal
    stated_cost: Decimal | None
    cost: Decimal
    who_pays: str
    source_id: int | None = Field(None, alias="source.pk")


class NeedOut(Schema):
    """A need with its lines."""

    id: int
    version: int
    reference: str
    title: Text
    summary: Text
    kind: str
    sector: str = Field(alias="sector.code")
    places: list[str]
    goals: list[str]
    currency: str
    starts_on: date | None
    needed_by: date | None
    beneficiaries: int | None
    source_id: int | None = Field(None, alias="source.pk")
    status: str
    owner_id: int
    visibility: str
    cost: Decimal
    lines: list[LineOut]

    @staticmethod
    def resolve_places(need: Need) -> list[str]:
        return [place.code for place in need.locations.all()]

    @staticmethod
    def resolve_goals(need: Need) -> list[str]:
        return [goal.code for goal in need.goals.all()]

    @staticmethod
    def resolve_cost(need: Need) -> Decimal:
        return queries.cost_of(need.lines.all())

    @staticmethod
    def resolve_lines(need: Need) -> list[NeedLine]:
        return list(need.lines.all())


class NeedIn(Schema):
    """A new need; ``sector`` is an OECD DAC purpose code, ``places`` ISO 3166 codes, ``goals``
    numbers of sustainable development goals."""

    reference: str = Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    title: Text
    summary: Text = {}
    kind: NeedKind = NeedKind.PROGRAMME
    sector: str = Field(min_length=3, max_length=5, pattern=r"^[0-9]+$")
    places: list[str] = Field(min_length=1, max_length=60)
    goals: list[str] = Field([], max_length=17)
    currency: CurrencyCode = "USD"
    starts_on: date | None = None
    needed_by: date | None = None
    beneficiaries: People | None = None
    source_id: Key | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class NeedChange(OwnershipChange):
    """What changes of a need; what is left out stays, and null empties dates, ``beneficiaries`` and
    ``source_id``."""

    reference: str | None = Field(None, min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    title: Text | None = None
    summary: Text | None = None
    kind: NeedKind | None = None
    sector: str | None = Field(None, min_length=3, max_length=5, pattern=r"^[0-9]+$")
    places: list[str] | None = Field(None, min_length=1, max_length=60)
    goals: list[str] | None = Field(None, max_length=17)
    currency: CurrencyCode | None = None
    starts_on: date | None = None
    needed_by: date | None = None
    beneficiaries: People | None = None
    source_id: Key | None = None


class NeedMove(Schema):
    """Where a need is to stand; ``version`` is that which the caller saw."""

    status: NeedStatus
    version: Seen = None


class LineIn(Schema):
    """A new line: either ``stated_cost``, or ``quantity`` with ``unit_cost``, or a fixed cost.

    ``unit_cost_low`` and ``unit_cost_high`` are the range around ``unit_cost``, both or neither.
    ``place`` is one of the need's countries or lies in one.
    """

    pillar: str = Field(max_length=60)
    detail: Text = {}
    year_from: int = Field(ge=1990, le=2100)
    year_to: int = Field(ge=1990, le=2100)
    place: str | None = Field(None, max_length=60)
    quantity: Quantity | None = None
    unit: str | None = Field(None, max_length=60)
    unit_cost: UnitCost | None = None
    unit_cost_low: UnitCost | None = None
    unit_cost_high: UnitCost | None = None
    unit_cost_basis: str = Field("", max_length=300)
    fixed_cost: Amount = "0"
    stated_cost: Amount | None = None
    who_pays: WhoPays = WhoPays.OPEN
    source_id: Key | None = None


class LineChange(Schema):
    """What changes of a line; what is left out stays, and null empties what may be empty.
    ``version`` is that which the caller saw."""

    version: Seen = None
    pillar: str | None = Field(None, max_length=60)
    detail: Text | None = None
    year_from: int | None = Field(None, ge=1990, le=2100)
    year_to: int | None = Field(None, ge=1990, le=2100)
    place: str | None = Field(None, max_length=60)
    quantity: Quantity | None = None
    unit: str | None = Field(None, max_length=60)
    unit_cost: UnitCost | None = None
    unit_cost_low: UnitCost | None = None
    unit_cost_high: UnitCost | None = None
    unit_cost_basis: str | None = Field(None, max_length=300)
    fixed_cost: Amount | None = None
    stated_cost: Amount | None = None
    who_pays: WhoPays | None = None
    source_id: Key | None = None


@router.get("/needs", response={200: list[NeedOut], **PROBLEMS})
@paginate(Paged)
def list_needs(request: HttpRequest, status: NeedStatus | None = None) -> QuerySet[Need]:
    """Needs the caller may see."""
    rows = _rows(request)
    return rows.filter(status=status) if status else rows


@router.get("/needs/{pk}", response={200: NeedOut, **PROBLEMS})
def get_need(request: HttpRequest, pk: Id) -> Need:
    """One need."""
    return fetch(_rows(request), pk)


@router.post("/needs", response={201: NeedOut, **PROBLEMS})
def state_need(request: HttpRequest, body: NeedIn) -> Status[Need]:
    """Record a need, as a draft."""
    alone = {"sector", "places", "goals", "source_id", "owner_id", "shared_with_ids"}

    def act() -> Need:
        return actions.state_need(
            by=reader_of(request),
            sector=Code.named("Sector", body.sector, "sector"),
            locations=_places(body.places),
            goals=_goals(body.goals),
            source=_source(request, body.source_id),
            **ownership(body),
            **body.model_dump(exclude=alone),
        )

    rows = _rows(request)
    return Status(201, fetch(rows, write_once(request, body, rows, act).pk))


@router.patch("/needs/{pk}", response={200: NeedOut, **PROBLEMS})
def change_need(request: HttpRequest, pk: Id, body: NeedChange) -> Need:
    """Change the facts of a need, or who sees it; 409 when a colleague changed it since
    ``version``."""
    rows = _rows(request)
    need = fetch(rows, pk)

    def act() -> Need:
        cleared = {"starts_on", "needed_by", "beneficiaries"}
        fields = sent(body, cleared, "sector", "places", "goals", "source_id")
        if body.sector is not None:
            fields["sector"] = Code.named("Sector", body.sector, "sector")
        if body.places is not None:
            fields["locations"] = _places(body.places)
        if body.goals is not None:
            fields["goals"] = _goals(body.goals)
        if "source_id" in body.model_fields_set:
            fields["source"] = _source(request, body.source_id)
        actions.change_need(need, by=reader_of(request), **fields)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.post("/needs/{pk}/move", response={200: NeedOut, **PROBLEMS})
def move_need(request: HttpRequest, pk: Id, body: NeedMove) -> Need:
    """Open, close or reopen a need, or take it back to a draft."""
    rows = _rows(request)
    need = fetch(rows, pk)

    def act() -> Need:
        actions.move_need(need, by=reader_of(request), status=body.status, version=body.version)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.post("/needs/{pk}/lines", response={201: LineOut, **PROBLEMS})
def add_line(request: HttpRequest, pk: Id, body: LineIn) -> Status[NeedLine]:
    """Add one part of the cost of a need."""
    reader = reader_of(request)
    need = fetch(queries.needs_with_lines(reader), pk)

    def act() -> NeedLine:
        return actions.add_line(need, by=reader, **_line_fields(request, body, need))

    return Status(201, write_once(request, body, queries.lines(reader).filter(need=need), act))


@router.patch("/need-lines/{pk}", response={200: LineOut, **PROBLEMS})
def change_line(request: HttpRequest, pk: Id, body: LineChange) -> NeedLine:
    """Change one part of the cost; 409 when a colleague changed it since ``version``."""
    reader = reader_of(request)
    rows = queries.visible_lines(reader)
    line = fetch(rows, pk)

    def act() -> NeedLine:
        actions.change_line(line, by=reader, **_line_fields(request, body, line.need))
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.delete("/need-lines/{pk}", response={204: None, **PROBLEMS})
def remove_line(request: HttpRequest, pk: Id) -> Status[None]:
    """Remove one part of the cost; the history of the need keeps what it was."""
    reader = reader_of(request)
    actions.remove_line(fetch(queries.visible_lines(reader), pk), by=reader)
    return Status(204, None)


def _rows(request: HttpRequest) -> QuerySet[Need]:
    """Needs with what ``NeedOut`` tells; the source is None where the caller may not see it."""
    reader = reader_of(request)
    rows = queries.needs_with_lines(reader).select_related(None).select_related("sector")
    return rows.prefetch_related(Prefetch("source", Source.objects.visible_to(reader)), "goals")


def _line_fields(request: HttpRequest, body: LineIn | LineChange, need: Need) -> dict[str, Any]:
    """What a body says of a line, for the act; raises ``Invalid``."""
    fields = sent(body, AMOUNTS, "pillar", "place", "unit", "source_id")
    for name in AMOUNTS & fields.keys():
        fields[name] = decimal(fields[name])
    if fields.get("fixed_cost", 0) is None:
        fields["fixed_cost"] = Decimal(0)
    given = body.model_fields_set
    if body.pillar is not None:
        fields["pillar"] = Code.named("Pillar", body.pillar, "pillar")
    if "unit" in given:
        fields["unit"] = Code.named("Unit", body.unit, "unit") if body.unit else None
    if "place" in given:
        fields["location"] = _place_within(need, body.place) if body.place else None
    if "source_id" in given:
        fields["source"] = _source(request, body.source_id)
    return fields


def _source(request: HttpRequest, pk: int | None) -> Source | None:
    return pick(Source.objects.visible_to(reader_of(request)), pk, "source_id")


def _goals(values: list[str]) -> list[Code]:
    return [Code.named("UNSDG-Goals", value, "goals") for value in dict.fromkeys(values)]


def _place_within(need: Need, value: str) -> Location:
    wanted = value.replace("\x00", "").upper()
    found = queries.places_within(need).filter(code=wanted).first()
    if found is None:
        text = _("“%(vocabulary)s” has no code %(codes)s.") % {
            "vocabulary": _("Places"),
            "codes": wanted,
        }
        raise Invalid(text, {"place": text})
    return found


def _places(values: list[str]) -> list[Location]:
    wanted = {value.replace("\x00", "").upper() for value in values}
    found = list(Location.objects.filter(code__in=wanted))
    unknown = sorted(wanted - {place.code for place in found})
    if unknown:
        text = f"Not places known here: {', '.join(unknown)}. Write ISO 3166 codes, for example KH."
        raise Invalid(text, {"places": text})
    return found
