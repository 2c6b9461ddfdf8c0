"""Activities over the API."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.db.models import QuerySet
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
from appui.registry.models import Code, Organisation, Visibility

router = Router()
Line = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Text = dict[str, Line]


class ParticipationOut(Schema):
    """An organisation in an IATI role."""

    id: int
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
    planned_start: date | None
    actual_start: date | None
    planned_end: date | None
    actual_end: date | None
    currency: str
    parent_id: int | None
    owner_id: int
    visibility: str
    identifiers: list[IdentifierOut]
    participations: list[ParticipationOut]
    places: list[PlaceOut]
    classifications: list[ClassificationOut]
    budget_lines: list[BudgetLineOut]


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


class ActivityChange(Schema):
    """What changes of an activity; what is left out stays. ``status_reason`` is kept in the history
    of the status."""

    version: int | None = None
    title: Text | None = None
    description: Text | None = None
    kind: ActivityKind | None = None
    status: str | None = Field(None, pattern=r"^[1-6]$")
    status_reason: Line = Field("", max_length=2000)
    planned_start: date | None = None
    actual_start: date | None = None
    planned_end: date | None = None
    actual_end: date | None = None
    parent_id: Key | None = None
    visibility: Visibility | None = None


@router.get("/activities", response={200: list[ActivityOut], **PROBLEMS})
@paginate(Paged)
def list_activities(request: HttpRequest, status: str = "") -> QuerySet[Activity]:
    """Activities the caller may see."""
    rows = queries.whole_activities(reader_of(request))
    return rows.filter(status__code=status.replace("\x00", "")) if status else rows


@router.get("/activities/{pk}", response={200: ActivityOut, **PROBLEMS})
def get_activity(request: HttpRequest, pk: Id) -> Activity:
    """One activity."""
    return fetch(queries.whole_activities(reader_of(request)), pk)


@router.post("/activities", response={201: ActivityOut, **PROBLEMS})
def describe_activity(request: HttpRequest, body: ActivityIn) -> Status[Activity]:
    """Record an activity with its places and sectors."""
    reader = reader_of(request)
    rows = queries.whole_activities(reader)
    alone = {"places", "sectors", "need_ids", "parent_id", "source_id", "owner_id", "status"}

    def act() -> Activity:
        made = actions.describe_activity(
            by=reader,
            status=Code.named("ActivityStatus", body.status, "status"),
            needs=pick_all(Need.objects.visible_to(reader), body.need_ids, "need_ids"),
            parent=pick(Activity.objects.visible_to(reader), body.parent_id, "parent_id"),
            source=pick(Source.objects.visible_to(reader), body.source_id, "source_id"),
            owner=pick(Organisation.objects.filter(is_workspace=True), body.owner_id, "owner_id"),
            **body.model_dump(exclude=alone),
        )
        if body.places:
            actions.set_places(made, _shares(body.places), by=reader)
        if body.sectors:
            actions.set_shares(made, "Sector", _shares(body.sectors), by=reader)
        return fetch(rows, made.pk)

    return Status(201, write_once(request, body, rows, act))


@router.patch("/activities/{pk}", response={200: ActivityOut, **PROBLEMS})
def change_activity(request: HttpRequest, pk: Id, body: ActivityChange) -> Activity:
    """Change the facts of an activity, its status with the reason, or what it is a part of."""
    reader = reader_of(request)
    rows = queries.whole_activities(reader)
    activity = fetch(rows, pk)
    fields = body.model_dump(exclude_unset=True, exclude={"status", "parent_id"})
    for name in ("title", "description", "kind", "visibility"):
        if fields.get(name, "") is None:
            del fields[name]

    def act() -> Activity:
        if body.status is not None:
            fields["status"] = Code.named("ActivityStatus", body.status, "status")
        if "parent_id" in body.model_fields_set:
            seen = Activity.objects.visible_to(reader)
            fields["parent"] = pick(seen, body.parent_id, "parent_id")
        actions.change_activity(activity, by=reader, **fields)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


def _shares(given: dict[str, str | None]) -> dict[str, Decimal | None]:
    return {code: None if share is None else Decimal(share) for code, share in given.items()}
