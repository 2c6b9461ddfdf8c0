"""The gap of a need over the API."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from appui.funding import queries
from appui.kernel.api import PROBLEMS, Id, fetch, reader_of
from appui.needs.queries import needs_with_lines

router = Router()


class GapRowOut(Schema):
    """One record behind a figure; ``counted`` is None when no rate is known."""

    kind: str
    key: str
    label: str
    amount: Decimal = Field(alias="original.amount")
    currency: str = Field(alias="original.currency")
    counted: Decimal | None = Field(None, alias="counted.money.amount")
    probability: Decimal


class GapOut(Schema):
    """The gap of one need in its own currency."""

    need_id: int
    currency: str
    need: Decimal
    secured: Decimal
    asked: Decimal
    weighted: Decimal
    missing: Decimal
    boundary: str
    rate_rule: str
    rows: list[GapRowOut]


@router.get("/needs/{pk}/gap", response={200: GapOut, **PROBLEMS})
def get_gap(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """What is needed, secured, asked and missing, with every row behind it."""
    need = fetch(needs_with_lines(reader_of(request)), pk)
    gap = queries.need_gap(need, reader_of(request), today=timezone.localdate())
    figures = {
        name: getattr(gap.total, name)
        for name in ("need", "secured", "asked", "weighted", "missing")
    }
    return {
        "need_id": need.pk,
        "currency": gap.currency,
        **figures,
        "boundary": gap.boundary,
        "rate_rule": gap.rate_rule,
        "rows": gap.rows,
    }
