"""Work plans, traces and what is late over the API."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.kernel.api import PROBLEMS, Id, Key, Paged, fetch, pick, reader_of, write_once
from appui.kernel.errors import Invalid
from appui.portfolio.models import Activity
from appui.questionnaires.models import Priority
from appui.registry.models import Visibility
from appui.registry.ownership import Keys, OwnershipChange, changes, organisations
from appui.registry.queries import colleagues
from appui.strategies import actions, queries
from appui.strategies.api.common import (
    ApprovalIn,
    ProgressIn,
    ProgressOut,
    Removed,
    Text,
    WorkIn,
    WorkOut,
    grounds,
    person,
    work,
)
from appui.strategies.models import Plan, PlanItem, Progress, Standing, Trace

router = Router()


class PlanOut(Schema):
    """The plan of one year."""

    id: int
    version: int
    strategy_id: int
    year: int
    state: str
    approved_on: date | None
    approved_by: str
    consultation_ids: list[int]
    unheard: str
    owner_id: int
    visibility: str

    @staticmethod
    def resolve_consultation_ids(obj: Plan) -> list[int]:
        return [one.pk for one in obj.consultations.all()]


class PlanIn(Schema):
    """A new plan, from an approved strategy."""

    strategy_id: Key
    year: int = Field(ge=1990, le=2100)
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class PlanSharing(OwnershipChange):
    """Who sees a plan; it stays its owner's."""

    owner_id: None = None


class PlanItemOut(WorkOut):
    """Something to do in the year; ``item_id`` is the action of the strategy it comes from."""

    plan_id: int
    item_id: int | None = Field(None, alias="item.pk")
    activity_id: int | None = Field(None, alias="activity.pk")
    origin: str
    origin_url: str


class PlanItemIn(WorkIn):
    """Something to do, added by hand; ``origin`` says what it comes from."""

    activity_id: Key | None = None
    origin: str = Field("", max_length=300)
    origin_url: str = Field("", max_length=500)


