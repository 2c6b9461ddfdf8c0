"""Activities over the API."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
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
    fetch,
    pick,
    pick_all,
    reader_of,
    write_once,
)
from appui.needs.models import Need
from appui.portfolio import actions, queries
from appui.portfolio.api.budget import BudgetLineOut
from appui.portfolio.models import Activity, ActivityIdentifier, ActivityKind
from appui.registry.models import Code, Visibility
from appui.registry.ownership import (
    OWNERSHIP_NAMES,
    Keys,
    OwnershipChange,
    ownership,
    sent,
)

router = Router()
Line = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Text = dict[str, Line]
ShortCode = Annotated[str, Field(max_length=60)]
DATES = frozenset(("planned_start", "actual_start", "planned_end", "actual_end"))
CODELISTS = {
    "status": "ActivityStatus",
    "scope": "ActivityScope",
    "aid_type": "AidType",
    "collaboration_type": "CollaborationType",
}


class ParticipationOut(Schema):
    """An organisation in an IATI role."""

    id: int
    version: int
    organisation_id: int
    role: str = Field(alias="role.code")
    note: str


class PlaceOut(Schema):
    """A place; ``percentage`` is null when the shares are not stated."""

    place: str = Field(alias="location.code")
    percentage: Decimal | None


class ClassificationOut(Schema):
    """A code of the activity: a share of its list, or the significance of a marker."""

    codelist: str = Field(alias="code.codelist.slug")
    code: str = Field(alias="code.code")
    percentage: Decimal | None
    significance: int | None
    reason: str
    source_id: int | None = Field(None, alias="source.pk")


class IdentifierOut(Schema):
    """A reference in another system."""

    id: int
    scheme: str
    code: str
    kind: str | None = None

    @staticmethod
    def resolve_kind(identifier: ActivityIdentifier) -> str | None:
        return identifier.kind.code if identifier.kind else None


class ActivityOut(Schema):
    """An activity with all that hangs on it."""

    id: int
    version: int
    reference: str
    iati_identifier: str
    title: dict[str, str]
    description: dict[str, str]
    kind: str
    status: str = Field(alias="status.code")
    scope: str | None = Field(None, alias="scope.code")
    aid_type: str | None = Field(None, alias="aid_type.code")
    collaboration_type: str | None = Field(None, alias="collaboration_type.code")
    planned_start: date | None
    actual_start: date | None
    planned_end: date | None
    actual_end: date | None
    currency: str
    parent_id: int | None
    need_ids: list[int]
    source_id: int | None = Field(None, alias="source.pk")
    owner_id: int
    visibility: str
    identifiers: list[IdentifierOut]
    participations: list[ParticipationOut]
    places: list[PlaceOut]
    classifications: list[ClassificationOut]
    budget_lines: list[BudgetLineOut]

    @staticmethod
    def resolve_need_ids(activity: Activity) -> list[int]:
        return [need.pk for need in activity.needs.all()]


class ActivityIn(Schema):
    """A new activity; ``status`` is an IATI activity status, 1 to 6.

    ``places`` maps ISO 3166 codes to shares, ``sectors`` OECD DAC purpose codes: all null, or
    making 100.
    """

    reference: str = Field(min_length=1, max_length=60, pattern=r"^[-a-zA-Z0-9_]+$")
    iati_identifier: Line = Field("", max_length=120)
    title: Text
    description: Text = {}
    kind: ActivityKind = ActivityKind.PROJECT
    status: str = Field("2", pattern=r"^[1-6]$")
    scope: ShortCode | None = None
    aid_type: ShortCode | None = None
    collaboration_type: ShortCode | None = None
    planned_start: date | None = None
    actual_start: date | None = None
    planned_end: date | None = None
    actual_end: date | None = None
    currency: CurrencyCode = "USD"
    places: dict[Line, Amount | None] = {}
    sectors: dict[Line, Amount | None] = {}
    need_ids: list[Key] = Field([], max_length=50)
    parent_id: Key | None = None
    source_id: Key | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class ActivityChange(OwnershipChange):
    """What changes of an activity; what is left out stays, and null empties dates and what may be
    unsaid. ``status_reason`` is kept in the history of the status."""

    reference: str | None = Field(None, min_length=1, max_length=60, pattern=r"^[-a-zA-Z0-9_]+$")
    iati_identifier: Line | None = Field(None, max_length=120)
    title: Text | None = None
    description: Text | None = None
    kind: ActivityKind | None = None
    status: str | None = Field(None, pattern=r"^[1-6]$")
    status_reason: Line = Field("", max_length=2000)
    scope: ShortCode | None = None
    aid_type: ShortCode | None = None
    collaboration_type: ShortCode | None = None
    planned_start: date | None = None
    actual_start: date | None = None
    planned_end: date | None = None
    actual_end: date | None = None
    currency: CurrencyCode | None = None
    need_ids: list[Key] | None = Field(None, max_length=50)
    parent_id: Key | None = None
    source_id: Key | None = None


@router.get("/activities", response={200: list[ActivityOut], **PROBLEMS})
@paginate(Paged)
def list_activities(request: HttpRequest, status: str = "") -> QuerySet[Activity]:
    """Activities the caller may see."""
    rows = whole(request)
    return rows.filter(status__code=status.replace("\x00", "")) if status else rows


@router.get("/activities/{pk}", response={200: ActivityOut, **PROBLEMS})
def get_activity(request: HttpRequest, pk: Id) -> Activity:
    """One activity."""
    return fetch(whole(request), pk)


@router.post("/activities", response={201: ActivityOut, **PROBLEMS})
def describe_activity(request: HttpRequest, body: ActivityIn) -> Status[Activity]:
    """Record an activity with its places and sectors."""
    reader = reader_of(request)
    rows = whole(request)
    alone = {"places", "sectors", "need_ids", "parent_id", "source_id", *OWNERSHIP_NAMES}

    def act() -> Activity:
        made = actions.describe_activity(
            by=reader,
            **_codes(body),
            needs=pick_all(Need.objects.visible_to(reader), body.need_ids, "need_ids"),
            parent=pick(Activity.objects.visible_to(reader), body.parent_id, "parent_id"),
            source=pick(Source.objects.visible_to(reader), body.source_id, "source_id"),
            **ownership(body),
            **body.model_dump(exclude={*alone, *CODELISTS}),
        )
        if body.places:
            actions.set_places(made, shares_of(body.places), by=reader)
        if body.sectors:
            actions.set_shares(made, "Sector", shares_of(body.sectors), by=reader)
        return fetch(rows, made.pk)

    return Status(201, write_once(request, body, rows, act))


@router.patch("/activities/{pk}", response={200: ActivityOut, **PROBLEMS})
def change_activity(request: HttpRequest, pk: Id, body: ActivityChange) -> Activity:
    """Change the facts of an activity, its status with the reason, what it is a part of, or who
    sees it; 409 when a colleague changed it since ``version``."""
    reader = reader_of(request)
    rows = whole(request)
    activity = fetch(rows, pk)

    def act() -> Activity:
        given = body.model_fields_set
        fields = sent(body, DATES, "need_ids", "parent_id", "source_id", *CODELISTS)
        codes = _codes(body).items()
        fields |= {n: code for n, code in codes if n in given and (code or n != "status")}
        if body.need_ids is not None:
            seen_needs = Need.objects.visible_to(reader)
            fields["needs"] = pick_all(seen_needs, body.need_ids, "need_ids")
        if "parent_id" in given:
            seen = Activity.objects.visible_to(reader)
            fields["parent"] = pick(seen, body.parent_id, "parent_id")
        if "source_id" in given:
            sources = Source.objects.visible_to(reader)
            fields["source"] = pick(sources, body.source_id, "source_id")
        actions.change_activity(activity, by=reader, **fields)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


def whole(request: HttpRequest) -> QuerySet[Activity]:
    """Activities with what ``ActivityOut`` tells, as far as the caller may see it."""
    reader = reader_of(request)
    sources = Source.objects.visible_to(reader)
    hanging: list[Prefetch[Any]] = [
        Prefetch("needs", Need.objects.visible_to(reader)),
        Prefetch("source", sources),
        Prefetch("classifications__source", sources),
    ]
    return queries.whole_activities(reader).prefetch_related(*hanging)


def shares_of(given: dict[str, str | None]) -> dict[str, Decimal | None]:
    """The shares of a body as Decimals."""
    return {code: None if share is None else Decimal(share) for code, share in given.items()}


def _codes(body: ActivityIn | ActivityChange) -> dict[str, Any]:
    """The codes that a body names, None for none; raises ``Invalid``."""
    return {
        name: Code.named(codelist, value, name) if (value := getattr(body, name)) else None
        for name, codelist in CODELISTS.items()
    }
