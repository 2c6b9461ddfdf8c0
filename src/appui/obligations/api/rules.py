"""Rules of obligations and treaties that are followed, over the API."""

from datetime import date
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.funding.models import AgreementKind, Fund
from appui.kernel.api import PROBLEMS, Id, Key, Paged, fetch, pick, reader_of, write_once
from appui.obligations import actions, queries
from appui.obligations.api.common import Address, Line, Seen, owner, person
from appui.obligations.models import AnchorDay, ObligationRule, Subject, Treaty, TreatyDuty
from appui.registry.models import Organisation, Visibility
from appui.registry.ownership import Keys, organisations, ownership

router = Router()
Offset = Annotated[int, Field(ge=-600, le=600)]
Months = Annotated[int | None, Field(ge=1, le=600)]


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
    shared_with_ids: Keys = []


class TreatyDutyChange(TreatyDutyFields):
    """A treaty as it is to be followed, and the version that the caller saw; which treaty, whose it
    is and who sees it stay where they are left out."""

    treaty: Treaty | None = None
    owner_id: Key | None = None
    visibility: Visibility | None = None
    shared_with_ids: Keys | None = None
    version: Seen = None


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
            owner=owner(body.owner_id),
            code=body.code,
            **_rule_fields(request, body),
        )

    return Status(201, write_once(request, body, queries.rules(reader_of(request)), act))


@router.get("/obligation-rules/{pk}", response={200: ObligationRuleOut, **PROBLEMS})
def get_rule(request: HttpRequest, pk: Id) -> ObligationRule:
    """One rule; ``GET /obligations?rule_id=`` tells what is due by it."""
    return fetch(queries.rules(reader_of(request)), pk)


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
            owner=owner(body.owner_id),
            responsible=person(request, body.responsible_id),
            shared_with=organisations(body.shared_with_ids, "shared_with_ids"),
            **body.model_dump(exclude={"owner_id", "responsible_id", "shared_with_ids"}),
        )

    return Status(201, write_once(request, body, queries.duties(reader_of(request)), act))


@router.get("/treaty-duties/{pk}", response={200: TreatyDutyOut, **PROBLEMS})
def get_duty(request: HttpRequest, pk: Id) -> TreatyDuty:
    """One treaty; ``GET /obligations?duty_id=`` tells what it asks, year by year."""
    return fetch(queries.duties(reader_of(request)), pk)


@router.post("/treaty-duties/{pk}", response={200: TreatyDutyOut, **PROBLEMS})
def change_duty(request: HttpRequest, pk: Id, body: TreatyDutyChange) -> TreatyDuty:
    """Change since when a treaty is followed, or by whom."""
    row = fetch(queries.duties(reader_of(request)), pk)
    return actions.change_duty(
        row,
        by=reader_of(request),
        today=timezone.localdate(),
        responsible=person(request, body.responsible_id),
        **body.model_dump(include={"starts_on", "ends_on", "note", "version"}),
        **body.model_dump(include={"treaty", "visibility"}, exclude_none=True),
        **ownership(body),
    )


def _rule_fields(request: HttpRequest, body: ObligationRuleFields) -> dict[str, Any]:
    named = {"donor_id", "fund_id", "kind", "treaty", "owner_id", "code", "version"}
    funds = Fund.objects.visible_to(reader_of(request))
    return body.model_dump(exclude=named) | {
        "donor": pick(Organisation.objects.standing(), body.donor_id, "donor_id"),
        "fund": pick(funds, body.fund_id, "fund_id"),
        "kind": body.kind or "",
        "treaty": body.treaty or "",
    }