class PlanItemChange(PlanItemIn):
    """An item as it is to be; ``version`` is that which the caller saw."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)


class PriorityPlanIn(Schema):
    """Into which plan a priority goes, who sees to it and by when."""

    plan_id: Key
    responsible_id: Key | None = None
    person_id: Key | None = None
    due_on: date | None = None


class Derived(Schema):
    """How many actions were added."""

    added: int


class TraceOut(Schema):
    """A project serves an item of a strategy."""

    id: int
    activity_id: int
    item_id: int


class TraceIn(Schema):
    """Which project serves which item."""

    activity_id: Key
    item_id: Key


class UntracedOut(Schema):
    """A project that serves no item."""

    id: int
    reference: str
    title: Text
    owner_id: int


class LateOut(Schema):
    """Something open past its day; ``kind`` names the record that ``id`` is the key of."""

    kind: str
    id: int
    title: Text
    about: str
    due_on: date
    days_late: int
    responsible: str
    url: str


@router.get("/plans", response={200: list[PlanOut], **PROBLEMS})
@paginate(Paged)
def list_plans(request: HttpRequest) -> QuerySet[Plan]:
    """Work plans the caller may see."""
    return queries.plans(reader_of(request))


@router.post("/plans", response={201: PlanOut, **PROBLEMS})
def make_plan(request: HttpRequest, body: PlanIn) -> Status[Plan]:
    """Make the plan of a year, with the actions due in it."""
    by = reader_of(request)

    def act() -> Plan:
        strategy = pick(queries.strategies(by), body.strategy_id, "strategy_id")
        if strategy is None:
            raise Invalid("Name a strategy.", {"strategy_id": "Name a strategy."})
        return actions.make_plan(
            strategy,
            by=by,
            year=body.year,
            visibility=body.visibility,
            shared_with=organisations(body.shared_with_ids, "shared_with_ids"),
        )

    return Status(201, write_once(request, body, queries.plans(by), act))


@router.get("/plans/{pk}", response={200: PlanOut, **PROBLEMS})
def get_plan(request: HttpRequest, pk: Id) -> Plan:
    """One plan."""
    return _plan(request, pk)


@router.post("/plans/{pk}", response={200: PlanOut, **PROBLEMS})
def share_plan(request: HttpRequest, pk: Id, body: PlanSharing) -> Plan:
    """Say who sees a plan."""
    return actions.share_plan(
        _plan(request, pk),
        by=reader_of(request),
        **changes(body),
    )


@router.delete("/plans/{pk}", response={200: Removed, **PROBLEMS})
def discard_plan(request: HttpRequest, pk: Id) -> Removed:
    """Remove a plan that is still a draft."""
    actions.discard_plan(_plan(request, pk), by=reader_of(request))
    return Removed()


@router.post("/plans/{pk}/derive", response={200: Derived, **PROBLEMS})
def derive(request: HttpRequest, pk: Id) -> Derived:
    """Add the actions of the year that the plan does not have yet."""
    return Derived(added=actions.derive(_plan(request, pk), by=reader_of(request)))


@router.post("/plans/{pk}/approve", response={200: PlanOut, **PROBLEMS})
def approve_plan(request: HttpRequest, pk: Id, body: ApprovalIn) -> Plan:
    """Freeze a plan."""
    return actions.approve_plan(
        _plan(request, pk),
        by=reader_of(request),
        today=timezone.localdate(),
        **grounds(request, body),
    )


@router.get("/plans/{pk}/items", response={200: list[PlanItemOut], **PROBLEMS})
@paginate(Paged)
def list_plan_items(request: HttpRequest, pk: Id) -> QuerySet[PlanItem]:
    """The items of one plan."""
    return queries.plan_items(reader_of(request)).filter(plan=_plan(request, pk))


@router.post("/plans/{pk}/items", response={201: PlanItemOut, **PROBLEMS})
def add_plan_item(request: HttpRequest, pk: Id, body: PlanItemIn) -> Status[PlanItem]:
    """Add something to do to a draft plan."""
    plan, by = _plan(request, pk), reader_of(request)
    rows = queries.plan_items(by).filter(plan=plan)
    made = write_once(
        request,
        body,
        rows,
        lambda: actions.add_plan_item(plan, by=by, **_fields(request, body)),
    )
    return Status(201, fetch(rows, made.pk))


@router.get("/plan-items/{pk}", response={200: PlanItemOut, **PROBLEMS})
def get_plan_item(request: HttpRequest, pk: Id) -> PlanItem:
    """One item of a plan."""
    return _item(request, pk)


@router.post("/plan-items/{pk}", response={200: PlanItemOut, **PROBLEMS})
def change_plan_item(request: HttpRequest, pk: Id, body: PlanItemChange) -> PlanItem:
    """Change an item of a draft plan; 409 when a colleague changed it since ``version``."""
    fields = _fields(request, body)
    return actions.change_plan_item(
        _item(request, pk), by=reader_of(request), version=body.version, **fields
    )


@router.delete("/plan-items/{pk}", response={200: Removed, **PROBLEMS})
def remove_plan_item(request: HttpRequest, pk: Id) -> Removed:
    """Remove an item of a draft plan."""
    actions.remove_plan_item(_item(request, pk), by=reader_of(request))
    return Removed()


@router.get("/plan-items/{pk}/progress", response={200: list[ProgressOut], **PROBLEMS})
@paginate(Paged)
def list_plan_progress(request: HttpRequest, pk: Id) -> QuerySet[Progress]:
    """What was reported of an item of a plan, the latest first."""
    return queries.reports_of(_item(request, pk), reader_of(request))


@router.post("/plan-items/{pk}/progress", response={201: ProgressOut, **PROBLEMS})
def report_plan_progress(request: HttpRequest, pk: Id, body: ProgressIn) -> Status[Progress]:
    """Say how far an item of an approved plan is."""
    item, by = _item(request, pk), reader_of(request)
    fields = body.model_dump()
    rows = queries.reports_of(item, by)
    made = write_once(
        request,
        body,
        rows,
        lambda: actions.report_progress(item, by=by, today=timezone.localdate(), **fields),
    )
    return Status(201, made)


@router.post("/priorities/{pk}/plan", response={201: PlanItemOut, **PROBLEMS})
def plan_priority(request: HttpRequest, pk: Id, body: PriorityPlanIn) -> Status[PlanItem]:
    """Put the priority of an assessment into a plan that is still a draft."""
    by = reader_of(request)
    priority = fetch(Priority.objects.visible_to(by), pk)
    rows = queries.plan_items(by)

    def act() -> PlanItem:
        drafts = queries.plans(by).filter(state=Standing.DRAFT)
        plan: Any = pick(drafts, body.plan_id, "plan_id")
        fields = {
            "responsible": pick(colleagues(by), body.responsible_id, "responsible_id"),
            "person": person(request, body.person_id),
            "due_on": body.due_on,
        }
        return fetch(rows, actions.plan_priority(plan, priority, by=by, **fields).pk)

    return Status(201, write_once(request, body, rows, act))


@router.get("/traces", response={200: list[TraceOut], **PROBLEMS})
@paginate(Paged)
def list_traces(request: HttpRequest) -> QuerySet[Trace]:
    """Which project serves which item of a strategy."""
    return queries.traces(reader_of(request))


@router.post("/traces", response={201: TraceOut, **PROBLEMS})
def trace(request: HttpRequest, body: TraceIn) -> Status[Trace]:
    """Say which item of a strategy a project serves."""
    by = reader_of(request)

    def act() -> Trace:
        activity = fetch(Activity.objects.visible_to(by), body.activity_id)
        item = fetch(queries.items(by), body.item_id)
        return actions.trace(activity, by=by, item=item)

    return Status(201, write_once(request, body, queries.traces(by), act))


@router.delete("/traces/{pk}", response={200: Removed, **PROBLEMS})
def untrace(request: HttpRequest, pk: Id) -> Removed:
    """Take back that a project serves an item."""
    actions.untrace(fetch(queries.traces(reader_of(request)), pk), by=reader_of(request))
    return Removed()


@router.get("/untraced-activities", response={200: list[UntracedOut], **PROBLEMS})
@paginate(Paged)
def list_untraced(request: HttpRequest) -> QuerySet[Activity]:
    """Projects of the caller's organisations that serve no item of a strategy."""
    return queries.untraced(reader_of(request))


