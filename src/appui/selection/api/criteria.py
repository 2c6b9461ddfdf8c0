"""Criteria sets over the API."""

from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

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
from appui.registry.models import Organisation, Visibility
from appui.registry.ownership import Keys, OwnershipChange, changes, organisations
from appui.selection import queries
from appui.selection.actions import criteria as weighing
from appui.selection.api.common import Gone, Nothing, Points, SeenOf, Text
from appui.selection.models import (
    Axis,
    CriteriaSet,
    Criterion,
    Weighing,
)

router = Router(tags=["selection"])


class CriterionOut(Schema):
    """One thing projects are judged by."""

    id: int
    version: int
    title: dict[str, str]
    guidance: dict[str, str]
    axis: str
    less_is_better: bool
    points: Decimal


class JudgementOut(Schema):
    """2 to 9: ``first_id`` counts that many times as much; −2 to −9: ``second_id`` does."""

    first_id: int
    second_id: int
    preference: int


class CriteriaOut(Schema):
    """A criteria set; one with ``published_at`` does not change."""

    id: int
    version: int
    title: dict[str, str]
    description: dict[str, str]
    weighing: str
    lowest: int
    highest: int
    number: int
    replaces_id: int | None
    published_at: datetime | None
    criteria: list[CriterionOut]
    judgements: list[JudgementOut]
    owner_id: int
    visibility: str


class CriterionIn(Schema):
    """A new criterion, added at the end."""

    title: Text
    guidance: Text = {}
    axis: Axis = Axis.BENEFIT
    less_is_better: bool = False
    points: Points = "1"


class CriteriaIn(Schema):
    """A new criteria set with its criteria; ``preferences`` are judgements by place, from 0."""

    title: Text
    description: Text = {}
    weighing: Weighing = Weighing.DIRECT
    lowest: int = Field(1, ge=0, le=999)
    highest: int = Field(5, ge=1, le=1000)
    criteria: list[CriterionIn] = Field([], max_length=60)
    preferences: list[tuple[int, int, int]] = Field([], max_length=2000)
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class CriteriaChange(OwnershipChange):
    """What changes of a draft; what is left out or null stays."""

    title: Text | None = None
    description: Text | None = None
    weighing: Weighing | None = None
    lowest: int | None = Field(None, ge=0, le=999)
    highest: int | None = Field(None, ge=1, le=1000)


class CriterionChange(SeenOf):
    """What changes of a criterion; what is left out or null stays."""

    title: Text | None = None
    guidance: Text | None = None
    axis: Axis | None = None
    less_is_better: bool | None = None
    points: Points | None = None


class JudgementIn(Schema):
    """2 to 9: the first counts that many times as much; −2 to −9: the second does; 1: the same."""

    first_id: Key
    second_id: Key
    preference: int = Field(ge=-9, le=9)


class JudgementsIn(SeenOf):
    """All judgements of a set: those that are left out are taken away."""

    judgements: list[JudgementIn] = Field(max_length=2000)


class CriterionMove(Schema):
    """One place up, or down."""

    up: bool = True


@router.get("/criteria-sets", response={200: list[CriteriaOut], **PROBLEMS})
@paginate(Paged)
def list_criteria_sets(request: HttpRequest) -> QuerySet[CriteriaSet]:
    """Criteria sets the caller may see."""
    return queries.whole_criteria_sets(reader_of(request))


@router.post("/criteria-sets", response={201: CriteriaOut, **PROBLEMS})
def draft_criteria(request: HttpRequest, body: CriteriaIn) -> Status[CriteriaSet]:
    """Begin a criteria set with its criteria and judgements."""
    reader, rows = reader_of(request), queries.whole_criteria_sets(reader_of(request))

    def act() -> CriteriaSet:
        made = weighing.draft_criteria(
            by=reader,
            owner=pick(Organisation.objects.filter(is_workspace=True), body.owner_id, "owner_id"),
            shared_with=organisations(body.shared_with_ids, "shared_with_ids"),
            **body.model_dump(exclude={"criteria", "preferences", "owner_id", "shared_with_ids"}),
        )
        added = [_criterion(made, item, request) for item in body.criteria]
        if body.preferences:
            weighing.judge(made, _preferences(added, body.preferences), by=reader)
        return fetch(rows, made.pk)

    return Status(201, write_once(request, body, rows, act))


def _criterion(made: CriteriaSet, body: CriterionIn, request: HttpRequest) -> Criterion:
    fields = body.model_dump() | {"points": Decimal(body.points)}
    return weighing.add_criterion(made, by=reader_of(request), **fields)


