"""Requests for experts, mandates and deliverables over the API."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.evidence.models import Source
from appui.kernel.api import PROBLEMS, Id, Key, Paged, fetch, pick, reader_of, write_once
from appui.kernel.errors import Missing
from appui.registry.models import Visibility
from appui.registry.ownership import Keys, OwnershipChange, changes, organisations
from appui.strategies import actions, queries
from appui.strategies.api.common import Removed, SeenVersion, Text, organisation, owner, person
from appui.strategies.models import Deliverable, ExpertRequest, Form, Mandate, RequestState

router = Router()
POINTERS = ("asked_by_id", "asked_of_id", "source_id")


class MandateOut(Schema):
    """Who carries out the terms, from when to when."""

    id: int
    version: int
    person_id: int | None = Field(None, alias="person.pk")
    organisation_id: int | None
    starts_on: date | None
    ends_on: date | None
    description: Text


class ExpertRequestOut(Schema):
    """A request for an expert with its mandate; ``due`` deliverables, of them ``delivered``."""

    id: int
    version: int
    reference: str
    subject: Text
    asked_by_id: int
    asked_of_id: int | None
    needed_from: date | None
    needed_to: date | None
    description: Text
    state: str
    reason: str
    source_id: int | None = Field(None, alias="source.pk")
    owner_id: int
    visibility: str
    due: int
    delivered: int
    late: int
    mandate: MandateOut | None

    @staticmethod
    def resolve_mandate(request: ExpertRequest) -> Mandate | None:
        return getattr(request, "mandate", None)


class ExpertRequestIn(Schema):
    """A new request; ``description`` holds the terms of reference."""

    reference: str = Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    subject: Text
    asked_by_id: Key
    asked_of_id: Key | None = None
    needed_from: date | None = None
    needed_to: date | None = None
    description: Text = {}
    source_id: Key | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class ExpertRequestChange(OwnershipChange):
    """What is asked, or its terms, until they are agreed; what is left out or null stays."""

    reference: str | None = Field(None, min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    asked_by_id: Key | None = None
    asked_of_id: Key | None = None
    source_id: Key | None = None
    subject: Text | None = None
    needed_from: date | None = None
    needed_to: date | None = None
    description: Text | None = None


class ExpertRequestMove(SeenVersion):
    """Where the request goes; a refusal says why."""

    state: RequestState
    reason: str = Field("", max_length=1000)


class MandateIn(Schema):
    """The expert, a contact or an organisation; the agreed terms unless others are written."""

    person_id: Key | None = None
    organisation_id: Key | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    description: Text = {}


class MandateChange(MandateIn):
    """A mandate as it is to be; ``version`` is that which the caller saw."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)


class DeliverableOut(Schema):
    """Something to deliver; delivered once ``delivered_on`` is set."""

    id: int
    version: int
    mandate_id: int
    position: int
    title: Text
    form: str
    due_on: date | None
    delivered_on: date | None
    document_id: int | None = Field(None, alias="document.pk")
    event: str


class DeliverableIn(Schema):
    """Something that a mandate has to deliver; ``due_on`` stays empty when it is not stated."""

    title: Text
    form: Form
    due_on: date | None = None
    position: int = Field(0, ge=0, le=32767)