@router.get("/late-work", response={200: list[LateOut], **PROBLEMS})
def late_work(request: HttpRequest, organisation_id: Key | None = None) -> list[LateOut]:
    """Open actions, items of plans and deliverables past their day, the longest late first.

    Of the caller's organisations, or of one whose work is shared with the caller.
    """
    reader, today = reader_of(request), timezone.localdate()
    owners = [organisation_id] if organisation_id else reader.organisation_ids()
    found = queries.late_work(owners, reader, today=today)
    return [LateOut(**as_late(work, today)) for work in found]


def as_late(found: queries.OpenWork, today: date) -> dict[str, Any]:
    """One late piece of work as plain values."""
    return {
        "kind": found.kind,
        "id": found.row.pk,
        "title": found.row.title,
        "about": found.about,
        "due_on": found.due_on,
        "days_late": found.days_late(today),
        "responsible": found.who,
        "url": found.row.get_absolute_url(),
    }


def _plan(request: HttpRequest, pk: int) -> Plan:
    return fetch(queries.plans(reader_of(request)), pk)


def _item(request: HttpRequest, pk: int) -> PlanItem:
    return fetch(queries.plan_items(reader_of(request)), pk)


def _fields(request: HttpRequest, body: PlanItemIn) -> dict[str, Any]:
    activities = Activity.objects.visible_to(reader_of(request))
    return {
        **work(request, body),
        "activity": pick(activities, body.activity_id, "activity_id"),
        "origin": body.origin,
        "origin_url": body.origin_url,
    }
