"""Sources and figures over the API."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.evidence import actions, queries
from appui.evidence.models import Confidence, Figure, Source
from appui.kernel.api import (
    PROBLEMS,
    Id,
    Key,
    Paged,
    fetch,
    pick,
    reader_of,
    write_once,
)
from appui.kernel.errors import Invalid
from appui.registry.models import Code, Location, Organisation, Visibility

router = Router(tags=["evidence"])
Text = dict[str, str]
Line = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Value = Annotated[
    str, Field(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$", examples=["681.28"], max_length=23)
]


class SourceOut(Schema):
    """A publication."""

    id: int
    version: int
    publisher: str
    title: str
    published_on: date | None
    page: str
    url: str
    language: str
    note: str
    owner_id: int
    visibility: str
    figure_count: int


class SourceIn(Schema):
    """A new source."""

    publisher: Line = Field(min_length=1, max_length=200)
    title: Line = Field(min_length=1, max_length=300)
    published_on: date | None = None
    page: Line = Field("", max_length=60)
    url: Line = Field("", max_length=500)
    language: Line = Field("", max_length=10)
    note: Line = Field("", max_length=5000)
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE


class FigureOut(Schema):
    """One value from one source; ``superseded_by_id`` is the key of the later vintage."""

    id: int
    version: int
    measure: str = Field(alias="measure.code")
    detail: Text
    place: str | None = Field(None, alias="location.code")
    unit: str = Field(alias="unit.code")
    value: Decimal
    as_of: date | None
    period_start: date | None
    period_end: date | None
    source_id: int
    publisher: str = Field(alias="source.publisher")
    confidence: str
    note: str
    supersedes_id: int | None
    superseded_by_id: int | None
    owner_id: int
    visibility: str

    @staticmethod
    def resolve_value(figure: Figure) -> Decimal:
        return Decimal(f"{figure.value.normalize():f}")

    @staticmethod
    def resolve_superseded_by_id(figure: Figure) -> int | None:
        return figure.superseded_by.pk if figure.is_superseded else None


class RevisionIn(Schema):
    """A new vintage; what is left out stays as in the figure it replaces."""

    value: Value
    as_of: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    source_id: Key | None = None
    confidence: Confidence | None = None
    note: Line = Field("", max_length=5000)


class FigureIn(Schema):
    """A new figure; ``measure`` and ``unit`` are codes, ``place`` an ISO 3166 code."""

    measure: Line = Field(max_length=60, examples=["mined_area_ap"])
    detail: dict[str, Line] = {}
    place: Line | None = Field(None, max_length=12, examples=["KH"])
    unit: Line = Field(max_length=60, examples=["km2"])
    value: Value
    as_of: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    source_id: Key
    confidence: Confidence = Confidence.STATED
    note: Line = Field("", max_length=5000)
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE


class ConflictOut(Schema):
    """Figures that contradict one another; ``spread`` is a ratio of the largest."""

    measure: str = Field(alias="measure.code")
    place: str | None = Field(None, alias="location.code")
    unit: str = Field(alias="unit.code")
    spread: Decimal
    claims: list[FigureOut]


@router.get("/sources", response={200: list[SourceOut], **PROBLEMS})
@paginate(Paged)
def list_sources(request: HttpRequest) -> QuerySet[Source]:
    """Sources the caller may see."""
    return queries.sources(reader_of(request))


@router.get("/sources/{pk}", response={200: SourceOut, **PROBLEMS})
def get_source(request: HttpRequest, pk: Id) -> Source:
    """One source."""
    return fetch(queries.sources(reader_of(request)), pk)


@router.post("/sources", response={201: SourceOut, **PROBLEMS})
def cite(request: HttpRequest, body: SourceIn) -> Status[Source]:
    """Record a source."""
    rows = queries.sources(reader_of(request))

    def act() -> Source:
        fields = body.model_dump(exclude={"owner_id"})
        made = actions.cite(by=reader_of(request), owner=_owner(body.owner_id), **fields)
        return fetch(rows, made.pk)

    return Status(201, write_once(request, body, rows, act))


@router.get("/figures", response={200: list[FigureOut], **PROBLEMS})
@paginate(Paged)
def list_figures(
    request: HttpRequest, measure: str = "", place: str = "", current: bool = False
) -> QuerySet[Figure]:
    """Figures the caller may see; ``current`` leaves out what a later vintage replaces."""
    rows = queries.figures(reader_of(request))
    if measure:
        rows = rows.filter(measure__code=measure.replace("\x00", ""))
    if place:
        rows = rows.filter(location__code=place.replace("\x00", "").upper())
    return rows.filter(superseded_by=None) if current else rows


@router.get("/figures/conflicts", response={200: list[ConflictOut], **PROBLEMS})
def list_conflicts(request: HttpRequest, place: str = "") -> list[queries.Conflict]:
    """Where publishers disagree, widest first."""
    codes = place.replace("\x00", "").upper()
    places = Location.objects.filter(code=codes) if place else None
    return queries.conflicts(reader_of(request), locations=places)


@router.get("/figures/{pk}", response={200: FigureOut, **PROBLEMS})
def get_figure(request: HttpRequest, pk: Id) -> Figure:
    """One figure."""
    return fetch(queries.figures(reader_of(request)), pk)


@router.post("/figures", response={201: FigureOut, **PROBLEMS})
def record_figure(request: HttpRequest, body: FigureIn) -> Status[Figure]:
    """Record one value of one measure from one source."""
    reader = reader_of(request)

    def act() -> Figure:
        fields = body.model_dump(
            exclude={"measure", "unit", "place", "value", "source_id", "owner_id"}
        )
        return actions.record_figure(
            by=reader,
            measure=Code.named("Measure", body.measure, "measure"),
            unit=Code.named("Unit", body.unit, "unit"),
            location=_place(body.place),
            value=Decimal(body.value),
            source=pick(Source.objects.visible_to(reader), body.source_id, "source_id"),
            owner=_owner(body.owner_id),
            **fields,
        )

    return Status(201, write_once(request, body, queries.figures(reader), act))


@router.post("/figures/{pk}/revisions", response={201: FigureOut, **PROBLEMS})
def revise_figure(request: HttpRequest, pk: Id, body: RevisionIn) -> Status[Figure]:
    """Record a new vintage that supersedes this figure."""
    reader = reader_of(request)
    figure = fetch(queries.figures(reader), pk)

    def act() -> Figure:
        changes: dict[str, Any] = body.model_dump(exclude={"value", "source_id"}, exclude_none=True)
        if body.source_id is not None:
            visible = Source.objects.visible_to(reader)
            changes["source"] = pick(visible, body.source_id, "source_id")
        return actions.revise_figure(figure, by=reader, value=Decimal(body.value), **changes)

    return Status(201, write_once(request, body, queries.figures(reader), act))


def _owner(pk: int) -> Organisation | None:
    return pick(Organisation.objects.filter(is_workspace=True), pk, "owner_id")


def _place(value: str | None) -> Location | None:
    found = Location.objects.filter(code=value.upper()).first() if value else None
    if value and found is None:
        text = f"“{value}” is not a place known here. Write an ISO 3166 code, for example KH."
        raise Invalid(text, {"place": text})
    return found
