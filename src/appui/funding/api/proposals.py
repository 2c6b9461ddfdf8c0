"""Asks, their moves and documents, and exchanges with donors over the API."""

import base64
import binascii
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.funding import actions, queries
from appui.funding.api.common import organisation, owner, sent, visible
from appui.funding.models import (
    AskDocument,
    DocumentKind,
    Fund,
    LossReason,
    Proposal,
    Stage,
    StageMove,
)
from appui.funding.views.proposals import file_of
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
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.registry.models import Person, Visibility
from appui.registry.ownership import Keys, OwnershipChange, organisations
from appui.registry.queries import colleagues

router = Router()


class ProposalOut(Schema):
    """An ask; ``stage`` is what its stage counts as, ``stage_code`` the stage itself."""

    id: int
    version: int
    reference: str
    title: str
    need_id: int | None
    activity_id: int | None
    donor_id: int
    fund_id: int | None
    amount: Decimal
    currency: str
    stage: str
    stage_code: str
    stage_name: str
    stage_since: date | None
    probability: int | None
    submitted_on: date | None
    decision_on: date | None
    next_action: str
    next_action_on: date | None
    responsible_id: int | None
    is_stale: bool
    contact_id: int | None = Field(None, alias="contact.pk")
    loss_reason: str
    outcome_reason: str
    owner_id: int
    visibility: str

    @staticmethod
    def resolve_stage_code(obj: Proposal) -> str:
        return queries.line_of(obj).code


class AskFields(Schema):
    """What is asked for, how much, and what comes next."""

    reference: str = Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    title: str = Field(min_length=1, max_length=300)
    need_id: Key | None = None
    activity_id: Key | None = None
    fund_id: Key | None = None
    contact_id: Key | None = None
    amount: Amount
    currency: CurrencyCode = "USD"
    probability: int | None = Field(None, ge=0, le=100)
    submitted_on: date | None = None
    decision_on: date | None = None
    next_action: str = Field("", max_length=300)
    next_action_on: date | None = None
    responsible_id: Key | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class ProposalIn(AskFields):
    """A new ask."""

    donor_id: Key


class ProposalChange(OwnershipChange):
    """What changes of an ask; what is left out stays. With another owner it begins at the first
    stage of that organisation that counts as the same."""

    reference: str | None = Field(None, min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    title: str | None = Field(None, min_length=1, max_length=300)
    need_id: Key | None = None
    activity_id: Key | None = None
    donor_id: Key | None = None
    fund_id: Key | None = None
    contact_id: Key | None = None
    amount: Amount | None = None
    currency: CurrencyCode | None = None
    probability: int | None = Field(None, ge=0, le=100)
    submitted_on: date | None = None
    decision_on: date | None = None
    next_action: str | None = Field(None, max_length=300)
    next_action_on: date | None = None
    responsible_id: Key | None = None


class MoveIn(Schema):
    """Where an ask passes to: the code of a stage, or what it counts as. A refusal or withdrawal
    wants both reasons. ``version`` is the one the caller saw."""

    stage: str = Field(min_length=1, max_length=40)
    loss_reason: LossReason | None = None
    outcome_reason: str = Field("", max_length=2000)
    moved_on: date | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class AskMoveOut(Schema):
    """One move of an ask; the first one comes from no stage."""

    moved_on: date
    from_code: str
    from_category: str
    to_code: str
    to_category: str
    loss_reason: str
    reason: str
    user_name: str


class AskDocumentOut(Schema):
    """A document of an ask; ``url`` is empty when the file is kept here."""

    id: int
    version: int
    proposal_id: int
    title: str
    kind: str
    language: str
    dated: date | None
    url: str
    file_name: str
    size: int | None
    digest: str


class AskDocumentIn(Schema):
    """A document to keep: an address, or a file as Base64 with its name."""

    title: str = Field(min_length=1, max_length=200)
    kind: DocumentKind
    language: str = Field("", max_length=2)
    dated: date | None = None
    url: str = Field("", max_length=500)
    file_name: str = Field("", max_length=200)
    content: str = Field("", max_length=14_000_000)


def ask_rows(request: HttpRequest) -> QuerySet[Proposal]:
    """Asks the caller may see, as they are answered."""
    rows = queries.asks(reader_of(request), today=timezone.localdate())
    return rows.prefetch_related(Prefetch("contact", visible(request, Person)))


@router.get("/proposals", response={200: list[ProposalOut], **PROBLEMS})
@paginate(Paged)
def list_proposals(
    request: HttpRequest, stage: Stage | None = None, stale: bool | None = None
) -> QuerySet[Proposal]:
    """Asks the caller may see."""
    wanted: dict[str, Any] = {"stage": stage, "is_stale": stale}
    return ask_rows(request).filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )


@router.get("/proposals/{pk}", response={200: ProposalOut, **PROBLEMS})
def get_proposal(request: HttpRequest, pk: Id) -> Proposal:
    """One ask."""
    return fetch(ask_rows(request), pk)


def related(request: HttpRequest, named: dict[str, Any]) -> dict[str, Any]:
    """The records that the keys of a body name, each one that the caller may use."""
    readers: dict[str, QuerySet[Any]] = {
        "need_id": visible(request, Need),
        "activity_id": visible(request, Activity),
        "fund_id": visible(request, Fund),
        "contact_id": visible(request, Person),
        "responsible_id": colleagues(reader_of(request)),
    }
    return {
        name.removesuffix("_id"): pick(rows, named[name], name)
        for name, rows in readers.items()
        if name in named
    }


