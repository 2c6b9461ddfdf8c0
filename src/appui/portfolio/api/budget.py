"""Budgets of activities over the API."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

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
    reader_of,
    write_once,
)
from appui.portfolio import actions, queries
from appui.portfolio.models import Activity, BudgetLine
from appui.registry.models import Code

router = Router()
Code60 = Annotated[str, Field(max_length=60)]


class BudgetLineOut(Schema):
    """Money planned for one period; a line with ``replaced_by_id`` no longer counts."""

    id: int
    version: int
    budget_type: str = Field(alias="budget_type.code")
    budget_status: str = Field(alias="budget_status.code")
    category: str | None
    period_start: date
    period_end: date
    amount: Decimal
    currency: str
    value_date: date
    replaces_id: int | None
    replaced_by_id: int | None
    source_id: int | None = Field(None, alias="source.pk")

    @staticmethod
    def resolve_category(line: BudgetLine) -> str | None:
        return line.category.code if line.category else None

    @staticmethod
    def resolve_replaced_by_id(line: BudgetLine) -> int | None:
        return line.replaced_by.pk if line.is_replaced else None


class BudgetLineIn(Schema):
    """A new budget line; ``replaces_id`` makes it the revision of another one.

    ``category`` is a code of the list BudgetCategory; a revision without one keeps what it had.
    ``version`` is that which the caller saw: of the line replaced, else of the activity.
    """

    version: int | None = Field(None, ge=0, le=2**31 - 1)
    budget_type: str = Field("1", pattern=r"^[12]$")
    budget_status: str = Field("1", pattern=r"^[12]$")
    category: Code60 | None = None
    period_start: date
    period_end: date
    amount: Amount
    currency: CurrencyCode
    value_date: date
    source_id: Key | None = None
    replaces_id: Key | None = None


class BudgetRevisionIn(Schema):
    """What a revised line says otherwise; what is left out is taken over, and null empties
    ``category`` and ``source_id``. ``version`` is that of the line which the caller saw."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)
    budget_status: str | None = Field(None, pattern=r"^[12]$")
    category: Code60 | None = None
    period_start: date | None = None
    period_end: date | None = None
    amount: Amount | None = None
    currency: CurrencyCode | None = None
    value_date: date | None = None
    source_id: Key | None = None


class BudgetPeriodOut(Schema):
    """What is planned for one category in one period."""

    period_start: date
    period_end: date
    amount: Decimal


class BudgetCategoryOut(Schema):
    """What is planned for one category; ``category`` is null for lines without one."""

    category: str | None
    periods: list[BudgetPeriodOut]
    total: Decimal
    share: Decimal | None


class BudgetTotalsOut(Schema):
    """The lines that count by category and period, in the currency of the activity.

    ``mixed`` are periods where some lines have no category; ``unconverted`` lines have no rate.
    """

    currency: str
    total: Decimal
    categories: list[BudgetCategoryOut]
    mixed: list[tuple[date, date]]
    unconverted: int


@router.get("/activities/{pk}/budget-lines", response={200: list[BudgetLineOut], **PROBLEMS})
@paginate(Paged)
def list_budget_lines(request: HttpRequest, pk: Id) -> QuerySet[BudgetLine]:
    """The budget lines of an activity, those replaced among them."""
    activity = fetch(queries.activities(reader_of(request)), pk)
    return queries.budget_lines(reader_of(request)).filter(activity=activity)


@router.post("/activities/{pk}/budget-lines", response={201: BudgetLineOut, **PROBLEMS})
def add_budget_line(request: HttpRequest, pk: Id, body: BudgetLineIn) -> Status[BudgetLine]:
    """Plan money for one period, or revise a line."""
    reader = reader_of(request)
    activity = fetch(queries.activities(reader), pk)
    rows = queries.budget_lines(reader).filter(activity=activity)
    fields: dict[str, Any] = body.model_dump(
        include={"version", "period_start", "period_end", "currency", "value_date"}
    )

    def act() -> BudgetLine:
        fields["amount"] = Decimal(body.amount)
        fields["budget_status"] = Code.named("BudgetStatus", body.budget_status, "budget_status")
        if body.category is not None:
            fields["category"] = Code.named("BudgetCategory", body.category, "category")
        fields["source"] = pick(Source.objects.visible_to(reader), body.source_id, "source_id")
        replaced = pick(rows, body.replaces_id, "replaces_id")
        if replaced is not None:
            return actions.revise_budget_line(replaced, by=reader, **fields)
        kind = Code.named("BudgetType", body.budget_type, "budget_type")
        return actions.add_budget_line(activity, by=reader, budget_type=kind, **fields)

    return Status(201, fetch(rows, write_once(request, body, rows, act).pk))


@router.post("/budget-lines/{pk}/revisions", response={201: BudgetLineOut, **PROBLEMS})
def revise_budget_line(request: HttpRequest, pk: Id, body: BudgetRevisionIn) -> Status[BudgetLine]:
    """Replace a budget line by a revised one; 409 when a colleague changed it since ``version``."""
    reader = reader_of(request)
    seen = Activity.objects.visible_to(reader)
    rows = queries.budget_lines(reader).filter(activity__in=seen)
    line = fetch(rows, pk)

    def act() -> BudgetLine:
        alone = {"budget_status", "category", "source_id", "amount"}
        fields: dict[str, Any] = body.model_dump(exclude=alone, exclude_none=True)
        if body.amount is not None:
            fields["amount"] = Decimal(body.amount)
        if body.budget_status is not None:
            status = Code.named("BudgetStatus", body.budget_status, "budget_status")
            fields["budget_status"] = status
        if "category" in body.model_fields_set:
            value = body.category
            fields["category"] = Code.named("BudgetCategory", value, "category") if value else None
        if "source_id" in body.model_fields_set:
            sources = Source.objects.visible_to(reader)
            fields["source"] = pick(sources, body.source_id, "source_id")
        return actions.revise_budget_line(line, by=reader, **fields)

    return Status(201, fetch(rows, write_once(request, body, rows, act).pk))


@router.get("/activities/{pk}/budget-totals", response={200: BudgetTotalsOut, **PROBLEMS})
def get_budget_totals(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """The budget of an activity by category and period."""
    activity = fetch(queries.activities(reader_of(request)), pk)
    lines = list(activity.budget_lines.all())
    rates = queries.rates_for([activity])
    found = queries.by_category(lines, activity.currency, rates)
    return {
        "currency": found.currency,
        "total": found.whole.total,
        "categories": [
            {
                "category": row.category.code if row.category else None,
                "periods": [
                    {"period_start": start, "period_end": end, "amount": row.amounts[start, end]}
                    for start, end in found.periods
                    if (start, end) in row.amounts
                ],
                "total": row.total,
                "share": row.share,
            }
            for row in found.rows
        ],
        "mixed": found.mixed,
        "unconverted": found.unconverted,
    }