class DeliverableChange(DeliverableIn):
    """A deliverable as it is to be; ``version`` is that which the caller saw."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)


class DeliverIn(SeenVersion):
    """What it ended in: a document recorded as a source, or an event."""

    delivered_on: date
    document_id: Key | None = None
    event: str = Field("", max_length=300)


@router.get("/expert-requests", response={200: list[ExpertRequestOut], **PROBLEMS})
@paginate(Paged)
def list_requests(
    request: HttpRequest, state: RequestState | None = None
) -> QuerySet[ExpertRequest]:
    """Requests for experts the caller may see, with their mandates."""
    rows = _rows(request)
    return rows.filter(state=state) if state else rows


@router.post("/expert-requests", response={201: ExpertRequestOut, **PROBLEMS})
def request_expert(request: HttpRequest, body: ExpertRequestIn) -> Status[ExpertRequest]:
    """Ask for an expert."""

    def act() -> ExpertRequest:
        return actions.request_expert(
            by=reader_of(request),
            owner=owner(body.owner_id),
            asked_by=organisation(body.asked_by_id, "asked_by_id"),
            asked_of=organisation(body.asked_of_id, "asked_of_id"),
            source=_source(request, body.source_id, "source_id"),
            shared_with=organisations(body.shared_with_ids, "shared_with_ids"),
            **body.model_dump(exclude={*POINTERS, "owner_id", "shared_with_ids"}),
        )

    rows = _rows(request)
    return Status(201, fetch(rows, write_once(request, body, rows, act).pk))


@router.get("/expert-requests/{pk}", response={200: ExpertRequestOut, **PROBLEMS})
def get_request(request: HttpRequest, pk: Id) -> ExpertRequest:
    """One request with its mandate."""
    return fetch(_rows(request), pk)


@router.post("/expert-requests/{pk}", response={200: ExpertRequestOut, **PROBLEMS})
def change_request(request: HttpRequest, pk: Id, body: ExpertRequestChange) -> ExpertRequest:
    """Change what is asked, or write the terms."""
    fields: dict[str, Any] = changes(body, *POINTERS)
    for name in ("asked_by", "asked_of"):
        if (key := getattr(body, f"{name}_id")) is not None:
            fields[name] = organisation(key, f"{name}_id")
    if body.source_id is not None:
        fields["source"] = _source(request, body.source_id, "source_id")
    return actions.change_request(fetch(_rows(request), pk), by=reader_of(request), **fields)


@router.post("/expert-requests/{pk}/move", response={200: ExpertRequestOut, **PROBLEMS})
def move_request(request: HttpRequest, pk: Id, body: ExpertRequestMove) -> ExpertRequest:
    """Agree the terms, refuse with a reason, ask again or close."""
    return actions.move_request(
        fetch(_rows(request), pk), by=reader_of(request), **body.model_dump()
    )


@router.post("/expert-requests/{pk}/mandate", response={201: MandateOut, **PROBLEMS})
def give_mandate(request: HttpRequest, pk: Id, body: MandateIn) -> Status[Mandate]:
    """Name the expert who carries out the agreed terms."""
    asked, by = fetch(_rows(request), pk), reader_of(request)
    fields = _mandate_fields(request, body)
    visible_requests = _visible(request)
    rows = Mandate.objects.filter(request__in=visible_requests)
    made = write_once(request, body, rows, lambda: actions.give_mandate(asked, by=by, **fields))
    return Status(201, made)


@router.post("/expert-requests/{pk}/mandate/change", response={200: MandateOut, **PROBLEMS})
def change_mandate(request: HttpRequest, pk: Id, body: MandateChange) -> Mandate:
    """Change who carries it out, when, or its terms."""
    fields = _mandate_fields(request, body)
    if not fields["description"]:
        del fields["description"]
    return actions.change_mandate(
        _mandate(request, pk), by=reader_of(request), version=body.version, **fields
    )


@router.get("/expert-requests/{pk}/deliverables", response={200: list[DeliverableOut], **PROBLEMS})
@paginate(Paged)
def list_deliverables(request: HttpRequest, pk: Id) -> QuerySet[Deliverable]:
    """What the mandate of a request has to deliver; none without a mandate."""
    asked = fetch(_rows(request), pk)
    return queries.deliverables(reader_of(request)).filter(mandate__request=asked)


@router.post("/expert-requests/{pk}/deliverables", response={201: DeliverableOut, **PROBLEMS})
def add_deliverable(request: HttpRequest, pk: Id, body: DeliverableIn) -> Status[Deliverable]:
    """Add something that the mandate has to deliver."""
    mandate, by = _mandate(request, pk), reader_of(request)
    fields = body.model_dump()
    rows = queries.deliverables(by).filter(mandate=mandate)
    made = write_once(
        request, body, rows, lambda: actions.add_deliverable(mandate, by=by, **fields)
    )
    return Status(201, made)


@router.post("/deliverables/{pk}", response={200: DeliverableOut, **PROBLEMS})
def change_deliverable(request: HttpRequest, pk: Id, body: DeliverableChange) -> Deliverable:
    """Change what is to be delivered, or when."""
    row = fetch(queries.deliverables(reader_of(request)), pk)
    return actions.change_deliverable(row, by=reader_of(request), **body.model_dump())


@router.post("/deliverables/{pk}/deliver", response={200: DeliverableOut, **PROBLEMS})
def deliver(request: HttpRequest, pk: Id, body: DeliverIn) -> Deliverable:
    """Mark it delivered, naming the document or the event it ended in."""
    return actions.deliver(
        fetch(queries.deliverables(reader_of(request)), pk),
        by=reader_of(request),
        document=_source(request, body.document_id, "document_id"),
        **body.model_dump(exclude={"document_id"}),
    )


@router.delete("/deliverables/{pk}", response={200: Removed, **PROBLEMS})
def remove_deliverable(request: HttpRequest, pk: Id) -> Removed:
    """Remove a deliverable."""
    row = fetch(queries.deliverables(reader_of(request)), pk)
    actions.remove_deliverable(row, by=reader_of(request))
    return Removed()


def _rows(request: HttpRequest) -> QuerySet[ExpertRequest]:
    return queries.expert_requests(reader_of(request), today=timezone.localdate())


def _visible(request: HttpRequest) -> QuerySet[ExpertRequest]:
    return ExpertRequest.objects.visible_to(reader_of(request))


def _source(request: HttpRequest, pk: int | None, field: str) -> Source | None:
    return pick(Source.objects.visible_to(reader_of(request)), pk, field)


def _mandate(request: HttpRequest, pk: int) -> Mandate:
    mandate: Mandate | None = getattr(fetch(_rows(request), pk), "mandate", None)
    if mandate is None:
        raise Missing("This request has no mandate yet.")
    return mandate


def _mandate_fields(request: HttpRequest, body: MandateIn) -> dict[str, Any]:
    return {
        "person": person(request, body.person_id),
        "organisation": organisation(body.organisation_id, "organisation_id"),
        "starts_on": body.starts_on,
        "ends_on": body.ends_on,
        "description": body.description,
    }
