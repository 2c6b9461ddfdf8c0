"""Obligations over the API."""

from datetime import date
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Form, Router, Schema, Status, UploadedFile
from ninja.pagination import paginate

from appui.accounts.models import User
from appui.evidence.models import Source
from appui.funding.models import AgreementKind, Fund
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
from appui.obligations.models import (
    AnchorDay,
    Obligation,
    ObligationRule,
    State,
    Subject,
    Treaty,
    TreatyDuty,
)
from appui.registry.models import Organisation, Visibility
from appui.registry.queries import colleagues

router = Router(tags=["obligations"])
Line = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=5000)]
Address = Annotated[str, Field(pattern=r"^(https?://[^\s\x00]+)?$", max_length=500)]
Seen = Annotated[int | None, Field(ge=1, le=2**31 - 1)]
Offset = Annotated[int, Field(ge=-600, le=600)]
Months = Annotated[int | None, Field(ge=1, le=600)]


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


class ObligationRuleOut(Schema):
    """A rule; without ``owner_id`` it comes with Appui. ``title`` is by language."""

    id: int
    version: int
    owner_id: int | None
    code: str
    title: dict[str, str]
    subject: str
    donor_id: int | None
    donor_name: str
    fund_id: int | None
    kind: str
    treaty: str
    minimum_months: int | None
    anchor: str
    months: int
    days: int
    every_months: int | None
    fixed_month: int | None
    fixed_day: int | None
    remind_days: int
    citation: str
    citation_url: str
    is_day_stated: bool
    valid_from: date | None
    valid_to: date | None


class ObligationRuleFields(Schema):
    """What a rule says: due so many months, then days, after the anchor; below zero, before it."""

    title: dict[str, Line]
    subject: Subject = Subject.AGREEMENT
    donor_id: Key | None = None
    fund_id: Key | None = None
    kind: AgreementKind | None = None
    treaty: Treaty | None = None
    minimum_months: Months = None
    anchor: AnchorDay = AnchorDay.START
    months: Offset = 0
    days: Offset = 0
    every_months: Months = None
    fixed_month: Annotated[int | None, Field(ge=1, le=12)] = None
    fixed_day: Annotated[int | None, Field(ge=1, le=31)] = None
    remind_days: Annotated[int, Field(ge=0, le=366)] = 30
    citation: Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=500)] = ""
    citation_url: Address = ""
    is_day_stated: bool = True
    valid_from: date | None = None
    valid_to: date | None = None


class ObligationRuleIn(ObligationRuleFields):
    """A new rule of an organisation."""

    owner_id: Key
    code: str = Field(min_length=1, max_length=60, pattern=r"^[-a-zA-Z0-9_]+$")


class ObligationRuleChange(ObligationRuleFields):
    """A rule as it is to be, and the version that the caller saw."""

    version: Seen = None


class TreatyDutyOut(Schema):
    """A treaty under which an organisation reports."""

    id: int
    version: int
    treaty: str
    starts_on: date
    ends_on: date | None
    responsible_id: int | None
    note: str
    owner_id: int
    visibility: str


class TreatyDutyFields(Schema):
    """Since when a treaty is followed, until when, and by whom."""

    starts_on: date
    ends_on: date | None = None
    responsible_id: Key | None = None
    note: Line = ""


class TreatyDutyIn(TreatyDutyFields):
    """A treaty to follow."""

    treaty: Treaty
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE


class TreatyDutyChange(TreatyDutyFields):
    """A treaty as it is to be followed, and the version that the caller saw."""

    version: Seen = None


@router.get("/obligations", response={200: list[ObligationOut], **PROBLEMS})
@paginate(Paged)
def list_obligations(
    request: HttpRequest, state: State | None = None, agreement_id: Key | None = None
) -> QuerySet[Obligation]:
    """What is due, the open ones first."""
    rows = queries.obligations(reader_of(request))
    if state is not None:
        rows = rows.in_state(state, timezone.localdate())
    if agreement_id is not None:
        rows = rows.filter(agreement=agreement_id)
    return queries.ordered(rows)