def _preferences(
    added: list[Criterion], given: list[tuple[int, int, int]]
) -> dict[tuple[int, int], int]:
    found = {}
    for first, second, preference in given:
        if not 0 <= first < second < len(added):
            text = "A judgement names two places of the list of criteria, the earlier one first."
            raise Invalid(text, {"preferences": text})
        found[added[first].pk, added[second].pk] = preference
    return found


@router.get("/criteria-sets/{pk}", response={200: CriteriaOut, **PROBLEMS})
def get_criteria_set(request: HttpRequest, pk: Id) -> CriteriaSet:
    """One criteria set with its criteria and judgements."""
    return fetch(queries.whole_criteria_sets(reader_of(request)), pk)


@router.post("/criteria-sets/{pk}", response={200: CriteriaOut, **PROBLEMS})
def change_criteria(request: HttpRequest, pk: Id, body: CriteriaChange) -> CriteriaSet:
    """Change a draft."""
    rows = queries.whole_criteria_sets(reader_of(request))
    found = fetch(rows, pk)

    def act() -> CriteriaSet:
        weighing.change_criteria(found, by=reader_of(request), **changes(body))
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.post("/criteria-sets/{pk}/judgements", response={200: CriteriaOut, **PROBLEMS})
def judge(request: HttpRequest, pk: Id, body: JudgementsIn) -> CriteriaSet:
    """Put exactly these judgements of a draft."""
    rows = queries.whole_criteria_sets(reader_of(request))
    found = fetch(rows, pk)
    given = {(item.first_id, item.second_id): item.preference for item in body.judgements}

    def act() -> CriteriaSet:
        weighing.judge(found, given, by=reader_of(request), version=body.version)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.post("/criteria-sets/{pk}/criteria", response={201: CriterionOut, **PROBLEMS})
def add_criterion(request: HttpRequest, pk: Id, body: CriterionIn) -> Status[Criterion]:
    """Add a criterion to a draft."""
    criteria_set = fetch(queries.whole_criteria_sets(reader_of(request)), pk)
    rows = criteria_set.criteria.all()
    act = write_once(request, body, rows, lambda: _criterion(criteria_set, body, request))
    return Status(201, act)


@router.post("/criteria-sets/{pk}/publish", response={200: CriteriaOut, **PROBLEMS})
def publish_criteria(request: HttpRequest, pk: Id, body: SeenOf) -> CriteriaSet:
    """Freeze a draft."""
    rows = queries.whole_criteria_sets(reader_of(request))
    found = fetch(rows, pk)
    return write_once(
        request,
        body,
        rows,
        lambda: weighing.publish(found, by=reader_of(request), version=body.version),
    )


@router.post("/criteria-sets/{pk}/next-version", response={201: CriteriaOut, **PROBLEMS})
def next_version(request: HttpRequest, pk: Id, body: Nothing) -> Status[CriteriaSet]:
    """A draft that starts as the published set stands."""
    rows = queries.whole_criteria_sets(reader_of(request))
    found = fetch(rows, pk)

    def act() -> CriteriaSet:
        return fetch(rows, weighing.next_version(found, by=reader_of(request)).pk)

    return Status(201, write_once(request, body, rows, act))


@router.post("/criteria/{pk}", response={200: CriterionOut, **PROBLEMS})
def change_criterion(request: HttpRequest, pk: Id, body: CriterionChange) -> Criterion:
    """Change a criterion of a draft."""
    rows = queries.criteria(reader_of(request))
    found = fetch(rows, pk)
    fields = changes(body)
    if body.points is not None:
        fields["points"] = Decimal(body.points)
    return write_once(
        request,
        body,
        rows,
        lambda: weighing.change_criterion(found, by=reader_of(request), **fields),
    )


@router.post("/criteria/{pk}/move", response={200: CriteriaOut, **PROBLEMS})
def move_criterion(request: HttpRequest, pk: Id, body: CriterionMove) -> CriteriaSet:
    """Exchange the place of a criterion with its neighbour's; answers the whole set."""
    item = fetch(queries.criteria(reader_of(request)), pk)
    rows = queries.whole_criteria_sets(reader_of(request))

    def act() -> CriteriaSet:
        weighing.move_criterion(item, by=reader_of(request), up=body.up)
        return fetch(rows, item.criteria_set_id)

    return write_once(request, body, rows, act)


@router.delete("/criteria/{pk}", response={200: Gone, **PROBLEMS})
def remove_criterion(request: HttpRequest, pk: Id) -> Gone:
    """Take a criterion out of a draft, and the judgements on it."""
    item = fetch(queries.criteria(reader_of(request)), pk)
    weighing.remove_criterion(item, by=reader_of(request))
    return Gone()
