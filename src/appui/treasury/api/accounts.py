"""Own funds, their earmarks, statements and Beancount over the API."""

import datetime
from decimal import Decimal
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status
from ninja.pagination import paginate

from appui.funding.models import Agreement, Fund
from appui.kernel.api import (
    PROBLEMS,
    CurrencyCode,
    Id,
    Key,
    Paged,
    fetch,
    pick,
    reader_of,
    write_once,
)
from appui.kernel.errors import Invalid
from appui.registry.models import Code, Location
from appui.treasury import actions, asked, printing, queries
from appui.treasury.api.common import organisation, own_fund, project
from appui.treasury.exporting import beancount_lines
from appui.treasury.models import Earmark, Grant

router = Router()
Text = dict[str, str]


class FundSumsOut(Schema):
    """Sums by kind, in the currency beside them, and what follows from them."""

    received: Decimal
    interest: Decimal
    fees: Decimal
    returned: Decimal
    moved_in: Decimal
    moved_out: Decimal
    allocated: Decimal
    released: Decimal
    disbursed: Decimal
    spent: Decimal
    recovered: Decimal
    available: Decimal
    to_pay: Decimal
    paid: Decimal
    held: Decimal


class OwnFundOut(Schema):
    """A fund that keeps accounts."""

    id: int
    title: Text
    currency: str
    owner_id: int


class FundTotalOut(Schema):
    """The balances of a fund in one currency."""

    currency: str
    balances: FundSumsOut


class EarmarkOut(Schema):
    """An earmark with its balances."""

    id: int
    version: int
    fund_id: int
    code: str
    title: Text
    currency: str
    is_general: bool
    donor_id: int | None
    agreement_id: int | None
    restriction: str
    location: str | None = Field(None, alias="location.code")
    theme: str | None = Field(None, alias="theme.code")
    activity_id: int | None
    opened_on: datetime.date | None
    closed_on: datetime.date | None
    balances: FundSumsOut


class EarmarkGrant(Schema):
    """What one earmark gave to one project: what is still to pay, and what is paid."""

    id: int
    activity_id: int
    to_pay: Decimal
    paid: Decimal


class FundBalanceOut(Schema):
    """The balances of a fund, together and by earmark."""

    id: int
    totals: list[FundTotalOut]
    earmarks: list[EarmarkOut]


class EarmarkIn(Schema):
    """A new earmark; with a project, its money is allocated to no other one."""

    code: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    title: Text
    currency: CurrencyCode = "USD"
    donor_id: Key | None = None
    agreement_id: Key | None = None
    restriction: str = Field("", max_length=5000)
    location: str | None = Field(None, max_length=10)
    theme: str | None = Field(None, max_length=10)
    activity_id: Key | None = None
    opened_on: datetime.date | None = None