RELATED = {"need_id", "activity_id", "fund_id", "contact_id", "responsible_id"}


@router.post("/proposals", response={201: ProposalOut, **PROBLEMS})
def make_proposal(request: HttpRequest, body: ProposalIn) -> Status[Proposal]:
    """Record an ask."""
    rows = ask_rows(request)

    def act() -> Proposal:
        made = actions.make_proposal(
            by=reader_of(request),
            donor=organisation(body.donor_id, "donor_id"),
            **ask_fields(request, body),
        )
        return fetch(rows, made.pk)

    return Status(201, write_once(request, body, rows, act))


def ask_fields(request: HttpRequest, body: AskFields) -> dict[str, Any]:
    """The fields of a new ask but its donor, as an action takes them; raises ``Invalid``."""
    plain = set(AskFields.model_fields) - {*RELATED, "owner_id", "amount", "shared_with_ids"}
    return {
        "owner": owner(body.owner_id),
        "amount": decimal(body.amount),
        "shared_with": organisations(body.shared_with_ids, "shared_with_ids"),
        **related(request, body.model_dump()),
        **body.model_dump(include=plain),
    }


@router.patch("/proposals/{pk}", response={200: ProposalOut, **PROBLEMS})
def change_proposal(request: HttpRequest, pk: Id, body: ProposalChange) -> Proposal:
    """Change an ask that is not signed."""
    rows = ask_rows(request)
    found = fetch(rows, pk)

    def act() -> Proposal:
        told = sent(body, "reference", "title", "donor_id", "amount", "currency", "next_action")
        fields = {name: value for name, value in told.items() if name not in RELATED}
        if "amount" in fields:
            fields["amount"] = decimal(body.amount)
        if fields.pop("donor_id", None) is not None:
            fields["donor"] = organisation(body.donor_id, "donor_id")
        fields |= related(request, told)
        actions.change_proposal(found, by=reader_of(request), **fields)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.post("/proposals/{pk}/move", response={200: ProposalOut, **PROBLEMS})
def move_proposal(request: HttpRequest, pk: Id, body: MoveIn) -> Proposal:
    """Pass an ask to another stage."""
    rows = ask_rows(request)
    found = fetch(rows, pk)

    def act() -> Proposal:
        fields = body.model_dump() | {"loss_reason": body.loss_reason or ""}
        actions.move_proposal(found, by=reader_of(request), today=timezone.localdate(), **fields)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.get("/proposals/{pk}/moves", response={200: list[AskMoveOut], **PROBLEMS})
def list_ask_moves(request: HttpRequest, pk: Id) -> list[StageMove]:
    """The moves of an ask, the first one first; none for those outside its organisation."""
    return queries.moves_of(fetch(visible(request, Proposal), pk), reader_of(request))


@router.get("/proposals/{pk}/warnings", response={200: list[str], **PROBLEMS})
def list_ask_warnings(request: HttpRequest, pk: Id) -> list[str]:
    """What is wrong with the open asks for the same need and project, in sentences."""
    ask = fetch(queries.proposals(reader_of(request)), pk)
    return queries.warnings_of(ask, reader_of(request), today=timezone.localdate())


@router.get("/proposals/{pk}/documents", response={200: list[AskDocumentOut], **PROBLEMS})
def list_ask_documents(request: HttpRequest, pk: Id) -> list[AskDocument]:
    """The documents of an ask; none for those outside its organisation."""
    return queries.documents_of(fetch(visible(request, Proposal), pk), reader_of(request))


@router.post("/proposals/{pk}/documents", response={201: AskDocumentOut, **PROBLEMS})
def add_ask_document(request: HttpRequest, pk: Id, body: AskDocumentIn) -> Status[AskDocument]:
    """Keep a document with an ask."""
    ask = fetch(visible(request, Proposal), pk)
    rows = AskDocument.objects.visible_to(reader_of(request))

    def act() -> AskDocument:
        try:
            content = base64.b64decode(body.content, validate=True)
        except binascii.Error as error:
            text = "The content is not Base64."
            raise Invalid(text, {"content": text}) from error
        fields = body.model_dump(exclude={"content"})
        return actions.add_document(ask, by=reader_of(request), content=content, **fields)

    return Status(201, write_once(request, body, rows, act))


@router.get(
    "/ask-documents/{pk}/file",
    response={200: Any, **PROBLEMS},
    openapi_extra={"responses": {200: {"content": {"*/*": {}}}}},
)
def get_ask_document_file(request: HttpRequest, pk: Id) -> HttpResponse:
    """The file of a document that is kept here."""
    rows = AskDocument.objects.visible_to(reader_of(request)).select_related("stored")
    return file_of(fetch(rows, pk))


@router.delete("/ask-documents/{pk}", response={204: None, **PROBLEMS})
def remove_ask_document(request: HttpRequest, pk: Id) -> Status[None]:
    """Take a document from an ask."""
    rows = AskDocument.objects.visible_to(reader_of(request)).select_related("proposal")
    actions.remove_document(fetch(rows, pk), by=reader_of(request))
    return Status(204, None)
