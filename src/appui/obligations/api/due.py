"""What is due, over the API."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, File, Form, Router, Schema, UploadedFile
from ninja.pagination import paginate

from appui.evidence.models import Source
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
from appui.obligations import actions, queries
from appui.obligations.api.common import Address, Line, Seen, owner, person
from appui.obligations.models import Obligation, State
from appui.obligations.views import calendar_answer, document_answer

router = Router()


class ObligationOut(Schema):
    """What is due; ``state`` is late, due, done, waived or lapsed today."""

    id: int
    version: int
    rule: str = Field(alias="rule.code")
    title: dict[str, str] = Field(alias="rule.title")
    agreement_id: int | None
    duty_id: int | None
    occurrence: int
    due_on: date
    anchor_on: date
    remind_on: date
    state: str
    responsible_id: int | None
    done_on: date | None
    document_id: int | None = Field(None, alias="document.pk")
    document_url: str
    file_name: str
    note: str
    waived_on: date | None
    waived_reason: str
    owner_id: int

    @staticmethod
    def resolve_state(row: Obligation) -> str:
        """Where it stands today."""
        return row.state(timezone.localdate()).value


class ShiftOut(Schema):
    """An obligation moved; ``amendment_id`` is what moved it, none where the rule changed."""

    id: int
    before: date | None
    after: date | None
    amendment_id: int | None


class FulfilIn(Schema):
    """When it was done, and the document: a source or an address."""

    done_on: date
    document_id: Key | None = None
    document_url: Address = ""
    note: Line = ""
    version: Seen = None


class FulfilByFile(Schema):
    """When it was done, by the file sent with it."""

    done_on: date
    note: Line = ""


class WaiveIn(Schema):
    """Why it need not be done."""

    reason: Line = Field(min_length=1)
    version: Seen = None


class TakeBackIn(Schema):
    """The version that the caller saw."""

    version: Seen = None


class AssignIn(Schema):
    """Who does it; nobody when left out."""

    responsible_id: Key | None = None
    note: Line = ""
    version: Seen = None


class ComputeIn(Schema):
    """Whose obligations to reckon again."""

    owner_id: Key


class ComputedOut(Schema):
    """How many obligations a reckoning added, moved and took away."""

    added: int
    moved: int
    lapsed: int


@router.get("/obligations", response={200: list[ObligationOut], **PROBLEMS})
@paginate(Paged)
def list_obligations(
    request: HttpRequest,
    state: State | None = None,
    agreement_id: Key | None = None,
    rule_id: Key | None = None,
    duty_id: Key | None = None,
    due_from: date | None = None,
    due_until: date | None = None,
) -> QuerySet[Obligation]:
    """What is due, the open ones first; of one agreement, rule or treaty, or between two days."""
    rows = queries.obligations(reader_of(request))
    if state is not None:
        rows = rows.in_state(state, timezone.localdate())
    asked = {
        "agreement": agreement_id,
        "rule": rule_id,
        "duty": duty_id,
        "due_on__gte": due_from,
        "due_on__lte": due_until,
    }
    rows = rows.filter(**{name: value for name, value in asked.items() if value is not None})
    return queries.ordered(rows)


@router.get(
    "/obligations/calendar",
    response={200: Any, **PROBLEMS},
    openapi_extra={"responses": {200: {"content": {"text/calendar": {}}}}},
)
def get_calendar_file(request: HttpRequest) -> HttpResponse:
    """What is still to do in the caller's organisation, for a calendar program (.ics)."""
    return calendar_answer(reader_of(request))


@router.post("/obligations/compute", response={200: ComputedOut, **PROBLEMS})
def compute(request: HttpRequest, body: ComputeIn) -> ComputedOut:
    """Reckon what is due in an organisation; a second time changes nothing."""
    found = actions.compute(owner(body.owner_id), by=reader_of(request), today=timezone.localdate())
    return ComputedOut(added=len(found.added), moved=len(found.moved), lapsed=len(found.lapsed))


@router.get("/obligations/{pk}", response={200: ObligationOut, **PROBLEMS})
def get_obligation(request: HttpRequest, pk: Id) -> Obligation:
    """One obligation."""
    return fetch(queries.obligations(reader_of(request)), pk)


@router.get("/obligations/{pk}/shifts", response={200: list[ShiftOut], **PROBLEMS})
def list_shifts(request: HttpRequest, pk: Id) -> list[Any]:
    """How its day moved."""
    return list(fetch(queries.obligations(reader_of(request)), pk).shifts.all())


@router.post("/obligations/{pk}/fulfil", response={200: ObligationOut, **PROBLEMS})
def fulfil(request: HttpRequest, pk: Id, body: FulfilIn) -> Obligation:
    """Say that it is done, by a source or the address of a document."""
    sources = Source.objects.visible_to(reader_of(request))
    return _settled(
        request,
        pk,
        body,
        lambda row: actions.fulfil(
            row,
            by=reader_of(request),
            today=timezone.localdate(),
            document=pick(sources, body.document_id, "document_id"),
            **body.model_dump(exclude={"document_id"}),
        ),
    )


@router.post("/obligations/{pk}/document", response={200: ObligationOut, **PROBLEMS})
def fulfil_by_file(
    request: HttpRequest, pk: Id, file: File[UploadedFile], about: Form[FulfilByFile]
) -> Obligation:
    """Say that it is done, by the file sent."""
    sent = (file.name or "document", file.read())
    return _settled(
        request,
        pk,
        about,
        lambda row: actions.fulfil(
            row,
            by=reader_of(request),
            today=timezone.localdate(),
            file=sent,
            **about.model_dump(),
        ),
    )


@router.get(
    "/obligations/{pk}/document",
    response={200: Any, **PROBLEMS},
    openapi_extra={"responses": {200: {"content": {"*/*": {}}}}},
)
def get_obligation_file(request: HttpRequest, pk: Id) -> HttpResponse:
    """The file that fulfils it."""
    rows = queries.obligations(reader_of(request))
    return document_answer(fetch(rows.exclude(file_name=""), pk))


@router.post("/obligations/{pk}/waive", response={200: ObligationOut, **PROBLEMS})
def waive(request: HttpRequest, pk: Id, body: WaiveIn) -> Obligation:
    """Say that it need not be done, and why."""
    today = timezone.localdate()
    return _settled(
        request,
        pk,
        body,
        lambda row: actions.waive(row, by=reader_of(request), today=today, **body.model_dump()),
    )


@router.post("/obligations/{pk}/take-back", response={200: ObligationOut, **PROBLEMS})
def take_back(request: HttpRequest, pk: Id, body: TakeBackIn) -> Obligation:
    """Open again what was done or waived."""
    return _settled(
        request,
        pk,
        body,
        lambda row: actions.take_back(row, by=reader_of(request), **body.model_dump()),
    )


@router.post("/obligations/{pk}/assign", response={200: ObligationOut, **PROBLEMS})
def assign(request: HttpRequest, pk: Id, body: AssignIn) -> Obligation:
    """Say who does it."""
    return _settled(
        request,
        pk,
        body,
        lambda row: actions.assign(
            row,
            by=reader_of(request),
            responsible=person(request, body.responsible_id),
            **body.model_dump(exclude={"responsible_id"}),
        ),
    )


def _settled(request: HttpRequest, pk: int, body: Schema, act: Any) -> Obligation:
    """Do ``act`` on the obligation once; the row as the caller may see it."""
    rows = queries.obligations(reader_of(request))
    row = fetch(rows, pk)
    write_once(request, body, rows, lambda: act(row))
    return fetch(rows, pk)