class EarmarkChange(Schema):
    """What to change; what is left out stays, and null empties what may be empty. ``closed_on``
    closes an empty earmark."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)
    code: str | None = Field(None, pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    title: Text | None = None
    donor_id: Key | None = None
    agreement_id: Key | None = None
    restriction: str | None = Field(None, max_length=5000)
    location: str | None = Field(None, max_length=10)
    theme: str | None = Field(None, max_length=10)
    activity_id: Key | None = None
    opened_on: datetime.date | None = None
    closed_on: datetime.date | None = None


class StatementAsked(Schema):
    """About whom or what, and which days; without days, this year so far."""

    kind: Literal["donor", "project", "earmark"] = "earmark"
    id: int = Field(0, ge=0, le=2**63 - 1)
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    format: Literal["json", "pdf", "xlsx"] = "json"
    language: Literal["fr", "en", "es", "ar"] = "fr"


@router.get("/own-funds", response={200: list[OwnFundOut], **PROBLEMS})
@paginate(Paged)
def list_own_funds(request: HttpRequest) -> QuerySet[Fund]:
    """Funds whose accounts the caller may see."""
    return queries.funds(reader_of(request)).order_by("pk")


@router.get("/own-funds/{pk}/balance", response={200: FundBalanceOut, **PROBLEMS})
def get_balance(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """The balances of a fund, earmark by earmark."""
    fund = own_fund(request, pk)
    rows = list(queries.earmarks(reader_of(request)).filter(fund=fund))
    return {"id": fund.pk, "totals": queries.totals(rows), "earmarks": rows}


@router.post("/own-funds/{pk}/earmarks", response={201: EarmarkOut, **PROBLEMS})
def open_earmark(request: HttpRequest, pk: Id, body: EarmarkIn) -> Status[Earmark]:
    """Set money of a fund apart for something."""
    fund, reader = own_fund(request, pk), reader_of(request)

    def act() -> Earmark:
        return actions.open_earmark(
            fund,
            by=reader,
            donor=organisation(body.donor_id, "donor_id"),
            agreement=pick(Agreement.objects.visible_to(reader), body.agreement_id, "agreement_id"),
            location=_place(body.location),
            theme=Code.named("Sector", body.theme, "theme") if body.theme else None,
            activity=project(request, body.activity_id, "activity_id"),
            **body.model_dump(include={"code", "title", "currency", "restriction", "opened_on"}),
        )

    return Status(201, write_once(request, body, queries.earmarks(reader), act))


def _place(code: str | None) -> Location | None:
    if code is None:
        return None
    found = Location.objects.filter(code=code.replace("\x00", "")).first()
    if found is None:
        text = f"There is no place “{code}”."
        raise Invalid(text, {"location": text})
    return found


@router.get("/earmarks/{pk}", response={200: EarmarkOut, **PROBLEMS})
def get_earmark(request: HttpRequest, pk: Id) -> Earmark:
    """One earmark with its balances."""
    return fetch(queries.earmarks(reader_of(request)), pk)


@router.patch("/earmarks/{pk}", response={200: EarmarkOut, **PROBLEMS})
def change_earmark(request: HttpRequest, pk: Id, body: EarmarkChange) -> Earmark:
    """Change what an earmark is for, or close it."""
    reader = reader_of(request)
    found = fetch(queries.earmarks(reader), pk)
    told = body.model_dump(exclude_unset=True)
    days, kept = ("opened_on", "closed_on"), ("code", "title", "restriction")
    fields: dict[str, Any] = {name: told[name] for name in days if name in told}
    fields |= {name: told[name] for name in kept if told.get(name) is not None}
    if "donor_id" in told:
        fields["donor"] = organisation(body.donor_id, "donor_id")
    if "agreement_id" in told:
        rows = Agreement.objects.visible_to(reader)
        fields["agreement"] = pick(rows, body.agreement_id, "agreement_id")
    if "location" in told:
        fields["location"] = _place(body.location)
    if "theme" in told:
        fields["theme"] = Code.named("Sector", body.theme, "theme") if body.theme else None
    if "activity_id" in told:
        fields["activity"] = project(request, body.activity_id, "activity_id")
    today = timezone.localdate()
    return actions.change_earmark(found, by=reader, today=today, version=body.version, **fields)


@router.get("/earmarks/{pk}/grants", response={200: list[EarmarkGrant], **PROBLEMS})
@paginate(Paged)
def list_grants(request: HttpRequest, pk: Id) -> QuerySet[Grant]:
    """What an earmark gave to projects that the caller may see."""
    reader = reader_of(request)
    found = fetch(queries.earmarks(reader), pk)
    return queries.grants(reader).filter(earmark=found)


@router.get("/own-funds/{pk}/statement", response={200: dict[str, Any], **PROBLEMS})
def get_statement(
    request: HttpRequest, pk: Id, wanted: Query[StatementAsked]
) -> dict[str, Any] | HttpResponse:
    """A statement: opening balance, lines, closing balance; as JSON, PDF or Excel."""
    fund, today = own_fund(request, pk), timezone.localdate()
    about = asked.subject(fund, reader_of(request), wanted.kind, wanted.id)
    starts_on, ends_on = asked.days(wanted.starts_on, wanted.ends_on, today)
    found = queries.statement(fund, about, starts_on=starts_on, ends_on=ends_on)
    if wanted.format == "json":
        return printing.as_json(found)
    made = printing.statement_file(found, wanted.format, language=wanted.language, today=today)
    return HttpResponse(made.content, content_type=made.content_type)


@router.get("/own-funds/{pk}/beancount", response={200: Any, **PROBLEMS})
def get_beancount(request: HttpRequest, pk: Id) -> HttpResponse:
    """The accounts as a Beancount ledger, as text."""
    lines = beancount_lines(own_fund(request, pk))
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