@router.post("/obligations/compute", response={200: ComputedOut, **PROBLEMS})
def compute(request: HttpRequest, body: ComputeIn) -> ComputedOut:
    """Reckon what is due in an organisation; a second time changes nothing."""
    owner = _owner(body.owner_id)
    found = actions.compute(owner, by=reader_of(request), today=timezone.localdate())
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
            responsible=_person(request, body.responsible_id),
            **body.model_dump(exclude={"responsible_id"}),
        ),
    )


def _settled(request: HttpRequest, pk: int, body: Schema, act: Any) -> Obligation:
    """Do ``act`` on the obligation once; the row as the caller may see it."""
    rows = queries.obligations(reader_of(request))
    row = fetch(rows, pk)
    write_once(request, body, rows, lambda: act(row))
    return fetch(rows, pk)


@router.get("/obligation-rules", response={200: list[ObligationRuleOut], **PROBLEMS})
@paginate(Paged)
def list_rules(request: HttpRequest) -> QuerySet[ObligationRule]:
    """The rules of Appui and of the caller's organisations."""
    return queries.rules(reader_of(request))


@router.post("/obligation-rules", response={201: ObligationRuleOut, **PROBLEMS})
def add_rule(request: HttpRequest, body: ObligationRuleIn) -> Status[ObligationRule]:
    """Write a rule of an organisation."""

    def act() -> ObligationRule:
        return actions.add_rule(
            by=reader_of(request),
            today=timezone.localdate(),
            owner=_owner(body.owner_id),
            code=body.code,
            **_rule_fields(request, body),
        )

    return Status(201, write_once(request, body, queries.rules(reader_of(request)), act))


@router.post("/obligation-rules/{pk}", response={200: ObligationRuleOut, **PROBLEMS})
def change_rule(request: HttpRequest, pk: Id, body: ObligationRuleChange) -> ObligationRule:
    """Change a rule of an organisation."""
    row = fetch(queries.rules(reader_of(request)), pk)
    today, fields = timezone.localdate(), _rule_fields(request, body)
    return actions.change_rule(
        row, by=reader_of(request), today=today, version=body.version, **fields
    )


@router.get("/treaty-duties", response={200: list[TreatyDutyOut], **PROBLEMS})
@paginate(Paged)
def list_duties(request: HttpRequest) -> QuerySet[TreatyDuty]:
    """The treaties that organisations follow."""
    return queries.duties(reader_of(request))


@router.post("/treaty-duties", response={201: TreatyDutyOut, **PROBLEMS})
def follow_treaty(request: HttpRequest, body: TreatyDutyIn) -> Status[TreatyDuty]:
    """Say that an organisation reports under a treaty."""

    def act() -> TreatyDuty:
        return actions.follow_treaty(
            by=reader_of(request),
            today=timezone.localdate(),
            owner=_owner(body.owner_id),
            responsible=_person(request, body.responsible_id),
            **body.model_dump(exclude={"owner_id", "responsible_id"}),
        )

    return Status(201, write_once(request, body, queries.duties(reader_of(request)), act))


@router.post("/treaty-duties/{pk}", response={200: TreatyDutyOut, **PROBLEMS})
def change_duty(request: HttpRequest, pk: Id, body: TreatyDutyChange) -> TreatyDuty:
    """Change since when a treaty is followed, or by whom."""
    row = fetch(queries.duties(reader_of(request)), pk)
    return actions.change_duty(
        row,
        by=reader_of(request),
        today=timezone.localdate(),
        responsible=_person(request, body.responsible_id),
        **body.model_dump(exclude={"responsible_id"}),
    )


def _owner(pk: int) -> Any:
    return pick(Organisation.objects.filter(is_workspace=True), pk, "owner_id")


def _person(request: HttpRequest, pk: int | None) -> User | None:
    people = User.objects.filter(pk__in=colleagues(reader_of(request)).values("pk"))
    return pick(people, pk, "responsible_id")


def _rule_fields(request: HttpRequest, body: ObligationRuleFields) -> dict[str, Any]:
    named = {"donor_id", "fund_id", "kind", "treaty", "owner_id", "code", "version"}
    funds = Fund.objects.visible_to(reader_of(request))
    return body.model_dump(exclude=named) | {
        "donor": pick(Organisation.objects.standing(), body.donor_id, "donor_id"),
        "fund": pick(funds, body.fund_id, "fund_id"),
        "kind": body.kind or "",
        "treaty": body.treaty or "",
    }
